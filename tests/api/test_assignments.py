"""Who looks after whom: what a volunteer sees comes and goes with the assignment (dossier §17)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()


@pytest.fixture
async def person(world):
    return await world.person("hoa", "Nguyễn Thị Mai", phone="+84912345678")


def caring(world, person, user="volunteer", role="volunteer", **more):
    whom = {"account_id": str(world.users[user].account_id)}
    return {"person_id": str(person), "role": role, "valid_from": str(TODAY), **whom, **more}


async def assigned(world, person, **more):
    reply = await world.call("officer", "POST", "/v1/assignments", caring(world, person, **more))
    assert reply.status_code == 201, reply.text
    return reply.json()


async def test_a_volunteer_sees_exactly_who_was_assigned(world, person):
    await world.person("hoa", "Lê Văn Ba")
    assert (await world.get("volunteer", f"/v1/persons/{person}")).status_code == 404
    made = await assigned(world, person)
    assert made["consequences"][0]["kind"] == "gains_access"
    assert "counselling_contact" in made["consequences"][0]["nouns"]
    listed = (await world.get("volunteer", "/v1/persons?include=phones")).json()["data"]
    assert [row["id"] for row in listed] == [str(person)]
    assert len(listed[0]["phones"]) == 1
    seen = (await world.get("volunteer", f"/v1/assignments/{made['id']}")).json()
    assert seen["role"] == "volunteer"


async def test_leaving_cuts_access_at_once(world, person):
    made = await assigned(world, person)
    last = {"valid_to": str(TODAY), "end_reason": "Nghỉ việc"}
    reply = await world.call("officer", "PATCH", f"/v1/assignments/{made['id']}", last, If_Match='"1"')
    assert reply.json()["consequences"][0]["kind"] == "loses_access"
    assert (await world.get("volunteer", f"/v1/persons/{person}")).status_code == 404
    assert (await world.get("volunteer", "/v1/persons")).json()["data"] == []


async def test_an_assignment_to_come_opens_nothing_yet_and_one_with_a_last_day_ends_after_it(world, person):
    await assigned(world, person, valid_from=str(TODAY + timedelta(days=2)), valid_to=str(TODAY + timedelta(days=9)))
    assert (await world.get("volunteer", f"/v1/persons/{person}")).status_code == 404
    since, until = await world.admin.fetchrow("select valid_from, valid_to from access_grant")
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    assert since.astimezone(zone).date() == TODAY + timedelta(days=2)
    assert until == datetime.combine(TODAY + timedelta(days=10), datetime.min.time(), zone)


async def test_a_voided_assignment_opens_nothing(world, person):
    made = await assigned(world, person)
    reply = await world.call("officer", "DELETE", f"/v1/assignments/{made['id']}", {"reason": "nhầm"}, If_Match='"1"')
    assert reply.status_code == 200, reply.text
    assert (await world.get("volunteer", f"/v1/persons/{person}")).status_code == 404


async def test_validate_only_tells_who_would_see_the_person_and_opens_nothing(world, person):
    body = caring(world, person, "counsellor", "counsellor")
    reply = await world.call("officer", "POST", "/v1/assignments", body, Prefer="validate-only")
    assert reply.json()["consequences"][0]["account_id"] == str(world.users["counsellor"].account_id)
    assert await world.admin.fetchval("select count(*) from access_grant") == 0


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"account_id": None}, "/account_id", "required"),
        ({"role": "counsellor"}, "/account_id", "not_of_this_unit"),
        ({"user": "neighbour"}, "/account_id", "not_of_this_unit"),
        ({"valid_to": "2020-01-01"}, "/valid_to", "ends_before_it_starts"),
        ({"role": "health_station"}, "/carer_unit_id", "required"),
    ],
)
async def test_only_who_works_there_in_that_role_is_assigned(world, person, change, pointer, code):
    body = {k: v for k, v in caring(world, person, **change).items() if v is not None}
    reply = await world.call("officer", "POST", "/v1/assignments", body)
    assert reply.status_code == 422, reply.text
    assert (pointer, code) in [(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]]


async def test_a_health_station_is_assigned_as_a_unit_and_reads_on_the_same_road(world, person):
    body = {
        "person_id": str(person),
        "role": "health_station",
        "carer_unit_id": str(world.units["hoa_station"]),
        "valid_from": str(TODAY),
    }
    made = await world.call("officer", "POST", "/v1/assignments", body)
    assert made.status_code == 201, made.text
    assert (await world.get("health_station", f"/v1/persons/{person}")).status_code == 200


@pytest.mark.parametrize("user", ["volunteer", "club_board", "police", "province_officer", "rehab_centre"])
async def test_who_may_not_assign_is_refused(world, person, user):
    reply = await world.call(user, "POST", "/v1/assignments", caring(world, person))
    assert reply.status_code == 403, reply.text


async def test_a_person_elsewhere_cannot_be_assigned(world):
    body = caring(world, await world.person("binh"))
    assert (await world.call("officer", "POST", "/v1/assignments", body)).status_code == 404


async def test_both_doors_tell_the_same(world, person):
    made = await assigned(world, person)
    query = f'{{ assignment(id: "{made["id"]}") {{ role validFrom person {{ fullName }} }} assignments {{ nodes {{ id }} }} }}'
    told = await world.ask("officer", query)
    assert told["data"]["assignment"]["person"] == {"fullName": "Nguyễn Thị Mai"}
    assert told["data"]["assignments"]["nodes"] == [{"id": made["id"]}]
    act = (
        f'mutation {{ amendAssignment(id: "{made["id"]}", patch: {{validTo: "{TODAY}"}}, given: {{ifMatch: "1"}})'
        " { validTo consequences version } }"
    )
    told = await world.ask("officer", act)
    assert told["data"]["amendAssignment"]["version"] == 2
    assert (await world.get("volunteer", f"/v1/persons/{person}")).status_code == 404


async def test_a_counsellor_of_form_59_sees_the_person_while_the_assignment_lasts(world, person):
    case = await opened(world, person)
    body = {"name": "Lê Cúc", "decided_on": str(TODAY), "valid_from": str(TODAY)}
    body["account_id"] = str(world.users["counsellor"].account_id)
    path = f"/v1/cases/{case}/assignments"
    checked = await world.call("officer", "POST", path, body, Prefer="validate-only")
    assert checked.json()["consequences"][0]["kind"] == "gains_access"
    assert (await world.get("counsellor", f"/v1/cases/{case}")).status_code == 404
    made = (await world.call("officer", "POST", path, body)).json()
    assert (await world.get("counsellor", f"/v1/cases/{case}")).status_code == 200
    end = f"/v1/case-assignments/{made['id']}/end"
    ended = await world.call("officer", "POST", end, {"valid_to": str(TODAY)}, If_Match='"1"')
    assert ended.json()["consequences"][0]["kind"] == "loses_access"
    assert (await world.get("counsellor", f"/v1/cases/{case}")).status_code == 404


async def test_an_officer_assigned_to_a_case_needs_no_grant_and_a_stranger_is_refused(world, person):
    case = await opened(world, person)
    body = {"name": "Lê Cúc", "decided_on": str(TODAY), "valid_from": str(TODAY)}
    for user, status in (("leader", 201), ("neighbour", 422)):
        whose = body | {"account_id": str(world.users[user].account_id)}
        reply = await world.call("officer", "POST", f"/v1/cases/{case}/assignments", whose)
        assert reply.status_code == status, reply.text
    assert await world.admin.fetchval("select count(*) from access_grant") == 0


async def test_a_case_that_ends_lets_its_counsellor_go(world, person):
    case = await opened(world, person)
    body = {"name": "Lê Cúc", "decided_on": str(TODAY), "valid_from": str(TODAY)}
    body["account_id"] = str(world.users["counsellor"].account_id)
    await world.call("officer", "POST", f"/v1/cases/{case}/assignments", body)
    paper = {"number": "1/QĐ", "dated": str(TODAY), "authority": "UBND phường"}
    move = {"to": "annulled", "on": str(TODAY), "reason": "mở nhầm", "document": paper}
    version = (await world.get("officer", f"/v1/cases/{case}")).headers["etag"]
    ended = await world.call("leader", "POST", f"/v1/cases/{case}/transitions", move, If_Match=version)
    assert ended.status_code == 200, ended.text
    assert (await world.get("counsellor", f"/v1/persons/{person}")).status_code == 404


async def test_a_hand_over_ends_who_looked_after_the_person_for_the_old_unit(world, person):
    made = await assigned(world, person)
    body = {"person_id": str(person), "unit_id": str(world.units["binh"]), "reason": "chuyển nơi cư trú"}
    given = await world.call("officer", "POST", "/v1/handovers", body)
    assert given.status_code == 201, given.text
    path = f"/v1/handovers/{given.json()['id']}/transitions"
    taken = await world.call("neighbour", "POST", path, {"to": "accepted"}, If_Match='"1"')
    assert taken.status_code == 200, taken.text
    assert (await world.get("volunteer", f"/v1/persons/{person}")).status_code == 404
    seen = (await world.get("neighbour", f"/v1/assignments/{made['id']}")).json()
    assert seen["valid_to"] == str(TODAY)


async def opened(world, person):
    body = {
        "person_id": str(person),
        "trigger": "self_report",
        "pathway": "voluntary_facility_public",
        "completed_on": "2026-05-04",
        "self_reported_on": "2026-05-05",
    }
    made = await world.call("officer", "POST", "/v1/cases", body)
    assert made.status_code == 201, made.text
    return made.json()["id"]
