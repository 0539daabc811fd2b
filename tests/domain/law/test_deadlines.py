"""Deadlines by event date: both regimes on both sides of 2026-07-01, hours on instants, days on local dates."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.law.clock import Event, run_clock
from domain.law.deadlines import CaseEvents, DeadlineKind, deadlines
from domain.law.instants import ZONE, Moment
from domain.law.pathways import Pathway
from domain.law.wording import Bilingual
from domain.refusals import Refusal

ADULT, HOME = Pathway.COMPULSORY_ADULT, Pathway.VOLUNTARY_COMMUNITY
PRIVATE, SUBSTITUTION = Pathway.VOLUNTARY_FACILITY_PRIVATE, Pathway.SUBSTITUTION_TREATMENT


def at(text: str) -> Moment:
    """`2026-07-02` is a day, `2026-07-02 09:00` an instant in Việt Nam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE) if " " in text else date.fromisoformat(text)


def told(deadline) -> str:
    """A deadline on one line: the day alone for clocks in days, the instant for clocks in hours."""
    due = str(deadline.due_on) if deadline.whole_day else f"{deadline.due:%Y-%m-%d %H:%M}"
    return (f"{deadline.opens:%Y-%m-%d %H:%M} → " if deadline.opens else "") + due


@pytest.fixture
def due(book, calendar):
    def find(pathway: Pathway = ADULT, **events: str) -> dict[str, str]:
        moments = {name: at(text) for name, text in events.items()}
        return {
            str(found.kind): told(found) for found in deadlines(book, calendar, CaseEvents(pathway=pathway, **moments))
        }

    return find


@pytest.mark.parametrize(
    ("pathway", "events", "expected"),
    [
        # --- the notice of a coming end: 15 days, compulsory only → 30 days, everybody but substitution
        (ADULT, {"completes": "2026-06-30"}, {"discharge_notice": "2026-06-15"}),
        (HOME, {"completes": "2026-06-30"}, {}),
        (PRIVATE, {"completes": "2026-06-30"}, {}),
        (SUBSTITUTION, {"completes": "2026-06-30"}, {}),
        # case 1, the completion known by its day: the decision before 00:00 of the day before
        (
            ADULT,
            {"completes": "2026-08-31"},
            {
                "discharge_notice": "2026-08-01",
                "decision_latest": "2026-08-30 00:00",
                "decision_delivery": "2026-08-30 00:00 → 2026-08-31",
            },
        ),
        (
            HOME,
            {"completes": "2026-07-01"},
            {
                "discharge_notice": "2026-06-01",
                "decision_latest": "2026-06-30 00:00",
                "decision_delivery": "2026-06-30 00:00 → 2026-07-01",
            },
        ),
        # and by its hour
        (
            SUBSTITUTION,
            {"completes": "2026-08-31 09:30"},
            {"decision_latest": "2026-08-30 09:30", "decision_delivery": "2026-08-30 09:30 → 2026-08-31 09:30"},
        ),
        # --- the copy of a private centre: 24 hours
        (
            PRIVATE,
            {"completes": "2026-08-31 09:30"},
            {
                "discharge_notice": "2026-08-01",
                "decision_latest": "2026-08-30 09:30",
                "decision_delivery": "2026-08-30 09:30 → 2026-08-31 09:30",
                "completion_copy": "2026-09-01 09:30",
            },
        ),
        # --- reporting home: 5 working days after compulsory treatment → 2 days after a private centre's paper
        (ADULT, {"returned": "2026-06-30"}, {"self_report": "2026-07-07"}),
        (ADULT, {"returned": "2026-07-01"}, {}),
        (HOME, {"returned": "2026-06-30"}, {}),
        (PRIVATE, {"paper_received": "2026-06-30"}, {}),
        (PRIVATE, {"paper_received": "2026-07-01"}, {"self_report": "2026-07-03"}),
        (HOME, {"paper_received": "2026-07-01"}, {}),
        # --- the dossier: 3 working days from the person's report (case 3 with its make-up Saturday) → no longer
        (ADULT, {"self_reported": "2025-04-24"}, {"dossier": "2025-04-28"}),
        (ADULT, {"self_reported": "2026-06-30"}, {"dossier": "2026-07-03"}),
        (ADULT, {"self_reported": "2026-07-01"}, {}),
        # --- the proposal: 2 working days from the notice, since 2026-07-01 (case 1)
        (ADULT, {"notice_received": "2026-06-30"}, {}),
        (ADULT, {"notice_received": "2026-07-01"}, {"proposal": "2026-07-03"}),
        (ADULT, {"notice_received": "2026-07-31 16:00"}, {"proposal": "2026-08-04"}),
        (SUBSTITUTION, {"notice_received": "2026-07-31"}, {"proposal": "2026-08-04"}),
        # --- the decision: 2 working days (case 3) → a reminder only
        (ADULT, {"proposal_received": "2025-04-28"}, {"decision": "2025-05-05"}),
        (ADULT, {"proposal_received": "2026-06-30"}, {"decision": "2026-07-02"}),
        (ADULT, {"proposal_received": "2026-07-01"}, {"decision_reminder": "2026-07-03"}),
        # --- a move: 5 working days → 24 hours (case 4)
        (ADULT, {"moved": "2026-06-29"}, {"residence_transfer": "2026-07-06"}),
        (ADULT, {"moved": "2026-06-30 23:59"}, {"residence_transfer": "2026-07-07"}),
        (ADULT, {"moved": "2026-07-01 00:00"}, {"residence_transfer": "2026-07-02 00:00"}),
        (ADULT, {"moved": "2026-07-02 09:00"}, {"residence_transfer": "2026-07-03 09:00"}),
        # --- the end: on the day → within the 3 working days before; the assessment a year later
        (ADULT, {"ends_on": "2026-06-30"}, {"certificate": "2026-06-30", "assessment": "2027-06-30"}),
        (
            ADULT,
            {"ends_on": "2026-07-01"},
            {"certificate": "2026-06-26 00:00 → 2026-07-01", "assessment": "2027-07-01"},
        ),
        (
            ADULT,
            {"ends_on": "2028-08-31"},
            {"certificate": "2028-08-28 00:00 → 2028-08-31", "assessment": "2029-08-31"},
        ),
        (
            ADULT,
            {"ends_on": "2026-09-03"},
            {"certificate": "2026-08-26 00:00 → 2026-09-03", "assessment": "2027-09-03"},
        ),
        (
            ADULT,
            {"ends_on": "2028-02-29"},
            {"certificate": "2028-02-24 00:00 → 2028-02-29", "assessment": "2029-02-28"},
        ),
        # --- nothing happened, nothing is due; nor before the law of 2021
        (ADULT, {}, {}),
        (ADULT, {"moved": "2021-12-31", "self_reported": "2021-12-31", "returned": "2021-12-31"}, {}),
    ],
)
def test_each_event_makes_the_deadlines_of_its_own_day(due, pathway, events, expected) -> None:
    assert due(pathway, **events) == expected


def test_a_term_that_ends_on_a_sunday_shows_the_working_day_left(book, calendar) -> None:
    certificate, _ = deadlines(book, calendar, CaseEvents(pathway=HOME, ends_on=date(2026, 8, 30)))
    assert (certificate.due_on, certificate.working_day) == (date(2026, 8, 30), date(2026, 8, 28))
    assert certificate.opens == datetime(2026, 8, 26, tzinfo=ZONE)


def test_what_is_due_at_midnight_leaves_only_the_working_day_before(book, calendar) -> None:
    latest = next(
        found
        for found in deadlines(book, calendar, CaseEvents(pathway=ADULT, completes=date(2026, 8, 27)))
        if found.kind is DeadlineKind.DECISION_LATEST
    )
    assert (latest.due, latest.working_day) == (datetime(2026, 8, 26, tzinfo=ZONE), date(2026, 8, 25))


def test_an_assessment_beyond_the_calendar_is_still_due_but_names_no_working_day(book, calendar) -> None:
    found = deadlines(book, calendar, CaseEvents(pathway=ADULT, ends_on=date(2030, 8, 31)))
    assert {deadline.kind: deadline.working_day for deadline in found} == {
        "certificate": date(2030, 8, 30),
        "assessment": None,
    }


def test_a_move_under_the_new_law_needs_the_hour(due) -> None:
    with pytest.raises(Refusal, match="instant_needed"):
        due(ADULT, moved="2026-07-02")


def test_a_move_told_in_another_zone_falls_under_the_law_of_the_local_day(book, calendar) -> None:
    moved = datetime(2026, 6, 30, 17, 30, tzinfo=UTC)
    (found,) = deadlines(book, calendar, CaseEvents(pathway=ADULT, moved=moved))
    assert (str(found.rule), found.due) == ("move.notice@2", datetime(2026, 7, 2, 0, 30, tzinfo=ZONE))


def test_a_day_clock_is_late_from_midnight_and_an_hour_clock_after_its_minute(book, calendar) -> None:
    proposal, move = (
        deadlines(book, calendar, CaseEvents(pathway=ADULT, **{event: at("2026-07-02 09:00")}))[0]
        for event in ("notice_received", "moved")
    )
    assert not proposal.late_at(datetime(2026, 7, 6, 23, 59, 59, tzinfo=ZONE))
    assert proposal.late_at(datetime(2026, 7, 7, tzinfo=ZONE))
    assert not move.late_at(datetime(2026, 7, 3, 9, tzinfo=ZONE))
    assert move.late_at(datetime(2026, 7, 3, 9, 0, 1, tzinfo=ZONE))


def test_deadlines_come_earliest_first_and_name_who_must_act(book, calendar) -> None:
    events = CaseEvents(pathway=ADULT, completes=at("2026-08-31 09:00"), notice_received=at("2026-07-31 16:00"))
    found = deadlines(book, calendar, events)
    assert [(str(item.kind), item.authority) for item in found] == [
        ("discharge_notice", "rehab_centre_or_counsellor"),
        ("proposal", "commune_police_head"),
        ("decision_latest", "commune_chair"),
        ("decision_delivery", "rehab_centre_or_counsellor"),
    ]


def test_a_deadline_explains_itself_from_fact_to_rule_to_calendar(book, calendar) -> None:
    (found,) = deadlines(book, calendar, CaseEvents(pathway=ADULT, notice_received=at("2026-07-31 16:00")))
    assert found.explanation.sentence("en") == (
        "notice received: 2026-07-31 16:00; "
        "Proposal of a management decision: at most 2 working days "
        "(head of the commune police; Art. 134(1) Decree 163/2026/NĐ-CP); "
        "not counted: 2026-08-01 (Saturday), 2026-08-02 (Sunday); "
        "due by the end of 2026-08-04."
    )
    assert found.explanation.sentence("vi") == (
        "nhận thông báo: 16:00 ngày 31/07/2026; "
        "Đề nghị quyết định quản lý sau cai nghiện: không quá 2 ngày làm việc "
        "(Trưởng Công an cấp xã; Điều 134(1) Nghị định 163/2026/NĐ-CP); "
        "không tính 01/08/2026 (Thứ Bảy), 02/08/2026 (Chủ nhật); "
        "chậm nhất hết ngày 04/08/2026."
    )
    assert [step["kind"] for step in found.explanation.as_data()] == ["fact", "rule", "calendar", "result"]


def test_an_explanation_says_when_a_make_up_saturday_was_counted_and_a_day_is_unsure(book, calendar) -> None:
    (dossier,) = deadlines(book, calendar, CaseEvents(pathway=ADULT, self_reported=at("2025-04-24")))
    (proposal,) = deadlines(book, calendar, CaseEvents(pathway=ADULT, notice_received=at("2026-11-23")))
    assert "counted as make-up day: 2025-04-26 (Worked in exchange for 2025-05-02)" in dossier.explanation.sentence(
        "en"
    )
    assert "2026-11-24 (Vietnam Cultural Day) [not verified]" in proposal.explanation.sentence("en")


@pytest.mark.parametrize(
    ("rule", "event", "expected"),
    [
        ("breach.notice", "2026-11-21 22:15", "2026-11-24 22:15"),
        ("dsr.acknowledge", "2026-11-20", "2026-11-25"),
        ("dsr.view", "2026-11-20", "2026-11-30"),
        ("dsr.object", "2026-11-20", "2026-12-05"),
        ("dsr.delete", "2026-11-20", "2026-12-10"),
    ],
)
def test_any_rule_of_the_book_runs_as_a_clock(book, calendar, rule, event, expected) -> None:
    row = book.rule(rule, date(2026, 11, 20))
    assert told(run_clock(row, calendar, Event(at(event), Bilingual("yêu cầu", "request")))) == expected


def test_a_rule_that_is_no_clock_says_so(book, calendar) -> None:
    row = book.rule("prison.effect", date(2026, 11, 20))
    with pytest.raises(ValueError, match="no clock"):
        run_clock(row, calendar, Event(date(2026, 11, 20), Bilingual("án", "sentence")))


@pytest.mark.parametrize(
    "gone",
    [
        "notice.lead.compulsory@1", "notice.lead.all_rehab@1", "self_report.after_return@1", "self_report.private_centre@1",
        "dossier.deadline@1", "proposal.deadline@1", "decision.deadline@1", "decision.warning@1", "decision.latest@1",
        "decision.handover@1", "completion_copy.private@1", "move.notice@1", "move.notice@2", "end.certificate@1",
        "end.certificate@2", "assessment.after_end@1",
    ],
)  # fmt: skip
def test_every_clock_of_the_book_is_run_by_some_event(book, calendar, gone) -> None:
    found = set()
    for day in ("2026-06-15 09:00", "2026-08-14 09:00"):
        names = (
            "completes",
            "returned",
            "paper_received",
            "notice_received",
            "self_reported",
            "proposal_received",
            "moved",
        )
        moments = {name: at(day) for name in names} | {"ends_on": at(day[:10])}
        for pathway in (ADULT, PRIVATE):
            found |= {str(item.rule) for item in deadlines(book, calendar, CaseEvents(pathway=pathway, **moments))}
    assert gone in found
