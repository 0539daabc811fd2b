"""The real units into the database: numbered, copied in one transaction, once (issue 2 §2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from persistence.unit_numbering import Place, in_tree_order, numbers_of
from reference.units import LineageFact, UnitFact, lineage, units

NAMESPACE = UUID("6f0d6c5e-4c0b-5f5e-9d2a-3a7d0f6b1c11")
TREE_LOCK = 7_302_001
"""Advisory lock of whoever changes the tree: one at a time."""


class UnitsDifferError(Exception):
    """The database holds units of another edition of the data file; the message says what to do."""


class NumberedUnit(NamedTuple):
    """A row of `unit` as it is copied; names are those of the columns."""

    id: UUID
    no: int
    last_no: int
    province_no: int | None
    area_no: int | None
    level: str
    unit_type: str
    code: str | None
    code_system: str | None
    name: str
    parent_id: UUID | None
    home_id: UUID | None
    valid_from: date
    valid_to: date | None
    latitude: float | None
    longitude: float | None
    marks: tuple[str, ...]
    alternative_codes: tuple[str, ...]


class Loaded(NamedTuple):
    """What a load has put in; zero where all was there already."""

    units: int
    edges: int


def unit_id(key: str) -> UUID:
    """The id of a unit of the data file: the same on every machine."""
    return uuid5(NAMESPACE, key)


def numbered(facts: Iterable[UnitFact]) -> list[NumberedUnit]:
    """Rows of the scope tree in preorder, every home before what stands in it."""
    by_key = {fact.key: fact for fact in facts}
    places = [Place(fact.key, fact.level, fact.home_key) for fact in by_key.values()]
    numbers = numbers_of(places)
    return [
        NumberedUnit(
            unit_id(key),
            *numbers[key],
            fact.level,
            fact.unit_type,
            fact.code,
            fact.code_system,
            fact.name,
            fact.parent_key and unit_id(fact.parent_key),  # type: ignore[arg-type]
            fact.home_key and unit_id(fact.home_key),  # type: ignore[arg-type]
            fact.valid_from,
            fact.valid_to,
            fact.lat,
            fact.lon,
            fact.marks,
            fact.alt_codes,
        )
        for key in in_tree_order(places, numbers)
        for fact in [by_key[key]]
    ]


async def load_units(connection: Any) -> Loaded:
    """Load units and edges as the owner; a second run changes nothing, two at once load once.

    Raises: UnitsDifferError when the database holds units, but not all of the file's.
    """
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", TREE_LOCK)
        rows = numbered(units())
        present = {row["id"] for row in await connection.fetch("select id from unit")}
        missing = sum(row.id not in present for row in rows)
        if present and missing:
            raise UnitsDifferError(
                f"{missing} units of the data file are not in this database, which was filled from another edition."
                " Load this edition into an empty database."
            )
        return Loaded(0, 0) if present else await _copy(connection, rows)


async def _copy(connection: Any, rows: list[NumberedUnit]) -> Loaded:
    edges = [_edge(fact) for fact in lineage()]
    await connection.copy_records_to_table("unit", records=rows, columns=NumberedUnit._fields)
    await connection.copy_records_to_table(
        "unit_lineage",
        records=edges,
        columns=("id", "from_id", "to_id", "kind", "effective_on", "legal_basis", "confidence"),
    )
    return Loaded(len(rows), len(edges))


def _edge(fact: LineageFact) -> tuple[Any, ...]:
    return (
        unit_id(f"{fact.from_key}>{fact.to_key}@{fact.effective_on}"),
        unit_id(fact.from_key),
        unit_id(fact.to_key),
        fact.kind,
        fact.effective_on,
        fact.legal_basis,
        fact.confidence,
    )
