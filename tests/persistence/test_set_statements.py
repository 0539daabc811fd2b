"""A statement asked by set gives what it would give one by one (persistence/set_statements.py)."""

from __future__ import annotations

import random
from uuid import UUID

import asyncpg
import pytest

from persistence.set_statements import SHAPES, Statement, asked_by_set

IDS = [UUID(int=n) for n in range(1, 30)]
TABLE = (
    "create temp table basket (id uuid primary key, who int, fruit text[], place int, note text default 'new',"
    " version int default 1)"
)
READS = {
    "select t.place, t.note from basket t where t.who = $1 and t.place > $2 order by t.place desc, t.id limit 3": (
        lambda chance: (chance.randrange(5), chance.randrange(3))
    ),
    "select t.* from basket t where t.id = $1 and t.fruit && $2::text[] for share": (
        lambda chance: (chance.choice(IDS), ["nhãn", "vải"])
    ),
    "select t.id from basket t where t.fruit = $1 order by t.id": (
        lambda chance: (chance.choice((["nhãn"], ["vải", "xoài"], [])),)
    ),
    "select upper($1)": lambda chance: (chance.choice("abc"),),
    "select null::uuid, t.who, t.who from basket t where t.place = $1 order by t.id": (
        lambda chance: (chance.choice((None, 1, 2)),)
    ),
}


@pytest.fixture
async def connection(world):
    SHAPES.clear()
    async with world.admin.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(TABLE)
        chance = random.Random(5)
        for id in IDS[:20]:
            fruit = chance.choice((["nhãn"], ["vải", "xoài"], []))
            row = (id, chance.randrange(5), fruit, chance.randrange(6))
            await connection.execute("insert into basket (id, who, fruit, place) values ($1, $2, $3, $4)", *row)
        yield connection
        await transaction.rollback()


async def one_by_one(connection, sql, given):
    return [[tuple(row) for row in await connection.fetch(sql, *one)] for one in given]


@pytest.mark.parametrize("sql", READS)
async def test_a_read_asked_for_many_answers_each_as_if_it_asked_alone(connection, sql):
    chance = random.Random(sql)
    given = [READS[sql](chance) for _ in range(40)]
    found = await asked_by_set(connection, Statement("fetch", sql), given)
    assert [[tuple(row) for row in rows] for rows in found] == await one_by_one(connection, sql, given)


async def test_rows_of_an_answer_are_read_by_name_by_place_and_as_a_whole(connection):
    sql = "select t.id, t.who as whose, t.note from basket t where t.id = $1"
    found = await asked_by_set(connection, Statement("fetch", sql), [(id,) for id in IDS[:5]])
    ((row,), *_), (alone,) = found, await connection.fetch(sql, IDS[0])
    assert dict(row) == dict(alone)
    assert (row["whose"], row[0], row.get("note"), row.get("nothing", 7)) == (alone["whose"], IDS[0], "new", 7)


async def sent(connection, monkeypatch, sql, given):
    statements = []
    for name in ("fetch", "execute"):
        real = getattr(asyncpg.Connection, name)

        async def counted(self, query, *more, real=real, **how):
            statements.append(query)
            return await real(self, query, *more, **how)

        monkeypatch.setattr(asyncpg.Connection, name, counted)
    await asked_by_set(connection, Statement("fetch", sql), given)
    return statements


async def test_equal_questions_are_asked_once_and_many_different_ones_in_one_statement(connection, monkeypatch):
    sql = "select t.who from basket t where t.id = $1"
    assert await sent(connection, monkeypatch, sql, [(IDS[0],)] * 9) == [sql]
    (asked,) = await sent(connection, monkeypatch, sql, [(id,) for id in IDS])
    assert "unnest" in asked


@pytest.mark.parametrize(
    "sql",
    [
        "select set_config('app.test', $1, true)",
        "select set_byte_of_chance($1)",
        "select t.id, set_byte_of_chance($1) from basket t where t.who = 1",
        "select * from set_byte_of_chance($1)",
    ],
)
async def test_a_question_that_does_something_is_asked_for_each(connection, monkeypatch, sql):
    await connection.execute(
        "create function set_byte_of_chance(text) returns text language sql volatile as 'select $1 || random()'"
    )
    assert await sent(connection, monkeypatch, sql, [("1",)] * 4) == [sql] * 4


async def test_rows_added_by_set_come_back_to_whom_they_belong_with_their_defaults(connection):
    sql = (
        "insert into basket (who, place, id, fruit) values ($1, $2, $3, (select $4::text[] || 'na'::text)) returning *"
    )
    given = [(n, 7 - n, IDS[-1 - n], ["mít"] * n) for n in range(6)]
    found = await asked_by_set(connection, Statement("fetch", sql), given)
    assert [(row["who"], row["place"], row["id"], row["fruit"]) for (row,) in found] == [
        (who, place, id, [*fruit, "na"]) for who, place, id, fruit in given
    ]
    assert {(row["note"], row["version"]) for (row,) in found} == {("new", 1)}


@pytest.mark.parametrize("name", ["basket t", "basket"])
async def test_rows_changed_by_set_come_back_to_whom_they_belong_and_what_is_not_there_comes_back_empty(
    connection, name
):
    sql = f"update {name} set version = version + 1, note = $2, place = $3 where id = $1 and who >= 0 returning *"
    given = [(id, f"n{at}", at) for at, id in enumerate([*IDS[:6], IDS[-1]])]
    *there, missing = await asked_by_set(connection, Statement("fetch", sql), given)
    assert [(row["id"], row["note"], row["place"], row["version"]) for (row,) in there] == [
        (id, note, at, 2) for id, note, at in given[:-1]
    ]
    assert missing == []


async def test_two_changes_of_one_row_are_both_made_in_their_order(connection):
    sql = "update basket set version = version + 1, note = note || $2 where id = $1"
    await asked_by_set(connection, Statement("execute", sql), [(IDS[0], one) for one in "abcd"])
    row = await connection.fetchrow("select version, note from basket where id = $1", IDS[0])
    assert tuple(row) == (5, "newabcd")


async def test_what_is_neither_read_nor_written_by_id_goes_one_by_one_in_order(connection):
    sql = "delete from basket where who = $1 and id > $2"
    await asked_by_set(connection, Statement("execute", sql), [(who, IDS[0]) for who in range(5)])
    assert await connection.fetchval("select count(*) from basket") == 1
    nested = "update basket set note = (select $2 from basket b where b.id = $1), place = $3 where id = $1"
    await asked_by_set(connection, Statement("execute", nested), [(IDS[0], "x", n) for n in range(4)])
    assert await connection.fetchval("select place from basket") == 3


async def test_a_change_that_looks_into_another_table_goes_one_by_one(connection, monkeypatch):
    sql = "update basket set note = o.note || '!' from basket o where o.id = $1 and basket.id = o.id"
    assert await sent(connection, monkeypatch, sql, [(id,) for id in IDS[:4]]) == [sql] * 4
    assert await connection.fetchval("select count(*) from basket where note = 'new!'") == 4
