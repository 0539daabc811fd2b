"""The first message of a transaction: who acts is read there by the database; nothing of it reaches the next borrower."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import asyncpg
import pytest

from domain.ids import new_id
from domain.reading import Road, Scope
from domain.refusals import Refusal
from persistence.pools import acquired
from persistence.records import opening, quoted
from tests.persistence.walls.ground import context, described, scope

LEFT = (
    "select current_user::text, coalesce(current_setting('app.lo', true), ''),"
    " coalesce(current_setting('app.grantees', true), ''), coalesce(current_setting('app.account', true), '')"
)


@pytest.fixture
async def service(service_dsn):
    connection = await asyncpg.connect(service_dsn)
    yield connection
    await connection.close()


async def officer(world, name="officer"):
    user = world.users[name]
    return await described(world.admin, user.session_id, user.appointment_id)


async def clean(connection) -> bool:
    return tuple(await connection.fetchrow(LEFT)) == ("app_rw", "", "", "")


# -- who acts ------------------------------------------------------------------------------------------------------


async def test_the_interval_is_the_databases_and_not_the_callers(world, service):
    who = await officer(world)
    claimed = Scope(Road.UNIT, "commune", 1, 99_999, "read_person")
    await service.execute(opening(context(who), claimed))
    settings = await service.fetchrow("select current_setting('app.lo')::int, current_setting('app.hi')::int")
    await service.execute("rollback")
    assert tuple(settings) == (who.unit_no, who.last_no)


@pytest.mark.parametrize(
    "change",
    [
        "update session set ended_at = now() where id = $1",
        "update session set expires_at = now() where id = $1",
        "update account set state = 'closed' where id = (select account_id from session where id = $1)",
        "update appointment set valid_to = now() where account_id = (select account_id from session where id = $1)",
        (
            "update unit set last_no = last_no - 1 where id = (select unit_id from appointment p join session s"
            " on s.account_id = p.account_id where s.id = $1)"
        ),
    ],
    ids=["session ended", "session expired", "account closed", "appointment ended", "unit redrawn"],
)
async def test_a_changed_actor_is_refused_in_the_transaction_itself(world, service, change):
    """However long the memory of a process, what has ended has ended at once."""
    who = await officer(world)
    async with world.admin.acquire() as admin:
        outer = admin.transaction()
        await outer.start()
        await admin.execute("set local session_replication_role = replica")
        await admin.execute(change, who.session_id)
        with pytest.raises(asyncpg.PostgresError) as refused:
            await admin.execute(opening(context(who), scope(who, Road.UNIT)).removeprefix("begin; "))
        await outer.rollback()
    assert refused.value.sqlstate == "DT001"


async def test_another_persons_appointment_opens_nothing(world, service):
    mine, other = await officer(world), await officer(world, "stranger")
    borrowed = replace(mine, appointment_id=other.appointment_id)
    with pytest.raises(asyncpg.PostgresError) as refused:
        await service.execute(opening(context(borrowed), scope(borrowed, Road.UNIT)))
    assert refused.value.sqlstate == "DT001"


async def test_only_the_roads_can_be_taken(world, service):
    who = await officer(world)
    message = opening(context(who), scope(who, Road.UNIT)).replace("'unit'", "'transfer'")
    with pytest.raises(asyncpg.PostgresError) as refused:
        await service.execute(message)
    assert refused.value.sqlstate == "DT002"


@pytest.mark.parametrize("word", ["a'b", "x; drop table person", "é", "a b", "a\\b", "(", "a\nb"])
def test_no_word_of_a_caller_can_leave_its_quotes(word):
    with pytest.raises(ValueError, match="plain"):
        quoted(word)


async def test_one_who_may_act_for_their_own_unit_only_gets_one_number(world, service):
    who = await officer(world)
    await service.execute(opening(context(who), scope(who, Road.UNIT, own=True)))
    lo_hi = await service.fetchrow("select current_setting('app.lo'), current_setting('app.hi')")
    await service.execute("rollback")
    assert lo_hi[0] == lo_hi[1] == str(who.unit_no)


# -- what is left for the next -------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["commit", "rollback"])
async def test_after_a_transaction_the_connection_is_nobody_again(world, service, end):
    who = await officer(world)
    await service.execute(opening(context(who), scope(who, Road.UNIT)))
    assert not await clean(service)
    await service.execute(end)
    assert await clean(service)


@pytest.mark.parametrize("state", ["a refusal", "a failed statement", "a bug", "nothing wrong"])
async def test_a_connection_given_back_in_any_state_gives_the_next_borrower_nothing(world, state):
    who, register = await officer(world), world.house.register
    raised = {"a refusal": Refusal("not_found"), "a bug": RuntimeError("a bug")}
    with suppress(Refusal, RuntimeError, asyncpg.PostgresError):
        async with register.records(context(who), scope(who, Road.UNIT)) as records:
            await records.version("person", new_id(), within=scope(who, Road.UNIT))
            if state == "a failed statement":
                await records.connection.execute("select 1/0")
            if state in raised:
                raise raised[state]
    for _ in range(world.house.pool.get_size()):
        async with acquired(register.pool) as connection:
            assert not connection.is_in_transaction()
            assert await clean(connection)
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch("select id from person")


async def test_a_transaction_left_open_by_mistake_is_rolled_back_with_its_role(service_dsn):
    """Not even a connection handed back in the middle keeps its road."""
    async with asyncpg.create_pool(service_dsn, min_size=1, max_size=1) as pool:
        async with pool.acquire() as connection:
            await connection.execute("begin; set local role road_country")
            await connection.execute("rollback")
        async with pool.acquire() as connection:
            assert await clean(connection)
