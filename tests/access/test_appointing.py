"""Who may appoint whom: every giver × role × unit of a small world, through the API, against a model of its own."""

from __future__ import annotations

import itertools
from uuid import uuid4

from domain.access.policy import Role
from domain.ids import new_id
from tests.access.asking import posts
from tests.access.knocking import knock
from tests.access.model import LAW, ended, includes, reach, strictly_below
from tests.access.register import above_home
from tests.world import UNITS, hire

PROPOSE = """mutation($new: NewAccount!) { createAccount(new: $new, given: {validateOnly: true}) {id state} }"""


def allowed(giver, role, unit):
    """Strictly below, held at that level, and every power included."""
    below = strictly_below(unit, giver.unit) and UNITS[unit][0] in LAW[Role(role)].levels
    return below and includes(giver.role, role)


def givers(register):
    """Everybody who may appoint at all, and one of each other role."""
    everyone = posts(register.world)
    may = [post for post in everyone if reach(post, "appoint")]
    others = {post.role: post for post in everyone if not reach(post, "appoint")}
    return may, list(others.values())


async def proposed(world, giver, role, unit, **more):
    body = {"user_name": f"new.{uuid4().hex[:12]}", "display_name": "Người mới", "role": role}
    body |= {"unit_id": str(world.units[unit])} | more
    headers = world.users[giver.name].headers | {"Prefer": "validate-only"}
    return await knock(world.app, "POST", "/v1/users", headers, body)


async def test_a_role_is_given_only_from_strictly_above_and_only_with_powers_included(register):
    """Exhaustive: 0 escalations and 0 wrong refusals."""
    may, others = givers(register)
    wrong, given = [], 0
    for giver, role, unit in itertools.product(may, Role, UNITS):
        reply = await proposed(register.world, giver, role.value, unit)
        expected = allowed(giver, role.value, unit) and not ended(giver.unit)
        given += reply.status == 200
        if (reply.status == 200) != expected or reply.status not in (200, 403, 422):
            wrong.append((giver.name, role.value, unit, reply.status))
    for giver in others:
        reply = await proposed(register.world, giver, "volunteer", "hoa_club")
        wrong += [(giver.name, reply.status)] if reply.status != 403 else []
    assert not wrong, wrong[:20]
    assert given > 100


async def test_graphql_appoints_by_the_same_rule(register):
    may, _others = givers(register)
    wrong = []
    for place, (giver, role, unit) in enumerate(itertools.product(may, Role, UNITS)):
        if place % 11:
            continue
        new = {"userName": f"new.{uuid4().hex[:12]}", "displayName": "Người mới", "role": role.value}
        new |= {"unitId": str(register.world.units[unit])}
        told = await register.world.ask(giver.name, PROPOSE, {"new": new})
        if ("errors" not in told) != (allowed(giver, role.value, unit) and not ended(giver.unit)):
            wrong.append((giver.name, role.value, unit, told))
    assert not wrong, wrong[:5]


async def test_nobody_appoints_themselves_or_a_peer(register):
    """Not even to a lesser role below: an own account is not found, as is every account of the own unit."""
    world = register.world
    for giver in givers(register)[0]:
        for user in world.users.values():
            if user.unit == giver.unit:
                body = {"role": "volunteer", "unit_id": str(world.units["hoa_club"])}
                told = await world.call(giver.name, "POST", f"/v1/users/{user.account_id}/appointments", body)
                assert told.status_code == (403 if ended(giver.unit) else 404), (giver.name, user.name, told.text)


async def test_an_account_with_a_post_above_is_out_of_hand_for_whoever_stands_between(settled):
    """Who renews its credentials would sign in as that post: neither renewed, closed, renamed nor appointed."""
    world = settled
    world.users["two_posts"] = await hire(world, "two_posts", "volunteer", "hoa_club")
    await above_home(world, "two_posts", "province_officer", "north")
    path = f"/v1/users/{world.users['two_posts'].account_id}"
    appointment = {"role": "volunteer", "unit_id": str(world.units["hoa_station"])}
    before = await world.admin.fetch("select * from account order by id")
    for method, target, body in (
        ("POST", f"{path}/credentials", None),
        ("DELETE", path, None),
        ("PATCH", path, {"display_name": "Khác"}),
        ("POST", f"{path}/appointments", appointment),
    ):
        told = await world.call("leader", method, target, body, If_Match='"1"')
        assert (told.status_code, told.json()["code"]) == (403, "powers_not_included"), (method, target)
    assert await world.admin.fetch("select * from account order by id") == before
    row = await world.admin.fetchrow("select * from journal_entry order by id desc limit 1")
    assert (row["act"], row["outcome"]) == ("appoint", "denied")
    assert row["subject_ids"] == [world.users["two_posts"].account_id]
    renewed = await world.call("system_admin", "POST", f"{path}/credentials", If_Match='"1"')
    assert renewed.status_code == 200
    await dismissed(world, "two_posts")


async def test_an_account_with_a_role_one_cannot_give_is_out_of_hand(settled):
    """A centre's account at an organisation below has powers that a commune's leader has not."""
    world = settled
    world.users["odd_centre"] = await hire(world, "odd_centre", "rehab_centre", "hoa_club")
    path = f"/v1/users/{world.users['odd_centre'].account_id}/credentials"
    assert includes("commune_leader", "rehab_centre") is False
    assert (await world.call("leader", "POST", path, If_Match='"1"')).json()["code"] == "powers_not_included"
    assert (await world.call("province_admin", "POST", path, If_Match='"1"')).status_code == 200
    await dismissed(world, "odd_centre")


async def test_an_appointment_is_made_ended_and_made_again_but_never_twice_at_once(settled):
    world = settled
    world.users["helper"] = await hire(world, "helper", "volunteer", "hoa_club")
    path = f"/v1/users/{world.users['helper'].account_id}/appointments"
    body = {"role": "counsellor", "unit_id": str(world.units["hoa_club"]), "id": str(new_id())}
    made = await world.call("leader", "POST", path, body)
    assert made.status_code == 201, made.text
    twice = await world.call("leader", "POST", path, body | {"id": str(new_id())})
    assert (twice.status_code, twice.json()["code"]) == (409, "appointment_overlaps")
    ended_ = await world.call("leader", "POST", f"/v1/appointments/{body['id']}/end", {}, If_Match='"1"')
    assert ended_.status_code == 200, ended_.text
    assert (await world.call("leader", "POST", path, body | {"id": str(new_id())})).status_code == 201
    await dismissed(world, "helper")


async def dismissed(world, name):
    """Out of the world again: other tests count accounts."""
    account = world.users.pop(name).account_id
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        for table, column in (("session", "account_id"), ("appointment", "account_id"), ("account", "id")):
            await connection.execute(f"delete from {table} where {column} = $1", account)
