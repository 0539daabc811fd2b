"""Writes gathered and stored set by set: COPY into a scratch table, then one statement a table (performance page).

COPY is refused on tables under row-level security, so rows go by a scratch table of this transaction; the statement
that takes them from there passes both walls like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import SQLModel

from persistence.registry import READS

JOURNAL = (
    "insert into journal_entry (act, noun, outcome, subject_ids, shown)"
    " select act, noun, outcome, array[subject], 1 from {stage} order by place"
)
OUTBOX = (
    "insert into outbox (noun, subject_id, act, unit_no)"
    " select noun, id, act, unit_no from {stage} where outcome = 'done' order by place"
)


class Told(NamedTuple):
    """A journal row and an outbox row, as one act would leave them."""

    act: str
    noun: str
    outcome: str
    id: UUID
    subject: UUID
    unit_no: int | None


class Change(NamedTuple):
    """A row with its next version."""

    id: UUID
    values: Mapping[str, Any]


class Gathering:
    """What acts would write, in their order; nothing reaches the database before `store`."""

    def __init__(self) -> None:
        self.added: list[tuple[str, dict[str, Any]]] = []
        self.changed: list[tuple[str, Change]] = []
        self.told: list[Told] = []

    def mark(self) -> tuple[int, int, int]:
        return len(self.added), len(self.changed), len(self.told)

    def back_to(self, mark: tuple[int, int, int]) -> None:
        """Forget what came after."""
        del self.added[mark[0] :], self.changed[mark[1] :], self.told[mark[2] :]

    async def store(self, connection: Any, *, last: bool = False) -> None:
        """Write everything: new rows table by table, then changes, then what is told.

        `last`: nothing else is gathered in this transaction, so scratch tables of one use need not be emptied.
        """
        tables: dict[str, list[dict[str, Any]]] = {}
        for table, row in self.added:
            tables.setdefault(table, []).append(row)
        for table in sorted(tables, key=place_of):
            await _insert(connection, table, tables[table], last=last)
        await self._change(connection)
        await self._tell(connection)
        self.back_to((0, 0, 0))

    async def _change(self, connection: Any) -> None:
        for table, columns, changes in rounds(self.changed):
            await _update(connection, table, columns, changes)

    async def _tell(self, connection: Any) -> None:
        if not self.told:
            return
        columns = ("place", *Told._fields)
        types = {"place": "int", "id": "uuid", "subject": "uuid", "unit_no": "int"}
        stage = await _staged(
            connection,
            "told",
            ", ".join(f"{name} {types.get(name, 'text')}" for name in columns),
            columns,
            [(place, *one) for place, one in enumerate(self.told)],
        )
        await connection.execute(JOURNAL.format(stage=stage))
        await connection.execute(OUTBOX.format(stage=stage))
        await connection.execute(f"truncate {stage}")


def rounds(changed: Iterable[tuple[str, Change]]) -> Iterator[tuple[str, tuple[str, ...], list[Change]]]:
    """Changes of the same columns together; a row changed twice is changed in turn."""
    waiting = list(changed)
    while waiting:
        seen: set[UUID] = set()
        groups: dict[tuple[str, tuple[str, ...]], list[Change]] = {}
        later = []
        for table, change in waiting:
            if change.id in seen:
                later.append((table, change))
            else:
                seen.add(change.id)
                groups.setdefault((table, tuple(sorted(change.values))), []).append(change)
        for (table, columns), changes in groups.items():
            yield table, columns, changes
        waiting = later


async def _insert(connection: Any, table: str, rows: Sequence[Mapping[str, Any]], *, last: bool = False) -> None:
    """Rows of a table; those that name the same columns go together, the rest of a row stays with its default."""
    stage = await _like(connection, table)
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(tuple(row.values()))
    for columns, records in alike.items():
        listed = ", ".join(columns)
        await connection.copy_records_to_table(stage, records=records, columns=columns)
        await connection.execute(f"insert into {table} ({listed}) select {listed} from {stage}")
        if len(alike) > 1 or not last:
            await connection.execute(f"truncate {stage}")


async def _update(connection: Any, table: str, columns: Sequence[str], changes: Sequence[Change]) -> None:
    stage = await _like(connection, table)
    records = [(one.id, *(one.values[name] for name in columns)) for one in changes]
    await connection.copy_records_to_table(stage, records=records, columns=("id", *columns))
    sets = "".join(f", {name} = s.{name}" for name in columns)
    await connection.execute(f"update {table} t set version = t.version + 1{sets} from {stage} s where t.id = s.id")
    await connection.execute(f"truncate {stage}")


async def _like(connection: Any, table: str) -> str:
    """A scratch table with the same columns and none of the rules; it ends with the transaction."""
    stage = f"stage_{table}"
    like = f"select {plain_columns(table)} from {table} with no data"
    await connection.execute(f"create temp table if not exists {stage} on commit drop as {like}")
    return stage


async def _staged(connection: Any, name: str, shape: str, columns: Sequence[str], records: Sequence[Any]) -> str:
    stage = f"stage_{name}"
    await connection.execute(f"create temp table if not exists {stage} ({shape}) on commit drop")
    await connection.copy_records_to_table(stage, records=records, columns=columns)
    return stage


@lru_cache(64)
def plain_columns(table: str) -> str:
    """Columns that are written; the database computes the others."""
    return ", ".join(column.name for column in table_of(table).columns if column.computed is None)


@lru_cache(64)
def table_of(name: str) -> Any:
    return SQLModel.metadata.tables[name]


@lru_cache(256)
def place_of(table: str) -> int:
    """Where a table stands among all, each behind those that it refers to."""
    return SQLModel.metadata.sorted_tables.index(table_of(table))


def subject_of(noun: str, id: UUID, row: Mapping[str, Any] | None) -> UUID:
    """Whom a row is about, as its Reads declares it."""
    column = READS[noun].subject
    return id if row is None or column == "id" else row.get(column, id)
