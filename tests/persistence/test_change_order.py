"""The feed loses nothing under concurrent writers, where a feed by sequence, by time or by transaction id alone does."""

from __future__ import annotations

import random

import asyncpg
import pytest

from domain.ids import new_id
from tests.feeding import past, settled

BY_TIME = (
    "select extract(epoch from happened_at)::numeric as at, subject_id from row_change"
    " where extract(epoch from happened_at)::numeric > $1 order by 1"
)
NAIVE = {
    "sequence": "select seq as at, subject_id from row_change where seq > $1 order by 1",
    "transaction": "select xid as at, subject_id from row_change where xid > $1 order by 1",
    "time": BY_TIME,
}
OURS = (
    "select xid, seq, subject_id from row_change where (xid, seq) > ($1, $2)"
    " and xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint order by 1, 2"
)
TELL = "insert into row_change (noun, subject_id, kind, unit_no) values ('person', $1, 'upsert', 1110)"


@pytest.fixture
async def writers(server, clone, database):
    await database.execute("delete from row_change")
    connections = [await asyncpg.connect(server.dsn(clone)) for _ in range(8)]
    yield connections
    for connection in connections:
        await connection.close()
    await database.execute("delete from row_change")


class Ours:
    """Reads as the service does."""

    def __init__(self, database):
        self.database, self.place, self.seen = database, (0, 0), []

    async def read(self):
        rows = await self.database.fetch(OURS, *self.place)
        self.seen += [row["subject_id"] for row in rows]
        self.place = (rows[-1]["xid"], rows[-1]["seq"]) if rows else self.place


class Naive:
    """Remembers the highest mark seen."""

    def __init__(self, database, by):
        self.database, self.sql, self.mark, self.seen = database, NAIVE[by], 0, set()

    async def read(self):
        rows = await self.database.fetch(self.sql, self.mark)
        self.seen |= {row["subject_id"] for row in rows}
        self.mark = rows[-1]["at"] if rows else self.mark


@pytest.mark.parametrize("by", sorted(NAIVE))
async def test_a_late_commit_is_lost_to_a_naive_reader_and_not_to_ours(database, writers, by):
    late, early = new_id(), new_id()
    slow, fast = writers[:2]
    held = slow.transaction()
    await held.start()
    await slow.execute(TELL, late)
    await fast.execute(TELL, early)
    ours, naive = Ours(database), Naive(database, by)
    await ours.read()
    await naive.read()
    assert naive.seen == {early}
    assert ours.seen == [], "below an open transaction nothing is told"
    await held.commit()
    await settled(database)
    await ours.read()
    await naive.read()
    assert ours.seen == [late, early]
    assert late not in naive.seen, "the control must lose it, or this test sees nothing"


async def test_random_interleavings_lose_nothing_and_repeat_nothing(database, writers):
    """Eight writers that begin, write, commit and roll back in any order, read by ours and by each naive one."""
    chance, written, open_ = random.Random(20261122), set(), {}
    ours, naive = Ours(database), {by: Naive(database, by) for by in NAIVE}
    for step in range(1500):
        place = chance.randrange(len(writers))
        if place not in open_:
            open_[place] = (writers[place].transaction(), [])
            await open_[place][0].start()
        elif chance.random() < 0.6:
            open_[place][1].append(id := new_id())
            await writers[place].execute(TELL, id)
        else:
            transaction, ids = open_.pop(place)
            if chance.random() < 0.8:
                await transaction.commit()
                written |= set(ids)
            else:
                await transaction.rollback()
        if step % 5 == 0:
            for reader in (ours, *naive.values()):
                await reader.read()
    for transaction, _ in open_.values():
        await transaction.rollback()
    await settled(database)
    for reader in (ours, *naive.values()):
        await reader.read()
    assert len(ours.seen) == len(set(ours.seen))
    assert set(ours.seen) == written
    assert len(written) > 300
    for by, reader in naive.items():
        assert written - reader.seen, f"by {by} nothing was lost: the test has lost its sight"


async def test_rows_of_one_transaction_are_told_together_and_in_order(database, writers):
    ids = [new_id() for _ in range(50)]
    async with writers[0].transaction():
        for id in ids:
            await writers[0].execute(TELL, id)
    ours = Ours(database)
    await settled(database)
    await ours.read()
    assert ours.seen == ids


# -- changes of one row


MADE = (
    "insert into person (id, unit_no, made_unit_no, province_no, full_name) values ($1, 1110, 1110, 1000, 'Lê Thị Na')"
)


async def made(database, number):
    """Persons alone, on file before the feed is looked at."""
    ids = [new_id() for _ in range(number)]
    async with database.transaction():
        await database.execute("set local session_replication_role = replica")
        for id in ids:
            await database.execute(MADE, id)
    return ids


OWN_ID = "(pg_current_xact_id()::text)::bigint"
"""A place as a naive feed gives it: whoever began first comes first."""


@pytest.fixture
async def row(database, writers):
    """A followed row with a version."""
    ids = await made(database, 1)
    yield ids[0]
    await database.execute("delete from person where id = any($1)", ids)


AMEND = "update person set version = version + 1 where id = $1"
VERSIONS = "select version from row_change where xid > $1 and xid < $2 and subject_id = $3 order by xid, seq"
BELOW = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


class Windows:
    """Reads whatever has ended since it looked last."""

    def __init__(self, database, id):
        self.database, self.id, self.upto, self.versions = database, id, 0, []

    async def read(self):
        below = await self.database.fetchval(BELOW)
        rows = await self.database.fetch(VERSIONS, self.upto, below, self.id)
        self.versions += [row["version"] for row in rows]
        self.upto = below - 1


async def overtaken(database, writers, id):
    """Begun first and changed last: A before C before B; B changes the row, then A; C holds the feed between them."""
    first, between, second = writers[:3]
    began = first.transaction()
    await began.start()
    await first.execute("select pg_current_xact_id()")
    holds = between.transaction()
    await holds.start()
    held = await between.fetchval(f"select {OWN_ID}")
    reader = Windows(database, id)
    await second.execute(AMEND, id)
    await first.execute(AMEND, id)
    await began.commit()
    await past(database, held)
    await reader.read()
    await holds.rollback()
    await settled(database)
    await reader.read()
    return reader.versions


async def test_who_began_first_and_changed_last_comes_last_though_a_third_holds_the_feed_between(
    database, writers, row
):
    assert await overtaken(database, writers, row) == [2, 3]


async def test_by_their_own_transaction_ids_the_same_changes_come_turned_round(database, writers, row):
    """The control: the earlier version in a later window."""
    ours = await database.fetchval(
        "select column_default from information_schema.columns where table_name = 'row_change' and column_name = 'xid'"
    )
    await database.execute(f"alter table row_change alter xid set default {OWN_ID}")
    try:
        assert await overtaken(database, writers, row) == [3, 2]
    finally:
        await database.execute(f"alter table row_change alter xid set default {ours}")


async def test_random_writers_of_a_few_rows_are_told_row_by_row_in_the_order_of_their_commits(database, writers):
    """Each writer takes the row it can get; versions grow by one a commit, so they must come as 2, 3, 4 …"""
    chance, open_, held = random.Random(20261122), {}, set()
    ids = await made(database, 3)
    readers = [Windows(database, id) for id in ids]
    for step in range(900):
        place = chance.randrange(len(writers))
        free = [id for id in ids if id not in held]
        if place not in open_:
            open_[place] = (writers[place].transaction(), set())
            await open_[place][0].start()
            await writers[place].execute("select pg_current_xact_id()")
        elif free and chance.random() < 0.5:
            open_[place][1].add(id := chance.choice(free))
            held.add(id)
            await writers[place].execute(AMEND, id)
        else:
            await ended(open_.pop(place), held, chance.random() < 0.8)
        if step % 4 == 0:
            for reader in readers:
                await reader.read()
    for transaction in open_.values():
        await ended(transaction, held, False)
    await settled(database)
    for reader in readers:
        await reader.read()
    told = [reader.versions for reader in readers]
    assert told == [list(range(2, len(versions) + 2)) for versions in told]
    assert min(map(len, told)) > 20
    await database.execute("delete from person where id = any($1)", ids)


async def ended(opened, held, kept):
    transaction, mine = opened
    await (transaction.commit() if kept else transaction.rollback())
    held -= mine
