"""Loans: recorded with what does not fit their programme as warnings, never refused for it (issue 4 §7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from domain.keeping import Doing, Kept, Row, checked_days, not_to_come, pointed, refuse
from domain.law.rule_book import RuleBook
from domain.livelihood.history import history
from domain.livelihood.standing import standing
from domain.loan.eligibility import Eligibility, eligibility, known, programmes
from domain.loan.facts import Borrower, LoanFacts
from domain.loan.moves import LOAN_LIFE, NEED
from domain.loan.noun import LOAN, LOAN_LINE, LineState, LoanState
from domain.loan.repository import Whose
from domain.need.noun import NeedKind
from domain.need.waiting import settle_needs
from domain.refusals import Flaw, flawed
from domain.support_model.rules import check_model
from domain.vocational.rules import check_need

DAYS = ("asked_on", "applied_on", "decided_on", "disbursed_on", "repaying_on", "overdue_on", "closed_on")
ONLY_FOR = {
    "representative": {Borrower.HOUSEHOLD},
    "enterprise_id": {Borrower.ENTERPRISE},
    "enterprise_name": {Borrower.ENTERPRISE},
    "staff": {Borrower.ENTERPRISE},
    "staff_post_rehab": {Borrower.ENTERPRISE},
    "jobs": {Borrower.ENTERPRISE},
    "law_abiding": {Borrower.PERSON, Borrower.HOUSEHOLD},
    "loan_list_line_id": {Borrower.PERSON, Borrower.HOUSEHOLD},
}
"""What is said of some borrowers only."""
PAID = {LoanState.DISBURSED, LoanState.REPAYING, LoanState.OVERDUE, LoanState.CLOSED}
APPLIED = {LoanState.APPLIED, LoanState.APPROVED, LoanState.REFUSED, *PAID}
AFTERWARDS = {LoanState.WITHDRAWN}
"""What was told before stays on a loan that is not wanted any more."""
MAY = {
    "applied_on": APPLIED | AFTERWARDS,
    "decided_on": {LoanState.APPROVED, LoanState.REFUSED, *PAID} | AFTERWARDS,
    "amount_vnd": {LoanState.APPROVED, *PAID} | AFTERWARDS,
    "disbursed_on": PAID,
    "repaying_on": PAID,
    "overdue_on": PAID,
    "overdue_vnd": PAID,
    "closed_on": {LoanState.CLOSED},
}
MUST = {
    "loan_list_line_id": {LoanState.LISTED},
    "applied_on": APPLIED,
    "asked_vnd": APPLIED,
    "decided_on": {LoanState.APPROVED, LoanState.REFUSED, *PAID},
    "amount_vnd": {LoanState.APPROVED, *PAID},
    "months": {LoanState.APPROVED, *PAID},
    "disbursed_on": PAID,
    "repaying_on": {LoanState.REPAYING},
    "overdue_on": {LoanState.OVERDUE},
    "closed_on": {LoanState.CLOSED},
}
SAME_NAME = (
    "borrower",
    "programme",
    "months",
    "purpose",
    "law_abiding",
    "school_paper",
    "staff",
    "staff_post_rehab",
    "jobs",
)
"""Facts of a loan that the row keeps under the names of `LoanFacts`."""


class LoanSupports(Kept):
    """Loans of persons and households, and of enterprises that employ people after rehabilitation."""

    noun = LOAN
    reads = "read_loan"
    writes = "write_loan"
    of = "either"
    told = frozenset(
        {
            "borrower",
            "representative",
            "enterprise_id",
            "enterprise_name",
            "need_id",
            "loan_list_line_id",
            "programme",
            "purpose",
            "asked_on",
            "asked_vnd",
            "months",
            "law_abiding",
            "school_paper",
            "staff",
            "staff_post_rehab",
            "jobs",
            "support_model_id",
        }
    )
    settled = frozenset({"borrower", "need_id"})
    texts: ClassVar = {"representative": 200, "enterprise_name": 300, "reason": 500}
    life = LOAN_LIFE
    fresh = frozenset({"reason"})

    def check(self, whole: Row, today: date, /) -> None:
        """Who borrows, what is said of them, and days that follow each other."""
        flaws = [*_of_borrower(whole), *standing(whole, may=MAY, must=MUST), *not_to_come(whole, today, *DAYS)]
        flaws += checked_days(whole, *(("asked_on", day) for day in DAYS[1:]), ("applied_on", "decided_on"))
        flaws += checked_days(whole, ("decided_on", "disbursed_on"), *(("disbursed_on", day) for day in DAYS[4:]))
        if (whole.get("staff_post_rehab") or 0) > (whole.get("staff") or 0):
            flaws.append(Flaw("/staff_post_rehab", "out_of_range"))
        refuse(flaws)

    async def complete(self, doing: Doing) -> Mapping[str, Any]:
        """The programme by the day of the loan, the rules it was held against, and what did not hold."""
        await check_model(doing.records, doing)
        await check_need(doing, frozenset({NeedKind.LOAN}))
        await pointed(doing, "enterprise_id", "organisation")
        book = (await doing.records.law.in_force()).book
        programme = _programme(book, doing.row)
        await _check_line(doing, programme)
        found = eligibility(book, await _facts(doing, dict(doing.row) | {"programme": programme}))
        return {
            "programme": programme,
            "rules": [str(line.rule.ref) for line in found.lines],
            "warnings": _warnings(doing.row, found),
        } | history(doing, *DAYS, "amount_vnd", "overdue_vnd", "months", "reason")

    async def follow(self, doing: Doing) -> None:
        await settle_needs(doing.records, doing.ctx, doing.row["person_id"])


def _of_borrower(whole: Row) -> list[Flaw]:
    borrower = whole["borrower"]
    wrong = (name for name, whose in ONLY_FOR.items() if whole.get(name) is not None and borrower not in whose)
    flaws = [Flaw(f"/{name}", "not_for_this_kind") for name in wrong]
    enterprise = borrower == Borrower.ENTERPRISE
    if enterprise == (whole.get("person_id") is not None):
        flaws.append(Flaw("/person_id", "not_for_this_kind" if enterprise else "required"))
    if enterprise and (whole.get("enterprise_id") is None) == (whole.get("enterprise_name") is None):
        flaws.append(Flaw("/enterprise_name", "one_place" if whole.get("enterprise_id") else "required"))
    return flaws


def loan_day(row: Mapping[str, Any]) -> date:
    """The day that picks the rules: of the payment; until then of the application, at first of the wish."""
    day: date = row.get("disbursed_on") or row.get("applied_on") or row["asked_on"]
    return day


def _programme(book: RuleBook, row: Row) -> str | None:
    """As told; else the first of that day that is made for people after rehabilitation. Raises `invalid`."""
    told: str | None = row.get("programme")
    if told is None:
        return next(iter(programmes(book, loan_day(row))), None)
    if not known(book, told):
        raise flawed("/programme", "unknown_programme")
    return told


def _warnings(row: Row, found: Eligibility) -> list[dict[str, Any]]:
    """A wish is not held against its programme; from the list on, what does not hold is said."""
    return [] if row["state"] == NEED else found.warnings


async def _check_line(doing: Doing, programme: str | None) -> None:
    """Raises `invalid` for a line that was not confirmed, is of another person or of another programme's list."""
    line = await pointed(doing, "loan_list_line_id", LOAN_LINE.name)
    if line is None:
        return
    if line["state"] != LineState.CONFIRMED:
        raise flawed("/loan_list_line_id", "line_not_confirmed")
    if programme != await doing.records.loans.programme_of(line["loan_list_id"], within=doing.within):
        raise flawed("/loan_list_line_id", "of_another_programme")


async def _facts(doing: Doing, row: Mapping[str, Any]) -> LoanFacts:
    """What was told of a loan, with what the register knew of the borrower on its day."""
    about = await doing.records.loans.about(
        Whose(row.get("person_id"), row.get("enterprise_id"), row.get("id")),
        row.get("programme"),
        loan_day(row),
        within=doing.within,
    )
    told: dict[str, Any] = {name: row.get(name) for name in SAME_NAME} | about._asdict()
    amount = row.get("amount_vnd") or row.get("asked_vnd")
    return LoanFacts(loan_on=loan_day(row), amount_vnd=amount, **told)


LOAN_SUPPORTS = LoanSupports()
