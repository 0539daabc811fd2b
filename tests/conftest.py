"""Fixtures: one throw-away server a run, one template database, one clone a worker, one world of units in it."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import httpx2
import pytest

from persistence import bootstrap, embedded
from tests.world import World, build_world

LOGINS = bootstrap.Logins("owner", "service", "worker")
os.environ.setdefault("DIEMTUA_RATE", "0")  # a few users ask for all; tests/api/test_pace.py sets the pace itself


TOGETHER = (
    "tests/access/test_matrix.py",
    "tests/api/test_units_api.py",
    "tests/contract/test_schemathesis.py",
    "tests/persistence/test_unit_merging.py",
    "tests/persistence/walls/test_plans.py",
    "tests/scenarios/test_a_client_that_only_follows.py",
    "tests/scenarios/test_readme.py",
)
"""Files whose tests share what takes long to lay out, or take turns: each goes to one worker, whole."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """xdist_group of pytest-xdist 3.8 is not seen under pytest 9.2: the mark is put on a name nobody reads any more."""
    from xdist.scheduler import LoadGroupScheduling

    class Together(LoadGroupScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.partition("::")[0]
            return file if file in TOGETHER else nodeid

    return Together(config, log)


def _home() -> Path:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    base = Path("/dev/shm")
    roomy = base.is_dir() and shutil.disk_usage(base).free > 1 << 30
    home = (base if roomy else Path(tempfile.gettempdir())) / f"diemtua-test-{run}"
    home.mkdir(mode=0o755, exist_ok=True)
    home.chmod(0o755)
    return home


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="session")
def server():
    """The run's server; the last worker to leave stops it and removes its home."""
    home = _home()
    started = embedded.start(home, durable=False)
    yield started
    embedded.stop(started)
    if not embedded.in_use(home):
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server):
    """Migrated once; the other workers wait on the lock and find it."""
    with Path(server.home, "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _run(bootstrap.database_exists(server.dsn(), "template_diemtua")):
            _run(bootstrap.prepare(server.dsn(), LOGINS))
            _run(bootstrap.create_database(server.dsn(), "template_diemtua"))
            url = server.dsn("template_diemtua", "app_owner", LOGINS.owner)
            _apart(bootstrap.migrate, url.replace("postgresql://", "postgresql+asyncpg://"))
            _run(bootstrap.furnish(url))
    return "template_diemtua"


def _apart(work, *arguments):
    """In a thread of its own: fixtures may be asked for from inside a running loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *arguments).result()


def _run(awaitable):
    return _apart(asyncio.run, awaitable)


@pytest.fixture(scope="session")
def clone(server, template, worker_id):
    """This worker's own database."""
    name = f"test_{worker_id}"
    with Path(server.home, "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _run(bootstrap.create_database(server.dsn(), name, template=template))
    return name


@pytest.fixture(scope="session")
def owner_dsn(server, clone):
    return server.dsn(clone, "app_owner", LOGINS.owner)


@pytest.fixture(scope="session")
def service_dsn(server, clone):
    return server.dsn(clone, "app_rw", LOGINS.service)


@pytest.fixture
async def database(server, clone):
    """A superuser's connection to this worker's database."""
    connection = await asyncpg.connect(server.dsn(clone))
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
async def settled(server, clone, service_dsn, tmp_path_factory):
    """The application on this worker's database, opened once, with a world of units and one account a role and unit."""
    from api.app import create_app
    from api.settings import Settings

    settings = Settings.for_demo(tmp_path_factory.mktemp("keys")).model_copy(
        update={"database_url": _secret(service_dsn), "allowed_hosts": ("testserver",), "pool_size": 4}
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        admin = await asyncpg.create_pool(server.dsn(clone), min_size=1, max_size=3)
        world = await build_world(app, admin)
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as client:
            world.client = client
            yield world
        await admin.close()


def _secret(text):
    from pydantic import SecretStr

    return SecretStr(text)


@pytest.fixture
async def world(settled: World):
    """The world with an empty register; what a test leaves is swept before the next."""
    await settled.sweep()
    return settled


@pytest.fixture(scope="session")
def worker_id(request):
    return getattr(request.config, "workerinput", {}).get("workerid", "main")
