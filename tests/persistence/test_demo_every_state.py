"""The whole demo shows every state of every life of the support; what time alone brings comes with the worker's round."""

from __future__ import annotations

from datetime import datetime

from api.kept import DOORS
from domain.law.instants import ZONE
from domain.referral.sweep import expire_referrals
from persistence.actors import ActorBook
from persistence.demo_clubs import tell_clubs
from persistence.demo_contacts import tell_counselling
from persistence.demo_livelihood import tell_livelihood
from persistence.demo_models import tell_models
from persistence.demo_outreach import tell_outreach
from persistence.demo_referrals import tell_referrals
from persistence.pools import open_pool
from persistence.records import Register
from persistence.sealing import CursorSeal
from persistence.sweeping import Sweeper
from tests.conftest import LOGINS
from tests.persistence.loaded import databases
from tests.persistence.test_demo_cases import KEY, SEALER, fresh, load

__all__ = ["databases"]
TOLD = (tell_models, tell_livelihood, tell_referrals, tell_outreach, tell_clubs, tell_counselling)
NOT_TOLD = {"webhook_endpoint"}
"""One's own software that hears of changes: the demo has none."""


async def test_every_state_of_every_life_is_shown(databases):
    name = await fresh(databases)
    async with databases.owner(name) as connection:
        await load(connection)
        await told(databases, name, connection)
        lives = {door.one: door.kept.life for door in DOORS if door.kept.life is not None}
        missing = {}
        for noun, life in lives.items():
            found = {row["state"] for row in await connection.fetch(f"select distinct state from {noun}")}
            if life.states - found and noun not in NOT_TOLD:
                missing[noun] = sorted(life.states - found)
        assert missing == {}
        assert lives.keys() > NOT_TOLD


async def told(databases, name, connection):
    """As `diemtua demo` tells it, and one round of the worker."""
    pool = await open_pool(databases.dsn(name, "app_rw"), 1)
    now = datetime.now(ZONE)
    try:
        register = Register(pool, SEALER, CursorSeal.from_master(KEY), ActorBook(pool))
        for tell in TOLD:
            assert await tell(connection, register, now)
    finally:
        await pool.close()
    pool = await open_pool(databases.server.dsn(name, "app_worker", LOGINS.worker), 1)
    try:
        await Sweeper(pool, SEALER, CursorSeal.from_master(KEY)).every_unit(expire_referrals, now)
    finally:
        await pool.close()
