"""Answers of services that nobody signs in for: recorded by who sent, as told; the loop closes all the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.livelihood import look_after
from tests.referral_work import TODAY, answered, drafted, moved, sent
from tests.world import insert

TODAY_AT = datetime(2026, 1, 1, tzinfo=UTC)
PHONE = {"answered_by": "told_by_phone", "told_on": str(TODAY)}


@pytest.fixture
async def person(world):
    return await world.person("hoa")


@pytest.fixture
async def quiet(world):
    """The centre, with nobody who signs in for it."""
    user = world.users["rehab_centre"]
    await world.admin.execute("update account set state = 'closed' where id = $1", user.account_id)
    yield world
    await world.admin.execute("update account set state = 'active' where id = $1", user.account_id)


async def told(world, user, made, to, *, status=200, **facts):
    path, body = f"/v1/referrals/{made['id']}/told-answers", {"to": to} | PHONE | facts
    reply = await world.call(user, "POST", path, body, If_Match=f'"{made["version"]}"')
    assert reply.status_code == status, reply.text
    return reply.json()


async def test_the_loop_closes_by_what_was_told(quiet, person):
    made = await sent(quiet, person)
    made = await told(quiet, "officer", made, "received")
    assert (made["answered_by"], made["told_on"]) == ("told_by_phone", str(TODAY))
    made = await told(quiet, "officer", made, "accepted", answered_by="told_by_letter", appointment_on=str(TODAY))
    assert made["answered_by"] == "told_by_letter"
    assert made["due_on"] is not None
    made = await told(quiet, "officer", made, "attended", answered_by="told_in_person", attended_on=str(TODAY))
    made = await told(quiet, "officer", made, "completed", outcome="need_met")
    assert (made["state"], made.get("due_on")) == ("completed", None)
    acts = await quiet.admin.fetch(
        "select act from journal_entry where outcome = 'done' and noun = 'referral' order by id"
    )
    assert [row["act"] for row in acts][2:] == ["record_told_answer"] * 4


async def test_who_signs_in_answers_themselves(world, person):
    made = await sent(world, person)
    refused = await told(world, "officer", made, "received", status=409)
    assert refused["code"] == "answers_itself"
    assert (await answered(world, "rehab_centre", made, "received")).get("answered_by") is None


async def test_an_answer_of_its_own_takes_the_place_of_what_was_told(quiet, person):
    made = await told(quiet, "officer", await sent(quiet, person), "received")
    user = quiet.users["rehab_centre"]
    await quiet.admin.execute("update account set state = 'active' where id = $1", user.account_id)
    made = await answered(quiet, "rehab_centre", made, "accepted", appointment_on=str(TODAY))
    assert (made.get("answered_by"), made.get("told_on")) == (None, None)


async def test_a_post_that_cannot_answer_does_not_count_as_somebody_who_does(quiet, person):
    user = quiet.users["report_reader"]
    row = {"id": user.session_id, "account_id": user.account_id, "role": "report_reader"}
    row |= {"unit_id": quiet.units["centre"], "unit_no": quiet.no("centre"), "valid_from": TODAY_AT}
    await insert(quiet.admin, "appointment", row)
    try:
        made = await told(quiet, "officer", await sent(quiet, person), "received")
        assert (made["state"], made["answered_by"]) == ("received", "told_by_phone")
    finally:
        await quiet.admin.execute("delete from appointment where id = $1", user.session_id)


@pytest.mark.parametrize(
    ("until", "to", "allowed"),
    [
        ("draft", "received", []),
        ("sent", "accepted", ["received"]),
        ("received", "completed", ["accepted", "declined"]),
    ],
)
async def test_a_wrong_move_names_the_allowed_ones(quiet, person, until, to, allowed):
    made = await drafted(quiet, person)
    if until != "draft":
        made = await moved(quiet, "officer", made, "sent")
    if until == "received":
        made = await told(quiet, "officer", made, "received")
    refused = await told(quiet, "officer", made, to, status=409, outcome="need_met")
    assert (refused["code"], refused["allowed"]) == ("wrong_move", allowed)


async def test_what_was_told_has_a_way_and_a_day_that_can_be(quiet, person):
    made = await sent(quiet, person)
    path, version = f"/v1/referrals/{made['id']}/told-answers", f'"{made["version"]}"'
    for body, pointer in (
        ({"to": "received"}, "/answered_by"),
        ({"to": "received"} | PHONE | {"told_on": "2024-02-29"}, "/told_on"),
        ({"to": "received"} | PHONE | {"told_on": str(TODAY.replace(year=TODAY.year + 1))}, "/told_on"),
        ({"to": "received"} | PHONE | {"answered_by": "rumour"}, "/answered_by"),
    ):
        reply = await quiet.call("officer", "POST", path, body, If_Match=version)
        assert reply.status_code == 422
        assert pointer in {flaw["pointer"] for flaw in reply.json()["errors"]}
    await told(quiet, "officer", made | {"version": made["version"] + 1}, "received", status=412)


async def test_a_volunteer_records_it_for_their_own_referral_only(quiet, person):
    await look_after(quiet, person)
    own = await sent(quiet, person, "volunteer")
    officers = await sent(quiet, person, kind="mental_health")
    done = await told(quiet, "volunteer", own, "received")
    assert (await told(quiet, "volunteer", done, "accepted", appointment_on=str(TODAY)))["state"] == "accepted"
    await told(quiet, "volunteer", officers, "received", status=404)
    for user, status in (("police", 403), ("health_station", 404), ("neighbour", 404), ("province_officer", 403)):
        await told(quiet, user, officers, "received", status=status)


async def test_both_doors_record_the_same(quiet, person):
    made = await sent(quiet, person)
    ask = (
        f'mutation {{ recordToldAnswer(id: "{made["id"]}", given: {{ifMatch: "\\"{made["version"]}\\""}}, said: '
        f'{{to: received, answeredBy: told_by_letter, toldOn: "{TODAY}"}}) {{ state answeredBy toldOn }} }}'
    )
    answer = await quiet.ask("officer", ask)
    wanted = {"state": "received", "answeredBy": "told_by_letter", "toldOn": str(TODAY)}
    assert answer["data"]["recordToldAnswer"] == wanted
