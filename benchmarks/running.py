"""Starts the servers on loopback and measures them in turn."""

from __future__ import annotations

import asyncio
import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks.client import load, once
from benchmarks.equality import comparable, opened
from benchmarks.ground import Ground
from benchmarks.inside import opened as opened_app
from benchmarks.meter import Slice, cpu_of
from benchmarks.operations import OPERATIONS, Operation
from benchmarks.recording import Script, script
from benchmarks.servers import Planned
from persistence.sealing import Sealer

ROOT = Path(__file__).resolve().parent.parent


class Server(NamedTuple):
    name: str
    port: int
    pid: int


class Bench(NamedTuple):
    """Servers that run on one ground."""

    ground: Ground
    servers: list[Server]
    postmaster: int

    def requests(self, server: Server, operation: Operation) -> list[bytes]:
        """Tokens are made anew for every slice: they live five minutes."""
        path = f"/{slug(operation)}" if server.name == "limit" else None
        return operation.requests(self.ground, self.ground.token(operation.level), path)

    def serving(self, operation: Operation) -> list[Server]:
        return [one for one in self.servers if one.name != "dataloaders" or operation.name == "graphql page"]


def slug(operation: Operation) -> str:
    return operation.name.replace(" ", "-")


async def scripts(ground: Ground) -> dict[str, Script]:
    async with opened_app(ground) as house:
        return {slug(operation): await script(house, ground, operation) for operation in OPERATIONS}


@contextmanager
def bench(ground: Ground, postmaster: int, names: tuple[str, ...]) -> Iterator[Bench]:
    """The named servers, up and answering."""
    plan = ground.home / f"plan-{os.getpid()}-{ground.size}.pickle"
    plan.write_bytes(pickle.dumps(Planned(ground, asyncio.run(scripts(ground)))))
    processes: list[subprocess.Popen[bytes]] = []
    try:
        servers = []
        for name, port in zip(names, free_ports(len(names)), strict=True):
            command = [sys.executable, "-m", "benchmarks.servers", name, str(plan), str(port)]
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
            processes.append(process)
            servers.append(Server(name, port, process.pid))
        for server in servers:
            _await(server.port)
        yield Bench(ground, servers, postmaster)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)
        plan.unlink()


def free_ports(count: int) -> list[int]:
    """Below 32768, where the kernel hands none out to clients."""
    found: list[int] = []
    for port in range(21_000 + os.getpid() % 5_000, 32_000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) and len(found) < count:
                found.append(port)
        if len(found) == count:
            break
    return found


def _await(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise TimeoutError("a server does not come up")


def check_equal(bench: Bench, sealer: Sealer) -> None:
    """Raises AssertionError where two servers answer an operation differently."""
    for operation in OPERATIONS:
        answers = {}
        for server in bench.serving(operation):
            body = asyncio.run(once(server.port, bench.requests(server, operation)[0]))
            answers[server.name] = comparable(opened(body, sealer), write=operation.name.startswith("write"))
        first = answers["limit"]
        for name, answer in answers.items():
            if answer != first:
                raise AssertionError(f"{operation.name}: {name} answers differently\n{answer!s:.900}\n{first!s:.900}")


def measure(bench: Bench, operation: Operation, rounds: int, seconds: float) -> dict[str, list[Slice]]:
    """One warm-up slice each, then slices in turn over all servers."""
    found: dict[str, list[Slice]] = {server.name: [] for server in bench.serving(operation)}
    for turn in range(rounds + 1):
        for server in bench.serving(operation):
            one = _slice(bench, server, operation, seconds)
            if turn:
                found[server.name].append(one)
    return found


def _slice(bench: Bench, server: Server, operation: Operation, seconds: float) -> Slice:
    requests = bench.requests(server, operation)
    app, pg, began = cpu_of(server.pid), cpu_of(bench.postmaster), perf_counter()
    took, failed = asyncio.run(load(server.port, requests, seconds))
    if failed:
        raise RuntimeError(f"{operation.name}: {failed} of {len(took)} requests failed at {server.name}")
    ended = perf_counter()
    return Slice(took, cpu_of(server.pid) - app, cpu_of(bench.postmaster) - pg, ended - began)


def alone(bench: Bench, operation: Operation, seconds: float) -> list[float]:
    """Latencies at ours when nobody else asks: what one user waits for."""
    server = next(one for one in bench.servers if one.name == "ours")
    took, _failed = asyncio.run(load(server.port, bench.requests(server, operation), seconds, connections=1))
    return took
