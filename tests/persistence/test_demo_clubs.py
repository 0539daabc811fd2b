"""The demo's club: every state of memberships and sessions, told once, and again after a start that broke off."""

from __future__ import annotations

from datetime import datetime

from domain.club.life import MEMBERSHIP_LIFE, SEEN_BY_BOARD, SESSION_LIFE
from domain.law.instants import ZONE
from persistence.actors import ActorBook
from persistence.demo_clubs import tell_clubs
from persistence.demo_models import tell_models
from persistence.pools import open_pool
from persistence.records import Register
from persistence.sealing import CursorSeal
from tests.persistence.loaded import databases, owner
from tests.persistence.test_demo_cases import KEY, SEALER, fresh, load

__all__ = ["databases", "owner"]


async def test_every_state_of_a_club_is_in_the_demo_and_told_once(databases):
    name = await fresh(databases)
    async with databases.owner(name) as connection:
        await load(connection, 400)
        pool = await open_pool(databases.dsn(name, "app_rw"), 1)
        try:
            register = Register(pool, SEALER, CursorSeal.from_master(KEY), ActorBook(pool))
            now = datetime.now(ZONE)
            assert await tell_clubs(connection, register, now) is False, "there is no club yet"
            await tell_models(connection, register, now)
            assert await tell_clubs(connection, register, now) is True
            assert await tell_clubs(connection, register, now) is False
        finally:
            await pool.close()
        for table, life in (("club_membership", MEMBERSHIP_LIFE), ("club_session", SESSION_LIFE)):
            states = await connection.fetch(f"select distinct state from {table}")
            assert {row["state"] for row in states} == life.states
        assert await connection.fetchval("select count(*) from progress_evaluation") >= 8
        seen = await connection.fetchval(
            "select count(*) from access_grant g join club_membership m on m.id = g.origin_id"
            " where now() between g.valid_from and g.valid_to"
        )
        listed = "select count(*) from club_membership where state = any($1::text[])"
        assert seen == await connection.fetchval(listed, sorted(SEEN_BY_BOARD))
        assert (
            await connection.fetchval("select count(*) from task where noun = 'club_membership' and state = 'open'") > 0
        )
