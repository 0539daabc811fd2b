"""The demo's support models: every state, told once, and again after a start that broke off."""

from __future__ import annotations

from datetime import datetime

from domain.contribution.rules import GIVING
from domain.law.instants import ZONE
from domain.support_model.rules import MODEL_LIFE
from persistence.actors import ActorBook
from persistence.demo_models import tell_models
from persistence.pools import open_pool
from persistence.records import Register
from persistence.sealing import CursorSeal
from tests.persistence.loaded import databases, owner
from tests.persistence.test_demo_cases import KEY, SEALER, fresh, load

__all__ = ["databases", "owner"]


async def told(databases, name, connection):
    pool = await open_pool(databases.dsn(name, "app_rw"), 1)
    try:
        register = Register(pool, SEALER, CursorSeal.from_master(KEY), ActorBook(pool))
        return await tell_models(connection, register, datetime.now(ZONE))
    finally:
        await pool.close()


async def test_every_state_of_models_and_contributions_is_in_the_demo_and_told_once(databases):
    name = await fresh(databases)
    async with databases.owner(name) as connection:
        assert await told(databases, name, connection) is False
        await load(connection, 60)
        assert await told(databases, name, connection) is True
        assert await told(databases, name, connection) is False
        for table, life in (("support_model", MODEL_LIFE), ("contribution", GIVING)):
            states = await connection.fetch(f"select distinct state from {table}")
            assert {row["state"] for row in states} == life.states
        kinds = await connection.fetch("select distinct kind from support_model")
        assert {row["kind"] for row in kinds} >= {"club", "counselling_point", "volunteer_team", "school_prevention"}
        tasks = await connection.fetch("select kind from task where noun in ('contribution', 'model_review')")
        assert {row["kind"] for row in tasks} == {"contribution_due", "model_remedy"}
