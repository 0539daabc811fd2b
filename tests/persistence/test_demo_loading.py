"""The demo: marked, whole, the same every time, for every role, and never on a register that holds anything else."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import UTC, date, datetime
from random import Random
from uuid import uuid4

import asyncpg
import pytest

from cli.population import population
from domain.access.policy import POLICY, Role
from domain.account.model import check_user_name
from domain.credentials import hash_secret, well_formed_secret
from domain.person.identity import is_synthetic, masked_tail
from domain.person.phone import SYNTHETIC_PHONE_PREFIX
from persistence.demo_accounts import password, renew_sign_ins
from persistence.demo_loading import DemoLoaded, DemoRefusedError, demo_size, load_demo
from persistence.demo_plan import ACCOUNTS, COMMUNES
from persistence.demo_rows import Rows
from persistence.sealing import Sealer
from persistence.unit_drawing import redraw
from tests.persistence.loaded import Databases, databases, owner

__all__ = ["databases", "owner"]

SEALER = Sealer.from_master(bytes(range(32)))
SIZE = 1_500


async def hashed(word: str) -> str:
    return f"hash of {word}"


async def load(connection: asyncpg.Connection, *, size: int = SIZE, **more) -> DemoLoaded:
    return await load_demo(connection, SEALER, hashed, population=population, size=size, **more)


@pytest.fixture(scope="module")
def demo(databases: Databases) -> tuple[str, DemoLoaded]:
    """The name of a database with the demo, and what its loading said."""

    async def made() -> tuple[str, DemoLoaded]:
        name = await databases.clone("loaded")
        async with databases.owner(name) as connection:
            return name, await load(connection)

    return asyncio.run(made())


@pytest.fixture
async def filled(databases: Databases, demo: tuple[str, DemoLoaded]):
    """Reads only: the database is shared."""
    async with databases.owner(demo[0]) as connection:
        yield connection


# -- persons


async def test_every_person_is_marked_and_lives_in_a_commune_of_the_plan(filled: asyncpg.Connection) -> None:
    rows = await filled.fetch(
        "select u.code, u.level, p.province_no = u.province_no and p.area_no is not distinct from u.area_no as agree"
        " from person p join unit u on u.no = p.unit_no where p.source = 'demo' and u.valid_to is null"
    )
    assert len(rows) == SIZE == await demo_size(filled)
    assert {row["code"] for row in rows} <= {code for codes in COMMUNES.values() for code in codes}
    assert all(row["agree"] and row["level"] == "commune" for row in rows)
    assert len({row["code"] for row in rows}) > 50


async def test_communes_differ_in_size_and_the_first_of_the_demo_is_worth_looking_at(
    filled: asyncpg.Connection,
) -> None:
    sizes = Counter(row[0] for row in await filled.fetch("select u.code from person p join unit u on u.no = p.unit_no"))
    assert sizes["00611"] > 50
    assert max(sizes.values()) > 10 * min(sizes.values())


async def test_every_chain_of_responsibility_is_whole_by_the_databases_own_check(filled: asyncpg.Connection) -> None:
    assert await filled.fetchval("select count(check_responsibility(id)::text) from person") == SIZE
    assert await filled.fetchval("select max(from_at) from responsibility") < datetime.now(UTC)
    wrong_time = await filled.fetchval(
        "select count(*) from responsibility r join unit u on u.id = r.unit_id where u.no <> r.unit_no"
        " or (r.from_at at time zone 'Asia/Ho_Chi_Minh')::date not between u.valid_from and coalesce(u.valid_to, 'infinity')"
    )
    assert wrong_time == 0


async def test_some_were_registered_by_a_commune_and_a_district_that_have_ended(filled: asyncpg.Connection) -> None:
    district = await filled.fetchrow("select no, last_no from unit where level = 'district' and code = '021'")
    rows = await filled.fetch(
        "select r.to_at, p.made_unit_no = r.unit_no as made_here, p.unit_no from responsibility r"
        " join person p on p.id = r.person_id where r.unit_no between $1 and $2",
        *district,
    )
    assert len(rows) > 20
    assert {row["to_at"] for row in rows} == {datetime(2025, 6, 30, 17, tzinfo=UTC)}
    assert all(row["made_here"] and not district["no"] <= row["unit_no"] <= district["last_no"] for row in rows)
    for table in ("person_identifier", "person_phone", "residence"):
        made = await filled.fetchval(f"select count(*) from {table} where made_unit_no between $1 and $2", *district)
        assert made > 10


async def test_a_split_is_sometimes_open_with_the_province_and_some_moved_on(filled: asyncpg.Connection) -> None:
    reasons = Counter(row[0] for row in await filled.fetch("select reason from responsibility"))
    assert reasons["registered"] == SIZE
    assert reasons["unit_reorganised"] > reasons["split_open"] > 0
    assert reasons["handover"] > 0
    levels = await filled.fetch(
        "select distinct u.level from responsibility r join unit u on u.id = r.unit_id where r.reason = 'split_open'"
    )
    assert [row["level"] for row in levels] == ["province"]


async def test_numbers_are_sealed_for_their_row_masked_blind_and_nobodys(filled: asyncpg.Connection) -> None:
    for table, made_up in (
        ("person_identifier", is_synthetic),
        ("person_phone", lambda number: number.startswith(SYNTHETIC_PHONE_PREFIX)),
    ):
        rows = await filled.fetch(f"select id, number_sealed, number_tail, number_blind from {table}")
        numbers = [SEALER.open(row["number_sealed"], table=table, row=row["id"], column="number") for row in rows]
        assert all(made_up(number) for number in numbers)
        assert [row["number_tail"] for row in rows] == [masked_tail(number) for number in numbers]
        assert [row["number_blind"] for row in rows] == [SEALER.blind(table, number) for number in numbers]


async def test_a_residence_lies_in_a_commune_that_stood_on_its_first_day(filled: asyncpg.Connection) -> None:
    wrong = await filled.fetchval(
        "select count(*) from residence r join unit u on u.id = r.unit_id where u.level <> 'commune'"
        " or r.valid_from < u.valid_from or r.valid_from > coalesce(u.valid_to, 'infinity')"
    )
    assert wrong == 0
    assert await filled.fetchval("select count(*) from residence where valid_from < '2025-07-01'") > SIZE


async def test_search_words_are_those_that_the_trigger_would_have_made(filled: asyncpg.Connection) -> None:
    words = "select string_agg(person_id || token || unit_no, ',' order by person_id, token) from person_token"
    before = await filled.fetchval(words)
    transaction = filled.transaction()
    await transaction.start()
    await filled.execute("update person set full_name = full_name")
    assert await filled.fetchval(words) == before
    await transaction.rollback()


async def test_triggers_guard_again_when_the_demo_is_in(filled: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        async with filled.transaction():
            await filled.execute("delete from responsibility")
    assert await filled.fetchval("select count(*) from pg_trigger where tgenabled <> 'O' and not tgisinternal") == 0


# -- accounts


def test_every_role_has_an_account_and_each_is_held_at_a_level_that_the_policy_allows() -> None:
    assert {account.role for account in ACCOUNTS} == set(Role)
    for account in ACCOUNTS:
        check_user_name(account.user_name)
        level = "organisation" if account.organisation else account.level
        assert level in POLICY[account.role].levels


async def test_every_account_signs_in_with_the_password_that_was_said_and_no_password_is_stored(
    filled: asyncpg.Connection, demo: tuple[str, DemoLoaded]
) -> None:
    sign_ins = {one.user_name: one for one in demo[1].sign_ins}
    rows = await filled.fetch(
        "select a.*, p.role, u.level, u.no = a.unit_no and p.unit_no = u.no and p.unit_id = a.unit_id as agree"
        " from account a join appointment p on p.account_id = a.id join unit u on u.id = a.unit_id"
    )
    assert len(rows) == len(ACCOUNTS) == len(sign_ins)
    for row in rows:
        sign_in = sign_ins[row["user_name"]]
        assert (row["state"], row["role"], row["agree"]) == ("active", sign_in.role, True)
        assert row["level"] in POLICY[Role(row["role"])].levels
        if row["kind"] == "machine":
            assert (row["password_hash"], row["secret_hash"]) == (None, hash_secret(sign_in.password))
            assert well_formed_secret(sign_in.password)
        else:
            assert (row["password_hash"], row["secret_hash"]) == (f"hash of {sign_in.password}", None)
    assert len({one.password for one in demo[1].sign_ins}) == len(ACCOUNTS)


async def test_there_is_an_officer_of_the_district_that_ended_and_one_of_an_area_that_lives(
    filled: asyncpg.Connection,
) -> None:
    rows = await filled.fetch(
        "select a.user_name, u.name, u.level, u.valid_to is null as lives from account a join unit u on u.id = a.unit_id"
        " where user_name like 'district_officer.%' order by 1"
    )
    assert [tuple(row) for row in rows] == [
        ("district_officer.01-1", "Khu vực Bắc Từ Liêm", "area", True),
        ("district_officer.01-2", "Khu vực Ba Đình", "area", True),
        ("district_officer.021", "Bắc Từ Liêm", "district", False),
    ]


async def test_organisations_stand_in_their_communes_and_see_persons_through_grants(filled: asyncpg.Connection) -> None:
    rows = await filled.fetch(
        "select a.user_name, g.classes, count(*) as n, bool_and(g.name_sort_key = p.name_sort_key) as sorted"
        " from access_grant g join person p on p.id = g.person_id"
        " join account a on g.grantee in (-a.no, a.unit_no) group by 1, 2"
    )
    granted = {row["user_name"]: row for row in rows}
    assert set(granted) == {
        *("club_board.00611", "volunteer.00611", "counsellor.00611", "health_station.00611", "volunteer.00004"),
    }
    assert all(row["n"] > 0 and row["sorted"] for row in rows)
    assert {"counselling_contact", "task"} <= set(granted["volunteer.00611"]["classes"])
    assert granted["club_board.00611"]["classes"] == ["person_phone"]


async def test_lost_passwords_are_made_anew_for_the_accounts_of_the_demo(owner: asyncpg.Connection) -> None:
    first = (await load(owner, size=50)).sign_ins
    await owner.execute("update account set state = 'closed' where user_name = 'volunteer.00004'")
    second = await renew_sign_ins(owner, hashed)
    assert [one.user_name for one in second] == [one.user_name for one in first if one.user_name != "volunteer.00004"]
    assert not {one.password for one in first} & {one.password for one in second}
    stored = await owner.fetchval("select password_hash from account where user_name = 'commune_officer.00611'")
    assert stored == f"hash of {second[0].password}"


def test_a_password_has_about_99_bits_and_no_letters_that_look_alike() -> None:
    words = {password() for _ in range(200)}
    assert len(words) == 200
    assert all(len(word) == 23 and not set(word) & set("01ilo") for word in words)


# -- once, the same, alone


async def test_the_same_seed_gives_the_same_rows_and_ids_on_another_machine(databases: Databases) -> None:
    told = []
    for seed in (7, 7, 8):
        async with databases.owner(await databases.clone("loaded")) as connection:
            await load(connection, size=200, seed=seed)
            told.append(
                [
                    await connection.fetchval(
                        f"select md5(string_agg({row}, '|' order by {row})) from {table} t left join unit u on u.no = t.unit_no"
                    )
                    for table, row in (
                        ("person", "concat_ws(',', t.id, t.full_name, t.recorded_at, u.id)"),
                        ("responsibility", "concat_ws(',', t.id, t.from_at, t.to_at, t.unit_id)"),
                        ("residence", "concat_ws(',', t.id, t.address, t.unit_id, t.valid_from)"),
                        ("person_phone", "concat_ws(',', t.id, encode(t.number_blind, 'hex'))"),
                        ("account", "concat_ws(',', t.id, t.user_name, u.id)"),
                    )
                ]
            )
    assert told[0] == told[1]
    assert all(one != other for one, other in zip(told[0][:4], told[2][:4], strict=True))


async def test_a_second_start_does_nothing_and_does_it_in_no_time(owner: asyncpg.Connection) -> None:
    assert not (await load(owner)).already
    await owner.execute("update person set full_name = 'Đã sửa' where source_ref = 'P0000001'")
    began = time.perf_counter()
    again = await load(owner)
    assert time.perf_counter() - began < 0.1
    assert again == (SIZE, True, [])
    assert await owner.fetchval("select count(*) from person") == SIZE
    assert await owner.fetchval("select full_name from person where source_ref = 'P0000001'") == "Đã sửa"


async def test_two_starts_at_once_load_one_demo(databases: Databases) -> None:
    name = await databases.clone("loaded")
    async with databases.owner(name) as one, databases.owner(name) as two:
        loaded = await asyncio.gather(load(one, size=100), load(two, size=100))
        assert sorted(each.already for each in loaded) == [False, True]
        assert await one.fetchval("select count(*) from person") == 100


async def test_a_register_that_holds_a_person_or_an_account_of_its_own_is_refused_and_left_alone(
    owner: asyncpg.Connection,
) -> None:
    await owner.execute(
        "insert into account (id, kind, user_name, display_name, unit_id, unit_no)"
        " select $1, 'person', 'real', 'Real', id, no from unit where level = 'country'",
        uuid4(),
    )
    with pytest.raises(DemoRefusedError, match="empty register"):
        await load(owner)
    assert await owner.fetchval("select count(*) from unit where level in ('area', 'organisation')") == 0
    assert await owner.fetchval("select count(*) from person") == 0


async def test_areas_that_somebody_drew_over_the_demos_province_are_left_alone(owner: asyncpg.Connection) -> None:
    hanoi = await owner.fetchval("select id from unit where level = 'province' and code = '01'")
    await redraw(owner, hanoi, {"Khu vực riêng": []}, on=date(2026, 1, 1))
    with pytest.raises(DemoRefusedError, match="Khu vực riêng"):
        await load(owner)


async def test_a_load_that_breaks_leaves_no_person_and_can_be_repeated(owner: asyncpg.Connection) -> None:
    def broken(seed, size, communes):
        yield from population(seed, size // 2, communes)
        raise RuntimeError("cut")

    with pytest.raises(RuntimeError, match="cut"):
        await load_demo(owner, SEALER, hashed, population=broken, size=4_200)
    assert await owner.fetchval("select count(*) from person") == 0
    assert await owner.fetchval("select count(*) from account") == 0
    assert not (await load(owner, size=60)).already


async def test_progress_is_told_from_nothing_to_all(owner: asyncpg.Connection) -> None:
    told: list[tuple[int, int]] = []
    await load(owner, size=2_300, progress=lambda done, of: told.append((done, of)))
    assert told == [(0, 2300), (2000, 2300), (2300, 2300)]


def test_a_chain_never_begins_before_its_commune_nor_ends_after_today() -> None:
    rows = Rows(SEALER, Random(1), [])
    begun = [rows._at(datetime(2025, 7, 1).date(), datetime(2025, 7, 31).date()) for _ in range(500)]
    assert {moment.astimezone().tzinfo is not None for moment in begun} == {True}
    assert all(
        datetime(2025, 6, 30, 17, tzinfo=UTC) <= moment < datetime(2025, 7, 31, 17, tzinfo=UTC) for moment in begun
    )
    assert sum(moment.weekday() > 4 for moment in begun) < 5
