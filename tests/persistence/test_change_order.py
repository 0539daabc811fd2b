"""The feed loses nothing under concurrent writers, where a feed by sequence, by time or by transaction id alone does."""

from __future__ import annotations

import random

import asyncpg
import pytest

from domain.ids import new_id

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
    await ours.read()
    assert ours.seen == ids
