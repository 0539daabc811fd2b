"""kill -9 anywhere: another worker goes on, nothing is lost, nothing is done twice (safety page, R2)."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import signal
import sys
from contextlib import asynccontextmanager

import pytest

from persistence import import_steps, importing
from tests.club_work import ago, running_club
from tests.conftest import LOGINS
from tests.imports_work import Desk, csv, importer

PROVE = os.environ.get("DIEMTUA_PROVE") == "1"
ROWS = int(os.environ.get("DIEMTUA_PROVE_ROWS", "100000")) if PROVE else 60
POINTS = int(os.environ.get("DIEMTUA_PROVE_POINTS", "50")) if PROVE else 3
KILLS = 4 if PROVE else 1
"""Workers that die in one state of one job."""
BATCH = 1_000 if PROVE else 10
STATES = ("reading", "loading", "undoing")


def rows(count, *, ref=True):
    named = (f"Lê Thị {'ABCDEGHK'[n % 8]}n,{1950 + n % 50},Nữ,,0912{n:06d},số {n}" for n in range(count))
    return [f"{f'K{n}' if ref else ''},{told}" for n, told in enumerate(named)]


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


async def gone(world, count):
    """Everybody taken out once, with one journal row; their phones stay, nobody is found."""
    asked = (
        "select count(*) from person where voided_at is not null and version = 2",
        "select count(*) from journal_entry where act = 'undo_import'",
        "select count(*) from outbox where act = 'undo_import'",
        "select count(*) from person",
    )
    return [await world.admin.fetchval(sql) for sql in asked] == [count] * len(asked)


async def through(desk, killing, job, points):
    """A state of the job to its end, by workers that die at these messages and one that lives."""
    for kill_at in points:
        await killing.work(kill_at)
    return await worked(desk, job["id"])


async def messages_of(desk, killing, world):
    """How many messages a worker sends in each state when nobody kills it."""
    job = (await desk.send(csv(*rows(ROWS)))).json()
    sent = [await killing.work()]
    job = await desk.job(job["id"])
    await desk.move(job, "loading", fingerprint=job["fingerprint"])
    sent.append(await killing.work())
    assert await whole(world, ROWS)
    await desk.move(await desk.job(job["id"]), "undoing")
    return [*sent, await killing.work()]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
async def test_workers_killed_at_any_message_are_followed_by_one_that_loses_and_doubles_nothing(desk, killing, world):
    chance = random.Random(20261122)
    messages = await messages_of(desk, killing, world)
    for _ in range(-(-POINTS // (KILLS * len(STATES)))):
        await world.sweep()
        points = [[chance.randint(2, max(3, count // KILLS)) for _ in range(KILLS)] for count in messages]
        sent = (await desk.send(csv(*rows(ROWS)))).json()
        job = await through(desk, killing, sent, points[0])
        assert (job["state"], job["counts"]["create"]) == ("previewed", ROWS), (job, points)
        assert len({row["no"] for row in await desk.rows(job)}) == min(ROWS, 200)
        await desk.move(job, "loading", fingerprint=job["fingerprint"])
        job = await through(desk, killing, job, points[1])
        assert (job["state"], job["outcomes"]) == ("loaded", {"done": ROWS}), (points, job["problem"])
        assert await whole(world, ROWS), points
        await desk.move(job, "undoing")
        job = await through(desk, killing, job, points[2])
        assert (job["state"], job["outcomes"]) == ("undone", {"undone": ROWS}), (points, job["problem"])
        assert await gone(world, ROWS), points


def memberships(count, club):
    yield "source_ref,person_ref,club,asked_on,agreed_by,joined_on,state"
    for n in range(count):
        yield f"M{n},K{n},{club},{ago(200 + n % 90)},person,{ago(100 + n % 50)},joined"


async def joined(world, count):
    """Every membership once, with its moves, its sight, its reminder and its journal, each once."""
    asked = {
        "select count(*) from club_membership where state = 'joined' and version = 4": count,
        "select count(*) from membership_event": 4 * count,
        "select count(*) from access_grant where valid_to = 'infinity'": count,
        "select count(*) from task where noun = 'club_membership' and state = 'open'": count,
        "select count(*) from journal_entry where act = 'record_club_membership'": count,
        "select count(*) from outbox where noun = 'club_membership' and act = 'move_club_membership'": 3 * count,
        "select count(*) from row_change where noun = 'person' and kind = 'entered_scope' and grantee is not null": count,
    }
    return {sql: found for sql, due in asked.items() if (found := await world.admin.fetchval(sql)) != due}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
async def test_memberships_done_abreast_by_workers_that_are_killed_are_each_done_once(desk, killing, world):
    chance, rows_ = random.Random(20261122), ROWS // 20 if PROVE else 24
    club = (await running_club(world)).id
    people = (await desk.send(csv(*rows(rows_)), row_source="k")).json()
    people = await worked(desk, people["id"])
    await desk.move(people, "loading", fingerprint=people["fingerprint"])
    await worked(desk, people["id"])
    content = "\n".join(memberships(rows_, club))
    job = (await desk.send(content, "memberships", row_source="k")).json()
    job = await through(desk, killing, job, [chance.randint(20, 60) for _ in range(KILLS)])
    assert job["counts"]["create"] == rows_, job
    assert await world.admin.fetchval("select count(*) from club_membership") == 0
    await desk.move(job, "loading", fingerprint=job["fingerprint"])
    job = await through(desk, killing, job, [chance.randint(20, 90) for _ in range(KILLS)])
    assert job["outcomes"] == {"done": rows_}
    assert await joined(world, rows_) == {}


@pytest.mark.parametrize("ref", [True, False])
async def test_the_same_check_sees_a_worker_that_notes_its_work_too_late(desk, killing, world, ref):
    """Control: stored and noted in two transactions; with a reference the report lies, without one people are doubled."""
    job = await worked(desk, (await desk.send(csv(*rows(60, ref=ref)))).json()["id"])
    await desk.move(job, "loading", fingerprint=job["fingerprint"])
    await killing.work(naive=True)
    done = await worked(desk, job["id"])
    people = await world.admin.fetchval("select count(*) from person")
    assert (done["outcomes"] != {"done": 60}) if ref else (people > 60)


async def test_looking_at_a_job_that_somebody_works_on_is_no_attempt_at_it(desk, world):
    """Many who ask at once would else give up what one of them has in hand."""
    sent = (await desk.send(csv(*rows(3)))).json()
    async with world.admin.acquire() as other, other.transaction():
        assert await other.fetchval("select pg_try_advisory_xact_lock(hashtextextended($1, 7))", sent["id"])
        for _ in range(importing.MOST_ATTEMPTS + 2):
            await desk.work()
        assert await world.admin.fetchval("select (attempts, state)::text from import_job") == "(0,uploaded)"
    await desk.work()
    assert (await desk.job(sent["id"]))["state"] == "previewed"


class KilledError(Exception):
    """Stands for the end of a worker."""


async def test_a_job_that_gets_on_is_not_given_up_however_often_its_worker_dies(desk, world, monkeypatch):
    entered, times = importing.Importer.entered, itertools.count(1)

    @asynccontextmanager
    async def dying(self, id, now, state):
        if next(times) % 4 == 0:
            raise KilledError
        async with entered(self, id, now, state) as found:
            yield found

    monkeypatch.setattr(import_steps, "BATCH", 5)
    monkeypatch.setattr(import_steps, "LOADED_AT_ONCE", 5)
    monkeypatch.setattr(importing, "MOST_ATTEMPTS", 2)
    monkeypatch.setattr(importing.Importer, "entered", dying)
    sent = (await desk.send(csv(*rows(40)))).json()
    deaths = 0
    for to in ("previewed", "loaded", "undone"):
        while (job := await desk.job(sent["id"]))["state"] in ("uploaded", "loading", "undoing"):
            try:
                await desk.work()
            except KilledError:
                deaths += 1
        assert job["state"] == to, job["problem"]
        if to != "undone":
            goes = {"fingerprint": job["fingerprint"]} if to == "previewed" else {}
            await desk.move(job, "loading" if to == "previewed" else "undoing", **goes)
    assert deaths > 5
    assert job["outcomes"] == {"undone": 40}
