"""The sender of an accepted notice reads the signed decision, gives it to the person and sends the minutes in."""

from __future__ import annotations

import hashlib

import pytest

from domain.ids import new_id
from tests.api.test_documents import upload
from tests.api.test_notices import PATH
from tests.api.test_reconciliations import CENTRE, accepted, decided, move, push
from tests.case_work import Desk, at, standing
from tests.world import hire

PDF = b"%PDF-1.7 signed decision"
SCAN = b"%PDF-1.7 minutes"


@pytest.fixture
def desk(world):
    return Desk(world, at("2026-08-03"))


async def ready(desk):
    """A notice accepted and decided, its signed paper scanned; the hour of handing over."""
    notice = await accepted(desk, 1)
    decision = await decided(desk, notice)
    await upload(desk, decision, PDF)
    desk.on("2026-08-30 12:00")
    return await desk.get(f"{PATH}/{notice['id']}", CENTRE), decision


def minutes(desk, **more):
    return {"received_at": desk.now.isoformat(), "minutes_number": "23/BB-GN", "handed_by": "Lê Văn Cán"} | more


async def handing(desk, notice, user=CENTRE, **more):
    path = f"{PATH}/{notice['id']}/hand-over"
    return await desk.call(user, "POST", path, minutes(desk, **more), If_Match=f'"{notice["version"]}"')


async def sending(desk, notice, content=SCAN, user=CENTRE, sha256=None):
    digest = sha256 or hashlib.sha256(content).hexdigest()
    path = f"{PATH}:minutes?notice_id={notice['id']}&sha256={digest}"
    with standing(desk.world, desk.now):
        headers = desk.world.users[user].headers | {"Content-Type": "application/pdf"}
        return await desk.world.client.post(path, content=content, headers=headers)


async def test_the_centre_reads_the_signed_decision_gives_it_and_sends_the_minutes(desk):
    notice, decision = await ready(desk)
    paper = await desk.call(CENTRE, "GET", f"{PATH}/{notice['id']}/decision")
    assert (paper.status_code, paper.content) == (200, PDF)
    assert paper.headers["content-type"] == "application/pdf"
    given = await handing(desk, notice)
    assert given.status_code == 200, given.text
    assert (await desk.decision(decision))["state"] == "delivered"
    found = await desk.get(f"/v1/management-decisions/{decision['id']}?include=deliveries")
    (made,) = found["deliveries"]
    assert (made["recipient"], made["minutes_number"], made["timely"], made["form"]) == (
        "person_or_representative",
        "23/BB-GN",
        True,
        "D163/V/23",
    )
    sent = await sending(desk, notice)
    assert (sent.status_code, sent.json()["id"]) == (200, notice["id"])
    (scan,) = (await desk.get(f"/v1/documents?decision_id={decision['id']}&form=D163/V/23"))["data"]
    kept = await desk.call("leader", "GET", f"/v1/documents/{scan['id']}/content")
    assert kept.content == SCAN
    again = await desk.call(CENTRE, "GET", f"{PATH}/{notice['id']}/decision")
    assert again.content == PDF, "the minutes are not the decision"
    line = await desk.get(f"/v1/reconciliations/{notice['id']}", CENTRE)
    assert (line["state"], line["since_on"]) == ("delivered", "2026-08-30")
    acts = await desk.world.admin.fetch(
        "select act, subject_ids from journal_entry where noun = 'discharge_notice' and outcome in ('read', 'done')"
    )
    about = {row["act"]: [str(id) for id in row["subject_ids"]] for row in acts}
    for act in ("read_notice_decision", "hand_over_decision", "send_minutes"):
        assert about[act] == [notice["person_id"]], act


async def test_a_second_click_is_the_same_hand_over_and_other_minutes_are_refused(desk):
    notice, decision = await ready(desk)
    await handing(desk, notice)
    again = await handing(desk, notice)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")
    other = await handing(desk, notice, minutes_number="24/BB-GN")
    assert (other.status_code, other.json()["code"]) == (409, "wrong_move")
    found = await desk.get(f"/v1/management-decisions/{decision['id']}?include=deliveries")
    assert len(found["deliveries"]) == 1


async def test_a_stale_version_or_none_hands_nothing_over(desk):
    notice, decision = await ready(desk)
    assert (await handing(desk, notice | {"version": 1})).status_code == 412
    path = f"{PATH}/{notice['id']}/hand-over"
    assert (await desk.call(CENTRE, "POST", path, minutes(desk))).status_code == 428
    assert (await desk.decision(decision))["state"] == "signed"


@pytest.mark.parametrize(
    ("hour", "timely"), [("2026-08-29 12:00", False), ("2026-08-31 23:59", True), ("2026-09-01 00:01", False)]
)
async def test_whether_it_was_in_time_follows_the_law_on_either_side(desk, hour, timely):
    notice, decision = await ready(desk)
    desk.on(hour)
    assert (await handing(desk, notice)).status_code == 200
    found = await desk.get(f"/v1/management-decisions/{decision['id']}?include=deliveries")
    assert found["deliveries"][0]["timely"] is timely


async def test_tomorrow_is_not_handed_over_yet(desk):
    notice, _ = await ready(desk)
    refused = await handing(desk, notice, received_at="2026-08-31T12:00:00+07:00")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "in_the_future")


async def code_of_all(desk, notice, user=CENTRE):
    """How each of the three is refused."""
    answers = [
        await desk.call(user, "GET", f"{PATH}/{notice['id']}/decision"),
        await handing(desk, notice, user),
        await sending(desk, notice, user=user),
    ]
    return [(answer.status_code, answer.json()["code"]) for answer in answers]


async def test_nothing_is_given_before_the_notice_is_accepted_and_decided(desk):
    notice = await push(desk, 1)
    assert await code_of_all(desk, notice) == [(409, "notice_not_accepted")] * 3
    notice = await move(desk, await move(desk, notice, "received"), "accepted")
    assert await code_of_all(desk, notice) == [(409, "decision_not_signed")] * 3
    await decided(desk, notice)
    paper = await desk.call(CENTRE, "GET", f"{PATH}/{notice['id']}/decision")
    assert (paper.status_code, paper.json()["code"]) == (409, "no_signed_scan")


CLINIC = {"kind": "substitution_completion", "treatment": "substitution_treatment"}


@pytest.mark.parametrize(
    ("day", "more"),
    [("2026-08-03", CLINIC), ("2026-06-30", {})],
    ids=["the law sends it to centres", "D116 78(3) does not"],
)
async def test_a_clinic_and_a_decision_of_the_former_law_are_not_the_senders_to_hand_over(desk, day, more):
    notice = await accepted(desk.on(day), 1, **more)
    await decided(desk, notice)
    notice = await desk.get(f"{PATH}/{notice['id']}", CENTRE)
    assert await code_of_all(desk, notice) == [(409, "decision_not_for_sender")] * 3


async def test_of_others_notices_nothing_is_read_given_or_sent(desk):
    world = desk.world
    notice, decision = await ready(desk)
    world.users["other_centre"] = await hire(world, f"centre.{new_id().hex[-12:]}", "rehab_centre", "hoa_club")
    try:
        assert await code_of_all(desk, notice, "other_centre") == [(404, "not_found")] * 3
    finally:
        world.users.pop("other_centre")
    for user in ("police", "officer", "leader", "volunteer", "neighbour"):
        assert {code for code, _ in await code_of_all(desk, notice, user)} == {403}, user
    assert (await desk.decision(decision))["state"] == "signed"
    denied = await world.admin.fetch("select outcome from journal_entry where act = 'read_notice_decision'")
    assert {row["outcome"] for row in denied} == {"absent", "denied"}


async def test_who_moved_on_is_given_the_decision_all_the_same(desk):
    notice, decision = await ready(desk)
    there = {"person_id": notice["person_id"], "unit_id": str(desk.world.units["binh"]), "reason": "chuyển nơi cư trú"}
    made = await desk.done("officer", "POST", "/v1/handovers", there)
    path = f"/v1/handovers/{made['id']}/transitions"
    await desk.done("neighbour", "POST", path, {"to": "accepted"}, If_Match=f'"{made["version"]}"')
    answer = await handing(desk, notice)
    assert answer.status_code == 200, answer.text
    found = await desk.get(f"/v1/management-decisions/{decision['id']}?include=deliveries", "neighbour")
    assert (found["state"], len(found["deliveries"])) == ("delivered", 1)
    assert (await desk.call(CENTRE, "GET", f"{PATH}/{notice['id']}/decision")).content == PDF


async def test_minutes_that_are_not_what_they_say_are_refused(desk):
    notice, _ = await ready(desk)
    assert (await sending(desk, notice, b"plain")).json()["errors"][0]["code"] == "not_of_this_format"
    assert (await sending(desk, notice, sha256="0" * 64)).json()["errors"][0]["code"] == "checksum_differs"
    assert (await sending(desk, notice, b"%PDF-" + b"x" * 10_000_000)).status_code == 413


async def test_graphql_hands_over_alike(desk):
    notice, decision = await ready(desk)
    ask = """mutation($id: UUID!, $at: DateTime!, $match: String!) { handOverNoticeDecision(id: $id,
        handed: {receivedAt: $at, minutesNumber: "9/BB"}, given: {ifMatch: $match}) { id state } }"""
    values = {"id": notice["id"], "at": desk.now.isoformat(), "match": str(notice["version"])}
    told = await desk.ask(CENTRE, ask, values)
    assert told["data"]["handOverNoticeDecision"] == {"id": notice["id"], "state": "accepted"}
    assert (await desk.decision(decision))["state"] == "delivered"
