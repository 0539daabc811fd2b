"""A database of one's own for tests that fill or bend one: cloned from the migrated template, dropped at the end."""

from __future__ import annotations

import fcntl
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from persistence import bootstrap
from tests.persistence.walls.ground import Ground

NUMBERS = count(1)


@contextmanager
def locked(server):
    """One copies the template at a time."""
    with Path(server.home, "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def fresh_ground(server, template, worker_id):
    """Makes an empty migrated database."""

    @asynccontextmanager
    async def make():
        name = f"walls_{worker_id}_{next(NUMBERS)}"
        with locked(server):
            await bootstrap.create_database(server.dsn(), name, template=template)
        try:
            yield Ground(server, name)
        finally:
            connection = await asyncpg.connect(server.dsn())
            await connection.execute(f"drop database {name} with (force)")
            await connection.close()

    return make
