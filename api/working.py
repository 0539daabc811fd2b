"""The worker: jobs from the queue on PostgreSQL, one interface in front of pgqueuer (platform.md §5).

`sweep` runs each hour: terms begin and end, hand-overs expire, what is overdue goes to the unit above. `law_changed`
follows each approved change of rule or calendar. Both are safe to run twice, at once, and after a kill.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from pgqueuer import PgQueuer
from pgqueuer.models import Job, Schedule

from api.context import local_now
from api.logs import get_logger
from api.settings import Settings
from domain.case.sweep import resettle_cases, sweep_cases
from domain.handover.sweep import expire_handovers, resettle_handovers
from domain.notice.sweep import resettle_notices
from persistence.pools import open_pool
from persistence.sealing import CursorSeal, Sealer
from persistence.sweeping import Sweeper

HOURLY = "7 * * * *"
TIME: tuple[Callable[..., Awaitable[Any]], ...] = (sweep_cases, expire_handovers)
"""What each hour does in a unit."""
LAW: tuple[Callable[..., Awaitable[Any]], ...] = (resettle_cases, resettle_notices, resettle_handovers)
"""What a changed law does in a unit."""


@asynccontextmanager
async def sweeper(settings: Settings) -> AsyncIterator[Sweeper]:
    """The worker's own login and keys."""
    assert settings.worker_database_url is not None, "the caller has given a database"
    pool = await open_pool(settings.worker_database_url.get_secret_value(), 3)
    try:
        yield Sweeper(
            pool, Sealer.from_master(settings.key_for("data")), CursorSeal.from_master(settings.key_for("cursor"))
        )
    finally:
        await pool.close()


async def sweep(hand: Sweeper, now: datetime) -> None:
    """One round over the register."""
    for step in TIME:
        await hand.every_unit(step, now)
    await hand.escalate(now)
    await hand.forget_keys(now)


async def follow_law(hand: Sweeper, now: datetime) -> None:
    """Open clocks on the law as it stands."""
    for step in LAW:
        await hand.every_unit(step, now)


async def work(settings: Settings, stop: asyncio.Event, now: Callable[[], datetime] = local_now) -> None:
    """Take jobs until told to stop. A first sweep makes up for the time nobody worked."""
    async with sweeper(settings) as hand:
        queue = PgQueuer.from_asyncpg_pool(hand.pool)

        @queue.entrypoint("sweep", concurrency_limit=1, on_failure="hold")
        async def _sweep(_job: Job) -> None:
            await sweep(hand, now())
            get_logger().info("swept")

        @queue.entrypoint("law_changed", concurrency_limit=1, on_failure="hold")
        async def _follow(_job: Job) -> None:
            await follow_law(hand, now())
            get_logger().info("law_followed")

        @queue.schedule("hourly_sweep", HOURLY)
        async def _hourly(_schedule: Schedule) -> None:
            await hand.pool.execute("select enqueue('sweep', 'sweep')")

        await hand.pool.execute("select enqueue('sweep', 'sweep')")
        running = asyncio.create_task(queue.run())
        await asyncio.wait({running, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
        queue.shutdown.set()
        await running
