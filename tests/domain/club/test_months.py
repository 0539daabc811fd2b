"""In which months a member is evaluated, on both sides of every boundary."""

from __future__ import annotations

from datetime import date

import pytest

from domain.club.evaluating import reminders
from domain.club.life import MEMBERSHIP_LIFE, SESSION_LIFE, Happened, first_due, member_in, next_month, spans
from domain.club.sessions import twice
from domain.law.in_force import Law
from domain.law.rows import shipped_book
from reference.calendar_overrides import shipped_calendar


def day(text):
    return date.fromisoformat(text)


def story(*moves):
    return [Happened(state, day(on)) for state, on in moves]


JOINED = story(("asked", "2026-01-05"), ("agreed", "2026-01-06"), ("invited", "2026-01-06"), ("joined", "2026-02-01"))
CASES = [
    (JOINED, (), "2026-02-01"),
    (story(("joined", "2026-02-02")), (), "2026-03-01"),
    (story(("joined", "2026-01-31")), (), "2026-02-01"),
    (story(("joined", "2024-02-29")), (), "2024-03-01"),
    (story(("joined", "2025-12-01")), ("2025-12-01",), "2026-01-01"),
    (JOINED, ("2026-02-01", "2026-04-01"), "2026-03-01"),
    (story(("joined", "2026-02-01"), ("suspended", "2026-02-28")), (), None),
    (story(("joined", "2026-02-01"), ("left", "2026-06-01")), (), None),
    (story(("joined", "2026-02-01"), ("suspended", "2026-02-28"), ("joined", "2026-05-20")), (), "2026-06-01"),
    (story(("joined", "2026-02-01"), ("suspended", "2026-03-01"), ("joined", "2026-05-20")), (), "2026-02-01"),
    (
        story(("joined", "2026-02-01"), ("suspended", "2026-03-01"), ("joined", "2026-05-20")),
        ("2026-02-01",),
        "2026-06-01",
    ),
    (story(("asked", "2026-01-01"), ("refused", "2026-01-02")), (), None),
    ([], (), None),
]


@pytest.mark.parametrize(("moves", "evaluated", "due"), CASES)
def test_the_first_whole_month_without_an_evaluation_is_due(moves, evaluated, due):
    assert first_due(moves, {day(month) for month in evaluated}) == (due and day(due))


@pytest.mark.parametrize(
    ("month", "inside"),
    [("2026-01-01", False), ("2026-02-01", True), ("2026-03-01", True), ("2026-04-01", False), ("2026-05-01", True)],
)
def test_any_day_of_membership_lets_a_month_be_evaluated(month, inside):
    moves = story(("joined", "2026-02-28"), ("suspended", "2026-03-02"), ("joined", "2026-05-31"))
    assert member_in(moves, day(month)) is inside


def test_a_day_of_leaving_is_no_day_of_membership():
    assert not member_in(story(("joined", "2026-02-10"), ("left", "2026-03-01")), day("2026-03-01"))
    assert list(spans(story(("joined", "2026-02-10"), ("left", "2026-02-10")))) == [
        (day("2026-02-10"), day("2026-02-10"))
    ]


@pytest.mark.parametrize(("month", "after"), [("2026-12-31", "2027-01-01"), ("2024-01-31", "2024-02-01")])
def test_the_next_month_is_its_first_day(month, after):
    assert next_month(day(month)) == day(after)


def test_the_reminder_names_its_rule_its_month_and_the_last_day():
    law = Law(shipped_book(), shipped_calendar())
    (task,) = reminders(law, JOINED, set())
    assert (task.kind, task.due_on, task.rule) == ("progress_evaluation", day("2026-03-05"), "club.evaluation@1")
    assert "02/2026" in task.explanation["sentence"]["vi"]
    assert task.due_at.isoformat() == "2026-03-06T00:00:00+07:00"
    assert (task.explanation["of"], task.explanation["value"]) == ("progress_evaluation", "2026-03-05")
    assert [step["kind"] for step in task.explanation["steps"]] == ["fact", "rule", "result"]
    assert reminders(law, story(("joined", "2026-02-01"), ("left", "2026-05-01")), set()) == []


@pytest.mark.parametrize(("joined", "reminded"), [("1995-12-01", 0), ("1996-01-01", 1)])
def test_of_a_month_for_which_no_rule_is_in_force_nobody_is_reminded(joined, reminded):
    law = Law(shipped_book(), shipped_calendar())
    assert len(reminders(law, story(("joined", joined)), set())) == reminded


def test_who_was_asked_is_no_member_yet_and_a_second_joining_changes_nothing():
    assert list(spans(JOINED)) == [(day("2026-02-01"), None)]
    assert not member_in(JOINED, day("2026-01-01"))
    assert list(spans(story(("joined", "2026-02-01"), ("joined", "2026-03-01")))) == [(day("2026-02-01"), None)]


def test_nobody_joins_without_having_agreed_and_leaving_is_the_end():
    paths = {move.to: move.source for move in MEMBERSHIP_LIFE.moves if move.to in ("agreed", "invited")}
    assert paths == {"agreed": "asked", "invited": "agreed"}
    assert MEMBERSHIP_LIFE.finals == {"left", "refused"}
    assert SESSION_LIFE.finals == {"held", "cancelled"}


def test_whoever_is_named_twice_is_found_at_each_place():
    assert twice(["a", "b", "a"]) == [0, 2]
