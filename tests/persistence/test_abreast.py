"""Acts that walk abreast do what they would do one after the other (persistence/abreast.py, import_abreast.py)."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals import Refusal
from persistence.abreast import NotAbreast, RowConnection, Walker, rounds, walked
from persistence.import_abreast import Rows
from persistence.records import refusal_of
from persistence.transfer import transferring

JAR = (
    "create temp table jar (id int primary key, held int, constraint a_source_source_ref check (held < 900),"
    " constraint b_source_source_ref unique (held))"
)
KEYS = st.lists(st.sampled_from(["a", "b", "c", None, ("x", 1)]), max_size=30)


@given(KEYS)
def test_a_round_has_nobody_twice_and_whoever_depends_on_the_same_keeps_the_order_of_the_file(keys):
    found = [[(keys[place], place) for place in places] for places in rounds(keys)]
    assert all(len({key for key, _ in one}) == len(one) for one in found)
    for key in set(keys):
        order = [place for one in found for of, place in one if of == key]
        assert order == [place for place, of in enumerate(keys) if of == key]


@given(KEYS)
def test_there_are_as_many_rounds_as_the_most_often_met_has_rows(keys):
    assert len(list(rounds(keys))) == max((keys.count(key) for key in keys), default=0)


class Told:
    """The records of an import on a table of their own, as far as rows need them."""

    def __init__(self, connection):
        self.connection = connection
        self.told = []
        self.flushed = 0

    @asynccontextmanager
    async def savepoint(self, *, kept):
        await self.connection.execute("savepoint row")
        try:
            yield
        except BaseException as error:
            await self.connection.execute("rollback to savepoint row")
            if isinstance(error, asyncpg.PostgresError):
                raise refusal_of(error) from error
            raise
        await self.connection.execute("release savepoint row" if kept else "rollback to savepoint row")

    async def ended(self):
        self.flushed += 1

    def row(self, connection, *, trying):
        row = Told(connection)
        row.trying = trying
        return row


@pytest.fixture
async def records(world):
    async with world.admin.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(JAR)
        yield Told(connection)
        await transaction.rollback()


def putting(id, held, *, refused="", waits=None):
    """Puts something in, looks how much there is, and may be refused before or after."""

    async def act(records):
        if refused == "before":
            raise Refusal("not_found")
        if waits:
            await waits()
        await records.connection.execute("insert into jar (id, held) values ($1, $2)", id, held)
        records.told.append(id)
        if refused == "after":
            raise Refusal("invalid")
        return await records.connection.fetchval("select held from jar where id = $1", id)

    return act


async def done(records, acts, *, kept=True):
    came_to = await Rows(records, acts, kept=kept).done([list(range(len(acts)))])
    stored = [row[0] for row in await records.connection.fetch("select id from jar order by id")]
    return [one.code if isinstance(one, Refusal) else one for one in came_to], stored


async def test_each_row_is_whole_or_not_at_all_whenever_it_is_refused(records):
    acts = [putting(n, n * 10, refused={3: "before", 5: "after", 6: "after"}.get(n, "")) for n in range(9)]
    came_to, stored = await done(records, acts)
    assert came_to == [0, 10, 20, "not_found", 40, "invalid", "invalid", 70, 80]
    assert stored == records.told == [0, 1, 2, 4, 7, 8]


async def test_who_is_refused_after_a_question_that_wrote_leaves_nothing_of_it(records):
    await records.connection.execute(
        "create function put_in(int) returns int language sql volatile as"
        " 'insert into jar (id, held) values ($1, $1) returning id'"
    )

    def act(n):
        async def asks(row):
            await row.connection.fetchval("select put_in($1)", n)
            if n in (1, 4):
                raise Refusal("invalid")

        return asks

    came_to, stored = await done(records, [act(n) for n in range(6)])
    assert came_to == [None, "invalid", None, None, "invalid", None]
    assert stored == [0, 2, 3, 5]


async def test_what_crosses_units_goes_on_crossing_after_a_step_of_its_own_that_did(records):
    row = RowConnection()
    async with transferring(row):
        async with transferring(row):
            assert row.crossing
        assert row.crossing
    assert not row.crossing
    with pytest.raises(Refusal):
        async with transferring(row):
            raise Refusal("invalid")
    assert not row.crossing


async def test_a_row_that_the_database_refuses_holds_nobody_else_up(records):
    acts = [putting(n, 950 if n == 17 else n) for n in range(40)]
    acts.append(putting(40, 3))
    came_to, stored = await done(records, acts)
    refused = [place for place, one in enumerate(came_to) if isinstance(one, str)]
    assert refused == [17, 40], "one breaks a check, one what is unique: the later of the two"
    assert stored == records.told == [n for n in range(40) if n != 17]


async def test_what_is_only_tried_leaves_nothing_and_still_tells_what_it_would_come_to(records):
    acts = [putting(n, n, refused="after" if n == 2 else "") for n in range(6)]
    came_to, stored = await done(records, acts, kept=False)
    assert came_to == [0, 1, "invalid", 3, 4, 5]
    assert (stored, records.told) == ([], [])


async def test_an_act_that_waits_for_something_else_goes_alone(records):
    async def elsewhere():
        await asyncio.to_thread(int, "7")

    acts = [putting(n, n, waits=elsewhere if n == 1 else None) for n in range(5)]
    assert await done(records, acts) == ([0, 1, 2, 3, 4], [0, 1, 2, 3, 4])
    with pytest.raises(NotAbreast):
        await walked(None, [Walker(elsewhere(), RowConnection())])


async def test_what_all_of_them_ask_is_sent_once_for_all(records, monkeypatch):
    statements = []
    real = asyncpg.Connection.fetch

    async def counted(self, query, *given, **how):
        statements.append(query)
        return await real(self, query, *given, **how)

    monkeypatch.setattr(asyncpg.Connection, "fetch", counted)
    await done(records, [putting(n, n) for n in range(50)])
    assert len(statements) <= 4, "one statement puts in, one looks, one is the test's own"


async def test_what_two_do_about_the_same_is_done_one_after_the_other(records):
    done_with = []

    async def put(_connection, told):
        done_with.append(list(told))

    async def act(row, about, told):
        await row.do(put, about, told)

    rows = [RowConnection() for _ in range(4)]
    acts = [act(row, about, n) for n, (row, about) in enumerate(zip(rows, "abab", strict=True))]
    await walked(records.connection, [Walker(*one) for one in zip(acts, rows, strict=True)])
    assert done_with == [[0, 1], [2, 3]]
    assert all(row.wrote for row in rows)
