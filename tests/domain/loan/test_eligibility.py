"""Loan eligibility on both sides of every line: the day of the programme, ten years, each cap (dossier §8, §18 case 9)."""

from __future__ import annotations

from datetime import date

import pytest

from domain.law.rows import shipped_book
from domain.loan.eligibility import eligibility, programmes
from domain.loan.facts import LoanFacts, LoanPurpose, Owed, Verdict
from domain.loan.rules import loan_day

BOOK = shipped_book()
M = 1_000_000


def facts(**more):
    """A loan that Decision 08/2026 allows, but for what a test says."""
    told = {
        "loan_on": "2026-06-01",
        "borrower": "person",
        "programme": None,
        "amount_vnd": 50 * M,
        "months": 36,
        "purpose": "business",
        "decided_on": "2026-03-02",
        "born_on": "1990-01-01",
        "listed": True,
        "law_abiding": True,
    } | more
    days = {name: date.fromisoformat(told[name]) for name in ("loan_on", "decided_on", "born_on") if told[name]}
    return LoanFacts(**(told | days))


def line(code, **more):
    return next((found for found in eligibility(BOOK, facts(**more)).lines if found.code == code), None)


def verdict(code, **more):
    found = line(code, **more)
    return None if found is None else found.verdict.value


# -- the day picks the programme -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "open_then"),
    [
        ("2014-06-14", ()),
        ("2014-06-15", ("q29",)),
        ("2015-08-31", ("q29",)),
        ("2015-09-01", ("q29", "job")),
        ("2026-04-30", ("q29", "job")),
        ("2026-05-01", ("q08", "job")),
        ("2030-01-01", ("q08", "job")),
    ],
)
def test_the_programmes_of_a_day_with_those_for_people_after_rehabilitation_first(on, open_then):
    assert programmes(BOOK, date.fromisoformat(on)) == open_then
    assert eligibility(BOOK, facts(loan_on=on)).programme == next(iter(open_then), None)


@pytest.mark.parametrize(
    ("on", "programme", "holds"),
    [
        ("2026-04-30", "q29", "met"),
        ("2026-05-01", "q29", "not_met"),
        ("2026-04-30", "q08", "not_met"),
        ("2026-05-01", "q08", "met"),
        ("2025-12-31", "job", "met"),
        ("2026-01-01", "job", "met"),
        ("2015-08-31", "job", "not_met"),
    ],
)
def test_a_programme_that_is_named_holds_on_its_own_days_only(on, programme, holds):
    assert verdict("programme", loan_on=on, programme=programme) == holds


def test_before_the_first_programme_there_is_none_and_nothing_is_claimed():
    found = eligibility(BOOK, facts(loan_on="2010-01-01"))
    assert (found.programme, found.lines) == (None, ())


# -- ten years, by the Civil Code ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decided", "loan", "holds"),
    [
        ("2016-05-30", "2026-06-01", "not_met"),
        ("2016-05-31", "2026-06-01", "not_met"),
        ("2016-06-01", "2026-06-01", "met"),
        ("2016-06-02", "2026-06-01", "met"),
        # 29 February of 2016 comes to its end on the last day of February ten years on
        ("2016-02-29", "2026-06-01", "not_met"),
        ("2020-02-29", "2030-02-28", "met"),
        ("2020-02-29", "2030-03-01", "not_met"),
        ("2018-02-28", "2028-02-28", "met"),
        ("2018-02-28", "2028-02-29", "not_met"),
        ("2018-03-01", "2028-02-29", "met"),
    ],
)
def test_a_decision_counts_for_ten_years_to_the_end_of_the_same_day(decided, loan, holds):
    assert verdict("decision_age", decided_on=decided, loan_on=loan) == holds


def test_without_a_decision_on_file_the_line_says_so():
    found = line("decision_age", decided_on=None)
    assert found.verdict is Verdict.NOT_MET
    assert found.why.en == "no management decision on file"


def test_the_former_programme_never_asked_for_a_decision_or_a_list():
    codes = {found.code for found in eligibility(BOOK, facts(loan_on="2026-04-30")).lines}
    assert codes == {"programme", "cap", "max_months"}


# -- caps ------------------------------------------------------------------------------------------------------------


CAPS = [
    ("2026-04-30", "q29", "person", 20 * M),
    ("2026-04-30", "q29", "household", 30 * M),
    ("2026-05-01", "q08", "person", 200 * M),
    ("2026-05-01", "q08", "household", 200 * M),
    ("2026-05-01", "q08", "enterprise", 2_000 * M),
    ("2019-11-08", "job", "person", 100 * M),
    ("2025-12-31", "job", "person", 100 * M),
    ("2026-01-01", "job", "person", 200 * M),
    ("2025-12-31", "job", "enterprise", 2_000 * M),
    ("2026-01-01", "job", "enterprise", 10_000 * M),
]


@pytest.mark.parametrize(("on", "programme", "borrower", "cap"), CAPS)
def test_each_cap_holds_to_the_last_dong(on, programme, borrower, cap):
    told = {"loan_on": on, "programme": programme, "borrower": borrower}
    assert verdict("cap", amount_vnd=cap, **told) == "met"
    assert verdict("cap", amount_vnd=cap + 1, **told) == "not_met"
    assert verdict("cap", amount_vnd=None, **told) == "unknown"


@pytest.mark.parametrize(
    ("on", "programme", "borrower"), [("2019-11-07", "job", "person"), ("2026-04-30", "q29", "enterprise")]
)
def test_where_the_law_sets_no_cap_no_cap_is_claimed(on, programme, borrower):
    assert verdict("cap", loan_on=on, programme=programme, borrower=borrower) is None


def test_what_is_owed_in_the_same_programme_counts_against_the_cap():
    owed = [Owed("q08", "business", 150 * M), Owed("job", "business", 90 * M)]
    assert verdict("cap", amount_vnd=50 * M, owed=owed) == "met"
    assert verdict("cap", amount_vnd=50 * M + 1, owed=owed) == "not_met"


@pytest.mark.parametrize(
    ("on", "programme", "months", "holds"),
    [
        ("2016-12-31", "q29", 36, "met"),
        ("2016-12-31", "q29", 37, "not_met"),
        ("2017-01-01", "q29", 37, "met"),
        ("2017-01-01", "q29", 61, "not_met"),
        ("2026-05-01", "q08", 120, "met"),
        ("2026-05-01", "q08", 121, "not_met"),
        ("2026-05-01", "job", 121, "not_met"),
        ("2026-05-01", "q08", None, "unknown"),
    ],
)
def test_the_length_of_a_loan(on, programme, months, holds):
    assert verdict("max_months", loan_on=on, programme=programme, months=months) == holds


# -- the other conditions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "code", "holds"),
    [
        ({"purpose": "business"}, "purpose", "met"),
        ({"purpose": "housing"}, "purpose", "not_met"),
        ({"purpose": None}, "purpose", "unknown"),
        ({"listed": True}, "list", "met"),
        ({"listed": False}, "list", "not_met"),
        ({"law_abiding": None}, "law_abiding", "unknown"),
        ({"law_abiding": False}, "law_abiding", "not_met"),
        ({"born_on": "2014-06-01"}, "age", "met"),
        ({"born_on": "2014-06-02"}, "age", "not_met"),
        ({"born_on": None}, "age", "unknown"),
        ({"programme": "job", "born_on": "2011-06-01"}, "age", "met"),
        ({"programme": "job", "born_on": "2011-06-02"}, "age", "not_met"),
        ({"purpose": "business"}, "training_certificate", None),
        ({"purpose": "vocational_training", "school_paper": True}, "training_certificate", "met"),
        ({"purpose": "vocational_training", "school_paper": None}, "training_certificate", "unknown"),
        ({"purpose": "vocational_training", "school_paper": False}, "training_certificate", "not_met"),
        ({"purpose": "vocational_training"}, "training_outstanding", "met"),
        (
            {"purpose": "vocational_training", "owed": [Owed("job", "vocational_training", 1)]},
            "training_outstanding",
            "not_met",
        ),
        ({"purpose": "vocational_training", "owed": [Owed("q08", "business", 1)]}, "training_outstanding", "met"),
        ({"purpose": "business", "owed": [Owed("q08", "business", 1)]}, "training_outstanding", None),
    ],
)
def test_a_condition_and_how_it_stands(told, code, holds):
    assert verdict(code, **told) == holds


@pytest.mark.parametrize(
    ("staff", "ours", "holds"),
    [
        (10, 1, "met"),
        (11, 1, "not_met"),
        (20, 2, "met"),
        (29, 2, "not_met"),
        (30, 3, "met"),
        (None, 3, "unknown"),
        (0, 0, "unknown"),
    ],
)
def test_an_enterprise_needs_a_tenth_of_its_staff(staff, ours, holds):
    assert verdict("staff_share", borrower="enterprise", staff=staff, staff_post_rehab=ours) == holds


def test_an_enterprise_is_not_asked_for_a_decision_an_age_or_a_list():
    found = eligibility(BOOK, facts(borrower="enterprise", staff=10, staff_post_rehab=1, decided_on=None, born_on=None))
    assert {part.code for part in found.lines} == {"programme", "staff_share", "cap", "max_months", "purpose"}
    assert found.verdict is Verdict.MET


@pytest.mark.parametrize(
    ("on", "jobs", "amount", "holds"),
    [
        ("2025-12-31", 3, 300 * M, "met"),
        ("2025-12-31", 3, 300 * M + 1, "not_met"),
        ("2026-01-01", 3, 600 * M, "met"),
        ("2026-01-01", 3, 600 * M + 1, "not_met"),
        ("2026-01-01", None, 600 * M, "unknown"),
    ],
)
def test_a_firm_borrows_so_much_for_each_job(on, jobs, amount, holds):
    told = {"loan_on": on, "programme": "job", "borrower": "enterprise", "jobs": jobs, "amount_vnd": amount}
    assert verdict("per_job_cap", **told) == holds


# -- the answer ------------------------------------------------------------------------------------------------------


def test_one_line_that_does_not_hold_decides_and_one_that_is_not_known_leaves_it_open():
    assert eligibility(BOOK, facts()).verdict is Verdict.MET
    assert eligibility(BOOK, facts(law_abiding=None)).verdict is Verdict.UNKNOWN
    assert eligibility(BOOK, facts(law_abiding=None, listed=False)).verdict is Verdict.NOT_MET


def test_every_line_names_its_rule_article_mark_limit_and_reason_in_both_languages():
    for found in eligibility(BOOK, facts(purpose="vocational_training", school_paper=True)).lines:
        data = found.as_data()
        assert BOOK.rule(*data["rule"].split("@")[:1], date(2026, 6, 1), phase="pilot").ref == found.rule.ref
        assert data["article"]["en"] == "Decision 08/2026/QĐ-TTg"
        assert data["confidence"] in ("C", "L", "U")
        assert all(data[name] for name in ("vi", "en"))
        assert data["limit"]["vi"]


def test_only_what_does_not_hold_is_a_warning():
    found = eligibility(BOOK, facts(amount_vnd=201 * M, law_abiding=None))
    assert [warning["code"] for warning in found.warnings] == ["cap"]
    assert found.warnings[0]["vi"] == "201.000.000 đồng"


# -- each programme, row by row --------------------------------------------------------------------------------------

PERSONAL = {"decision_age", "list", "age", "law_abiding"}
PROGRAMMES = [
    ("2016-12-31", "q29", "person", {"programme", "cap", "max_months"}),
    ("2016-12-31", "q29", "household", {"programme", "cap", "max_months"}),
    ("2026-04-30", "q29", "enterprise", {"programme", "max_months"}),
    ("2019-11-07", "job", "person", {"programme"}),
    ("2019-11-08", "job", "person", {"programme", "cap", "max_months"}),
    ("2025-12-31", "job", "enterprise", {"programme", "per_job_cap", "cap", "max_months"}),
    ("2025-12-31", "job", "household", {"programme", "max_months"}),
    ("2026-01-01", "job", "person", {"programme", "age", "cap", "max_months"}),
    ("2026-05-01", "q08", "person", {"programme", "cap", "max_months", "purpose"} | PERSONAL),
    ("2026-05-01", "q08", "household", {"programme", "cap", "max_months", "purpose"} | PERSONAL),
    ("2026-05-01", "q08", "enterprise", {"programme", "staff_share", "cap", "max_months", "purpose"}),
]


@pytest.mark.parametrize(("on", "programme", "borrower", "asked"), PROGRAMMES)
def test_a_programme_asks_what_its_texts_ask_and_no_more(on, programme, borrower, asked):
    found = eligibility(BOOK, facts(loan_on=on, programme=programme, borrower=borrower, decided_on="2020-01-01"))
    assert {part.code for part in found.lines} == asked
    assert {part.rule.in_force(date.fromisoformat(on)) for part in found.lines} == {True}


@pytest.mark.parametrize("purpose", list(LoanPurpose))
def test_every_purpose_of_the_law_is_allowed_and_named(purpose):
    found = line("purpose", purpose=purpose)
    assert (found.verdict, found.why.en, found.why.vi) == (
        Verdict.MET,
        f"purpose: {purpose.value}",
        f"mục đích: {purpose.value}",
    )


def test_what_is_not_known_is_told_as_not_known():
    told = [line(code, purpose=None, months=None).why for code in ("purpose", "max_months")]
    assert [(why.vi, why.en) for why in told] == [("mục đích: ?", "purpose: ?"), ("? tháng", "? months")]


@pytest.mark.parametrize(
    ("programme", "born", "loan", "holds"),
    [
        ("job", "2012-02-29", "2027-02-27", "not_met"),
        ("job", "2012-02-29", "2027-02-28", "met"),
        ("q08", "2016-02-29", "2028-02-28", "not_met"),
        ("q08", "2016-02-29", "2028-02-29", "met"),
    ],
)
def test_who_was_born_on_29_february_comes_of_age_on_the_last_day_of_february(programme, born, loan, holds):
    assert verdict("age", programme=programme, born_on=born, loan_on=loan, decided_on="2026-06-01") == holds


@pytest.mark.parametrize("borrower", ["person", "household", "enterprise"])
@pytest.mark.parametrize(("on", "programme"), [("2026-04-30", "q29"), ("2026-05-01", "q08")])
def test_on_either_side_of_the_day_the_same_sum_is_held_against_the_cap_of_that_day(on, programme, borrower):
    """Fifty million: over both caps of 2014, under all of 2026, and without a cap where 2014 knew no such borrower."""
    told = {("q29", "enterprise"): None, ("q29", "person"): "not_met", ("q29", "household"): "not_met"}
    found = eligibility(BOOK, facts(loan_on=on, borrower=borrower))
    assert found.programme == programme
    assert verdict("cap", loan_on=on, borrower=borrower) == told.get((programme, borrower), "met")


@pytest.mark.parametrize(
    ("row", "day"),
    [
        ({"asked_on": date(2026, 4, 1), "applied_on": None, "disbursed_on": None}, date(2026, 4, 1)),
        ({"asked_on": date(2026, 4, 1), "applied_on": date(2026, 4, 30)}, date(2026, 4, 30)),
        (
            {"asked_on": date(2026, 4, 1), "applied_on": date(2026, 4, 30), "disbursed_on": date(2026, 5, 1)},
            date(2026, 5, 1),
        ),
        ({"asked_on": date(2026, 4, 1), "applied_on": None, "disbursed_on": date(2026, 5, 1)}, date(2026, 5, 1)),
    ],
)
def test_a_loan_is_judged_by_the_day_it_was_paid_then_applied_for_then_asked_for(row, day):
    assert loan_day(row) == day
