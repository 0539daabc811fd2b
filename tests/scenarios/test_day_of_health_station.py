"""A day at the health station and its counselling point (dossier §7.3, §17), through the public API only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.test_anonymous_clients import CLIENT, meeting
from tests.api.test_counselling import TODAY, contact
from tests.api.test_health_visits import FOUND, visit
from tests.referral_work import answered, sent

STATION = "health_station"


@pytest.fixture
async def hoa(world):
    found = await world.person("hoa", "Trần Thị Hoà")
    body = {
        "person_id": str(found),
        "role": STATION,
        "carer_unit_id": str(world.units["hoa_station"]),
        "valid_from": str(TODAY),
    }
    assert (await world.call("officer", "POST", "/v1/assignments", body)).status_code == 201
    return found


async def test_the_whole_day(world, hoa):
    # whom the station looks after, and nobody else
    await world.person("hoa", "Lê Văn Ba")
    people = (await world.get(STATION, "/v1/persons")).json()["data"]
    assert [row["id"] for row in people] == [str(hoa)]

    # a first record, then the examination, corrected once
    first = await world.call(STATION, "POST", "/v1/health-visits", visit(hoa, visit_kind="first_record"))
    assert first.status_code == 201
    later = str(TODAY + timedelta(days=30))
    made = (await world.call(STATION, "POST", "/v1/health-visits", visit(hoa, next_on=later))).json()
    path = f"/v1/health-visits/{made['id']}"
    told = (await world.call(STATION, "PATCH", path, {"findings": "Bình thường"}, If_Match='"1"')).json()
    assert (told["findings"], told["next_on"]) == ("Bình thường", later)

    # when the next visit is due stands in the station's inbox, and in nobody else's
    (task,) = (await world.get(STATION, "/v1/tasks?mine=true&include=person")).json()["data"]
    assert (task["kind"], task["due_on"], task["person"]["full_name"]) == ("health_visit", later, "Trần Thị Hoà")
    assert (await world.get("officer", "/v1/tasks?noun=health_visit")).json()["data"] == []

    # counselling with a note of its own circle
    said = (await world.call(STATION, "POST", "/v1/counselling-contacts", contact(hoa, advice="Ngủ đủ giấc"))).json()
    assert said["advice"] == "Ngủ đủ giấc"

    # who comes without a name is a code of the station's own
    known = (await world.call(STATION, "POST", "/v1/anonymous-clients", CLIENT)).json()
    assert (await world.call(STATION, "POST", "/v1/anonymous-contacts", meeting(known))).status_code == 201

    # the commune knows that and when, and counts; it reads nothing of what was found or said
    seen = (await world.get("officer", f"/v1/persons/{hoa}?include=health_visits,counselling_contacts")).json()
    assert len(seen["health_visits"]) == 2
    assert not {*FOUND, "versions", "next_on"} & seen["health_visits"][0].keys()
    assert not {"advice", "promise", "need", "notes"} & seen["counselling_contacts"][0].keys()
    whole = (await world.get("officer", "/v1/counselling-contacts:count")).json()[-1]
    assert (whole["persons"], whole["contacts"], whole["anonymous_clients"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/cases", None),
        ("GET", "/v1/management-decisions", None),
        ("GET", "/v1/journal", None),
        ("GET", "/v1/users", None),
        ("POST", "/v1/persons", {"full_name": "Lê Văn Ba"}),
        ("POST", "/v1/assignments", {"role": "health_station", "valid_from": "2026-07-01"}),
    ],
)
async def test_what_is_not_the_stations_is_refused(world, hoa, method, path, body):
    if body is not None and "role" in body:
        body = body | {"person_id": str(hoa)}
    assert (await world.call(STATION, method, path, body)).status_code == 403


async def test_a_referral_to_the_station_asks_it_for_an_answer(world, hoa):
    made = await sent(world, hoa, "officer", "hoa_station", kind="health_service")
    (task,) = (await world.get(STATION, "/v1/tasks")).json()["data"]
    assert (task["kind"], task["subject_id"]) == ("referral_answer", made["id"])
    made = await answered(world, STATION, made, "received")
    await answered(world, STATION, made, "accepted", appointment_on=str(TODAY))
    assert (await world.get(STATION, "/v1/tasks")).json()["data"] == []


async def test_when_the_assignment_ends_the_station_sees_nothing_at_once(world, hoa):
    later = str(TODAY + timedelta(days=30))
    made = (await world.call(STATION, "POST", "/v1/health-visits", visit(hoa, next_on=later))).json()
    care = (await world.get("officer", f"/v1/assignments?person_id={hoa}")).json()["data"][0]
    end = {"valid_to": str(TODAY), "end_reason": "Chuyển tuyến"}
    await world.call("officer", "PATCH", f"/v1/assignments/{care['id']}", end, If_Match='"1"')
    for path in (f"/v1/persons/{hoa}", f"/v1/health-visits/{made['id']}"):
        assert (await world.get(STATION, path)).status_code == 404
    assert (await world.get(STATION, "/v1/tasks")).json()["data"] == []
    assert (await world.get("officer", "/v1/tasks?noun=health_visit")).json()["data"] == [], (
        "what it found stays its own"
    )


async def test_who_was_not_assigned_to_the_station_cannot_be_recorded_by_it(world, hoa):
    other = await world.person("hoa", "Lê Văn Ba")
    assert (await world.call(STATION, "POST", "/v1/health-visits", visit(other))).status_code == 404
    assert (await world.call(STATION, "POST", "/v1/counselling-contacts", contact(other))).status_code == 404


async def test_neighbouring_stations_and_the_police_see_nothing(world, hoa):
    made = (await world.call(STATION, "POST", "/v1/health-visits", visit(hoa))).json()
    assert (await world.get("neighbour", f"/v1/health-visits/{made['id']}")).status_code == 404
    for user in ("police", "police_head"):
        assert (await world.get(user, f"/v1/health-visits/{made['id']}")).status_code == 403
        seen = (await world.get(user, f"/v1/persons/{hoa}?include=health_visits,counselling_contacts")).json()
        assert not {"health_visits", "counselling_contacts"} & seen.keys()
