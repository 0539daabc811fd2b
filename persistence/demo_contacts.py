"""Counselling, anonymous clients and visits to the health station in the demo, by the service's own acts."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from domain.assignment.noun import AssignmentRole
from domain.assignment.rules import ASSIGNMENTS
from domain.client.rules import (
    ANONYMOUS_CONTACTS,
    CLIENTS,
    LinkClient,
    UnlinkClient,
    link_anonymous_client,
    unlink_anonymous_client,
)
from domain.contact.rules import CONTACTS
from domain.field_report.rules import FIELD_REPORTS
from domain.health.rules import VISITS
from domain.keeping import Shift, Tell
from domain.law.instants import ZONE
from domain.person.model import Amend, Void
from persistence.demo_cases import CODE, PEOPLE
from persistence.demo_desk import Desk, signed_in
from persistence.demo_plan import BORDERS_CHANGED, DEMO
from persistence.demo_steps import OFFICER
from persistence.records import Register

VOLUNTEER, COUNSELLOR, STATION = (f"{role}.00611" for role in ("volunteer", "counsellor", "health_station"))
NAMES: Final = (OFFICER, VOLUNTEER, COUNSELLOR, STATION)
LOCK: Final = 7_302_015
PERSONS: Final = 4
"""How many persons the stories need; they are those longest on the list of the commune."""
TOLD: Final = "select count(*) from health_visit where source = $1 and source_ref = $2"
LAST: Final = "last visit"
WALKS = {"advice": "Đi bộ mỗi sáng, giữ liên lạc với gia đình.", "promise": "Tham gia buổi sinh hoạt tới."}
Story = Callable[[Desk, Sequence[Any]], Awaitable[None]]


async def tell_counselling(owner: Any, register: Register, now: datetime) -> int:
    """How many stories were told: none where the demo has them. A start that broke off is taken up again."""
    await owner.execute("select pg_advisory_lock($1)", LOCK)
    try:
        people = (await owner.fetch(PEOPLE, CODE, DEMO, BORDERS_CHANGED))[-PERSONS:]
        if len(people) < PERSONS or await owner.fetchval(TOLD, DEMO, LAST):
            return 0
        async with signed_in(owner, register, NAMES) as actors:
            desk = Desk(register, owner, actors, {}, now.astimezone(ZONE))
            for story in STORIES:
                desk.tell(story.__name__)
                await story(desk, people)
    finally:
        await owner.execute("select pg_advisory_unlock($1)", LOCK)
    return len(STORIES)


# -- who looks after whom


async def looked_after(desk: Desk, people: Sequence[Any]) -> None:
    """All four by the volunteer, the first two also by the counsellor and the health station."""
    for place, person in enumerate(people):
        await _assign(desk, person, AssignmentRole.VOLUNTEER, account_id=desk.actors[VOLUNTEER].account_id)
        if place < 2:
            await _assign(desk, person, AssignmentRole.COUNSELLOR, account_id=desk.actors[COUNSELLOR].account_id)
            await _assign(desk, person, AssignmentRole.HEALTH_STATION, carer_unit_id=desk.actors[STATION].unit_id)


async def _assign(desk: Desk, person: Any, role: AssignmentRole, **who: UUID) -> None:
    facts = {"role": role.value, "valid_from": desk.days_ago(120)} | who
    await desk.do(OFFICER, ASSIGNMENTS.record, Tell(facts, None, person["id"]))


# -- what those who help pass on


async def reports_in_every_state(desk: Desk, people: Sequence[Any]) -> None:
    """One waits for an answer, one was confirmed, one was not, one was taken back."""
    kinds = ("contact_lost", "moved_away", "absent", "came_back")
    made = [
        await desk.do(
            VOLUNTEER,
            FIELD_REPORTS.record,
            Tell(
                {"kind": kind, "noticed_on": desk.days_ago(4), "what": "Đề nghị xác minh để hỗ trợ kịp thời."}
                | {"source": DEMO, "source_ref": _place(desk)},
                None,
                person["id"],
            ),
        )
        for kind, person in zip(kinds, people, strict=True)
    ]
    for id, to in ((made[1], "confirmed"), (made[2], "not_confirmed")):
        await desk.do(OFFICER, FIELD_REPORTS.answer, Shift(id, to, {"answered_on": desk.days_ago(1)}))
    await desk.do(VOLUNTEER, FIELD_REPORTS.move, Shift(made[3], "withdrawn"))


# -- contacts with persons


async def contacts_as_they_are(desk: Desk, people: Sequence[Any]) -> None:
    """One of each channel and giver, over the last three months; the last of them agreed on a day to come."""
    givers = ((VOLUNTEER, "volunteers"), (COUNSELLOR, "assigned_counsellor"), (OFFICER, "office"))
    channels = ("face_to_face", "phone", "message", "video", "group")
    topics = (("psychological", "family"), ("legal",), ("relapse_prevention", "health"), ("vocational",), ("social",))
    for place, channel in enumerate(channels):
        who, giver = givers[place % 3]
        said = {} if who == OFFICER else WALKS
        day = desk.days_ago(80 - 16 * place)
        ahead = {"next_on": date.fromordinal(desk.today.toordinal() + 5)} if place == len(channels) - 1 else {}
        await _contact(desk, who, people[0], day, channel, topics[place], given_by=giver, minutes=20, **said, **ahead)


async def contact_with_a_day_that_passed(desk: Desk, people: Sequence[Any]) -> None:
    await _contact(
        desk, VOLUNTEER, people[1], desk.days_ago(20), "phone", ("social",), next_on=desk.days_ago(6), need="Thiếu việc"
    )


async def contact_with_consent_to_be_referred(desk: Desk, people: Sequence[Any]) -> None:
    place = {"place": "home", "client_group": "after_rehab"}
    await _contact(
        desk, VOLUNTEER, people[2], desk.days_ago(9), "face_to_face", ("vocational",), referral_consent=True, **place
    )


async def contact_corrected_and_another_voided(desk: Desk, people: Sequence[Any]) -> None:
    made = await _contact(desk, VOLUNTEER, people[3], desk.days_ago(30), "phone", ("legal",), minutes=10, **WALKS)
    await desk.do(VOLUNTEER, CONTACTS.amend, Amend(made, {"minutes": 25, "advice": "Hỏi trợ giúp pháp lý miễn phí."}))
    wrong = await _contact(desk, VOLUNTEER, people[3], desk.days_ago(29), "phone", ("legal",))
    await desk.do(VOLUNTEER, CONTACTS.void, Void(wrong, "Ghi nhầm người."))


async def _contact(
    desk: Desk, who: str, person: Any, day: date, channel: str, topics: tuple[str, ...], **facts: Any
) -> UUID:
    held = datetime.combine(day, time(9, 30), ZONE)
    told = {"held_at": held, "channel": channel, "topics": topics, "source": DEMO, "source_ref": _place(desk)} | facts
    return await desk.do(who, CONTACTS.record, Tell(told, None, person["id"]))


def _place(desk: Desk) -> str:
    return f"{desk.story}/{desk.acts}"


# -- anonymous clients


async def clients_of_every_group(desk: Desk, _people: Sequence[Any]) -> None:
    for group in ("in_use", "in_treatment", "after_rehab", "at_risk", "family_member", "trafficking_victim"):
        known = await desk.do(STATION, CLIENTS.record, Tell({"client_group": group}))
        for ago in (12, 3):
            await _met(desk, STATION, known, desk.days_ago(ago), ("health", "psychological"))


async def clients_linked_unlinked_and_voided(desk: Desk, people: Sequence[Any]) -> None:
    """With the code they keep; who was told no code any more (a start that broke off) is linked to nobody."""
    for person, end in ((people[0], False), (people[1], True)):
        known, code = await _client(desk)
        await _met(desk, VOLUNTEER, known, desk.days_ago(5), ("social",))
        if code is not None:
            await desk.do(VOLUNTEER, link_anonymous_client, LinkClient(known, code, person["id"], "spoken"))
        if code is not None and end:
            await desk.do(VOLUNTEER, unlink_anonymous_client, UnlinkClient(known))
    wrong, _code = await _client(desk)
    await desk.do(VOLUNTEER, CLIENTS.void, Void(wrong, "Ghi hai lần."))


async def _client(desk: Desk) -> tuple[UUID, str | None]:
    """A client of the volunteers, and the code that is shown once."""
    told = Tell({"client_group": "at_risk", "gender": "male", "age_band": "from_18_to_29"})
    body = json.loads((await desk.done(VOLUNTEER, CLIENTS.record, told, "consequences")).answer.body)
    shown = body["consequences"] or [{}]
    return UUID(body["id"]), shown[0].get("code")


async def _met(desk: Desk, who: str, known: UUID, day: date, topics: tuple[str, ...]) -> None:
    facts = {"client_id": known, "held_on": day, "channel": "face_to_face", "topics": topics}
    await desk.do(who, ANONYMOUS_CONTACTS.record, Tell(facts | {"place": "counselling_point"} | WALKS))


# -- visits to the health station


async def visits_of_every_kind(desk: Desk, people: Sequence[Any]) -> None:
    kinds = (("first_record", 40), ("examination", 18), ("common_illness", 2))
    for kind, ago in kinds:
        facts = {"visited_on": desk.days_ago(ago), "visit_kind": kind, "findings": "Sức khỏe ổn định.", "source": DEMO}
        ref = LAST if kind == kinds[-1][0] else _place(desk)
        made = await desk.do(STATION, VISITS.record, Tell(facts | {"source_ref": ref}, None, people[0]["id"]))
        if kind == "examination":
            await desk.do(STATION, VISITS.amend, Amend(made, {"advice": "Tái khám sau ba tháng."}))


STORIES: Final[tuple[Story, ...]] = (
    looked_after,
    contacts_as_they_are,
    contact_with_a_day_that_passed,
    contact_with_consent_to_be_referred,
    contact_corrected_and_another_voided,
    reports_in_every_state,
    clients_of_every_group,
    clients_linked_unlinked_and_voided,
    visits_of_every_kind,
)
