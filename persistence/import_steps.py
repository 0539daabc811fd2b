"""The three steps of an import: reading a file into a preview, doing its rows, taking them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.imports.headers import LOOKED_AT, Head, cells_of, find_head, overflows
from domain.imports.kind import ImportKind
from domain.imports.model import counts_of
from domain.imports.running import Raw, Result, done, judged
from domain.refusals import Refusal
from files.cells import MOST_ROWS, FileRefused, Row
from files.parsing import Parsed, encoding_of, parsed
from persistence.import_loading import fitting, forget, keep, next_ready, stamp_of, store
from persistence.import_ready import ready
from persistence.import_records import FINGERPRINT
from persistence.import_stored import (
    LAST,
    StoredJob,
    clear,
    counted,
    head_data,
    note,
    stage,
    staged_rows,
    stopped,
    store_results,
)
from persistence.import_undo import undo_rows

BATCH: Final = 1_000
LOADED_AT_ONCE: Final = 2_000
READY_AT_ONCE: Final = 5
"""Batches of the preview that one transaction stores."""
GOT_ON: Final = {"attempts": 0}
"""A batch done: a job is given up only where worker after worker dies over the same one."""
BAD: Final = frozenset({"failed", "moved", "waiting"})


@dataclass(frozen=True)
class Job:
    """A job in the worker's hand."""

    id: UUID
    importer: Any
    now: Any

    def entered(self, state: str) -> Any:
        return self.importer.entered(self.id, self.now(), state)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The file in clear, piece by piece."""
        no = 0
        while sealed := await self.importer.pool.fetchval(
            "select sealed from import_chunk where import_id = $1 and no = $2", self.id, no
        ):
            yield self.importer.sealer.open_bytes(sealed, table="import_chunk", row=self.id, column=f"chunk/{no}")
            no += 1


# -- reading


async def read_step(job: Job) -> bool:
    """File → rows → verdicts. Begun again, it skips the lines that an earlier worker has staged."""
    async with job.entered("uploaded") as entered:
        if entered is None:
            return False
        stored: StoredJob = entered.stored
        if stored.last_no == 0:
            await clear(entered.connection, job.id)
        stamp = await stamp_of(entered.connection)  # of before the first unit is looked up
        so_far = Counter(await counted(entered.connection, job.id, "verdict"))
    found = Parsed()
    try:
        encoding = None if stored.format == "xlsx" else await encoding_of(job.chunks())
        batches = parsed(job.chunks, stored.format, sheet=stored.options.sheet, found=found, encoding=encoding)
        head, rows = await _head(batches, stored, entered.kind)
        await _note_head(job, head, encoding)
        async for batch in _after(rows, batches, stored.last_no):
            if not await _read_batch(job, head, batch, stamp, so_far):
                return False
    except FileRefused as refused:
        await stopped(job.importer.pool, job.id, "refused", refused.code, **refused.facts)
        return True
    except Refusal as refusal:
        await stopped(job.importer.pool, job.id, "refused", refusal.code, **refusal.facts)
        return True
    return await _previewed(job, found)


async def _head(batches: AsyncIterator[list[Row]], stored: StoredJob, kind: ImportKind) -> tuple[Head, list[Row]]:
    """The head of the table and the rows that were read to find it."""
    rows: list[Row] = []
    async for batch in batches:
        rows += batch
        if len(rows) >= LOOKED_AT:
            break
    head = find_head(kind, [row.cells for row in rows[:LOOKED_AT]], stored.mapping)
    if head.unknown and stored.options.unknown_columns == "error":
        raise Refusal("columns_unknown", columns=[head.headers[at] or f"#{at + 1}" for at in head.unknown][:20])
    return head, rows[head.first_row :]


async def _note_head(job: Job, head: Head, encoding: str | None) -> None:
    async with job.entered("uploaded") as entered:
        if entered is not None:
            await note(entered.connection, job.id, head=head_data(head), encoding=encoding)


async def _after(rows: list[Row], batches: AsyncIterator[list[Row]], last_no: int) -> AsyncIterator[list[Row]]:
    """Batches of the lines behind the last one staged."""
    taken = 0
    async for batch in _chained(rows, batches):
        taken += len(batch)
        if taken > MOST_ROWS:
            raise FileRefused("too_many_rows", most=MOST_ROWS)
        rest = [row for row in batch if row.no > last_no]
        for start in range(0, len(rest), BATCH):
            yield rest[start : start + BATCH]


async def _chained(rows: list[Row], batches: AsyncIterator[list[Row]]) -> AsyncIterator[list[Row]]:
    waiting = rows
    async for batch in batches:
        waiting = waiting + batch
        if len(waiting) >= BATCH:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


async def _read_batch(job: Job, head: Head, batch: Sequence[Row], stamp: str, so_far: Counter[str]) -> bool:
    async with job.entered("uploaded") as entered:
        if entered is None:
            return False
        sealer, task = job.importer.sealer, entered.task
        raw = [Raw(row.no, cells_of(head, row.cells), overflows(head, row.cells)) for row in batch]
        rows = await judged(task, entered.kind, job.id, raw)
        ids = await stage(entered.connection, sealer, entered.stored, entered.kind.noun.name, rows)
        if (whole := ready(task.records, sealer, rows, ids)) is not None:
            await keep(entered, sealer, stamp, whole)
        so_far.update(row.verdict.word for row in rows)
        facts = {"rows_done": so_far.total(), "counts": counts_of(so_far)}
        await note(entered.connection, job.id, last_no=batch[-1].no, **facts, **GOT_ON)
        return True


async def _previewed(job: Job, found: Parsed) -> bool:
    async with job.entered("uploaded") as entered:
        if entered is None:
            return False
        connection = entered.connection
        counts = counts_of(await counted(connection, job.id, "verdict"))
        total = sum(counts.values())
        facts = {"counts": counts, "rows_total": total, "rows_done": total, "last_no": 0, "attempts": 0}
        if found.disguise:
            facts["encoding"] = found.disguise
        if total == 0:
            await note(connection, job.id, state="refused", problem={"code": "no_rows"}, **facts)
            return True
        fingerprint = await connection.fetchval(FINGERPRINT, job.id)
        facts |= {"problem": None, "outcomes": {}, "previewed_at": entered.task.ctx.now}
        await note(connection, job.id, state="previewed", fingerprint=fingerprint, **facts)
        return True


# -- doing


async def load_step(job: Job) -> bool:
    """Rows of the preview done: batch by batch, or all in one transaction."""
    async with job.entered("loading") as entered:
        if entered is None:
            return False
        atomic = entered.stored.options.mode == "atomic"
        if atomic:
            bad = await _load_all(job, entered)
    if atomic:
        return await _given_up(job, bad) if bad else True
    while await _load_batch(job):
        pass
    return True


async def _load_batch(job: Job) -> bool:
    """One batch in its transaction; False when nothing is left."""
    async with job.entered("loading") as entered:
        if entered is None:
            return False
        stored = entered.stored
        did = await _load_next(job, entered, stored.last_no)
        if did is None:
            await _loaded(entered)
            return False
        await note(entered.connection, job.id, last_no=did.last_no, rows_done=stored.rows_done + did.size, **GOT_ON)
        return True


class Did(NamedTuple):
    """A stretch of the file that was done."""

    last_no: int
    size: int
    bad: tuple[Result, ...] = ()


async def _load_next(job: Job, entered: Any, after: int) -> Did | None:
    """What is ready as it stands where nothing has moved, else row by row; None when nothing is left."""
    connection, sealer = entered.connection, job.importer.sealer
    waiting = await next_ready(connection, job.id, after, READY_AT_ONCE)
    if waiting and (did := await _in_front(job, entered, after, waiting[0]["first_no"])):
        return did
    if batches := await fitting(entered, sealer, waiting) if waiting else []:
        try:
            await store(entered, after, batches)
        except Refusal:  # the database knows better: the rows are judged again, one by one where need be
            await forget(connection, job.id, waiting[: len(batches)])
            return await _by_rows(job, entered, after, batches[-1].last_no)
        await forget(connection, job.id, waiting[: len(batches)])
        last = batches[-1].last_no
        left = await _by_rows(job, entered, after, last)
        return Did(last, sum(one.size for one in batches), left.bad if left else ())
    await forget(connection, job.id, waiting[:1])
    return await _by_rows(job, entered, after, waiting[0]["last_no"] if waiting else LAST)


async def _in_front(job: Job, entered: Any, after: int, first_no: int) -> Did | None:
    """Rows before the first batch that is ready."""
    return await _by_rows(job, entered, after, first_no - 1) if first_no > after + 1 else None


async def _by_rows(job: Job, entered: Any, after: int, until: int) -> Did | None:
    """Rows read from their cells and judged again, as a single write would be."""
    sealer = job.importer.sealer
    rows = await staged_rows(entered.connection, sealer, job.id, after, LOADED_AT_ONCE, until)
    if not rows:
        return None
    results = await done(entered.task, entered.kind, rows)
    await store_results(entered.connection, sealer, results)
    return Did(rows[-1].no, len(rows), tuple(one for one in results if one.outcome in BAD))


async def _loaded(entered: Any) -> None:
    connection, id = entered.connection, entered.stored.id
    outcomes = await counted(connection, id, "outcome")
    facts = {"outcomes": outcomes, "rows_done": entered.stored.rows_total, "last_no": 0, "attempts": 0}
    await note(connection, id, state="loaded", problem=None, finished_at=entered.task.ctx.now, **facts)


async def _load_all(job: Job, entered: Any) -> list[Result]:
    """Every row or none: what could not be done is given back, and the transaction with it."""
    last, bad = 0, list[Result]()
    while did := await _load_next(job, entered, last):
        bad += did.bad
        last = did.last_no
        await job.importer.pool.execute(
            "update import_job set rows_done = rows_done + $2 where id = $1", job.id, did.size
        )
    if bad:
        await entered.connection.execute("rollback")
    else:
        await _loaded(entered)
    return bad


async def _given_up(job: Job, bad: Sequence[Result]) -> bool:
    """The preview again, with the rows that stood in the way."""
    async with job.entered("loading") as entered:
        if entered is None:
            return False
        await store_results(entered.connection, job.importer.sealer, [one._replace(made=None) for one in bad])
        moved = sum(one.outcome == "moved" for one in bad)
        problem = {"code": "rows_moved" if moved == len(bad) else "rows_failed", "rows": len(bad)}
        outcomes = await counted(entered.connection, job.id, "outcome")
        await note(entered.connection, job.id, state="previewed", problem=problem, outcomes=outcomes, rows_done=0)
        return True


# -- taking back


async def undo_step(job: Job) -> bool:
    """What the import did is taken back, last first, but for what somebody has worked with since."""
    while True:
        async with job.entered("undoing") as entered:
            if entered is None:
                return False
            taken = await undo_rows(entered, job.importer.sealer)
            if taken:
                await note(entered.connection, job.id, rows_done=entered.stored.rows_done + taken, **GOT_ON)
            else:
                outcomes = await counted(entered.connection, job.id, "outcome")
                facts = {"outcomes": outcomes, "attempts": 0, "finished_at": entered.task.ctx.now}
                await note(entered.connection, job.id, state="undone", problem=None, **facts)
                return True
