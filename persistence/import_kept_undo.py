"""Taking back what an import did to kept nouns: what it made is voided by the noun's own act, what it changed gets its
old values, with all that follows of them (tasks, access, history). What somebody has touched since is spared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.imports.kept_work import KeptWork
from domain.imports.kinds import KINDS
from domain.keeping import Doing, Kept, Row
from domain.person.model import Void
from domain.refusals import Refusal
from persistence.registry import READS

WHY: Final = "Hoàn tác đợt nhập dữ liệu"
KEPT: Final[Mapping[str, Kept]] = {
    kind.noun.name: kind.work.kept for kind in KINDS.values() if isinstance(kind.work, KeptWork)
}
LET_GO: Final = "update {table} set source_ref = source_ref || '#' || $2::text where id = $1"
"""So that the same file can be taken in again: what is void keeps its reference with the name of the import."""


async def take_back(entered: Any, made: Sequence[Any]) -> set[UUID]:
    """Row by row, each whole or not at all; the rows of the file that were undone."""
    undone = set()
    for one in made:
        try:
            async with entered.task.records.kept_apart():
                await _take_back(entered, KEPT[one.noun], one)
                undone.add(one.row)
        except Refusal:  # spared, and listed as such
            continue
    return undone


async def _take_back(entered: Any, kept: Kept, one: Any) -> None:
    task = entered.task
    rows = task.records.rows(kept.noun.name)
    row: Row | None = await rows.known(one.id, within=task.within)
    if row is None or row["voided_at"] is not None or row["version"] != one.version:
        raise Refusal("stale_version")
    if one.trace["created"]:
        await _refuse_used(entered.connection, kept.noun.name, one)
        await kept.void.rule(task.records, task.ctx, task.within, Void(one.id, WHY))
        await let_go(entered, kept.noun.name, one.id)
    else:
        before = {name: _typed(kept.noun.name, name, text) for name, text in one.trace["before"].items()}
        after = await rows.amend(row, before | {"updated_at": task.ctx.now})
        await kept.follow(Doing(task.records, task.ctx, task.within, after, row))
    await task.records.journal("undo_import", kept.noun.name, one.id, "done")


async def let_go(entered: Any, noun: str, id: UUID) -> None:
    """What was taken back gives up its reference."""
    await entered.connection.execute(LET_GO.format(table=READS[noun].table), id, str(entered.stored.id))


async def _refuse_used(connection: Any, noun: str, one: Any) -> None:
    """Raises `stale_version` where a later row hangs on it."""
    sql = _used(noun)
    if sql and await connection.fetchval(sql, one.id, one.done_at):
        raise Refusal("stale_version")


@lru_cache(64)
def _used(noun: str) -> str:
    table, hanging = READS[noun].table, []
    for other in SQLModel.metadata.sorted_tables:
        if not {"recorded_at", "voided_at"} <= set(other.columns.keys()):
            continue
        names = [key.parent.name for key in other.foreign_keys if key.column.table.name == table]
        hanging += [
            f"exists (select from {other.name} x where x.{name} = $1 and x.recorded_at > $2 and x.voided_at is null)"
            for name in names
        ]
    return f"select {' or '.join(hanging)}" if hanging else ""


def _typed(noun: str, name: str, text: str) -> Any:
    """A value of the trace as its column wants it."""
    value, kind = json.loads(text), READS[noun].row.__table__.columns[name].type  # type: ignore[attr-defined]
    if not isinstance(value, str):
        return value
    if isinstance(kind, sa.DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    return UUID(value) if isinstance(kind, sa.Uuid) else value
