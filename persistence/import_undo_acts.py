"""Taking back what an import did by acts, many rows abreast: with all that follows of them (tasks, access, history).

What it made of a kept noun is voided and what it changed gets its old values; a case is annulled, a draft withdrawn.
What somebody has touched since is spared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.access.scope import scope_of
from domain.case.model import Document, MoveCase
from domain.case.moving import annul_case
from domain.decision.model import MoveDecision
from domain.decision.use_cases import withdraw_decision
from domain.imports.kept_work import KeptWork
from domain.imports.kind import Task
from domain.imports.kinds import KINDS
from domain.keeping import Doing, Kept, Row
from domain.person.model import Void
from domain.refusals import Refusal
from persistence.registry import READS

WHY: Final = "Hoàn tác đợt nhập dữ liệu"
KEPT: Final[Mapping[str, Kept]] = {
    kind.noun.name: kind.work.kept for kind in KINDS.values() if isinstance(kind.work, KeptWork)
}
DRAFTS: Final = "select id from management_decision where case_id = $1 and state = 'drafted'"
LET_GO: Final = "update {table} set source_ref = source_ref || '#' || $2::text where id = $1"
"""So that the same file can be taken in again: what is void keeps its reference with the name of the import."""


async def take_back(entered: Any, made: Sequence[Any]) -> set[UUID]:
    """Rows, each whole or not at all; those of the file that were undone. What is refused is spared, and listed so."""
    back = BACK.get(made[0].noun, _take_back)
    came_to = await entered.task.records.abreast([(_key(one), _act(entered, back, one)) for one in made], kept=True)
    return {one.row for one, end in zip(made, came_to, strict=True) if not isinstance(end, Refusal)}


def _key(one: Any) -> Hashable:
    """Rows of one person are taken back one after the other."""
    key: UUID = one.person or one.id
    return key


def _act(entered: Any, back: Back, one: Any) -> Callable[[Any], Coroutine[Any, Any, None]]:
    return lambda records: back(replace(entered.task, records=records), entered.stored.id, one)


async def _take_back(task: Task, import_id: UUID, one: Any) -> None:
    kept = KEPT[one.noun]
    rows = task.records.rows(one.noun)
    row: Row | None = await rows.known(one.id, within=task.within)
    if row is None or row["voided_at"] is not None or row["version"] != one.version:
        raise Refusal("stale_version")
    if one.trace["created"]:
        await _refuse_used(task.records.connection, one)
        await kept.void.rule(task.records, task.ctx, task.within, Void(one.id, WHY))
        await _let_go(task, import_id, one.noun, one.id)
    else:
        before = {name: _typed(one.noun, name, text) for name, text in one.trace["before"].items()}
        after = await rows.amend(row, before | {"updated_at": task.ctx.now})
        await kept.follow(Doing(task.records, task.ctx, task.within, after, row))
    await task.records.journal("undo_import", one.noun, one.id, "done")


async def _let_go(task: Task, import_id: UUID, noun: str, id: UUID) -> None:
    """What was taken back gives up its reference."""
    await task.records.connection.execute(LET_GO.format(table=READS[noun].table), id, str(import_id))


async def _refuse_used(connection: Any, one: Any) -> None:
    """Raises `stale_version` where a later row hangs on it."""
    sql = _used(one.noun)
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


# -- cases and drafts


async def _annul(task: Task, import_id: UUID, one: Any) -> None:
    """A case is annulled by whoever may annul one, if nothing has come of it; else it is spared."""
    if not one.trace["created"]:
        return
    scope_of(task.ctx.actor, annul_case.permission)
    if await task.records.version(one.noun, one.id, within=task.within) != one.version:
        raise Refusal("stale_version")
    for draft in await task.records.connection.fetch(DRAFTS, one.id):
        await _withdraw(task, import_id, one._replace(noun="management_decision", id=draft["id"], version=1))
    paper = Document(f"import/{str(import_id)[:8]}", task.ctx.today, "Điểm Tựa")
    move = MoveCase(one.id, "annulled", on=task.ctx.today, reason=WHY, document=paper)
    await annul_case.rule(task.records, task.ctx, task.within, move)
    await task.records.journal(annul_case.name, one.noun, one.id, "done")
    await _let_go(task, import_id, one.noun, one.id)


async def _withdraw(task: Task, import_id: UUID, one: Any) -> None:
    """A draft that is still one is withdrawn. What was signed, or corrected, is spared: a file unsigns nothing."""
    if not one.trace["created"] or await task.records.version(one.noun, one.id, within=task.within) != one.version:
        raise Refusal("stale_version")
    await withdraw_decision.rule(task.records, task.ctx, task.within, MoveDecision(one.id, "withdrawn", WHY))
    await task.records.journal(withdraw_decision.name, one.noun, one.id, "done")
    await _let_go(task, import_id, one.noun, one.id)


Back = Callable[[Task, UUID, Any], Coroutine[Any, Any, None]]
BACK: Final[Mapping[str, Back]] = {"management_case": _annul, "management_decision": _withdraw}
