"""Allowances of volunteers: the rate of the province, seat and month, times the base salary of that month."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.law.rows import shipped_book
from domain.volunteer.allowance import Volunteer, line

AN_GIANG = "89"


def told(month, *periods, province=AN_GIANG):
    parts = [{"role": role, "since": since, "until": until} for role, since, until in periods]
    return line(shipped_book(), date.fromisoformat(month), province, Volunteer(UUID(int=1), "Lan", parts))


@pytest.mark.parametrize(
    ("month", "role", "dong"),
    [
        ("2019-07-01", "captain", 894_000),
        ("2023-06-01", "member", 596_000),
        ("2023-07-01", "captain", 1_080_000),
        ("2023-07-01", "deputy", 900_000),
        ("2023-07-01", "member", 720_000),
        ("2024-06-01", "captain", 1_080_000),
        ("2024-07-01", "captain", 1_404_000),
        ("2025-06-01", "member", 936_000),
    ],
)
def test_the_allowance_follows_rate_and_base_salary_of_the_month(month, role, dong):
    found = told(month, (role, "2019-01-01", None))
    assert (found.allowance_vnd, found.role, found.whole_month, found.silent) == (dong, role, True, [])


@pytest.mark.parametrize(("month", "province"), [("2025-07-01", "89"), ("2024-05-01", "01"), ("2024-05-01", None)])
def test_where_the_book_is_silent_there_is_no_amount_and_the_rule_is_named(month, province):
    found = told(month, ("captain", "2019-01-01", None), province=province)
    assert (found.allowance_vnd, found.rate, found.silent) == (None, None, ["pay.volunteer"])


def test_before_any_base_salary_both_rules_are_named():
    assert told("2018-01-01", ("captain", "2015-01-01", None)).silent == ["pay.volunteer", "base_salary"]


def test_whoever_held_no_seat_in_the_month_has_no_line():
    assert told("2024-03-01", ("member", "2024-01-01", "2024-02-29")) is None
    assert told("2024-03-01", ("member", "2024-04-01", None)) is None


@pytest.mark.parametrize(
    ("since", "until", "whole"),
    [
        ("2024-02-01", "2024-02-29", True),
        ("2024-02-01", "2024-02-28", False),
        ("2024-02-02", None, False),
        ("2024-01-01", None, True),
    ],
)
def test_a_month_is_whole_when_the_seat_was_held_on_every_day(since, until, whole):
    assert told("2024-02-01", ("member", since, until)).whole_month is whole


def test_of_two_seats_in_a_month_the_last_counts_and_the_month_is_not_whole():
    found = told("2024-03-01", ("member", "2024-01-01", "2024-03-14"), ("captain", "2024-03-15", None))
    assert (found.role, found.whole_month) == ("captain", False)


def test_every_amount_cites_its_rules_with_their_marks():
    rules = told("2023-07-01", ("captain", "2019-01-01", None)).rules
    assert [(rule["rule"], rule["mark"]) for rule in rules] == [("pay.volunteer@1", "L"), ("base_salary@2", "L")]
    assert "34/2018" in rules[0]["source"]
