"""A file as the worker lays it down: sealed piece by piece, each kept at once, ready only when all of it stands."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from domain.exports.model import (
    KEPT_DAYS,
    Column,
    Maker,
    Told,
    columns_of,
    hidden_of,
    manifest_of,
    spelled,
    watermark_of,
)
from domain.refusals import Refusal
from files.outgoing import WRITERS, Heading
from files.sheet import SheetFullError
from persistence.export_reading import Reading
from persistence.registry import READS
from persistence.sealing import Sealer
from persistence.writing import as_json

PIECE: Final = 1_000_000
HELD: Final = "j.id = $1 and j.version = $2 and j.state = 'running'"
MINE: Final = f"select exists (select from export_facts(j.id)) from export_job j where {HELD}"
LAID: Final = (
    "insert into export_chunk (export_id, no, unit_no, sealed)"
    f" select j.id, $3, j.unit_no, $4 from export_job j where {HELD} for share"
)
DONE: Final = (
    "update export_job j set state = 'done', problem = null, attempts = 0, rows = $3, most = $4, size = $5,"
    " sha256 = $6, pieces = $7, watermark = $8, manifest = $9, finished_at = $10, updated_at = $10, expires_at = $11,"
    f" version = version + 1 where {HELD}"
)


class OvertakenError(Exception):
    """Another worker has begun this export anew: nothing more of this one may be written."""


@dataclass(frozen=True)
class Turn:
    """A worker's go at an export: it may write as long as no other has begun after it."""

    connection: Any
    id: UUID
    version: int
    """Of the job as this worker began it; whoever begins it again takes the next."""

    async def still(self) -> None:
        """The instant of the reading is fixed, the right to read is not. Raises `no_appointment`, OvertakenError."""
        in_post = await self.connection.fetchval(MINE, self.id, self.version)
        if in_post is None:
            raise OvertakenError
        if not in_post:
            raise Refusal("no_appointment")

    async def write(self, sql: str, *values: Any) -> None:
        """A statement of its own, so that no transaction that writes stays open. Raises OvertakenError."""
        told = await self.connection.execute(sql, self.id, self.version, *values)
        if told.endswith(" 0"):
            raise OvertakenError


@dataclass
class Laying:
    """The file as it grows: written, summed up, sealed, laid down piece by piece."""

    sealer: Sealer
    reading: Reading
    turn: Turn
    maker: Maker
    cap: int
    now: datetime
    size: int = 0
    pieces: int = 0
    rows: int = 0
    rest: bytearray = field(default_factory=bytearray)
    sum: Any = field(default_factory=hashlib.sha256)

    async def lay(self) -> None:
        stored, first = self.reading.stored, self.reading.asked(None, 1).selection
        columns = columns_of(first, stored.fields)
        writer = WRITERS[stored.format]()
        watermark = watermark_of(stored.id, self.maker, stored.purpose, self.now)
        await self._take(writer.begin([heading(column) for column in columns], watermark))
        async for page in self.reading.pages():
            await self.turn.still()
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
        """A piece, sealed, in the worker's own name; what it holds stands in the journal by now."""
        if not length:
            return
        content = bytes(self.rest[:length])
        del self.rest[:length]
        column = f"chunk/{self.pieces}"
        sealed = await asyncio.to_thread(
            self.sealer.seal_bytes, content, table="export_chunk", row=self.turn.id, column=column
        )
        await self.turn.write(LAID, self.pieces, sealed)
        self.pieces += 1

    def _manifest(self, columns: tuple[Column, ...], hidden: tuple[str, ...]) -> dict[str, Any]:
        asked = self.reading.stored
        told = Told(
            *(asked.id, asked.collection, asked.noun, asked.filters, asked.sort, asked.via, asked.format),
            *(asked.purpose, asked.approved_by),
        )
        return manifest_of(told, self.maker, columns, hidden, self.rows, self.now)

    async def _finish(self, manifest: dict[str, Any], watermark: str) -> None:
        sums = (self.rows, self.cap, self.size, self.sum.hexdigest(), self.pieces)
        until = self.now + timedelta(days=KEPT_DAYS)
        await self.turn.write(DONE, *sums, watermark, as_json(manifest), self.now, until)


def _written(writer: Any, columns: tuple[Column, ...], page: list[dict[str, Any]]) -> bytes:
    """Raises `too_many_rows` where a workbook can hold no more."""
    try:
        content: bytes = writer.rows([[column.value(row) for column in columns] for row in page])
    except SheetFullError as full:
        raise Refusal("too_many_rows") from full
    return content


def heading(column: Column) -> Heading:
    """Its type is the table's, or the layout's: a text that looks like a day stays a text."""
    if column.is_day:
        return Heading(column.header, "day")
    reads = READS[column.noun]
    stored = reads.row.__table__.columns.get(column.name)  # type: ignore[attr-defined]
    if stored is None or column.name in reads.columns or column.masked:
        return Heading(column.header)
    kinds = {sa.Date: "date", sa.DateTime: "instant"}
    return Heading(column.header, kinds.get(type(stored.type), ""))
