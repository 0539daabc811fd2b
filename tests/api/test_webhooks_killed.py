"""Workers that are killed with SIGKILL while they send, a receiver on a socket that fails 30 %: nothing lost, in order.

A sample by default; 100,000 events and 20 kills with DIEMTUA_PROVE=1; DIEMTUA_EVENTS and DIEMTUA_KILLS for more.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import time
from collections import defaultdict
from typing import Any

from tests.conftest import LOGINS
from tests.webhook_work import endpoint
from tests.webhook_worker_to_kill import started

PROVE = os.environ.get("DIEMTUA_PROVE") == "1"
EVENTS = int(os.environ.get("DIEMTUA_EVENTS", "100000" if PROVE else "100"))
KILLS = int(os.environ.get("DIEMTUA_KILLS", "20" if PROVE else "3"))
SUBJECTS = max(EVENTS // 20, 10)
SEED = 20261122


class Receiver:
    """Takes what comes over HTTP; fails 30 %, and at its appointed request the worker that sent it is killed."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.requests = 0
        self.failing = 0.3
        self.taken: dict[str, list[int]] = defaultdict(list)
        self.arrived: dict[tuple[str, int], float] = {}
        self.kill_at = -1
        self.worker: Any = None
        self.killed = asyncio.Event()
        self.whole = asyncio.Event()

    async def __call__(self, reader, writer) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            body = json.loads(await reader.readexactly(length))["data"]
            self.requests += 1
            dies = self.requests == self.kill_at
            if dies and self.chance.random() < 0.5:
                self.kill()
            else:
                status = 500 if self.chance.random() < self.failing else 204
                if status == 204:
                    self.take(body["id"], body["sequence"])
                writer.write(f"HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n".encode())
                await writer.drain()
                if dies:
                    self.kill()
        writer.close()

    def take(self, subject: str, sequence: int) -> None:
        self.taken[subject].append(sequence)
        self.arrived.setdefault((subject, sequence), time.time())
        if len(self.arrived) >= EVENTS:
            self.whole.set()

    def kill(self) -> None:
        """In the very moment, before or after its answer."""
        assert self.worker is not None
        os.kill(self.worker.pid, signal.SIGKILL)
        self.killed.set()


async def changed(world, persons, chance):
    """Events: each a transaction of its own that changes one to three of the persons."""
    made = 0
    while made < EVENTS:
        some = chance.sample(persons, min(chance.randint(1, 3), EVENTS - made))
        await world.admin.execute("update person set version = version + 1 where id = any($1)", some)
        made += len(some)


async def test_workers_killed_while_they_send_lose_nothing_and_keep_each_subjects_order(world, server, clone):
    chance, key = random.Random(SEED), world.house.settings.key_for("data")
    dsn = server.dsn(clone, "app_worker", LOGINS.worker)
    receiver = Receiver(chance)
    listening = await asyncio.start_server(receiver, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    made = await endpoint(world, nouns=["person"], url="https://nhan.xa-hoa.vn/")
    here = f"http://127.0.0.1:{port}/"
    await world.admin.execute("update webhook_endpoint set url = $1", here)
    persons = [await world.person("hoa") for _ in range(SUBJECTS)]
    await world.admin.execute("delete from row_change")  # their making is not of the events
    await changed(world, persons, chance)
    rows = await world.admin.fetch("select subject_id, seq from row_change where noun = 'person'")
    wanted = {(str(row["subject_id"]), row["seq"]) for row in rows}
    assert len(wanted) == EVENTS
    sent_from, deaths = time.perf_counter(), 0
    for turn in range(KILLS + 1):
        receiver.worker = started(dsn, key, "skip")
        receiver.killed.clear()
        last = turn == KILLS
        receiver.kill_at = -1 if last else receiver.requests + chance.randint(1, max(EVENTS // (KILLS + 3), 2))
        await asyncio.wait_for((receiver.whole if last else receiver.killed).wait(), 3000 if PROVE else 60)
        if not last:
            await asyncio.to_thread(receiver.worker.join, 30)
            assert receiver.worker.exitcode == -signal.SIGKILL
            deaths += 1
    took = time.perf_counter() - sent_from
    receiver.worker.kill()
    await asyncio.to_thread(receiver.worker.join, 30)
    healthy = []
    if PROVE:
        receiver.worker = started(dsn, key, "run")
        healthy = await _healthy(world, receiver, persons, chance)
        receiver.worker.kill()
        await asyncio.to_thread(receiver.worker.join, 30)
    listening.close()
    assert wanted <= set(receiver.arrived), "lost"
    assert deaths == KILLS
    for subject, sequences in receiver.taken.items():
        assert sequences == sorted(sequences), subject
    twice = sum(map(len, receiver.taken.values())) - len(receiver.arrived)
    told = (
        f"{EVENTS} events, {receiver.requests} requests, {deaths} workers killed, {twice} received twice, {took:.0f} s"
    )
    if healthy:
        told += f"; receiver healthy: p50 {healthy[len(healthy) // 2]:.2f} s, p99 {healthy[-len(healthy) // 100]:.2f} s"
    print(told)  # noqa: T201 - the figure that is quoted
    assert made["state"] == "active"


async def _healthy(world, receiver, persons, chance, events=300):
    """Seconds from commit to arrival where nothing fails, one after the other."""
    receiver.failing = 0.0
    found = []
    for _ in range(events):
        person = chance.choice(persons)
        await world.admin.execute("update person set version = version + 1 where id = $1", person)
        at = time.time()
        await world.admin.execute("select pg_notify('row_change', '')")
        seq = await world.admin.fetchval("select max(seq) from row_change where subject_id = $1", person)
        while (str(person), seq) not in receiver.arrived:  # noqa: ASYNC110 - another process sends it
            await asyncio.sleep(0.005)
        found.append(receiver.arrived[str(person), seq] - at)
    return sorted(found)
