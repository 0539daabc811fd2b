"""A server for the tests of loading: one a process, a template with the real units, a clone for each test."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from api.settings import sqlalchemy_url
from persistence import bootstrap, embedded
from persistence.unit_loading import load_units

LOGINS = bootstrap.Logins("owner", "service", "worker")
SHARED_MEMORY = Path("/dev/shm")


@dataclass
class Databases:
    """The server, and clones of its templates `empty` (migrated) and `loaded` (with units)."""

    server: embedded.Embedded
    names: Iterator[int] = field(default_factory=count)

    def dsn(self, name: str, role: str = "app_owner") -> str:
        password = dict(zip(("app_owner", "app_rw", "app_worker"), LOGINS, strict=True)).get(role)
        return self.server.dsn(name, role if password else None, password)

    async def clone(self, template: str) -> str:
        name = f"clone_{next(self.names)}"
        await bootstrap.create_database(self.server.dsn(), name, template=template)
        return name

    @asynccontextmanager
    async def owner(self, name: str, role: str = "app_owner") -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.dsn(name, role))
        try:
            yield connection
        finally:
            await connection.close()

    async def make_loaded(self) -> None:
        await bootstrap.create_database(self.server.dsn(), "loaded", template="empty")
        async with self.owner("loaded") as connection:
            await load_units(connection)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    folder = Path(tempfile.mkdtemp(prefix="diemtua-loading-", dir=SHARED_MEMORY if SHARED_MEMORY.exists() else None))
    folder.chmod(0o711)
    with embedded.running(folder, durable=False) as server:
        asyncio.run(bootstrap.prepare(server.dsn(), LOGINS))
        asyncio.run(bootstrap.create_database(server.dsn(), "empty"))
        with warnings.catch_warnings():  # alembic.ini without path_separator
            warnings.simplefilter("ignore", DeprecationWarning)
            bootstrap.migrate(sqlalchemy_url(server.dsn("empty", "app_owner", LOGINS.owner)))
        made = Databases(server)
        asyncio.run(made.make_loaded())
        yield made
    shutil.rmtree(folder)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def owner(databases: Databases) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to a database of its own that holds the real units."""
    async with databases.owner(await databases.clone("loaded")) as connection:
        yield connection
