"""Three opinions on who may touch what: our statements alone, the policies alone, and twenty lines of Python (safety S3).

Random small trees, principals of every road and level and of settings that name nobody; select, insert, update, delete.
"""

from __future__ import annotations

import os
from contextlib import AsyncExitStack

import pytest

from tests.persistence.walls.model import RIGHTS, ROADS, TABLES
from tests.persistence.walls.opinions import first_wall, second_wall
from tests.persistence.walls.principals import STRATA, people
from tests.persistence.walls.probing import PROBE
from tests.persistence.walls.trees import Tree

TREES = 62 if os.environ.get("DIEMTUA_PROVE") == "1" else 5
PRINCIPALS = 34
"""A tree; with those of odd settings 58."""


@pytest.fixture(scope="module")
async def stage(fresh_ground):
    async with AsyncExitStack() as stack:
        ground = await stack.enter_async_context(fresh_ground())
        admin = await stack.enter_async_context(ground.connected(ground.admin_dsn))
        service = await stack.enter_async_context(ground.connected(ground.service_dsn))
        await admin.execute(PROBE)
        yield admin, service


@pytest.mark.parametrize("seed", range(TREES))
async def test_both_walls_and_the_model_give_the_same_rows(stage, seed):
    admin, service = stage
    peopled = await people(admin, Tree(seed), PRINCIPALS)
    wrong = []
    for standing in peopled.standing:
        wrong += await second_wall(service, peopled, standing)
        wrong += await first_wall(admin, peopled, standing)
    assert wrong == []


def test_enough_principals_of_every_road_and_level_take_part():
    assert TREES * (PRINCIPALS + len(ROADS) * 4) >= 150
    assert set(ROADS) - {"transfer"} <= {road for road, _ in STRATA}
    assert {road for road, _ in RIGHTS} == set(ROADS)
    assert {table for _, table in RIGHTS} == set(TABLES)


async def test_a_garbled_setting_is_an_error_and_never_rows(stage):
    admin, service = stage
    await people(admin, Tree(1), 4)
    for role in ("road_unit", "road_journal"):
        await service.execute(f"begin; set local role {role}; select set_config('app.lo', 'xyz', true)")
        with pytest.raises(Exception, match="invalid input syntax"):
            await service.fetch("select id from account")
        await service.execute("rollback")
