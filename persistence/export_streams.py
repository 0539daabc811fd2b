"""One instant of the register for a list that is sent as it is read: implements domain.exports.streaming.Instant.

A transaction that does nothing holds the instant (persistence/instants.py). Each page is read in a transaction of its
own that looks at it, so its journal row is committed before the page leaves, and nothing that writes stays open while
a client is slow.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from domain.acts import Context
from domain.exports.model import Column, Maker
from domain.reading import Asked, Scope
from domain.refusals import Refusal
from persistence import instants
from persistence.export_laying import heading
from persistence.export_reading import CAP
from persistence.instants import joined, kept
from persistence.pools import acquired
from persistence.records import Records, Register, opening

LONGEST: Final = "15min"
"""Longer than any stream may last (api/export_files.py)."""


class _Joined(Records):
    """A transaction that looks at the held instant."""

    instant = ""

    async def enter(self, mode: str) -> None:
        if self.entered == mode:
            return
        if self.entered:
            await self.connection.execute(f"set local plan_cache_mode = {mode}")
        else:
            words = opening(self.ctx, self.within, mode=mode).removeprefix("begin;")
            await self.connection.execute(joined(self.instant, words))
        self.entered = mode


@dataclass(frozen=True)
class HeldInstant:
    """One reader's view of one instant."""

    register: Register
    ctx: Context
    within: Scope
    holder: Any
    name: str

    async def cap(self) -> int:
        async with self._joined() as records:
            await records.enter("auto")
            return int(await records.connection.fetchval(CAP, self.ctx.today))

    async def maker(self) -> Maker:
        actor, account = self.ctx.actor, await self.register.own(self.ctx)
        if account is None:
            raise Refusal("no_appointment")
        async with self._joined() as records:
            await records.enter("auto")
            unit = await records.connection.fetchval("select name from unit where id = $1", actor.unit_id)
        return Maker(actor.account_id, account.user_name, actor.role, actor.unit_id, unit)

    async def page(self, asked: Asked, act: str) -> Mapping[str, Any]:
        """A page of the list, with its journal row committed."""
        async with self._joined() as records:
            answer = await records.read(asked, within=self.within, act=act)
        if answer is None:
            raise Refusal("not_found")
        page: Mapping[str, Any] = json.loads(answer.body)
        return page

    def type_of(self, column: Column) -> str:
        return heading(column).type

    @asynccontextmanager
    async def _joined(self) -> AsyncIterator[_Joined]:
        async with acquired(self.register.pool) as connection:
            records = _Joined(connection, self.register, self.ctx, self.within)
            records.instant = self.name
            async with kept(connection):
                yield records


@asynccontextmanager
async def held(register: Register, ctx: Context, within: Scope) -> AsyncIterator[HeldInstant]:
    """The present, held until the block ends."""
    async with acquired(register.pool) as holder, instants.held(holder, LONGEST) as name:
        yield HeldInstant(register, ctx, within, holder, name)
