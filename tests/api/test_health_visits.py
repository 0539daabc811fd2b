"""Visits to the health station: others see at most that there was one, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.health.noun import VISIT
from domain.nouns import NOUNS
from tests.api.test_counselling import TODAY, assign, flaws

FOUND = {
    "visit_kind": "examination",
    "complaint": "Ho kéo dài",
    "findings": "Họng đỏ",
    "treatment": "Nghỉ ngơi",
    "advice": "Uống nước ấm",
}


@pytest.fixture
async def person(world):
    found = await world.person("hoa", "Nguyễn Thị Mai")
    body = {
        "person_id": str(found),
        "role": "health_station",
        "carer_unit_id": str(world.units["hoa_station"]),
        "valid_from": str(TODAY),
    }
    reply = await world.call("officer", "POST", "/v1/assignments", body)
    assert reply.status_code == 201, reply.text
    return found


def visit(person, **more):
    return {"person_id": str(person), "visited_on": str(TODAY)} | FOUND | more


async def recorded(world, person, **more):
    reply = await world.call("health_station", "POST", "/v1/health-visits", visit(person, **more))
    assert reply.status_code == 201, reply.text
    return reply.json()


async def test_the_station_reads_what_it_wrote_and_others_only_that_and_when(world, person):
    made = await recorded(world, person)
    assert {name: made[name] for name in FOUND} == FOUND
    hidden = {*FOUND, "next_on", "versions"}
    for user in ("officer", "leader", "area_officer"):
        told = (await world.get(user, f"/v1/health-visits/{made['id']}")).json()
        assert told["visited_on"] == str(TODAY)
        assert not hidden & told.keys()
        assert hidden <= set(told["masked"])
        ask = f'{{ healthVisit(id: "{made["id"]}") {{ visitedOn visitKind findings versions masked }} }}'
        seen = (await world.ask(user, ask))["data"]["healthVisit"]
        assert (seen["visitedOn"], seen["visitKind"], seen["findings"], seen["versions"]) == (str(TODAY), *[None] * 3)


@pytest.mark.parametrize(
    "user", ["volunteer", "counsellor", "police", "club_board", "province_officer", "rehab_centre"]
)
async def test_who_has_no_part_in_it_sees_not_even_that(world, person, user):
    made = await recorded(world, person)
    assert (await world.get(user, f"/v1/health-visits/{made['id']}")).status_code == 403
    assert (await world.get(user, "/v1/health-visits")).status_code == 403


async def test_the_database_shows_the_content_to_the_circle_of_the_station_alone(world, person):
    await recorded(world, person)
    for grantees, seen in (("{-1,1112}", 1), ("{-1,1110}", 0)):
        async with world.admin.acquire() as connection, connection.transaction():
            for name, value in (("lo", "1110"), ("hi", "1139"), ("grantees", grantees)):
                await connection.execute("select set_config($1, $2, true)", f"app.{name}", value)
            await connection.execute("set local role road_unit")
            assert await connection.fetchval("select count(*) from health_visit") == 1
            assert await connection.fetchval("select count(*) from health_note") == seen


@pytest.mark.parametrize("user", ["officer", "leader", "volunteer", "police"])
async def test_only_the_station_writes(world, person, user):
    assert (await world.call(user, "POST", "/v1/health-visits", visit(person))).status_code == 403


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"visited_on": str(TODAY + timedelta(days=1))}, "/visited_on", "in_the_future"),
        ({"visited_on": "2026-02-29"}, "/visited_on", "not_a_date"),
        ({"visit_kind": "dream"}, "/visit_kind", "not_allowed"),
        ({"next_on": str(TODAY - timedelta(days=1))}, "/next_on", "ends_before_it_starts"),
        ({"hiv_status": "x"}, "", "unknown_field"),
    ],
)
async def test_a_visit_that_does_not_hold_together_is_refused(world, person, change, pointer, code):
    reply = await world.call("health_station", "POST", "/v1/health-visits", visit(person, **change))
    assert (pointer, code) in flaws(reply)


async def test_corrections_keep_every_version(world, person):
    made = await recorded(world, person)
    path = f"/v1/health-visits/{made['id']}"
    told = (await world.call("health_station", "PATCH", path, {"findings": "Họng bình thường"}, If_Match='"1"')).json()
    assert [version["findings"] for version in told["versions"]] == ["Họng đỏ", "Họng bình thường"]
    assert told["treatment"] == FOUND["treatment"]
    reply = await world.call("health_station", "PATCH", path, {"visit_kind": None}, If_Match='"2"')
    assert flaws(reply) == [("/visit_kind", "required")]
    assert (await world.call("health_station", "PATCH", path, {"advice": "x"}, If_Match='"1"')).status_code == 412


async def test_a_second_click_is_one_visit(world, person):
    body = visit(person, id="0199f3a0-6c1e-7d20-8a51-3f0c5f6f2a77")
    codes = [(await world.call("health_station", "POST", "/v1/health-visits", body)).status_code for _ in range(2)]
    assert codes == [201, 200]


async def test_a_volunteer_reads_no_visit_through_the_person(world, person):
    await recorded(world, person)
    await assign(world, person, "volunteer")
    told = (await world.get("volunteer", f"/v1/persons/{person}?include=health_visits")).json()
    assert not told.get("health_visits")


def test_there_is_no_hiv_field_anywhere():
    names = {name for noun in NOUNS.values() for name in (*noun.fields, *noun.filters, *noun.relations)}
    assert not [name for name in names if "hiv" in name or "aids" in name]
    assert VISIT.name in NOUNS
