"""What a clinic says of each follow-up: one word and a day, under its own number; the sender sees that and no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.ids import new_id
from tests.referral_work import TODAY, accepted, ahead, answered, sent
from tests.world import hire

PATH = "/v1/adherence-reports"


@pytest.fixture
async def person(world):
    return await world.person("hoa", "Nguyễn Thị Mai")


async def follow_ups(world, referral, user="officer"):
    page = (await world.get(user, f"/v1/referral-follow-ups?referral_id={referral['id']}&sort=due")).json()
    return page["data"]


def said(follow_up, ref="TT/1", **more):
    return {"follow_up_id": follow_up["id"], "result": "attending", "done_on": str(TODAY), "source_ref": ref} | more


async def report(world, follow_up, user="rehab_centre", status=200, **more):
    answer = await world.call(user, "POST", PATH, said(follow_up, **more))
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture
async def referral(world, person):
    return await accepted(world, person, kind="substitution_treatment")


async def test_the_clinic_answers_and_both_sides_see_that_and_when(world, referral):
    first, *_ = await follow_ups(world, referral, "rehab_centre")
    made = await report(world, first)
    assert (made["state"], made["result"], made["done_on"]) == ("done", "attending", str(TODAY))
    assert made["report_ref"] == "TT/1"
    for user in ("officer", "leader", "rehab_centre"):
        seen = (await world.get(user, f"/v1/referral-follow-ups/{first['id']}")).json()
        assert (seen["result"], seen["done_on"], bool(seen["reported_at"])) == ("attending", str(TODAY), True), user
    tasks = (
        await world.get("officer", f"/v1/tasks?noun=referral_follow_up&subject_id={first['id']}&state=done")
    ).json()
    assert [task["kind"] for task in tasks["data"]] == ["referral_follow_up"]
    due = (await world.get("officer", f"/v1/referrals/{referral['id']}")).json()["due_on"]
    assert due == ahead(45), "the next one carries the day on"


@pytest.mark.parametrize("word", ["attending", "attending_with_gaps", "not_begun", "stopped"])
async def test_the_words_of_a_service(world, referral, word):
    first, *_ = await follow_ups(world, referral)
    assert (await report(world, first, result=word))["result"] == word


@pytest.mark.parametrize(
    ("more", "pointer", "code"),
    [
        ({"result": "not_reached"}, "/result", "not_for_this_kind"),
        ({"result": "positive"}, "/result", "not_allowed"),
        ({"done_on": str(TODAY + timedelta(1))}, "/done_on", "in_the_future"),
        ({"done_on": str(TODAY - timedelta(1))}, "/done_on", "before_it_was_sent"),
        ({"done_on": "2027-02-29"}, "/done_on", "not_a_date"),
        ({"source_ref": " "}, "/source_ref", "empty"),
        ({"dose_mg": 60}, "", "unknown_field"),
        ({"note": "x"}, "", "unknown_field"),
    ],
)
async def test_nothing_but_the_word_and_a_day_that_has_come_is_taken(world, referral, more, pointer, code):
    first, *_ = await follow_ups(world, referral)
    answer = await report(world, first, status=422, **more)
    assert [(flaw["pointer"], flaw["code"]) for flaw in answer["errors"]] == [(pointer, code)]
    assert (await follow_ups(world, referral))[0]["state"] == "due"


async def test_the_same_number_is_the_same_report(world, referral):
    first, second, _ = await follow_ups(world, referral)
    await report(world, first)
    again = await report(world, first)
    assert (again["id"], again["state"]) == (first["id"], "done")
    assert (await report(world, first, status=409, result="stopped"))["code"] == "reference_differs"
    assert (await report(world, second, status=409))["code"] == "reference_differs"
    assert (await report(world, first, status=409, ref="TT/2"))["code"] == "wrong_move"
    stored = "select count(*) from referral_follow_up where report_ref is not null"
    assert await world.admin.fetchval(stored) == 1


async def test_after_the_last_another_is_made_for_as_long_as_the_service_goes_on(world, referral):
    for turn, one in enumerate(await follow_ups(world, referral), 1):
        await report(world, one, ref=f"TT/{turn}")
    rows = await follow_ups(world, referral)
    assert [row["state"] for row in rows].count("due") == 1


async def test_a_late_one_is_a_task_of_the_sender(world, referral):
    first, *_ = await follow_ups(world, referral)
    await world.admin.execute("update task set due_at = now() - interval '1 day' where subject_id = $1", first["id"])
    late = (await world.get("officer", "/v1/tasks?noun=referral_follow_up&overdue=true")).json()["data"]
    assert [task["subject_id"] for task in late] == [first["id"]]
    await report(world, first)
    late = (await world.get("officer", "/v1/tasks?noun=referral_follow_up&overdue=true")).json()["data"]
    assert late == []


@pytest.mark.parametrize(
    ("user", "status", "code"),
    [
        ("officer", 409, "not_addressed_here"),
        ("police", 403, "forbidden"),
        ("volunteer", 403, "forbidden"),
        ("club_board", 403, "forbidden"),
        ("province_officer", 403, "forbidden"),
        ("health_station", 404, "not_found"),
        ("neighbour", 404, "not_found"),
    ],
)
async def test_only_the_service_addressed_answers(world, referral, user, status, code):
    first, *_ = await follow_ups(world, referral)
    assert (await report(world, first, user=user, status=status))["code"] == code
    assert (await follow_ups(world, referral))[0]["state"] == "due"


async def test_a_follow_up_that_was_voided_is_not_answered_any_more(world, referral):
    first, *_ = await follow_ups(world, referral)
    path, match = f"/v1/referral-follow-ups/{first['id']}", f'"{first["version"]}"'
    gone = await world.call("officer", "DELETE", path, {"reason": "ghi nhầm"}, If_Match=match)
    assert gone.status_code == 200, gone.text
    assert (await report(world, first, status=409))["code"] == "already_voided"


async def test_another_clinic_and_one_whose_referral_has_ended_see_nothing_to_answer(world, person, referral):
    first, *_ = await follow_ups(world, referral)
    world.users["other_centre"] = await hire(world, f"centre.{new_id().hex[-12:]}", "rehab_centre", "hoa_club")
    await report(world, first, user="other_centre", status=404)
    made = await answered(world, "rehab_centre", referral, "attended", attended_on=str(TODAY))
    await answered(world, "rehab_centre", made, "completed", outcome="need_met")
    await report(world, first, status=404)
    assert (await sent(world, await world.person("hoa", "Lê Văn Bảy")))["state"] == "sent"


async def test_many_at_once_each_has_a_result_of_its_own(world, referral):
    first, second, third = await follow_ups(world, referral)
    rows = [said(first, "TT/1"), said(second, "TT/2", result="not_reached"), {"follow_up_id": "x"}, said(third, "TT/3")]
    answer = await world.call("rehab_centre", "POST", f"{PATH}:bulk", {"reports": rows})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [(one["outcome"], one["code"]) for one in told] == [
        ("done", None),
        ("refused", "invalid"),
        ("refused", "invalid"),
        ("done", None),
    ]
    rows[1]["result"] = "stopped"
    told = (await world.call("rehab_centre", "POST", f"{PATH}:bulk", {"reports": rows})).json()
    assert [one["outcome"] for one in told] == ["replayed", "done", "refused", "replayed"]
    refused = await world.call("officer", "POST", f"{PATH}:bulk", {"reports": []})
    assert refused.json()["errors"] == [{"pointer": "/reports", "code": "required", "message": "Bắt buộc phải có"}]
    assert (await world.call("volunteer", "POST", f"{PATH}:bulk", {"reports": rows})).status_code == 403


async def test_graphql_does_the_same(world, referral):
    first, second, _ = await follow_ups(world, referral)
    ask = """mutation($id: UUID!, $on: Date!) {
      reportAdherence(said: {followUpId: $id, result: attending, doneOn: $on, sourceRef: "A"}) { state reportRef }
    }"""
    told = await world.ask("rehab_centre", ask, {"id": first["id"], "on": str(TODAY)})
    assert told["data"]["reportAdherence"] == {"state": "done", "reportRef": "A"}
    ask = """mutation($id: UUID!, $on: Date!) {
      reportAdherences(reports: [{followUpId: $id, result: stopped, doneOn: $on, sourceRef: "B"}]) { outcome result }
    }"""
    told = await world.ask("rehab_centre", ask, {"id": second["id"], "on": str(TODAY)})
    assert told["data"]["reportAdherences"] == [{"outcome": "done", "result": "stopped"}]
