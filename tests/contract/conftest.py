"""Fixtures of the contract tests: the served service on a database of its own."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog
from pydantic import SecretStr

from api import logs
from api.settings import Settings
from persistence import bootstrap
from tests.conftest import LOGINS
from tests.contract import hostile
from tests.contract.served import served


@pytest.fixture(scope="package")
def service(server, template, worker_id, tmp_path_factory):
    """The service on a socket, with a world of units and users; its database belongs to this folder alone."""
    name = f"contract_{worker_id}"
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, bootstrap.create_database(server.dsn(), name, template=template)).result()
    settings = Settings.for_demo(tmp_path_factory.mktemp("contract-keys")).model_copy(
        update={
            "database_url": SecretStr(server.dsn(name, "app_rw", LOGINS.service)),
            "allowed_hosts": ("127.0.0.1", "localhost"),
            "pool_size": 4,
        }
    )
    with served(settings, server.dsn(name)) as running:
        yield running
        running.run(running.world.admin.close())


@pytest.fixture
def out():
    """The log of this test, and the standard library's."""
    loggers = [logging.getLogger(name) for name in (None, "uvicorn", "uvicorn.error", "uvicorn.asgi", "uvicorn.access")]
    before = [(one, one.handlers, one.level, one.propagate, one.disabled) for one in loggers]
    hook, stream = sys.excepthook, io.StringIO()
    logs.configure(stream=stream)
    yield stream
    for one, handlers, level, propagate, disabled in before:
        one.handlers, one.propagate, one.disabled = handlers, propagate, disabled
        one.setLevel(level)
    logging.captureWarnings(capture=False)
    sys.excepthook = hook
    structlog.reset_defaults()


@pytest.fixture
async def target(world):
    """A person with papers, and their neighbours: what a hostile request would change."""
    person = await world.person("hoa", national_id="000090123457", phone="+84300123457")
    residence = await world.residence(person)
    await world.person("bien", national_id="000090123458")
    ids = {"persons": person, "residences": residence}
    for noun, table in {"identifiers": "person_identifier", "phones": "person_phone"}.items():
        ids[noun] = await world.admin.fetchval(f"select id from {table} where person_id = $1", person)
    ids["responsibilities"] = await world.admin.fetchval("select id from responsibility where person_id = $1", person)
    user = world.users["volunteer"]
    ids |= {"units": world.units["hoa"], "users": user.account_id, "appointments": user.appointment_id}
    return hostile.operations(world.app.openapi(), world, ids)


@pytest.fixture
async def world(settled):
    """An empty register; accounts that a test makes are taken away again, for other tests count them."""
    await settled.sweep()
    before = {row["id"] for row in await settled.admin.fetch("select id from account")}
    yield settled
    async with settled.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        for table, column in (("session", "account_id"), ("appointment", "account_id"), ("account", "id")):
            await connection.execute(f"delete from {table} where not {column} = any($1)", list(before))
