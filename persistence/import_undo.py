"""Compensating changes: what an import made is voided, what it changed gets its old values, what came beside ends.

Nothing is removed (rulings 16). What somebody has touched since is spared: its version has moved, or a later fact hangs
on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from domain.handover.use_cases import MoveHandover, move_handover
from domain.reading import Road
from domain.refusals import Refusal
from files.cells import unpacked
from persistence.gathering import Change, Gathering, Told, table_of
from persistence.import_stored import opened
from persistence.import_undo_acts import BACK, KEPT, take_back
from persistence.registry import READS
from persistence.sealing import Sealer
from persistence.transfer import moving, transferring

AT_ONCE: Final = 1_000
NEXT: Final = (
    "select id, target_noun, made_id, made_version, trace, done_at, person_id from import_row where import_id = $1"
    " and outcome in ('done', 'requested') order by no desc limit $2"
)
UNDONE: Final = (
    "update import_row set outcome = case when id = any($2::uuid[]) then 'undone' else 'spared' end,"
    " version = version + 1 where id = any($1::uuid[])"
)
WHY: Final = "Hoàn tác đợt nhập dữ liệu"
FACTS: Final = ("person_identifier", "person_phone", "residence")
ENDS: Final = {
    "person_identifier": "status = 'cancelled'",
    "person_phone": "valid_to = greatest(current_date - 1, coalesce(valid_from, current_date - 1))",
    "residence": "valid_to = valid_from",
}
"""How a fact that came with an import leaves again."""


WHOLE: Final[dict[str, Any]] = {"created": True, "before": {}, "added": []}
"""The trace of what was made whole."""


class Made(NamedTuple):
    """A row that was done, as undo finds it."""

    row: UUID
    noun: str
    id: UUID
    version: int | None
    trace: dict[str, Any]
    done_at: Any
    person: UUID | None


async def undo_rows(entered: Any, sealer: Sealer) -> int:
    """One batch; how many rows there were, none when nothing is left."""
    connection = entered.connection
    rows = await connection.fetch(NEXT, entered.stored.id, AT_ONCE)
    if not rows:
        return 0
    made = [Made(r[0], r[1], r[2], r[3], opened(sealer, r[0], "trace", r[4]) if r[4] else WHOLE, *r[5:]) for r in rows]
    undone: set[UUID] = set()
    for noun in dict.fromkeys(one.noun for one in made):
        undone |= await WAYS[noun](entered, [one for one in made if one.noun == noun])
    await connection.execute(UNDONE, [one.row for one in made], list(undone))
    return len(rows)


async def _kept_rows(entered: Any, made: Sequence[Made]) -> set[UUID]:
    """Persons and courses."""
    noun = made[0].noun
    created = [one for one in made if one.trace["created"]]
    changed = [one for one in made if not one.trace["created"]]
    gone = await _void(entered, noun, created) if created else set()
    back = await _restore(entered, noun, changed) if changed else set()
    return gone | back


async def _void(entered: Any, noun: str, made: Sequence[Made]) -> set[UUID]:
    connection, table, now = entered.connection, READS[noun].table, entered.task.ctx.now
    ids, versions = [one.id for one in made], [one.version for one in made]
    times = [one.done_at for one in made]
    found = await connection.fetch(_untouched(noun), ids, versions, times)
    free = [row[0] for row in found]
    await connection.execute(
        f"update {table} set version = version + 1, voided_at = $2, void_reason = $3, updated_at = $2,"
        " source_ref = source_ref || '#' || $4::text where id = any($1::uuid[])",
        free,
        now,
        WHY,
        str(entered.stored.id),
    )
    if noun == "person":
        await connection.execute(
            "update person_identifier set status = 'cancelled', version = version + 1"
            " where person_id = any($1::uuid[]) and status = 'active'",
            free,
        )
    await _tell(entered, noun, free)
    return {one.row for one in made if one.id in set(free)}


@lru_cache(8)
def _untouched(noun: str) -> str:
    """Those of ($1 ids, $2 versions, $3 when they were made) that nobody has worked with since."""
    alive = (
        f"select t.id from unnest($1::uuid[], $2::int[], $3::timestamptz[]) g(id, version, at)"
        f" join {READS[noun].table} t on t.id = g.id and t.version = g.version and t.voided_at is null"
    )
    if noun != "person":
        return f"{alive} where t.case_id is null for no key update of t"
    later = [
        f"exists (select from {table} x where x.person_id = t.id and (x.recorded_at > g.at"
        f"{' or x.version > 1' if table in FACTS else ''}))"
        for table, columns in moving()
        if "recorded_at" in columns
    ]
    return f"{alive} where not ({' or '.join(later)}) for no key update of t"


async def _restore(entered: Any, noun: str, made: Sequence[Made]) -> set[UUID]:
    """Old values back where the row is as the import left it; facts that came beside end."""
    connection, table, now = entered.connection, READS[noun].table, entered.task.ctx.now
    found = await connection.fetch(
        f"select t.id from unnest($1::uuid[], $2::int[]) g(id, version) join {table} t on t.id = g.id"
        " and t.version = g.version for no key update of t",
        [one.id for one in made],
        [one.version for one in made],
    )
    free = {row[0] for row in found}
    gathering = Gathering()
    for one in made:
        if one.id in free and one.trace["before"]:
            before = {name: _typed(table, name, value) for name, value in one.trace["before"].items()}
            gathering.changed.append((table, Change(one.id, before | {"updated_at": now})))
    await gathering.store(connection)
    await _end_facts(connection, [fact for one in made if one.id in free for fact in one.trace["added"]])
    await _tell(entered, noun, free)
    return {one.row for one in made if one.id in free}


async def _end_facts(connection: Any, facts: Sequence[Sequence[str]]) -> None:
    for noun, how in ENDS.items():
        ids = [UUID(id) for name, id in facts if name == noun]
        if ids:
            await connection.execute(
                f"update {noun} set version = version + 1, {how} where id = any($1::uuid[]) and version = 1", ids
            )


@lru_cache(256)
def _column(table: str, name: str) -> Any:
    return table_of(table).columns[name].type


def _typed(table: str, name: str, value: Any) -> Any:
    """A stored value as its column wants it."""
    found = unpacked(value)
    return UUID(found) if isinstance(_column(table, name), sa.Uuid) and isinstance(found, str) else found


async def _tell(entered: Any, noun: str, ids: Iterable[UUID]) -> None:
    """Journal and outbox, a row each."""
    gathering, reads = Gathering(), READS[noun]
    rows = await entered.connection.fetch(
        f"select t.id, {reads.whose('t')}, t.unit_no from {reads.table} t where t.id = any($1::uuid[])", list(ids)
    )
    gathering.told = [Told("undo_import", noun, "done", row[0], row[1], row[2]) for row in rows]
    await gathering.store(entered.connection)


async def _withdraw(entered: Any, made: Sequence[Made]) -> set[UUID]:
    """A request that the other side has not answered is withdrawn."""
    task, undone = entered.task, set()
    asking = replace(task.within, road=Road.MADE)
    for one in made:
        try:
            async with task.records.kept_apart(), transferring(entered.connection):
                await move_handover.rule(task.records, task.ctx, asking, MoveHandover(one.id, "withdrawn", WHY))
                undone.add(one.row)
        except Refusal:
            continue
    return undone


WAYS: Final = {
    "person": _kept_rows,
    "treatment_course": _kept_rows,
    "handover": _withdraw,
} | dict.fromkeys((*KEPT, *BACK), take_back)
