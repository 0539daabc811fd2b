"""Joining a club, and what its board sees by it: nobody before they agreed, nobody after they left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from domain.acts import Context
from domain.club.evaluating import reminders
from domain.club.life import JOINED, MEMBERSHIP_LIFE, SEEN_BY_BOARD
from domain.club.noun import MEMBERSHIP, MEMBERSHIP_EVENT, MembershipRole
from domain.ids import new_id
from domain.keeping import Doing, Holder, Kept, Row, Tell, checked_days, not_to_come, refuse
from domain.reading import Noun, Road, Scope
from domain.refusals import Flaw, Refusal, flawed

CLASSES = (
    "task",
    "person_phone",
    "club_membership",
    "membership_event",
    "progress_evaluation",
    "club_attendance",
    "referral",
    "referral_follow_up",
)
"""What of a member comes into the board's sight; of it they see their own circle's rows alone."""
DAY_OF = {"agreed": "agreed_on", "joined": "joined_on", "left": "left_on", "refused": "left_on"}
"""The day of a state that a membership keeps beside its events; of joining, the first."""


class Memberships(Kept):
    """Memberships, their history, and the grants and reminders that stand and fall with them."""

    noun = MEMBERSHIP
    reads = "read_membership"
    writes = "write_membership"
    told = frozenset({"club_id", "role", "namesake", "asked_on"})
    settled = frozenset({"club_id", "asked_on", "namesake"})
    texts: ClassVar = {"reason": 500}
    life = MEMBERSHIP_LIFE
    fresh = frozenset({"since", "reason"})

    def check(self, whole: Row, today: date, /) -> None:
        """No day lies in the future or before the one it follows."""
        flaws = not_to_come(whole, today, "asked_on", "since")
        refuse(flaws + checked_days(whole, ("asked_on", "since")))

    async def locate(self, _records: Any, ctx: Context, within: Scope, tell: Tell) -> Tell:
        """It is the commune that screens the list and asks; the board hears of who agreed."""
        if within.road is not Road.UNIT:
            raise Refusal("forbidden", permission=within.permission)
        asked = {"asked_on": tell.told.get("asked_on") or ctx.today, "role": MembershipRole.MEMBER.value}
        return replace(tell, told=asked | {"since": asked["asked_on"]} | dict(tell.told))

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        """Raises `invalid` for a club that is not here, for its own board, and for a day before the last move."""
        if doing.known is None:
            return await self._new(doing)
        row, known = doing.row, doing.known
        if row["state"] == known["state"]:
            return None
        since = row["since"] or doing.ctx.today
        if since < known["since"]:
            raise flawed("/since", "before_the_last_move")
        name = DAY_OF.get(row["state"])
        return {"since": since} | ({name: known[name] or since} if name else {})

    async def _new(self, doing: Doing) -> Mapping[str, Any]:
        number = await doing.records.clubs.number(doing.row["club_id"], doing.row["unit_no"])
        if number is None:
            raise flawed("/club_id", "no_club_here")
        row, clubs = doing.row, doing.records.clubs
        if not row.get("namesake") and await clubs.on_board(row["club_id"], row["person_id"]):
            raise flawed("/person_id", "on_the_board")
        return {"circle_no": number}

    async def follow(self, doing: Doing) -> None:
        row, known = doing.row, doing.known
        if known is None or row["state"] != known["state"]:
            await self._remember(doing)
        await self._open_or_cut(doing)
        if JOINED in (row["state"], known and known["state"]):
            await remind(doing.records, doing.ctx, row)

    async def _remember(self, doing: Doing) -> None:
        """One row a move: the history of a membership."""
        row, known = doing.row, doing.known
        move = {
            "membership_id": row["id"],
            "from_state": known and known["state"],
            "to_state": row["state"],
            "happened_on": row["since"],
            "reason": row["reason"],
            "circle_no": row["circle_no"],
        }
        holder = Holder(row["person_id"], row["unit_no"], row["province_no"])
        await doing.records.rows(MEMBERSHIP_EVENT.name).add(new_id(), holder, move)

    async def _open_or_cut(self, doing: Doing) -> None:
        records, row, now = doing.records, doing.row, doing.ctx.now
        before, after = sighted(doing.known), sighted(row)
        if before == after and (not after or doing.within.road is not Road.UNIT):
            return
        number = await records.clubs.number(row["club_id"], row["unit_no"]) if after else None
        if number is not None:
            await records.grants.settle(
                MEMBERSHIP.name,
                row["id"],
                person_id=row["person_id"],
                grantee=number,
                classes=CLASSES,
                since=now,
                until=None,
            )
            if not before:
                records.extras["consequences"] = [seen("gains_access", row)]
        elif await records.grants.end(row["id"], now) is not None:
            records.extras["consequences"] = [seen("loses_access", row)]


def sighted(row: Row | None) -> bool:
    """Whether the club sees who it is."""
    return row is not None and row["voided_at"] is None and row["state"] in SEEN_BY_BOARD


def seen(kind: str, row: Row) -> dict[str, Any]:
    """That the club gains or loses sight of the person, as a consequence shown."""
    return {"kind": kind, "person_id": str(row["person_id"]), "club_id": str(row["club_id"]), "nouns": list(CLASSES)}


async def remind(records: Any, ctx: Context, membership: Row) -> None:
    """Settle the reminder of a membership as it stands."""
    due = []
    if membership["voided_at"] is None and membership["state"] == JOINED:
        moves, months = await records.clubs.story(membership["id"])
        due = [task.of(membership["circle_no"]) for task in reminders(await records.law.in_force(), moves, months)]
    await records.tasks.settle(
        MEMBERSHIP.name,
        membership["id"],
        person_id=membership["person_id"],
        unit_no=membership["unit_no"],
        due=due,
        now=ctx.now,
    )


async def on_file(records: Any, noun: Noun, id: UUID, within: Scope) -> Row:
    """A living row of a noun of the club, under lock. Raises `not_found`, `already_voided`."""
    known: Row | None = await records.rows(noun.name).known(id, within=within)
    if known is None:
        raise Refusal("not_found")
    if known["voided_at"] is not None:
        raise Refusal("already_voided")
    return known


async def membership_of(records: Any, id: UUID, within: Scope) -> Row:
    """A living membership within reach, under lock. Raises `invalid`."""
    known: Row | None = await records.rows(MEMBERSHIP.name).known(id, within=within)
    if known is None or known["voided_at"] is not None:
        raise Refusal("invalid", flaws=(Flaw("/membership_id", "not_in_scope"),))
    return known


class Events(Kept):
    """How a membership went; written with each move, and by nothing else."""

    noun = MEMBERSHIP_EVENT
    reads = "read_membership"
    writes = "write_membership"
    told = frozenset()


MEMBERSHIPS = Memberships()
EVENTS = Events()
