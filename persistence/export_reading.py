"""A list for a file, read by the worker under the rights of who asked: page by page, at one held instant."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.access.scope import narrow
from domain.acts import Context
from domain.exports.model import refuse_incomplete
from domain.reading import Answer, Asked, Scope
from persistence.export_records import PERSONAL_PLACE
from persistence.instants import joined, kept
from persistence.records import Records, Register, quoted
from persistence.sealing import Sealer

PAGE: Final = 500
SLOWEST: Final = "60s"
"""Of one page: as long as that, and no longer, may what follows changes have to wait for it."""
CAP: Final = "select rows from export_cap where valid_from <= $1 order by valid_from desc limit 1"


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


def stored_of(id: UUID, asked: list[Any], sealer: Sealer) -> Stored:
    unit_no, collection, noun, filters, fields, *rest, sealed = asked
    personal = json.loads(sealer.open(sealed, row=id, **PERSONAL_PLACE)) if sealed else {}
    return Stored._make((id, unit_no, collection, noun, json.loads(filters), tuple(fields), *rest, personal))


class _Page(Records):
    """A transaction of the worker's own that looks at the instant on the road of who asked."""

    opening = ""

    async def enter(self, mode: str) -> None:
        if self.entered == mode:
            return
        words = f"set local plan_cache_mode = {mode}"
        await self.connection.execute(words if self.entered else f"{self.opening}; {words}")
        self.entered = mode


@dataclass(frozen=True)
class Reading:
    """The list, page by page; each page's row in the journal is committed before the page is given."""

    connection: Any
    register: Register
    ctx: Context
    stored: Stored
    within: Scope
    question: Question
    instant: str

    async def count(self) -> int:
        answer = await self._read(self.asked(None, 1, counted=True), "")
        return int(json.loads(answer.body)["total"]) if answer else 0

    def asked(self, cursor: str | None, limit: int, *, counted: bool = False) -> Asked:
        """Narrowed by policy as any read of the list is."""
        asked = self.question(self.stored, self.ctx, cursor, limit, counted)
        return asked._replace(selection=narrow(asked.selection, self.ctx.actor.role, purpose=True))

    async def pages(self) -> AsyncIterator[list[dict[str, Any]]]:
        """Every page leaves its row in the journal, with whom it was about."""
        cursor: str | None = None
        while True:
            answer = await self._read(self.asked(cursor, PAGE), f"export_{self.stored.noun}")
            if answer is None:
                return
            page = json.loads(answer.body)
            refuse_incomplete(page)
            yield page["data"]
            cursor = page["page"]["next"]
            if cursor is None:
                return

    async def _read(self, asked: Asked, act: str) -> Answer | None:
        page = _Page(self.connection, self.register, self.ctx, self.within)
        page.opening = joined(self.instant, self._words())
        async with kept(self.connection):
            return await page.read(asked, within=self.within, act=act)

    def _words(self) -> str:
        own = "true" if self.within.lo == self.within.hi else "false"
        entered = f"export_enter({quoted(str(self.stored.id))}, {quoted(self.within.road.value)}, {own})"
        return f"set local statement_timeout = '{SLOWEST}'; select {entered}"
