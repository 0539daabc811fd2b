"""A worker that takes lists out and is killed at its n-th message to the database: a process forked from the test's.

The message is on its way when the process dies, so what the server makes of it is unknown, as in life.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from contextlib import asynccontextmanager
from typing import Any

from api.context import local_now
from api.exported import again
from persistence import export_laying, export_reading, instants
from persistence.exporting import Exporter
from persistence.pools import open_pool
from persistence.sealing import CursorSeal, Sealer
from tests.imports.worker_to_kill import count


async def messages(dsn: str, key: bytes, kill_at: int, *, naive: bool = False) -> tuple[int | None, int | None]:
    """How many a worker sent until it had no more to do, or None where it was killed; and its exit code."""
    context = multiprocessing.get_context("fork")
    told, tells = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(dsn, key, kill_at, naive, tells), daemon=True)
    worker.start()
    tells.close()
    await asyncio.to_thread(worker.join, 60)
    return (told.recv() if worker.exitcode == 0 else None), worker.exitcode


def _work(dsn: str, key: bytes, kill_at: int, naive: bool, tells: Any) -> None:
    asyncio.run(_main(dsn, key, kill_at, naive, tells))


async def _main(dsn: str, key: bytes, kill_at: int, naive: bool, tells: Any) -> None:
    export_reading.PAGE, export_laying.PIECE = 2, 64
    if naive:
        export_reading.kept = forgetful
    pool = await open_pool(dsn, 3)
    seen = count(kill_at)
    await Exporter(pool, Sealer.from_master(key), CursorSeal.from_master(key), again).work(local_now)
    tells.send(next(seen) - 1)
    await pool.close()


@asynccontextmanager
async def forgetful(connection: Any) -> Any:
    """The naive worker: what it gives stands in the journal only if nothing happens until the end, and something does."""
    yield
    await instants.undone(connection)
