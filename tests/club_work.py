"""A club at work through the doors: what a test does not say is what a club usually does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.world import World

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = datetime.now(UTC).astimezone(ZONE).date()
PATH = ("agreed", "invited", "joined")
"""How most come to be members."""


def ago(days: int) -> str:
    return str(TODAY - timedelta(days=days))


def back(months: int) -> date:
    """The first day of a month before this one."""
    year, month = divmod(TODAY.year * 12 + TODAY.month - 1 - months, 12)
    return date(year, month + 1, 1)


@dataclass
class Club:
    """A running club on the unit `hoa_club`, with its officer and its board."""

    world: World
    id: str
    members: dict[str, str] = field(default_factory=dict)
    """Membership by name."""

    async def done(self, user: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer of an act that must succeed."""
        reply = await self.world.call(user, method, path, body, **headers)
        assert reply.status_code in (200, 201), (path, reply.text)
        return reply.json()

    async def asked(self, person: Any = None, user: str = "officer", **facts: Any) -> Any:
        person = person or await self.world.person("hoa", phone="+84912345678")
        body = {"person_id": str(person), "club_id": self.id, "asked_on": ago(200)} | facts
        return await self.done(user, "POST", "/v1/club-memberships", body)

    async def try_move(self, membership: Any, to: str, user: str = "officer", **facts: Any) -> Any:
        """A move on the present version."""
        version = await self.world.admin.fetchval(
            "select version from club_membership where id = $1::text::uuid", membership["id"]
        )
        needs = {"agreed": {"agreed_by": "person"}, "suspended": {"reason": "Đi làm xa"}}
        body = {"to": to} | needs.get(to, {}) | facts
        path = f"/v1/club-memberships/{membership['id']}/transitions"
        return await self.world.call(user, "POST", path, body, If_Match=f'"{version}"')

    async def move(self, membership: Any, to: str, user: str = "officer", **facts: Any) -> Any:
        reply = await self.try_move(membership, to, user, **facts)
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def member(self, person: Any = None, *, days: int = 150, until: str = "joined", **facts: Any) -> Any:
        """Somebody in the club, for so many days."""
        membership = await self.asked(person, asked_on=ago(days), **facts)
        for state in PATH[: PATH.index(until) + 1]:
            membership = await self.move(membership, state, since=ago(days))
        return membership

    async def session(self, user: str = "club_board", **facts: Any) -> Any:
        starts = datetime.combine(TODAY - timedelta(days=1), datetime.min.time(), ZONE).replace(hour=19)
        body = {"club_id": self.id, "starts_at": starts.isoformat(), "topic": "Tìm việc làm ở phường"} | facts
        return await self.done(user, "POST", "/v1/club-sessions", body)

    async def try_attendance(self, session: Any, marks: dict[str, str], user: str = "club_board", **facts: Any) -> Any:
        version = facts.pop("version", None) or session["version"]
        body = {"members": [{"membership_id": id, "mark": mark} for id, mark in marks.items()]} | facts
        path = f"/v1/club-sessions/{session['id']}/attendance"
        return await self.world.call(user, "POST", path, body, If_Match=f'"{version}"')

    async def attendance(self, session: Any, marks: dict[str, str], user: str = "club_board", **facts: Any) -> Any:
        reply = await self.try_attendance(session, marks, user, **facts)
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def evaluate(self, membership: Any, user: str = "club_board", **facts: Any) -> Any:
        reply = await self.try_evaluate(membership, user, **facts)
        assert reply.status_code == 201, reply.text
        return reply.json()

    async def try_evaluate(self, membership: Any, user: str = "club_board", **facts: Any) -> Any:
        body = {"membership_id": membership["id"], "month": str(back(1)), "taking_part": 3, "family": 2} | facts
        return await self.world.call(user, "POST", "/v1/progress-evaluations", body)


async def running_club(world: World, unit: str = "hoa_club", user: str = "officer", **facts: Any) -> Club:
    """A club with its founding decision, running for a year."""
    new = {
        "unit_id": str(world.units[unit]),
        "opens_unit": False,
        "name": "CLB B93 phường Hòa",
        "decision_number": "12/QĐ-UBND",
        "decision_on": ago(400),
        "decision_by": "UBND phường Hòa",
        "founded_on": ago(390),
    } | facts
    club = Club(world, "")
    made = await club.done(user, "POST", "/v1/clubs", new)
    path = f"/v1/support-models/{made['id']}/transitions"
    await club.done(user, "POST", path, {"to": "active"}, If_Match='"1"')
    club.id = made["id"]
    return club
