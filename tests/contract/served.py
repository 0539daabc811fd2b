"""The service on a real socket, in a thread of its own, for callers that are not asynchronous."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import uvicorn

from api.app import create_app
from api.deadlines import protocol
from api.errors import render
from tests.world import World, build_world


@dataclass(frozen=True)
class Served:
    """A running service: where it listens, its world, and a way onto its loop."""

    url: str
    world: World
    loop: asyncio.AbstractEventLoop

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)


@contextlib.contextmanager
def served(settings: Any, admin_dsn: str) -> Iterator[Served]:
    """The whole stack as `diemtua serve` runs it: socket, deadlines, gate, routes, database."""
    app = create_app(settings)
    config = uvicorn.Config(app, http=protocol(render=render), log_config=None, access_log=False, lifespan="on")
    server = uvicorn.Server(config)
    loop = asyncio.new_event_loop()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # asyncio does so only for sockets that name their protocol; 40 ms a request otherwise
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = threading.Thread(target=loop.run_until_complete, args=(server.serve([listening]),))
        thread.start()
        try:
            yield _open(app, server, loop, admin_dsn, listening.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(20)
            loop.close()


def _open(app: Any, server: uvicorn.Server, loop: Any, admin_dsn: str, port: int) -> Served:
    async def world() -> World:
        while not server.started:  # noqa: ASYNC110 - the server has no event to wait on
            await asyncio.sleep(0.01)
        admin = await asyncpg.create_pool(admin_dsn, min_size=1, max_size=2)
        return await build_world(app, admin)

    built = asyncio.run_coroutine_threadsafe(world(), loop).result(60)
    return Served(f"http://127.0.0.1:{port}", built, loop)
