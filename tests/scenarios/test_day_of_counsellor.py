"""An assigned counsellor's day (dossier §17), through the public API only: the volunteer's, and that there is a case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.test_counselling import TODAY, assign, contact
from tests.api.test_plans import agreed, plan, step
from tests.referral_work import moved, referral

ME = "counsellor"
WEEK = str(TODAY + timedelta(days=7))


@pytest.fixture
async def hoa(world):
    found = await world.person("hoa", "Trần Thị Hoà", phone="+84912345678", national_id="000090123456")
    await assign(world, found, ME, ME)
    return found


async def inbox(world, query="mine=true"):
    return (await world.get(ME, f"/v1/tasks?{query}")).json()["data"]


async def test_the_whole_day(world, hoa):
    # whom one looks after, and nobody else; the number stays masked
    await world.person("hoa", "Lê Văn Ba")
    assert [row["id"] for row in (await world.get(ME, "/v1/persons")).json()["data"]] == [str(hoa)]
    assert "000090123456" not in (await world.get(ME, f"/v1/persons/{hoa}")).text

    # a contact in one call; the promise is due
    told = contact(hoa, promise="Đi khám sức khỏe.", next_on=WEEK, referral_consent=True)
    said = (await world.call(ME, "POST", "/v1/counselling-contacts", told)).json()
    assert [(task["kind"], task["due_on"]) for task in await inbox(world)] == [("next_contact", WEEK)]

    # a plan made with the person, whose step is one's own
    draft = await plan(world, hoa, ME)
    mine = {"owner": "account", "owner_account_id": str(world.users[ME].account_id)}
    await step(world, draft, ME, **mine)
    await agreed(world, draft, ME)
    assert {task["kind"] for task in await inbox(world)} == {"next_contact", "plan_step"}

    # consent, then the referral; the station is asked, and one is reminded
    made = (await world.call(ME, "POST", "/v1/referrals", referral(world, hoa, "hoa_station", "health_service"))).json()
    made = await moved(world, ME, made, "sent")
    assert "referral_step" in {task["kind"] for task in await inbox(world)}
    assert [task["kind"] for task in (await world.get("health_station", "/v1/tasks")).json()["data"]] == [
        "referral_answer"
    ]

    # contact is lost: information, which the police confirm or not
    lost = {"person_id": str(hoa), "kind": "contact_lost", "noticed_on": str(TODAY)}
    report = (await world.call(ME, "POST", "/v1/field-reports", lost)).json()
    said_no = {"to": "not_confirmed", "answered_on": str(TODAY), "answer": "Đã gặp tại nhà."}
    path = f"/v1/field-reports/{report['id']}/answers"
    assert (await world.call("police", "POST", path, said_no, If_Match='"1"')).status_code == 200
    assert (await world.get(ME, f"/v1/field-reports/{report['id']}")).json()["state"] == "not_confirmed"

    # own figures: persons and contacts apart
    month = (await world.get(ME, f"/v1/me/months/{TODAY:%Y-%m}")).json()
    assert (month["persons"], month["contacts"]) == (1, 1)

    # leaving cuts access at once, and the tasks stay with the commune
    care = (await world.get("officer", f"/v1/assignments?person_id={hoa}")).json()["data"][0]
    end = {"valid_to": str(TODAY), "end_reason": "Chuyển công tác"}
    await world.call("officer", "PATCH", f"/v1/assignments/{care['id']}", end, If_Match='"1"')
    assert await inbox(world) == []
    assert (await world.get(ME, f"/v1/counselling-contacts/{said['id']}")).status_code == 404
    left = {task["kind"] for task in (await world.get("officer", "/v1/tasks?held_by=unit")).json()["data"]}
    assert left >= {"next_contact", "plan_step", "referral_step"}


async def test_that_there_is_a_case_is_seen_and_its_tasks_and_decisions_text_are_not(world, hoa):
    day = str(TODAY - timedelta(days=1))
    body = {"person_id": str(hoa), "trigger": "self_report", "pathway": "voluntary_community"}
    opened = await world.call("officer", "POST", "/v1/cases", body | {"completed_on": day, "self_reported_on": day})
    assert opened.status_code == 201, opened.text
    assert len((await world.get(ME, "/v1/cases")).json()["data"]) == 1
    assert await inbox(world, "noun=management_case") == []
    assert len((await world.get("officer", "/v1/tasks?noun=management_case")).json()["data"]) > 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/health-visits"),
        ("GET", "/v1/club-sessions"),
        ("GET", "/v1/documents"),
        ("GET", "/v1/users"),
        ("GET", "/v1/journal"),
        ("GET", "/v1/discharge-notices"),
        ("POST", "/v1/handovers"),
        ("POST", "/v1/assignments"),
    ],
)
async def test_what_is_not_the_counsellors_is_refused(world, hoa, method, path):
    bodies = {
        "/v1/handovers": {"person_id": str(hoa), "unit_id": str(world.units["binh"]), "reason": "x"},
        "/v1/assignments": {
            "person_id": str(hoa),
            "role": "volunteer",
            "account_id": str(world.users["volunteer"].account_id),
            "valid_from": str(TODAY),
        },
    }
    assert (await world.call(ME, method, path, bodies.get(path))).status_code == 403
