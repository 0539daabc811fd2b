"""kill -9 anywhere: another worker goes on, nothing is lost, nothing is done twice (safety page, R2)."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys

import pytest

from tests.conftest import LOGINS
from tests.imports_work import Desk, csv, importer

PROVE = os.environ.get("DIEMTUA_PROVE") == "1"
ROWS = 100_000 if PROVE else 60
POINTS = 50 if PROVE else 3
BATCH = 2_000 if PROVE else 10


def rows(count):
    return [f"K{n},Lê Thị {'ABCDEGHK'[n % 8]}n,{1950 + n % 50},Nữ,,0912{n:06d},số {n}" for n in range(count)]


class Killing:
    """A worker in a process of its own that dies at a message."""

    def __init__(self, world, dsn):
        self.dsn = dsn
        self.key = world.house.settings.key_for("data").hex()

    async def work(self, kill_at=0, *, naive=False):
        """How many messages it sent, or None when it was killed."""
        asked = {"dsn": self.dsn, "key": self.key, "kill_at": kill_at, "batch": BATCH, "naive": naive}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.imports.worker_to_kill", json.dumps(asked)),
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await process.communicate()
        assert process.returncode in (0, -signal.SIGKILL)
        return int(told) if process.returncode == 0 else None


@pytest.fixture
async def desk(world, server, clone):
    async with importer(world, server, clone) as hand:
        yield Desk(world, hand)


@pytest.fixture
def killing(world, server, clone):
    return Killing(world, server.dsn(clone, "app_worker", LOGINS.worker))


async def worked(desk, id):
    """Another worker until nothing is under way: the server lets go of a dead one's lock by itself."""
    while (job := await desk.job(id))["state"] in ("uploaded", "loading", "undoing"):
        await desk.work()
    return job


async def whole(world, count):
    """Everybody once, with one journal row and one outbox row each."""
    asked = (
        "select count(*) from person",
        "select count(distinct source_ref) from person",
        "select count(*) from journal_entry where act = 'create_person'",
        "select count(*) from outbox where act = 'create_person'",
        "select count(*) from person_phone",
        "select count(*) from residence",
        "select count(*) from responsibility",
    )
    return [await world.admin.fetchval(sql) for sql in asked] == [count] * len(asked)


async def killed_run(desk, killing, world, kill_at, *, naive=False):
    """A file taken in by workers of which one dies at a message of reading or of loading; the job at the end."""
    sent = await desk.send(csv(*rows(ROWS)))
    id = sent.json()["id"]
    reading, loading = kill_at
    if reading:
        await killing.work(reading)
    job = await worked(desk, id)
    assert (job["state"], job["counts"]["create"]) == ("previewed", ROWS), job
    assert len({row["no"] for row in await desk.rows(job)}) == min(ROWS, 200)
    await desk.move(job, "loading", fingerprint=job["fingerprint"])
    await killing.work(loading, naive=naive)
    return await worked(desk, id)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
async def test_a_worker_killed_at_any_message_is_followed_by_another_that_loses_and_doubles_nothing(
    desk, killing, world
):
    chance = random.Random(20261122)
    sent = (await desk.send(csv(*rows(ROWS)))).json()
    messages = [await killing.work()]
    job = await desk.job(sent["id"])
    await desk.move(job, "loading", fingerprint=job["fingerprint"])
    messages.append(await killing.work())
    assert await whole(world, ROWS)
    for _ in range(POINTS):
        await world.sweep()
        kill_at = [chance.randint(2, count) for count in messages]
        done = await killed_run(desk, killing, world, kill_at)
        assert (done["state"], done["outcomes"]) == ("loaded", {"done": ROWS}), kill_at
        assert await whole(world, ROWS), kill_at


async def test_the_same_check_sees_a_worker_that_notes_its_work_too_late(desk, killing, world):
    """Control: done and noted in two transactions, the report no longer says what happened."""
    done = await killed_run(desk, killing, world, (0, 0), naive=True)
    assert done["outcomes"] != {"done": ROWS}
