"""Whether a loan fits its programme, line by line: each condition with its rule, article and verdict.

Pure: the same facts under the same book give the same answer. The programme is chosen by the day of the loan, never by
today. Nothing here refuses: the bank lends, this register explains.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from domain.law.instants import plus_months
from domain.law.rule import Rule
from domain.law.rule_book import RuleBook
from domain.law.wording import Bilingual, day_text
from domain.loan.facts import Borrower, Line, LoanFacts, LoanPurpose, Verdict, judged, money

PROGRAMME = "loan.programme."
CAPS = {
    Borrower.PERSON: ("person_cap", "worker_cap"),
    Borrower.HOUSEHOLD: ("household_cap",),
    Borrower.ENTERPRISE: ("enterprise_cap",),
}


class Eligibility(NamedTuple):
    """The answer: which programme, every line, and what they come to."""

    programme: str | None
    loan_on: date
    lines: tuple[Line, ...]

    @property
    def verdict(self) -> Verdict:
        found = {line.verdict for line in self.lines}
        return next((word for word in (Verdict.NOT_MET, Verdict.UNKNOWN) if word in found), Verdict.MET)

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What does not hold, as a loan keeps it."""
        return [line.as_data() for line in self.lines if line.verdict is Verdict.NOT_MET]


def programmes(book: RuleBook, on: date) -> tuple[str, ...]:
    """Codes of the programmes one may borrow from on a day; those made for people after rehabilitation first."""
    rows = sorted(book.under(PROGRAMME, on), key=lambda row: (row.value.word != "post_rehab", row.id))
    return tuple(row.id.removeprefix(PROGRAMME) for row in rows)


def eligibility(book: RuleBook, facts: LoanFacts) -> Eligibility:
    """Every condition of the programme named, or of the first of that day."""
    open_then = programmes(book, facts.loan_on)
    programme = facts.programme or next(iter(open_then), None)
    if programme is None:
        return Eligibility(None, facts.loan_on, ())
    if programme not in open_then:
        closed = tuple(_closed(book, programme, facts))
        return Eligibility(programme, facts.loan_on, closed)
    return Eligibility(programme, facts.loan_on, tuple(_Conditions(book, programme, facts)))


def known(book: RuleBook, programme: str) -> bool:
    """Whether the book has ever had such a programme."""
    return bool(book.history(f"{PROGRAMME}{programme}"))


def _closed(book: RuleBook, programme: str, facts: LoanFacts) -> Iterator[Line]:
    day = day_text(facts.loan_on)
    for row in book.history(f"{PROGRAMME}{programme}")[-1:]:
        why = Bilingual(f"ngày {day.vi} không nằm trong thời gian áp dụng", f"the programme does not apply on {day.en}")
        yield Line("programme", Verdict.NOT_MET, row, why)


class _Conditions:
    """One programme's conditions on one loan."""

    def __init__(self, book: RuleBook, programme: str, facts: LoanFacts) -> None:
        self.book = book
        self.programme = programme
        self.facts = facts

    def __iter__(self) -> Iterator[Line]:
        yield from self._programme()
        of_person = self.facts.borrower != Borrower.ENTERPRISE
        parts = (self._decision, self._listed, self._age, self._law_abiding) if of_person else (self._staff, self._jobs)
        for part in (*parts, self._cap, self._months, self._purpose, self._same_purpose, self._school_paper):
            yield from part()

    def rule(self, name: str) -> Rule | None:
        # the pilot years had rows of their own; outside of them nothing answers to that scope
        return self.book.find(f"loan.{self.programme}.{name}", self.facts.loan_on, phase="pilot")

    def line(self, code: str, rule: Rule, why: Bilingual, *, holds: bool | None) -> Line:
        return Line(code, judged(holds=holds), rule, why)

    def _programme(self) -> Iterator[Line]:
        row = self.book.rule(f"{PROGRAMME}{self.programme}", self.facts.loan_on)
        day = day_text(self.facts.loan_on)
        yield self.line("programme", row, Bilingual(f"vay ngày {day.vi}", f"loan of {day.en}"), holds=True)

    def _decision(self) -> Iterator[Line]:
        if (rule := self.rule("decision_age")) is None:
            return
        decided = self.facts.decided_on
        if decided is None:
            why = Bilingual("chưa có quyết định quản lý sau cai trong sổ", "no management decision on file")
            yield self.line("decision_age", rule, why, holds=False)
            return
        last = plus_months(decided, rule.value.whole)  # Civil Code Art 148: 29 February ends on the 28th
        first, end = day_text(decided), day_text(last)
        why = Bilingual(
            f"quyết định ngày {first.vi}, còn tính đến hết {end.vi}", f"decision of {first.en}, counts up to {end.en}"
        )
        yield self.line("decision_age", rule, why, holds=self.facts.loan_on <= last)

    def _listed(self) -> Iterator[Line]:
        if rule := self.rule("list"):
            on = Bilingual("có trong danh sách đã xác nhận", "on a confirmed list")
            off = Bilingual("chưa có trong danh sách được xác nhận", "not on a confirmed list")
            yield self.line("list", rule, on if self.facts.listed else off, holds=self.facts.listed)

    def _age(self) -> Iterator[Line]:
        if (rule := self.rule("age")) is None:
            return
        born = self.facts.born_on
        if born is None:
            yield self.line("age", rule, Bilingual("chưa biết ngày sinh", "date of birth not known"), holds=None)
            return
        of_age = day_text(plus_months(born, rule.value.whole))
        why = Bilingual(f"đủ tuổi từ {of_age.vi}", f"of age from {of_age.en}")
        yield self.line("age", rule, why, holds=plus_months(born, rule.value.whole) <= self.facts.loan_on)

    def _law_abiding(self) -> Iterator[Line]:
        if rule := self.rule("law_abiding"):
            why = Bilingual("do UBND cấp xã xác nhận", "for the People's Committee to say")
            yield self.line("law_abiding", rule, why, holds=self.facts.law_abiding)

    def _staff(self) -> Iterator[Line]:
        if (rule := self.rule("staff_share")) is None:
            return
        staff, ours = self.facts.staff, self.facts.staff_post_rehab
        if not staff or ours is None or rule.value.n is None:
            why = Bilingual("chưa biết số lao động", "the number of staff is not known")
            yield self.line("staff_share", rule, why, holds=None)
            return
        why = Bilingual(f"{ours} trên {staff} lao động", f"{ours} of {staff} staff")
        yield self.line("staff_share", rule, why, holds=Decimal(ours) >= rule.value.n * staff)

    def _jobs(self) -> Iterator[Line]:
        rule, amount = self.rule("per_job_cap"), self.facts.amount_vnd
        if rule is None or amount is None:
            return
        if not self.facts.jobs:
            why = Bilingual("chưa biết số việc làm", "the number of jobs is not known")
            yield self.line("per_job_cap", rule, why, holds=None)
            return
        told = money(amount)
        why = Bilingual(f"{told.vi} cho {self.facts.jobs} việc làm", f"{told.en} for {self.facts.jobs} jobs")
        yield self.line("per_job_cap", rule, why, holds=amount <= rule.value.whole * self.facts.jobs)

    def _cap(self) -> Iterator[Line]:
        rule = next(filter(None, map(self.rule, CAPS[Borrower(self.facts.borrower)])), None)
        if rule is None:
            return
        if self.facts.amount_vnd is None:
            yield self.line("cap", rule, Bilingual("chưa biết số tiền", "the amount is not known"), holds=None)
            return
        owed = sum(other.amount_vnd for other in self.facts.owed if other.programme == self.programme)
        sum_, told = self.facts.amount_vnd + owed, money(self.facts.amount_vnd + owed)
        more = Bilingual(f", gồm {money(owed).vi} đang dư nợ", f", {money(owed).en} of it owed already")
        why = Bilingual(told.vi + more.vi, told.en + more.en) if owed else told
        yield self.line("cap", rule, why, holds=sum_ <= rule.value.whole)

    def _months(self) -> Iterator[Line]:
        if rule := self.rule("max_months"):
            months = self.facts.months
            why = Bilingual(f"{months or '?'} tháng", f"{months or '?'} months")
            yield self.line("max_months", rule, why, holds=None if months is None else months <= rule.value.whole)

    def _purpose(self) -> Iterator[Line]:
        if rule := self.rule("purposes"):
            purpose, allowed = self.facts.purpose, (rule.value.word or "").split()
            why = Bilingual(f"mục đích: {purpose or '?'}", f"purpose: {purpose or '?'}")
            yield self.line("purpose", rule, why, holds=None if purpose is None else purpose in allowed)

    def _same_purpose(self) -> Iterator[Line]:
        rule = self.rule("training_outstanding")
        if rule is None or self.facts.purpose != LoanPurpose.VOCATIONAL_TRAINING:
            return
        same = [other for other in self.facts.owed if other.purpose == self.facts.purpose]
        why = Bilingual(
            f"{len(same)} khoản vay cùng mục đích còn dư nợ", f"{len(same)} outstanding for the same purpose"
        )
        yield self.line("training_outstanding", rule, why, holds=not same)

    def _school_paper(self) -> Iterator[Line]:
        rule = self.rule("training_certificate")
        if rule is None or self.facts.purpose != LoanPurpose.VOCATIONAL_TRAINING:
            return
        why = Bilingual("giấy xác nhận của cơ sở đào tạo", "paper of the school")
        yield self.line("training_certificate", rule, why, holds=self.facts.school_paper)
