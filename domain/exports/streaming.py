"""A list sent as it is read: one instant of the register, page by page, with nothing kept but the record of it.

The record stands before the first byte, each page's journal row before the page, and the manifest before the last
bytes: a file that ends as files end is one that is on record, and one that broke off never does.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from uuid import UUID

from domain.access.scope import narrow, scope_of
from domain.acts import READERS, Context
from domain.exports.model import (
    HELD_BACK,
    MOST_ROWS,
    Column,
    Maker,
    NewExport,
    Told,
    columns_of,
    hidden_of,
    manifest_of,
    refuse_incomplete,
    spelled,
    watermark_of,
)
from domain.reading import Asked, Selection
from domain.refusals import Refusal

PAGE: Final = 500

Question = Callable[[str | None, int, bool], Asked]
"""The list's own question: after a cursor, of so many rows, counted or not."""


class Writer(Protocol):
    """A file as it is written; columns are names with what their values are."""

    def begin(self, columns: Sequence[tuple[str, str]], watermark: str) -> bytes: ...
    async def rows(self, rows: Sequence[Sequence[Any]]) -> bytes: ...
    def end(self, told: Sequence[tuple[str, str]]) -> bytes: ...


class Instant(Protocol):
    """The register as it was at one instant, for one reader."""

    async def cap(self) -> int: ...
    async def maker(self) -> Maker: ...
    async def page(self, asked: Asked, act: str) -> Mapping[str, Any]: ...
    def type_of(self, column: Column) -> str: ...


@dataclass
class Stream:
    """One list on its way out. `open`, then `content`; `close` whatever became of it."""

    ctx: Context
    id: UUID
    wanted: NewExport
    question: Question
    writer: Writer
    size: int = 0
    rows: int = 0
    ended: bool = False
    sum: Any = field(default_factory=hashlib.sha256)
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _at: Any = None
    _most: int = 0
    _maker: Maker | None = None
    _first: Mapping[str, Any] = field(default_factory=dict)

    # -- before anything is sent

    async def open(self) -> None:
        """Count, and read the first page. Raises `approval_required`, `too_many_rows`, and what the list refuses."""
        try:
            await self._open()
        except BaseException as error:
            code = error.code if isinstance(error, Refusal) else "stream_broken"
            await self._close("refused" if isinstance(error, Refusal) else "failed", code)
            raise

    async def _open(self) -> None:
        noun = self.wanted.asked.selection.noun
        within = scope_of(self.ctx.actor, READERS[noun].permission, via=self.wanted.via)
        self._at = at = await self.stack.enter_async_context(self.ctx.store.instant(self.ctx, within))
        counted = await at.page(self._asked(None, 1, counted=True), "")
        self._most, self._maker = await at.cap(), await at.maker()
        if counted["total"] > MOST_ROWS:
            raise Refusal("too_many_rows", most=MOST_ROWS)
        if counted["total"] > self._most:
            raise Refusal("approval_required", most=self._most)
        self._first = await self._page(None)

    # -- what is sent

    async def content(self) -> AsyncIterator[bytes]:
        """The bytes. Where they break off, the caller's connection does."""
        assert self._maker is not None, "opened before"
        selection = self._narrowed(self._asked(None, PAGE).selection)
        columns = columns_of(selection, self.wanted.fields)
        watermark = watermark_of(self.id, self._maker, str(self.ctx.purpose), self.ctx.now)
        heads = [(column.header, self._at.type_of(column)) for column in columns]
        yield self._counted(self.writer.begin(heads, watermark))
        async for data in self._pages():
            self.rows += len(data)
            cells = [[column.value(row) for column in columns] for row in data]
            yield self._counted(await self.writer.rows(cells))
        told = manifest_of(self._told(), self._maker, columns, hidden_of(selection), self.rows, self.ctx.now)
        last = self._counted(self.writer.end([(name, spelled(value)) for name, value in told.items()]))
        sums = {"size": self.size, "sha256": self.sum.hexdigest()}
        facts = {"most": self._most, "watermark": watermark, "manifest": told | sums} | sums
        await self._record("done", None, facts)
        self.ended = True
        yield last

    async def _pages(self) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        page = self._first
        while True:
            yield page["data"]
            cursor = page["page"]["next"]
            if cursor is None:
                return
            await self._still_in_post()
            page = await self._page(cursor)

    async def _still_in_post(self) -> None:
        """The instant of the reading is fixed, the right to read is not: who lost it gets no further page."""
        now = (await self.ctx.store.again(self.ctx)).actor
        if now.fingerprint != self.ctx.actor.fingerprint:
            raise Refusal("no_appointment")

    async def _page(self, cursor: str | None) -> Mapping[str, Any]:
        act = f"export_{self.wanted.asked.selection.noun}"
        page: Mapping[str, Any] = await self._at.page(self._asked(cursor, PAGE), act)
        refuse_incomplete(page)
        return page

    def _asked(self, cursor: str | None, limit: int, *, counted: bool = False) -> Asked:
        asked = self.question(cursor, limit, counted)
        return asked._replace(selection=self._narrowed(asked.selection))

    def _narrowed(self, selection: Selection) -> Selection:
        return narrow(selection, self.ctx.actor.role, purpose=True)

    def _counted(self, content: bytes) -> bytes:
        self.sum.update(content)
        self.size += len(content)
        return content

    def _told(self) -> Told:
        wanted = self.wanted
        shown = dict(wanted.filters) | dict.fromkeys(wanted.personal, HELD_BACK)
        noun = wanted.asked.selection.noun
        return Told(
            *(self.id, wanted.collection, noun, shown, wanted.sort, wanted.via, wanted.format),
            *(str(self.ctx.purpose), None, True),
        )

    # -- afterwards

    async def close(self) -> None:
        """Let go of the register; what did not come to its end is on record as broken off."""
        await self._close("failed", "stream_broken")

    async def _close(self, state: str, problem: str) -> None:
        await self.stack.aclose()
        if not self.ended:
            self.ended = True
            await self._record(state, problem, {})

    async def _record(self, state: str, problem: str | None, facts: Mapping[str, Any]) -> None:
        now = (await self.ctx.store.again(self.ctx)) if state != "done" else self.ctx
        within = scope_of(now.actor, "run_export")
        changes = {"state": state, "problem": problem, "rows": self.rows, **facts}
        async with now.store.records(now, within) as records:
            await records.exports.end_stream(self.id, changes, within=within)
