"""Dossier §18, cases 1-8, through the doors: each row is a story an officer can check with a pencil."""

from __future__ import annotations

from datetime import date

import pytest

from tests.case_work import Desk, at

ADULT, MINOR = "compulsory_adult", "compulsory_minor"
PUBLIC, HOME, SUBSTITUTION = "voluntary_facility_public", "voluntary_community", "substitution_treatment"
SENTENCE = {"number": "12/2027/HS-ST", "dated": "2027-01-10", "authority": "Tòa án khu vực 3"}
RELEASE = {"number": "88/GCN", "dated": "2027-09-10", "authority": "Trại giam số 3"}


@pytest.fixture
def desk(world):
    return Desk(world, at("2026-07-31 16:00"))


@pytest.mark.parametrize(
    ("case", "pathway", "completed_on", "born_on", "nominal_end", "months", "rule", "warned"),
    [
        (1, ADULT, "2026-08-31", "1990-01-01", "2028-08-31", 24, "term.compulsory_adult@2", []),
        (2, PUBLIC, "2024-02-29", "1990-01-01", "2025-02-28", 12, "term.voluntary_facility_public@1", ["late"]),
        (6, MINOR, "2026-08-31", "2008-04-30", "2027-08-31", 12, "term.compulsory_minor@2", ["turned_adult"]),
        # both sides of 2026-07-01: the same length by another row
        (0, HOME, "2026-06-30", "1990-01-01", "2027-06-30", 12, "term.voluntary_community@1", []),
        (0, HOME, "2026-07-01", "1990-01-01", "2027-07-01", 12, "term.voluntary_community@2", []),
        (0, SUBSTITUTION, "2025-12-31", "1990-01-01", "2026-12-31", 12, "term.substitution_treatment@1", []),
    ],
)
async def test_the_term_by_rule(desk, case, pathway, completed_on, born_on, nominal_end, months, rule, warned):
    person = await desk.world.person("hoa", born_on=date.fromisoformat(born_on))
    late = {"paper_late_reason": "hồ sơ cũ"} if case == 2 else {}
    stated = {"paper_decided_on": "2026-06-30"} if completed_on < "2026-07-02" else {}
    opened, decision = await desk.decided(
        person=person, pathway=pathway, completed_on=completed_on, **late, **({} if case == 2 else stated)
    )
    told = (decision["start_on"], decision["nominal_end_on"], decision["effective_end_on"], decision["months"])
    assert told == (completed_on, nominal_end, nominal_end, months)
    assert (decision["rule"], opened["effective_end_on"]) == (rule, nominal_end)
    codes = {warning["code"] for warning in decision["warnings"]}
    assert ("turned_adult_during_treatment" in codes) == ("turned_adult" in warned)
    assert ("decision_after_end" in codes) == ("late" in warned)


async def test_case_1_the_proposal_is_due_two_working_days_after_friday_afternoon(desk):
    case = await desk.open(pathway=ADULT)
    assert (await desk.tasks(case))["proposal"] == "2026-08-04"
    why = next(part for part in case["explanations"] if part["of"] == "proposal")
    assert "01/08/2026 (Thứ Bảy)" in why["sentence"]["vi"]
    assert "2026-08-01 (Saturday)" in why["sentence"]["en"]
    assert (why["rule"], why["value"]) == ("proposal.deadline@1", "2026-08-04")


async def test_case_3_the_former_law_counts_the_make_up_saturday(desk):
    case = await desk.on("2025-04-24").open(
        trigger="self_report", self_reported_on="2025-04-24", completed_on="2025-04-20", pathway=ADULT
    )
    assert await desk.tasks(case) == {"dossier": "2025-04-28"}
    case = await desk.on("2025-04-28").propose(case)
    assert await desk.tasks(case) == {"decision": "2025-05-05"}


async def test_case_5_an_absence_moves_the_end_and_its_reversal_moves_it_back_and_both_stay(desk):
    case, decision = await desk.decided(pathway=HOME)
    absence = await desk.on("2026-10-12").adjust(
        decision, "unreported_absence", first_day="2026-10-01", last_day="2026-10-10"
    )
    assert (await desk.case(case))["effective_end_on"] == "2027-09-10"
    decision = await desk.decision(decision)
    why = next(part for part in decision["explanations"] if part["of"] == "effective_end_on")
    assert "01/10/2026–10/10/2026 (10 ngày)" in why["sentence"]["vi"]
    await desk.on("2026-10-20").adjust(decision, "reversal", reverses=absence["id"])
    decision = await desk.get(f"/v1/management-decisions/{decision['id']}?include=adjustments")
    assert decision["effective_end_on"] == (await desk.case(case))["effective_end_on"] == "2027-08-31"
    assert [entry["kind"] for entry in decision["adjustments"]] == ["reversal", "unreported_absence"]


@pytest.mark.parametrize(
    ("pathway", "born_on", "found_on", "next_measure"),
    [
        (ADULT, "1990-01-01", "2026-09-15", "compulsory"),
        (MINOR, "2010-01-01", "2026-09-15", "compulsory"),
    ],
)
async def test_case_7_only_a_determination_by_the_authority_removes(desk, pathway, born_on, found_on, next_measure):
    person = await desk.world.person("hoa", born_on=date.fromisoformat(born_on))
    case, _decision = await desk.decided(person=person, pathway=pathway)
    desk.on("2026-09-20")
    paper = {"number": "7/KL", "found_on": found_on, "authority": "Trung tâm Y tế"}
    path = f"/v1/cases/{case['id']}/findings"
    none = await desk.done("leader", "POST", path, paper | {"result": "addiction_not_determined"})
    assert "next_measure" not in none or none["next_measure"] is None
    assert (await desk.case(case))["state"] == "active"
    refused = await desk.try_move(
        case, "removed", "police_head", removal_reason="addiction_determined", finding_id=none["id"]
    )
    assert (refused.status_code, refused.json()["code"], refused.json()["missing"]) == (422, "move_needs", ["finding"])
    found = await desk.done("police_head", "POST", path, paper | {"number": "8/KL", "result": "addiction_determined"})
    assert (found["next_measure"], found["explanations"][0]["of"]) == (next_measure, "next_measure")
    assert (await desk.case(case))["state"] == "active", "a finding alone moves nothing"
    removed = await desk.move(
        case, "removed", "police_head", removal_reason="addiction_determined", finding_id=found["id"]
    )
    assert (removed["state"], removed["end_document"]["number"]) == ("removed", "8/KL")
    assert await desk.tasks(case) == {}


async def test_case_7_under_the_former_law_a_minor_had_no_such_ground(desk):
    person = await desk.world.person("hoa", born_on=date(2010, 1, 1))
    case, _ = await desk.on("2026-05-10").decided(person=person, pathway=MINOR, completed_on="2026-05-01")
    found = await desk.on("2026-06-30").done(
        "leader",
        "POST",
        f"/v1/cases/{case['id']}/findings",
        {"number": "7", "found_on": "2026-06-30", "authority": "Trung tâm Y tế", "result": "addiction_determined"},
    )
    assert found["next_measure"] == "not_a_ground"
    refused = await desk.try_move(case, "removed", removal_reason="addiction_determined", finding_id=found["id"])
    assert refused.json()["code"] == "removal_reason_not_in_force"
    assert "compulsory_order" in refused.json()["allowed"]


@pytest.mark.parametrize(("reading", "end"), [("clock_stops", "2028-04-29"), ("clock_runs", "2027-08-31")])
async def test_case_8_prison_interrupts_proposes_two_ends_and_the_officer_chooses(desk, reading, end):
    case, decision = await desk.decided(pathway=HOME)
    desk.on("2027-01-11")
    held = await desk.move(
        case, "interrupted", "police_head", removal_reason="imprisonment", on="2027-01-10", document=SENTENCE
    )
    assert (held["state"], held["effective_end_on"], held["provisional"]) == ("interrupted", "2027-08-31", True)
    refused = await desk.on("2027-08-31").try_move(
        case, "completed", certificate={"number": "1", "issued_on": "2027-08-31", "signer": "Chủ tịch"}
    )
    assert refused.json()["missing"] == ["reading"]
    resumed = await desk.on("2027-09-10").try_move(case, "active", document=RELEASE, on="2027-09-08")
    assert resumed.status_code == 200, resumed.text
    decision = await desk.decision(decision)
    assert decision["proposed_ends"] == {"clock_runs": "2027-08-31", "clock_stops": "2028-04-29"}
    assert decision["effective_end_on"] == "2027-08-31", "the earlier one holds nobody longer than the law allows"
    (entry,) = decision["undecided"]
    await desk.done(
        "leader",
        "POST",
        f"/v1/decision-adjustments/{entry}/settlement",
        {"reading": reading, "document": RELEASE},
        If_Match='"2"',
    )
    decision = await desk.decision(decision)
    assert (decision["effective_end_on"], decision["undecided"]) == (end, [])


async def test_under_the_former_law_prison_removes(desk):
    case, _ = await desk.on("2026-05-10").decided(pathway=ADULT, completed_on="2026-05-01")
    paper = SENTENCE | {"dated": "2026-06-30"}
    refused = await desk.on("2026-07-02").try_move(case, "interrupted", removal_reason="imprisonment", document=paper)
    assert refused.json()["code"] == "not_an_interruption"
    removed = await desk.move(case, "removed", removal_reason="imprisonment", document=paper)
    assert (removed["state"], removed["removal_reason"]) == ("removed", "imprisonment")


async def test_a_prison_sentence_of_the_new_law_does_not_remove(desk):
    case, _ = await desk.decided(pathway=HOME, completed_on="2026-07-15", paper_decided_on="2026-07-31")
    paper = SENTENCE | {"dated": "2026-07-31"}
    refused = await desk.try_move(case, "removed", removal_reason="imprisonment", document=paper)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_a_removal")


async def test_from_notice_to_assessment(desk):
    """The whole life: noticed, proposed, decided, delivered, active, certificate in its window, a year later assessed."""
    case, decision = await desk.decided(pathway=HOME)
    assert (case["state"], decision["state"]) == ("decided", "signed")
    assert await desk.tasks(case) == {"decision_delivery": "2026-08-31"}
    delivery = {
        "received_at": at("2026-08-30 15:00").isoformat(),
        "minutes_number": "3/BBBG",
        "received_by": "Bản thân",
    }
    decision = await desk.on("2026-08-30 16:00").step(decision, "delivered", "officer", delivery=delivery)
    assert (decision["state"], decision["delivered_at"] is not None) == ("delivered", True)
    assert await desk.tasks(case) == {}
    assert (await desk.on("2026-08-31").case(case))["state"] == "active"
    early = await desk.on("2027-08-25").try_move(
        case, "completed", certificate={"number": "5/GCN", "issued_on": "2027-08-25", "signer": "Chủ tịch"}
    )
    assert (early.status_code, early.json()["code"], early.json()["on"]) == (422, "certificate_too_early", "2027-08-26")
    case = await desk.on("2027-08-27").move(
        case, "completed", certificate={"number": "5/GCN", "issued_on": "2027-08-27", "signer": "Trần Thị Hoà"}
    )
    assert (case["state"], case["ended_on"], case["certificate_on"]) == ("completed", "2027-08-31", "2027-08-27")
    assert await desk.tasks(case) == {"assessment": "2028-08-31"}
    path = f"/v1/cases/{case['id']}/assessments"
    body = {"outcome": "no_finding", "assessed_on": "2028-08-30", "in_work": True}
    too_soon = await desk.on("2028-08-30").call("officer", "POST", path, body)
    assert too_soon.json()["errors"][0]["code"] == "before_it_is_due"
    done = await desk.on("2028-09-01").done("officer", "POST", path, body | {"assessed_on": "2028-09-01"})
    assert (done["due_on"], done["in_work"]) == ("2028-08-31", True)
    assert await desk.tasks(case) == {}
    again = await desk.call("officer", "POST", path, body | {"assessed_on": "2028-09-01"})
    assert again.json()["code"] == "assessed_already"
    story = await desk.get(f"/v1/cases/{case['id']}?include=events")
    assert [event["to_state"] for event in reversed(story["events"])] == [
        "noticed", "proposed", "decided", "active", "completed",
    ]  # fmt: skip


async def test_a_district_decision_of_before_2022_keeps_its_months_and_its_issuer(desk):
    case, decision = await desk.decided(
        pathway=ADULT,
        completed_on="2021-03-10",
        paper_decided_on="2021-03-01",
        paper_decided_months=18,
        paper_issuer_id=str(desk.world.units["old_district"]),
        paper_number="0045",
    )
    assert (decision["number"], decision["months"], decision["nominal_end_on"]) == ("45", 18, "2022-09-10")
    assert decision["rule"] == "term.legacy_compulsory@1"
    assert decision["recipients"] == []
    assert case["state"] == "active"


@pytest.mark.parametrize(
    ("issuer", "decided_on", "code"),
    [
        ("hoa", "2021-03-01", "not_a_district"),
        ("old_district", "2022-03-01", "not_a_commune"),
        ("old_commune", "2025-07-01", "unit_not_valid_then"),
        ("centre", "2026-07-01", "not_a_commune"),
    ],
)
async def test_who_could_decide_hangs_on_the_day(desk, issuer, decided_on, code):
    case = await desk.propose(await desk.open(pathway=ADULT))
    body = {"case_id": case["id"], "issuer_id": str(desk.world.units[issuer]), "decided_on": decided_on}
    refused = await desk.call("officer", "POST", "/v1/management-decisions", body)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)
