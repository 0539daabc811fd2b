"""Terms by date: both regimes, the former law, the calendar's edges, and what the signed paper says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.law.pathways import Pathway
from domain.law.rule_book import RuleBook
from domain.law.rule_value import says
from domain.law.terms import StatedDates, Term, TermFacts, term
from domain.law.working_days import WorkingCalendar
from domain.refusals import Refusal

ADULT, MINOR = Pathway.COMPULSORY_ADULT, Pathway.COMPULSORY_MINOR
HOME, PUBLIC = Pathway.VOLUNTARY_COMMUNITY, Pathway.VOLUNTARY_FACILITY_PUBLIC
PRIVATE, SUBSTITUTION = Pathway.VOLUNTARY_FACILITY_PRIVATE, Pathway.SUBSTITUTION_TREATMENT


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.fixture
def term_of(book: RuleBook, calendar: WorkingCalendar):
    def build(pathway: Pathway, completed: str, **facts: object) -> Term:
        return term(book, pathway, d(completed), facts=TermFacts(**facts), calendar=calendar)

    return build


@pytest.mark.parametrize(
    ("pathway", "completed", "months", "end", "rule"),
    [
        # dossier §18 cases 1 and 2
        (ADULT, "2026-08-31", 24, "2028-08-31", "term.compulsory_adult@2"),
        (PUBLIC, "2024-02-29", 12, "2025-02-28", "term.voluntary_facility_public@1"),
        # both sides of 2026-07-01: same terms, other articles
        (ADULT, "2026-06-30", 24, "2028-06-30", "term.compulsory_adult@1"),
        (ADULT, "2026-07-01", 24, "2028-07-01", "term.compulsory_adult@2"),
        (MINOR, "2026-06-30", 12, "2027-06-30", "term.compulsory_minor@1"),
        (MINOR, "2026-07-01", 12, "2027-07-01", "term.compulsory_minor@2"),
        (HOME, "2026-06-30", 12, "2027-06-30", "term.voluntary_community@1"),
        (HOME, "2026-07-01", 12, "2027-07-01", "term.voluntary_community@2"),
        (PUBLIC, "2026-07-01", 12, "2027-07-01", "term.voluntary_facility_public@2"),
        (PRIVATE, "2026-06-30", 12, "2027-06-30", "term.voluntary_facility_private@1"),
        (PRIVATE, "2026-07-01", 12, "2027-07-01", "term.voluntary_facility_private@2"),
        (SUBSTITUTION, "2026-06-30", 12, "2027-06-30", "term.substitution_treatment@1"),
        (SUBSTITUTION, "2026-07-01", 12, "2027-07-01", "term.substitution_treatment@2"),
        # the first day of the law of 2021
        (ADULT, "2022-01-01", 24, "2024-01-01", "term.compulsory_adult@1"),
        (HOME, "2022-01-01", 12, "2023-01-01", "term.voluntary_community@1"),
        # 29 February to 29 February, and to a year without one
        (ADULT, "2028-02-29", 24, "2030-02-28", "term.compulsory_adult@2"),
        # an end on a Sunday and on a holiday stays where it is
        (HOME, "2025-09-02", 12, "2026-09-02", "term.voluntary_community@1"),
        (HOME, "2025-08-30", 12, "2026-08-30", "term.voluntary_community@1"),
    ],
)
def test_a_term_runs_from_completion_by_the_rule_of_that_day(term_of, pathway, completed, months, end, rule) -> None:
    found = term_of(pathway, completed)
    assert (found.start, found.months, found.nominal_end, found.end, str(found.rule)) == (
        d(completed),
        months,
        d(end),
        d(end),
        rule,
    )
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("decided_on", "months", "end"),
    [("2021-12-31", 18, "2023-05-15"), ("2021-12-01", 12, "2022-11-15"), ("2021-12-01", 24, "2023-11-15")],
)
def test_a_district_decision_of_the_former_law_lasts_as_decided(term_of, decided_on, months, end) -> None:
    found = term_of(ADULT, "2021-11-15", decision_on=d(decided_on), decided_months=months)
    assert (found.months, found.nominal_end, str(found.rule)) == (months, d(end), "term.legacy_compulsory@1")


@pytest.mark.parametrize(
    ("pathway", "facts", "code"),
    [
        (ADULT, {"decision_on": "2021-12-01", "decided_months": 11}, "invalid"),
        (ADULT, {"decision_on": "2021-12-01", "decided_months": 25}, "invalid"),
        (ADULT, {"decision_on": "2021-12-01"}, "invalid"),
        (ADULT, {"decided_months": 18}, "invalid"),
        (ADULT, {"decision_on": "2022-01-01", "decided_months": 18}, "no_rule"),
        (HOME, {}, "no_term"),
        (SUBSTITUTION, {}, "no_term"),
    ],
)
def test_the_former_law_is_refused_where_it_says_nothing(term_of, pathway, facts, code) -> None:
    if "decision_on" in facts:
        facts = facts | {"decision_on": d(facts["decision_on"])}
    with pytest.raises(Refusal, match=code):
        term_of(pathway, "2021-11-15", **facts)


@pytest.mark.parametrize(
    ("pathway", "born", "completed", "months", "warned"),
    [
        # case 6: order at 17 years 10 months, released at 18 years 4 months
        (MINOR, "2008-05-10", "2026-09-10", 12, ["turned_adult_during_treatment"]),
        (MINOR, "2008-09-11", "2026-09-10", 12, []),
        (MINOR, "2008-09-10", "2026-09-10", 12, ["turned_adult_during_treatment"]),
        (ADULT, "2008-09-11", "2026-09-10", 24, ["minor_under_adult_measure"]),
        (ADULT, "1990-01-01", "2026-09-10", 24, []),
        (HOME, "2010-01-01", "2026-09-10", 12, []),
    ],
)
def test_the_term_follows_the_order_and_not_the_age_but_says_so(
    term_of, pathway, born, completed, months, warned
) -> None:
    found = term_of(pathway, completed, born_on=d(born))
    assert found.months == months
    assert [warning.code for warning in found.warnings] == warned


def test_an_authority_that_reads_the_17_to_18_case_otherwise_changes_one_row(book, calendar) -> None:
    row = book.rule("term.turned_adult", d("2026-09-10"))
    book = book.superseding(replace(row, version=2, valid_from=d("2026-08-01"), value=says("adult_term")))
    facts = TermFacts(born_on=d("2008-05-10"))
    assert term(book, MINOR, d("2026-09-10"), facts=facts, calendar=calendar).months == 24
    assert term(book, MINOR, d("2026-07-31"), facts=facts, calendar=calendar).months == 12


def test_dates_on_the_signed_decision_hold_and_the_difference_is_a_warning(term_of) -> None:
    found = term_of(ADULT, "2026-08-31", stated=StatedDates(d("2026-09-01"), d("2028-08-30")))
    assert (found.start, found.nominal_end, found.end) == (d("2026-09-01"), d("2028-08-31"), d("2028-08-30"))
    assert [(warning.code, dict(warning.facts)["days"]) for warning in found.warnings] == [
        ("stated_start_differs", 1),
        ("stated_end_differs", -1),
    ]
    assert "the signed decision says 2028-08-30 and holds" in found.explanation.sentence("en")


def test_dates_on_the_signed_decision_that_agree_warn_of_nothing(term_of) -> None:
    assert term_of(ADULT, "2026-08-31", stated=StatedDates(d("2026-08-31"), d("2028-08-31"))).warnings == ()


def test_a_signed_decision_cannot_end_before_it_begins(term_of) -> None:
    with pytest.raises(Refusal, match="invalid"):
        term_of(ADULT, "2026-08-31", stated=StatedDates(d("2026-08-31"), d("2026-08-30")))


@pytest.mark.parametrize(
    ("completed", "decided", "warned"),
    [
        ("2026-08-31", "2026-08-20", []),  # before its own term, as the law of 2025 wants it
        ("2026-08-31", "2026-08-31", ["decision_after_start"]),
        ("2026-08-31", "2026-09-10", ["decision_after_start"]),
        ("2026-06-30", "2026-07-10", []),  # after completion, as the law of 2021 had it
        ("2026-08-31", "2028-08-31", ["decision_after_start"]),
    ],
)
def test_a_decision_may_come_before_or_inside_its_term(term_of, completed, decided, warned) -> None:
    found = term_of(ADULT, completed, decision_on=d(decided))
    assert [warning.code for warning in found.warnings] == warned


def test_a_decision_after_the_nominal_end_is_refused_without_a_reason(term_of) -> None:
    with pytest.raises(Refusal, match="decision_after_end") as refused:
        term_of(HOME, "2024-03-01", decision_on=d("2025-03-02"))
    assert refused.value.facts["nominal_end"] == d("2025-03-01")
    late = term_of(HOME, "2024-03-01", decision_on=d("2025-03-02"), late_decision_reason="court order 12/2025")
    assert [warning.code for warning in late.warnings] == ["decision_after_end"]


def test_an_end_on_a_day_off_rolls_over_only_when_the_rule_book_says_so(book, calendar) -> None:
    row = book.rule("term.end_on_day_off", d("2025-01-01"))
    rolling = book.superseding(replace(row, version=2, valid_from=d("2025-01-01"), value=says("next_working_day")))
    stays = term(book, HOME, d("2025-08-30"), calendar=calendar)
    rolls = term(rolling, HOME, d("2025-08-30"), calendar=calendar)
    assert (stays.nominal_end, rolls.nominal_end) == (d("2026-08-30"), d("2026-09-03"))
    assert "rolled to 2026-09-03" in rolls.explanation.sentence("en")


def test_a_term_explains_itself_from_fact_to_rule_to_date_in_both_languages(term_of) -> None:
    explanation = term_of(HOME, "2024-02-29").explanation
    assert explanation.sentence("en") == (
        "completed on 2024-02-29 (voluntary treatment at home or in the community); "
        "Term after voluntary treatment at home or in the community: 12 months "
        "(chair of the commune People's Committee; Art. 40(1) Drug Prevention Law 73/2021/QH14); "
        "no such day in the last month: its last day; "
        "12 months, the completion day not counted, to 24:00 of 2025-02-28 (Civil Code Art. 147, 148)."
    )
    assert "hoàn thành ngày 29/02/2024" in explanation.sentence("vi")
    assert "kết thúc lúc 24 giờ ngày 28/02/2025" in explanation.sentence("vi")
    assert [step["kind"] for step in explanation.as_data()] == ["fact", "rule", "calendar", "result"]
    assert explanation.as_data()[1]["rule"] == "term.voluntary_community"
    assert explanation.as_data()[3]["nominal_end"] == "2025-02-28"
