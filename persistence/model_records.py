"""What support models ask of the tree and the catalogue: implements domain.support_model.rules' `records.models`."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from domain.ids import new_id
from domain.reading import Road, Scope
from domain.refusals import Refusal, flawed
from domain.volunteer.allowance import Volunteer
from domain.volunteer.month import Seat

FULL, NOT_A_COMMUNE = "DT002", "DT003"
"""SQLSTATEs of open_model_unit and seat_model: no number is free; not a unit that it may be, in the caller's reach."""

PROVINCE = (
    "with recursive was as (select $1::uuid as id"
    " union select l.from_id from unit_lineage l join was on l.to_id = was.id),"
    " up as (select u.level, u.code, u.parent_id from unit u join was using (id)"
    " where u.valid_from <= $2 and coalesce(u.valid_to >= $2, true)"
    " union all select u.level, u.code, u.parent_id from unit u join up on u.id = up.parent_id)"
    " select code from up where level = 'province' limit 1"
)
"""The province that a commune, or what it was then, lay in on a day."""


class Models:
    """On one transaction."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def commune_of(self, unit_no: int) -> UUID | None:
        """The commune a unit is, or stands in."""
        found: UUID | None = await self.connection.fetchval(
            "select id from unit where level = 'commune' and $1 between no and last_no", unit_no
        )
        return found

    async def commune_no(self, unit_no: int) -> int:
        """In whose inbox a task of this unit lies: its commune's, for organisations have none."""
        found = await self.connection.fetchval(
            "select no from unit where level = 'commune' and $1 between no and last_no", unit_no
        )
        return unit_no if found is None else int(found)

    async def communes_in_reach(self, ids: Collection[UUID], *, within: Scope) -> set[UUID]:
        """Which of these are communes inside the caller's interval."""
        found = await self.connection.fetch(
            "select id from unit where id = any($1::uuid[]) and level = 'commune' and no between $2 and $3",
            list(ids),
            within.lo,
            within.hi,
        )
        return {row["id"] for row in found}

    async def has_kind(self, code: str, on: date, unit_no: int) -> bool:
        """Whether the catalogue of a day has a kind for a unit: everyone's (0), or of a unit above or itself."""
        return bool(
            await self.connection.fetchval(
                "select exists (select from support_model_kind k where k.code = $1 and k.voided_at is null"
                " and k.valid_from <= $2 and coalesce(k.valid_to >= $2, true) and (k.unit_no = 0 or exists"
                " (select from unit u where u.no = k.unit_no and $3 between u.no and u.last_no)))",
                code,
                on,
                unit_no,
            )
        )

    async def serves(self, id: UUID, unit_no: int) -> bool:
        """Whether a founded model serves the commune that this unit is or stands in."""
        return bool(await self.connection.fetchval("select model_serves($1, $2)", id, unit_no))

    async def knows_organisation(self, id: UUID) -> bool:
        return bool(
            await self.connection.fetchval(
                "select exists (select from organisation where id = $1 and voided_at is null)", id
            )
        )

    async def sees_review(self, id: UUID, *, within: Scope) -> bool:
        return bool(
            await self.connection.fetchval(
                "select exists (select from model_review where id = $1 and unit_no between $2 and $3)",
                id,
                within.lo,
                within.hi,
            )
        )

    async def works_there(self, account_id: UUID, unit_no: int) -> bool:
        """Whether an account works today in the commune that this unit is or stands in."""
        return bool(
            await self.connection.fetchval(
                "select exists (select from account a join appointment p on p.account_id = a.id"
                " join unit c on c.level = 'commune' and $2 between c.no and c.last_no"
                " where a.id = $1 and a.state = 'active' and p.unit_no between c.no and c.last_no"
                " and p.valid_from <= now() and coalesce(p.valid_to > now(), true))",
                account_id,
                unit_no,
            )
        )

    async def seat(self, id: UUID, unit_id: UUID) -> None:
        """A model and what stands in it move onto a unit inside its commune. Raises `invalid`."""
        try:
            await self.connection.execute("select seat_model($1, $2)", id, unit_id)
        except asyncpg.PostgresError as error:
            if error.sqlstate == NOT_A_COMMUNE:
                raise flawed("/unit_id", "not_of_this_unit") from error
            raise

    async def team(self, id: UUID, month: date, *, within: Scope) -> tuple[list[Volunteer], str | None]:
        """The volunteers of a model, and the code of the province it lay in that month. Raises `not_found`."""
        country = within.road is Road.COUNTRY
        commune = await self.connection.fetchval(
            "select commune_ids[1] from support_model where id = $1 and ($4 or unit_no between $2 and $3)",
            id,
            within.lo,
            within.hi,
            country,
        )
        if commune is None:
            raise Refusal("not_found")
        found = await self.connection.fetch(
            "select id, full_name, periods from volunteer where support_model_id = $1 and voided_at is null"
            " order by vn_name_sort_key(full_name), id",
            id,
        )
        team = [Volunteer(row["id"], row["full_name"], json.loads(row["periods"])) for row in found]
        return team, await self.connection.fetchval(PROVINCE, commune, month)

    async def own_seats(self, month: date) -> list[Seat]:
        """What the caller holds or held in teams of volunteers, with the province of that month."""
        found = await self.connection.fetch("select * from own_seats() order by id")
        return [
            Seat(
                Volunteer(row["id"], row["full_name"], json.loads(row["periods"])),
                await self.connection.fetchval(PROVINCE, row["commune_id"], month),
            )
            for row in found
        ]

    async def open_unit(self, commune_id: UUID, kind: str, name: str, on: date) -> UUID:
        """A unit inside the commune, with the next free number there. Raises `invalid`, `no_number_free`."""
        try:
            opened: UUID = await self.connection.fetchval(
                "select open_model_unit($1, $2, $3, $4, $5)", new_id(), commune_id, kind, name, on
            )
        except asyncpg.PostgresError as error:
            if error.sqlstate == FULL:
                raise Refusal("no_number_free") from error
            if error.sqlstate == NOT_A_COMMUNE:
                raise flawed("/unit_id", "unit_not_in_scope") from error
            raise
        return opened
