"""A tour of the law in force through the public doors: each act is checked by both, then done by one of them.

Stories of one commune, told in the order of an officer's weeks; the last line asserts that no act was left out.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from api.routers import cases, courses, decisions, documents, handovers, lawbook, notices, reviews, tasks
from domain.law.rows import RULES
from tests.both_doors import Doors
from tests.world import hire

OF_THE_LAW = (cases, courses, decisions, documents, handovers, lawbook, notices, reviews, tasks)
ASIDE = {
    ("POST", "/v1/discharge-notices:bulk"),  # the centre's own day: tests/scenarios/test_day_of_centre_clerk.py
    ("POST", "/v1/discharge-notices:minutes"),
    ("POST", "/v1/discharge-notices/{id}/hand-over"),
    ("POST", "/v1/working-days:compute"),
    ("POST", "/v1/documents:upload"),
}
"""Computes and takes in bytes: by REST alone, or not an act."""
COURT = {"number": "12/2026/QĐ", "dated": "2026-09-20", "authority": "Tòa án khu vực 3"}
POLICE = {"number": "15/BB", "dated": "2026-10-12", "authority": "Công an phường"}
PUBLIC = "voluntary_facility_public"
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"


@pytest.fixture
async def doors(world):
    if "second_admin" not in world.users:
        world.users["second_admin"] = await hire(world, "second_admin", "system_admin", "country")
    yield Doors(world)
    await as_shipped(world.admin)


async def as_shipped(admin: Any) -> None:
    """The law and the forms as they come."""
    async with admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute("delete from law_rule where change_id is not null")
        await connection.execute("delete from calendar_day where change_id is not null")
        await connection.execute("delete from law_change")
        term = _last_term()
        await connection.execute(
            "update law_rule set valid_to = null where rule = $1 and rule_version = $2", term.id, term.version
        )
        unconfirmed = "confirmed_at = null, gazette = null, confirmed_by = null, version = 1"
        await connection.execute(f"update form_confirmation set {unconfirmed}")
        await connection.execute("update law_state set version = version + 1")


def _last_term() -> Any:
    return next(rule for rule in RULES if rule.id == "term.compulsory_adult" and rule.valid_to is None)


async def test_every_act_of_the_law_goes_through_both_doors(doors):
    for story in (
        a_course_opens_a_case,
        a_notice_goes_wrong_ways_and_is_accepted,
        a_notice_comes_on_paper,
        a_round_forgets_nobody,
        a_case_from_notice_to_assessment,
        decisions_are_replaced_and_fall,
        cases_end_before_their_time,
        a_person_is_given_and_another_asked_for,
        the_law_changes_by_two_persons,
    ):
        await story(doors)
    routes = {(next(iter(route.methods)), route.path) for part in OF_THE_LAW for route in part.router.routes}
    left = {route for route in routes if route[0] != "GET"} - doors.travelled - ASIDE
    assert not left


async def somebody(doors: Doors, name: str, **facts: Any) -> Any:
    """A person put on the register by the commune's officer."""
    hoa = str(doors.world.units["hoa"])
    home = {"kind": "permanent", "unit_id": hoa, "address": "Số 12, đường Lê Lợi", "valid_from": "2024-01-01"}
    body = {"full_name": name, "born_on": "1990-05-17", "occupation": "thợ may", "residences": [home]} | facts
    return await doors.desk.done("officer", "POST", "/v1/persons", body)


async def a_course_opens_a_case(doors: Doors) -> None:
    doors.on("2026-07-31 16:00")
    person = await somebody(doors, "Nguyễn Thị Ưởng")
    body = {"person_id": person["id"], "kind": PUBLIC, "started_on": "2025-08-01", "place_name": "Cơ sở số 1"}
    wrong = await doors.act("officer", "/v1/treatment-courses", body | {"started_on": "2025-07-01"})
    void = {"reason": "ghi nhầm"}
    wrong = await doors.act("officer", f"/v1/treatment-courses/{wrong['id']}", void, method="DELETE", of=wrong)
    assert wrong["voided_at"]
    course = await doors.act("officer", "/v1/treatment-courses", body)
    path = f"/v1/treatment-courses/{course['id']}"
    course = await doors.act("police", path, {"place_name": "Cơ sở số 2"}, method="PATCH", of=course)
    assert await doors.refused("officer", f"{path}/case", {}, of=course) == "course_not_completed"
    course = await doors.act("officer", f"{path}/transitions", {"to": "completed", "on": "2026-07-30"}, of=course)
    course = await doors.act("officer", f"{path}/case", {}, of=course)
    case = await doors.read("officer", f"/v1/cases/{course['case_id']}")
    assert (case["state"], case["origin_noun"], case["completed_on"]) == ("noticed", "treatment_course", "2026-07-30")
    counted = await doors.read("province_officer", "/v1/treatment-courses:count?since=2025-01-01")
    assert next(row for row in counted if row.get("kind") is None)["courses"] == 1


def form_51(doors: Doors, ref: str, **more: Any) -> dict[str, Any]:
    return {
        "unit_id": str(doors.world.units["hoa"]),
        "treatment": "compulsory",
        "order_kind": "administrative_measure",
        "full_name": "Lê Văn Ân",
        "completes_on": "2026-09-15",
        "source_ref": ref,
    } | more


async def a_notice_goes_wrong_ways_and_is_accepted(doors: Doors) -> None:
    doors.on("2026-08-03 09:00")
    notice = await doors.act("rehab_centre", "/v1/discharge-notices", form_51(doors, "51/1") | {"draft": True})
    path = f"/v1/discharge-notices/{notice['id']}"
    move = f"{path}/transitions"
    notice = await doors.act("rehab_centre", move, {"to": "sent"}, of=notice)
    notice = await doors.act("police", move, {"to": "received"}, of=notice)
    notice = await doors.act("police", move, {"to": "returned", "reason": "thiếu số quyết định"}, of=notice)
    assert await doors.refused("rehab_centre", move, {"to": "sent"}, of=notice) == "move_needs"
    added = {"decision_number": "7/QĐ-TA", "reason": "bổ sung số"}
    notice = await doors.act("rehab_centre", path, added, method="PATCH", of=notice)
    notice = await doors.act("rehab_centre", move, {"to": "sent"}, of=notice)
    notice = await doors.act("police", move, {"to": "received"}, of=notice)
    binh = str(doors.world.units["binh"])
    await doors.act("police", f"{path}/routings", {"unit_id": binh, "reason": "cư trú xã khác"}, of=notice)
    lost = await doors.desk.call("police", "GET", path)
    assert lost.status_code == 404, "what was sent on lies with the other commune"
    notice = await doors.read("neighbour", path)
    notice = await doors.act("neighbour", move, {"to": "received"}, of=notice)
    notice = await doors.act("neighbour", move, {"to": "misrouted", "reason": "không có địa chỉ này"}, of=notice)
    hoa = str(doors.world.units["hoa"])
    notice = await doors.act("rehab_centre", move, {"to": "sent", "unit_id": hoa}, of=notice)
    notice = await doors.act("officer", move, {"to": "received"}, of=notice)
    earlier = {"completes_on": "2026-09-10", "reason": "được giảm thời hạn"}
    notice = await doors.act("rehab_centre", path, earlier, method="PATCH", of=notice)
    notice = await doors.act("officer", f"{path}/seen", of=notice)
    notice = await doors.act("officer", move, {"to": "accepted"}, of=notice)
    case = await doors.read("officer", f"/v1/cases/{notice['case_id']}")
    assert (case["state"], case["completed_on"]) == ("noticed", "2026-09-10")
    notice = await doors.act("rehab_centre", move, {"to": "cancelled", "reason": "gia hạn"}, of=notice)
    waiting = await doors.read("officer", f"/v1/tasks?subject_id={notice['id']}")
    assert [task["kind"] for task in waiting["data"]] == ["see_notice_change"]


async def a_notice_comes_on_paper(doors: Doors) -> None:
    doors.on("2026-08-04 09:00")
    paper = form_51(doors, "giấy 3") | {"received_at": "2026-08-03T10:00:00+07:00", "full_name": "Đỗ Thúy An"}
    notice = await doors.act("officer", "/v1/discharge-notices:record", paper)
    assert (notice["state"], notice["received_at"][:10]) == ("received", "2026-08-03")
    path = f"/v1/discharge-notices/{notice['id']}"
    fixed = {"full_name": "Đỗ Thúy Ân", "reason": "đọc nhầm"}
    notice = await doors.act("police", path, fixed, method="PATCH", of=notice)
    again = await doors.desk.call("officer", "POST", "/v1/discharge-notices:record", paper)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")
    other = paper | {"completes_on": "2026-09-16"}
    assert await doors.refused("officer", "/v1/discharge-notices:record", other) == "notice_differs"
    gone = await doors.act("officer", f"{path}/transitions", {"to": "cancelled", "reason": "trùng"}, of=notice)
    assert gone["state"] == "cancelled"


async def a_round_forgets_nobody(doors: Doors) -> None:
    doors.on("2026-08-05 09:00")
    period = {"period_from": "2026-09-01", "period_to": "2026-09-30", "due_on": "2026-08-20"}
    asked = {"asked_unit_ids": [str(doors.world.units["centre"])]}
    begun = await doors.act("officer", "/v1/review-rounds", period | asked)
    path = f"/v1/review-rounds/{begun['id']}"
    [request] = (await doors.read("rehab_centre", "/v1/review-requests"))["data"]
    named = {"treatment": PUBLIC, "completes_on": "2026-09-20"}
    both = {"persons": [named | {"full_name": "Vũ Đình Ái"}, named | {"full_name": "K'Brôi"}]}
    await doors.act("rehab_centre", f"/v1/review-requests/{request['id']}/answers", both, of=request)
    begun = await doors.read("officer", path)
    own = {"persons": [named | {"full_name": "Hoàng Ân"}]}
    begun = await doors.act("officer", f"{path}/persons", own, of=begun)
    assert begun["persons_unanswered"] == 3
    assert await doors.refused("officer", f"{path}/transitions", {"to": "closed"}, of=begun) == "review_entries_open"
    for outcome in (
        {"to": "not_ours", "reason": "ở xã khác"},
        {"to": "unknown", "reason": "chưa rõ"},
        {"to": "opens_case"},
    ):
        asked = f"/v1/reviewed-persons?round_id={begun['id']}&outcome=unanswered"
        row = (await doors.read("police", asked))["data"][0]
        row = await doors.act("police", f"/v1/reviewed-persons/{row['id']}/transitions", outcome, of=row)
        if outcome["to"] == "not_ours":
            back = {"to": "unanswered", "reason": "xem lại"}
            row = await doors.act("police", f"/v1/reviewed-persons/{row['id']}/transitions", back, of=row)
            await doors.act("police", f"/v1/reviewed-persons/{row['id']}/transitions", outcome, of=row)
    begun = await doors.act("officer", f"{path}/transitions", {"to": "closed"}, of=await doors.read("officer", path))
    begun = await doors.act("officer", f"{path}/transitions", {"to": "open", "reason": "trả lời muộn"}, of=begun)
    begun = await doors.act("officer", f"{path}/transitions", {"to": "withdrawn", "reason": "trùng đợt"}, of=begun)
    assert (begun["state"], begun["persons_opening_a_case"]) == ("withdrawn", 1)


async def opened(doors: Doors, name: str, pathway: str = PUBLIC, **facts: Any) -> Any:
    person = await somebody(doors, name)
    body = {
        "person_id": person["id"],
        "trigger": "discharge_notice",
        "pathway": pathway,
        "completed_on": "2026-08-31",
        "notice_received_at": doors.desk.now.isoformat(),
    } | facts
    return await doors.act("officer", "/v1/cases", body)


async def proposed(doors: Doors, case: Any, number: str = "15/ĐN-CAP") -> Any:
    today = doors.desk.now.date().isoformat()
    proposal = {
        "number": number,
        "proposed_on": today,
        "received_on": today,
        "proposed_by": "Đỗ Văn Ước",
        "measures": "Tư vấn tâm lý",
        "from_on": "2026-08-31",
        "to_on": "2027-08-31",
    }
    return await doors.act(
        "police", f"/v1/cases/{case['id']}/transitions", {"to": "proposed", "proposal": proposal}, of=case
    )


async def drafted(doors: Doors, case: Any, number: str, **facts: Any) -> Any:
    body = {
        "case_id": case["id"],
        "number": number,
        "symbol": "QĐ-UBND",
        "decided_on": doors.desk.now.date().isoformat(),
        "signer_name": "Trần Thị Hoà",
        "signer_title": "Chủ tịch",
        "responsible": "Ông Lê Văn Đạt, Công an phường",
        "tasks": "Trạm y tế theo dõi sức khỏe",
    } | facts
    return await doors.act("officer", "/v1/management-decisions", body)


async def stepped(doors: Doors, decision: Any, to: str, user: str = "leader", **more: Any) -> Any:
    path = f"/v1/management-decisions/{decision['id']}"
    return await doors.act(user, f"{path}/transitions", {"to": to} | more, of=await doors.read(user, path))


async def moved(doors: Doors, case: Any, to: str, user: str = "leader", **more: Any) -> Any:
    path = f"/v1/cases/{case['id']}"
    return await doors.act(user, f"{path}/transitions", {"to": to} | more, of=await doors.read(user, path))


async def a_case_from_notice_to_assessment(doors: Doors) -> None:
    doors.on("2026-08-06 09:00")
    case = await opened(doors, "Phạm Minh Ánh")
    case = await proposed(doors, case)
    case = await moved(doors, case, "noticed", reason="thiếu lý lịch")
    case = await proposed(doors, case, "16/ĐN-CAP")
    mistaken = await drafted(doors, case, "71")
    changed = {"number": "72", "family_representative": "Bà Lê Thị Hoa"}
    mistaken = await doors.act(
        "officer", f"/v1/management-decisions/{mistaken['id']}", changed, method="PATCH", of=mistaken
    )
    assert await doors.refused("officer", *_signing(mistaken), of=mistaken) == "forbidden"
    await stepped(doors, mistaken, "withdrawn", "officer", reason="soạn nhầm")
    decision = await stepped(doors, await drafted(doors, case, "73"), "signed")
    assert len(decision["content_hash"]) == 64
    await papers_of_a_case(doors, case, decision)
    document = COURT | {"dated": "2026-08-06", "authority": "UBND phường"}
    decision = await stepped(doors, decision, "corrected", document=document, correction={"tasks": "Trạm y tế"})
    doors.on("2026-08-30 16:00")
    given = {"received_at": "2026-08-30T15:00:00+07:00", "minutes_number": "3/BBBG", "received_by": "Bản thân"}
    decision = await stepped(doors, decision, "delivered", "officer", delivery=given)
    path = f"/v1/management-decisions/{decision['id']}"
    copy = {"recipient": "commune_police_head", "received_at": "2026-08-30T15:30:00+07:00"}
    await doors.act("officer", f"{path}/deliveries", copy)
    doors.on("2026-09-01 09:00")
    assert (await doors.read("counsellor", "/v1/cases?via=grant"))["data"] == []
    assert (await doors.read("leader", f"/v1/cases/{case['id']}"))["state"] == "active"
    await people_beside_a_case(doors, case)
    await days_that_do_not_count(doors, case, decision)
    doors.on("2028-04-28 09:00")
    certificate = {"number": "5/GCN", "issued_on": "2028-04-28", "signer": "Trần Thị Hoà"}
    end = (await doors.read("leader", f"/v1/cases/{case['id']}"))["effective_end_on"]
    doors.on(f"{end} 09:00")
    case = await moved(doors, case, "completed", certificate=certificate | {"issued_on": end})
    doors.on("2029-12-01 09:00")
    looked_back = {"outcome": "no_finding", "assessed_on": "2029-12-01", "in_work": True}
    done = await doors.act("officer", f"/v1/cases/{case['id']}/assessments", looked_back)
    assert done["outcome"] == "no_finding"


def _signing(decision: Any) -> tuple[str, Any]:
    return f"/v1/management-decisions/{decision['id']}/transitions", {"to": "signed"}


async def people_beside_a_case(doors: Doors, case: Any) -> None:
    path = f"/v1/cases/{case['id']}"
    members = [
        {"name": "Lê Văn Đạt", "role": "head", "organisation": "Công an phường"},
        {"name": "Trần Thị Mai", "role": "deputy", "organisation": "Trạm y tế"},
    ]
    team = {"number": "2/QĐ", "decided_on": "2026-09-01", "valid_from": "2026-09-01", "members": members}
    team = await doors.act("officer", f"{path}/support-teams", team)
    await doors.act("officer", f"/v1/support-teams/{team['id']}/end", {"valid_to": "2026-12-31"}, of=team)
    body = {"name": "Nguyễn Văn Bền", "decided_on": "2026-09-01", "valid_from": "2026-09-01"}
    body["account_id"] = str(doors.world.users["counsellor"].account_id)
    assigned = await doors.act("leader", f"{path}/assignments", body)
    end = {"valid_to": "2027-01-31"}
    await doors.act("officer", f"/v1/case-assignments/{assigned['id']}/end", end, of=assigned)
    paper = {"number": "7/KL", "found_on": "2026-09-01", "authority": "Trung tâm Y tế"}
    found = await doors.act("police_head", f"{path}/findings", paper | {"result": "addiction_not_determined"})
    assert (await doors.read("leader", path))["state"] == "active", found


async def days_that_do_not_count(doors: Doors, case: Any, decision: Any) -> None:
    """Absence and its reversal, prison and the remaining time: each entry with its document."""
    doors.on("2026-10-12 09:00")
    path = f"/v1/management-decisions/{decision['id']}/adjustments"
    absent = {"kind": "unreported_absence", "first_day": "2026-10-01", "last_day": "2026-10-10", "document": POLICE}
    absent = await doors.act("police", path, absent)
    back = {"kind": "reversal", "reverses": absent["id"], "document": POLICE}
    await doors.act("police", path, back)
    doors.on("2027-01-11 09:00")
    sentence = COURT | {"dated": "2027-01-10"}
    await moved(doors, case, "interrupted", "police_head", removal_reason="imprisonment", document=sentence)
    doors.on("2027-08-10 09:00")
    release = COURT | {"dated": "2027-08-09", "authority": "Trại giam số 3"}
    await moved(doors, case, "active", document=release)
    decision = await doors.read("leader", f"/v1/management-decisions/{decision['id']}")
    (entry,) = decision["undecided"]
    known = await doors.read("leader", f"/v1/decision-adjustments/{entry}")
    settled = {"reading": "clock_stops", "document": release}
    await doors.act("leader", f"/v1/decision-adjustments/{entry}/settlement", settled, of=known)
    ends = (await doors.read("leader", f"/v1/cases/{case['id']}"))["effective_end_on"]
    assert ends == decision["proposed_ends"]["clock_stops"] > "2027-08-31"


async def papers_of_a_case(doors: Doors, case: Any, decision: Any) -> None:
    check = await doors.read("officer", f"/v1/documents:check?form=D163/V/53&subject_id={decision['id']}")
    assert (check["complete"], check["missing"]) == (True, [])
    for format in ("pdf", "docx"):
        body = {"form": "D163/V/53", "subject_id": decision["id"], "format": format}
        paper = await doors.act("officer", "/v1/documents", body)
        content = await doors.desk.call("officer", "GET", f"/v1/documents/{paper['id']}/content")
        assert hashlib.sha256(content.content).hexdigest() == paper["sha256"]
    await doors.act("police", "/v1/documents", {"form": "D163/V/52", "subject_id": case["id"]})
    asked = f"decision_id={decision['id']}&sha256={hashlib.sha256(PDF).hexdigest()}"
    headers = doors.world.users["officer"].headers | {"Content-Type": "application/pdf"}
    for prefer, status in (({"Prefer": "validate-only"}, 200), ({}, 201)):
        sent = await doors.world.client.post(f"/v1/documents:upload?{asked}", content=PDF, headers=headers | prefer)
        assert sent.status_code == status, sent.text


async def decided(doors: Doors, name: str, number: str, pathway: str = PUBLIC) -> tuple[Any, Any]:
    case = await proposed(doors, await opened(doors, name, pathway), f"{number}/ĐN")
    return case, await stepped(doors, await drafted(doors, case, number), "signed")


async def decisions_are_replaced_and_fall(doors: Doors) -> None:
    doors.on("2026-08-20 09:00")
    case, first = await decided(doors, "Trần Thị Hoà", "81")
    second = await stepped(doors, await drafted(doors, case, "82", replaces_id=first["id"]), "signed")
    assert (await doors.read("leader", f"/v1/management-decisions/{first['id']}"))["state"] == "superseded"
    doors.on("2026-09-21 09:00")
    await stepped(doors, second, "annulled", document=COURT)
    assert (await doors.read("leader", f"/v1/cases/{case['id']}"))["state"] == "annulled"


async def cases_end_before_their_time(doors: Doors) -> None:
    doors.on("2026-08-20 09:00")
    case, _ = await decided(doors, "Lê Hòa", "91")
    doors.on("2026-09-21 09:00")
    removed = await moved(doors, case, "removed", "police_head", removal_reason="deceased", document=COURT)
    assert (removed["state"], removed["removal_reason"]) == ("removed", "deceased")
    noticed = await opened(doors, "Vũ Thị Sáu")
    assert await doors.refused("leader", f"/v1/cases/{noticed['id']}/transitions", {"to": "decided"}, of=noticed) in (
        "wrong_move",
        "move_needs",
    )
    assert (await moved(doors, noticed, "annulled", document=COURT))["state"] == "annulled"


async def a_person_is_given_and_another_asked_for(doors: Doors) -> None:
    doors.on("2026-09-22 09:00")
    binh = str(doors.world.units["binh"])
    case, _ = await decided(doors, "Đinh Văn Gấp", "101")
    person = {"person_id": case["person_id"], "unit_id": binh, "reason": "chuyển nơi cư trú"}
    path = "/v1/handovers/{}/transitions"
    given = await doors.act("officer", "/v1/handovers", person | {"left_at": "2026-09-22T08:00:00+07:00"})
    assert given["due_at"].startswith("2026-09-23T08:00")
    back = {"to": "withdrawn", "reason": "nhầm xã"}
    await doors.act("officer", path.format(given["id"]) + "?via=made", back, of=given)
    given = await doors.act("officer", "/v1/handovers", person)
    no = {"to": "declined", "reason": "không cư trú"}
    await doors.act("neighbour", path.format(given["id"]), no, of=given)
    given = await doors.act("officer", "/v1/handovers", person)
    given = await doors.act("neighbour", path.format(given["id"]), {"to": "acknowledged"}, of=given)
    given = await doors.act("neighbour", path.format(given["id"]), {"to": "accepted"}, of=given)
    assert given["state"] == "effective"
    assert (await doors.read("neighbour", f"/v1/cases/{case['id']}"))["state"] == "active"
    assert (await doors.desk.call("officer", "GET", f"/v1/cases/{case['id']}")).status_code == 404
    number = "000190123456"
    asked_for = await somebody(doors, "Ngô Thị Tư", identifiers=[{"kind": "personal_id", "number": number}])
    taken = await doors.act("neighbour", "/v1/handovers:request", {"national_id": number, "reason": "đến trình diện"})
    assert not taken.get("person_id")
    await doors.act("officer", path.format(taken["id"]), {"to": "accepted"}, of=taken)
    assert (await doors.read("neighbour", f"/v1/persons/{asked_for['id']}"))["full_name"] == "Ngô Thị Tư"


async def the_law_changes_by_two_persons(doors: Doors) -> None:
    doors.on("2026-09-23 09:00")
    found = await doors.read("officer", "/v1/rules?rule=term.compulsory_adult&in_force_on=2029-12-31")
    [term] = found["data"]
    later = term | {"rule_version": term["rule_version"] + 1, "valid_from": "2030-01-01"}
    later["value"] = term["value"] | {"n": "18"}
    change = await doors.act("system_admin", "/v1/law-changes", {"kind": "rule", "payload": later})
    path = f"/v1/law-changes/{change['id']}/transitions"
    assert await doors.refused("system_admin", path, {"to": "approved"}, of=change) == "two_persons_needed"
    change = await doors.act("second_admin", path, {"to": "approved"}, of=change)
    assert change["state"] == "approved"
    for last, months in (("2029-12-31", "24"), ("2030-01-01", "18")):
        found = await doors.read("officer", f"/v1/rules?rule=term.compulsory_adult&in_force_on={last}")
        assert [row["value"]["n"] for row in found["data"]] == [months]
    day = {
        "day": "2027-12-31",
        "kind": "off",
        "reason": "holiday",
        "name_vi": "Nghỉ bù",
        "name_en": "Day off",
        "source": "TB 1/2027",
        "confidence": "U",
    }
    body = {"kind": "day", "payload": day}
    for user, to in (("second_admin", "rejected"), ("system_admin", "withdrawn")):
        change = await doors.act("system_admin", "/v1/law-changes", body)
        await doors.act(user, f"/v1/law-changes/{change['id']}/transitions", {"to": to}, of=change)
    [form, *_] = (await doors.read("officer", "/v1/document-forms"))["data"]
    gazette = {"gazette": "Công báo số 567+568"}
    await doors.act("system_admin", f"/v1/document-forms/{form['id']}/confirmation", gazette, of=form)
    counted = await doors.desk.done("volunteer", "POST", "/v1/working-days:compute", {"start": "2026-04-29", "days": 2})
    assert counted["due"] > "2026-05-01"
    assert (await doors.read("volunteer", "/v1/holidays?year=2026"))["data"]
