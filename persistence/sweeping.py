"""What a new day or a changed law does to the register, unit by unit, each in a transaction of its own.

Safe to run twice and beside officers: every step takes the locks and rules of an act, and touches only what is due.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from domain.access.scope import sweeping_scope
from domain.acts import Context
from domain.ids import new_id
from domain.reading import Actor, Scope
from domain.task.unreminded import Unreminded, remind_at_last
from persistence.actors import ActorBook
from persistence.change_hub import CHANNEL
from persistence.records import Records, Register
from persistence.sealing import CursorSeal, Sealer

NOBODY = UUID(int=0)
UNITS = (
    "select u.id, u.no, u.last_no, u.level from unit u where u.no in (select unit_no from management_case"
    " union select unit_no from discharge_notice union select unit_no from handover"
    " union select unit_no from referral union select unit_no from need) order by u.no"
)
UNREMINDED = (
    "select w.*, u.id as unit_id, u.last_no, u.level from unreminded() w join unit u on u.no = w.unit_no order by w.id"
)
ESCALATE = (
    "update task set escalated_at = $1, version = version + 1"
    " where state = 'open' and escalated_at is null and due_at < $1 returning id"
)
FORGET = "delete from idempotency where recorded_at < $1::timestamptz - interval '24 hours' and key not like 'id:%'"
LEFT = {
    "import": "select from import_job where state in ('uploaded', 'loading', 'undoing') and {still}",
    "export": "select from export_job where state in ('queued', 'running') and not streamed and {still}",
}
"""What a worker that died has left: nothing has been noted of it for a minute."""
STILL = "updated_at < $1::timestamptz - interval '1 minute'"
CALL_UP = "select enqueue('{0}', '{0}|left ' || date_trunc('minute', $1::timestamptz)) where exists ({1})"
Work = Callable[[Any, Context, Scope], Awaitable[Any]]


class _WorkersRecords(Records):
    """A transaction entered by the worker for one unit; the settings are the database's own facts of the unit."""

    async def enter(self, mode: str) -> None:
        if not self.entered:
            await self.connection.execute(f"begin; select worker_enter('{self.ctx.actor.unit_id}', 'worker')")
            self.entered = mode


@dataclass(frozen=True)
class Sweeper:
    """The worker's hand on the register: its own login, no powers beyond a unit's and the moving role's."""

    pool: asyncpg.Pool
    sealer: Sealer
    cursors: CursorSeal

    async def every_unit(self, work: Work, now: datetime) -> int:
        """Do a piece of work in each unit that has something to look after; how many units there were."""
        units = await self.pool.fetch(UNITS)
        for unit in units:
            async with self._in_unit(unit, now) as (records, ctx, within):
                await work(records, ctx, within)
        return len(units)

    async def remind_at_last(self, now: datetime) -> int:
        """Tasks of what was recorded before its kind had any; how many there were."""
        waiting = await self.pool.fetch(UNREMINDED)
        for row in waiting:
            unit = {"id": row["unit_id"], "no": row["unit_no"], "last_no": row["last_no"], "level": row["level"]}
            async with self._in_unit(unit, now) as (records, ctx, within):
                facts = (row[name] for name in Unreminded._fields)
                await remind_at_last(records, ctx, within, Unreminded(*facts))
        return len(waiting)

    async def escalate(self, now: datetime) -> int:
        """What is overdue goes to the unit above, once."""
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute("set local role road_transfer")
            return len(await connection.fetch(ESCALATE, now))

    async def forget_keys(self, now: datetime) -> None:
        """Idempotency keys end after 24 hours; ids that callers made stay taken."""
        await self.pool.execute(FORGET, now)

    async def forget_changes(self, now: datetime) -> int:
        """The change feed is kept for as long as `change_retention` says; who comes later begins anew."""
        return int(await self.pool.fetchval("select forget_changes($1)", now))

    async def settle_grants(self) -> None:
        """Who was granted something, or had it, is told where the clock alone began or ended it."""
        if await self.pool.fetchval("select settle_all_grants()"):
            await self.wake_followers()

    async def call_up(self, now: datetime) -> None:
        """Imports and exports that nobody works on are given to the next worker; one at work keeps its own."""
        for entrypoint, left in LEFT.items():
            await self.pool.execute(CALL_UP.format(entrypoint, left.format(still=STILL)), now)

    async def wake_followers(self) -> None:
        """Whoever waits for changes looks at what the worker did."""
        await self.pool.execute("select pg_notify($1, '')", CHANNEL)

    @asynccontextmanager
    async def _in_unit(self, unit: Any, now: datetime) -> AsyncIterator[tuple[Records, Context, Scope]]:
        actor = Actor(NOBODY, NOBODY, NOBODY, "", unit["id"], unit["no"], unit["last_no"], unit["level"], True, "")
        register = Register(self.pool, self.sealer, self.cursors, ActorBook(self.pool))
        ctx = Context(actor=actor, store=register, now=now, request_id=new_id().hex)
        within = sweeping_scope(actor)
        async with self.pool.acquire() as connection:
            records = _WorkersRecords(connection, register, ctx, within)
            try:
                await records.enter("auto")
                yield records, ctx, within
                await connection.execute("commit")
            finally:
                if connection.is_in_transaction():
                    await connection.execute("rollback")
