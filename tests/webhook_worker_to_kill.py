"""A worker that sends webhooks until it is killed, as `diemtua work` does; where nothing is due, its clock goes on.

A process of its own, forked from the test's: everything is imported, nothing of the parent's loop is touched.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
from datetime import timedelta

from api.context import local_now
from api.webhook_sending import Sender
from persistence.pools import open_pool
from persistence.sealing import Sealer
from persistence.webhook_dispatch import Dispatcher

LAST = "select coalesce(max(greatest(last_attempt_at, lease_until, next_at)), now()) from webhook_delivery"
SKIPPED = timedelta(seconds=20)


class Clock:
    """Never behind what another worker has noted."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = max(ahead, timedelta())

    def __call__(self):
        return local_now() + self.ahead


def started(dsn: str, key: bytes, how: str):
    """A worker on its way: `skip`, where back-off and leases are not waited for, or `run`, as it is."""
    worker = multiprocessing.get_context("fork").Process(target=_work, args=(dsn, key, how), daemon=True)
    worker.start()
    return worker


def _work(dsn: str, key: bytes, how: str) -> None:
    asyncio.run(_main(dsn, key, how))


async def _main(dsn: str, key: bytes, how: str) -> None:
    pool = await open_pool(dsn, 6)
    now = Clock(await pool.fetchval(LAST) - local_now())
    async with Sender(development=True) as send:
        hand = Dispatcher(pool, Sealer.from_master(key), send, random.SystemRandom().random)
        if how == "run":
            await hand.run(asyncio.Event(), now, lambda _error: None)
        while True:
            if not await hand.step(now):
                now.ahead += SKIPPED
                await asyncio.sleep(0.01)
