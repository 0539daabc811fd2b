"""The alarm before a release: both sides of its hour, weekends, 29 February, the day on which the rule begins."""

from __future__ import annotations

from datetime import date

import pytest

from domain.law.in_force import Law
from domain.law.pathways import Pathway
from domain.law.rows import shipped_book
from domain.notice.clocks import NoticeTimes, alarm_window, missing_decision
from reference.calendar_overrides import shipped_calendar
from tests.case_work import at

LAW = Law(shipped_book(), shipped_calendar())


def alarm(completes_on, now, state="accepted", kind="form_51"):
    times = NoticeTimes(kind, Pathway.COMPULSORY_ADULT, date.fromisoformat(completes_on))
    return missing_decision(LAW, state, times, at(now))


@pytest.mark.parametrize(
    ("completes_on", "last_quiet", "first_alarmed"),
    [
        ("2026-08-31", "2026-08-28 23:59", "2026-08-29 00:00"),  # a Monday: the hours run through the weekend
        ("2028-02-29", "2028-02-26 23:59", "2028-02-27 00:00"),
        ("2028-03-01", "2028-02-27 23:59", "2028-02-28 00:00"),
        ("2027-03-01", "2027-02-26 23:59", "2027-02-27 00:00"),
        ("2026-07-01", "2026-06-28 23:59", "2026-06-29 00:00"),  # the first day the rule speaks of
    ],
)
def test_it_sounds_48_hours_before_the_day_begins_and_not_a_minute_earlier(completes_on, last_quiet, first_alarmed):
    assert alarm(completes_on, last_quiet) is None
    task = alarm(completes_on, first_alarmed)
    assert (task.kind, task.rule) == ("decision_missing", "decision.alarm@1")
    assert task.due_at == at(f"{completes_on} 00:00")
    assert task.opens_at == at(first_alarmed)
    assert task.explanation["sentence"]["vi"]


def test_it_stays_for_as_long_as_the_decision_is_missing():
    assert alarm("2026-08-31", "2026-12-01 08:00") is not None


def test_before_the_law_of_2026_the_decision_came_after_the_return_and_nothing_sounds():
    assert alarm("2026-06-30", "2026-07-02 08:00") is None


@pytest.mark.parametrize("state", ["sent", "received", "accepted", "returned", "misrouted"])
def test_it_sounds_wherever_the_notice_has_got_to(state):
    assert alarm("2026-08-31", "2026-08-30 08:00", state) is not None


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_a_notice_kept_back_or_taken_back_alarms_nobody(state):
    assert alarm("2026-08-31", "2026-08-30 08:00", state) is None


@pytest.mark.parametrize("kind", ["substitution_completion", "self_report"])
def test_where_no_decision_is_handed_over_at_a_gate_nothing_sounds(kind):
    assert alarm("2026-08-31", "2026-08-30 08:00", kind=kind) is None


def test_the_days_that_are_looked_at_reach_as_far_as_the_hours_and_back_to_the_first_day_of_the_rule():
    assert alarm_window(LAW, date(2026, 8, 28)) == (date(2026, 7, 1), date(2026, 8, 31))
    assert alarm_window(LAW, date(2026, 6, 29)) == (date(2026, 7, 1), date(2026, 7, 2)), "the rule begins soon"
    assert alarm_window(LAW, date(2026, 6, 1)) is None
