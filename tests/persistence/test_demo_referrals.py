"""The demo's referrals stand in every state that acts reach, its outreach in every kind; told once, taken up again."""

from __future__ import annotations

from datetime import datetime

from domain.law.instants import ZONE
from domain.referral.noun import ReferralState
from persistence.actors import ActorBook
from persistence.demo_outreach import tell_outreach
from persistence.demo_referrals import tell_referrals
from persistence.pools import open_pool
from persistence.records import Register
from persistence.sealing import CursorSeal
from tests.persistence.loaded import databases
from tests.persistence.test_demo_cases import KEY, SEALER, fresh, load

__all__ = ["databases"]


async def test_every_state_and_every_kind_is_told_once(databases):
    name = await fresh(databases)
    async with databases.owner(name) as connection:
        await load(connection)
        pool = await open_pool(databases.dsn(name, "app_rw"), 1)
        try:
            register = Register(pool, SEALER, CursorSeal.from_master(KEY), ActorBook(pool))
            now = datetime.now(ZONE)
            for tell in (tell_referrals, tell_outreach):
                assert await tell(connection, register, now)
                assert not await tell(connection, register, now)
        finally:
            await pool.close()
        found = {row["state"] for row in await connection.fetch("select state from referral")}
        assert found == {state.value for state in ReferralState} - {"expired"}
        waiting = "select count(*) from referral where state = 'sent' and expires_on < current_date"
        assert await connection.fetchval(waiting) == 1, "the worker's next round expires it"
        assert await connection.fetchval("select count(*) from referral_follow_up where state = 'done'") == 2
        for table, least in (("training", 2), ("place", 3), ("outreach_activity", 2), ("press_item", 1), ("award", 5)):
            assert await connection.fetchval(f"select count(*) from {table}") >= least, table
        late = "select count(*) from task where noun = 'inspection_visit' and state = 'open' and due_at < now()"
        assert await connection.fetchval(late) == 1
