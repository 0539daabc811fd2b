"""Figures of support: one statement under both walls, with its journal row: `records.support_figures`."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from domain.acts import Context
from domain.contact.figures import Months
from domain.figures.counting import MOST_LINES, CountSupport, SupportFigure
from domain.measures import Dong, Events, Persons
from domain.reading import Scope
from persistence.figure_sources import SOURCES, Rows
from persistence.scoping import wall

PERIODS: Final = {
    None: "select null::text, $1::date, $2::date",
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
HALF: Final = 60
"""Periods in one number of bits; ten years of months take two."""
PLACED: Final = (
    " left join (select d.unit_no, u.id from (select distinct unit_no from f) d"
    " join unit u on u.level = '{level}' and d.unit_no between u.no and u.last_no) m on m.unit_no = f.unit_no"
)
FIRSTS: Final = "(select array_agg(p.first order by p.place) from p)"
TOUCHED: Final = (
    f"greatest(width_bucket({{since}}, {FIRSTS}), 1) as first_of, width_bucket({{until}}, {FIRSTS}) as last_of"
)
"""The places of the first and the last period that a row touches."""
BITS: Final = "case when {a} <= {b} then (1::bigint << {b}) - (1::bigint << ({a} - 1)) else 0 end"
EARLY: Final = BITS.format(a="f.first_of", b=f"least(f.last_of, {HALF})")
LATE: Final = BITS.format(a=f"greatest(f.first_of - {HALF}, 1)", b=f"(f.last_of - {HALF})")
COUNTED_ONCE: Final = (
    "select measure, unit_id, part, g, early, late, count(*) as n from (select u.measure, {unit}, {part},"
    " {grouping} as g, bit_or(u.early) as early, bit_or(u.late) as late from u where u.{key} is not null"
    " group by u.measure, u.{key}{cube}{having}) a group by measure, unit_id, part, g, early, late"
)
LINES: Final = (
    "select x.measure, {label} as period, x.unit_id, x.part, sum(x.persons)::bigint,"
    " coalesce(sum(x.n), sum(x.events))::bigint, sum(x.vnd)::bigint from x{join}"
    " group by x.measure, x.unit_id, x.part, x.g{by}"
)
OF_PERIOD: Final = (
    f" join p on case when p.place <= {HALF} then x.early >> (p.place - 1)::int"
    f" else x.late >> (p.place - 1 - {HALF})::int end & 1 = 1"
)
TOLD: Final = (
    "select measure, unit_id, part, g, early, late, {persons}, {events}, null::bigint, null::bigint from ({of}) o"
)
FIGURES: Final = (
    "with p as materialized (select o.*, row_number() over (order by o.first) as place"
    " from ({periods}) o(label, first, after)), {tables},"
    " u as materialized (select f.*, {unit} as unit_id, {early} as early, {late} as late from {source}),"
    " x(measure, unit_id, part, g, early, late, persons, events, n, vnd) as materialized ("
    "select u.measure, {of_unit}, {of_part}, {grouping}, u.early, u.late, 0,"
    " sum(u.events)::bigint, sum(u.n)::bigint, sum(u.vnd)::bigint from (select u.measure, {of_unit} as unit_id,"
    " {of_part} as part, u.early, u.late, count(*) filter (where u.thing is null) as events, sum(u.n) as n,"
    " sum(u.vnd) as vnd from u group by 1, 2, 3, 4, 5) u group by u.measure, u.early, u.late{cube}{having}{once}),"
    " c as materialized (select * from ({lines}) o limit {most}),"
    " j as (insert into journal_entry (act, noun, outcome, subject_ids, shown)"
    " select 'count_{noun}', '{noun}', 'read', '{{}}'::uuid[], count(*) from c) select * from c"
)
"""Who stands in several rows or periods is counted once in each line. A row says in bits which periods it touches, and
a person's rows together are one number: nothing is sorted by person and period, which for the country took 10 s."""
ROOMY: Final = "set local work_mem = '32MB'"
"""Above the commune a count groups hundreds of thousands of rows: in memory it takes half the time."""
OF_ROW = re.compile(r"\bt\.(\w+)")


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

        spans = (months[1].year - months[0].year) * 12 + months[1].month - months[0].month
        sql = _statement(noun, count, within, argument, long=spans > HALF)
        await self.enter("force_custom_plan")
        if within.level != "commune":
            await self.connection.execute(ROOMY)
        return _lines(noun, await self.connection.fetch(sql, *given))


Argument = Callable[[Any, str], str]


def _read_once(noun: str, within: Scope, argument: Argument, *, told_apart: bool) -> tuple[str, str]:
    """Each table's rows of the period, read once for all that is counted of them; and the rows of each measure."""
    of_table: dict[str, list[Rows]] = {}
    for rows in SOURCES[noun]:
        of_table.setdefault(rows.reads.table, []).append(rows)
    tables = (f"of_{name} as {_of_table(each, within, argument)}" for name, each in of_table.items())
    told = (_rows(rows, place, argument, told_apart=told_apart) for place, rows in enumerate(SOURCES[noun]))
    return ", ".join(tables), " union all ".join(told)


def _of_table(of: list[Rows], within: Scope, argument: Argument) -> str:
    names = sorted({"unit_no"}.union(*(_columns(rows) for rows in of)))
    spans = " or ".join(dict.fromkeys(rows.when for rows in of))
    walled = wall(of[0].reads, "t", within.road, within.level, argument)
    told = ", ".join(f"t.{name}" for name in names)
    kept = "materialized" if len(of) > 1 else "not materialized"
    return f"{kept} (select {told} from {of[0].reads.table} t where {walled} and t.voided_at is null and ({spans}))"


def _columns(rows: Rows) -> set[str]:
    said = f"{rows.day} {rows.until} {rows.where} {rows.part} {rows.n} {rows.vnd} {rows.id} {rows.join}"
    return {*OF_ROW.findall(said), *(["person_id"] if rows.of_persons else [])}


def _rows(rows: Rows, place: int, argument: Argument, *, told_apart: bool) -> str:
    where = rows.where.replace("{today}", argument("today", "date")) if "{today}" in rows.where else rows.where
    person = "t.person_id" if rows.of_persons else "null::uuid"
    thing = rows.id if rows.many_things else "null::uuid"
    touched = (
        TOUCHED.format(since=rows.day, until=rows.until or rows.day) if told_apart else "1 as first_of, 1 as last_of"
    )
    return (
        f"select {place} as measure, {thing} as thing, t.unit_no, {person} as person_id,"
        f" {rows.part}::text as part, {touched}, {rows.n} as n, {rows.vnd} as vnd"
        f" from of_{rows.reads.table} t{rows.join} where ({where}) and {rows.when}"
    )


def _statement(noun: str, count: CountSupport, within: Scope, argument: Argument, *, long: bool) -> str:
    dims = [*(["u.unit_id"] if count.level else []), *(["u.part"] if count.parts else [])]
    tables, rows = _read_once(noun, within, argument, told_apart=count.period is not None)
    of_unit, of_part = "u.unit_id" if count.level else "null::uuid", "u.part" if count.parts else "null::text"
    told = {
        "cube": f", cube({', '.join(dims)})" if dims else "",
        "grouping": f"grouping({', '.join(dims)})" if dims else "0",
        "having": " having grouping(u.unit_id) = 1 or u.unit_id is not null" if count.level else "",
    }
    once = {"unit": f"{of_unit} as unit_id", "part": f"{of_part} as part", **told}
    lines = [LINES.format(label="null::text", join="", by="")]
    if count.period:
        lines.append(LINES.format(label="p.label", join=OF_PERIOD, by=", p.label"))
    return FIGURES.format(
        noun=noun,
        tables=f"{tables}, f as materialized ({rows})" if count.level else tables,
        source=f"f{PLACED.format(level=count.level)}" if count.level else f"({rows}) f",
        periods=PERIODS[count.period],
        unit="m.id" if count.level else "null::uuid",
        early=EARLY if count.period else "1::bigint",
        late=LATE if long else "0::bigint",
        of_unit=of_unit,
        of_part=of_part,
        once="".join(_once(noun, once)),
        lines=" union all ".join(lines),
        most=MOST_LINES + 1,
        **told,
    )


def _once(noun: str, told: Mapping[str, str]) -> Iterator[str]:
    """What is counted anew in each line: persons, and things that stand in several rows."""
    if any(rows.of_persons for rows in SOURCES[noun]):
        yield " union all " + TOLD.format(persons="n", events="0", of=COUNTED_ONCE.format(key="person_id", **told))
    if any(rows.many_things for rows in SOURCES[noun]):
        yield " union all " + TOLD.format(persons="0", events="n", of=COUNTED_ONCE.format(key="thing", **told))


def _lines(noun: str, found: Iterable[Any]) -> list[SupportFigure]:
    """In the order of the catalogue, the whole first; what was not found at all is nought and not left out."""
    of = SOURCES[noun]
    order = {str(rows.measure): place for place, rows in enumerate(of)}
    lines = [_line(of[row[0]], row) for row in found]
    missing = order.keys() - {line.measure for line in lines}
    lines += [_line(of[order[name]], (name, None, None, None, 0, 0, 0)) for name in missing]
    return sorted(lines, key=lambda line: (order[line.measure], *(_last(value) for value in line[1:4])))


def _last(value: Any) -> tuple[bool, str]:
    return value is not None, str(value)


def _line(rows: Rows, row: Any) -> SupportFigure:
    _, period, unit_id, part, persons, events, vnd = row
    return SupportFigure(
        str(rows.measure),
        period,
        unit_id,
        part,
        Persons(persons) if rows.of_persons else None,
        Events(events),
        Dong(vnd or 0) if rows.of_money else None,
    )
