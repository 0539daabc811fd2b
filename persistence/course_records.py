"""Courses of treatment, written and counted: implements domain.course.repository on one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.course.model import CoursePeriod
from domain.course.noun import COURSE
from domain.course.repository import CourseCount, CourseKnown
from domain.person.repository import PersonKnown
from domain.reading import Scope
from persistence.courses import COURSES
from persistence.scoping import wall, wall_of_write
from persistence.writing import change, insert

KNOWN = ", ".join(f"t.{name}" for name in CourseKnown._fields[:-1])
DAY = {
    "started": "t.started_on",
    "completed": "case when t.outcome = 'completed' then t.ended_on end",
}


class Courses:
    """Repository of courses."""

    def __init__(self, connection: Any, ctx: Context, enter: Callable[[str], Awaitable[None]]) -> None:
        self.connection = connection
        self.ctx = ctx
        self.enter = enter

    async def course(self, id: UUID, *, within: Scope) -> CourseKnown | None:
        where, bounds = wall_of_write(COURSES, within)
        row = await self.connection.fetchrow(
            f"select {KNOWN}, t.voided_at is not null from {COURSES.table} t where t.id = $1 and {where}"
            " for no key update",
            id,
            *bounds,
        )
        return CourseKnown(*row) if row else None

    async def going_on(self, person_id: UUID, kind: str, order_kind: str | None, *, within: Scope) -> list[CourseKnown]:
        rows = await self.connection.fetch(
            f"select {KNOWN}, false from {COURSES.table} t where t.person_id = $1 and t.kind = $2"
            " and t.order_kind is not distinct from $3 and t.outcome = 'ongoing' and t.voided_at is null"
            " and t.unit_no between $4 and $5 order by t.id for no key update",
            person_id,
            kind,
            order_kind,
            within.lo,
            within.hi,
        )
        return [CourseKnown(*row) for row in rows]

    async def add(self, id: UUID, person: PersonKnown, facts: Mapping[str, Any]) -> None:
        province = await self.connection.fetchval("select province_no from unit where no = $1", person.unit_no)
        row = dict(facts) | {
            "id": id,
            "person_id": person.id,
            "unit_no": person.unit_no,
            "made_unit_no": person.unit_no,
            "province_no": province,
            "recorded_by": self.ctx.actor.account_id,
        }
        await insert(self.connection, COURSES.table, row)

    async def amend(self, id: UUID, changes: Mapping[str, Any]) -> None:
        await change(self.connection, COURSES.table, id, changes)

    async def counts(self, period: CoursePeriod, *, within: Scope) -> list[CourseCount]:
        """One statement under both walls, with its journal row; a line for each kind and one for all."""
        given: list[Any] = [period.since, period.until]
        facts = {"lo": within.lo, "hi": within.hi, "grantees": self.ctx.actor.grantees}

        def argument(source: Any, type_: str) -> str:
            given.append(facts[source])
            return f"${len(given)}::{type_}"

        conditions = [wall(COURSES, "t", within.road, within.level, argument), "t.voided_at is null"]
        if period.kind is not None:
            given.append(period.kind)
            conditions.append(f"t.kind = ${len(given)}::text")
        await self.enter("force_custom_plan")
        rows = await self.connection.fetch(_counting(DAY[period.basis], " and ".join(conditions)), *given)
        return [CourseCount(*row) for row in rows]


def _counting(day: str, where: str) -> str:
    inside = f"filter (where {day} >= $1::date)"
    return (
        f"with c as materialized (select t.kind, count(distinct t.person_id) {inside}, count(*) {inside},"
        f" count(distinct t.person_id), count(*) from {COURSES.table} t"
        f" where {where} and {day} <= $2::date group by grouping sets ((t.kind), ()) order by t.kind nulls last),"
        " j as (insert into journal_entry (act, noun, outcome, subject_ids, shown)"
        f" select 'count_{COURSE.name}', '{COURSE.name}', 'read', '{{}}'::uuid[], count(*) from c)"
        " select * from c"
    )
