"""The feed on the granted road: grants that overlap with writers, with each other and with the clock."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from api import following
from domain.ids import new_id
from persistence import change_hub
from tests.api.test_changes import after, events, refused, start, told, waiting
from tests.feeding import settled
from tests.world import hire, insert

GIVEN = (
    "insert into access_grant (id, person_id, grantee, reason, classes, valid_from, valid_to, name_sort_key)"
    " values ($1, $2, $3, 'assignment', $4, now() - interval '1 day', now() + interval '30 days', 'x')"
)


@pytest.fixture
async def writers(world, server, clone):
    """Two connections beside the service's own."""
    connections = [await asyncpg.connect(server.dsn(clone)) for _ in range(2)]
    yield connections
    for connection in connections:
        await connection.close()


async def all_told(world, user, cursor):
    """What a follower has after asking until nothing more is owed."""
    for _ in range(8):
        await told(world, user, cursor)
        if not await world.admin.fetchval("select exists (select from grant_telling)"):
            break
    return await told(world, user, cursor)


def grantee(world, user="volunteer"):
    return -world.users[user].account_no


# -- beside writers


async def test_a_row_written_while_its_person_is_being_granted_is_told_though_neither_sees_the_other(world, writers):
    person = await world.person(phone="+84301234567")
    phone = await world.admin.fetchval("select id from person_phone")
    cursor = await start(world, "volunteer")
    writer, granter = writers
    giving, writing = granter.transaction(), writer.transaction()
    await giving.start()
    await granter.execute(GIVEN, new_id(), person, grantee(world), ["person_phone"])
    await writing.start()
    await writer.execute("update person_phone set version = 7 where id = $1", phone)
    await giving.commit()
    await told(world, "volunteer", cursor)
    await writing.commit()
    found = await all_told(world, "volunteer", cursor)
    assert sorted((noun, kind) for noun, _, kind in found) == [
        ("person", "entered_scope"),
        ("person_phone", "entered_scope"),
        ("person_phone", "upsert"),
    ], "what was changed meanwhile comes again, and only that"
    page = await after(world, "volunteer", cursor)
    assert page["data"][-1]["version"] == 7
    assert await world.admin.fetchval("select count(*) from grant_telling") == 0


async def test_a_row_added_while_its_person_is_being_granted_is_told_and_one_voided_is_told_as_gone(world, writers):
    person = await world.person(phone="+84301234567")
    cursor = await start(world, "volunteer")
    writer, granter = writers
    async with writer.transaction():
        await writer.execute(
            "update person set voided_at = now(), void_reason = 'nhầm', version = 2 where id = $1", person
        )
        await writer.execute(
            "insert into person_phone (id, person_id, unit_no, made_unit_no, number_sealed, number_tail, number_blind,"
            " belongs_to) select $1, person_id, unit_no, made_unit_no, number_sealed, number_tail, number_blind, 'self' from person_phone",
            id := new_id(),
        )
        await granter.execute(GIVEN, new_id(), person, grantee(world), ["person_phone"])
    found = await all_told(world, "volunteer", cursor)
    assert ("person_phone", str(id), "upsert") in found
    kinds = [kind for noun, _, kind in found if noun == "person"]
    assert kinds == ["entered_scope", "delete"]


# -- beside each other


async def test_of_two_grants_ended_at_once_neither_thinks_that_the_other_still_shows_the_person(world, writers):
    person = await world.person()
    ids = [new_id(), new_id()]
    for id in ids:
        await world.admin.execute(GIVEN, id, person, grantee(world), [])
    cursor = await start(world, "volunteer")
    ends = [writer.transaction() for writer in writers]
    for writer, end, id in zip(writers, ends, ids, strict=True):
        await end.start()
        await writer.execute("update access_grant set valid_to = now() where id = $1", id)
    for end in ends:
        await end.commit()
    found = await all_told(world, "volunteer", cursor)
    assert found[-1] == ("person", str(person), "left_scope")
    assert (await world.get("volunteer", f"/v1/persons/{person}")).status_code == 404


async def test_a_grant_given_while_another_ends_leaves_the_person_in_sight(world, writers):
    person, old = await world.person(), new_id()
    await world.admin.execute(GIVEN, old, person, grantee(world), [])
    cursor = await start(world, "volunteer")
    giver, ender = writers
    async with giver.transaction():
        await giver.execute(GIVEN, new_id(), person, grantee(world), [])
        await ender.execute("update access_grant set valid_to = now() where id = $1", old)
    found = await all_told(world, "volunteer", cursor)
    assert ("person", str(person), "left_scope") in found, "each saw itself alone, or this test sees nothing"
    assert found[-1] == ("person", str(person), "entered_scope")
    assert (await world.get("volunteer", f"/v1/persons/{person}")).status_code == 200


# -- by the clock


async def shift(world, person, since, until):
    """Another validity, with nothing told: as if the clock had moved."""
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(
            "update access_grant set valid_from = now() + $2, valid_to = now() + $3 where person_id = $1",
            person,
            timedelta(seconds=since),
            timedelta(seconds=until),
        )


async def test_the_worker_tells_what_begins_and_ends_by_the_clock_though_nobody_asks(world, hand):
    begins, ends, later = [await world.person() for _ in range(3)]
    await world.grant(ends, "volunteer")
    future = datetime.now(UTC) + timedelta(hours=1)
    for person in (begins, later):
        row = {"id": new_id(), "person_id": person, "grantee": grantee(world), "reason": "assignment", "classes": []}
        rest = {"valid_from": future, "valid_to": future + timedelta(days=1), "name_sort_key": "x"}
        await insert(world.admin, "access_grant", row | rest)
    cursor = await start(world, "volunteer")
    await shift(world, begins, -1, 60)
    await shift(world, ends, -60, 0)
    await hand.settle_grants()
    rows = await world.admin.fetch("select subject_id, kind from row_change where grantee = $1", grantee(world))
    told_of = {(row["subject_id"], row["kind"]) for row in rows}
    assert {(begins, "entered_scope"), (ends, "left_scope")} <= told_of
    assert (later, "entered_scope") not in told_of
    assert {kind for _, _, kind in await told(world, "volunteer", cursor)} == {"entered_scope", "left_scope"}
    for _ in range(2):
        await settled(world.admin)
        await hand.settle_grants()
    assert await world.admin.fetchval("select count(*) from grant_telling") == 0


@pytest.mark.parametrize(("since", "until", "kind"), [(-60, 0.4, "left_scope"), (0.4, 60, "entered_scope")])
async def test_who_waits_is_told_of_what_the_clock_does_within_the_tick(world, since, until, kind, monkeypatch):
    monkeypatch.setattr(change_hub, "TICK", 0.5)
    monkeypatch.setattr(change_hub, "SETTLED", 0.2)
    person = await world.person()
    await world.grant(person, "volunteer")
    if since > 0:
        await world.admin.execute("update access_grant set valid_to = now()")
    cursor = await start(world, "volunteer")
    await all_told(world, "volunteer", cursor)
    cursor = await start(world, "volunteer")
    await shift(world, person, since, until)
    began = time.monotonic()
    wait = asyncio.create_task(world.get("volunteer", f"/v1/changes?cursor={cursor}&wait=30"))
    reply = await asyncio.wait_for(wait, 15)
    assert [(e["id"], e["kind"]) for e in reply.json()["data"]] == [(str(person), kind)]
    assert time.monotonic() - began < 4


@pytest.fixture
async def moving(world):
    """An officer whose post ends in a moment, and another begins that very moment in another commune."""
    user = world.users["moving"] = await hire(world, f"moving_{new_id().hex[-6:]}", "commune_officer", "hoa")
    cursor = await start(world, "moving")
    at = datetime.now(UTC) + timedelta(seconds=0.8)
    await world.admin.execute("update appointment set valid_to = $2 where id = $1", user.appointment_id, at)
    post = {"id": new_id(), "account_id": user.account_id, "role": "commune_officer", "valid_from": at}
    await insert(world.admin, "appointment", post | {"unit_id": world.units["binh"], "unit_no": world.no("binh")})
    yield cursor
    world.users.pop("moving")


async def test_a_post_that_ends_and_one_that_begins_by_the_clock_are_410_to_who_waits(world, moving):
    """403 to the question under the ended post, 410 to the next."""
    assert (await world.get("moving", f"/v1/changes?cursor={moving}")).status_code == 200, "in force until then"
    waited = await refused(world, "moving", f"/v1/changes?cursor={moving}&wait=2")
    assert waited in ((403, "no_appointment"), (410, "scope_changed"))
    assert await refused(world, "moving", f"/v1/changes?cursor={moving}") == (410, "scope_changed")
    assert await told(world, "moving", await start(world, "moving")) == []


async def test_a_stream_notices_at_its_next_heartbeat_that_the_post_ended_by_the_clock(world, moving, monkeypatch):
    monkeypatch.setattr(following, "HEARTBEAT", 0.3)
    _, found = await asyncio.wait_for(events(world, "moving", f"/v1/changes?cursor={moving}", 1), 10)
    assert (found[-1][0], found[-1][2]["code"]) == ("problem", "no_appointment")


async def test_nothing_of_the_old_unit_is_told_once_the_post_has_ended_though_the_wait_began_before(world, moving):
    wait = asyncio.create_task(world.get("moving", f"/v1/changes?cursor={moving}&wait=20"))
    await waiting(world)
    async with asyncio.timeout(5):
        while not await world.admin.fetchval(  # noqa: ASYNC110 - of the clock
            "select now() > valid_from from appointment where account_id = $1 order by valid_from desc limit 1",
            world.users["moving"].account_id,
        ):
            await asyncio.sleep(0.05)
    await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Thị Na"})
    reply = await asyncio.wait_for(wait, 5)
    assert (reply.status_code, reply.json()["code"]) == (403, "no_appointment")
    assert await refused(world, "moving", f"/v1/changes?cursor={moving}") == (410, "scope_changed")
