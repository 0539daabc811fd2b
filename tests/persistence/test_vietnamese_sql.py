"""vn_fold, vn_tokens and vn_name_sort_key give what domain/text.py gives, wherever they are called from."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.text import fold, name_sort_key, tokens

SIGNATURES = ["vn_fold(text)", "vn_name_sort_key(text)", "vn_tokens(text)"]

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy" + "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
SYLLABLES = st.text(alphabet=LETTERS, min_size=1, max_size=6).map(str.capitalize)
NAMES = st.lists(SYLLABLES, min_size=1, max_size=5).map(" ".join)
# What breaks such functions: loose marks, invisible letters, odd spaces and dashes in any order.
ODDS = "aAđĐÐðƀeoOuz09 \t\u0085\u00a0\u1680\u2003\u2028-'\u02bc._{|}~\u0300\u0301\u0303\u0309\u0323\u0306\u0302\u031b"
ODDS += "\u0308\u0327\u20dd\u200b\u200e\u2060\ufeff\u00adßøæÆıİ×÷ёЁ漢가"
ANYTHING = st.text(alphabet=ODDS, max_size=14) | st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=14)
TEXTS = (NAMES | ANYTHING).filter(lambda text: "\0" not in text)

NASTY = [
    "",
    " ",
    "-",
    "- -",
    "Trần - Anh",
    "-Anh-",
    " a--b  -c",
    "K'Brôi",
    "K\u02bc Brôi",
    "Ðặng Ðức",
    "Hoà",
    "Hòa",
    "NGUYỄN THỊ  ĐÀO ",
    "x\u200e \u200e",
    "\u200b",
    "a\u1680b",
    "12 a3",
    "{|}~",
    "\u0301",
    "Y Blŏ Ƀlim Êñuôl",
    "Иванов Пётр",
    "한글 이름",
    "o\u0302\u0323\u0303",
    "\x7f\x85\x0b",
    "Nguyễn " * 200,
]


async def assert_twins(database: asyncpg.Connection, texts: list[str]) -> None:
    rows = await database.fetch(
        "select x, vn_fold(x) f, vn_tokens(x) t, vn_name_sort_key(x) k from unnest($1::text[]) with ordinality u (x, i) "
        "order by i",
        texts,
    )
    for text, row in zip(texts, rows, strict=True):
        assert row["f"] == fold(text), ascii(text)
        assert tuple(row["t"]) == tokens(text), ascii(text)
        assert row["k"] == name_sort_key(text), ascii(text)


async def test_the_database_folds_parts_and_orders_nasty_text_as_python_does(database: asyncpg.Connection) -> None:
    await assert_twins(database, NASTY)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=40))
async def test_the_database_folds_parts_and_orders_any_name_as_python_does(
    database: asyncpg.Connection, texts: list[str]
) -> None:
    await assert_twins(database, texts)


async def test_the_database_knows_no_key_of_no_name(database: asyncpg.Connection) -> None:
    assert await database.fetchrow("select vn_fold(null), vn_tokens(null), vn_name_sort_key(null)") == (
        None,
        None,
        None,
    )


async def test_sorting_by_the_key_in_collation_c_is_the_order_of_names(database: asyncpg.Connection) -> None:
    page = ["Hồ Ước", "Võ Út", "Nguyễn Thị Hòa", "Nguyễn Thị Hoa", "Đặng Văn Đức", "Nguyễn Dũng", "Phạm Ẩn", "Trần An"]
    rows = await database.fetch(
        'select x from unnest($1::text[]) u (x) order by vn_name_sort_key(x) collate "C"', sorted(page)
    )
    assert [row["x"] for row in rows] == list(reversed(page))


async def test_the_functions_may_stand_in_generated_columns_and_indexes(database: asyncpg.Connection) -> None:
    await database.execute(
        """
        create temporary table probe (
            name text,
            folded text collate "C" generated always as (vn_fold(name)) stored,
            key text collate "C" generated always as (vn_name_sort_key(name)) stored,
            words text[] generated always as (vn_tokens(name)) stored
        );
        create index on probe (key);
        create index on probe using gin (vn_tokens(name));
        insert into probe (name) values ('Nguyễn Văn Đức');
        """
    )
    row = await database.fetchrow("select folded, key, words from probe")
    assert row == ("nguyen van duc", "d~u}c 4 nguye|n 3 va{n", ["nguyen", "van", "duc"])


async def test_no_search_path_of_the_caller_bends_them(database: asyncpg.Connection) -> None:
    home = await database.fetchval("select pronamespace::regnamespace::text from pg_proc where proname = 'vn_tokens'")
    async with database.transaction():
        await database.execute("set local search_path to ''")
        assert await database.fetchval(f"select {home}.vn_tokens('Trần Thị Đào')") == ["tran", "thi", "dao"]
        assert await database.fetchval(f"select {home}.vn_name_sort_key('Đỗ')") == "d~o| 3"


async def test_the_functions_are_immutable_parallel_safe_and_say_what_they_are(database: asyncpg.Connection) -> None:
    rows = await database.fetch(
        "select oid::regprocedure::text as signature, provolatile::text, proparallel::text, proisstrict, "
        "obj_description(oid) as said from pg_proc where proname like 'vn\\_%' order by proname"
    )
    assert [row["signature"] for row in rows] == SIGNATURES
    for row in rows:
        assert (row["provolatile"], row["proparallel"], row["proisstrict"]) == ("i", "s", True)
        assert "domain.text." in row["said"]


async def test_downgrading_takes_away_exactly_what_upgrading_made(
    database: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration = importlib.import_module("migrations.versions.0001_vietnamese_text")
    statements: list[str] = []
    monkeypatch.setattr(migration, "op", SimpleNamespace(execute=statements.append))
    transaction = database.transaction()
    await transaction.start()
    try:
        await database.execute("create schema probe; set local search_path to probe")
        for act, expected in ((migration.upgrade, SIGNATURES), (migration.downgrade, [])):
            statements.clear()
            act()
            for statement in statements:
                await database.execute(statement)
            made = await database.fetch(
                "select oid::regprocedure::text from pg_proc where pronamespace = 'probe'::regnamespace order by proname"
            )
            assert [row[0] for row in made] == expected
    finally:
        await transaction.rollback()
