"""Referrals: consent first, two sides, access while it is open, and always a next day (issue: the support, 8)."""

from __future__ import annotations

import asyncio

import pytest

from tests.referral_work import TODAY, accepted, ahead, answered, drafted, moved, referral, sent


@pytest.fixture
async def person(world):
    return await world.person("hoa", "Nguyễn Thị Mai", phone="+84912345678", national_id="001190000017")


def moves_of(made, side):
    return {move["to"] for move in made["transitions"] if side in move["sides"]}


async def test_without_consent_nothing_is_sent(world, person):
    made = await drafted(world, person, consent_on=None, consent_scope=None)
    refused = await moved(world, "officer", made, "sent", status=422)
    assert refused["code"] == "move_needs"
    assert refused["missing"] == ["consent_on"]
    assert (await world.get("rehab_centre", "/v1/referrals")).json()["data"] == []


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"consent_scope": ["phone"]}, "/consent_scope", "required"),
        ({"consent_on": None}, "/consent_on", "required"),
        ({"consent_on": ahead(1)}, "/consent_on", "in_the_future"),
        ({"to": "hoa_club"}, "/to_unit_id", "takes_no_referrals"),
        ({"to": "binh"}, "/to_unit_id", "takes_no_referrals"),
        ({"to": "north"}, "/to_unit_id", "takes_no_referrals"),
        ({"to": "old_commune"}, "/to_unit_id", "no_such_unit"),
        ({"support_model_id": "00000000-0000-7000-8000-000000000000"}, "/support_model_id", "no_model_here"),
        ({"reason": "a\u202eb"}, "/reason", "format_character"),
    ],
)
async def test_what_does_not_hold_together_is_refused_whole(world, person, change, pointer, code):
    reply = await world.call("officer", "POST", "/v1/referrals", referral(world, person, **change))
    assert reply.status_code == 422, reply.text
    assert (pointer, code) in {(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]}
    assert await world.admin.fetchval("select count(*) from referral") == 0


async def test_no_person_can_be_addressed(world, person):
    body = referral(world, person) | {"to_account_id": str(world.users["rehab_centre"].account_id)}
    assert (await world.call("officer", "POST", "/v1/referrals", body)).status_code == 422


async def test_sending_opens_to_the_unit_addressed_only_what_the_service_needs_and_the_person_agreed_to(world, person):
    made = await sent(world, person, kind="mental_health", consent_scope=["identity", "phone", "identity_number"])
    assert made["consequences"] == [
        {
            "kind": "gains_access",
            "person_id": str(person),
            "unit_id": str(world.units["centre"]),
            "nouns": ["referral", "referral_follow_up", "task", "person_phone"],
        }
    ]
    listed = (await world.get("rehab_centre", "/v1/referrals?include=person")).json()["data"]
    assert [row["person"]["full_name"] for row in listed] == ["Nguyễn Thị Mai"]


@pytest.mark.parametrize(
    ("kind", "scope", "nouns"),
    [
        (
            "loan",
            ["identity", "phone", "identity_number", "address"],
            {"person_phone", "person_identifier", "residence"},
        ),
        ("loan", ["identity"], set()),
        ("vocational_training", ["identity", "identity_number", "address"], {"person_identifier"}),
        ("health_service", ["identity", "phone", "identity_number", "address"], {"person_phone"}),
    ],
)
async def test_the_grant_is_the_least_of_need_and_consent(world, person, kind, scope, nouns):
    await sent(world, person, kind=kind, consent_scope=scope)
    classes = await world.admin.fetchval("select classes from access_grant")
    assert set(classes) == {"referral", "referral_follow_up", "task"} | nouns


async def test_a_draft_is_not_seen_by_the_unit_addressed(world, person):
    made = await drafted(world, person)
    assert (await world.get("rehab_centre", f"/v1/referrals/{made['id']}")).status_code == 404
    assert (await world.get("rehab_centre", f"/v1/persons/{person}")).status_code != 200


async def test_each_side_is_told_its_moves_and_makes_no_other(world, person):
    made = await sent(world, person)
    assert moves_of(made, "sender") == {"recalled"}
    assert moves_of(made, "receiver") == {"received"}
    assert moves_of(made, "clock") == {"expired"}
    refused = await moved(world, "officer", made, "received", status=409)
    assert (refused["code"], refused["allowed"]) == ("wrong_move", ["recalled"])
    refused = await answered(world, "rehab_centre", made, "recalled", status=409)
    assert refused["allowed"] == ["received"]
    refused = await answered(world, "rehab_centre", made, "expired", status=409)
    assert refused["allowed"] == ["received"]
    refused = await answered(world, "officer", made, "received", status=409)
    assert refused["code"] == "not_addressed_here"


async def test_the_whole_way_to_an_outcome(world, person):
    made = await accepted(world, person)
    assert made["due_on"] == ahead(14)
    assert made["due_rule"] == "referral.follow_up@1"
    made = await answered(world, "rehab_centre", made, "attended", attended_on=str(TODAY))
    made = await answered(world, "rehab_centre", made, "in_service", service_from=str(TODAY))
    refused = await answered(world, "rehab_centre", made, "completed", status=422)
    assert refused["missing"] == ["outcome"]
    refused = await answered(world, "rehab_centre", made, "completed", status=422, outcome="person_stopped")
    assert refused["errors"][0]["code"] == "not_for_this_kind"
    made = await answered(world, "rehab_centre", made, "completed", outcome="need_met", answer_note="Đã ổn định")
    assert made["state"] == "completed"
    assert made.get("due_on") is None
    assert made["transitions"] == []
    told = (await world.get("officer", f"/v1/referrals/{made['id']}?include=follow_ups")).json()
    assert (told["outcome"], told["answer_note"]) == ("need_met", "Đã ổn định")
    assert {one["state"] for one in told["follow_ups"]} == {"dropped"}
    assert await world.admin.fetchval("select count(*) from task where state = 'open'") == 0


@pytest.mark.parametrize("end", ["completed", "declined", "recalled", "discontinued", "voided"])
async def test_access_ends_with_the_referral(world, person, end):
    made = await sent(world, person)
    if end == "recalled":
        await moved(world, "officer", made, "recalled", recall_reason="consent_withdrawn")
    elif end == "voided":
        await world.call("officer", "DELETE", f"/v1/referrals/{made['id']}", {"reason": "nhầm"}, If_Match='"2"')
    else:
        made = await answered(world, "rehab_centre", made, "received")
        if end == "declined":
            made = await answered(world, "rehab_centre", made, "declined", decline_reason="no_capacity")
            assert made["decline_reason"] == "no_capacity"
        else:
            made = await answered(world, "rehab_centre", made, "accepted")
            made = await answered(world, "rehab_centre", made, "attended", attended_on=str(TODAY))
            outcome = "need_met" if end == "completed" else "person_stopped"
            await answered(world, "rehab_centre", made, end, outcome=outcome)
    assert (await world.get("rehab_centre", f"/v1/referrals/{made['id']}")).status_code == 404
    assert (await world.get("rehab_centre", "/v1/referrals")).json()["data"] == []
    assert (await world.get("officer", f"/v1/referrals/{made['id']}")).status_code == 200


async def test_what_was_agreed_to_is_fixed_once_sent(world, person):
    made = await drafted(world, person)
    path, consent = f"/v1/referrals/{made['id']}", {"consent_scope": ["identity"]}
    reply = await world.call("officer", "PATCH", path, consent, If_Match='"1"')
    assert reply.json()["consent_scope"] == ["identity"]
    made = await moved(world, "officer", reply.json(), "sent")
    change = {"kind": "loan", "consent_scope": ["identity", "address"], "reason": "Cần sớm"}
    reply = await world.call("officer", "PATCH", path, change, If_Match=f'"{made["version"]}"')
    assert [flaw["pointer"] for flaw in reply.json()["errors"]] == ["/consent_scope", "/kind"]
    reply = await world.call("officer", "PATCH", path, {"reason": "Cần sớm"}, If_Match=f'"{made["version"]}"')
    assert (reply.status_code, reply.json()["reason"]) == (200, "Cần sớm")


async def test_two_sides_that_move_at_once_one_wins(world, person):
    for _ in range(5):
        made = await answered(world, "rehab_centre", await sent(world, person), "received")
        recall = {"to": "recalled", "recall_reason": "consent_withdrawn"}
        replies = await asyncio.gather(
            world.call("officer", "POST", f"/v1/referrals/{made['id']}/transitions", recall, If_Match='"3"'),
            world.call(
                "rehab_centre", "POST", f"/v1/referrals/{made['id']}/answers", {"to": "accepted"}, If_Match='"3"'
            ),
        )
        codes = [reply.status_code for reply in replies]
        assert sorted(codes) in ([200, 404], [200, 412]), [reply.text for reply in replies]
        told = (await world.get("officer", f"/v1/referrals/{made['id']}")).json()
        assert (told["state"], told["version"]) == ("recalled" if codes[0] == 200 else "accepted", 4)


# -- both doors ---------------------------------------------------------------------------------------------------


async def test_both_doors_send_answer_and_read_a_case_file(world, person):
    query = (
        "mutation($new: NewReferral!) { recordReferral(new: $new) { id version state toUnit { name } transitions } }"
    )
    new = {
        "personId": str(person),
        "kind": "mental_health",
        "toUnitId": str(world.units["centre"]),
        "consentOn": str(TODAY),
        "consentScope": ["identity"],
    }
    made = (await world.ask("officer", query, {"new": new}))["data"]["recordReferral"]
    assert (made["state"], made["toUnit"]) == ("draft", {"name": "Centre"})
    act = f'mutation {{ moveReferral(id: "{made["id"]}", move: {{to: sent}}, given: {{ifMatch: "1"}}) {{ state }} }}'
    assert (await world.ask("officer", act))["data"]["moveReferral"] == {"state": "sent"}
    act = f'mutation {{ answerReferral(id: "{made["id"]}", said: {{to: received}}, given: {{ifMatch: "2"}}) {{ state }} }}'
    assert (await world.ask("rehab_centre", act))["data"]["answerReferral"] == {"state": "received"}
    rest = (await world.get("officer", f"/v1/persons/{person}?include=referrals")).json()["referrals"]
    query = f'{{ person(id: "{person}") {{ referrals {{ nodes {{ id state }} }} }} }}'
    nodes = (await world.ask("officer", query))["data"]["person"]["referrals"]["nodes"]
    assert [(one["id"], one["state"]) for one in rest] == [(one["id"], one["state"]) for one in nodes]


async def test_validate_only_opens_nothing(world, person):
    made = await drafted(world, person)
    path = f"/v1/referrals/{made['id']}/transitions"
    reply = await world.call("officer", "POST", path, {"to": "sent"}, If_Match='"1"', Prefer="validate-only")
    assert reply.json()["consequences"][0]["kind"] == "gains_access"
    assert await world.admin.fetchval("select count(*) from access_grant") == 0


async def test_a_repeated_answer_is_told_again_once(world, person):
    made = await sent(world, person)
    path, key = f"/v1/referrals/{made['id']}/answers", {"Idempotency_Key": "hai-lan", "If_Match": '"2"'}
    first = await world.call("rehab_centre", "POST", path, {"to": "received"}, **key)
    again = await world.call("rehab_centre", "POST", path, {"to": "received"}, **key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json()["version"] == 3


async def test_graphql_refuses_what_rest_refuses_and_names_what_is_missing(world, person):
    """Consent first; an outcome to complete; a day and a result for each follow-up, so that a next day always stands."""
    graph = 'mutation {{ {act}(id: "{id}", {body}, given: {{ifMatch: "{version}"}}) {{ id }} }}'

    async def refused(user, act, row, body):
        answer = await world.ask(user, graph.format(act=act, id=row["id"], body=body, version=row["version"]))
        assert answer["data"] == {act: None}
        (error,) = answer["errors"]
        return error["extensions"]

    made = await drafted(world, person, consent_on=None, consent_scope=None)
    told = await refused("officer", "moveReferral", made, "move: {to: sent}")
    assert (told["code"], told["missing"]) == ("move_needs", ["consent_on"])
    made = await answered(world, "rehab_centre", await accepted(world, person), "attended", attended_on=str(TODAY))
    told = await refused("rehab_centre", "answerReferral", made, "said: {to: completed}")
    assert (told["code"], told["missing"]) == ("move_needs", ["outcome"])
    told = await refused("rehab_centre", "answerReferral", made, "said: {to: completed, outcome: person_stopped}")
    assert (told["code"], told["errors"][0]["pointer"]) == ("invalid", "/outcome")
    told = await refused("officer", "moveReferral", made, "move: {to: discontinued}")
    assert (told["code"], told["missing"]) == ("move_needs", ["outcome"])
    first = (await world.get("officer", "/v1/referral-follow-ups?state=due&sort=due")).json()["data"][0]
    told = await refused("officer", "moveReferralFollowUp", first, "move: {to: done}")
    assert (told["code"], told["missing"]) == ("move_needs", ["done_on", "result"])
    assert (await world.get("officer", f"/v1/referrals/{made['id']}")).json()["due_on"] == ahead(14)


async def test_a_draft_that_ends_tells_nobody_of_a_loss_for_nobody_had_seen_it(world, person):
    made = await drafted(world, person)
    reply = await world.call("officer", "DELETE", f"/v1/referrals/{made['id']}", {"reason": "nhầm"}, If_Match='"1"')
    assert reply.status_code == 200, reply.text
    assert reply.json()["consequences"] is None
    made = await sent(world, person)
    reply = await world.call("officer", "DELETE", f"/v1/referrals/{made['id']}", {"reason": "nhầm"}, If_Match='"2"')
    assert [told["kind"] for told in reply.json()["consequences"]] == ["loses_access"]


async def test_a_draft_addressed_elsewhere_is_looked_at_anew_and_goes_there(world, person):
    made = await drafted(world, person, to="hoa_station", kind="health_service")
    path = f"/v1/referrals/{made['id']}"
    for unit, code in (("binh", "takes_no_referrals"), ("old_commune", "no_such_unit")):
        reply = await world.call("officer", "PATCH", path, {"to_unit_id": str(world.units[unit])}, If_Match='"1"')
        assert reply.json()["errors"][0]["code"] == code
    body = {"to_unit_id": str(world.units["centre"])}
    reply = await world.call("officer", "PATCH", path, body, If_Match='"1"')
    assert reply.status_code == 200, reply.text
    await moved(world, "officer", reply.json(), "sent")
    assert (await world.get("rehab_centre", path)).status_code == 200
    assert (await world.get("health_station", path)).status_code == 404
