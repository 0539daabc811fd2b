"""The register of persons, written: implements domain.person.repository on one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.person.identity import masked_tail
from domain.person.phone import masked_phone
from domain.person.repository import FactKnown, PersonKnown
from domain.reading import Scope
from domain.units.seat import Seat
from persistence.registry import READS
from persistence.scoping import wall_of_write
from persistence.sealing import Sealer

NUMBERED = frozenset({"person_identifier", "person_phone"})
"""Nouns whose `number` is sealed, masked and blindly indexed."""


class Persons:
    """Repository of persons and the facts about them. Table and column names come from our own declarations."""

    def __init__(self, connection: Any, sealer: Sealer, ctx: Context) -> None:
        self.connection = connection
        self.sealer = sealer
        self.ctx = ctx

    async def person(self, id: UUID, *, within: Scope) -> PersonKnown | None:
        wall, bounds = wall_of_write(READS["person"], within)
        row = await self.connection.fetchrow(
            "select t.id, t.unit_no, t.made_unit_no, t.full_name, t.born_on, t.born_precision, t.gender,"
            f" t.voided_at is not null from person t where t.id = $1 and {wall} for no key update",
            id,
            *bounds,
        )
        return PersonKnown(*row) if row else None

    async def fact(self, noun: str, id: UUID, *, within: Scope) -> FactKnown | None:
        reads = READS[noun]
        wall, bounds = wall_of_write(reads, within)
        columns = ", ".join(
            f"t.{name}" if name in reads.row.model_fields else f"null as {name}"
            for name in ("id", "person_id", "kind", "valid_from", "valid_to", "status")
        )
        row = await self.connection.fetchrow(
            f"select {columns} from {reads.table} t where t.id = $1 and {wall}", id, *bounds
        )
        return FactKnown(*row) if row else None

    async def number_of(self, id: UUID, *, within: Scope) -> str:
        """A paper's number in clear, for checking it against another kind."""
        wall, bounds = wall_of_write(READS["person_identifier"], within)
        blob = await self.connection.fetchval(
            f"select t.number_sealed from person_identifier t where t.id = $1 and {wall}", id, *bounds
        )
        return self.sealer.open(blob, table="person_identifier", row=id, column="number")

    async def has_active_id(self, person_id: UUID, *, within: Scope) -> bool:
        wall, bounds = wall_of_write(READS["person_identifier"], within)
        sql = (
            f"select exists (select from person_identifier t where t.person_id = $1 and t.status = 'active' and {wall})"
        )
        return bool(await self.connection.fetchval(sql, person_id, *bounds))

    async def add(self, id: UUID, facts: Mapping[str, Any], seat: Seat) -> None:
        """The person and the first link of the chain of responsibility; words for search come by trigger."""
        row = dict(facts) | {
            "id": id,
            "unit_no": seat.no,
            "province_no": seat.province_no,
            "area_no": seat.area_no,
            "made_unit_no": seat.no,
            "recorded_by": self.ctx.actor.account_id,
        }
        await self._insert("person", row)
        link = {
            "id": id,
            "person_id": id,
            "unit_no": seat.no,
            "unit_id": seat.id,
            "from_at": self.ctx.now,
            "reason": "registered",
            "name_then": facts["full_name"],
        }
        await self._insert("responsibility", link)

    async def add_fact(self, noun: str, id: UUID, person: PersonKnown, facts: Mapping[str, Any]) -> None:
        row = self._sealed(noun, id, dict(facts)) | {
            "id": id,
            "person_id": person.id,
            "unit_no": person.unit_no,
            "made_unit_no": person.unit_no,
            "recorded_by": self.ctx.actor.account_id,
        }
        await self._insert(READS[noun].table, row)

    async def amend(self, noun: str, id: UUID, changes: Mapping[str, Any]) -> None:
        row = self._sealed(noun, id, dict(changes))
        sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(row, 2))
        assignments = f"version = version + 1{', ' + sets if sets else ''}"
        await self.connection.execute(f"update {READS[noun].table} set {assignments} where id = $1", id, *row.values())

    async def _insert(self, table: str, row: Mapping[str, Any]) -> None:
        places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
        await self.connection.execute(f"insert into {table} ({', '.join(row)}) values ({places})", *row.values())

    def _sealed(self, noun: str, id: UUID, row: dict[str, Any]) -> dict[str, Any]:
        """A number never reaches the database in clear: ciphertext, masked tail and blind index stand for it."""
        if noun not in NUMBERED or "number" not in row:
            return row
        number = row.pop("number")
        mask = masked_tail if noun == "person_identifier" else masked_phone
        return row | {
            "number_sealed": self.sealer.seal(number, table=noun, row=id, column="number"),
            "number_tail": mask(number),
            "number_blind": self.sealer.blind(noun, number),
        }
