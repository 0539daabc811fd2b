"""The day of a methadone clinic: it answers those sent to it, says how they keep to treatment, tells of a completion.

Through the public API only, each step as the role whose work it is; what is none of its business is refused.
"""

from __future__ import annotations

import json

import pytest

from tests.referral_work import TODAY, answered, sent

CLINIC = "rehab_centre"


@pytest.fixture
async def person(world):
    return await world.person("hoa", "Phạm Thị Dung", phone="+84912345678", national_id="001190000017")


async def done(world, user, method, path, body=None, **headers):
    answer = await world.call(user, method, path, body, **headers)
    assert answer.status_code in (200, 201), (path, answer.text)
    return answer.json()


async def refused(world, user, method, path, body=None):
    answer = await world.call(user, method, path, body)
    assert answer.status_code in (403, 404), (path, answer.status_code)
    return answer.json()["code"]


async def test_from_a_referral_to_the_completion_that_opens_the_case(world, person):
    # a referral waits; before it was sent the clinic knew of nobody
    assert await refused(world, CLINIC, "GET", f"/v1/persons/{person}") == "forbidden"
    referral = await sent(world, person, kind="substitution_treatment", service="treatment")
    (waiting,) = (await done(world, CLINIC, "GET", "/v1/referrals?state=sent&include=person"))["data"]
    assert (waiting["id"], waiting["person"]["full_name"]) == (referral["id"], "Phạm Thị Dung")
    for state, facts in (
        ("received", {}),
        ("accepted", {"appointment_on": str(TODAY)}),
        ("attended", {"attended_on": str(TODAY)}),
        ("in_service", {"service_from": str(TODAY)}),
    ):
        referral = await answered(world, CLINIC, referral, state, **facts)

    # it sees the referral and what the person agreed to, and nothing of the rest
    for path in (
        "cases",
        "counselling-contacts",
        "health-visits",
        "loan-supports",
        "needs",
        "club-memberships",
        "tasks",
    ):
        answer = await world.get(CLINIC, f"/v1/{path}")
        told = answer.json()
        assert answer.status_code == 403 or told["data"] == [] or path == "tasks", path
    assert "001190000017" not in json.dumps(await done(world, CLINIC, "GET", "/v1/referrals?include=person"))

    # the follow-ups of this round go out together; one has a slip, and the list is sent again whole
    due = (
        await done(world, CLINIC, "GET", f"/v1/referral-follow-ups?referral_id={referral['id']}&state=due&sort=due")
    )["data"]
    words = ("attending", "attending_with_gaps", "stopped")
    rows = [
        {"follow_up_id": one["id"], "result": word, "done_on": str(TODAY), "source_ref": f"TT/{one['turn']}"}
        for one, word in zip(due, words, strict=True)
    ]
    slip = [*rows[:2], rows[2] | {"done_on": "2027-02-29"}]
    told = await done(world, CLINIC, "POST", "/v1/adherence-reports:bulk", {"reports": slip})
    assert [one["outcome"] for one in told] == ["done", "done", "refused"]
    told = await done(world, CLINIC, "POST", "/v1/adherence-reports:bulk", {"reports": rows})
    assert [one["outcome"] for one in told] == ["replayed", "replayed", "done"]

    # whoever sent the person on sees the word and the day; nobody can send a dose or a result of a test along
    seen = (await done(world, "officer", "GET", f"/v1/referrals/{referral['id']}?include=follow_ups"))["follow_ups"]
    assert {one["result"] for one in seen if one["state"] == "done"} == set(words)
    dose = rows[0] | {"dose_mg": 60, "source_ref": "TT/9"}
    answer = await world.call(CLINIC, "POST", "/v1/adherence-reports", dose)
    assert answer.json()["errors"][0]["code"] == "unknown_field"
    for user in ("volunteer", "police"):
        await refused(world, user, "POST", "/v1/adherence-reports", rows[0])

    # treatment is completed: the referral ends, and a notice tells the commune, under the clinic's own number
    referral = await done(world, CLINIC, "GET", f"/v1/referrals/{referral['id']}")
    referral = await answered(world, CLINIC, referral, "completed", outcome="need_met")
    assert await refused(world, CLINIC, "GET", f"/v1/referrals/{referral['id']}") == "not_found", "access ended with it"
    course = {"person_id": str(person), "kind": "substitution_treatment", "started_on": "2025-01-06"}
    course = await done(world, "officer", "POST", "/v1/treatment-courses", course)
    assert await refused(world, CLINIC, "GET", f"/v1/treatment-courses/{course['id']}") == "forbidden"
    notice = {
        "unit_id": str(world.units["hoa"]),
        "kind": "substitution_completion",
        "treatment": "substitution_treatment",
        "full_name": "Phạm Thị Dung",
        "id_kind": "personal_id",
        "id_number": "001190000017",
        "started_on": "2025-01-06",
        "completes_on": str(TODAY),
        "source_ref": "HT/31",
    }
    (pushed,) = await done(world, CLINIC, "POST", "/v1/discharge-notices:bulk", {"notices": [notice]})
    assert (pushed["outcome"], pushed["lead_due_on"]) == ("done", None), "no lead time is stated (dossier §15 Q4)"
    (again,) = await done(world, CLINIC, "POST", "/v1/discharge-notices:bulk", {"notices": [notice]})
    assert (again["outcome"], again["id"]) == ("replayed", pushed["id"])

    # the commune finds the person by their number; the course on file is completed and the case is open
    path = f"/v1/discharge-notices/{pushed['id']}/transitions"
    answer = await done(world, "police", "POST", path, {"to": "received"}, If_Match=f'"{pushed["version"]}"')
    answer = await done(world, "police", "POST", path, {"to": "accepted"}, If_Match=f'"{answer["version"]}"')
    assert answer["person_id"] == str(person)
    assert {"person_found", "course_completed"} <= {told["kind"] for told in answer["consequences"]}
    ended = await done(world, "officer", "GET", f"/v1/treatment-courses/{course['id']}")
    assert (ended["outcome"], ended["ended_on"], ended["case_id"]) == ("completed", str(TODAY), answer["case_id"])
    case = await done(world, "leader", "GET", f"/v1/cases/{answer['case_id']}")
    assert (case["trigger"], case["pathway"]) == ("substitution_treatment_completion", "substitution_treatment")

    # the clinic sees how far it came, and no decision: the law has none handed over at its door
    line = await done(world, CLINIC, "GET", f"/v1/reconciliations/{pushed['id']}")
    assert line["state"] == "accepted"
    denied = await world.get(CLINIC, f"/v1/discharge-notices/{pushed['id']}/decision")
    assert (denied.status_code, denied.json()["code"]) == (409, "decision_not_signed")
    assert (await done(world, CLINIC, "GET", "/v1/discharge-notices?alarmed=true"))["data"] == []


async def test_a_voluntary_treatment_that_is_over_is_recorded_when_no_course_was_on_file(world, person):
    notice = {
        "unit_id": str(world.units["hoa"]),
        "treatment": "voluntary_facility_private",
        "full_name": "Phạm Thị Dung",
        "id_kind": "personal_id",
        "id_number": "001190000017",
        "started_on": "2025-01-06",
        "completes_on": str(TODAY),
        "source_ref": "HT/32",
    }
    (pushed,) = await done(world, CLINIC, "POST", "/v1/discharge-notices:bulk", {"notices": [notice]})
    path = f"/v1/discharge-notices/{pushed['id']}/transitions"
    answer = await done(world, "police", "POST", path, {"to": "received"}, If_Match=f'"{pushed["version"]}"')
    answer = await done(world, "police", "POST", path, {"to": "accepted"}, If_Match=f'"{answer["version"]}"')
    (course,) = (await done(world, "officer", "GET", f"/v1/treatment-courses?person_id={person}"))["data"]
    assert {name: course[name] for name in ("kind", "outcome", "started_on", "ended_on", "place_unit_id")} == {
        "kind": "voluntary_facility_private",
        "outcome": "completed",
        "started_on": "2025-01-06",
        "ended_on": str(TODAY),
        "place_unit_id": str(world.units["centre"]),
    }
    assert course["case_id"] == answer["case_id"]
