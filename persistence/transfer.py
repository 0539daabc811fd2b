"""Writes that cross a unit's border, under a role of their own: officers' policies refuse to move a row out.

The role is taken for a few statements inside the act's transaction and given back; every table, column and condition is
ours, and the rules have been asked before.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from sqlmodel import SQLModel


@asynccontextmanager
async def transferring(connection: Any) -> AsyncIterator[None]:
    """Run as `road_transfer`, then as before. An error ends the transaction, and the role with it.

    One of many rows that walk abreast says so with what it asks (persistence/abreast.py).
    """
    if hasattr(connection, "crossing"):
        before, connection.crossing = connection.crossing, True
        try:
            yield
        finally:
            connection.crossing = before
        return
    before = await connection.fetchval(
        "select b from (select current_setting('role') as b offset 0) x, set_config('role', 'road_transfer', true)"
    )
    yield
    await connection.execute("select set_config('role', $1, true)", before)


@cache
def moving() -> tuple[tuple[str, frozenset[str]], ...]:
    """Tables whose rows move with their person, with their columns: who made them stands beside who holds them."""
    found = []
    for table in SQLModel.metadata.sorted_tables:
        columns = frozenset(column.name for column in table.columns)
        if {"person_id", "unit_no", "made_unit_no"} <= columns and table.name not in STAYING:
            found.append((table.name, columns))
    return tuple(found)


STAYING = frozenset({"row_change", "handover", "discharge_notice"})
"""Addressed from one unit to another: they belong to both, and move with nobody; what was told stays told."""
