"""The rule book: one answer a day, chosen by the event; contradictions never get in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.law.documents import AUTHORITIES, DOCUMENTS
from domain.law.forms import FORMS, form_of, successor
from domain.law.pathways import Pathway
from domain.law.pay import monthly_pay_cap
from domain.law.rows import RULES
from domain.law.rule import RuleRef
from domain.law.rule_book import RuleBook
from domain.law.rule_value import at_most, exactly, says
from domain.law.subject import D116, D163, Subject, form
from domain.law.terms import term
from domain.law.working_days import WorkingCalendar
from domain.refusals import Refusal

MOVE = Subject("move.notice", "leave_date", "chuyển", "move")


def row(version: int, period: str, n: int = 1, **more: object):
    return MOVE.row(version, period, at_most(n, "wd"), "person", "L73 1", **more)


def test_two_rows_of_one_scope_may_not_share_a_day() -> None:
    with pytest.raises(Refusal, match="rule_overlap") as refused:
        RuleBook([row(1, "2022-01-01/2026-07-01"), row(2, "2026-07-01/..")])
    assert refused.value.facts["versions"] == [1, 2]


def test_two_rows_of_one_scope_may_meet() -> None:
    assert len(RuleBook([row(1, "2022-01-01/2026-06-30"), row(2, "2026-07-01/..")])) == 2


def test_a_row_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Refusal, match="rule_period_empty"):
        RuleBook([row(1, "2026-07-01/2026-06-30")])


def test_a_new_row_from_the_same_day_on_is_an_overlap_and_erases_nothing(book: RuleBook) -> None:
    with pytest.raises(Refusal, match="rule_overlap"):
        book.superseding(replace(book.rule("move.notice", date(2026, 7, 1)), version=3))


def test_a_version_number_names_one_row_only() -> None:
    with pytest.raises(Refusal, match="rule_version_taken"):
        RuleBook([row(1, "../2021-12-31"), row(1, "2022-01-01/..")])


def test_a_narrower_scope_wins_over_the_general_row() -> None:
    book = RuleBook([row(1, "../.."), row(2, "../..", 3, scope=(("province", "01"),))])
    on = date(2026, 1, 1)
    assert book.rule("move.notice", on, province="01").version == 2
    assert book.rule("move.notice", on, province="22").version == 1
    assert book.rule("move.notice", on).version == 1


def test_two_equally_narrow_rows_are_refused_not_guessed() -> None:
    book = RuleBook([row(1, "../..", scope=(("province", "01"),)), row(2, "../..", scope=(("pathway", "x"),))])
    with pytest.raises(Refusal, match="ambiguous_rule"):
        book.rule("move.notice", date(2026, 1, 1), province="01", pathway="x")


def test_a_day_without_a_rule_is_refused_with_the_rule_and_the_day(book: RuleBook) -> None:
    with pytest.raises(Refusal, match="no_rule") as refused:
        book.rule("move.notice", date(2021, 12, 31))
    assert refused.value.facts == {"rule": "move.notice", "on": date(2021, 12, 31)}


def test_the_history_of_a_rule_is_told_oldest_first(book: RuleBook) -> None:
    assert [rule.version for rule in book.history("base_salary")] == [1, 2, 3, 4]
    assert book.history("nothing") == ()


def test_the_fingerprint_changes_with_any_row_and_with_nothing_else() -> None:
    changed = [replace(RULES[0], note="another note"), *RULES[1:]]
    assert RuleBook(RULES).fingerprint == RuleBook(reversed(RULES)).fingerprint
    assert RuleBook(changed).fingerprint != RuleBook(RULES).fingerprint


def test_a_new_row_closes_its_predecessor_the_day_before(book: RuleBook) -> None:
    new = replace(
        book.rule("move.notice", date(2027, 1, 1)), version=3, valid_from=date(2028, 1, 1), value=at_most(48, "h")
    )
    amended = book.superseding(new)
    assert amended.rule("move.notice", date(2027, 12, 31)).ref == RuleRef("move.notice", 2)
    assert amended.rule("move.notice", date(2028, 1, 1)).ref == RuleRef("move.notice", 3)
    assert len(amended) == len(book) + 1


def test_a_rule_changed_for_the_future_changes_no_past_result(book: RuleBook, calendar: WorkingCalendar) -> None:
    old = book.rule("term.compulsory_adult", date(2026, 8, 31))
    new = replace(old, version=3, valid_from=date(2027, 1, 1), value=exactly(18, "m"))
    amended = book.superseding(new)
    past = term(book, Pathway.COMPULSORY_ADULT, date(2026, 12, 31), calendar=calendar)
    assert repr(term(amended, Pathway.COMPULSORY_ADULT, date(2026, 12, 31), calendar=calendar)) == repr(past)
    assert term(amended, Pathway.COMPULSORY_ADULT, date(2027, 1, 1), calendar=calendar).months == 18


@pytest.mark.parametrize(
    ("month", "cap"),
    [
        ("2023-06-01", 894_000),
        ("2023-07-01", 1_080_000),
        ("2024-06-30", 1_080_000),
        ("2024-07-01", 1_404_000),
        ("2026-06-30", 1_404_000),
        ("2026-07-01", 1_518_000),
    ],
)
def test_the_pay_cap_is_six_tenths_of_the_base_salary_of_the_month(book: RuleBook, month: str, cap: int) -> None:
    found = monthly_pay_cap(book, date.fromisoformat(month))
    assert found.vnd == cap
    assert f"{cap:,} VND a month" in found.explanation.sentence("en")


def test_every_rule_cites_a_known_document_a_known_authority_and_a_known_form() -> None:
    assert {rule.authority for rule in RULES} <= set(AUTHORITIES)
    assert {citation.document for rule in RULES for citation in rule.legal_basis} <= set(DOCUMENTS)
    assert all(rule.form is None or form_of(rule.form) for rule in RULES)


def test_a_citation_names_its_document_once() -> None:
    rule = next(rule for rule in RULES if rule.id == "notice.lead.all_rehab")
    assert rule.basis_text().vi == "Điều 93(2), 94(2), 97(1), 123(1) Nghị định 163/2026/NĐ-CP"


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (at_most(2, "wd"), "không quá 2 ngày làm việc", "at most 2 working days"),
        (at_most(200_000_000, "vnd"), "không quá 200,000,000 đồng", "at most 200,000,000 VND"),
        (exactly(0, "d"), "đúng ngày đó", "on the day itself"),
        (says("removed"), "removed", "removed"),
    ],
)
def test_a_value_reads_as_a_phrase_in_both_languages(value, vi: str, en: str) -> None:
    assert value.text() == (vi, en)


def test_a_word_or_a_share_is_no_whole_number() -> None:
    for value in (says("removed"), at_most("0.6", "ratio")):
        with pytest.raises(ValueError, match="Value"):
            _ = value.whole


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("50", "52"),
        ("51", "53"),
        ("52", None),
        ("53", "54"),
        ("54", "56"),
        ("30", "33"),
        ("46", "50"),
        ("26a", "28"),
        ("26b", "30"),
        ("27", "34"),
    ],
)
def test_each_old_form_has_the_successor_of_the_crosswalk(old: str, new: str | None) -> None:
    found = successor(form(D116, old))
    assert (found and found.key) == (new and form(D163, new))


def test_form_51_is_a_decision_in_one_decree_and_a_notice_in_the_next() -> None:
    decision, notice = form_of(form(D116, "51")), form_of(form(D163, "51"))
    assert decision is not None
    assert notice is not None
    assert (decision.title.en, notice.title.en) == (
        "Management decision",
        "Notice of a person about to complete treatment",
    )


def test_no_form_is_listed_twice() -> None:
    assert len({entry.key for entry in FORMS}) == len(FORMS) == 27
