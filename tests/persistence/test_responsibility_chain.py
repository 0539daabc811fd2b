"""Exactly one responsible unit at every instant: no overlap, no gap, no end, whoever tries and however many at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from domain.ids import new_id
from tests.world import insert

START = datetime(2025, 7, 1, tzinfo=UTC)
"""When the world's persons were taken on."""
MOVED = START + timedelta(days=30)
MOVES, AT_ONCE = 32, 16


@pytest.fixture
async def chain(world):
    """A person of the ward, and the one connection on which their chain is changed."""
    person = await world.person("hoa")
    async with world.admin.acquire() as connection:
        yield Chain(world, connection, person)


class Chain:
    def __init__(self, world, connection, person):
        self.world, self.connection, self.person = world, connection, person

    async def close(self, at=MOVED, person=None):
        await self.connection.execute(
            "update responsibility set to_at = $2 where person_id = $1 and to_at is null", person or self.person, at
        )

    async def open(self, unit="binh", since=MOVED, until=None, person=None):
        row = {"id": new_id(), "person_id": person or self.person, "unit_no": self.world.no(unit)}
        row |= {
            "unit_id": self.world.units[unit],
            "from_at": since,
            "to_at": until,
            "reason": "moved",
            "name_then": "x",
        }
        await insert(self.connection, "responsibility", row)

    async def stand_under(self, unit="binh"):
        await self.connection.execute("update person set unit_no = $2 where id = $1", self.person, self.world.no(unit))

    async def links(self):
        return await self.connection.fetch(
            "select unit_no, from_at, to_at from responsibility where person_id = $1 order by from_at", self.person
        )


def broken():
    return pytest.raises(asyncpg.CheckViolationError, match="exactly one responsible unit")


async def test_close_then_open_then_move_is_a_hand_over(chain):
    async with chain.connection.transaction():
        await chain.close()
        await chain.open()
        await chain.stand_under()
    old, new = await chain.links()
    assert (old["to_at"], new["from_at"], new["to_at"]) == (MOVED, MOVED, None)


async def test_opening_before_closing_is_refused_at_once(chain):
    with pytest.raises((asyncpg.ExclusionViolationError, asyncpg.UniqueViolationError)):
        async with chain.connection.transaction():
            await chain.open()


async def test_an_overlap_in_the_past_is_refused(chain):
    with pytest.raises(asyncpg.ExclusionViolationError):
        async with chain.connection.transaction():
            await chain.open(since=START - timedelta(days=9), until=START + timedelta(seconds=1))


async def test_a_gap_is_refused_at_commit(chain):
    with broken():
        async with chain.connection.transaction():
            await chain.close()
            await chain.open(since=MOVED + timedelta(seconds=1))
            await chain.stand_under()


async def test_a_gap_before_the_first_link_is_refused(chain):
    with broken():
        async with chain.connection.transaction():
            await chain.open(since=START - timedelta(days=9), until=START - timedelta(days=1))


async def test_an_end_without_a_successor_is_refused(chain):
    with broken():
        async with chain.connection.transaction():
            await chain.close()


async def test_an_empty_chain_is_a_gap(chain):
    with broken():
        async with chain.connection.transaction():
            await chain.connection.execute("delete from responsibility where person_id = $1", chain.person)


async def test_a_person_without_any_link_is_refused(chain):
    row = {"id": new_id(), "unit_no": chain.world.no("hoa"), "made_unit_no": chain.world.no("hoa")}
    with broken():
        async with chain.connection.transaction():
            await insert(chain.connection, "person", row | {"province_no": 1000, "full_name": "Lê An"})


async def test_a_link_moved_to_another_person_is_a_gap_for_the_old_one(chain):
    other = await chain.world.person("hoa", was="old_commune")
    with broken():
        async with chain.connection.transaction():
            await chain.connection.execute("delete from responsibility where person_id = $1", other)
            await chain.connection.execute(
                "update responsibility set person_id = $2 where person_id = $1", chain.person, other
            )


async def test_a_link_moved_to_another_person_is_checked_for_the_new_one(chain):
    other = await chain.world.person("hoa", was="old_commune")
    with broken():
        async with chain.connection.transaction():
            await chain.connection.execute("delete from responsibility where person_id = $1", chain.person)
            await chain.open(unit="hoa", since=START)
            await chain.connection.execute(
                "update responsibility set person_id = $2, from_at = $3, to_at = $4 where person_id = $1",
                *(chain.person, other, START - timedelta(days=2000), START - timedelta(days=1500)),
            )
            await chain.open(unit="hoa", since=START)


async def test_a_person_who_stands_elsewhere_than_the_open_link_says_is_refused(chain):
    with broken():
        async with chain.connection.transaction():
            await chain.stand_under("lam")


async def test_a_hand_over_that_forgets_the_person_is_refused(chain):
    with broken():
        async with chain.connection.transaction():
            await chain.close()
            await chain.open()


async def test_links_without_length_or_backwards_are_refused(chain):
    with pytest.raises(asyncpg.CheckViolationError, match="ck_responsibility_interval"):
        await chain.close(at=START)


async def test_many_moves_at_once_leave_exactly_one_open_link(chain, server, clone):
    """Sixteen connections, thirty-two hand-overs of one person: each happens after the other or not at all."""
    async with asyncpg.create_pool(server.dsn(clone), min_size=AT_ONCE, max_size=AT_ONCE) as pool:
        units = ["hoa", "binh", "lam", "bien"]
        done = await asyncio.gather(
            *(_move(pool, chain, units[place % 4]) for place in range(MOVES)), return_exceptions=True
        )
    assert [kind for kind in done if kind is not True] == []
    links = await chain.links()
    assert len(links) == MOVES + 1
    assert [link["to_at"] for link in links[:-1]] == [link["from_at"] for link in links[1:]]
    assert links[-1]["to_at"] is None
    stands = await chain.connection.fetchval("select unit_no from person where id = $1", chain.person)
    words = await chain.connection.fetch("select unit_no from person_token where person_id = $1", chain.person)
    assert {stands} == {links[-1]["unit_no"]} == {row[0] for row in words}


async def _move(pool, chain, unit):
    async with pool.acquire() as connection, connection.transaction():
        mine = Chain(chain.world, connection, chain.person)
        await connection.execute("select from person where id = $1 for no key update", chain.person)
        now = await connection.fetchval("select clock_timestamp()")
        await mine.close(at=now)
        await mine.open(unit=unit, since=now)
        await mine.stand_under(unit)
    return True


async def test_without_the_lock_nobody_breaks_the_chain_either(chain, server, clone):
    """The lock only spares losers the work: the constraints hold by themselves."""
    async with asyncpg.create_pool(server.dsn(clone), min_size=8, max_size=8) as pool:
        done = await asyncio.gather(*(_grab(pool, chain) for _ in range(MOVES)), return_exceptions=True)
    refused = (asyncpg.IntegrityConstraintViolationError, asyncpg.DeadlockDetectedError)
    assert all(kind is True or isinstance(kind, refused) for kind in done)
    links = await chain.links()
    assert sum(link["to_at"] is None for link in links) == 1
    assert [link["to_at"] for link in links[:-1]] == [link["from_at"] for link in links[1:]]


async def _grab(pool, chain):
    async with pool.acquire() as connection, connection.transaction():
        mine = Chain(chain.world, connection, chain.person)
        now = await connection.fetchval("select clock_timestamp()")
        await mine.close(at=now)
        await mine.open(since=now)
        await mine.stand_under()
    return True
