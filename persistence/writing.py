"""Rows written by name: table and column names come from our own declarations, values are arguments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID


async def insert(connection: Any, table: str, row: Mapping[str, Any]) -> None:
    places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    await connection.execute(f"insert into {table} ({', '.join(row)}) values ({places})", *row.values())


async def change(connection: Any, table: str, id: UUID, row: Mapping[str, Any]) -> None:
    """The row with its next version."""
    sets = "".join(f", {name} = ${place}" for place, name in enumerate(row, 2))
    await connection.execute(f"update {table} set version = version + 1{sets} where id = $1", id, *row.values())


def as_json(value: Any) -> str:
    """A small document of ours, as text for jsonb."""
    return json.dumps(value, ensure_ascii=False, default=str)
