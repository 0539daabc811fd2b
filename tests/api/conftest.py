"""The worker beside the doors."""

from __future__ import annotations

import pytest

from persistence.pools import open_pool
from persistence.sweeping import Sweeper
from tests.conftest import LOGINS


@pytest.fixture
async def hand(world, server, clone):
    """The worker's hand, under the worker's own login."""
    pool = await open_pool(server.dsn(clone, "app_worker", LOGINS.worker), 2)
    register = world.house.register
    yield Sweeper(pool, register.sealer, register.cursors)
    await pool.close()
