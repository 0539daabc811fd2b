"""Every example of a kept noun is sent as it is printed: whoever presses "try it" in /docs sees it taken.

Only ids are put in the place of the printed ones, for they name rows that a reader of the page makes first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.examples import EXAMPLES
from api.kept import DOORS
from tests.case_work import standing
from tests.club_work import running_club
from tests.world import World

LATER = datetime(2027, 3, 1, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
"""When everything that the examples tell of has happened."""
PRINTED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
BY_OTHERS = {
    "field_report": "volunteer",
    "club_session": "club_board",
    "progress_evaluation": "club_board",
    "anonymous_client": "counsellor",
    "anonymous_contact": "counsellor",
    "health_visit": "health_station",
    "webhook_endpoint": "leader",
    "support_model_kind": "province_officer",
}
"""Who sends what the officer may not."""
NAMED = {"anonymous_client": "client_id", "reintegration_plan": "plan_id", "club_membership": "membership_id"}
"""How others name a row of these; else it is `<noun>_id`."""


@dataclass
class Reader:
    """Somebody who goes down the page and sends every example, in an order in which it can be done."""

    world: World
    ids: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)

    async def send(self, name: str, user: str, method: str, path: str, row: Any = None) -> Any:
        """The row as it is afterwards."""
        body = {
            key: self.ids.get(key, value) if self.stands_for(value) else value for key, value in EXAMPLES[name].items()
        }
        match = {"If_Match": f'"{row["version"]}"'} if row else {}
        reply = await self.world.call(user, method, path, body, **match)
        if reply.status_code not in (200, 201):
            self.refused[name] = reply.text
            return row
        self.taken.add(name)
        return reply.json()

    def stands_for(self, value: Any) -> bool:
        return isinstance(value, str) and PRINTED.fullmatch(value) is not None

    async def record(self, noun: str) -> Any:
        row = await self.send(DOOR[noun].new.__name__, who(noun), "POST", f"/v1/{DOOR[noun].path}")
        if row is not None:
            self.ids[NAMED.get(noun, f"{noun}_id")] = row["id"]
        return row

    async def correct(self, noun: str, row: Any) -> Any:
        patch = DOOR[noun].patch
        if row is None or patch is None:
            return row
        return await self.send(patch.__name__, who(noun), "PATCH", self.one(noun, row), row)

    async def move(self, noun: str, row: Any) -> Any:
        move = DOOR[noun].move
        if row is None or move is None:
            return row
        return await self.send(move.__name__, who(noun), "POST", f"{self.one(noun, row)}/transitions", row)

    def one(self, noun: str, row: Any) -> str:
        return f"/v1/{DOOR[noun].path}/{row['id']}"

    async def through(self, *nouns: str) -> None:
        """Each recorded; then, the last first, each corrected and moved: what hangs on another comes before it."""
        rows = {noun: await self.record(noun) for noun in nouns}
        for noun in reversed(nouns):
            await self.move(noun, await self.correct(noun, rows[noun]))


def who(noun: str) -> str:
    return BY_OTHERS.get(noun, "officer")


DOOR = {door.one: door for door in DOORS if door.new is not None}
APART = (
    *("support_model_kind", "organisation", "assignment", "field_report", "training", "place", "outreach_activity"),
    *("press_item", "award", "inspection_visit", "counselling_contact", "health_visit", "need", "household_status"),
    *("vocational_support", "job_placement", "job_check"),
    *("club_session", "progress_evaluation", "club_membership", "webhook_endpoint"),
)
TOGETHER = (
    ("support_model", "model_member", "model_partner", "model_review", "volunteer", "contribution"),
    ("anonymous_client", "anonymous_contact"),
    ("loan_list", "loan_list_line"),
    ("loan_support",),
)


async def test_every_example_of_a_kept_noun_is_taken_by_the_service_as_it_is_printed(world):
    reader = await begun(world)
    with standing(world, LATER):
        for noun in APART:
            await reader.through(noun)
        for nouns in TOGETHER:
            await reader.through(*nouns)
        await planned(reader)
        await referred(reader)
    assert reader.refused == {}
    kept = {made.__name__ for door in DOOR.values() for made in (door.new, door.patch, door.move) if made}
    assert reader.taken == kept | {"ReferralAnswer"}


async def planned(reader: Reader) -> None:
    """Steps are written before the plan is agreed, and done and reviewed afterwards."""
    plan, step = await reader.record("reintegration_plan"), await reader.record("plan_step")
    step = await reader.correct("plan_step", step)
    await reader.move("reintegration_plan", await reader.correct("reintegration_plan", plan))
    await reader.move("plan_step", step)
    await reader.through("plan_review")


async def referred(reader: Reader) -> None:
    """What was sent is received, taken and followed up."""
    sent = await reader.move("referral", await reader.correct("referral", await reader.record("referral")))
    await reader.world.admin.execute("update access_grant set valid_from = now()")  # from the day we stand on
    path, match = f"/v1/referrals/{sent['id']}/answers", f'"{sent["version"]}"'
    received = await reader.world.call("health_station", "POST", path, {"to": "received"}, If_Match=match)
    await reader.send("ReferralAnswer", "health_station", "POST", path, received.json())
    await reader.through("referral_follow_up")


async def begun(world: World) -> Reader:
    """A person whom the health station sees, and a club with a member."""
    person, club = await world.person("hoa", phone="+84912345678"), await running_club(world)
    await world.grant(person, "health_station", "health_visit", days=300, to_unit=True)
    member = await club.member(days=150)
    rows = {"person_id": person, "account_id": world.users["volunteer"].account_id, "club_id": club.id}
    units = {"unit_id": world.units["hoa_club"], "to_unit_id": world.units["hoa_station"]}
    return Reader(world, {name: str(id) for name, id in (rows | units | {"membership_id": member["id"]}).items()})
