"""The second wall of what is about nobody: seen everywhere, written inside one's own interval, whatever SQL is sent."""

from __future__ import annotations

from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import pytest

from domain.ids import new_id
from persistence.unit_loading import TREE_LOCK

HOA, BINH = (1110, 1139), (1140, 1169)
ORGANISATION = (
    "insert into organisation (id, unit_no, made_unit_no, circle_no, name, kind) values ($1, $2, $2, 0, $3, 'school')"
)


@asynccontextmanager
async def on_road(connection, road, lo, hi):
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(f"set local role road_{road}")
        for name, value in (("app.lo", lo), ("app.hi", hi)):
            await connection.execute("select set_config($1, $2, true)", name, str(value))
        yield connection
    finally:
        await transaction.rollback()


@pytest.fixture
async def connection(world):
    async with world.admin.acquire() as found:
        yield found


async def test_a_road_writes_no_organisation_outside_its_interval(connection):
    async with on_road(connection, "unit", *HOA):
        await connection.execute(ORGANISATION, new_id(), HOA[0], "Trường A")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(ORGANISATION, new_id(), BINH[0], "Trường B")


async def test_a_road_changes_no_organisation_outside_its_interval_and_sees_it(connection):
    theirs = new_id()
    await connection.execute(ORGANISATION, theirs, BINH[0], "Trường B")
    for road in ("unit", "made"):
        async with on_road(connection, road, *HOA):
            assert await connection.fetchval("select name from organisation where id = $1", theirs) == "Trường B"
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("update organisation set name = 'x' where id = $1", theirs)
    for road in ("grant", "country"):
        async with on_road(connection, road, *HOA):
            assert await connection.fetchval("select count(*) from organisation where id = $1", theirs) == 1
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("update organisation set name = 'x' where id = $1", theirs)


async def test_no_road_moves_an_organisation(connection):
    ours = new_id()
    await connection.execute(ORGANISATION, ours, HOA[0], "Trường A")
    async with on_road(connection, "unit", HOA[0], BINH[1]):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("update organisation set unit_no = $2 where id = $1", ours, BINH[0])


OPEN = "select open_model_unit($1, $2, $3, 'Đội', '2026-01-01')"


async def refused(connection, road, commune: UUID, kind: str, interval=HOA):
    async with on_road(connection, road, *interval):
        with pytest.raises(asyncpg.PostgresError) as no:
            await connection.fetchval(OPEN, new_id(), commune, kind)
        return no.value.sqlstate


async def test_a_unit_is_opened_by_the_units_road_alone_inside_its_interval_and_for_a_model_alone(world, connection):
    hoa, binh = world.units["hoa"], world.units["binh"]
    assert await refused(connection, "unit", binh, "club") == "DT003"
    assert await refused(connection, "unit", world.units["area"], "club", (1100, 1299)) == "DT003"
    assert await refused(connection, "unit", world.units["hoa_club"], "club") == "DT003"
    assert await refused(connection, "unit", world.units["old_commune"], "club", (1400, 1499)) == "DT003"
    assert await refused(connection, "unit", hoa, "rehab_centre") == "DT003"
    for road in ("made", "grant", "country", "journal", "transfer"):
        assert await refused(connection, road, hoa, "club") == "42501", road
    async with on_road(connection, "unit", *HOA):
        assert await connection.fetchval(OPEN, new_id(), hoa, "club")


async def test_whoever_opens_a_unit_waits_for_whoever_draws_the_tree(connection):
    source = await connection.fetchval("select prosrc from pg_proc where proname = 'open_model_unit'")
    assert f"pg_advisory_xact_lock({TREE_LOCK})" in source


async def test_under_a_grant_no_model_is_seen_and_one_that_serves_can_be_named(world, connection):
    reply = await world.call("officer", "POST", "/v1/support-models", {"kind": "club", "name": "B93"})
    id = UUID(reply.json()["id"])
    await connection.execute("update support_model set state = 'active', founded_on = '2026-01-01' where id = $1", id)
    async with on_road(connection, "grant", *HOA):
        assert await connection.fetchval("select count(*) from support_model") == 0
        assert await connection.fetchval("select model_serves($1, 1111)", id) is True
        assert await connection.fetchval("select model_serves($1, 1140)", id) is False
