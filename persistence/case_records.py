"""Cases and decisions, written: implements domain.case.repository and domain.decision.repository."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB

from domain.acts import Context
from domain.case.repository import CaseKnown, FindingKnown, SupportKnown
from domain.decision.repository import DecisionKnown, EntryKnown, PersonNamed
from domain.law.ledger import Adjustment, AdjustmentKind, PaperRef, Reading
from domain.reading import Road, Scope
from persistence.registry import READS

JSON = ("content", "explanations", "recipients", "history")
"""Fields of a known decision that are JSON documents."""
ASSESSED = "exists (select from case_assessment a where a.case_id = t.id)"
CASE = ", ".join(
    {"unit_id": "(select u.id from unit u where u.no = t.unit_no)", "assessed": ASSESSED, "born_on": "p.born_on"}.get(
        name, f"t.{name}"
    )
    for name in CaseKnown._fields
)
ENTRY = "t.id, t.kind, t.first_day, t.last_day, t.ground, t.reading, t.reverses, t.document"


class Cases:
    """One transaction's cases. Table and column names come from our own declarations."""

    def __init__(self, connection: Any, ctx: Context) -> None:
        self.connection = connection
        self.ctx = ctx

    async def case(self, id: UUID, *, within: Scope) -> CaseKnown | None:
        wall, bounds = _wall(within)
        row = await self.connection.fetchrow(
            f"select {CASE} from management_case t join person p on p.id = t.person_id"
            f" where t.id = $1 and {wall} for no key update of t",
            id,
            *bounds,
        )
        return CaseKnown(*row) if row else None

    async def finding(self, id: UUID, *, within: Scope) -> FindingKnown | None:
        row = await self._one("case_finding", ", ".join(f"t.{name}" for name in FindingKnown._fields), id, within)
        return FindingKnown(*row) if row else None

    async def support(self, noun: str, id: UUID, *, within: Scope) -> SupportKnown | None:
        columns = ", ".join(f"t.{name}" for name in SupportKnown._fields)
        row = await self._one(READS[noun].table, columns, id, within)
        return SupportKnown(*row) if row else None

    async def open_proposal(self, case_id: UUID, *, within: Scope) -> UUID | None:
        wall, bounds = _wall(within)
        found = await self.connection.fetchval(
            f"select t.id from case_proposal t where t.case_id = $1 and t.answer is null and {wall}"
            " order by t.recorded_at desc limit 1",
            case_id,
            *bounds,
        )
        return None if found is None else UUID(str(found))

    async def waiting(self, before: date, *, within: Scope) -> tuple[UUID, ...]:
        """Cases that a new day changes: decided ones whose term has begun, and those with an entry that lasts."""
        wall, bounds = _wall(within)
        rows = await self.connection.fetch(
            "select t.id from management_case t where ((t.state = 'decided' and t.start_on <= $1)"
            f" or (t.provisional and t.state in ('active', 'interrupted'))) and {wall} order by t.id",
            before,
            *bounds,
        )
        return tuple(row["id"] for row in rows)

    async def decision(self, id: UUID, *, within: Scope) -> DecisionKnown | None:
        columns = ", ".join(f"t.{name}" for name in DecisionKnown._fields)
        row = await self._one("management_decision", columns, id, within, lock=True)
        if row is None:
            return None
        documents = {name: json.loads(row[name]) for name in JSON if row[name] is not None}
        return DecisionKnown(*row)._replace(**documents)

    async def person_named(self, id: UUID, *, within: Scope) -> PersonNamed | None:
        columns = ", ".join(f"t.{name}" for name in PersonNamed._fields)
        row = await self._one("person", columns, id, within)
        return PersonNamed(*row) if row else None

    async def entries(self, case_id: UUID, *, within: Scope) -> tuple[Adjustment, ...]:
        wall, bounds = _wall(within)
        rows = await self.connection.fetch(
            f"select {ENTRY} from decision_adjustment t where t.case_id = $1 and {wall} order by t.place",
            case_id,
            *bounds,
        )
        return tuple(_entry(row) for row in rows)

    async def entry(self, id: UUID, *, within: Scope) -> EntryKnown | None:
        columns = ", ".join(f"t.{name}" for name in EntryKnown._fields)
        row = await self._one("decision_adjustment", columns, id, within, lock=True)
        return EntryKnown(*row) if row else None

    async def _one(self, table: str, columns: str, id: UUID, within: Scope, *, lock: bool = False) -> Any:
        wall, bounds = _wall(within)
        end = " for no key update" if lock else ""
        return await self.connection.fetchrow(
            f"select {columns} from {table} t where t.id = $1 and {wall}{end}", id, *bounds
        )

    # -- writes --------------------------------------------------------------------------------------------------

    async def add(self, noun: str, id: UUID, *, person_id: UUID, unit_no: int, facts: Mapping[str, Any]) -> None:
        """A row of a noun of cases, under the unit that holds the person today."""
        row = dict(facts) | {
            "id": id,
            "person_id": person_id,
            "unit_no": unit_no,
            "made_unit_no": unit_no,
            "recorded_by": self.ctx.actor.account_id,
        }
        table, values = READS[noun].table, _written(noun, row)
        places = ", ".join(f"${place}" for place in range(1, len(values) + 1))
        province = f"(select u.province_no from unit u where u.no = ${list(row).index('unit_no') + 1})"
        await self.connection.execute(
            f"insert into {table} ({', '.join(row)}, province_no) values ({places}, {province})", *values
        )

    async def amend(self, noun: str, id: UUID, changes: Mapping[str, Any]) -> None:
        """The row with its next version; a row that would stay as it is keeps its version."""
        named = list(enumerate(changes, 2))
        sets = "".join(f", {name} = ${place}" for place, name in named)
        differs = " or ".join(f"{name} is distinct from ${place}" for place, name in named)
        await self.connection.execute(
            f"update {READS[noun].table} set version = version + 1{sets} where id = $1 and ({differs})",
            id,
            *_written(noun, changes),
        )

    async def hold_team(self, case_id: UUID, until: date) -> None:
        """The team before ends on a day, where it had no earlier end."""
        await self.connection.execute(
            "update support_team set valid_to = greatest($2, valid_from - 1), version = version + 1"
            " where case_id = $1 and (valid_to is null or valid_to > $2)",
            case_id,
            until,
        )


@lru_cache
def _documents(noun: str) -> frozenset[str]:
    columns = READS[noun].row.__table__.columns  # type: ignore[attr-defined]
    return frozenset(column.name for column in columns if isinstance(column.type, JSONB))


def _written(noun: str, row: Mapping[str, Any]) -> list[Any]:
    documents = _documents(noun)
    return [
        json.dumps(value, ensure_ascii=False, default=str) if name in documents and value is not None else value
        for name, value in row.items()
    ]


def _entry(row: Any) -> Adjustment:
    paper = json.loads(row["document"])
    return Adjustment(
        id=str(row["id"]),
        kind=AdjustmentKind(row["kind"]),
        document=PaperRef(paper["number"], date.fromisoformat(paper["dated"]), paper["authority"]),
        first_day=row["first_day"],
        last_day=row["last_day"],
        ground=row["ground"],
        reading=Reading(row["reading"]) if row["reading"] else None,
        reverses=str(row["reverses"]) if row["reverses"] else None,
    )


def _wall(within: Scope) -> tuple[str, tuple[int, ...]]:
    """The first wall of a write: cases are worked on by the unit that holds them; old units only read."""
    if within.road is Road.COUNTRY:
        return "true", ()
    if within.road is not Road.UNIT:
        return "false", ()
    return "t.unit_no between $2 and $3", (within.lo, within.hi)
