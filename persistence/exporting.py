"""The worker's hand on exports: a list read to its end under the rights of who asked, and laid down as sealed pieces.

All of it is one transaction of one snapshot: rows, journal, pieces, manifest. A worker killed anywhere leaves nothing;
another begins from the start. While one holds a job no other touches it (a lock of the connection, gone with it).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg
import sqlalchemy as sa

from domain.access.scope import narrow, scope_of
from domain.acts import READERS, Context
from domain.exports.approving import APPROVERS, WAITS_DAYS, approval
from domain.exports.model import (
    KEPT_DAYS,
    MOST_ROWS,
    Column,
    Maker,
    Told,
    columns_of,
    hidden_of,
    manifest_of,
    refuse_incomplete,
    spelled,
    watermark_of,
)
from domain.exports.noun import EXPORT_JOB
from domain.reading import Actor, Asked, Scope
from domain.refusals import Refusal
from files.outgoing import WRITERS, Heading
from persistence.actors import ActorBook
from persistence.export_records import PERSONAL_PLACE
from persistence.records import STALE, Records, Register
from persistence.registry import READS
from persistence.sealing import CursorSeal, Sealer
from persistence.task_records import Tasks
from persistence.writing import as_json, insert

NOBODY: Final = UUID(int=0)
MOST_ATTEMPTS: Final = 5
PAGE: Final = 500
PIECE: Final = 1_000_000
DUE: Final = (
    "select id from export_job where state in ('queued', 'running') and not streamed order by attempts, updated_at, id"
)
HELD: Final = "select pg_try_advisory_lock(hashtextextended($1, 23))"
LET_GO: Final = "select pg_advisory_unlock(hashtextextended($1, 23))"
BEGIN: Final = (
    "update export_job set attempts = attempts + 1, state = 'running', started_at = coalesce(started_at, $2),"
    " updated_at = $2, version = version + 1 where id = $1 and state in ('queued', 'running')"
    " and not streamed returning attempts, unit_no, collection, noun, filters, fields, sort, via, format, purpose,"
    " approved_by, sealed_filters"
)
ENDED: Final = (
    "update export_job set state = $2, problem = $3, finished_at = $4, updated_at = $4, version = version + 1"
    " where id = $1 and state = 'running'"
)
WAITING: Final = (
    "update export_job set state = 'awaiting', rows = $2, most = $3, attempts = 0, updated_at = $4,"
    " version = version + 1 where id = $1"
)
DONE: Final = (
    "update export_job set state = 'done', problem = null, attempts = 0, rows = $2, most = $3, size = $4, sha256 = $5,"
    " pieces = $6, watermark = $7, manifest = $8, finished_at = $9, updated_at = $9, expires_at = $10,"
    " version = version + 1 where id = $1"
)
CAP: Final = "select rows from export_cap where valid_from <= $1 order by valid_from desc limit 1"
EXPIRED: Final = (
    "update export_job set state = 'expired', pieces = 0, updated_at = $1, version = version + 1"
    " where state = 'done' and expires_at <= $1 returning id"
)

BROKEN_OFF: Final = (
    "update export_job set state = 'failed', problem = 'stream_broken', finished_at = $1, updated_at = $1,"
    " version = version + 1 where streamed and state = 'running' and updated_at <= $2"
)
"""A stream whose server was killed; while it runs no stream is as old as that."""
UNDECIDED: Final = (
    "update export_job set state = 'expired', problem = $3, finished_at = $1, updated_at = $1,"
    " version = version + 1 where state = 'awaiting' and updated_at <= $2 returning id, unit_no"
)


class Stored(NamedTuple):
    """An export as it was asked for."""

    id: UUID
    unit_no: int
    collection: str
    noun: str
    filters: dict[str, Any]
    fields: tuple[str, ...]
    sort: str
    via: str | None
    format: str
    purpose: str
    approved_by: UUID | None
    personal: dict[str, Any] = {}  # noqa: RUF012 - never changed
    """What stands sealed behind the filters that are shown as set."""


Question = Callable[[Stored, Context, str | None, int, bool], Asked]
"""The list's own question: after a cursor, of so many rows, counted or not. The door knows how to ask it."""


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
        async with self.pool.acquire() as connection:
            if not await connection.fetchval(HELD, str(id)):
                return False
            try:
                return await self._step(connection, id, now)
            finally:
                if not connection.is_closed():
                    await connection.execute(LET_GO, str(id))

    async def _step(self, connection: Any, id: UUID, now: Callable[[], datetime]) -> bool:
        row = await connection.fetchrow(BEGIN, id, now())
        if row is None:
            return False
        attempts, *asked = row
        if attempts > MOST_ATTEMPTS:
            await connection.execute(ENDED, id, "failed", "worker_failed", now())
            return True
        stored = _stored(id, asked, self.sealer)
        try:
            async with self._snapshot(connection):
                await self._run(connection, stored, now())
        except Refusal as refusal:  # who asked may no longer, or the list cannot be asked so any more
            await connection.execute(ENDED, id, "refused", refusal.code, now())
        except asyncpg.PostgresError as error:
            if error.sqlstate != STALE:
                raise
            await connection.execute(ENDED, id, "refused", "no_appointment", now())
        return True

    @asynccontextmanager
    async def _snapshot(self, connection: Any) -> AsyncIterator[None]:
        await connection.execute("begin isolation level repeatable read")
        try:
            yield
            await connection.execute("commit")
        finally:
            if not connection.is_closed() and connection.is_in_transaction():
                await connection.execute("rollback")

    async def _run(self, connection: Any, stored: Stored, now: datetime) -> None:
        maker, actor = await self._maker(connection, stored.id)
        cap = int(await connection.fetchval(CAP, now.date()))
        register = Register(self.pool, self.sealer, self.cursors, ActorBook(self.pool))
        ctx = Context(actor=actor, store=register, now=now, purpose=stored.purpose, request_id=f"export-{stored.id}")
        scope_of(actor, "run_export")
        within = scope_of(actor, READERS[stored.noun].permission, via=stored.via)
        records = Records(connection, register, ctx, within)
        records.entered = "force_custom_plan"
        reading = _Reading(connection, records, stored, within, self.question)
        await reading.enter()
        total = await reading.count()
        if total > MOST_ROWS:
            raise Refusal("too_many_rows", most=MOST_ROWS)
        if total > cap and stored.approved_by is None:
            await reading.leave()
            await connection.execute(WAITING, stored.id, total, cap, now)
            await _tell_approver(connection, stored, total, cap, now)
            return
        await _Laying(self, reading, maker, cap, now).lay()

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

    async def forget(self, now: datetime) -> int:
        """Files end after seven days, requests that nobody decides after fourteen; what was asked stays on record."""
        async with self.pool.acquire() as connection, connection.transaction():
            ids = [row["id"] for row in await connection.fetch(EXPIRED, now)]
            await connection.execute("delete from export_chunk where export_id = any($1::uuid[])", ids)
            await connection.execute(BROKEN_OFF, now, now - timedelta(hours=1))
            for row in await connection.fetch(UNDECIDED, now, now - timedelta(days=WAITS_DAYS), "not_decided"):
                await Tasks(connection).settle(
                    EXPORT_JOB.name, row["id"], person_id=None, unit_no=row["unit_no"], due=[], now=now
                )
        return len(ids)


async def _tell_approver(connection: Any, stored: Stored, rows: int, cap: int, now: datetime) -> None:
    """A task in the nearest inbox above that somebody reads who may decide."""
    unit_no = await connection.fetchval("select export_approver($1, $2)", stored.unit_no, APPROVERS)
    if unit_no is not None:
        due = [approval(rows, cap, stored.collection, stored.purpose, now)]
        await Tasks(connection).settle(EXPORT_JOB.name, stored.id, person_id=None, unit_no=unit_no, due=due, now=now)


def _stored(id: UUID, asked: list[Any], sealer: Sealer) -> Stored:
    unit_no, collection, noun, filters, fields, *rest, sealed = asked
    personal = json.loads(sealer.open(sealed, row=id, **PERSONAL_PLACE)) if sealed else {}
    return Stored._make((id, unit_no, collection, noun, json.loads(filters), tuple(fields), *rest, personal))


@dataclass
class _Reading:
    """The list, page by page, in the transaction's one snapshot and on the road of who asked."""

    connection: Any
    records: Records
    stored: Stored
    within: Scope
    question: Question

    async def enter(self) -> None:
        own = "true" if self.within.lo == self.within.hi else "false"
        await self.connection.execute(f"select export_enter($1, $2, {own})", self.stored.id, self.within.road.value)

    async def leave(self) -> None:
        """The worker in its own name again."""
        await self.connection.execute("select set_config('role', 'none', true)")

    async def count(self) -> int:
        answer = await self.records.read(self.asked(None, 1, counted=True), within=self.within, act="")
        return int(json.loads(answer.body)["total"]) if answer else 0

    def asked(self, cursor: str | None, limit: int, *, counted: bool = False) -> Asked:
        """Narrowed by policy as any read of the list is."""
        ctx = self.records.ctx
        asked = self.question(self.stored, ctx, cursor, limit, counted)
        return asked._replace(selection=narrow(asked.selection, ctx.actor.role, purpose=True))

    async def pages(self) -> AsyncIterator[list[dict[str, Any]]]:
        """Every page leaves its row in the journal, with whom it was about."""
        cursor: str | None = None
        while True:
            asked = self.asked(cursor, PAGE)
            answer = await self.records.read(asked, within=self.within, act=f"export_{self.stored.noun}")
            if answer is None:
                return
            page = json.loads(answer.body)
            refuse_incomplete(page)
            yield page["data"]
            cursor = page["page"]["next"]
            if cursor is None:
                return


@dataclass
class _Laying:
    """The file as it grows: written, summed up, sealed, laid down piece by piece."""

    exporter: Exporter
    reading: _Reading
    maker: Maker
    cap: int
    now: datetime
    size: int = 0
    pieces: int = 0
    rows: int = 0
    rest: bytearray = field(default_factory=bytearray)
    sum: Any = field(default_factory=hashlib.sha256)

    async def lay(self) -> None:
        stored, first = self.reading.stored, self.reading.asked(None, PAGE).selection
        columns = columns_of(first, stored.fields)
        writer = WRITERS[stored.format]()
        watermark = watermark_of(stored.id, self.maker, stored.purpose, self.now)
        await self._take(writer.begin([heading(column) for column in columns], watermark))
        async for page in self.reading.pages():
            self.rows += len(page)
            await self._take(await asyncio.to_thread(_written, writer, columns, page))
        told = self._manifest(columns, hidden_of(first))
        await self._take(writer.end([(name, spelled(value)) for name, value in told.items()]))
        await self._lay_down(len(self.rest))
        await self._finish(told | {"size": self.size, "sha256": self.sum.hexdigest()}, watermark)

    async def _take(self, content: bytes) -> None:
        self.sum.update(content)
        self.size += len(content)
        self.rest += content
        while len(self.rest) >= PIECE:
            await self._lay_down(PIECE)

    async def _lay_down(self, length: int) -> None:
        """A piece, sealed, in the worker's own name; then on along the road of who asked."""
        if not length:
            return
        content, stored = bytes(self.rest[:length]), self.reading.stored
        del self.rest[:length]
        sealed = await asyncio.to_thread(
            self.exporter.sealer.seal_bytes,
            content,
            table="export_chunk",
            row=stored.id,
            column=f"chunk/{self.pieces}",
        )
        connection = self.reading.connection
        await self.reading.leave()
        row = {"export_id": stored.id, "no": self.pieces, "unit_no": stored.unit_no, "sealed": sealed}
        await insert(connection, "export_chunk", row)
        await connection.execute("select set_config('role', $1, true)", f"road_{self.reading.within.road.value}")
        self.pieces += 1

    def _manifest(self, columns: tuple[Column, ...], hidden: tuple[str, ...]) -> dict[str, Any]:
        asked = self.reading.stored
        told = Told(
            *(asked.id, asked.collection, asked.noun, asked.filters, asked.sort, asked.via, asked.format),
            *(asked.purpose, asked.approved_by),
        )
        return manifest_of(told, self.maker, columns, hidden, self.rows, self.now)

    async def _finish(self, manifest: dict[str, Any], watermark: str) -> None:
        await self.reading.leave()
        await self.reading.connection.execute(
            DONE,
            self.reading.stored.id,
            self.rows,
            self.cap,
            self.size,
            self.sum.hexdigest(),
            self.pieces,
            watermark,
            as_json(manifest),
            self.now,
            self.now + timedelta(days=KEPT_DAYS),
        )


def _written(writer: Any, columns: tuple[Column, ...], page: list[dict[str, Any]]) -> bytes:
    content: bytes = writer.rows([[column.value(row) for column in columns] for row in page])
    return content


def heading(column: Column) -> Heading:
    """Its type is the table's: a text that looks like a day stays a text."""
    reads = READS[column.noun]
    stored = reads.row.__table__.columns.get(column.name)  # type: ignore[attr-defined]
    if stored is None or column.name in reads.columns or column.masked:
        return Heading(column.header)
    kinds = {sa.Date: "date", sa.DateTime: "instant"}
    return Heading(column.header, kinds.get(type(stored.type), ""))
