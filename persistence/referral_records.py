"""What referrals ask of other rows, and what they write beyond their own circle: `records.referrals`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.acts import Context
from domain.ids import new_id
from domain.keeping import Row
from domain.law.clock import Deadline
from domain.reading import Scope
from persistence.keeping import KeptRows
from persistence.referrals import FOLLOW_UPS, REFERRALS
from persistence.transfer import transferring

WITHOUT_DESK: Final = ("club", "volunteer_team")
"""Organisations that pass people on and render none of these services."""
ADDRESSED = (
    "select u.no, u.level = 'organisation' and not (u.unit_type = any($3)) from unit u"
    " where u.id = $1 and coalesce(u.valid_to >= $2, true)"
)
NEXT = (
    "select f.due_on, f.due_rule from referral_follow_up f"
    " where f.referral_id = $1 and f.state = 'due' and f.voided_at is null order by f.due_on, f.turn limit 1"
)
PLAN = (
    "insert into referral_follow_up (id, person_id, unit_no, made_unit_no, circle_no, province_no, referral_id, turn,"
    " due_on, due_rule, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
)
DROP = (
    "update referral_follow_up set state = 'dropped', version = version + 1, updated_at = $2"
    " where referral_id = $1 and state = 'due' and voided_at is null returning id"
)
CARRY = (
    "update referral r set due_on = n.due_on, due_rule = n.due_rule, version = version + 1, updated_at = $2"
    f" from ({NEXT}) n where r.id = $1 and (r.due_on, r.due_rule) is distinct from (n.due_on, n.due_rule)"
)
REPORTED = "select f.id, f.result, f.done_on from referral_follow_up f where f.report_source = $1 and f.report_ref = $2"
OF_FOLLOW_UP = (
    "select r.* from referral r where r.id = (select f.referral_id from referral_follow_up f where f.id = $1)"
    " for no key update"
)
OVER = (
    "select t.* from referral t where t.unit_no between $2 and $3 and t.expires_on < $1 and t.voided_at is null"
    " order by t.id for no key update"
)


class Addressed(NamedTuple):
    """A unit that a referral is sent to."""

    no: int
    renders_services: bool


class Referrals:
    """On one transaction. Follow-ups stand in the circle of who sent the person on, whoever's act brings them."""

    def __init__(self, connection: Any, ctx: Context) -> None:
        self.connection = connection
        self.ctx = ctx
        self.rows = KeptRows(connection, ctx, REFERRALS)
        self.follow_ups = KeptRows(connection, ctx, FOLLOW_UPS)

    async def addressed(self, unit_id: UUID, today: date) -> Addressed | None:
        found = await self.connection.fetchrow(ADDRESSED, unit_id, today, list(WITHOUT_DESK))
        return Addressed(*found) if found else None

    async def signs_in(self, unit_no: int, roles: Collection[str]) -> bool:
        """Whether somebody of the unit addressed can answer for it today."""
        return bool(await self.connection.fetchval("select signs_in($1, $2)", unit_no, sorted(roles)))

    async def answer(self, known: Row, changes: Row) -> Row:
        """Change a row that another circle wrote to the unit that answers; the rules have been asked before."""
        async with transferring(self.connection):
            return await self.rows.amend(known, changes)

    async def reported(self, source: str, ref: str) -> Row | None:
        """The follow-up that a service answered under this number; a second report waits here for the first."""
        await self.connection.execute(
            "select pg_advisory_xact_lock(hashtextextended($1, 53))", f"{self.ctx.actor.unit_no}|{ref}"
        )
        async with transferring(self.connection):
            found = await self.connection.fetchrow(REPORTED, source, ref)
        return dict(found) if found else None

    async def asked(self, id: UUID) -> tuple[Row, Row]:
        """A follow-up in sight and its referral, the referral locked first as in every other act on it."""
        async with transferring(self.connection):
            referral = await self.connection.fetchrow(OF_FOLLOW_UP, id)
            known = await self.connection.fetchrow(
                "select * from referral_follow_up where id = $1 for no key update", id
            )
        return dict(known), dict(referral)

    async def report(self, known: Row, changes: Row) -> Row:
        """What the service says of a follow-up in another circle; the rules have been asked before."""
        async with transferring(self.connection):
            return await self.follow_ups.amend(known, changes)

    async def held(self, id: UUID) -> Row | None:
        """The referral of a follow-up that is in hand."""
        async with transferring(self.connection):
            found = await self.connection.fetchrow("select * from referral where id = $1 for no key update", id)
        return dict(found) if found else None

    async def turns(self, id: UUID) -> int:
        """How many follow-ups there have been, void ones too."""
        async with transferring(self.connection):
            return int(
                await self.connection.fetchval(
                    "select coalesce(max(turn), 0) from referral_follow_up where referral_id = $1", id
                )
            )

    async def next_follow_up(self, id: UUID) -> tuple[date, str] | None:
        """The day and rule of the next one that is due."""
        async with transferring(self.connection):
            found = await self.connection.fetchrow(NEXT, id)
        return (found[0], found[1]) if found else None

    async def add_follow_up(self, referral: Row, turn: int, clock: Deadline) -> UUID:
        id = new_id()
        holder = [referral[name] for name in ("person_id", "unit_no", "made_unit_no", "circle_no", "province_no")]
        by = self.ctx.actor.account_id
        async with transferring(self.connection):
            await self.connection.execute(PLAN, id, *holder, referral["id"], turn, clock.due_on, str(clock.rule), by)
        return id

    async def drop_follow_ups(self, id: UUID, at: datetime) -> Sequence[UUID]:
        """Those that are still due, for the referral is closed."""
        async with transferring(self.connection):
            return [row["id"] for row in await self.connection.fetch(DROP, id, at)]

    async def due_with_follow_ups(self, id: UUID) -> None:
        """The next day of a referral under way is that of its next follow-up."""
        async with transferring(self.connection):
            await self.connection.execute(CARRY, id, self.ctx.now)

    async def overdue_at(self, today: date, *, within: Scope) -> Sequence[Row]:
        """Those whose last day of waiting has passed, under lock."""
        return [dict(row) for row in await self.connection.fetch(OVER, today, within.lo, within.hi)]
