"""The day of a clerk of a rehab centre or clinic, as far as referrals go; and the loop from a volunteer and back.

Through the public API only, each step as the role whose work it is (dossier §7.4, §17).
"""

from __future__ import annotations

import pytest

from tests.club_work import running_club
from tests.referral_work import TODAY, ahead, answered, caring, drafted, moved, sent

CLERK = "rehab_centre"


@pytest.fixture
async def mai(world):
    person = await world.person("hoa", "Nguyễn Thị Mai", phone="+84912345678", national_id="001190000017")
    await caring(world, person, "volunteer", "volunteer")
    return person


async def test_a_referral_goes_from_a_volunteer_to_the_clinic_and_comes_back_with_its_outcome(world, mai):
    # the volunteer asks consent first: without it nothing leaves
    made = await drafted(
        world, mai, "volunteer", kind="substitution_treatment", service="treatment", consent_on=None, consent_scope=None
    )
    assert (await moved(world, "volunteer", made, "sent", status=422))["code"] == "move_needs"
    agreed = {"consent_on": str(TODAY), "consent_scope": ["identity", "phone"]}
    reply = await world.call("volunteer", "PATCH", f"/v1/referrals/{made['id']}", agreed, If_Match='"1"')
    made = await moved(world, "volunteer", reply.json(), "sent")
    assert made["due_on"] == ahead(14)

    # the clerk finds it in the queue of its service, with a name and a phone, and no number nobody agreed to
    queue = "/v1/referrals?service=treatment&state=sent&include=person"
    (found,) = (await world.get(CLERK, queue)).json()["data"]
    assert found["person"]["full_name"] == "Nguyễn Thị Mai"
    told = (await world.get(CLERK, f"/v1/referrals/{made['id']}")).json()
    seen = await answered(world, CLERK, told, "received")
    seen = await answered(world, CLERK, seen, "accepted", appointment_on=ahead(2))

    # the volunteer sees the appointment and who is to be asked when; the officer has it in the inbox
    mine = (await world.get("volunteer", f"/v1/referrals/{made['id']}?include=follow_ups,to_unit")).json()
    assert (mine["state"], mine["appointment_on"], mine["to_unit"]["name"]) == ("accepted", ahead(2), "Centre")
    assert [one["due_on"] for one in sorted(mine["follow_ups"], key=lambda one: one["turn"])] == [
        ahead(14),
        ahead(45),
        ahead(90),
    ]
    tasks = (await world.get("officer", f"/v1/tasks?person_id={mai}&state=open")).json()["data"]
    assert {task["kind"] for task in tasks} >= {"referral_follow_up"}

    # Mai does not come, then does
    seen = await answered(world, CLERK, seen, "no_show")
    refused = await answered(world, CLERK, seen, "accepted", status=422)
    assert refused["missing"] == ["appointment_on"]
    seen = await answered(world, CLERK, seen, "accepted", appointment_on=ahead(5))
    seen = await answered(world, CLERK, seen, "attended", attended_on=str(TODAY))
    seen = await answered(world, CLERK, seen, "in_service", service_from=str(TODAY))

    # the volunteer follows up; each that is done leaves a next day
    (first, *_) = (await world.get("volunteer", "/v1/referral-follow-ups?state=due&sort=due")).json()["data"]
    path = f"/v1/referral-follow-ups/{first['id']}/transitions"
    body = {"to": "done", "done_on": str(TODAY), "result": "attending"}
    reply = await world.call("volunteer", "POST", path, body, If_Match='"1"')
    assert (reply.status_code, reply.json()["result"]) == (200, "attending")
    assert (await world.get("volunteer", f"/v1/referrals/{made['id']}")).json()["due_on"] == ahead(45)

    # it ends with an outcome, and the clinic's sight with it
    seen = (await world.get(CLERK, f"/v1/referrals/{made['id']}")).json()
    await answered(world, CLERK, seen, "completed", outcome="need_met")
    assert (await world.get(CLERK, f"/v1/referrals/{made['id']}")).status_code == 404
    mine = (await world.get("volunteer", f"/v1/referrals/{made['id']}")).json()
    assert (mine["state"], mine["outcome"], mine["transitions"]) == ("completed", "need_met", [])


async def test_the_clerk_sees_of_the_person_what_was_agreed_to_and_nothing_of_the_commune(world, mai):
    await sent(world, mai, "volunteer", kind="mental_health")
    others = await world.person("hoa", "Lê Văn Ba")
    for path in (f"/v1/persons/{others}", "/v1/cases", "/v1/assignments", "/v1/counselling-contacts"):
        assert (await world.get(CLERK, path)).status_code in (403, 404), path
    assert (await world.get(CLERK, "/v1/tasks")).json()["data"] == [], "its own endpoints' alone, and there are none"
    listed = (await world.get(CLERK, "/v1/referrals?include=person")).json()["data"]
    assert [row["person_id"] for row in listed] == [str(mai)]
    assert "001190000017" not in str(listed)
    assert (await world.ask(CLERK, "{ referrals { nodes { id } } }"))["data"]["referrals"]["nodes"] == [
        {"id": listed[0]["id"]}
    ]


async def test_the_clerk_declines_with_a_reason_and_the_volunteer_sends_it_elsewhere(world, mai):
    made = await sent(world, mai, "volunteer", kind="health_service")
    seen = await answered(world, CLERK, made, "received")
    assert (await answered(world, CLERK, seen, "declined", status=422))["missing"] == ["decline_reason"]
    await answered(world, CLERK, seen, "declined", decline_reason="not_our_service", answer_note="Gửi trạm y tế")
    (back,) = (await world.get("volunteer", "/v1/referrals?state=declined")).json()["data"]
    assert (back["decline_reason"], back["answer_note"]) == ("not_our_service", "Gửi trạm y tế")
    again = await sent(world, mai, "volunteer", to="hoa_station", kind="health_service")
    assert (await answered(world, "health_station", again, "received"))["state"] == "received"


async def test_the_clerk_makes_no_move_of_the_other_side_and_refers_nobody(world, mai):
    made = await sent(world, mai, "volunteer")
    path, match = f"/v1/referrals/{made['id']}", {"If_Match": f'"{made["version"]}"'}
    recall = {"to": "recalled", "recall_reason": "sent_in_error"}
    for method, where, body in (
        ("POST", f"{path}/transitions", recall),
        ("PATCH", path, {"reason": "x"}),
        ("DELETE", path, {"reason": "x"}),
        ("POST", "/v1/referral-follow-ups", {"person_id": str(mai), "referral_id": made["id"], "due_on": ahead(1)}),
    ):
        assert (await world.call(CLERK, method, where, body, **match)).status_code == 403, where
    assert (await answered(world, CLERK, made, "completed", status=409, outcome="need_met"))["allowed"] == ["received"]


async def test_consent_withdrawn_ends_it_for_the_clerk_at_once(world, mai):
    made = await answered(world, CLERK, await sent(world, mai, "volunteer"), "received")
    await moved(world, "volunteer", made, "recalled", recall_reason="consent_withdrawn")
    assert (await world.get(CLERK, f"/v1/referrals/{made['id']}")).status_code == 404
    await answered(world, CLERK, made, "accepted", status=404)


async def test_a_club_sends_a_members_wish_to_the_officer_and_sees_the_status_back(world, mai):
    club = await running_club(world)
    await club.member(mai)
    others = await sent(world, mai, "volunteer", kind="mental_health")
    wish = await sent(world, mai, "club_board", to="hoa", kind="loan", service="lending")
    assert (await world.get("officer", "/v1/referrals?service=lending&state=sent")).json()["data"][0]["id"] == wish[
        "id"
    ]
    told = await answered(world, "officer", wish, "received")
    await answered(world, "officer", told, "accepted", appointment_on=ahead(1))
    listed = (await world.get("club_board", "/v1/referrals?include=follow_ups")).json()["data"]
    assert [(row["id"], row["state"]) for row in listed] == [(wish["id"], "accepted")]
    assert len(listed[0]["follow_ups"]) == 3
    assert (await world.get("club_board", f"/v1/referrals/{others['id']}")).status_code == 404
    seen = (await world.get("club_board", f"/v1/persons/{mai}?include=referrals")).json()
    assert [row["id"] for row in seen["referrals"]] == [wish["id"]]


async def test_leaving_the_team_leaves_the_referral_to_the_commune(world, mai):
    made = await sent(world, mai, "volunteer")
    care = (await world.get("officer", f"/v1/assignments?person_id={mai}")).json()["data"][0]
    await world.call("officer", "PATCH", f"/v1/assignments/{care['id']}", {"valid_to": str(TODAY)}, If_Match='"1"')
    assert (await world.get("volunteer", f"/v1/referrals/{made['id']}")).status_code == 404
    told = await answered(world, CLERK, made, "received")
    assert (await moved(world, "officer", told, "recalled", recall_reason="no_longer_needed"))["state"] == "recalled"
