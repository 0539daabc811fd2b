"""The reconciliation: a view over notices and reviewed persons, the state as SQL made from the domain's table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.acts import Context
from domain.measures import Persons
from domain.reading import Scope
from domain.reconciliation.noun import RECONCILIATION
from domain.reconciliation.states import AGES, DONE, LOST, STATES, Age, ReconciliationState, Row
from domain.reconciliation.use_cases import ReconciliationCount
from persistence.columns import column, key
from persistence.notices import SENDER, UNIT
from persistence.reads import Key, Reads
from persistence.scoping import wall


class ReconciliationRow(SQLModel, table=True):
    """The view of migration 0026; its rows are the notices' and the review rounds'."""

    __tablename__ = "reconciliation"
    metadata: ClassVar[sa.MetaData] = sa.MetaData()  # no table of ours: nothing to create or compare
    id: UUID = key()
    notice_id: UUID | None = column("uuid", null=True)
    reviewed_person_id: UUID | None = column("uuid", null=True)
    unit_no: int = column("int")
    made_unit_no: int = column("int")
    subject_id: UUID = column("uuid")
    person_id: UUID | None = column("uuid", null=True)
    full_name: str = column("text")
    treatment: str = column("text")
    completes_on: date = column("date")
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant")
    standing: str = column("text")
    decided: bool = column("bool")
    delivered: bool = column("bool")
    contacted: bool = column("bool")
    ended: bool = column("bool")
    decided_at: datetime | None = column("instant", null=True)
    delivered_at: datetime | None = column("instant", null=True)
    first_contact_on: date | None = column("date", null=True)
    since_on: date = column("date")
    grace_ends_on: date | None = column("date", null=True)


LATE = "coalesce({t}.grace_ends_on < {today}, false)"
"""By the rule of the book of the day treatment ends; where it is silent nobody is called lost."""


def condition(row: Row) -> str:
    """What must hold for a state, as SQL."""
    wanted = row._asdict()
    parts = [f"{{t}}.standing = '{row.standing}'"]
    for name in ("decided", "delivered", "contacted", "ended", "late"):
        if wanted[name] is not None:
            fact = LATE if name == "late" else f"{{t}}.{name}"
            parts.append(fact if wanted[name] else f"not {fact}")
    return " and ".join(parts)


def listed(states: frozenset[ReconciliationState]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


STATE = "(case " + " ".join(f"when {condition(row)} then '{row.state}'" for row in STATES) + " end)"
WAITING = f"({STATE} not in ({listed(DONE)}))"
DAYS = f"(case when {WAITING} then {{today}} - {{t}}.since_on end)"
AGE = (
    f"(case when {WAITING} then case "
    + " ".join(f"when {{today}} - {{t}}.since_on <= {most} then '{age}'" for age, most in AGES)
    + f" else '{Age.LONGER}' end end)"
)
IS_LOST = f"({STATE} in ({listed(LOST)}))"

RECONCILIATIONS = Reads(
    RECONCILIATION,
    ReconciliationRow,
    columns={
        "unit_id": UNIT,
        "sender_unit_id": SENDER,
        "state": STATE,
        "lost": IS_LOST,
        "days_waiting": DAYS,
        "age": AGE,
    },
    masks={"full_name": "left(split_part({t}.full_name, ' ', -1), 1) || '.'"},
    joins={
        "unit": "{c}.no = {t}.unit_no",
        "sender_unit": "{c}.no = {t}.made_unit_no",
        "notice": "{c}.id = {t}.notice_id",
    },
    orders={"longest": (Key("{t}.since_on", "date"),), "completes": (Key("{t}.completes_on", "date"),)},
    filters={
        "unit_id": "{t}.unit_no = (select u.no from unit u where u.id = {v}::uuid)",
        "sender_unit_id": "{t}.made_unit_no = (select u.no from unit u where u.id = {v}::uuid)",
        "state": STATE + " = {v}::text",
        "lost": IS_LOST + " = {v}::bool",
        "age": AGE + " = {v}::text",
        "completes_from": "{t}.completes_on >= {v}::date",
        "completes_before": "{t}.completes_on < {v}::date",
    },
    subject="subject_id",
    granted="person_id",
)

WORDS = [state.value for state in ReconciliationState]
BUCKETS = ", ".join(f"count(*) filter (where x.age = '{age}')" for age in Age)
FIGURES = (
    f"with x as materialized (select {STATE} as state, {AGE} as age from reconciliation t where {{where}}),"
    " c as materialized (select s.word, grouping(s.word) = 1 as whole, count(x.state), "
    + BUCKETS
    + ", min(s.place) from unnest({words}) with ordinality s(word, place) left join x on x.state = s.word"
    " group by grouping sets ((s.word), ()) order by 2, min(s.place)),"
    " j as (insert into journal_entry (act, noun, outcome, subject_ids, shown)"
    f" select 'count_{RECONCILIATION.name}', '{RECONCILIATION.name}', 'read', '{{{{}}}}'::uuid[], count(*) from c)"
    " select * from c"
)


class Reconciliations:
    """Figures, on one transaction."""

    def __init__(self, connection: Any, ctx: Context, enter: Callable[[str], Awaitable[None]]) -> None:
        self.connection = connection
        self.ctx = ctx
        self.enter = enter

    async def counts(self, filters: Mapping[str, Any], *, within: Scope) -> list[ReconciliationCount]:
        """Under both walls, in one statement with its journal row."""
        given: list[Any] = []

        def value(of: Any, type_: str) -> str:
            given.append(of)
            return f"${len(given)}::{type_}"

        def fact(name: str, type_: str) -> str:
            return value(getattr(within, name), type_)

        conditions = [wall(RECONCILIATIONS, "t", within.road, within.level, fact)]
        for name, of in filters.items():
            template = RECONCILIATIONS.filters.get(name, "{t}." + name + " = {v}::text")
            type_ = template.partition("{v}::")[2].split(")", 1)[0]
            conditions.append(template.replace("{v}::" + type_, value(of, type_)))
        today = value(self.ctx.today, "date")
        sql = FIGURES.format(where=" and ".join(conditions), words=value(WORDS, "text[]"), t="t", today=today)
        await self.enter("force_custom_plan")
        return [_line(row) for row in await self.connection.fetch(sql.replace("{t}", "t"), *given)]


def _line(row: Any) -> ReconciliationCount:
    lost = None if row[1] else row[0] in LOST
    return ReconciliationCount(row[0], row[1], lost, *(Persons(n) for n in row[2:7]))
