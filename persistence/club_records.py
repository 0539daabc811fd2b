"""What clubs ask of other rows, and attendance in one call: `records.clubs` (domain.club)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from domain.acts import Context
from domain.club.life import Happened
from domain.ids import new_id
from domain.keeping import Row
from domain.law.instants import local_date
from domain.reading import Scope
from persistence.clubs import MEMBERSHIPS
from persistence.scoping import wall_of_write

REPLACED = "not in the list that replaced it"
"""Why a mark is void that a later list of the session leaves out."""


class Member(NamedTuple):
    """Whose a mark is, and under which numbers it stands: those of the membership."""

    id: UUID
    person_id: UUID
    unit_no: int
    circle_no: int
    province_no: int | None


class Clubs:
    """On one transaction."""

    def __init__(self, connection: Any, ctx: Context, enter: Callable[[str], Awaitable[None]]) -> None:
        self.connection = connection
        self.ctx = ctx
        self.enter = enter

    async def number(self, club_id: UUID, unit_no: int) -> int | None:
        """The number of the unit on which a running club stands that serves this commune."""
        found: int | None = await self.connection.fetchval("select club_number($1, $2)", club_id, unit_no)
        return found

    async def on_board(self, club_id: UUID, person_id: UUID) -> bool:
        """Whether somebody of the person's name sits on the club's board today."""
        return bool(await self.connection.fetchval("select namesake_on_board($1, $2)", club_id, person_id))

    async def member_named(self, model_id: UUID, name: str) -> bool:
        """Whether somebody of this name is in the club or asked to join, and no mere namesake of the board."""
        return bool(await self.connection.fetchval("select member_named($1, $2)", model_id, name))

    async def is_club(self, id: UUID) -> bool:
        """Whether a model in sight is a club."""
        await self.enter("auto")
        return bool(
            await self.connection.fetchval(
                "select exists (select from support_model where id = $1 and kind = 'club')", id
            )
        )

    async def home(self, club_id: UUID, *, within: Scope) -> UUID | None:
        """The unit of its own on which a running club in reach stands."""
        found: UUID | None = await self.connection.fetchval(
            "select u.id from support_model m join unit u on u.no = m.unit_no and u.level = 'organisation'"
            " where m.id = $1 and m.kind = 'club' and m.state = 'active' and m.voided_at is null"
            " and m.unit_no between $2 and $3",
            club_id,
            within.lo,
            within.hi,
        )
        return found

    async def commune_of(self, unit_no: int) -> int:
        """The commune in which a club's own unit stands; the unit itself, where it is one."""
        return int(
            await self.connection.fetchval(
                "select coalesce((select max(c.no) from unit c where c.level = 'commune' and c.no <= $1"
                " and $1 <= c.last_no), $1)",
                unit_no,
            )
        )

    async def story(self, membership_id: UUID) -> tuple[list[Happened], set[date]]:
        """The moves of a membership in their order, and the months that were evaluated."""
        moves = await self.connection.fetch(
            "select to_state, happened_on from membership_event where membership_id = $1 and voided_at is null"
            " order by happened_on, recorded_at, id",
            membership_id,
        )
        months = await self.connection.fetch(
            "select month from progress_evaluation where membership_id = $1 and voided_at is null", membership_id
        )
        return [Happened(*row) for row in moves], {row["month"] for row in months}

    async def members(self, club_id: UUID, ids: Collection[UUID], *, within: Scope) -> Mapping[UUID, Member]:
        """Of these, who belongs to the club and is in reach, under lock."""
        where, bounds = wall_of_write(MEMBERSHIPS, within)
        rows = await self.connection.fetch(
            "select t.id, t.person_id, t.unit_no, t.circle_no, t.province_no from club_membership t"
            f" where t.id = any($1::uuid[]) and {where} and t.club_id = ${len(bounds) + 2} and t.voided_at is null"
            " and t.state in ('invited', 'joined', 'suspended', 'left') for share",
            list(ids),
            *bounds,
            club_id,
        )
        return {row["id"]: Member(*row) for row in rows}

    async def mark(
        self, session: Row, marks: Mapping[UUID, str], members: Mapping[UUID, Member], now: datetime
    ) -> None:
        """Make the marks of a session within sight equal to these; what is the same stays as it is."""
        on_file = await self.connection.fetch(
            "select id, membership_id, mark from club_attendance where session_id = $1 and voided_at is null",
            session["id"],
        )
        known = {row["membership_id"]: row for row in on_file}
        for membership, row in known.items():
            if membership not in marks:
                await self._void(row["id"], now)
            elif row["mark"] != marks[membership]:
                await self._change(row["id"], marks[membership], now)
        for membership, mark in marks.items():
            if membership not in known:
                await self._add(session, members[membership], mark)

    async def counted(self, session_id: UUID) -> dict[str, int]:
        """How many came, those included who are out of the club's sight by now."""
        return dict(await self.connection.fetchrow("select * from attendance_counted($1)", session_id))

    async def _void(self, id: UUID, now: datetime) -> None:
        await self.connection.execute(
            "update club_attendance set version = version + 1, voided_at = $2, void_reason = $3, updated_at = $2"
            " where id = $1",
            id,
            now,
            REPLACED,
        )

    async def _change(self, id: UUID, mark: str, now: datetime) -> None:
        await self.connection.execute(
            "update club_attendance set version = version + 1, mark = $2, updated_at = $3 where id = $1", id, mark, now
        )

    async def _add(self, session: Row, member: Member, mark: str) -> None:
        actor = self.ctx.actor
        made = actor.unit_no if actor.level == "organisation" else member.unit_no
        await self.connection.execute(
            "insert into club_attendance (id, person_id, unit_no, made_unit_no, circle_no, province_no, membership_id,"
            " session_id, held_on, mark, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            new_id(),
            member.person_id,
            member.unit_no,
            made,
            member.circle_no,
            member.province_no,
            member.id,
            session["id"],
            local_date(session["starts_at"]),
            mark,
            actor.account_id,
        )
