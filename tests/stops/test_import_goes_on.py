"""The database stops at once, as at a power cut, while an import is at work: nothing is lost, nothing doubled (R2).

`kill -9` of one of its processes: PostgreSQL throws every connection and all memory away and recovers from its log.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from contextlib import suppress

import asyncpg
import pytest

from tests.imports_work import Desk, csv, importer

pytestmark = pytest.mark.skipif(
    os.environ.get("DIEMTUA_PROVE") != "1", reason="starts a server of its own: make prove runs it"
)
STOPS = 20
ROWS = 3_000
CUT_OFF = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
ONCE = (
    "select count(*) from person",
    "select count(distinct source_ref) from person",
    "select count(*) from journal_entry where act = 'create_person'",
    "select count(*) from outbox where act = 'create_person'",
    "select count(*) from residence",
)


async def stop_at_once(dsn):
    """The checkpointer dies, and with it every connection; back when the server answers again."""
    connection = await asyncpg.connect(dsn)
    pid = await connection.fetchval("select pid from pg_stat_activity where backend_type = 'checkpointer'")
    os.kill(pid, signal.SIGKILL)
    while not connection.is_closed():
        with suppress(*CUT_OFF):
            await connection.fetchval("select pg_sleep(0.01)")
    await answering(dsn)


async def answering(dsn):
    async with asyncio.timeout(60):
        while True:
            with suppress(*CUT_OFF):
                await (await asyncpg.connect(dsn, timeout=2)).close()
                return
            await asyncio.sleep(0.05)


async def test_a_database_that_stops_at_once_loses_and_doubles_nothing_of_an_import(world, server, clone):
    chance, dsn, cut = random.Random(20261122), server.dsn(clone), 0
    async with importer(world, server, clone) as hand:
        desk = Desk(world, hand)
        while cut < STOPS:
            await world.sweep()
            job = await desk.previewed(csv(*rows()))
            assert job["counts"]["create"] == ROWS, job
            await desk.move(job, "loading", fingerprint=job["fingerprint"])
            cut += await loaded(desk, job["id"], dsn, chance)
            assert (await desk.job(job["id"]))["outcomes"] == {"done": ROWS}
            assert [await world.admin.fetchval(sql) for sql in ONCE] == [ROWS] * len(ONCE)


async def loaded(desk, id, dsn, chance):
    """Work until nothing is under way, the server stopped once at a random moment; 1 if that hit the work."""
    work = asyncio.create_task(desk.work())
    await asyncio.sleep(chance.uniform(0.01, 1.5))
    hit = not work.done()
    await stop_at_once(dsn)
    with suppress(*CUT_OFF):
        await work
    while (await desk.job(id))["state"] == "loading":
        await desk.work()
    return int(hit)


def rows():
    return [f"K{n},Lê Thị {'ABCDEGHK'[n % 8]}n,{1950 + n % 50},Nữ,,0912{n:06d},số {n}" for n in range(ROWS)]
