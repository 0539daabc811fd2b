"""A volunteer's day (dossier §17), through the public API only and as a volunteer; the commune officer assigns first."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.ids import new_id
from tests.api.test_anonymous_clients import CLIENT, code_of, meeting
from tests.api.test_counselling import NOW, TODAY, assign, contact
from tests.referral_work import answered, sent

WEEK = TODAY + timedelta(days=7)


@pytest.fixture
async def hoa(world):
    found = await world.person("hoa", "Trần Thị Hoà", phone="+84912345678", national_id="000090123456")
    await assign(world, found, "volunteer")
    return found


async def test_1_on_the_phone_only_own_people_name_phone_and_next_visit_and_the_number_masked(world, hoa):
    await world.person("hoa", "Lê Văn Ba")
    await world.call("volunteer", "POST", "/v1/counselling-contacts", contact(hoa, next_on=str(WEEK)))
    listed = (await world.get("volunteer", "/v1/persons?include=phones,counselling_contacts")).json()["data"]
    assert [row["id"] for row in listed] == [str(hoa)]
    (mine,) = listed
    assert mine["full_name"] == "Trần Thị Hoà"
    assert mine["counselling_contacts"][0]["next_on"] == str(WEEK)
    one = (await world.get("volunteer", f"/v1/persons/{hoa}")).json()
    assert "000090123456" not in str(one)
    assert "national_id" in one["masked"]
    coming = f"/v1/counselling-contacts?mine=true&next_from={TODAY}&next_before={WEEK + timedelta(days=1)}"
    assert len((await world.get("volunteer", coming)).json()["data"]) == 1


async def test_2_contacts_made_without_a_connection_arrive_once_however_often_they_are_sent(world, hoa):
    """Ids are made on the phone; the second click and the second sync change nothing."""
    day = [
        contact(hoa, id=str(new_id()), held_at=(NOW - timedelta(hours=hours)).isoformat(), need="Lo tiền nhà")
        for hours in (5, 3, 1)
    ]
    known = CLIENT | {"id": str(uuid4())}
    met = meeting(known, id=str(uuid4()))
    for expected in (201, 200):
        for body in day:
            assert (await world.call("volunteer", "POST", "/v1/counselling-contacts", body)).status_code == expected
        for path, body in (("anonymous-clients", known), ("anonymous-contacts", met)):
            assert (await world.call("volunteer", "POST", f"/v1/{path}", body)).status_code == expected
    rows = (await world.get("volunteer", "/v1/counselling-contacts?mine=true&sort=latest")).json()["data"]
    assert [row["id"] for row in rows] == [body["id"] for body in reversed(day)]
    assert all(row["need"] == "Lo tiền nhà" for row in rows)


async def test_2_a_contact_needs_four_things_said(world, hoa):
    """Under two minutes: who, when, how, about what."""
    body = contact(hoa)
    assert set(body) == {"person_id", "held_at", "channel", "topics"}
    assert (await world.call("volunteer", "POST", "/v1/counselling-contacts", body)).status_code == 201
    for name in body:
        less = {key: value for key, value in body.items() if key != name}
        assert (await world.call("volunteer", "POST", "/v1/counselling-contacts", less)).status_code == 422


async def test_2_a_whole_contact_is_one_call_by_person_or_by_code_and_what_was_promised_is_due(world, hoa):
    """Who, when, how, about what, the promise, the next day, the consent to be referred: nothing is asked in between."""
    calls = []

    async def send(path, body):
        calls.append(path)
        reply = await world.call("volunteer", "POST", f"/v1/{path}", body)
        assert reply.status_code == 201, reply.text
        return reply.json()

    whole = {"promise": "Sẽ đến câu lạc bộ.", "next_on": str(WEEK), "referral_consent": True}
    made = await send("counselling-contacts", contact(hoa, **whole))
    assert {name: made[name] for name in whole} == whole
    assert calls == ["counselling-contacts"]
    known = (await world.call("volunteer", "POST", "/v1/anonymous-clients", CLIENT | {"id": str(uuid4())})).json()
    calls.clear()
    await send("anonymous-contacts", meeting(known, id=str(uuid4()), promise="Sẽ quay lại.", next_on=str(WEEK)))
    assert calls == ["anonymous-contacts"]
    (task,) = (await world.get("volunteer", "/v1/tasks?mine=true&include=person")).json()["data"]
    assert (task["kind"], task["due_on"], task["person"]["full_name"]) == ("next_contact", str(WEEK), "Trần Thị Hoà")


async def test_2_an_anonymous_client_tells_who_they_are_only_with_their_own_code(world, hoa):
    made = (await world.call("volunteer", "POST", "/v1/anonymous-clients", CLIENT)).json()
    path = f"/v1/anonymous-clients/{made['id']}/link"
    guess = {"code": "0000-0000", "person_id": str(hoa), "consent": "spoken"}
    assert (await world.call("volunteer", "POST", path, guess, If_Match='"1"')).status_code == 422
    told = await world.call("volunteer", "POST", path, guess | {"code": code_of(made)}, If_Match='"1"')
    assert told.json()["linked_person_id"] == str(hoa)


async def test_3_whether_they_agreed_to_be_referred_is_asked_and_kept(world, hoa):
    body = contact(hoa, referral_consent=True)
    made = (await world.call("volunteer", "POST", "/v1/counselling-contacts", body)).json()
    assert made["referral_consent"] is True
    seen = (await world.get("officer", f"/v1/counselling-contacts/{made['id']}")).json()
    assert seen["referral_consent"] is True


async def test_3_whether_the_station_answered_is_followed_and_asked_for(world, hoa):
    made = await sent(world, hoa, "volunteer", "hoa_station", kind="health_service")
    inbox = "/v1/tasks?mine=true&noun=referral"
    (waits,) = (await world.get("volunteer", inbox)).json()["data"]
    assert (waits["subject_id"], waits["kind"]) == (made["id"], "referral_step")
    made = await answered(world, "health_station", made, "received")
    made = await answered(world, "health_station", made, "accepted", appointment_on=str(WEEK))
    assert (await world.get("volunteer", f"/v1/referrals/{made['id']}")).json()["state"] == "accepted"
    asked = (await world.get("volunteer", f"{inbox}_follow_up")).json()["data"]
    assert {task["kind"] for task in asked} == {"referral_follow_up"}
    assert min(task["due_on"] for task in asked) <= str(TODAY + timedelta(days=14))


async def test_4_a_suspected_move_is_passed_on_and_police_confirm_it(world, hoa):
    before = (await world.get("officer", f"/v1/persons/{hoa}")).json()
    body = {"person_id": str(hoa), "kind": "moved_away", "noticed_on": str(TODAY), "what": "Cần giúp làm lại tạm trú."}
    made = (await world.call("volunteer", "POST", "/v1/field-reports", body)).json()
    path = f"/v1/field-reports/{made['id']}/answers"
    said = {"to": "confirmed", "answered_on": str(TODAY)}
    assert (await world.call("volunteer", "POST", path, said, If_Match='"1"')).status_code == 403
    assert (await world.call("police", "POST", path, said, If_Match='"1"')).status_code == 200
    assert (await world.get("volunteer", f"/v1/field-reports/{made['id']}")).json()["state"] == "confirmed"
    assert (await world.get("officer", f"/v1/persons/{hoa}")).json() == before, "no status changes by it"
    for method, path in (("POST", "/v1/handovers"), ("POST", "/v1/cases"), ("PATCH", f"/v1/persons/{hoa}")):
        given = {"person_id": str(hoa), "unit_id": str(world.units["binh"]), "reason": "x"}
        given = {"occupation": "x"} if method == "PATCH" else given
        assert (await world.call("volunteer", method, path, given, If_Match='"1"')).status_code in (403, 422), path


async def test_5_own_month_and_pay_days(world, hoa):
    await world.call("volunteer", "POST", "/v1/counselling-contacts", contact(hoa))
    mine = (await world.get("volunteer", f"/v1/me/months/{TODAY:%Y-%m}")).json()
    assert (mine["persons"], mine["contacts"], mine["contact_days"]) == (1, 1, [str(TODAY)])


async def test_5_own_monthly_figures_and_no_search_in_the_register(world, hoa):
    await world.call("volunteer", "POST", "/v1/counselling-contacts", contact(hoa))
    await world.call("volunteer", "POST", "/v1/counselling-contacts", contact(hoa, channel="video"))
    await world.call("officer", "POST", "/v1/counselling-contacts", contact(hoa))
    (month, _whole) = (await world.get("volunteer", "/v1/counselling-contacts:count")).json()
    assert (month["persons"], month["contacts"]) == (1, 2)
    stranger = await world.person("hoa", "Phạm Minh Ánh")
    found = (await world.call("volunteer", "POST", "/v1/persons:search", {"q": "Phạm Minh Ánh"})).json()
    assert found.get("data", []) == []
    assert (await world.get("volunteer", f"/v1/persons/{stranger}")).status_code == 404
    listed = (await world.get("volunteer", "/v1/persons?via=made")).json()["data"]
    assert [row["id"] for row in listed] == [str(hoa)], "no other road leads further"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/cases"),
        ("GET", "/v1/management-decisions"),
        ("GET", "/v1/health-visits"),
        ("GET", "/v1/documents"),
        ("GET", "/v1/users"),
        ("GET", "/v1/journal"),
        ("GET", "/v1/discharge-notices"),
    ],
)
async def test_6_no_decision_no_findings_no_health_no_staff(world, hoa, method, path):
    assert (await world.call("volunteer", method, path)).status_code == 403


async def test_6_leaving_the_team_cuts_access_at_once(world, hoa):
    told = contact(hoa, advice="x", next_on=str(WEEK))
    made = (await world.call("volunteer", "POST", "/v1/counselling-contacts", told)).json()
    assert len((await world.get("volunteer", "/v1/tasks")).json()["data"]) == 1
    care = (await world.get("officer", f"/v1/assignments?person_id={hoa}")).json()["data"][0]
    end = {"valid_to": str(TODAY), "end_reason": "Rời đội"}
    await world.call("officer", "PATCH", f"/v1/assignments/{care['id']}", end, If_Match='"1"')
    for path in (f"/v1/persons/{hoa}", f"/v1/counselling-contacts/{made['id']}"):
        assert (await world.get("volunteer", path)).status_code == 404
    assert (await world.get("volunteer", "/v1/tasks")).json()["data"] == []
    left = (await world.get("officer", "/v1/tasks?held_by=unit&kind=next_contact")).json()["data"]
    assert [task["subject_id"] for task in left] == [made["id"]], "it is the commune's again"
    again = await world.call("volunteer", "POST", "/v1/counselling-contacts", contact(hoa))
    assert again.status_code == 404
