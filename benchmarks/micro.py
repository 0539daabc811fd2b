"""Our Python alone: no server, no socket, no database; its answers are played back. Steady on any machine."""

from __future__ import annotations

import asyncio
from itertools import cycle
from time import process_time
from typing import Any

from benchmarks.ground import Ground
from benchmarks.inside import House, opened, scope_of, sent
from benchmarks.operations import OPERATIONS, Operation
from benchmarks.recording import Step, recording, through

CALLS, BEST_OF = 300, 5


class _Player:
    """A connection that answers what was answered before."""

    def __init__(self, results: Any) -> None:
        self.results = results

    def is_in_transaction(self) -> bool:
        return False

    def is_closed(self) -> bool:
        return False

    def __getattr__(self, _how: str) -> Any:
        async def play(*_values: Any, **_options: Any) -> Any:
            return next(self.results)

        return play


class _Played:
    """A pool of one connection that is always free."""

    def __init__(self, player: _Player) -> None:
        self.player = player

    async def acquire(self, **_options: Any) -> _Player:
        return self.player

    def get_idle_size(self) -> int:
        return 0

    async def release(self, _player: _Player) -> None:
        return None


async def _quiet(message: Any) -> None:
    assert message.get("status", 200) < 300, "what is measured is answered"


async def measured(house: House, ground: Ground, operation: Operation) -> float:
    """CPU µs of one request, best of some runs."""
    request = operation.requests(ground, ground.token(operation.level))[0]
    await sent(house.app, request)
    steps: list[Step] = []
    results: list[Any] = []
    with recording(house, steps, results):
        await sent(house.app, request)
    with through(house.register, _Played(_Player(cycle(results)))):
        return min([await _timed(house.app, request) for _ in range(BEST_OF)]) / CALLS * 1e6


async def _timed(app: Any, request: bytes) -> float:
    scope, body = scope_of(request)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    began = process_time()
    for _ in range(CALLS):
        await app({**scope, "state": {}}, receive, _quiet)
    return process_time() - began


def micro(ground: Ground) -> dict[str, float]:
    """Operation → µs."""

    async def all_of_them() -> dict[str, float]:
        async with opened(ground) as house:
            return {operation.name: await measured(house, ground, operation) for operation in OPERATIONS}

    return asyncio.run(all_of_them())
