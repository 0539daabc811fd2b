"""R3 of the safety page: whatever is repeated, at once and through kills, each key has its effect exactly once.

A small sample by default; DIEMTUA_PROVE=1: 1,000 keys, each sent 50 times at once to a served process that is killed
20 times (SIGKILL) in between. Whoever gets no answer, or is told to come again, sends the same again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr

from api.settings import Settings
from domain.ids import new_id
from persistence import bootstrap
from tests.conftest import LOGINS, _run
from tests.scenarios.serving import Served, issue
from tests.world import build_world

PROVE = os.environ.get("DIEMTUA_PROVE") == "1"
KEYS, TIMES, KILLS, AT_ONCE = 1000, 50, 20, 3
AGAIN = (409, 429, 503)
CUT = (ConnectionError, asyncio.IncompleteReadError, TimeoutError, asyncio.LimitOverrunError)
MADE_BY = "join idempotency r on r.subject_id ="
COUNTED = "select r.key, count(*) as n"
DONE = "j.outcome = 'done'"
EFFECTS = (
    "select native_place as key, count(*) as n from person where native_place = any($1::text[]) group by 1",
    f"{COUNTED} from outbox o {MADE_BY} o.subject_id where r.key = any($1::text[]) group by 1",
    f"{COUNTED} from journal_entry j {MADE_BY} j.subject_ids[1] where r.key = any($1::text[]) and {DONE} group by 1",
)
"""What one act leaves: the record, its outbox row, its journal row."""


def body(key: str) -> dict[str, str]:
    return {"full_name": "Lê Thị Na", "native_place": key}


async def effects(admin: Any, keys: list[str]) -> list[dict[str, int]]:
    return [{row["key"]: row["n"] for row in await admin.fetch(sql, keys)} for sql in EFFECTS]


# -- the sample: in one process, with connections of the database cut meanwhile


async def one_of(world, key, with_key=True):
    given = {"Idempotency_Key": key} if with_key else {}
    while True:
        reply = await world.call("officer", "POST", "/v1/persons", body(key), **given)
        if reply.status_code not in AGAIN:
            assert reply.status_code in (200, 201), reply.text
            return reply.json()["id"]
        await asyncio.sleep(0.01)


async def cut(world, times):
    """The service's connections to the database end under it."""
    for _ in range(times):
        await asyncio.sleep(0.05)
        await world.admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and usename = 'app_rw' and query not ilike '%row_change%'"
            " and query not ilike 'listen%'"
        )


async def test_a_key_sent_ten_times_at_once_over_connections_that_break_has_one_effect(world):
    keys = [new_id().hex for _ in range(8)]
    sent = asyncio.gather(*(one_of(world, key) for key in keys for _ in range(10)))
    ids, _ = await asyncio.gather(sent, cut(world, 3))
    assert await effects(world.admin, keys) == [dict.fromkeys(keys, 1)] * 3
    answers = [set(ids[place : place + 10]) for place in range(0, len(ids), 10)]
    assert all(len(each) == 1 for each in answers), "all ten were told of the same record"


async def test_without_keys_the_same_repetition_has_more_effects_than_one(world):
    """The control."""
    key = new_id().hex
    await asyncio.gather(*(one_of(world, key, with_key=False) for _ in range(5)))
    (persons, *_) = await effects(world.admin, [key])
    assert persons == {key: 5}


# -- at full size


@dataclass
class Line:
    """One connection to the served process, made anew when it breaks."""

    world: Any
    port: int
    chance: random.Random
    open: tuple[Any, Any] | None = None
    broken: int = 0
    told: dict[int, int] = field(default_factory=dict)

    async def until_answered(self, key: str) -> str:
        while True:
            with contextlib.suppress(*CUT):
                status, answer = await asyncio.wait_for(self._once(key), 30)
                self.told[status] = self.told.get(status, 0) + 1
                if status not in AGAIN:
                    assert status in (200, 201), answer
                    return str(json.loads(answer)["id"])
                await asyncio.sleep(0.2 + self.chance.random() / 5)
                continue
            self._break()
            await asyncio.sleep(0.1 + self.chance.random() / 5)

    def _break(self) -> None:
        self.broken += 1
        self.shut()

    def shut(self) -> None:
        """At once: a half of it that waits for the other would be left to the end of the run."""
        if self.open:
            self.open[1].transport.abort()
        self.open = None

    async def _once(self, key: str) -> tuple[int, bytes]:
        reader, writer = self.open = self.open or await asyncio.open_connection("127.0.0.1", self.port)
        content = json.dumps(body(key)).encode()
        head = (
            f"POST /v1/persons HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
            f"Authorization: {self.world.users['officer'].headers['Authorization']}\r\n"
            f"Idempotency-Key: {key}\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        writer.write(head.encode() + content)
        told = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(told.partition("content-length: ")[2].partition("\r\n")[0])
        return int(told.split(" ", 2)[1]), await reader.readexactly(length)


@pytest.fixture
async def served(server, template, worker_id, tmp_path):
    """A world of its own and a process that serves it."""
    from api.app import create_app

    name = f"keys_{worker_id}_{new_id().hex[-8:]}"
    _run(bootstrap.create_database(server.dsn(), name, template=template))
    settings = Settings.for_demo(tmp_path / "keys").model_copy(
        update={"database_url": SecretStr(server.dsn(name, "app_rw", LOGINS.service)), "pool_size": 2}
    )
    app, process = create_app(settings), Served(settings, tmp_path)
    try:
        async with app.router.lifespan_context(app), asyncpg.create_pool(server.dsn(name), min_size=1) as admin:
            world = await build_world(app, admin)
            issue(world)
            await process.ready()
            yield world, process
    finally:
        process.end()
    database = await asyncpg.connect(server.dsn())
    await database.execute(f"drop database {name} with (force)")
    await database.close()


@pytest.mark.skipif(not PROVE, reason="at full size with DIEMTUA_PROVE=1")
async def test_a_thousand_keys_fifty_times_at_once_through_twenty_kills_have_one_effect_each(served, record_property):
    world, process = served
    chance = random.Random(20261122)
    keys = [new_id().hex for _ in range(KEYS)]
    waiting, done, told = list(reversed(keys)), [], {}
    lines = []

    async def sender():
        mine = [Line(world, process.port, chance) for _ in range(TIMES)]
        lines.extend(mine)
        while waiting:
            key = waiting.pop()
            async with asyncio.TaskGroup() as times:
                sent = [times.create_task(line.until_answered(key)) for line in mine]
            told[key] = {one.result() for one in sent}
            done.append(key)

    async def renewer():
        """Tokens end after five minutes."""
        while True:
            issue(world)
            await asyncio.sleep(60)

    async def killer():
        for number in range(KILLS):
            while len(done) < (number + 1) * KEYS // (KILLS + 2):  # noqa: ASYNC110 - of many senders, whoever
                await asyncio.sleep(0.01)
            await asyncio.sleep(chance.random() / 10)  # anywhere in the work on a key
            process.signal(signal.SIGKILL)
            await process.ready()

    async with asyncio.TaskGroup() as work:  # of which one that fails ends all
        renewing = work.create_task(renewer())
        sending = [work.create_task(sender()) for _ in range(AT_ONCE)]
        work.create_task(killer())
        await asyncio.wait(sending)
        renewing.cancel()
    for line in lines:
        line.shut()
    await asyncio.sleep(0)
    statuses: dict[int, int] = {}
    for line in lines:
        for status, number in line.told.items():
            statuses[status] = statuses.get(status, 0) + number
    record_property("answers", statuses)
    record_property("broken", sum(line.broken for line in lines))
    assert await effects(world.admin, keys) == [dict.fromkeys(keys, 1)] * 3
    assert all(len(each) == 1 for each in told.values())
    assert statuses.get(201, 0) <= KEYS
    assert sum(line.broken for line in lines) >= KILLS, "the kills must have cut somebody off"
