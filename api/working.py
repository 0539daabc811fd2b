"""The worker: jobs from the queue on PostgreSQL, one interface in front of pgqueuer (platform.md §5).

`sweep` runs each hour: terms begin and end, hand-overs expire, what is overdue goes to the unit above. Each minute
followers are told what the clock alone granted or ended, streams whose service died are noted, and what a dead worker
left is called up. `law_changed` follows each approved change of rule or calendar. All are safe to run twice, at once,
and after a kill.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from pgqueuer import PgQueuer
from pgqueuer.models import Job, Schedule

import api.app  # noqa: F401 - brings every noun's read along: who may hear of it is asked there
from api.context import local_now
from api.exported import again
from api.logs import get_logger
from api.settings import Settings
from api.webhook_sending import Sender
from domain.case.sweep import resettle_cases, sweep_cases
from domain.handover.sweep import expire_handovers, resettle_handovers
from domain.need.waiting import find_idle_needs, resettle_needs
from domain.notice.sweep import alarm_missing_decisions, resettle_notices
from domain.referral.sweep import expire_referrals
from persistence.exporting import Exporter
from persistence.importing import Importer
from persistence.pools import open_pool
from persistence.sealing import CursorSeal, Sealer
from persistence.sweeping import Sweeper
from persistence.webhook_dispatch import Dispatcher

HOURLY = "7 * * * *"
EACH_MINUTE = "* * * * *"
TIME: tuple[Callable[..., Awaitable[Any]], ...] = (
    sweep_cases,
    expire_handovers,
    expire_referrals,
    find_idle_needs,
    alarm_missing_decisions,
)
"""What each hour does in a unit."""
LAW: tuple[Callable[..., Awaitable[Any]], ...] = (resettle_cases, resettle_notices, resettle_handovers, resettle_needs)
"""What a changed law does in a unit."""


@asynccontextmanager
async def sweeper(settings: Settings) -> AsyncIterator[Sweeper]:
    """The worker's own login and keys."""
    assert settings.worker_database_url is not None, "the caller has given a database"
    pool = await open_pool(settings.worker_database_url.get_secret_value(), 5)
    try:
        yield Sweeper(
            pool, Sealer.from_master(settings.key_for("data")), CursorSeal.from_master(settings.key_for("cursor"))
        )
    finally:
        await pool.close()


@asynccontextmanager
async def dispatcher(settings: Settings, hand: Sweeper) -> AsyncIterator[Dispatcher]:
    """Webhooks on connections of their own: who sends to a slow receiver keeps no job waiting."""
    assert settings.worker_database_url is not None, "the caller has given a database"
    pool = await open_pool(settings.worker_database_url.get_secret_value(), 3)
    try:
        async with Sender(development=settings.demo) as send:
            yield Dispatcher(pool, hand.sealer, send, random.SystemRandom().random)
    finally:
        await pool.close()


@asynccontextmanager
async def exporting(settings: Settings, hand: Sweeper) -> AsyncIterator[Exporter]:
    """Exports on connections of their own: a long list holds two to its last row; the third is for what is short."""
    assert settings.worker_database_url is not None, "the caller has given a database"
    pool = await open_pool(settings.worker_database_url.get_secret_value(), 3)
    try:
        yield Exporter(pool, hand.sealer, hand.cursors, again)
    finally:
        await pool.close()


async def sweep(hand: Sweeper, now: datetime) -> None:
    """One round over the register."""
    for step in TIME:
        await hand.every_unit(step, now)
    await hand.remind_at_last(now)
    await hand.escalate(now)
    await hand.forget_keys(now)
    await hand.forget_changes(now)
    await hand.settle_grants()
    await hand.wake_followers()


async def by_the_clock(hand: Sweeper, exporter: Exporter, now: datetime) -> None:
    """What nobody does and is so all the same: grants that began or ended, streams and jobs whose process died."""
    await hand.settle_grants()
    await hand.call_up(now)
    await exporter.note_broken(now)


async def follow_law(hand: Sweeper, now: datetime) -> None:
    """Open clocks on the law as it stands."""
    for step in LAW:
        await hand.every_unit(step, now)
    await hand.wake_followers()


async def work(settings: Settings, stop: asyncio.Event, now: Callable[[], datetime] = local_now) -> None:
    """Take jobs until told to stop. A first sweep makes up for the time nobody worked."""
    async with sweeper(settings) as hand, dispatcher(settings, hand) as webhooks, exporting(settings, hand) as exporter:
        queue = PgQueuer.from_asyncpg_pool(hand.pool)
        importer = Importer(hand.pool, hand.sealer, hand.cursors)

        @queue.entrypoint("sweep", concurrency_limit=1, on_failure="hold")
        async def _sweep(_job: Job) -> None:
            await sweep(hand, now())
            await webhooks.forget(now())
            await exporter.forget(now())
            await importer.forget(now())
            get_logger().info("swept")

        @queue.entrypoint("law_changed", concurrency_limit=1, on_failure="hold")
        async def _follow(_job: Job) -> None:
            await follow_law(hand, now())
            get_logger().info("law_followed")

        @queue.entrypoint("import", concurrency_limit=1, on_failure="hold")
        async def _import(_job: Job) -> None:
            get_logger().info("imported", steps=await importer.work(now))

        @queue.entrypoint("export", concurrency_limit=1, on_failure="hold")
        async def _export(_job: Job) -> None:
            get_logger().info("exported", steps=await exporter.work(now))

        @queue.schedule("hourly_sweep", HOURLY)
        async def _hourly(_schedule: Schedule) -> None:
            await hand.pool.execute("select enqueue('sweep', 'sweep')")

        @queue.schedule("grants_by_clock", EACH_MINUTE)
        async def _by_clock(_schedule: Schedule) -> None:
            await by_the_clock(hand, exporter, now())

        await hand.pool.execute("select enqueue('sweep', 'sweep')")
        await hand.pool.execute("select enqueue('import', 'import|begun')")
        await hand.pool.execute("select enqueue('export', 'export|begun')")
        running = asyncio.create_task(queue.run())
        telling = asyncio.create_task(webhooks.run(stop, now, _unsent))
        await asyncio.wait({running, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        queue.shutdown.set()
        await asyncio.gather(running, telling)


def _unsent(error: Exception) -> None:
    """One round of webhooks failed, as when the database went away; it is tried again at the next tick."""
    get_logger().warning("webhooks_waiting", error=type(error).__name__)
