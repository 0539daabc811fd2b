"""An import looked at from outside: its progress, and its file with what became of each row."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from uuid import UUID

from domain.access.scope import scope_of
from domain.acts import DENIED, Context, steadily
from domain.imports.noun import IMPORT_JOB, WORKING
from domain.imports.repository import ImportKnown
from domain.imports.use_cases import may_see_file
from domain.imports.values import Cell
from domain.reading import Scope
from domain.refusals import Refusal


class Progress(NamedTuple):
    """How far a job has come."""

    state: str
    rows_done: int
    rows_total: int
    version: int

    @property
    def working(self) -> bool:
        return self.state in WORKING


class ToldRow(NamedTuple):
    """A row as it was sent, and what is said of it."""

    no: int
    cells: Mapping[str, Cell]
    word: str
    flaws: list[dict[str, Any]]


class Annotated(NamedTuple):
    """A file with what became of its rows."""

    kind: str
    fields: frozenset[str]
    rows: Sequence[ToldRow]


async def watched(ctx: Context, id: UUID) -> Progress:
    """How far a job has come: no name, no value, and so no journal row for each look. Raises `not_found`."""

    async def look(now: Context) -> Progress:
        within = scope_of(now.actor, "run_import", via=now.via)
        async with now.store.records(now, within) as records:
            found: Progress | None = await records.imports.progress(id, within=within)
        if found is None:
            raise Refusal("not_found")
        return found

    return await steadily(ctx, look)


async def annotated(ctx: Context, id: UUID, *, errors_only: bool) -> Annotated:
    """The rows as they were sent. Each fetching is in the journal. Raises `not_found`, `forbidden`."""

    async def fetch(now: Context) -> Annotated:
        async with _told(now, id) as (records, within):
            job: ImportKnown | None = await records.imports.job(id, within=within)
            if job is None:
                raise Refusal("not_found")
            may_see_file(now, job)
            await records.journal("read_import_file", IMPORT_JOB.name, id, "read")
            rows: Sequence[ToldRow] = await records.imports.told(id, errors_only=errors_only, within=within)
        fields = frozenset(name for row in rows for name in row.cells)
        return Annotated(job.kind, fields, rows)

    return await steadily(ctx, fetch)


@asynccontextmanager
async def _told(ctx: Context, id: UUID) -> AsyncIterator[tuple[Any, Scope]]:
    """A transaction whose refusal leaves its journal row, as in Act."""
    try:
        within = scope_of(ctx.actor, "run_import", via=ctx.via)
        async with ctx.store.records(ctx, within) as records:
            yield records, within
    except Refusal as no:
        if no.code in DENIED or no.code == "not_found":
            outcome = "denied" if no.code in DENIED else "absent"
            await ctx.store.note(ctx, "read_import_file", IMPORT_JOB.name, (id,), outcome)
        raise
