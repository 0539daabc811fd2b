"""The worker's hand on exports: a list read to its end under the rights of who asked, and laid down as sealed pieces.

One instant of the register is held by a transaction that writes nothing; pages, pieces and the record go by short ones
on a second connection, so the change feed waits for no export. Order: a page's journal row, then the bytes that hold
the page, then, when the last piece stands, the record as `done`. Pieces of an export that is not done are given to
nobody; who begins it anew takes them away first. While one worker holds a job no other touches it (a lock of the
connection, gone with it); should that connection break under a worker that lives, what it still writes is refused
(Turn).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.access.scope import scope_of
from domain.acts import READERS, Context
from domain.exports.approving import APPROVERS, WAITS_DAYS, approval
from domain.exports.model import MOST_ROWS, Maker
from domain.exports.noun import EXPORT_JOB
from domain.reading import Actor
from domain.refusals import Refusal
from persistence.actors import ActorBook
from persistence.export_laying import HELD, Laying, OvertakenError, Turn
from persistence.export_reading import CAP, Question, Reading, Stored, stored_of
from persistence.instants import held
from persistence.pools import lost
from persistence.records import STALE, Register
from persistence.sealing import CursorSeal, Sealer
from persistence.task_records import Tasks

NOBODY: Final = UUID(int=0)
MOST_ATTEMPTS: Final = 5
LONGEST: Final = "1h"
"""Of one export; a million rows take some minutes."""
DUE: Final = (
    "select id from export_job where state in ('queued', 'running') and not streamed order by attempts, updated_at, id"
)
LOCKED: Final = "select pg_try_advisory_lock(hashtextextended($1, 23))"
LET_GO: Final = "select pg_advisory_unlock(hashtextextended($1, 23))"
BEGIN: Final = (
    "update export_job set attempts = attempts + 1, state = 'running', started_at = coalesce(started_at, $2),"
    " updated_at = $2, version = version + 1 where id = $1 and state in ('queued', 'running')"
    " and not streamed returning version, attempts, unit_no, collection, noun, filters, fields, sort, via, format,"
    " purpose, approved_by, sealed_filters"
)
CLEARED: Final = "delete from export_chunk where export_id = $1"
ENDED: Final = (
    "update export_job j set state = $3, problem = $4, finished_at = $5, updated_at = $5, version = version + 1"
    f" where {HELD}"
)
WAITING: Final = (
    "update export_job j set state = 'awaiting', rows = $3, most = $4, attempts = 0, updated_at = $5,"
    f" version = version + 1 where {HELD}"
)
EXPIRED: Final = (
    "update export_job set state = 'expired', pieces = 0, updated_at = $1, version = version + 1"
    " where state = 'done' and expires_at <= $1 returning id"
)

BROKEN_OFF: Final = (
    "update export_job set state = 'failed', problem = 'stream_broken', finished_at = $1, updated_at = $1,"
    " version = version + 1 where streamed and state = 'running' and updated_at <= $2"
)
"""A stream whose server was killed: none lasts as long as that (api/export_files.py)."""
NO_STREAM_LASTS: Final = timedelta(minutes=15)
UNDECIDED: Final = (
    "update export_job set state = 'expired', problem = $3, finished_at = $1, updated_at = $1,"
    " version = version + 1 where state = 'awaiting' and updated_at <= $2 returning id, unit_no"
)


@dataclass(frozen=True)
class Exporter:
    """The worker's own login and keys."""

    pool: asyncpg.Pool
    sealer: Sealer
    cursors: CursorSeal
    question: Question

    async def work(self, now: Callable[[], datetime]) -> int:
        """Do all that waits; how many there were. Safe to run beside another worker."""
        done = 0
        while tried := [row["id"] for row in await self.pool.fetch(DUE) if await self.step(row["id"], now)]:
            done += len(tried)
        return done

    async def step(self, id: UUID, now: Callable[[], datetime]) -> bool:
        """One export from its beginning; False where another worker holds it or nothing is to do."""
        async with self.pool.acquire() as holder:
            if not await holder.fetchval(LOCKED, str(id)):
                return False
            try:
                async with self.pool.acquire() as hand:
                    return await self._step(holder, hand, id, now)
            finally:
                if not lost(holder):
                    await holder.execute(LET_GO, str(id))

    async def _step(self, holder: Any, hand: Any, id: UUID, now: Callable[[], datetime]) -> bool:
        row = await self._begun(hand, id, now())
        if row is None:
            return False
        version, attempts, *asked = row
        turn = Turn(hand, id, version)
        try:
            if attempts > MOST_ATTEMPTS:
                await turn.write(ENDED, "failed", "worker_failed", now())
            else:
                await self._tried(holder, turn, stored_of(id, asked, self.sealer), now)
        except OvertakenError:
            return False
        return True

    async def _begun(self, hand: Any, id: UUID, now: datetime) -> Any:
        """The job as its next attempt; what an earlier one has laid down is taken away."""
        async with hand.transaction():
            row = await hand.fetchrow(BEGIN, id, now)
            await hand.execute(CLEARED, id)
        return row

    async def _tried(self, holder: Any, turn: Turn, stored: Stored, now: Callable[[], datetime]) -> None:
        try:
            async with held(holder, LONGEST) as instant:
                await self._run(holder, turn, stored, instant, now())
        except Refusal as refusal:  # who asked may no longer, or the list cannot be asked so any more
            if refusal.code == "overloaded":
                raise
            await self._refused(turn, refusal.code, now())
        except asyncpg.PostgresError as error:
            if error.sqlstate != STALE:
                raise
            await self._refused(turn, "no_appointment", now())

    async def _refused(self, turn: Turn, code: str, now: datetime) -> None:
        async with turn.connection.transaction():
            await turn.write(ENDED, "refused", code, now)
            await turn.connection.execute(CLEARED, turn.id)

    async def _run(self, holder: Any, turn: Turn, stored: Stored, instant: str, now: datetime) -> None:
        maker, actor = await self._maker(holder, stored.id)
        cap = int(await holder.fetchval(CAP, now.date()))
        register = Register(self.pool, self.sealer, self.cursors, ActorBook(self.pool))
        ctx = Context(actor=actor, store=register, now=now, purpose=stored.purpose, request_id=f"export-{stored.id}")
        scope_of(actor, "run_export")
        within = scope_of(actor, READERS[stored.noun].permission, via=stored.via)
        reading = Reading(turn.connection, register, ctx, stored, within, self.question, instant)
        total = await reading.count()
        if total > MOST_ROWS:
            raise Refusal("too_many_rows", most=MOST_ROWS)
        if total > cap and stored.approved_by is None:
            await _wait_for_approval(turn, stored, total, cap, now)
        else:
            await Laying(self.sealer, reading, turn, maker, cap, now).lay()

    async def _maker(self, connection: Any, id: UUID) -> tuple[Maker, Actor]:
        facts = await connection.fetchrow("select * from export_facts($1)", id)
        if facts is None:
            raise Refusal("no_appointment")
        maker = Maker(facts["account_id"], facts["user_name"], facts["role"], facts["unit_id"], facts["unit_name"])
        return maker, Actor(
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

    async def note_broken(self, now: datetime) -> None:
        """Streams whose service died, which could not say so itself."""
        await self.pool.execute(BROKEN_OFF, now, now - NO_STREAM_LASTS)

    async def forget(self, now: datetime) -> int:
        """Files end after seven days, requests that nobody decides after fourteen; what was asked stays on record."""
        async with self.pool.acquire() as connection, connection.transaction():
            ids = [row["id"] for row in await connection.fetch(EXPIRED, now)]
            await connection.execute("delete from export_chunk where export_id = any($1::uuid[])", ids)
            for row in await connection.fetch(UNDECIDED, now, now - timedelta(days=WAITS_DAYS), "not_decided"):
                await Tasks(connection).settle(
                    EXPORT_JOB.name, row["id"], person_id=None, unit_no=row["unit_no"], due=[], now=now
                )
        return len(ids)


async def _wait_for_approval(turn: Turn, stored: Stored, rows: int, cap: int, now: datetime) -> None:
    """A task in the nearest inbox above that somebody reads who may decide."""
    connection = turn.connection
    async with connection.transaction():
        await turn.write(WAITING, rows, cap, now)
        unit_no = await connection.fetchval("select export_approver($1, $2)", stored.unit_no, APPROVERS)
        if unit_no is not None:
            due = [approval(rows, cap, stored.collection, stored.purpose, now)]
            await Tasks(connection).settle(
                EXPORT_JOB.name, stored.id, person_id=None, unit_no=unit_no, due=due, now=now
            )
