"""The service as a process of its own, which a test may kill."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2

from api.settings import Settings
from cli.serve import _environment
from tests.scenarios.following import GONE
from tests.world import World


def issue(world: World) -> None:
    """Tokens as the served process takes them: for five minutes."""
    tokens = world.house.tokens
    tokens.lifetime = timedelta(minutes=5)
    for user in world.users.values():
        user.token = tokens.issue(user.account_id, user.session_id, datetime.now(UTC))


SUPERVISOR = """
import os, pathlib, sys
import uvicorn
import api.app  # once: every service is forked from here, so that one that was killed is back at once
while True:
    child = os.fork()
    if not child:
        uvicorn.run("cli.serve:application", factory=True, http="api.served:HTTP", port=int(sys.argv[1]),
                    log_config=None, access_log=False, timeout_graceful_shutdown=5)
        sys.exit()
    pathlib.Path(sys.argv[2]).write_text(str(child))
    os.waitpid(child, 0)
"""


class Served:
    """The service as a process of its own that can be killed, and one that starts it again."""

    def __init__(self, settings: Settings, home: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.pid = home / "service.pid"
        environment = os.environ | _environment(settings) | {"PORT": str(self.port), "DIEMTUA_POOL_SIZE": "8"}
        environment |= {"DIEMTUA_ISSUER": settings.issuer}
        command = [sys.executable, "-c", SUPERVISOR, str(self.port), str(self.pid)]
        with (home / "service.log").open("wb") as log:
            self.supervisor = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    async def ready(self, within: float = 120) -> None:
        async with httpx2.AsyncClient() as client, asyncio.timeout(within):
            while True:
                with contextlib.suppress(*GONE):
                    if (await client.get(f"{self.url}/health/ready")).status_code == 200:
                        return
                await asyncio.sleep(0.05)

    def signal(self, number: int) -> None:
        os.kill(int(self.pid.read_text()), number)

    def end(self) -> None:
        self.supervisor.kill()
        self.supervisor.wait()
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            self.signal(signal.SIGKILL)
