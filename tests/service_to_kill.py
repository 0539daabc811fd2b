"""The service as a process of its own, forked from the test's: on a socket, as `diemtua serve` runs it, and to be killed."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn

from api.app import create_app
from api.deadlines import protocol
from api.errors import render
from tests.world import World


class Service:
    """Where it listens, and its end."""

    def __init__(self, settings: Any, **deadlines: float) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32_768)  # what nobody reads is soon felt
        self.port = self.listening.getsockname()[1]
        context = multiprocessing.get_context("fork")
        self.process = context.Process(target=_serve, args=(settings, self.listening, deadlines), daemon=True)
        self.process.start()
        self.listening.close()

    def kill(self) -> None:
        os.kill(self.process.pid or 0, signal.SIGKILL)
        self.process.join(30)
        assert self.process.exitcode == -signal.SIGKILL


def _serve(settings: Any, listening: socket.socket, deadlines: dict[str, float]) -> None:
    app = create_app(settings)
    config = uvicorn.Config(app, http=protocol(render=render, **deadlines), log_config=None, access_log=False)
    uvicorn.Server(config).run([listening])


@contextlib.contextmanager
def serving(settings: Any, **deadlines: float) -> Iterator[Service]:
    service = Service(settings, **deadlines)
    try:
        yield service
    finally:
        service.process.kill()
        service.process.join(30)


def token(world: World, user: str) -> str:
    """As a served process takes it: for five minutes."""
    tokens, who = world.house.tokens, world.users[user]
    kept, tokens.lifetime = tokens.lifetime, timedelta(minutes=5)
    try:
        return str(tokens.issue(who.account_id, who.session_id, datetime.now(UTC)))
    finally:
        tokens.lifetime = kept
