"""The second wall of clubs: an organisation sees its own circle's rows alone, whatever SQL is sent; figures stay inside."""

from __future__ import annotations

from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import pytest

from tests.club_work import TODAY, back, running_club

TABLES = ("club_membership", "membership_event", "club_attendance", "progress_evaluation")


@pytest.fixture
async def connection(world):
    async with world.admin.acquire() as found:
        yield found


@pytest.fixture
async def club(world):
    made = await running_club(world)
    member = await made.member(await world.person("hoa"))
    await made.evaluate(member)
    await made.attendance(await made.session(), {member["id"]: "present"})
    return made


@asynccontextmanager
async def standing_on(connection, road, lo, hi, *grantees):
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(f"set local role road_{road}")
        settings = {"app.lo": lo, "app.hi": hi, "app.grantees": "{" + ",".join(map(str, grantees)) + "}"}
        for name, value in settings.items():
            await connection.execute("select set_config($1, $2, true)", name, str(value))
        yield connection
    finally:
        await transaction.rollback()


@pytest.mark.parametrize("table", TABLES)
async def test_a_club_sees_and_changes_its_own_circle_alone(world, club, connection, table):
    async with standing_on(connection, "grant", 1111, 1111, 1111):
        assert await connection.fetchval(f"select count(*) from {table}") > 0
    await connection.execute("set session_replication_role = replica")
    await connection.execute(f"update {table} set circle_no = 1112")
    await connection.execute("set session_replication_role = origin")
    async with standing_on(connection, "grant", 1111, 1111, 1111):
        assert await connection.fetchval(f"select count(*) from {table}") == 0
        assert await connection.execute(f"update {table} set version = version + 1") == "UPDATE 0"


@pytest.mark.parametrize("table", TABLES)
async def test_who_looks_after_the_person_sees_a_row_of_any_circle_and_changes_none(world, club, connection, table):
    person = await connection.fetchval(f"select person_id from {table} limit 1")
    await world.grant(person, "volunteer", table)
    mine = -world.users["volunteer"].account_no
    async with standing_on(connection, "grant", 1110, 1110, mine, 1110):
        assert await connection.fetchval(f"select count(*) from {table}") > 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"update {table} set version = version + 1")


async def test_figures_and_counts_stop_at_the_interval(club, connection):
    session = await connection.fetchval("select id from club_session")
    month = ("select count(*) from support_months($1, $2, $3, $3)", UUID(club.id), back(1), TODAY)
    for lo, hi, inside in ((1110, 1139, 1), (1111, 1111, 1), (1140, 1169, 0)):
        async with standing_on(connection, "unit", lo, hi):
            assert await connection.fetchval(*month) == inside
            counted = await connection.fetchrow("select * from attendance_counted($1)", session)
            assert (counted["present"] or 0) == inside
    async with standing_on(connection, "grant", 1111, 1111, 1111):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetchval(*month)


async def test_the_number_of_a_club_is_told_only_where_it_serves(club, connection):
    async with standing_on(connection, "unit", 1110, 1139):
        assert await connection.fetchval("select club_number($1, 1110)", UUID(club.id)) == 1111
        assert await connection.fetchval("select club_number($1, 1140)", UUID(club.id)) is None


async def test_no_road_moves_a_membership_to_another_circle(club, connection):
    async with standing_on(connection, "unit", 1110, 1139):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("update club_membership set circle_no = 1112")
