"""The clocks of a notice on both sides of each date of change, as tables."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from domain.law.in_force import Law
from domain.law.instants import ZONE
from domain.law.pathways import Pathway
from domain.law.rows import shipped_book
from domain.notice.clocks import NoticeTimes, answer_by, duties, lead, sent_late, shown
from reference.calendar_overrides import shipped_calendar

LAW = Law(shipped_book(), shipped_calendar())
COMPULSORY, PUBLIC = Pathway.COMPULSORY_ADULT, Pathway.VOLUNTARY_FACILITY_PUBLIC
PRIVATE, HOME = Pathway.VOLUNTARY_FACILITY_PRIVATE, Pathway.VOLUNTARY_COMMUNITY
MINOR, SUBSTITUTION = Pathway.COMPULSORY_MINOR, Pathway.SUBSTITUTION_TREATMENT


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def times(kind="form_51", pathway=COMPULSORY, completes_on=date(2026, 8, 31), **more):
    return NoticeTimes(kind, pathway, completes_on, **more)


@pytest.mark.parametrize(
    ("pathway", "completes_on", "due_on", "rule"),
    [
        (COMPULSORY, "2026-06-30", "2026-06-15", "notice.lead.compulsory@1"),
        (MINOR, "2026-06-30", "2026-06-15", "notice.lead.compulsory@1"),
        (PUBLIC, "2026-06-30", None, None),
        (PRIVATE, "2026-06-30", None, None),
        (HOME, "2026-06-30", None, None),
        (COMPULSORY, "2026-07-01", "2026-06-01", "notice.lead.all_rehab@1"),
        (MINOR, "2026-07-01", "2026-06-01", "notice.lead.all_rehab@1"),
        (PUBLIC, "2026-07-01", "2026-06-01", "notice.lead.all_rehab@1"),
        (PRIVATE, "2026-07-01", "2026-06-01", "notice.lead.all_rehab@1"),
        (HOME, "2026-07-01", "2026-06-01", "notice.lead.all_rehab@1"),
        (COMPULSORY, "2026-08-31", "2026-08-01", "notice.lead.all_rehab@1"),  # dossier §18, 1
        (SUBSTITUTION, "2026-06-30", None, None),
        (SUBSTITUTION, "2026-07-01", None, None),
        (COMPULSORY, "2021-12-31", None, None),  # before the law of 2022
    ],
)
def test_the_lead_time_of_each_pathway_on_both_sides_of_the_change(pathway, completes_on, due_on, rule):
    due = lead(LAW, pathway, date.fromisoformat(completes_on))
    assert (due and due.due_on and due.due_on.isoformat()) == due_on
    assert (due and due.rule) == rule


def test_late_begins_with_the_first_instant_after_the_last_day():
    due = lead(LAW, COMPULSORY, date(2026, 8, 31))
    assert not sent_late(due, at("2026-08-01T23:59:59"))
    assert sent_late(due, at("2026-08-02T00:00"))
    assert not sent_late(None, at("2030-01-01T00:00"))


@pytest.mark.parametrize(
    ("kind", "pathway", "received", "due_on", "rule"),
    [
        # D163 134(1): two working days from the notice
        ("form_51", COMPULSORY, "2026-07-31T16:00", "2026-08-04", "proposal.deadline@1"),
        ("form_51", COMPULSORY, "2026-07-01T00:00", "2026-07-03", "proposal.deadline@1"),
        ("substitution_completion", SUBSTITUTION, "2026-07-31T16:00", "2026-08-04", "proposal.deadline@2"),
        # National Day takes 1 and 2 September away
        ("form_51", PUBLIC, "2026-08-31T08:00", "2026-09-04", "proposal.deadline@1"),
        # before: the notice itself set no clock; the procedure that follows begins with the person's report
        ("form_51", COMPULSORY, "2026-06-30T23:00", "2026-08-31", "dossier.deadline@1"),
        # D116 77(1): three working days from the report; dossier §18, 3 with the make-up Saturday
        ("self_report", COMPULSORY, "2025-04-24T09:00", "2025-04-28", "dossier.deadline@1"),
        ("self_report", COMPULSORY, "2026-06-30T09:00", "2026-07-03", "dossier.deadline@1"),
        ("self_report", COMPULSORY, "2026-07-01T09:00", "2026-07-03", "proposal.deadline@1"),
    ],
)
def test_by_when_a_notice_is_answered_follows_the_law_of_its_receipt(kind, pathway, received, due_on, rule):
    due = answer_by(LAW, times(kind, pathway), at(received), "answer_notice")
    assert (due.due_on.isoformat(), due.rule, due.kind) == (due_on, rule, "answer_notice")
    assert due.explanation["sentence"]["vi"]
    assert due.explanation["sentence"]["en"]


def test_before_the_law_of_2022_nothing_is_due():
    assert answer_by(LAW, times(), at("2021-12-31T09:00"), "answer_notice") is None
    assert duties(LAW, "sent", times(told_at=at("2021-12-31T09:00"))) == ()


RECEIVED = at("2026-07-31T16:00")


@pytest.mark.parametrize(
    ("state", "more", "kinds"),
    [
        ("draft", {}, []),
        ("sent", {"told_at": RECEIVED}, ["read_notice"]),
        ("received", {"clock_started_at": RECEIVED}, ["answer_notice"]),
        ("misrouted", {"clock_started_at": RECEIVED}, ["send_notice_on"]),
        ("returned", {"clock_started_at": RECEIVED}, []),
        ("accepted", {"clock_started_at": RECEIVED}, []),
        ("accepted", {"clock_started_at": RECEIVED, "changed_at": RECEIVED}, ["see_notice_change"]),
        ("received", {"clock_started_at": RECEIVED, "changed_at": RECEIVED}, ["answer_notice", "see_notice_change"]),
        ("cancelled", {"changed_at": RECEIVED}, ["see_notice_change"]),
        ("cancelled", {"changed_at": RECEIVED, "change_seen_at": RECEIVED}, []),
        ("accepted", {"changed_at": RECEIVED + timedelta(1), "change_seen_at": RECEIVED}, ["see_notice_change"]),
    ],
)
def test_what_the_commune_has_to_do_in_each_state(state, more, kinds):
    assert [task.kind for task in duties(LAW, state, times(**more))] == kinds


def test_sending_on_does_not_start_the_clock_anew():
    first = times(told_at=at("2026-07-30T08:00"), clock_started_at=RECEIVED)
    [read] = duties(LAW, "sent", first)
    assert read.due_on == date(2026, 8, 4)


def test_the_clocks_are_kept_with_rule_days_skipped_and_reasons():
    kept = shown(lead(LAW, COMPULSORY, date(2026, 8, 31)), answer_by(LAW, times(), RECEIVED, "answer_notice"))
    assert set(kept) == {"lead", "answer"}
    assert [day["day"] for day in kept["answer"]["skipped"]] == ["2026-08-01", "2026-08-02"]
    assert kept["lead"]["rule"] == "notice.lead.all_rehab@1"
    assert shown(None, None) == {}
