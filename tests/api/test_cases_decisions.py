"""Management decisions: two people, frozen content, history, deliveries, and a ledger that always adds up."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from random import Random
from uuid import UUID

import asyncpg
import pytest

from api.working import sweep
from domain.law.effective_end import effective_end
from domain.law.ledger import Ledger
from domain.law.pathways import Pathway
from domain.law.rows import shipped_book
from domain.law.terms import term
from persistence.case_records import ENTRY, _entry
from reference.calendar_overrides import shipped_calendar
from tests.case_work import PAPER, Desk, at


@pytest.fixture
def desk(world):
    return Desk(world, at("2026-08-03"))


def sentence(decision, of, language="en"):
    return next(part["sentence"][language] for part in decision["explanations"] if part["of"] == of)


async def test_the_drafter_does_not_sign(desk):
    decision = await desk.draft(await desk.propose(await desk.open()), user="leader")
    refused = await desk.try_step(decision, "signed", "leader")
    assert (refused.status_code, refused.json()["missing"]) == (422, ["signer_is_not_drafter"])


async def test_the_database_itself_refuses_one_person_as_drafter_and_signer(desk):
    decision = await desk.draft(await desk.propose(await desk.open()))
    with pytest.raises(asyncpg.CheckViolationError, match="two_people"):
        await desk.world.admin.execute(
            "update management_decision set signed_by = drafted_by where id = $1", UUID(decision["id"])
        )


async def test_a_decision_without_its_number_is_not_signed(desk):
    decision = await desk.draft(await desk.propose(await desk.open()), number=None)
    refused = await desk.try_step(decision, "signed")
    assert refused.json()["missing"] == ["number"]


async def test_what_was_signed_is_frozen_by_its_hash(desk):
    _, decision = await desk.decided(paper_responsible="Tổ hỗ trợ số 2")
    canonical = json.dumps(decision["content"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(canonical.encode()).hexdigest() == decision["content_hash"]
    assert decision["content"]["responsible"] == "Tổ hỗ trợ số 2"
    patch = await desk.call(
        "officer",
        "PATCH",
        f"/v1/management-decisions/{decision['id']}",
        {"responsible": "x"},
        If_Match=f'"{decision["version"]}"',
    )
    assert (patch.status_code, patch.json()["code"]) == (409, "content_frozen")
    with pytest.raises(asyncpg.CheckViolationError, match="what was signed does not change"):
        await desk.world.admin.execute(
            "update management_decision set content = '{}' where id = $1", UUID(decision["id"])
        )


async def test_a_draft_is_amended_and_its_term_computed_again(desk):
    decision = await desk.draft(await desk.propose(await desk.open()))
    patch = {"stated_from": "2026-08-31", "stated_to": "2027-08-30"}
    path = f"/v1/management-decisions/{decision['id']}"
    changed = await desk.done("officer", "PATCH", path, patch, If_Match='"1"')
    assert (changed["nominal_end_on"], changed["end_on"]) == ("2027-08-31", "2027-08-30")
    assert [warning["code"] for warning in changed["warnings"]] == ["stated_end_differs"]
    half = await desk.call("officer", "PATCH", path, {"stated_to": None}, If_Match='"2"')
    assert half.json()["errors"][0]["pointer"] == "/stated_to"


async def test_the_dates_on_the_signed_paper_hold_and_the_difference_is_a_warning(desk):
    case, decision = await desk.decided(paper_stated_from="2026-08-31", paper_stated_to="2027-09-30")
    assert (case["effective_end_on"], decision["effective_end_on"]) == ("2027-09-30", "2027-09-30")
    (warning,) = decision["warnings"]
    assert (warning["code"], warning["facts"]["days"]) == ("stated_end_differs", 30)
    assert "the signed decision says 2027-09-30 and holds" in sentence(decision, "effective_end_on")


async def test_a_decision_after_the_end_of_its_term_needs_a_reason(desk):
    case = await desk.propose(await desk.open(completed_on="2025-08-01"))
    body = {"case_id": case["id"], "decided_on": "2026-08-03"}
    refused = await desk.call("officer", "POST", "/v1/management-decisions", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "decision_after_end")
    made = await desk.done("officer", "POST", "/v1/management-decisions", body | {"late_reason": "hồ sơ chuyển muộn"})
    assert "decision_after_end" in {warning["code"] for warning in made["warnings"]}


async def test_a_number_stands_once_in_its_series_with_or_without_leading_zeros(desk):
    await desk.decided(paper_number="7")
    case = await desk.propose(await desk.open())
    body = {"case_id": case["id"], "number": "007", "symbol": "QĐ-UBND", "decided_on": "2026-08-03"}
    taken = await desk.call("officer", "POST", "/v1/management-decisions", body)
    assert (taken.status_code, taken.json()["code"]) == (409, "number_taken")
    other_series = await desk.call("officer", "POST", "/v1/management-decisions", body | {"symbol": "QĐ-CT"})
    assert other_series.status_code == 201


async def test_the_series_starts_again_each_year(desk):
    await desk.on("2026-12-31").decided(paper_number="7")
    _, decision = await desk.on("2027-01-01").decided(paper_number="7")
    assert (decision["number"], decision["decided_on"]) == ("7", "2027-01-01")


async def test_one_draft_a_case_and_a_withdrawn_one_frees_its_number(desk):
    case = await desk.propose(await desk.open())
    draft = await desk.draft(case, number="7")
    second = await desk.call("officer", "POST", "/v1/management-decisions", {"case_id": case["id"]})
    assert (second.status_code, second.json()["code"]) == (409, "draft_open")
    unreasoned = await desk.try_step(draft, "withdrawn", "officer")
    assert unreasoned.json()["missing"] == ["reason"]
    gone = await desk.step(draft, "withdrawn", "officer", reason="nhầm người")
    assert (gone["state"], gone["history"][0]["reason"]) == ("withdrawn", "nhầm người")
    assert (await desk.draft(case, number="7"))["state"] == "drafted"


async def test_a_case_that_awaits_no_decision_gets_none(desk):
    case = await desk.open()
    refused = await desk.call("officer", "POST", "/v1/management-decisions", {"case_id": case["id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_move")


async def test_the_next_decision_replaces_the_one_in_force_and_keeps_the_ledger(desk):
    case, old = await desk.decided(pathway="voluntary_community")
    await desk.on("2026-10-11").adjust(old, "unreported_absence", first_day="2026-10-01", last_day="2026-10-10")
    new = await desk.step(await desk.draft(case, replaces_id=old["id"]), "signed")
    old, case = await desk.decision(old), await desk.case(case)
    assert (old["state"], new["replaces_id"], case["decision_id"]) == ("superseded", old["id"], new["id"])
    assert old["history"][-1]["next_id"] == new["id"]
    assert case["effective_end_on"] == (await desk.decision(new))["effective_end_on"] == "2027-09-10"
    late = await desk.try_adjust(old, "unreported_absence", first_day="2026-10-01", last_day="2026-10-10")
    assert (late.status_code, late.json()["code"]) == (409, "decision_not_in_force")


async def test_a_correction_freezes_anew_and_keeps_what_stood_before(desk):
    case, signed = await desk.decided()
    without = await desk.try_step(signed, "corrected", correction={"responsible": "Tổ số 3"})
    assert without.json()["missing"] == ["correction_document"]
    corrected = await desk.step(
        signed,
        "corrected",
        document=PAPER | {"dated": "2026-08-03"},
        correction={"stated_from": "2026-08-31", "stated_to": "2027-09-15"},
    )
    assert (corrected["state"], (await desk.case(case))["effective_end_on"]) == ("corrected", "2027-09-15")
    kept = corrected["history"][-1]
    assert (kept["content"], kept["content_hash"]) == (signed["content"], signed["content_hash"])
    assert corrected["content_hash"] != signed["content_hash"]
    assert corrected["content"]["to"] == "2027-09-15"


async def test_annulling_a_decision_annuls_its_case_and_keeps_both(desk):
    case, decision = await desk.decided()
    annulled = await desk.step(decision, "annulled", document=PAPER | {"dated": "2026-08-03"}, reason="bản án hủy")
    assert (annulled["state"], (await desk.case(case))["state"]) == ("annulled", "annulled")
    assert annulled["content"] == decision["content"]
    assert await desk.tasks(case) == {}


async def test_annulling_a_case_annuls_its_decision(desk):
    case, decision = await desk.decided()
    await desk.move(case, "annulled", document=PAPER | {"dated": "2026-08-03"})
    assert (await desk.decision(decision))["state"] == "annulled"


@pytest.mark.parametrize(
    ("completed_on", "decided_on", "recipients"),
    [
        (
            "2026-06-30",
            "2026-06-30",
            ["person_or_representative", "commune_police_head", "labour_officer"],
        ),
        (
            "2026-07-01",
            "2026-07-01",
            ["person_or_representative", "rehab_centre", "assigned_supporters", "commune_police_head"],
        ),
    ],
)
async def test_who_is_sent_the_decision_hangs_on_its_day(desk, completed_on, decided_on, recipients):
    _, decision = await desk.decided(completed_on=completed_on, paper_decided_on=decided_on)
    assert [entry["recipient"] for entry in decision["recipients"]] == recipients


@pytest.mark.parametrize(
    ("received_at", "timely"),
    [
        ("2026-08-29 23:59", False),
        ("2026-08-30 00:00", True),
        ("2026-08-31 23:59", True),
        ("2026-09-01 00:00", False),
    ],
)
async def test_the_person_has_the_decision_in_the_last_day_before_completion(desk, received_at, timely):
    _, decision = await desk.decided()
    body = {
        "recipient": "person_or_representative",
        "received_at": at(received_at).isoformat(),
        "minutes_number": "1/BBBG",
    }
    path = f"/v1/management-decisions/{decision['id']}/deliveries"
    made = await desk.on("2026-09-02").done("police", "POST", path, body)
    assert (made["timely"], made["form"]) == (timely, "D163/V/23")
    assert (await desk.decision(decision))["state"] == "delivered"


async def test_copies_go_to_the_named_recipients_and_the_person_signs_minutes(desk):
    _, decision = await desk.decided()
    path = f"/v1/management-decisions/{decision['id']}/deliveries"
    copy = {"recipient": "rehab_centre", "received_at": at("2026-08-03 09:00").isoformat()}
    made = await desk.done("officer", "POST", path, copy)
    assert (made["timely"], (await desk.decision(decision))["state"]) == (None, "signed")
    other = await desk.call("officer", "POST", path, copy | {"recipient": "labour_officer"})
    assert other.json()["errors"][0]["code"] == "not_a_recipient"
    bare = await desk.call("officer", "POST", path, copy | {"recipient": "person_or_representative"})
    assert bare.json()["missing"] == ["delivery_minutes"]


async def test_the_explanation_says_fact_rule_article_and_end_in_two_languages(desk):
    _, decision = await desk.decided(pathway="compulsory_adult")
    why = await desk.get(f"/v1/management-decisions/{decision['id']}/explain")
    assert set(why) == {"id", "masked", "explanations", "warnings", "proposed_ends", "rule"}
    (nominal,) = [part for part in why["explanations"] if part["of"] == "nominal_end_on"]
    assert [step["kind"] for step in nominal["steps"]] == ["fact", "rule", "result"]
    assert "Điều 42(2) Luật Phòng, chống ma túy 120/2025/QH15" in nominal["sentence"]["vi"]
    assert "24 months, the completion day not counted, to 24:00 of 2028-08-31" in nominal["sentence"]["en"]


@pytest.mark.parametrize(
    ("facts", "pointer", "code"),
    [
        ({"kind": "unreported_absence"}, "/first_day", "required"),
        ({"kind": "unreported_absence", "first_day": "2026-10-02", "last_day": "2026-10-01"}, "/last_day", "before_first"),
        ({"kind": "unreported_absence", "first_day": "2026-10-21"}, "/first_day", "in_the_future"),
        ({"kind": "interruption", "first_day": "2026-10-01"}, "/last_day", "required"),
        ({"kind": "interruption", "first_day": "2026-10-01", "last_day": "2026-10-02"}, "/ground", "required"),
        ({"kind": "reversal"}, "/reverses", "required"),
    ],
)  # fmt: skip
async def test_what_is_no_entry_of_a_ledger(desk, facts, pointer, code):
    _, decision = await desk.decided(pathway="voluntary_community")
    refused = await desk.on("2026-10-20").try_adjust(decision, **facts)
    assert [(flaw["pointer"], flaw["code"]) for flaw in refused.json()["errors"]] == [(pointer, code)]


async def test_an_entry_that_lasts_is_closed_once_and_then_only_reversed(desk):
    case, decision = await desk.decided(pathway="voluntary_community")
    entry = await desk.on("2026-10-05").adjust(decision, "unreported_absence", first_day="2026-10-01")
    path = f"/v1/decision-adjustments/{entry['id']}/settlement"
    body = {"last_day": "2026-10-04", "document": PAPER}
    closed = await desk.done("police", "POST", path, body, If_Match='"1"')
    assert (closed["last_day"], closed["closing_document"]["number"]) == ("2026-10-04", "15/BB")
    again = await desk.call("police", "POST", path, body, If_Match='"2"')
    assert (again.status_code, again.json()["code"]) == (409, "already_settled")
    assert (await desk.case(case))["effective_end_on"] == "2027-09-04"


@pytest.mark.parametrize("seed", range(4))
async def test_the_stored_end_is_what_the_ledger_gives_after_any_history(desk, seed):
    """Absences, interruptions, reversals and reversals of reversals in any order, overlapping as they like."""
    chance = Random(seed)
    case, decision = await desk.decided(pathway="voluntary_community")
    desk.on("2027-08-01")
    made = []
    for _ in range(8):
        if made and chance.random() < 0.35:
            answer = await desk.try_adjust(decision, "reversal", reverses=chance.choice(made))
        else:
            first = date(2026, 8, 25) + timedelta(days=chance.randrange(330))
            days = {
                "first_day": str(first),
                "last_day": str(min(first + timedelta(chance.randrange(40)), date(2027, 8, 1))),
            }
            prison = {"ground": "imprisonment", "reading": chance.choice(["clock_stops", "clock_runs", None])}
            kind = chance.choice(["unreported_absence", "interruption"])
            answer = await desk.try_adjust(decision, kind, **days, **(prison if kind == "interruption" else {}))
        if answer.status_code == 201:
            made.append(answer.json()["id"])
        else:
            assert answer.json()["code"] == "not_reversible", answer.text
    rows = await desk.world.admin.fetch(
        f"select {ENTRY} from decision_adjustment t where case_id = $1 order by place", UUID(case["id"])
    )
    assert len(rows) == len(made) >= 4
    found = term(shipped_book(), Pathway.VOLUNTARY_COMMUNITY, date(2026, 8, 31), calendar=shipped_calendar())
    again = effective_end(found, Ledger(tuple(_entry(row) for row in rows)), as_of=date(2027, 8, 1))
    stored = await desk.decision(decision)
    assert (stored["effective_end_on"], (await desk.case(case))["effective_end_on"]) == (str(again.on),) * 2
    assert stored["proposed_ends"] == {"clock_stops": str(again.stops), "clock_runs": str(again.runs)}
    assert stored["undecided"] == list(again.undecided)


async def test_a_rule_changed_for_the_future_leaves_what_was_stored_byte_equal(desk):
    case, decision = await desk.decided(pathway="voluntary_community")
    await desk.on("2026-10-11").adjust(decision, "unreported_absence", first_day="2026-10-01", last_day="2026-10-10")
    before = await stored(desk, case, decision)
    await desk.world.admin.execute(
        "update law_rule set valid_to = '2026-12-31' where rule = 'term.voluntary_community' and valid_to is null"
    )
    try:
        await desk.world.admin.execute(
            "insert into law_rule (id, rule, rule_version, title_vi, title_en, selector, scope, scope_key, value,"
            " valid_from, authority, legal_basis, confidence, note)"
            " select gen_random_uuid(), rule, 99, title_vi, title_en, selector, scope, scope_key,"
            " jsonb_set(value, '{n}', '\"36\"'), '2027-01-01', authority, legal_basis, confidence, note"
            " from law_rule where rule = 'term.voluntary_community' and valid_to = '2026-12-31'"
        )
        await desk.world.admin.execute("update law_state set version = version + 1")
        assert await stored(desk, case, decision) == before
        entry = await desk.adjust(decision, "unreported_absence", first_day="2026-10-11", last_day="2026-10-11")
        await desk.adjust(decision, "reversal", reverses=entry["id"])
        assert (await stored(desk, case, decision))[0] == before[0], "recomputing uses the term as it was signed"
        _, later = await desk.decided(pathway="voluntary_community", completed_on="2027-01-01")
        assert later["months"] == 36
    finally:
        await desk.world.admin.execute("delete from law_rule where rule_version = 99")
        await desk.world.admin.execute(
            "update law_rule set valid_to = null where rule = 'term.voluntary_community' and valid_to = '2026-12-31'"
        )
        await desk.world.admin.execute("update law_state set version = version + 1")


async def stored(desk, case, decision):
    """What stands on file about the term, as bytes."""
    return (
        await desk.world.admin.fetchval(
            "select jsonb_build_array(months, rule, nominal_end_on, end_on, effective_end_on, explanations, content,"
            " content_hash)::text from management_decision where id = $1",
            UUID(decision["id"]),
        ),
        await desk.world.admin.fetchval(
            "select jsonb_build_array(effective_end_on, explanations)::text from management_case where id = $1",
            UUID(case["id"]),
        ),
    )


@pytest.mark.parametrize(
    ("user", "status"),
    [("police", 200), ("country_reader", 200), ("volunteer", 403), ("club_board", 403), ("stranger", 404)],
)
async def test_who_reads_a_decision(desk, user, status):
    _, decision = await desk.decided()
    assert (await desk.call(user, "GET", f"/v1/management-decisions/{decision['id']}")).status_code == status


async def test_graphql_drafts_signs_and_explains_as_rest_does(desk):
    case = await desk.propose(await desk.open())
    drafted = await desk.ask(
        "officer",
        "mutation($new: NewManagementDecision!) {draftDecision(new: $new) {id version nominalEndOn}}",
        {"new": {"caseId": case["id"], "number": "8", "decidedOn": "2026-08-03", "signerName": "Trần Thị Hoà"}},
    )
    id = drafted["data"]["draftDecision"]["id"]
    signed = await desk.ask(
        "leader",
        'mutation($id: UUID!) {moveDecision(id: $id, given: {ifMatch: "1"}, move: {to: signed})'
        " {state explanations case {state decision {id}} adjustments {totalCount}}}",
        {"id": id},
    )
    told = signed["data"]["moveDecision"]
    assert (told["state"], told["case"]) == ("signed", {"state": "decided", "decision": {"id": id}})
    assert told["explanations"] == (await desk.get(f"/v1/management-decisions/{id}"))["explanations"]
    refused = await desk.ask(
        "leader",
        'mutation($id: UUID!) {moveDecision(id: $id, given: {ifMatch: "99"}, move: {to: signed}) {id}}',
        {"id": id},
    )
    assert refused["errors"][0]["extensions"]["code"] == "stale_version"


async def test_a_sweep_that_changes_nothing_leaves_versions_as_they_are(desk, hand):
    """A case whose entry lasts is looked at each hour; only a new day changes it."""
    case, decision = await desk.decided()
    desk.on("2027-01-11")
    paper = {"number": "12/HS", "dated": "2027-01-10", "authority": "Tòa án"}
    await desk.move(case, "interrupted", "police_head", removal_reason="imprisonment", document=paper)

    async def versions():
        return [(await desk.case(case))["version"], (await desk.decision(decision))["version"]]

    await sweep(hand, desk.now)
    before = await versions()
    await sweep(hand, desk.now + timedelta(hours=1))
    assert await versions() == before
