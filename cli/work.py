"""`diemtua work`: the worker, alone or beside the service."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from api.settings import Settings

PATIENCE = 10  # seconds for the job under way


def register(app: typer.Typer) -> None:
    app.command()(work)


def work() -> None:
    """Take jobs from the queue: deadlines swept each hour, clocks that follow a changed law.

    Needs WORKER_DATABASE_URL (role app_worker) and the keys of the service. `diemtua serve` starts one beside itself.

        WORKER_DATABASE_URL=postgresql://app_worker:…@db/diemtua diemtua work
    """
    from api.logs import configure
    from api.operations import OperationRefusedError
    from api.working import work as working

    settings = Settings()
    if settings.worker_database_url is None:
        raise OperationRefusedError("The worker needs WORKER_DATABASE_URL: the address of the database as app_worker.")
    configure(settings.log_level)
    asyncio.run(_until_told(working, settings))


async def _until_told(working: object, settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await working(settings, stop)  # type: ignore[operator]


@contextmanager
def worker_beside(settings: Settings) -> Iterator[None]:
    """A worker as a process of its own while the service runs; without an address for it there is none."""
    if settings.worker_database_url is None:
        yield
        return
    worker = subprocess.Popen([sys.executable, "-m", "cli.main", "work"], env=os.environ, start_new_session=True)
    try:
        yield
    finally:
        worker.terminate()
        try:
            worker.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            worker.kill()
