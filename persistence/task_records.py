"""The inbox, written: implements domain.task.due.Tasks on one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from domain.ids import new_id
from domain.reading import Scope
from domain.task.counting import CountTasks, Instants, TaskCount
from domain.task.due import TaskDue
from domain.task.noun import TaskLevel
from persistence.scoping import wall
from persistence.tasks import TASKS
from persistence.transfer import transferring
from persistence.whose_tasks import MINE, OWN
from persistence.writing import as_json

CLOSE = (
    "update task t set state = 'done', done_at = $3, version = t.version + 1"
    " from jsonb_to_recordset($2::jsonb) d(subject_id uuid, kinds text[])"
    " where t.noun = $1 and t.subject_id = d.subject_id and t.state = 'open' and not (t.kind = any(d.kinds))"
)
WHY = "case when excluded.explanation = '{}'::jsonb then task.explanation else excluded.explanation end"
"""A task that only goes on says nothing new about why."""
OPEN = (
    "insert into task (id, noun, subject_id, person_id, unit_no, made_unit_no, province_no, kind, due_at, due_on,"
    " opens_at, rule, explanation, skipped, made_at, circle_no, circle_only)"
    " select d.id, $1, d.subject_id, d.person_id, d.unit_no, d.unit_no,"
    " (select province_no from unit where no = d.unit_no), d.kind, d.due_at, d.due_on,"
    " d.opens_at, d.rule, d.explanation, d.skipped, $3, d.circle_no, d.circle_only"
    " from jsonb_to_recordset($2::jsonb) d(id uuid, subject_id uuid, person_id uuid, unit_no int, kind text,"
    " due_at timestamptz, due_on date, opens_at timestamptz, rule text, explanation jsonb, skipped jsonb,"
    " circle_no int, circle_only bool)"
    " on conflict (noun, subject_id, kind) where state = 'open' do update set"
    " moved = case when task.due_at = excluded.due_at then task.moved else task.moved || jsonb_build_array("
    "jsonb_build_object('due_at', task.due_at, 'rule', task.rule, 'moved_at', $3::timestamptz)) end,"
    " due_at = excluded.due_at, due_on = excluded.due_on, opens_at = excluded.opens_at, rule = excluded.rule,"
    f" explanation = {WHY}, skipped = excluded.skipped, unit_no = excluded.unit_no,"
    " circle_no = excluded.circle_no, province_no = excluded.province_no,"
    " person_id = coalesce(excluded.person_id, task.person_id),"
    " version = task.version + 1"
    " where (task.due_at, task.rule, task.unit_no, task.circle_no, task.person_id, task.explanation) is distinct from"
    " (excluded.due_at, excluded.rule, excluded.unit_no, excluded.circle_no,"
    f" coalesce(excluded.person_id, task.person_id), {WHY})"
)


FIGURES = (
    "with c as materialized (select t.kind, t.unit_no, count(*) as open, count(*) filter (where t.due_at < $1) as late,"
    " count(*) filter (where t.due_at >= $1 and t.due_at <= $2) as today,"
    " count(*) filter (where t.due_at >= $1 and t.due_at <= $3) as week,"
    " count(*) filter (where t.escalated_at is not null) as up from task t where t.state = 'open' and {where}"
    " group by grouping sets ((), (t.kind), (t.unit_no), (t.unit_no, t.kind))),"
    " j as (insert into journal_entry (act, noun, outcome, subject_ids, shown)"
    " select 'count_task', 'task', 'read', '{{}}'::uuid[], count(*) from c)"
    " select c.kind, u.id::text, c.open, c.late, c.today, c.week, c.up from c left join unit u on u.no = c.unit_no"
    " order by c.unit_no nulls first, c.kind nulls first"
)
"""Everything a page of badges shows, in one statement with its journal row."""


class Settled(NamedTuple):
    """What is due of a subject, all of it."""

    noun: str
    id: UUID
    person_id: UUID | None
    unit_no: int
    due: Sequence[TaskDue]
    now: datetime


class Tasks:
    """One unit's promises, kept beside the facts that made them."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def settle(
        self, noun: str, id: UUID, *, person_id: UUID | None, unit_no: int, due: Sequence[TaskDue], now: datetime
    ) -> None:
        """Make the open tasks of a subject equal to `due`, in whichever unit's inbox; safe to run twice."""
        await self._settle(Settled(noun, id, person_id, unit_no, due, now))

    async def _settle(self, one: Settled) -> None:
        await settle(self.connection, [one])

    async def open_subjects(self, noun: str, *, within: Scope) -> Sequence[UUID]:
        rows = await self.connection.fetch(
            "select distinct subject_id from task where noun = $1 and state = 'open' and unit_no between $2 and $3"
            " order by subject_id",
            noun,
            within.lo,
            within.hi,
        )
        return [row["subject_id"] for row in rows]

    async def counts(self, count: CountTasks, at: Instants, today: date, *, within: Scope) -> list[TaskCount]:
        """Under both walls; $1 to $3 are the instants, the rest is what narrows the tasks."""
        given: list[Any] = [*at]

        def value(of: Any, type_: str) -> str:
            given.append(of)
            return f"${len(given)}::{type_}"

        conditions = [
            wall(TASKS, "t", within.road, within.level, lambda source, type_: value(getattr(within, source), type_))
        ]
        if count.noun is not None:
            conditions.append(f"t.noun = {value(count.noun, 'text')}")
        if count.level is not None:
            conditions.append(f"{OWN} = {value(count.level == TaskLevel.OWN, 'bool')}")
        if count.mine is not None:
            conditions.append(f"{MINE} = {value(count.mine, 'bool')}")
        where = " and ".join(conditions).replace("{t}", "t")
        if "{today}" in where:
            where = where.replace("{today}", value(today, "date"))
        return [TaskCount(*row) for row in await self.connection.fetch(FIGURES.format(where=where), *given)]


async def settle(connection: Any, many: Sequence[Settled]) -> None:
    """The tasks of many subjects, each named once."""
    async with transferring(connection):
        for noun, now in dict.fromkeys((one.noun, one.now) for one in many):
            subjects = [one for one in many if (one.noun, one.now) == (noun, now)]
            await connection.execute(CLOSE, noun, as_json([_kept_open(one) for one in subjects]), now)
            if due := [_row(one, task) for one in subjects for task in one.due]:
                await connection.execute(OPEN, noun, as_json(due), now)


def _kept_open(one: Settled) -> dict[str, Any]:
    return {"subject_id": str(one.id), "kinds": [task.kind for task in one.due]}


def _row(one: Settled, task: TaskDue) -> dict[str, Any]:
    """A task as the database takes it."""
    return {
        "id": new_id(),
        "subject_id": one.id,
        "person_id": one.person_id,
        "unit_no": one.unit_no,
        "kind": task.kind,
        "due_at": task.due_at.isoformat(),
        "due_on": task.due_on and task.due_on.isoformat(),
        "opens_at": task.opens_at and task.opens_at.isoformat(),
        "rule": task.rule,
        "explanation": dict(task.explanation),
        "skipped": list(task.skipped),
        "circle_no": task.circle_no,
        "circle_only": task.circle_only,
    }
