"""What the journal did not keep is not told: reads that share a transaction, and parts of it that fail."""

from __future__ import annotations

from contextlib import suppress

import asyncpg
import pytest

from domain.access.scope import scope_of
from domain.refusals import Refusal


async def context_of(world, user):
    """The context of a request of this user, as the doorman makes it."""
    headers = [(name.lower().encode(), value.encode()) for name, value in world.users[user].headers.items()]
    return await world.house.doorman.context({"type": "http", "headers": headers})


async def kept(world, reply):
    rows = await world.admin.fetch(
        "select noun, outcome, subject_ids from journal_entry where request_id = $1 order by id",
        reply.headers["x-request-id"],
    )
    return [(row["noun"], row["outcome"], row["subject_ids"]) for row in rows]


@pytest.fixture(autouse=True)
async def no_plans_of_other_walls(world):
    """Tests before this one took walls down and up: connections that planned under them are replaced."""
    await world.house.pool.expire_connections()


async def test_one_document_leaves_a_row_for_each_of_its_reads_and_refusals(world):
    person, hidden = await world.person("hoa"), await world.person("bien")
    query = (
        f'{{ a: person(id: "{person}") {{ fullName }} b: person(id: "{hidden}") {{ fullName }}'
        " journal { nodes { id } } persons { nodes { id } } }"
    )
    reply = await world.call("officer", "POST", "/graphql", {"query": query})
    told = reply.json()
    assert told["data"]["a"]["fullName"]
    assert told["data"]["b"] is told["data"]["journal"] is None
    assert sorted(error["extensions"]["code"] for error in told["errors"]) == ["forbidden", "not_found"]
    assert sorted(await kept(world, reply), key=str) == sorted(
        [
            ("person", "read", [person]),
            ("person", "read", [hidden]),
            ("person", "read", [person]),
            ("journal_entry", "denied", []),
        ],
        key=str,
    )


async def test_a_document_of_several_reads_goes_on_under_the_actor_as_it_is_now(world):
    """The first read meets a unit that has been redrawn since; none of those after it may find a broken transaction."""
    person = await world.person("hoa")
    assert (await world.get("officer", f"/v1/persons/{person}")).status_code == 200
    await world.admin.execute("update unit set last_no = last_no - 1 where id = $1", world.units["hoa"])
    try:
        reply = await world.ask(
            "officer",
            f'{{ a: person(id: "{person}") {{ id }} b: person(id: "{person}") {{ id }} persons {{ nodes {{ id }} }} }}',
        )
    finally:
        await world.admin.execute("update unit set last_no = last_no + 1 where id = $1", world.units["hoa"])
    assert "errors" not in reply, reply
    assert reply["data"]["a"] == reply["data"]["b"] == {"id": str(person)}
    assert reply["data"]["persons"]["nodes"] == [{"id": str(person)}]


async def test_a_transaction_in_which_a_part_failed_tells_nothing(world):
    """A commit of it would be a rollback in silence, and the journal would lose what was shown."""
    ctx = await context_of(world, "officer")

    async def read_and_fail():
        async with ctx.store.reading(ctx, scope_of(ctx.actor, "read_person")) as records:
            await records.enter("auto")
            with suppress(asyncpg.DivisionByZeroError):
                await records.connection.execute("select 1 / 0")

    with pytest.raises(Refusal) as refused:
        await read_and_fail()
    assert refused.value.code == "internal"


async def test_a_right_that_the_database_withholds_is_a_refusal_and_no_fault(world):
    """Where the second wall says no by itself, the caller is told `forbidden`, and the journal says denied."""
    await world.admin.execute("revoke select on responsibility from road_unit")
    try:
        reply = await world.get("officer", "/v1/responsibilities")
    finally:
        await world.admin.execute("grant select on responsibility to road_unit")
    assert (reply.status_code, reply.json()["code"]) == (403, "forbidden")
    assert await kept(world, reply) == [("responsibility", "denied", [])]


async def test_a_replay_tells_no_feed_that_something_changed(world):
    """The outbox holds one row for one change, however often the answer is asked for again."""
    body = {"full_name": "Nguyễn Thị Mai"}
    replies = [await world.call("officer", "POST", "/v1/persons", body, Idempotency_Key="same") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [201, 200, 200]
    assert await world.admin.fetchval("select count(*) from outbox") == 1
    assert [(await kept(world, reply))[0][1] for reply in replies] == ["done", "replayed", "replayed"]


async def test_a_dry_run_on_a_fact_is_kept_under_its_person(world):
    """The journal of the person tells that somebody looked, whichever fact it was."""
    person = await world.person("hoa")
    home = await world.residence(person)
    path = f"/v1/residences/{home}"
    reply = await world.call("officer", "PATCH", path, {"address": "số 2"}, If_Match='"1"', Prefer="validate-only")
    assert reply.status_code == 200
    assert await kept(world, reply) == [("residence", "checked", [person])]
