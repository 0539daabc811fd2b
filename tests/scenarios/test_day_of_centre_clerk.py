"""The day of a clerk of a rehab centre with its discharge notices, and of a clinic (dossier §17).

Through the public API only, each step as the role whose work it is.
"""

from __future__ import annotations

import hashlib

import pytest

from api.working import sweep
from tests.api.conftest import hand  # noqa: F401 - the worker's hand, as the tests of the doors have it
from tests.api.test_documents import upload
from tests.case_work import Desk, at, standing

CLERK = "rehab_centre"
NOTICES = "/v1/discharge-notices"


@pytest.fixture
def desk(world):
    return Desk(world, at("2026-07-17 08:30"))


def form_51(world, number, name, unit="hoa", **more):
    return {
        "unit_id": str(world.units[unit]),
        "treatment": "compulsory",
        "order_kind": "administrative_measure",
        "full_name": name,
        "completes_on": "2026-08-31",
        "source_ref": f"2026/{number}",
    } | more


async def state(desk, ref):
    (row,) = (await desk.done(CLERK, "GET", f"{NOTICES}?source_ref={ref}&fields=state,version,reason"))["data"]
    return row


async def move(desk, user, notice, to, **more):
    path = f"{NOTICES}/{notice['id']}/transitions"
    return await desk.done(user, "POST", path, {"to": to} | more, If_Match=f'"{notice["version"]}"')


async def attach(desk, notice, content, kind, ref):
    query = f"notice_id={notice['id']}&kind={kind}&source_ref={ref}&sha256={hashlib.sha256(content).hexdigest()}"
    with standing(desk.world, desk.now):
        sent = await desk.world.client.post(
            f"/v1/notice-attachments?{query}",
            content=content,
            headers=desk.world.users[CLERK].headers | {"Content-Type": "application/pdf"},
        )
    assert sent.status_code == 201, sent.text
    return sent.json()


async def content(desk, file, user):
    return await desk.call(user, "GET", f"/v1/notice-attachments/{file['id']}/content")


async def test_from_the_list_of_those_finishing_to_the_minutes_in_the_last_hours(desk, hand):  # noqa: F811
    world = desk.world
    # 45 days ahead: the commune asked who is coming home, and the clerk answers with the list
    period = {"period_from": "2026-08-01", "period_to": "2026-08-31", "due_on": "2026-07-31"}
    await desk.done("officer", "POST", "/v1/review-rounds", period | {"asked_unit_ids": [str(world.units["centre"])]})
    (request,) = (await desk.done(CLERK, "GET", "/v1/review-requests?state=asked"))["data"]
    named = [
        {"full_name": name, "treatment": "compulsory", "order_kind": "administrative_measure"}
        | {"completes_on": "2026-08-31", "born_on": born}
        for name, born in (
            ("Nguyễn Văn An", "1990-01-02"),
            ("Trần Văn Bảo", "1988-03-04"),
            ("Lê Văn Chín", "1979-05-06"),
        )
    ]
    path = f"/v1/review-requests/{request['id']}/answers"
    await desk.done(CLERK, "POST", path, {"persons": named}, If_Match=f'"{request["version"]}"')

    # the clerk keeps the list back as it stands, and confirms the day of each before it goes out
    rows = [form_51(world, n, who["full_name"], born_on=who["born_on"]) for n, who in enumerate(named, 1)]
    kept = await desk.done(CLERK, "POST", f"{NOTICES}:bulk", {"notices": [row | {"draft": True} for row in rows[:2]]})
    assert [one["state"] for one in kept] == ["draft", "draft"]

    # the list goes out at once; one row has a slip, and only that row is sent again
    slip = [*rows[:2], rows[2] | {"order_kind": None}]
    told = await desk.done(CLERK, "POST", f"{NOTICES}:bulk", {"notices": slip})
    assert [one["outcome"] for one in told] == ["done", "done", "refused"]
    assert [one["warnings"] for one in told[:2]] == [[], []], "in time: 45 days ahead"
    waiting = (await desk.done(CLERK, "GET", "/v1/reconciliations?state=expected"))["data"]
    assert [line["full_name"] for line in waiting] == ["Lê Văn Chín"], "the one whose notice is still missing"
    rows[2] |= {"unit_id": str(world.units["binh"])}
    told = await desk.done(CLERK, "POST", f"{NOTICES}:bulk", {"notices": rows})
    assert [one["outcome"] for one in told] == ["replayed", "replayed", "done"]

    # beside Form 51: the decision on the treatment, the reintegration plan, and the certificate of a trade
    decision_paper = await attach(
        desk, await state(desk, "2026/1"), b"%PDF-1.7 decision", "rehab_decision", "2026/1/QD"
    )
    plan = await attach(desk, await state(desk, "2026/3"), b"%PDF-1.7 plan", "reintegration_plan", "2026/3/KH")
    trade = {
        "notice_id": decision_paper["notice_id"],
        "trade": "Điện dân dụng",
        "school_name": "Trường Trung cấp nghề số 2",
        "certificate_number": "DD-77",
        "enrolled_on": "2026-02-02",
        "finished_on": "2026-05-29",
        "certified_on": "2026-06-12",
        "source_ref": "2026/1/CC",
    }
    await desk.done(CLERK, "POST", "/v1/training-certificates", trade)
    assert (await content(desk, plan, "neighbour")).content == b"%PDF-1.7 plan", (
        "sent to the wrong commune, still theirs"
    )

    # received, accepted; the third went to the wrong commune and is sent on to the right one, the same notice
    first = await move(desk, "police", await state(desk, "2026/1"), "received")
    first = await move(desk, "police", first, "accepted")
    await move(desk, "police", await state(desk, "2026/2"), "received")
    third = await move(desk, "neighbour", await state(desk, "2026/3"), "received")
    await move(desk, "neighbour", third, "misrouted", reason="không cư trú tại xã")
    seen = await state(desk, "2026/3")
    assert (seen["state"], seen["reason"]) == ("misrouted", "không cư trú tại xã")
    await move(desk, CLERK, seen, "sent", unit_id=str(world.units["hoa"]))
    listed = await desk.done(CLERK, "GET", f"{NOTICES}?count=exact")
    assert listed["total"] == 3
    assert (await content(desk, plan, "neighbour")).status_code == 404, "gone from sight with the notice"
    assert (await content(desk, plan, "police")).content == b"%PDF-1.7 plan"
    assert (await content(desk, decision_paper, "police")).content == b"%PDF-1.7 decision"
    trained = await desk.done("officer", "GET", f"/v1/vocational-supports?person_id={first['person_id']}")
    assert [(row["stage"], row["certificate_number"]) for row in trained["data"]] == [("in_rehab", "DD-77")]

    # an early release is an amendment, another person's extension a cancellation; neither a silent edit
    path = f"{NOTICES}/{first['id']}"
    early = {"completes_on": "2026-08-20", "reason": "được giảm thời hạn"}
    await desk.done(CLERK, "PATCH", path, early, If_Match=f'"{first["version"]}"')
    await move(desk, CLERK, await state(desk, "2026/2"), "cancelled", reason="gia hạn")

    # 48 hours before the gate no decision is there: both sides are alarmed
    desk.on("2026-08-18 00:30")
    await sweep(hand, desk.now)
    alarmed = await desk.done(CLERK, "GET", f"{NOTICES}?alarmed=true")
    assert [row["source_ref"] for row in alarmed["data"]] == ["2026/1"]
    assert alarmed["data"][0]["told_at"] < "2026-07-18", "the centre can prove that it sent in time"
    waiting = await desk.done("police", "GET", "/v1/tasks?kind=decision_missing")
    assert [task["subject_id"] for task in waiting["data"]] == [first["id"]]

    # the commune decides and scans; 12 hours before the gate the clerk reads the paper and gives it with minutes
    case = {"id": first["case_id"]}
    await desk.propose(case)
    decision = await desk.step(await desk.draft(case), "signed")
    await upload(desk, decision, b"%PDF-1.7 signed")
    assert (await desk.done(CLERK, "GET", f"{NOTICES}?alarmed=true"))["data"] == []
    desk.on("2026-08-20 08:00")
    paper = await desk.call(CLERK, "GET", f"{path}/decision")
    assert paper.content == b"%PDF-1.7 signed"
    handed = {"received_at": desk.now.isoformat(), "minutes_number": "23/BB-GN", "handed_by": "Lê Thị Cán"}
    version = (await state(desk, "2026/1"))["version"]
    await desk.done(CLERK, "POST", f"{path}/hand-over", handed, If_Match=f'"{version}"')
    scan = b"%PDF-1.7 minutes"
    with standing(world, desk.now):
        sent = await world.client.post(
            f"{NOTICES}:minutes?notice_id={first['id']}&sha256={hashlib.sha256(scan).hexdigest()}",
            content=scan,
            headers=world.users[CLERK].headers | {"Content-Type": "application/pdf"},
        )
    assert sent.status_code == 200, sent.text

    # both sides count the same, and see who is lost
    desk.on("2026-09-30 08:00")
    for user in (CLERK, "police"):
        counts = await desk.done(user, "GET", "/v1/reconciliations:count")
        assert {line["state"]: line["persons"] for line in counts if line["persons"]} == {
            "lost_at_delivered": 1,
            "cancelled": 1,
            "lost_at_noticed": 1,
            None: 3,
        }, user
    (longest, *_) = (await desk.done("police", "GET", "/v1/reconciliations?lost=true&sort=longest"))["data"]
    assert (longest["full_name"], longest["age"]) == ("Lê Văn Chín", "quarter")


async def test_a_clinic_pushes_a_completion_and_the_commune_opens_the_case_from_it(desk):
    completion = {"kind": "substitution_completion", "treatment": "substitution_treatment", "order_kind": None}
    row = form_51(desk.world, 7, "Phạm Thị Dung", **completion) | {"completes_on": "2026-07-16"}
    (told,) = await desk.done(CLERK, "POST", f"{NOTICES}:bulk", {"notices": [row]})
    assert (told["outcome"], told["lead_due_on"], told["warnings"]) == ("done", None, []), "no lead time (Q4)"
    notice = await move(desk, "police", await state(desk, "2026/7"), "received")
    notice = await move(desk, "police", notice, "accepted")
    case = await desk.get(f"/v1/cases/{notice['case_id']}")
    assert (case["trigger"], case["pathway"]) == ("substitution_treatment_completion", "substitution_treatment")
    line = await desk.get(f"/v1/reconciliations/{notice['id']}", CLERK)
    assert line["state"] == "accepted"
