"""The worker's hand on imports: a file is read, judged, loaded, undone, batch by batch, each a transaction.

Every transaction is entered for who began the step, under their rights of this moment, and notes how far it has come;
so a worker killed anywhere is followed by another that goes on behind the last batch. One worker at a time holds a job.
"""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.access.scope import scope_of
from domain.acts import Context
from domain.imports.kind import ImportKind, Options, Task
from domain.imports.kinds import KINDS
from domain.reading import Actor
from domain.refusals import Refusal
from persistence.actors import ActorBook
from persistence.change_hub import CHANNEL
from persistence.import_hand import ImportRecords, forget_units
from persistence.import_steps import Job, load_step, read_step, undo_step
from persistence.import_stored import job_of, stopped
from persistence.records import STALE, Register
from persistence.sealing import CursorSeal, Sealer

NOBODY: Final = UUID(int=0)
MOST_ATTEMPTS: Final = 5
DUE: Final = "select id from import_job where state in ('uploaded', 'loading', 'undoing') order by updated_at, id"
HELD: Final = "pg_try_advisory_xact_lock(hashtextextended({id}, 7))"
BEGIN: Final = (
    "update import_job set attempts = attempts + 1, started_at = coalesce(started_at, now())"
    f" where id = $1 and state = $2 and {HELD.format(id='$1::text')} returning attempts"
)
"""Only who finds a job free has tried it: one that another works on, or that a dead worker's connection still holds, is
no attempt."""
FORGOTTEN: Final = (
    "select id from import_job where finished_at < $1::timestamptz - interval '30 days'"
    " and state in ('loaded', 'undone', 'discarded', 'refused')"
)
STEPS: Final = {"uploaded": read_step, "loading": load_step, "undoing": undo_step}


@contextmanager
def _settled() -> Iterator[None]:
    """What stands in memory before a job is not searched for garbage again and again while its rows come and go."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@dataclass(frozen=True)
class Importer:
    """The worker's own login and keys."""

    pool: asyncpg.Pool
    sealer: Sealer
    cursors: CursorSeal

    async def work(self, now: Any) -> int:
        """Do all that waits; how many steps there were. Safe to run beside another worker."""
        steps = 0
        while True:
            tried: set[UUID] = set()
            for row in await self.pool.fetch(DUE):
                if await self.step(row["id"], now):
                    steps += 1
                    tried.add(row["id"])
            if not tried:
                return steps

    async def step(self, id: UUID, now: Any) -> bool:
        """One job through its present state; False where another worker holds it or nothing is to do."""
        forget_units()
        state = await self.pool.fetchval("select state from import_job where id = $1", id)
        if state not in STEPS:
            return False
        attempts = await self.pool.fetchval(BEGIN, id, state)
        if attempts is None:
            return False
        if attempts > MOST_ATTEMPTS:
            await stopped(self.pool, id, "failed", "worker_failed")
            return True
        try:
            with _settled():
                return await STEPS[state](Job(id, self, now))
        except Refusal as refusal:  # who began it may no longer do it, or the file is none
            await stopped(self.pool, id, "failed" if state != "uploaded" else "refused", refusal.code)
        except asyncpg.PostgresError as error:
            if error.sqlstate != STALE:
                raise
            await stopped(self.pool, id, "failed", "no_appointment")
        return True

    @asynccontextmanager
    async def entered(self, id: UUID, now: datetime, state: str) -> AsyncIterator[Entered | None]:
        """A transaction as the one who began the step; None where another worker holds the job or it has moved on."""
        async with self.pool.acquire() as connection:
            try:
                await connection.execute("begin")
                held = await connection.fetchval(f"select {HELD.format(id='$1')}", str(id))
                facts = await connection.fetchrow("select * from import_facts($1)", id) if held else None
                if held:
                    await connection.execute("select import_enter($1)", id)
                if facts is None or facts["state"] != state:
                    yield None
                else:
                    found = await self._entered(connection, id, facts, now)
                    yield found
                    if connection.is_in_transaction():
                        await found.task.records.tell()
                if connection.is_in_transaction():
                    await connection.execute("commit")
                    if state != "uploaded":
                        await connection.execute("select pg_notify($1, '')", CHANNEL)
            finally:
                if not connection.is_closed() and connection.is_in_transaction():
                    await connection.execute("rollback")

    async def _entered(self, connection: Any, id: UUID, facts: Any, now: datetime) -> Entered:
        actor = Actor(
            facts["account_id"],
            NOBODY,
            facts["appointment_id"],
            facts["role"],
            facts["unit_id"],
            facts["unit_no"],
            facts["last_no"],
            facts["level"],
            facts["current"],
            "",
            facts["account_no"],
        )
        register = Register(self.pool, self.sealer, self.cursors, ActorBook(self.pool))
        ctx = Context(actor=actor, store=register, now=now, purpose=facts["purpose"], request_id=f"import-{id}")
        stored = await job_of(connection, id)
        kind, loading = KINDS[stored.kind], stored.state == "loading"
        for permission in ("run_import", *kind.permissions):
            scope_of(actor, permission)
        within = scope_of(actor, kind.permissions[0])
        records = ImportRecords(connection, register, ctx, within, gathering=kind.depends_on is None)
        records.entered = "auto"
        return Entered(
            connection,
            stored,
            kind,
            Task(records, ctx, within, stored.options, since=stored.previewed_at if loading else None),
        )

    async def forget(self, now: datetime) -> int:
        """What was sent is dropped thirty days after it was done with; the figures of the job stay.

        What was made ready counts for one day and is dropped with it.
        """
        await self.pool.execute("delete from import_ready where recorded_at < $1::timestamptz - interval '1 day'", now)
        ids = [row["id"] for row in await self.pool.fetch(FORGOTTEN, now)]
        for table in ("import_chunk", "import_row", "import_key"):
            await self.pool.execute(f"delete from {table} where import_id = any($1::uuid[])", ids)
        return len(ids)


@dataclass(frozen=True)
class Entered:
    """One transaction of a job."""

    connection: Any
    stored: Any
    kind: ImportKind
    task: Task


Rows = Sequence[Any]
__all__ = ["Entered", "Importer", "Options"]
