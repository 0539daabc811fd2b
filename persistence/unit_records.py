"""Units by id, for rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain.imports.places import UnitKnown
from domain.units.seat import Seat

SEAT = "select id, no, last_no, province_no, area_no, level, valid_from, valid_to, name from unit where id = $1"
THEN = (
    "with recursive was(id) as (select $1::uuid"
    " union select l.from_id from was w join unit_lineage l on l.to_id = w.id)"
    f" select distinct {', '.join(f's.{name}' for name in Seat._fields)}"
    " from was join unit c on c.id = was.id and c.level = 'commune'"
    " and $2 between c.valid_from and coalesce(c.valid_to, 'infinity')"
    " join unit s on s.id = case when $3 = 'commune' then c.id else c.parent_id end and s.level = $3"
    " and $2 between s.valid_from and coalesce(s.valid_to, 'infinity') order by s.no"
)
"""Units of a level ($3) that stood on a day ($2) where a commune ($1) lies, through the lineage."""
ISSUERS = (
    "select u.level, u.id, u.code, u.name, array_remove(array[p.name, g.name], null), u.valid_from, u.valid_to"
    " from unit u left join unit p on p.id = u.parent_id left join unit g on g.id = p.parent_id"
    " and g.level = 'province' where u.level in ('commune', 'district')"
    " and (u.name_fold = any($1::text[]) or u.code = any($2::text[])) order by u.no"
)
KINDS = ("xa", "phuong", "thi tran", "dac khu", "quan", "huyen", "thi xa", "thanh pho")
"""Words before the name of a unit, as names are folded in the database."""


class Units:
    """Implements domain.units.seat.Seats on one connection."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def seat_at(self, no: int) -> Seat | None:
        """The unit that bears a number today."""
        row = await self.connection.fetchrow(SEAT.replace("where id", "where no"), no)
        return Seat(*row) if row else None

    async def seat(self, id: UUID) -> Seat | None:
        row = await self.connection.fetchrow(SEAT, id)
        return Seat(*row) if row else None

    async def seats_then(self, id: UUID, day: date, level: str) -> Sequence[Seat]:
        """Where a commune of today lay on a day: itself, those it came from, or their districts."""
        return [Seat(*row) for row in await self.connection.fetch(THEN, id, day, level)]

    async def issuers(self, names: Sequence[str], codes: Sequence[str]) -> Sequence[tuple[str, UnitKnown]]:
        """Communes and districts of any time by folded name or code, each with its level."""
        spelled = [*names, *(f"{kind} {name}" for name in names for kind in KINDS)]
        rows = await self.connection.fetch(ISSUERS, spelled, codes)
        return [(row[0], UnitKnown(row[1], row[2], row[3], tuple(row[4]), row[5], row[6], (row[1],))) for row in rows]
