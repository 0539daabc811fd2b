"""A worker that is killed at its n-th message to the database: `python -m tests.imports.worker_to_kill '{…}'`.

The message is on its way when the process dies, so what the server makes of it is unknown, as in life.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import sys
from typing import Any

import asyncpg

from api.context import local_now
from persistence import import_loading, import_steps, import_undo
from persistence.importing import Importer
from persistence.pools import open_pool
from persistence.sealing import CursorSeal, Sealer

MESSAGES = ("execute", "fetch", "fetchrow", "fetchval", "copy_records_to_table", "copy_to_table")


def count(kill_at: int) -> itertools.count[int]:
    """Every message counts; at the n-th the process is gone."""
    seen = itertools.count(1)
    for name in MESSAGES:
        setattr(asyncpg.Connection, name, _counting(getattr(asyncpg.Connection, name), seen, kill_at))
    return seen


def _counting(send: Any, seen: Any, kill_at: int) -> Any:
    async def counted(self: Any, *given: Any, **more: Any) -> Any:
        if next(seen) == kill_at:
            asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGKILL)
        return await send(self, *given, **more)

    return counted


def forgetful() -> None:
    """The naive worker: it commits what it did, and only then would note that it did it; it dies in between."""

    async def noted_apart(storing: Any, _stage: str, _groups: Any) -> None:
        await storing.connection.execute("commit")
        os.kill(os.getpid(), signal.SIGKILL)

    import_loading.WAYS["made"] = noted_apart


async def main(asked: dict[str, Any]) -> None:
    import_steps.BATCH = import_steps.LOADED_AT_ONCE = asked["batch"]
    import_steps.READY_AT_ONCE = 2
    import_undo.AT_ONCE = asked["batch"]
    if asked["naive"]:
        forgetful()
    pool = await open_pool(asked["dsn"], 3)
    seen = count(asked["kill_at"])
    master = bytes.fromhex(asked["key"])
    await Importer(pool, Sealer.from_master(master), CursorSeal.from_master(master)).work(local_now)
    sys.stdout.write(str(next(seen) - 1))
    await pool.close()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
