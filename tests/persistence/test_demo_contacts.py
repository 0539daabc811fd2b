"""The demo's counselling: every state, told once, under the service's own walls."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from domain.law.instants import ZONE
from persistence import bootstrap
from persistence.actors import ActorBook
from persistence.demo_contacts import STORIES, tell_counselling
from persistence.pools import open_pool
from persistence.records import Register
from persistence.sealing import CursorSeal
from tests.persistence.loaded import databases, owner
from tests.persistence.test_demo_cases import KEY, SEALER, load

__all__ = ["databases", "owner"]


async def tell(databases, name, connection):
    pool = await open_pool(databases.dsn(name, "app_rw"), 1)
    try:
        register = Register(pool, SEALER, CursorSeal.from_master(KEY), ActorBook(pool))
        return await tell_counselling(connection, register, datetime.now(ZONE))
    finally:
        await pool.close()


@pytest.fixture(scope="module")
def told(databases):
    async def made():
        name = await databases.clone("loaded")
        await bootstrap.furnish(databases.dsn(name))
        async with databases.owner(name) as connection:
            await load(connection)
            return name, await tell(databases, name, connection), await tell(databases, name, connection)

    return asyncio.run(made())


@pytest.fixture
async def filled(databases, told):
    async with databases.owner(told[0]) as connection:
        yield connection


def test_every_story_is_told_once(told):
    assert told[1:] == (len(STORIES), 0)


async def test_every_state_of_counselling_is_there(filled):
    states = {
        "a note": "select 1 from counselling_note",
        "a correction": "select 1 from counselling_revision where before ? 'minutes'",
        "a voided contact": "select 1 from counselling_contact where voided_at is not null",
        "consent to be referred": "select 1 from counselling_contact where referral_consent",
        "a day that passed": "select 1 from task where kind = 'next_contact' and state = 'open' and due_at < now()",
        "a day to come": "select 1 from task where kind = 'next_contact' and state = 'open' and due_at > now()",
        "a link": "select 1 from client_link where ended_at is null",
        "a link taken back": "select 1 from client_link where ended_at is not null",
        "a voided client": "select 1 from anonymous_client where voided_at is not null",
        "a corrected visit": "select 1 from health_note where version = 2",
    }
    missing = [what for what, sql in states.items() if not await filled.fetchval(sql)]
    assert missing == []
    channels = "select count(distinct channel) from counselling_contact"
    assert await filled.fetchval(channels) == 5
    assert await filled.fetchval("select count(distinct client_group) from anonymous_client") == 6
    assert await filled.fetchval("select count(distinct visit_kind) from health_note") == 3
