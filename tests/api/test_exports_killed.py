"""A list is taken out of one snapshot, all or nothing: whoever changes it, dies over it or is overtaken meanwhile."""

from __future__ import annotations

import asyncio
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import asyncpg
import pytest

from api.exported import again
from persistence import export_laying, export_reading
from tests.conftest import LOGINS
from tests.export_worker_to_kill import messages
from tests.exports_work import Counter, exporter, table

PROVE = os.environ.get("DIEMTUA_PROVE") == "1"


@pytest.fixture
async def counter(world, server, clone):
    async with exporter(world, server, clone) as hand:
        yield Counter(world, hand)


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(export_reading, "PAGE", 2)


def meddled(hand, meddle):
    """The same worker, with something happening before its second page."""
    asked = []

    def question(stored, ctx, cursor, limit, counted):
        asked.append(cursor)
        if sum(one is not None for one in asked) == 1 and cursor is not None:
            meddle()
        return again(stored, ctx, cursor, limit, counted)

    return replace(hand, question=question)


async def test_what_changes_while_a_list_is_taken_out_is_not_in_it(counter, world, small_pages, owner_dsn):
    for _ in range(5):
        await world.person("hoa")
    before = await world.admin.fetchval("select array_agg(id::text order by id) from person")

    def meddle():
        sql = f"update person set full_name = 'Zzz', unit_no = {world.no('binh')}"
        _apart(lambda: asyncio.run(_execute(world, sql)))

    counter.hand = meddled(counter.hand, meddle)
    _, rows, _ = table(await counter.file("officer", fields=["id", "full_name"]))
    assert sorted(row[0] for row in rows) == before
    assert "Zzz" not in {row[1] for row in rows}
    assert await world.admin.fetchval("select count(*) from person where full_name = 'Zzz'") == 5


def _apart(work):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


async def _execute(world, sql):
    connection = await asyncpg.connect(world.admin._connect_args[0])
    await connection.execute("set session_replication_role = replica")
    await connection.execute(sql)
    await connection.close()


class Killing:
    """A list asked for and a worker that dies at a message; what it leaves is judged, and another worker makes it whole."""

    def __init__(self, counter, dsn):
        self.counter, self.world, self.dsn = counter, counter.world, dsn
        self.key = self.world.house.settings.key_for("data")

    async def dies(self, kill_at, **how):
        """The job as it is left, and how many messages were sent if nobody died."""
        job = (await self.counter.ask("officer", fields=["id"])).json()
        sent, code = await messages(self.dsn, self.key, kill_at, **how)
        assert code == (0 if sent else -9)
        return await self.counter.job("officer", job["id"]), sent

    async def laid(self, job):
        """Whom the stored pieces name, opened as the worker sealed them."""
        rows = await self.world.admin.fetch(
            "select no, sealed from export_chunk where export_id = $1 order by no", UUID(job["id"])
        )
        assert [row["no"] for row in rows] == list(range(len(rows)))
        sealer = self.world.house.register.sealer
        parts = [
            sealer.open_bytes(row["sealed"], table="export_chunk", row=UUID(job["id"]), column=f"chunk/{row['no']}")
            for row in rows
        ]
        return {word for word in b"".join(parts).decode("utf-8-sig").splitlines() if len(word) == 36}

    async def journaled(self, job):
        sql = "select unnest(subject_ids)::text from journal_entry where act = 'export_person' and request_id = $1"
        return {row[0] for row in await self.world.admin.fetch(sql, f"export-{job['id']}")}


@pytest.fixture
def killing(counter, server, clone):
    return Killing(counter, server.dsn(clone, "app_worker", LOGINS.worker))


async def test_a_worker_killed_at_any_message_gives_nothing_unjournaled_and_no_half_file_and_the_next_makes_it_whole(
    counter, world, small_pages, killing
):
    for _ in range(7):
        await world.person("hoa")
    job, sent = await killing.dies(0)
    assert job["state"] == "done"
    points, half = range(1, sent + 1), 0
    for kill_at in points if PROVE else points[3::6]:
        job, _ = await killing.dies(kill_at)
        laid = await killing.laid(job)
        assert laid <= await killing.journaled(job), kill_at
        if job["state"] != "done":
            half += bool(laid)
            assert job["state"] in ("queued", "running")
            assert (await counter.fetch("officer", job["id"])).json()["code"] == "export_not_ready"
        await _freed(world)
        await counter.work()
        done = await counter.job("officer", job["id"])
        assert (done["state"], done["rows"]) == ("done", 7), kill_at
        content = (await counter.fetch("officer", job["id"])).content
        assert hashlib.sha256(content).hexdigest() == done["sha256"]
        assert len(table(content)[1]) == 7
    assert half, "some die in the middle of the file"


async def test_the_same_check_sees_a_worker_that_notes_the_reading_too_late(counter, world, killing):
    for _ in range(7):
        await world.person("hoa")
    job, _ = await killing.dies(0, naive=True)
    assert job["state"] == "done"
    assert not await killing.laid(job) <= await killing.journaled(job)


ADVISED = (
    "select l.pid from pg_locks l join pg_stat_activity a on a.pid = l.pid where l.locktype = 'advisory'"
    " and a.usename = 'app_worker' and a.datname = current_database()"
)


async def _freed(world):
    """The server notices a broken connection by itself; it is waited for, not slept over."""
    for _ in range(1000):
        if not await world.admin.fetch(ADVISED):
            return
        await asyncio.sleep(0)
    raise AssertionError("the lock of a killed worker stays")


async def test_what_a_worker_lost_its_lock_over_is_made_by_another_and_it_writes_nothing_into_that(
    counter, world, small_pages, monkeypatch
):
    """Its connection broke, it lives on: the second one's file stands, whichever of them ends last."""
    monkeypatch.setattr(export_laying, "PIECE", 64)
    for _ in range(5):
        await world.person("hoa")
    asked = (await counter.ask("officer")).json()
    pieces = []

    async def overtaken(turn):
        monkeypatch.setattr(export_laying.Turn, "still", real)
        await world.admin.execute(f"select pg_terminate_backend(pid) from ({ADVISED}) one")
        await _freed(world)
        assert await counter.hand.step(turn.id, counter.now)
        pieces.extend(await world.admin.fetch("select no, sealed from export_chunk order by no"))
        # what it holds is written as if it had not looked

    real = export_laying.Turn.still
    monkeypatch.setattr(export_laying.Turn, "still", overtaken)
    await counter.work()
    job = await counter.job("officer", asked["id"])
    assert (job["state"], job["rows"]) == ("done", 5)
    assert await world.admin.fetch("select no, sealed from export_chunk order by no") == pieces
    content = (await counter.fetch("officer", job["id"])).content
    assert hashlib.sha256(content).hexdigest() == job["sha256"]


async def test_who_loses_the_post_while_the_list_is_read_gets_no_file_and_nothing_of_it_is_kept(
    counter, world, small_pages, monkeypatch
):
    monkeypatch.setattr(export_laying, "PIECE", 64)
    for _ in range(5):
        await world.person("hoa")
    me, real = world.users["officer"].appointment_id, export_laying.Turn.still

    async def ended(turn):
        monkeypatch.setattr(export_laying.Turn, "still", real)
        await world.admin.execute("update appointment set valid_to = now() where id = $1", me)

    monkeypatch.setattr(export_laying.Turn, "still", ended)
    asked = (await counter.ask("officer")).json()
    try:
        await counter.work()
    finally:
        await world.admin.execute("update appointment set valid_to = null where id = $1", me)
    job = await counter.job("officer", asked["id"])
    assert (job["state"], job["problem"], job["sha256"]) == ("refused", "no_appointment", None)
    assert await world.admin.fetchval("select count(*) from export_chunk") == 0


async def test_two_workers_at_once_make_each_list_once(counter, world):
    await world.person("hoa")
    ids = [(await counter.ask(user)).json()["id"] for user in ("officer", "neighbour", "officer")]
    done = await asyncio.gather(counter.work(), counter.work())
    assert sum(done) == 3
    jobs = await world.admin.fetch("select state, pieces, attempts from export_job")
    assert [tuple(row) for row in jobs] == [("done", 1, 0)] * len(ids)
    fetched = await world.admin.fetchval("select count(*) from journal_entry where act = 'export_person'")
    assert fetched == 3
