"""Figures of support: one statement under both walls, with its journal row: `records.support_figures`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

from domain.acts import Context
from domain.contact.figures import Months
from domain.figures.counting import MOST_LINES, CountSupport, SupportFigure
from domain.measures import Dong, Events, Persons
from domain.reading import Scope
from persistence.figure_sources import SOURCES, Rows
from persistence.scoping import wall

PERIODS: Final = {
    None: "select null, $1::date, $2::date",
    "month": (
        "select to_char(d, 'YYYY-MM'), d::date, (d + interval '1 month')::date"
        " from generate_series($1::date::timestamp, $2::date - interval '1 day', interval '1 month') d"
    ),
    "quarter": (
        "select to_char(d, 'YYYY-\"Q\"Q'), min(d)::date, (max(d) + interval '1 month')::date"
        " from generate_series($1::date::timestamp, $2::date - interval '1 day', interval '1 month') d group by 1"
    ),
}
"""Label, first day, first day after: whole months, cut by what was asked."""
PLACED: Final = (
    " left join (select d.unit_no, u.id from (select distinct unit_no from f) d"
    " join unit u on u.level = '{level}' and d.unit_no between u.no and u.last_no) m on m.unit_no = f.unit_no"
)
FIGURES: Final = (
    "with p(label, first, after) as materialized ({periods}), f as materialized ({rows}),"
    " c as materialized (select f.measure, {period} as period, {unit} as unit_id, {part} as part,"
    " count(distinct f.person_id), coalesce(sum(f.n), count(distinct f.id))::bigint, sum(f.vnd)::bigint"
    " from f join p on f.since < p.after and f.until >= p.first{placed}"
    " group by f.measure{cube}{having} limit {most}),"
    " j as (insert into journal_entry (act, noun, outcome, subject_ids, shown)"
    " select 'count_{noun}', '{noun}', 'read', '{{}}'::uuid[], count(*) from c) select * from c"
)


class SupportFigures:
    """Figures, on one transaction."""

    def __init__(self, connection: Any, ctx: Context, enter: Callable[[str], Awaitable[None]]) -> None:
        self.connection = connection
        self.ctx = ctx
        self.enter = enter

    async def count(self, noun: str, count: CountSupport, months: Months, *, within: Scope) -> list[SupportFigure]:
        """A line a measure for all that is asked, and one for each group that has any."""
        given: list[Any] = [*months]
        places: dict[tuple[str, str], str] = {}

        def argument(source: Any, type_: str) -> str:
            if (source, type_) not in places:
                given.append(self.ctx.today if source == "today" else getattr(within, source))
                places[source, type_] = f"${len(given)}::{type_}"
            return places[source, type_]

        sql = _statement(noun, count, " union all ".join(_rows(rows, within, argument) for rows in SOURCES[noun]))
        await self.enter("force_custom_plan")
        return _lines(noun, await self.connection.fetch(sql, *given))


def _rows(rows: Rows, within: Scope, argument: Callable[[Any, str], str]) -> str:
    where = rows.where.replace("{today}", argument("today", "date")) if "{today}" in rows.where else rows.where
    walled = wall(rows.reads, "t", within.road, within.level, argument)
    person, until = "t.person_id" if rows.of_persons else "null::uuid", rows.until or rows.day
    return (
        f"select '{rows.measure}'::text as measure, {rows.id} as id, t.unit_no, {person} as person_id,"
        f" {rows.part}::text as part, {rows.day} as since, {until} as until, {rows.n} as n, {rows.vnd} as vnd"
        f" from {rows.reads.table} t{rows.join}"
        f" where {walled} and t.voided_at is null and ({where}) and {rows.day} < $2::date and {until} >= $1::date"
    )


def _statement(noun: str, count: CountSupport, rows: str) -> str:
    dims = [*(["p.label"] if count.period else []), *(["m.id"] if count.level else []), *(["f.part"] * count.parts)]
    return FIGURES.format(
        noun=noun,
        rows=rows,
        periods=PERIODS[count.period],
        period="p.label" if count.period else "null::text",
        unit="m.id" if count.level else "null::uuid",
        part="f.part" if count.parts else "null::text",
        placed=PLACED.format(level=count.level) if count.level else "",
        cube=f", cube({', '.join(dims)})" if dims else "",
        having=" having grouping(m.id) = 1 or m.id is not null" if count.level else "",
        most=MOST_LINES + 1,
    )


def _lines(noun: str, found: Iterable[Any]) -> list[SupportFigure]:
    """In the order of the catalogue, the whole first; what was not found at all is nought and not left out."""
    order = {str(rows.measure): place for place, rows in enumerate(SOURCES[noun])}
    of = {str(rows.measure): rows for rows in SOURCES[noun]}
    lines = [_line(of[row[0]], row) for row in found]
    missing = order.keys() - {line.measure for line in lines}
    lines += [_line(of[name], (name, None, None, None, 0, 0, 0)) for name in missing]
    return sorted(lines, key=lambda line: (order[line.measure], *(_last(value) for value in line[1:4])))


def _last(value: Any) -> tuple[bool, str]:
    return value is not None, str(value)


def _line(rows: Rows, row: Any) -> SupportFigure:
    measure, period, unit_id, part, persons, events, vnd = row
    return SupportFigure(
        measure,
        period,
        unit_id,
        part,
        Persons(persons) if rows.of_persons else None,
        Events(events),
        Dong(vnd or 0) if rows.of_money else None,
    )
