"""Databases for the tests of loading: a clone for each test, empty or with the real units."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

import asyncpg
import pytest

from persistence import bootstrap, embedded
from persistence.unit_loading import load_units
from tests.conftest import LOGINS, _run


@dataclass
class Databases:
    """The run's server, its template of migrated tables, and this worker's template that holds units as well."""

    server: embedded.Embedded
    templates: dict[str, str]
    prefix: str
    names: Iterator[int] = field(default_factory=count)

    def dsn(self, name: str, role: str = "app_owner") -> str:
        password = {"app_owner": LOGINS.owner, "app_rw": LOGINS.service}.get(role)
        return self.server.dsn(name, role if password else None, password)

    async def clone(self, template: str) -> str:
        name = f"{self.prefix}_{next(self.names)}"
        await bootstrap.create_database(self.server.dsn(), name, template=self.templates[template])
        return name

    @asynccontextmanager
    async def owner(self, name: str, role: str = "app_owner") -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.dsn(name, role))
        try:
            yield connection
        finally:
            await connection.close()

    async def make_loaded(self) -> None:
        name = await self.clone("empty")
        async with self.owner(name) as connection:
            await load_units(connection)
        self.templates["loaded"] = name


MADE: list[Databases] = []


@pytest.fixture(scope="session")
def databases(server: embedded.Embedded, template: str, worker_id: str) -> Databases:
    if not MADE:  # a fixture that two modules import is two fixtures
        MADE.append(Databases(server, {"empty": template}, f"loading_{worker_id}"))
        _run(MADE[0].make_loaded())
    return MADE[0]


@pytest.fixture
async def owner(databases: Databases) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to a database of its own that holds the real units."""
    async with databases.owner(await databases.clone("loaded")) as connection:
        yield connection
