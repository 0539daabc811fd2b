"""Who is no longer there, and what is no longer theirs: gone on the very next request, whatever the process remembers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.ids import new_id
from tests.access.moving import everything, moved
from tests.world import hire


@pytest.fixture
async def newcomer(world):
    """An officer of hoa, known to the process already, so that what it remembers of them is put to the test."""
    world.users["newcomer"] = await hire(world, "newcomer", "commune_officer", "hoa")
    assert (await world.get("newcomer", "/v1/persons")).status_code == 200
    yield world.users["newcomer"]
    await gone(world, "newcomer")


async def gone(world, name):
    account = world.users.pop(name).account_id
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        for table, column in (("session", "account_id"), ("appointment", "account_id"), ("account", "id")):
            await connection.execute(f"delete from {table} where {column} = $1", account)


ENDINGS = {
    "appointment ended": ("update appointment set valid_to = now() - interval '1 ms' where account_id = $1", 403),
    "appointment to come": ("update appointment set valid_from = now() + interval '1 h' where account_id = $1", 403),
    "account closed": ("update account set state = 'closed', closed_at = now() where id = $1", 401),
    "account invited anew": ("update account set state = 'invited' where id = $1", 401),
    "session ended": ("update session set ended_at = now() where account_id = $1", 401),
    "session run out": ("update session set expires_at = now() - interval '1 s' where account_id = $1", 401),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_who_is_no_longer_there_is_refused_on_the_very_next_request(world, newcomer, ending):
    """Reads, writes and dry runs, both doors, though the process has the actor in memory (S7)."""
    person = await world.person("hoa")
    sql, status = ENDINGS[ending]
    await world.admin.execute(sql, newcomer.account_id)
    before = await everything(world)
    replies = [
        await world.get("newcomer", f"/v1/persons/{person}"),
        await world.call("newcomer", "POST", "/v1/persons", {"full_name": "Lê Mai"}),
        await world.call("newcomer", "PATCH", f"/v1/persons/{person}", {"occupation": "x"}, If_Match='"1"'),
        await world.call("newcomer", "POST", "/v1/persons", {"full_name": "Lê Mai"}, Prefer="validate-only"),
        await world.call("newcomer", "POST", "/v1/persons:search", {"q": "nguyen duc"}),
        await world.get("newcomer", "/v1/me"),
    ]
    assert [reply.status_code for reply in replies] == [status] * len(replies), ending
    graph = await world.call("newcomer", "POST", "/graphql", {"query": "{ persons { nodes { id fullName } } }"})
    codes = {401: "unauthenticated", 403: "no_appointment"}
    assert codes[status] in graph.text
    assert str(person) not in graph.text
    assert await everything(world) == before


async def test_a_dismissal_through_the_api_acts_on_the_very_next_request(world, newcomer):
    path = f"/v1/appointments/{newcomer.appointment_id}/end"
    assert (await world.call("province_admin", "POST", path, {}, If_Match='"1"')).status_code == 200
    assert (await world.get("newcomer", "/v1/persons")).json()["code"] == "no_appointment"


async def test_a_closed_account_is_out_on_the_very_next_request(world, newcomer):
    told = await world.call("province_admin", "DELETE", f"/v1/users/{newcomer.account_id}", If_Match='"1"')
    assert told.status_code == 200, told.text
    assert (await world.get("newcomer", "/v1/persons")).status_code == 401


async def test_a_change_of_role_acts_on_the_very_next_request(world, newcomer):
    """The same session, the same token, another role: what the process remembers is not trusted."""
    person = await world.person("hoa", national_id="000799999992")
    assert (await world.get("newcomer", f"/v1/persons/{person}")).json()["national_id"] == "000799999992"
    await world.admin.execute("update appointment set role = 'volunteer' where id = $1", newcomer.appointment_id)
    assert (await world.get("newcomer", f"/v1/persons/{person}")).status_code == 404
    await world.grant(person, "newcomer", "person_identifier")
    told = (await world.get("newcomer", f"/v1/persons/{person}")).json()
    assert told["national_id"] == "•••••••••992"


async def test_a_move_to_another_unit_acts_on_the_very_next_request(world, newcomer):
    here, there = await world.person("hoa"), await world.person("binh")
    await world.admin.execute(
        "update appointment set unit_id = $2, unit_no = $3 where id = $1",
        *(newcomer.appointment_id, world.units["binh"], world.no("binh")),
    )
    assert (await world.get("newcomer", f"/v1/persons/{here}")).status_code == 404
    assert (await world.get("newcomer", f"/v1/persons/{there}")).status_code == 200


@pytest.fixture
async def redrawing(world):
    """Redraw a unit's interval; afterwards all stand as before."""
    before = await world.admin.fetch("select id, no, last_no, valid_to from unit")

    async def redraw(unit, **facts):
        sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(facts, 2))
        await world.admin.execute(f"update unit set {sets} where id = $1", world.units[unit], *facts.values())

    yield redraw
    for row in before:
        await world.admin.execute("update unit set no = $2, last_no = $3, valid_to = $4 where id = $1", *row)


async def test_a_redrawn_interval_acts_on_the_very_next_request(world, redrawing):
    """A stale interval finds nothing; the actor is read again and meets the new one (rulings 1)."""
    old, new = await world.person("hoa"), await world.person("hoa")
    assert len((await world.get("officer", "/v1/persons")).json()["data"]) == 2
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("update responsibility set unit_no = 1171 where person_id = $1", new)
        await connection.execute("update person set unit_no = 1171 where id = $1", new)
    await redrawing("hoa", no=1171, last_no=1179)
    page = (await world.get("officer", "/v1/persons")).json()["data"]
    assert [row["id"] for row in page] == [str(new)]
    assert (await world.get("officer", f"/v1/persons/{old}")).status_code == 404
    made = await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Mai"})
    assert made.status_code == 201, made.text
    assert await world.admin.fetchval("select unit_no from person where id = $1", made.json()["id"]) == 1171


async def test_a_narrowed_interval_hides_what_fell_out_of_it_at_once(world, redrawing):
    inside, outside = await world.person("hoa"), await world.person("binh")
    assert (await world.get("area_officer", f"/v1/persons/{outside}")).status_code == 200
    await redrawing("area", last_no=1139)
    assert (await world.get("area_officer", f"/v1/persons/{outside}")).status_code == 404
    assert (await world.get("area_officer", f"/v1/persons/{inside}")).status_code == 200


async def test_a_unit_that_ends_keeps_its_own_period_and_nothing_later(world, redrawing):
    person = await world.person("hoa")
    home = await world.residence(person, "hoa")
    assert (await world.get("officer", f"/v1/persons/{person}")).status_code == 200
    await redrawing("hoa", valid_to=datetime.now(UTC).date() - timedelta(days=2))
    assert (await world.get("officer", f"/v1/persons/{person}")).status_code == 404
    assert (await world.get("officer", f"/v1/residences/{home}")).status_code == 200
    assert (await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Mai"})).status_code == 403


async def test_of_two_appointments_only_the_one_acted_as_counts(world):
    """Powers of two posts never add up; somebody else's appointment is nobody's."""
    world.users["double"] = await hire(world, "double", "commune_officer", "hoa")
    second = new_id()
    await world.admin.execute(
        "insert into appointment (id, account_id, role, unit_id, unit_no, valid_from) values ($1, $2, $3, $4, $5, $6)",
        *(second, world.users["double"].account_id, "commune_officer", world.units["bien"], world.no("bien")),
        datetime(2025, 1, 1, tzinfo=UTC),
    )
    try:
        here, there = await world.person("hoa"), await world.person("bien")
        for acting, seen, unseen in ((None, here, there), (str(second), there, here)):
            headers = {"Acting_As": acting} if acting else {}
            assert (await world.get("double", f"/v1/persons/{seen}", **headers)).status_code == 200
            assert (await world.get("double", f"/v1/persons/{unseen}", **headers)).status_code == 404
        stolen = str(world.users["province_officer"].appointment_id)
        assert (await world.get("double", f"/v1/persons/{here}", Acting_As=stolen)).status_code == 403
    finally:
        await gone(world, "double")


async def test_a_person_who_moved_is_gone_on_the_very_next_request(world):
    person = await world.person("hoa")
    assert (await world.get("officer", f"/v1/persons/{person}")).status_code == 200
    await moved(world, person, "binh")
    assert (await world.get("officer", f"/v1/persons/{person}")).status_code == 404
    assert (await world.get("neighbour", f"/v1/persons/{person}")).status_code == 200
    assert (
        await world.call("officer", "PATCH", f"/v1/persons/{person}", {"occupation": "x"}, If_Match='"1"')
    ).status_code == 404
    former = await world.get("officer", "/v1/responsibilities?via=made&ended=true")
    assert [row["person_id"] for row in former.json()["data"]] == [str(person)]
