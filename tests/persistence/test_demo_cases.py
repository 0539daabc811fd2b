"""The demo's stories: every state that acts can reach, under both regimes, told once, by the service's own acts."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from uuid import uuid4

import asyncpg
import pytest

from cli.population import population
from domain.law.instants import ZONE
from domain.law.life_cycles import CASE, DISCHARGE_NOTICE, HANDOVER, MANAGEMENT_DECISION, REVIEW_ROUND, REVIEWED_PERSON
from persistence import bootstrap
from persistence.actors import ActorBook
from persistence.demo_case_stories import CASE_STORIES
from persistence.demo_cases import tell_stories
from persistence.demo_handover_stories import HANDOVER_STORIES
from persistence.demo_loading import load_demo
from persistence.demo_other_stories import NAMING_STORIES, OTHER_STORIES
from persistence.pools import open_pool
from persistence.records import Register
from persistence.sealing import CursorSeal, Sealer
from tests.persistence.loaded import Databases, databases, owner

__all__ = ["databases", "owner"]

KEY = bytes(range(32))
SEALER = Sealer.from_master(KEY)
SIZE = 700
"""About a fifteenth lives in the commune of the stories; each story of a case has a person of its own."""


ALL = len(CASE_STORIES) + len(HANDOVER_STORIES) + len(OTHER_STORIES) + len(NAMING_STORIES) + 1


async def hashed(word: str) -> str:
    return f"hash of {word}"


async def load(connection: asyncpg.Connection, size: int = SIZE) -> None:
    await load_demo(connection, SEALER, hashed, population=population, size=size)


async def tell(databases: Databases, name: str, connection: asyncpg.Connection, now: datetime | None = None) -> int:
    pool = await open_pool(databases.dsn(name, "app_rw"), 1)
    try:
        register = Register(pool, SEALER, CursorSeal.from_master(KEY), ActorBook(pool))
        return await tell_stories(connection, register, now or datetime.now(ZONE))
    finally:
        await pool.close()


async def fresh(databases: Databases) -> str:
    name = await databases.clone("loaded")
    await bootstrap.furnish(databases.dsn(name))
    return name


@pytest.fixture(scope="module")
def told(databases: Databases) -> tuple[str, int, float]:
    """A database with the stories, how many were told, and in how many seconds."""

    async def made() -> tuple[str, int, float]:
        name = await fresh(databases)
        async with databases.owner(name) as connection:
            await load(connection)
            began = time.perf_counter()
            count = await tell(databases, name, connection)
            return name, count, time.perf_counter() - began

    return asyncio.run(made())


@pytest.fixture
async def filled(databases: Databases, told: tuple[str, int, float]):
    async with databases.owner(told[0]) as connection:
        yield connection


@pytest.mark.parametrize(
    ("cycle", "table", "column", "by_time"),
    [
        (CASE, "management_case", "state", set()),
        (DISCHARGE_NOTICE, "discharge_notice", "state", set()),
        (MANAGEMENT_DECISION, "management_decision", "state", set()),
        # accepting takes effect in the same act; a hand-over expires by the worker alone
        (HANDOVER, "handover", "state", {"accepted", "expired"}),
        (REVIEW_ROUND, "review_round", "state", set()),
        (REVIEWED_PERSON, "reviewed_person", "outcome", set()),
    ],
)
async def test_the_demo_shows_every_state_that_acts_reach(filled, cycle, table, column, by_time) -> None:
    states = {cycle.initial} | {move.to for move in cycle.moves}
    rows = await filled.fetch(f"select distinct {column} from {table}")
    assert {row[0] for row in rows} == states - by_time


@pytest.mark.parametrize("day", ["2026-07-05", "2027-02-06", "2028-02-29"])
async def test_every_story_can_be_told_on_other_days_too(databases, day) -> None:
    name = await fresh(databases)
    async with databases.owner(name) as connection:
        await load(connection)
        now = datetime.fromisoformat(f"{day} 00:05").replace(tzinfo=ZONE)
        assert await tell(databases, name, connection, now) == ALL
        row = await connection.fetchrow(
            "select count(*) filter (where due_at < $1), count(*) filter (where due_on = $2) from task where state = 'open'",
            *(now, now.date()),
        )
        assert min(row) > 0


async def test_every_story_is_told_in_little_time(told) -> None:
    _, count, seconds = told
    assert count == ALL
    assert seconds < 20


async def test_cases_decisions_notices_and_hand_overs_lie_on_both_sides_of_the_new_law(filled) -> None:
    for table, day in (
        ("management_case", "completed_on"),
        ("management_decision", "decided_on"),
        ("discharge_notice", "told_at"),
        ("handover", "told_at"),
        ("review_round", "due_on"),
    ):
        row = await filled.fetchrow(
            f"select count(*) filter (where {day} < '2026-07-01') as before,"
            f" count(*) filter (where {day} >= '2026-07-01') as after from {table}"
        )
        assert row["before"] > 0, table
        assert row["after"] > 0, table


async def test_some_tasks_are_overdue_some_due_today_and_some_due_later(filled) -> None:
    row = await filled.fetchrow(
        "select count(*) filter (where due_at < $1) as overdue,"
        " count(*) filter (where due_on = $2) as today, count(*) filter (where due_on > $2) as later"
        " from task where state = 'open'",
        datetime.now(ZONE),
        datetime.now(ZONE).date(),
    )
    assert min(row) > 0


async def test_each_act_stands_in_the_journal_under_its_account_and_no_sign_in_is_left_open(filled) -> None:
    names = await filled.fetch(
        "select distinct a.user_name from journal_entry j join account a on a.id = j.account_id where j.outcome = 'done'"
    )
    assert {"commune_officer.00611", "commune_leader.00611", "rehab_centre.01"} <= {row[0] for row in names}
    assert await filled.fetchval("select count(*) from session where ended_at is null") == 0
    assert await filled.fetchval("select count(*) from journal_entry where outcome in ('denied', 'absent')") == 0


async def test_every_person_still_has_one_responsible_unit_at_every_instant(filled) -> None:
    assert await filled.fetchval("select count(check_responsibility(id)::text) from person") == SIZE


async def test_a_second_start_changes_nothing_and_takes_no_time(databases, told, filled) -> None:
    tables = ("journal_entry", "management_case", "task", "session", "outbox", "handover")
    figures = "select " + ", ".join(f"(select count(*) from {table})" for table in tables)
    before, began = await filled.fetchrow(figures), time.perf_counter()
    assert await tell(databases, told[0], filled) == 0
    assert time.perf_counter() - began < 0.5
    assert await filled.fetchrow(figures) == before


async def test_a_start_that_broke_off_goes_on_without_doing_anything_twice(databases, monkeypatch) -> None:
    name = await fresh(databases)
    monkeypatch.setattr("persistence.demo_cases.CASE_STORIES", (*CASE_STORIES[:3], broken))
    monkeypatch.setattr("persistence.demo_cases.HANDOVER_STORIES", ())
    monkeypatch.setattr("persistence.demo_cases.OTHER_STORIES", ())
    monkeypatch.setattr("persistence.demo_cases.NAMING_STORIES", ())
    async with databases.owner(name) as connection:
        await load(connection, 100)
        with pytest.raises(RuntimeError, match="cut"):
            await tell(databases, name, connection)
        assert await connection.fetchval("select count(*) from session where ended_at is null") == 0
        monkeypatch.setattr("persistence.demo_cases.CASE_STORIES", CASE_STORIES[:4])
        assert await tell(databases, name, connection) == 5
        assert await connection.fetchval("select count(*) from management_case") == 5


async def broken(_desk, _person) -> None:
    raise RuntimeError("cut")


async def test_a_register_without_a_demo_and_one_with_cases_of_its_own_are_left_alone(databases) -> None:
    name = await fresh(databases)
    async with databases.owner(name) as connection:
        assert await tell(databases, name, connection) == 0
        await load(connection, 60)
        await connection.execute(
            "insert into management_case (id, person_id, unit_no, made_unit_no, province_no, trigger, pathway,"
            " completed_on, state, state_since) select $1, id, unit_no, made_unit_no, province_no, 'discharge_notice',"
            " 'compulsory_adult', '2026-08-01', 'noticed', '2026-08-01' from person limit 1",
            uuid4(),
        )
        assert await tell(databases, name, connection) == 0
        assert await connection.fetchval("select count(*) from management_case") == 1
        assert await connection.fetchval("select count(*) from session") == 0
