"""Communes of today joined into one of them: an edge of succession, and everything that they hold goes along.

Persons change hands as by a hand-over: responsibility passes on, the old commune keeps its own period, and the change
feed tells every row that moves (`entered_scope`, `left_scope`). Nobody is renumbered but the organisations that stood
in what ended. What a request still wrote there meanwhile is taken along by a sweep, as when areas are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from domain.ids import new_id
from persistence.unit_drawing import (
    DrawingRefusedError,
    NumberColumns,
    first_to_stay,
    number_columns,
    older_ended,
    without_triggers,
)
from persistence.unit_loading import NAMESPACE, TREE_LOCK

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")
DONE_THERE: Final = frozenset(
    {
        *("journal_entry", "row_change", "outbox", "responsibility", "appointment", "account", "law_change"),
        *("export_job", "export_chunk", "import_job", "import_mapping", "import_chunk", "import_row", "import_ready"),
    }
)
"""What was done or asked for by people of the old commune stays where it was done."""
ADDRESSED: Final = frozenset({"grantee", "to_unit_no", "asked_unit_no"})
"""Columns that name who is to see or answer: whoever holds the office today."""


class Merged(NamedTuple):
    """What a merger did."""

    persons: int
    organisations: int
    rows: int


async def merge(
    connection: Any, into: UUID, gone: Sequence[UUID], *, on: date, today: date, legal_basis: str
) -> Merged:
    """Join communes of one province into one that goes on, from a day on. Run as the owner, outside of a transaction.

    Raises: DrawingRefusedError.
    """
    await connection.execute(_TABLE)
    try:
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1)", TREE_LOCK)
            await first_to_stay(connection)
            heir = await _heir(connection, into, gone, on, today)
            await _end(connection, heir, gone, on, legal_basis)
            organisations = await _rehouse(connection, heir)
            persons, rows = await _take_over(connection, heir, on)
        await older_ended(connection)
        async with connection.transaction():
            await first_to_stay(connection)
            await connection.execute(_TOLD_LATE)
            late = await _take_over(connection, heir, on)
    finally:
        await connection.execute("drop table merged")
    return Merged(persons + late[0], organisations, rows + late[1])


_TABLE = "create temp table merged (was int primary key, id uuid not null, no int not null, commune bool not null)"
_TOLD_LATE = (
    "update row_change set xid = pg_current_xact_id()::text::bigint where unit_no in (select was from merged where not"
    " commune) or made_unit_no in (select was from merged where not commune)"
)
"""What was told meanwhile to an organisation by its old number takes the place of now, as in a redraw."""


async def _heir(connection: Any, into: UUID, gone: Sequence[UUID], on: date, today: date) -> Any:
    """The commune that goes on. Raises: DrawingRefusedError."""
    rows = await connection.fetch(
        "select * from unit where id = any($1::uuid[]) order by no for no key update", [into, *gone]
    )
    known = {row["id"]: row for row in rows}
    if not gone or into in gone or len(set(gone)) != len(gone):
        raise DrawingRefusedError("Name the communes that end, each once, and another that goes on.")
    if len(known) != len(gone) + 1 or any(row["level"] != "commune" or row["valid_to"] for row in rows):
        raise DrawingRefusedError("Only communes of today are joined.")
    if len({row["province_no"] for row in rows}) != 1:
        raise DrawingRefusedError("The communes lie in different provinces.")
    if on > today or any(row["valid_from"] >= on for row in rows):
        raise DrawingRefusedError("The day of effect is today or before, and after each of them began.")
    return known[into]


async def _end(connection: Any, heir: Any, gone: Sequence[UUID], on: date, legal_basis: str) -> None:
    """The communes end on the day before, and the edge of succession says into what."""
    await connection.execute(
        "update unit set valid_to = $2, version = version + 1 where id = any($1::uuid[])",
        list(gone),
        on - timedelta(days=1),
    )
    edges = [(uuid5(NAMESPACE, f"{id}>{heir['id']}@{on}"), id, heir["id"], on, legal_basis) for id in gone]
    await connection.executemany(
        "insert into unit_lineage (id, from_id, to_id, kind, effective_on, legal_basis, confidence)"
        " values ($1, $2, $3, 'merged_whole', $4, $5, 'C')",
        edges,
    )
    await connection.execute(
        "insert into merged select no, id, $2, true from unit where id = any($1::uuid[])", list(gone), heir["no"]
    )


async def _rehouse(connection: Any, heir: Any) -> int:
    """Organisations that stood in what ended get the next free numbers of the heir. Raises: DrawingRefusedError."""
    inside = await connection.fetch(
        "select u.id, u.no from unit u join merged m on u.home_id = m.id where m.commune order by u.no"
    )
    last = await connection.fetchval(
        "select coalesce(max(last_no), $1) from unit where no > $1 and no <= $2", heir["no"], heir["last_no"]
    )
    if last + len(inside) > heir["last_no"]:
        raise DrawingRefusedError(
            f"{heir['name']} has no room for {len(inside)} more organisations. Draw the areas of its province anew"
            " (`diemtua units area draw`): that makes room."
        )
    for no, one in enumerate(inside, last + 1):
        await connection.execute("insert into merged values ($1, $2, $3, false)", one["no"], one["id"], no)
    await connection.execute(
        "update unit u set no = m.no, last_no = m.no, area_no = $2, parent_id = $1, home_id = $1,"
        " version = version + 1 from merged m where m.id = u.id and not m.commune",
        heir["id"],
        heir["area_no"],
    )
    return len(inside)


async def _take_over(connection: Any, heir: Any, on: date) -> tuple[int, int]:
    """Persons and rows that went along. First the names of organisations, then what is told as it moves."""
    rows = 0
    async with without_triggers(connection):
        for table, name in _names():
            rows += await _moved(connection, f"update {table} t set {name} = m.no {_FROM} = t.{name} and not m.commune")
    persons = await _pass_responsibility(connection, heir, datetime.combine(on, time(), LOCAL))
    for columns in number_columns():
        for statement in _held(columns):
            rows += await _moved(connection, statement)
    return persons, rows


_FROM = "from merged m where m.was"
_UNDER_WAY = (
    "update handover h set {set} from merged m join unit a on a.no = m.no where m.commune and m.id = h.{side}_unit_id"
    " and h.state in ('proposed', 'acknowledged', 'accepted')"
)
_SIDES = ("asked_unit_id = a.id", "asking_unit_id = a.id, made_unit_no = a.no")
"""A hand-over that is under way goes on with the commune that is there now, on either side of it."""


def _names() -> Iterator[tuple[str, str]]:
    """Every column that names an organisation, but for `unit_no` of rows that are held: those are told."""
    for columns in number_columns():
        for name in columns.numbers:
            if name != "province_no" and (name != "unit_no" or columns.table in DONE_THERE):
                yield columns.table, name


def _held(columns: NumberColumns) -> Iterator[str]:
    """What a table has to do with the communes and organisations today; the person comes before its rows."""
    for name in columns.numbers:
        if name in ADDRESSED and columns.table not in DONE_THERE:
            yield f"update {columns.table} t set {name} = m.no {_FROM} = t.{name}"
        elif name == "unit_no" and columns.table not in DONE_THERE | {"person"}:
            yield f"update {columns.table} t set unit_no = m.no {_FROM} = t.unit_no"
    if columns.table == "handover":
        yield from (_UNDER_WAY.format(set=sets, side=sets.partition("_")[0]) for sets in _SIDES)


async def _pass_responsibility(connection: Any, heir: Any, at: datetime) -> int:
    """As in a hand-over: the person first, then close before open. Somebody taken on after the day passes on now."""
    held = await connection.fetch(
        "select p.id from person p join merged m on m.was = p.unit_no order by p.id for no key update of p"
    )
    people = [row["id"] for row in held]
    since = await connection.fetch(
        "update responsibility set to_at = case when from_at < $2 then $2 else greatest(now(), from_at + '1 us') end"
        " where person_id = any($1::uuid[]) and to_at is null returning person_id, to_at, name_then",
        people,
        at,
    )
    await connection.executemany(
        "insert into responsibility (id, person_id, unit_no, unit_id, from_at, reason, name_then)"
        " values ($1, $2, $3, $4, $5, 'merger', $6)",
        [(new_id(), row["person_id"], heir["no"], heir["id"], row["to_at"], row["name_then"]) for row in since],
    )
    await connection.execute(
        "update person set unit_no = $2, area_no = $3, version = version + 1, updated_at = now()"
        " where id = any($1::uuid[])",
        people,
        heir["no"],
        heir["area_no"],
    )
    return len(people)


async def _moved(connection: Any, statement: str) -> int:
    return int((await connection.execute(statement)).rpartition(" ")[2])
