"""A province enters its own allowance rates: two persons, its own scope alone, never the past in silence (dossier §7.2)."""

from __future__ import annotations

import asyncpg
import pytest

from domain.law.rows import RULES
from tests.api.test_model_work import post, volunteer
from tests.api.test_support_models import made

NORTH, SOUTH = "01000", "02000"
MEMBER = next(rule for rule in RULES if rule.id == "pay.volunteer" and dict(rule.scope)["role"] == "member").as_data()


@pytest.fixture(autouse=True)
async def book(world):
    yield
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute("delete from law_rule where change_id is not null")
        await connection.execute("delete from law_change")
        await connection.execute("update law_state set version = version + 1")


def rate(version=11, n="0.7", first="2030-01-01", province=NORTH, **more):
    """A rate that the council of the province has set."""
    basis = [{"document": "12/2029/NQ-HĐND", "article": "2"}]
    told = {"version": version, "scope": {"province": province, "role": "member"}, "legal_basis": basis}
    value = MEMBER["value"] | {"n": n}
    return MEMBER | told | {"value": value, "valid_from": first, "valid_to": None, "confidence": "C"} | more


async def proposed(world, payload, user="province_officer", **more):
    body = {"kind": "rule", "payload": payload} | more
    return await world.call(user, "POST", "/v1/law-changes", body)


async def decided(world, id, to="approved", user="province_admin"):
    return await world.call(user, "POST", f"/v1/law-changes/{id}/transitions", {"to": to}, If_Match='"1"')


def flaws(reply):
    assert reply.status_code == 422, reply.text
    return {(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]}


async def test_two_of_the_province_set_its_rate_and_each_month_is_paid_by_the_rate_of_its_day(world):
    team = await made(world)
    member = volunteer(team, ("member", "2024-01-01", None), full_name="Lê Thị Bình")
    assert (await post(world, "volunteers", member)).status_code == 201
    for version, n, first in ((11, "0.7", "2030-01-01"), (12, "0.75", "2031-01-01")):
        reply = await proposed(world, rate(version, n, first))
        assert reply.status_code == 201, reply.text
        told = await decided(world, reply.json()["id"])
        assert (told.status_code, told.json()["state"]) == (200, "approved"), told.text
    rows = (await world.get("volunteer", "/v1/rules?rule=pay.volunteer&in_force_on=2030-06-30")).json()["data"]
    assert [(row["value"]["n"], row["valid_to"], row["legal_basis"][0]["document"]) for row in rows] == [
        ("0.7", "2030-12-31", "12/2029/NQ-HĐND")
    ]
    rates = {}
    for month in ("2029-12-01", "2030-01-01", "2030-12-31", "2031-01-01"):
        (line,) = (await world.get("officer", f"/v1/support-models/{team['id']}/allowances?month={month}")).json()
        rates[month] = line["rate"]
        assert all("2029/NQ" in cited["source"] for cited in line["rules"] if cited["rule"].startswith("pay."))
    assert rates == {"2029-12-01": None, "2030-01-01": 0.7, "2030-12-31": 0.7, "2031-01-01": 0.75}


async def test_by_graphql_a_rate_is_proposed_and_decided_alike(world):
    act = "mutation($new: NewLawChange!) {proposeLawChange(new: $new) {id state version}}"
    answer = await world.ask("province_admin", act, {"new": {"kind": "rule", "payload": rate()}})
    change = answer["data"]["proposeLawChange"]
    assert (change["state"], change["version"]) == ("proposed", 1)
    act = (
        'mutation($id: UUID!) {decideLawChange(id: $id, move: {to: approved}, given: {ifMatch: "1"})'
        " {state decidedBy proposedBy}}"
    )
    own = await world.ask("province_admin", act, {"id": change["id"]})
    assert own["errors"][0]["extensions"]["code"] == "two_persons_needed"
    told = (await world.ask("province_officer", act, {"id": change["id"]}))["data"]["decideLawChange"]
    assert told["state"] == "approved"
    assert told["decidedBy"] != told["proposedBy"]
    other = {"kind": "rule", "payload": rate(12, province=SOUTH)}
    answer = await world.ask(
        "province_admin", "mutation($new: NewLawChange!) {proposeLawChange(new: $new) {id}}", {"new": other}
    )
    assert answer["errors"][0]["extensions"]["errors"][0]["pointer"] == "/payload/scope/province"


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"scope": {"province": SOUTH, "role": "member"}}, ("/payload/scope/province", "not_in_scope")),
        ({"scope": {"role": "member"}}, ("/payload/scope/province", "not_in_scope")),
        ({"scope": {}}, ("/payload/scope/province", "not_in_scope")),
        ({"scope": {"province": NORTH, "role": "chief"}}, ("/payload/scope/role", "no_such_seat")),
        ({"scope": {"province": NORTH, "ward": "1"}}, ("/payload/scope", "unknown_field")),
        ({"value": MEMBER["value"] | {"n": "0"}}, ("/payload/value/n", "out_of_range")),
        ({"value": MEMBER["value"] | {"n": "10.01"}}, ("/payload/value/n", "out_of_range")),
        ({"value": MEMBER["value"] | {"n": "900000", "unit": "vnd"}}, ("/payload/value", "not_for_this_kind")),
        ({"value": MEMBER["value"] | {"comparison": "at_most"}}, ("/payload/value", "not_for_this_kind")),
        ({"selector": "today"}, ("/payload/selector", "not_for_this_kind")),
        ({"authority": "government"}, ("/payload/authority", "not_for_this_kind")),
        ({"legal_basis": [{"document": "HOUSE", "article": ""}]}, ("/payload/legal_basis", "no_resolution")),
        ({"legal_basis": [{"document": "12/2029/QĐ-UBND", "article": ""}]}, ("/rule/legal_basis", "unknown_document")),
        ({"legal_basis": []}, ("/rule/legal_basis", "unknown_document")),
        ({"valid_from": None}, ("/payload/valid_from", "required")),
        ({"valid_from": "2030-02-29"}, ("/rule", "not_a_rule")),
        ({"valid_from": "2026-01-01"}, ("/reason", "required_for_the_past")),
    ],
)
async def test_what_is_not_a_rate_of_the_province_is_refused_with_its_place(world, change, flaw):
    assert flaw in flaws(await proposed(world, rate() | change))
    assert await world.admin.fetchval("select count(*) from law_change") == 0


async def test_with_a_signed_reason_a_rate_for_the_past_is_entered(world):
    reply = await proposed(world, rate(first="2026-01-01"), reason="Nghị quyết đến muộn")
    assert reply.status_code == 201, reply.text
    assert reply.json()["reason"] == "Nghị quyết đến muộn"
    assert (await decided(world, reply.json()["id"])).status_code == 200


@pytest.mark.parametrize("user", ["province_officer", "province_admin"])
async def test_no_other_rule_and_no_day_of_the_calendar_is_a_provinces_to_change(world, user):
    base = next(rule for rule in RULES if rule.id == "base_salary" and rule.valid_to is None).as_data()
    other = base | {"version": 90, "valid_from": "2031-01-01"}
    day = {"day": "2030-01-02", "kind": "off", "reason": "holiday", "name": {"vi": "a", "en": "a"}, "source": "x"}
    for kind, payload in (("rule", other), ("day", day)):
        reply = await world.call(user, "POST", "/v1/law-changes", {"kind": kind, "payload": payload})
        assert (reply.status_code, reply.json()["code"]) == (403, "forbidden")
    assert await world.admin.fetchval("select count(*) from law_change") == 0


async def test_who_proposed_only_withdraws_and_another_province_does_not_hear_of_it(world):
    change = (await proposed(world, rate())).json()
    for to in ("approved", "rejected"):
        own = await decided(world, change["id"], to, "province_officer")
        assert (own.status_code, own.json()["code"]) == (409, "two_persons_needed")
    assert (await decided(world, change["id"], user="south_officer")).status_code == 404
    assert (await world.get("south_officer", f"/v1/law-changes/{change['id']}")).status_code == 404
    seen = {}
    for user in ("province_officer", "province_admin", "south_officer", "system_admin"):
        seen[user] = [row["id"] for row in (await world.get(user, "/v1/law-changes")).json()["data"]]
    mine = [change["id"]]
    assert seen == {"province_officer": mine, "province_admin": mine, "south_officer": [], "system_admin": mine}
    for user in ("officer", "area_officer", "country_reader", "inspector"):
        assert (await proposed(world, rate(), user)).status_code == 403
        assert (await decided(world, change["id"], user=user)).status_code == 403
    assert (await decided(world, change["id"], "withdrawn", "province_officer")).json()["state"] == "withdrawn"
    assert await world.admin.fetchval("select count(*) from law_rule where change_id is not null") == 0


async def test_a_proposal_of_the_whole_country_is_not_seen_in_a_province(world):
    reply = await proposed(world, rate(province="89"), "system_admin")
    assert reply.status_code == 201, reply.text
    for user in ("province_officer", "province_admin"):
        assert (await world.get(user, "/v1/law-changes")).json()["data"] == []
        assert (await decided(world, reply.json()["id"], user=user)).status_code == 404


async def test_a_version_that_is_taken_or_a_time_that_is_covered_is_refused_when_it_is_proposed(world):
    first = (await proposed(world, rate())).json()
    assert (await decided(world, first["id"])).status_code == 200
    assert (await proposed(world, rate())).json()["code"] == "rule_version_taken"
    assert (await proposed(world, rate(12))).json()["code"] == "rule_overlap"


async def test_the_database_itself_lets_a_province_put_in_its_own_rate_alone_and_never_its_proposers(world):
    change = (await proposed(world, rate())).json()
    row = '{"rule": "%s", "scope": {"province": "%s", "role": "member"}, "scope_key": "x", "valid_from": "2030-01-01"}'
    tries = [
        ("1000", "1999", "province_officer", "pay.volunteer", NORTH),
        ("2000", "2999", "south_officer", "pay.volunteer", NORTH),
        ("1000", "1999", "province_admin", "pay.volunteer", SOUTH),
        ("1000", "1999", "province_admin", "base_salary", NORTH),
    ]
    for lo, hi, user, rule, province in tries:
        async with world.admin.acquire() as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="another person of the province"):
                await as_province(
                    connection, lo, hi, world.users[user].account_id, change["id"], row % (rule, province)
                )
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local role road_unit")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("update law_rule set valid_to = null")


async def as_province(connection, lo, hi, account, change, row):
    async with connection.transaction():
        for name, value in (("lo", lo), ("hi", hi), ("account", str(account))):
            await connection.execute("select set_config($1, $2, true)", f"app.{name}", value)
        await connection.execute("set local role road_unit")
        await connection.execute("select set_rate($1, $2::jsonb)", change, row)
