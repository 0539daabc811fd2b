"""The tree changed by its owner: organisations added, areas drawn over the communes of a province (rulings 1).

A redraw numbers the whole province anew with numbers never used before and takes every row along, in one transaction.
A request that read its scope before finds nothing with the old numbers; a row that such a request still wrote under an
old number is taken along by a sweep, once every transaction of that time has ended.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlmodel import SQLModel

import persistence.registry  # noqa: F401 - brings every table into the metadata
from persistence.unit_loading import NAMESPACE, TREE_LOCK
from persistence.unit_numbering import Place, numbers_of

ORGANISATIONS: Mapping[str, str] = {
    "club": "commune",
    "volunteer_team": "commune",
    "counselling_point": "commune",
    "health_station": "commune",
    "rehab_centre": "province",
}
"""Kind of organisation → level of the unit it stands in."""

PATIENCE = 60.0
"""Seconds after which no transaction of the service can be older than a redraw: its statements end within 5, its pauses
within 10 (roles.sql). A backup that reads longer is not waited for."""


class DrawingRefusedError(Exception):
    """The tree stays as it is; the message says why."""


class NumberColumns(NamedTuple):
    """A table and its columns that hold numbers of units, found by name, so that later tables join by themselves."""

    table: str
    numbers: tuple[str, ...]
    """`unit_no`, `made_unit_no`, …, `province_no`, `grantee`, `circle_no`: each the number of one unit."""
    areas: bool
    """Whether it has `area_no`, which follows from `unit_no`."""

    @property
    def assignments(self) -> str:
        given = [
            f"{name} = coalesce((select r.no from redrawn r where r.was = t.{name}), t.{name})" for name in self.numbers
        ]
        of_unit = "from redrawn r where r.was = t.unit_no"
        area = [f"area_no = case when exists (select {of_unit}) then (select r.area_no {of_unit}) else t.area_no end"]
        return ", ".join(given + area * self.areas)


class Redrawn(NamedTuple):
    """What a redraw did: the areas by name, how many units have new numbers, how many rows went along."""

    areas: Mapping[str, UUID]
    units: int
    rows: int


def number_columns() -> Iterator[NumberColumns]:
    """Every table that carries numbers, but for `unit` itself."""
    for table in SQLModel.metadata.sorted_tables:
        names = [column.name for column in table.columns]
        numbers = tuple(
            name for name in names if name.endswith("unit_no") or name in {"province_no", "grantee", "circle_no"}
        )
        if table.name != "unit" and numbers:
            yield NumberColumns(table.name, numbers, "area_no" in names)


async def add_organisation(
    connection: Any, kind: str, parent_id: UUID, name: str, *, valid_from: date, id: UUID | None = None
) -> UUID:
    """Add a club, volunteer team, … to its commune (a rehab centre to its province), with the next free number there.

    Raises: DrawingRefusedError.
    """
    if kind not in ORGANISATIONS:
        raise DrawingRefusedError(f"{kind} is no kind of organisation: {', '.join(ORGANISATIONS)}.")
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", TREE_LOCK)
        parent = await connection.fetchrow("select * from unit where id = $1", parent_id)
        if parent is None or parent["level"] != ORGANISATIONS[kind] or parent["valid_to"] is not None:
            raise DrawingRefusedError(f"A {kind} stands in a {ORGANISATIONS[kind]} of today.")
        no = await _next_free(connection, parent)
        organisation = id or uuid5(NAMESPACE, f"{kind}:{no}@{parent_id}")
        await connection.execute(
            "insert into unit"
            " (id, no, last_no, province_no, area_no, level, unit_type, name, parent_id, home_id, valid_from)"
            " values ($1, $2, $2, $3, $4, 'organisation', $5, $6, $7, $7, $8)",
            *(organisation, no, parent["province_no"], parent["area_no"], kind, name, parent_id, valid_from),
        )
    return organisation


async def _next_free(connection: Any, parent: Any) -> int:
    last = await connection.fetchval(
        "select coalesce(max(last_no), $1) from unit where no > $1 and no <= $2", parent["no"], parent["last_no"]
    )
    if last >= parent["last_no"]:
        raise DrawingRefusedError(
            f"All numbers of {parent['name']} are given out. Draw the areas of its province anew"
            " (`diemtua units area draw`): that makes room."
        )
    return int(last) + 1


async def redraw(connection: Any, province_id: UUID, areas: Mapping[str, Sequence[UUID]], *, on: date) -> Redrawn:
    """Draw the areas of a province: communes of today by area name, each in at most one; the rest lie in none.

    An area that is not named any more ends on the day before. Run as the owner, outside of a transaction.
    Raises: DrawingRefusedError.
    """
    await connection.execute(_TABLE)
    try:
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1)", TREE_LOCK)
            await first_to_stay(connection)
            province, inside = await _province(connection, province_id)
            drawn = await _drawn(connection, province, inside, areas, on)
            bounds = (province["no"], province["last_no"])
            await _renumber_units(connection, province_id)
            async with without_triggers(connection):
                rows = await _take_along(connection, bounds)
        rows += await _sweep(connection, bounds)
        units = await connection.fetchval("select count(*) from redrawn")
    finally:
        await connection.execute("drop table redrawn")
    return Redrawn(drawn, int(units), rows)


_TABLE = (
    "create temp table redrawn (was int primary key, id uuid not null, no int not null, last_no int not null,"
    " province_no int, area_no int)"
)


async def _province(connection: Any, id: UUID) -> tuple[Any, dict[UUID, Any]]:
    """The province and all that stands in it. Its row is locked: what is added meanwhile waits."""
    province = await connection.fetchrow("select * from unit where id = $1 for update", id)
    if province is None or province["level"] != "province" or province["valid_to"] is not None:
        raise DrawingRefusedError("Areas are drawn over a province of today.")
    rows = await connection.fetch(
        "select id, level, name, valid_to from unit where no between $1 and $2 order by no",
        province["no"],
        province["last_no"],
    )
    return province, {row["id"]: row for row in rows}


async def _drawn(
    connection: Any, province: Any, inside: Mapping[UUID, Any], areas: Mapping[str, Sequence[UUID]], on: date
) -> dict[str, UUID]:
    """Areas made, kept or ended, and every commune of today put where it now stands."""
    _check(inside, areas)
    living = {row["name"]: row for row in inside.values() if row["level"] == "area" and row["valid_to"] is None}
    await connection.execute(
        "update unit set home_id = $1 where level = 'commune' and home_id = any($2::uuid[])",
        province["id"],
        [row["id"] for row in living.values()],
    )
    await connection.execute(
        "update unit set valid_to = greatest(valid_from, $1), version = version + 1 where id = any($2::uuid[])",
        on - timedelta(days=1),
        [row["id"] for name, row in living.items() if name not in areas],
    )
    drawn = {name: row["id"] for name, row in living.items() if name in areas}
    ever = sum(row["level"] == "area" for row in inside.values())
    for place, name in enumerate((name for name in areas if name not in living), ever + 1):
        drawn[name] = await _add_area(connection, province, f"{province['code']}-{place}", name, on)
    for name, communes in areas.items():
        await connection.execute("update unit set home_id = $1 where id = any($2::uuid[])", drawn[name], list(communes))
    return drawn


def _check(inside: Mapping[UUID, Any], areas: Mapping[str, Sequence[UUID]]) -> None:
    for name, communes in areas.items():
        if not name.strip():
            raise DrawingRefusedError("An area has a name.")
        for commune in communes:
            row = inside.get(commune)
            if row is None or row["level"] != "commune" or row["valid_to"] is not None:
                raise DrawingRefusedError(f"{name} names a unit that is no commune of today in this province.")
    every = [commune for communes in areas.values() for commune in communes]
    if len(every) != len(set(every)):
        raise DrawingRefusedError("A commune lies in at most one area at a time.")


async def _add_area(connection: Any, province: Any, code: str, name: str, on: date) -> UUID:
    """An area, with a number for the moment that is nobody's: the renumbering that follows gives it its own."""
    area = uuid5(NAMESPACE, f"area:{code}@{province['id']}")
    await connection.execute(
        "insert into unit (id, no, last_no, level, unit_type, code, code_system, name, parent_id, home_id, valid_from)"
        " select $1, m.no, m.no, 'area', 'area', $2, 'area', $3, $4, $4, $5"
        " from (select least(min(no), -1000000000) - 1 as no from unit) m",
        *(area, code, name, province["id"], on),
    )
    return area


async def _renumber_units(connection: Any, province_id: UUID) -> None:
    """New numbers above every number that the country has ever held."""
    rows = await connection.fetch(
        "with recursive inside as (select id, no, level, home_id from unit where id = $1"
        " union all select u.id, u.no, u.level, u.home_id from unit u join inside i on u.home_id = i.id)"
        " select * from inside order by no",
        province_id,
    )
    country = await connection.fetchrow("select id, last_no from unit where level = 'country' for update")
    places = [Place(row["id"], row["level"], row["home_id"]) for row in rows]
    numbers = numbers_of(places, country["last_no"] + 1)
    await connection.copy_records_to_table("redrawn", records=[(r["no"], r["id"], *numbers[r["id"]]) for r in rows])
    await connection.execute(
        "update unit u set no = r.no, last_no = r.last_no, province_no = r.province_no, area_no = r.area_no"
        " from redrawn r where r.id = u.id"
    )
    await connection.execute(
        "update unit set last_no = (select max(last_no) from redrawn) where id = $1", country["id"]
    )


async def first_to_stay(connection: Any) -> None:
    """Of two that wait for each other whoever looks first gives way: let it be the other, whose act is tried again."""
    if await connection.fetchval("select has_parameter_privilege('deadlock_timeout', 'set')"):
        await connection.execute("set local deadlock_timeout = '1min'")


@asynccontextmanager
async def without_triggers(connection: Any) -> AsyncIterator[None]:
    """No trigger fires: words, chains and journal stay as they are, only their numbers change.

    With the privilege to say so for this transaction nobody is held up; without it the tables are locked meanwhile.
    """
    if await connection.fetchval("select has_parameter_privilege('session_replication_role', 'set')"):
        await connection.execute("set local session_replication_role = replica")
        yield
        await connection.execute("set local session_replication_role = origin")
        return
    tables = [columns.table for columns in number_columns()]
    for table in tables:
        await connection.execute(f"alter table {table} disable trigger user")
    yield
    for table in tables:
        await connection.execute(f"alter table {table} enable trigger user")


async def _take_along(connection: Any, bounds: tuple[int, int]) -> int:
    """Every row that carries an old number; by one column after another, so that each has an index to start from."""
    rows = 0
    for columns in number_columns():
        for name in columns.numbers:
            status = await connection.execute(
                f"update {columns.table} t set {columns.assignments} where t.{name} between $1 and $2", *bounds
            )
            rows += int(status.rpartition(" ")[2])
    return rows


async def _sweep(connection: Any, bounds: tuple[int, int]) -> int:
    """Rows written under an old number by transactions that had read their scope before the redraw committed."""
    await older_ended(connection)
    async with connection.transaction(), without_triggers(connection):
        await first_to_stay(connection)
        await connection.execute(TOLD_LATE, *bounds)
        return await _take_along(connection, bounds)


TOLD_LATE = (
    "update row_change set xid = pg_current_xact_id()::text::bigint where unit_no between $1 and $2"
    " or made_unit_no between $1 and $2"
)
"""Of what is still addressed to an old number nobody has heard: it takes the place of now, so that no follower who has
read on is past it."""


async def older_ended(connection: Any) -> None:
    """Wait for every transaction that is open now, but no longer than any of the service's can last."""
    await connection.execute(
        "create temp table open_then as select l.virtualxid from pg_locks l join pg_stat_activity a using (pid)"
        " where l.locktype = 'virtualxid' and a.datname = current_database() and a.usename is not null"
        " and pid <> pg_backend_pid()"
    )
    open_still = "select exists (select from pg_locks join open_then using (virtualxid) where locktype = 'virtualxid')"
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and await connection.fetchval(open_still):  # noqa: ASYNC110 - it is PostgreSQL we wait for
        await asyncio.sleep(0.05)
    await connection.execute("drop table open_then")
