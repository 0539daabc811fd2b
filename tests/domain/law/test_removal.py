"""Grounds of removal by date, what each does to the case, and what a finding leads to."""

from __future__ import annotations

from datetime import date

import pytest

from domain.law.removal import next_measure, removal_effect, removal_reasons
from domain.law.rule_book import RuleBook
from domain.refusals import Refusal

ALWAYS = {"term_served", "imprisonment", "moved_residence", "deceased", "court_declared_missing"}


@pytest.mark.parametrize(
    ("on", "others"),
    [
        ("2021-12-31", {"reduced", "exempted"}),
        ("2022-01-01", {"compulsory_order"}),
        ("2026-06-30", {"compulsory_order"}),
        ("2026-07-01", {"compulsory_education_facility", "reformatory", "addiction_determined"}),
    ],
)
def test_the_grounds_of_removal_are_those_of_the_day(book: RuleBook, on: str, others: set[str]) -> None:
    assert set(removal_reasons(book, date.fromisoformat(on))) == ALWAYS | others


@pytest.mark.parametrize(
    ("reason", "on", "effect", "rule"),
    [
        ("imprisonment", "2021-12-31", "removed", "removal.reason.imprisonment@1"),
        ("imprisonment", "2026-06-30", "removed", "prison.effect@1"),
        ("imprisonment", "2026-07-01", "interrupted", "prison.effect@2"),
        ("reformatory", "2026-07-01", "interrupted", "removal.reason.reformatory@1"),
        ("addiction_determined", "2026-07-01", "removed", "removal.reason.addiction_determined@1"),
        ("moved_residence", "2026-07-01", "list_only", "removal.reason.moved_residence@1"),
        ("term_served", "2026-07-01", "completed", "removal.reason.term_served@1"),
        ("deceased", "2024-01-01", "removed", "removal.reason.deceased@1"),
    ],
)
def test_a_ground_does_to_the_case_what_the_law_of_its_day_says(book: RuleBook, reason, on, effect, rule) -> None:
    found, source = removal_effect(book, reason, date.fromisoformat(on))
    assert (found.value, str(source.ref)) == (effect, rule)


@pytest.mark.parametrize(
    ("reason", "on"),
    [
        ("addiction_determined", "2026-06-30"),
        ("reformatory", "2026-06-30"),
        ("compulsory_order", "2026-07-01"),
        ("reduced", "2022-01-01"),
        ("went_abroad", "2026-07-01"),
        ("positive_test", "2026-07-01"),
    ],
)
def test_a_ground_the_law_of_the_day_does_not_know_is_refused_with_those_it_does(book: RuleBook, reason, on) -> None:
    with pytest.raises(Refusal, match="removal_reason_not_in_force") as refused:
        removal_effect(book, reason, date.fromisoformat(on))
    assert "deceased" in refused.value.facts["allowed"]


@pytest.mark.parametrize(
    ("minor", "on", "expected"),
    [
        (True, "2026-06-30", "not_a_ground"),
        (True, "2026-07-01", "compulsory"),
        (False, "2026-06-30", "compulsory"),
        (False, "2026-07-01", "compulsory"),
    ],
)
def test_a_finding_about_a_minor_leads_to_compulsory_treatment_only_since_july_2026(book, minor, on, expected) -> None:
    assert next_measure(book, date.fromisoformat(on), minor=minor).value.word == expected
