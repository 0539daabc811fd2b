"""Loan lists, loans, and what a loan would come to, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field
from strawberry.scalars import JSON

from api.schemas.base import Given, worded
from api.schemas.keeping import (
    Dong,
    KeptFacts,
    KeptFilter,
    Moved,
    NewKept,
    PersonFactsKept,
    PersonKeptFilter,
    Text,
    patch_of,
    query_of,
)
from api.schemas.needs import NeedFacts
from api.schemas.persons import PersonFacts
from api.schemas.units import Unit
from domain.loan.checking import CheckLoan
from domain.loan.facts import Borrower, LoanFacts, LoanPurpose, Verdict
from domain.loan.lists import LOAN_LISTS, AnswerLines, LineAnswer
from domain.loan.noun import LineState, LoanListState, LoanState
from domain.loan.rules import LOAN_SUPPORTS

worded(Borrower, LoanPurpose, LoanState, LoanListState, LineState, Verdict)

Programme = Annotated[str, Field(max_length=40)]
"""Code of a programme, as the rules `loan.programme.<code>` name it: q29, job, q08 and those after."""
Asked = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9_]+$")]
"""The same in a URL."""
Months = Annotated[int, Field(ge=1, le=600)]
Number = Annotated[int, Field(ge=0, le=1_000_000)]
Answers = Annotated[list["LoanListAnswer"], Field(min_length=1, max_length=500)]


class LoanListFacts(KeptFacts):
    """A list of a programme: made by the commune police, confirmed line by line by the People's Committee."""

    programme: str | None = None
    number: str | None = None
    made_on: dt.date | None = None
    made_by: str | None = None
    state: LoanListState | None = None
    confirmed_on: dt.date | None = None
    confirmed_number: str | None = None
    confirmed_by: str | None = None
    reason: str | None = None
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`."""


class LoanListLineFacts(PersonFactsKept):
    """A person on a list."""

    loan_list_id: UUID | None = None
    state: LineState | None = None
    answered_on: dt.date | None = None
    reason: str | None = None
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`."""


class LoanListLine(LoanListLineFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None
    loan_list: LoanListFacts | None = None


class LoanList(LoanListFacts):
    unit: Unit | None = None
    lines: list[LoanListLineFacts] | None = None


@strawberry.pydantic.input
class LoanListFilter(KeptFilter):
    """Which lists."""

    programme: Asked | None = None
    state: LoanListState | None = None


@strawberry.pydantic.input
class LoanListLineFilter(PersonKeptFilter):
    """Which lines."""

    loan_list_id: UUID | None = None
    state: LineState | None = None


@strawberry.pydantic.input
class NewLoanList(NewKept):
    """The list as the police made it; its lines follow."""

    unit_id: UUID | None = None
    """The commune; your own unit, when left out."""
    programme: Programme
    number: Text | None = None
    made_on: dt.date
    made_by: Text | None = None


@strawberry.pydantic.input
class LoanListMove(Moved):
    """Confirmed, when every line was answered; or withdrawn with a reason."""

    TO: ClassVar = LoanListState
    to: LoanListState
    confirmed_on: dt.date | None = None
    confirmed_number: Text | None = None
    confirmed_by: Text | None = None
    reason: Text | None = None


@strawberry.pydantic.input
class NewLoanListLine(NewKept):
    """A person on a list that is still a draft."""

    person_id: UUID
    loan_list_id: UUID


@strawberry.pydantic.input
class LoanListLineMove(Moved):
    """Confirmed, or rejected with a reason; waiting again while the list is a draft."""

    TO: ClassVar = LineState
    to: LineState
    answered_on: dt.date | None = None
    reason: Text | None = None


@strawberry.pydantic.input
class LoanListAnswer(Given):
    """The answer to one line."""

    COMMAND: ClassVar = LineAnswer
    line_id: UUID
    to: LineState
    reason: Text | None = None
    """Needed where it is rejected."""


@strawberry.pydantic.input
class LoanListAnswers(Given):
    """Many lines answered at one sitting: all or none. With `confirm` the list as well, if none waits then."""

    COMMAND: ClassVar = AnswerLines
    answered_on: dt.date
    answers: Answers
    confirm: bool = False
    confirmed_number: Text | None = None
    confirmed_by: Text | None = None

    def command(self, **more: Any) -> AnswerLines:
        papers = {"confirmed_number": self.confirmed_number, "confirmed_by": self.confirmed_by}
        made: AnswerLines = super().command(told=papers, **more)
        return made


LoanListPatch = patch_of("LoanListPatch", NewLoanList, LOAN_LISTS.settled)
LoanListQuery = query_of("LoanListQuery", LoanListFilter)
LoanListLineQuery = query_of("LoanListLineQuery", LoanListLineFilter)


class LoanSupportFacts(PersonFactsKept):
    """A loan, followed from the need to the last payment. The bank lends; what does not fit is a warning here."""

    borrower: Borrower | None = None
    representative: str | None = None
    """Of the household."""
    enterprise_id: UUID | None = None
    enterprise_name: str | None = None
    need_id: UUID | None = None
    loan_list_line_id: UUID | None = None
    programme: str | None = None
    """As told; else the first of that day that is made for people after rehabilitation."""
    rules: list[str] | None = None
    """`id@version` of the rules it was held against."""
    purpose: LoanPurpose | None = None
    state: LoanState | None = None
    asked_on: dt.date | None = None
    applied_on: dt.date | None = None
    decided_on: dt.date | None = None
    disbursed_on: dt.date | None = None
    repaying_on: dt.date | None = None
    overdue_on: dt.date | None = None
    closed_on: dt.date | None = None
    reason: str | None = None
    asked_vnd: Dong | None = None
    amount_vnd: Dong | None = None
    """As approved and paid."""
    months: int | None = None
    overdue_vnd: Dong | None = None
    law_abiding: bool | None = None
    """As the People's Committee says."""
    school_paper: bool | None = None
    staff: int | None = None
    staff_post_rehab: int | None = None
    jobs: int | None = None
    warnings: JSON | None = None
    """What does not fit the programme, each with rule and article: `[{code, verdict, rule, article, vi, en …}]`."""
    support_model_id: UUID | None = None
    """The model it came through, or none."""
    history: JSON | None = None
    """Every move with its days."""
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`."""


class LoanSupport(LoanSupportFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None
    need: NeedFacts | None = None
    loan_list_line: LoanListLineFacts | None = None


@strawberry.pydantic.input
class LoanSupportFilter(PersonKeptFilter):
    """Which loans."""

    borrower: Borrower | None = None
    programme: Asked | None = None
    purpose: LoanPurpose | None = None
    state: LoanState | None = None
    need_id: UUID | None = None
    support_model_id: UUID | None = None
    disbursed_from: dt.date | None = None
    disbursed_to: dt.date | None = None


@strawberry.pydantic.input
class NewLoanSupport(NewKept):
    """A loan that is wanted; what follows are moves. An enterprise's loan names no person."""

    person_id: UUID | None = None
    unit_id: UUID | None = None
    """Of an enterprise's loan: the commune; your own unit, when left out."""
    borrower: Borrower
    representative: Text | None = None
    enterprise_id: UUID | None = None
    """An organisation on file, or:"""
    enterprise_name: Text | None = None
    need_id: UUID | None = None
    loan_list_line_id: UUID | None = None
    programme: Programme | None = None
    purpose: LoanPurpose | None = None
    asked_on: dt.date
    asked_vnd: Dong | None = None
    months: Months | None = None
    law_abiding: bool | None = None
    school_paper: bool | None = None
    staff: Number | None = None
    staff_post_rehab: Number | None = None
    jobs: Number | None = None
    support_model_id: UUID | None = None


@strawberry.pydantic.input
class LoanSupportMove(Moved):
    """The next step of a loan."""

    TO: ClassVar = LoanState
    to: LoanState
    loan_list_line_id: UUID | None = None
    programme: Programme | None = None
    purpose: LoanPurpose | None = None
    applied_on: dt.date | None = None
    decided_on: dt.date | None = None
    disbursed_on: dt.date | None = None
    repaying_on: dt.date | None = None
    overdue_on: dt.date | None = None
    closed_on: dt.date | None = None
    asked_vnd: Dong | None = None
    amount_vnd: Dong | None = None
    months: Months | None = None
    overdue_vnd: Dong | None = None
    law_abiding: bool | None = None
    school_paper: bool | None = None
    reason: Text | None = None


class LoanSupportTold(NewLoanSupport):
    """What can be corrected: what was told at first, and with the moves."""

    applied_on: dt.date | None = None
    decided_on: dt.date | None = None
    disbursed_on: dt.date | None = None
    repaying_on: dt.date | None = None
    overdue_on: dt.date | None = None
    closed_on: dt.date | None = None
    amount_vnd: Dong | None = None
    overdue_vnd: Dong | None = None
    reason: Text | None = None


LoanSupportPatch = patch_of("LoanSupportPatch", LoanSupportTold, LOAN_SUPPORTS.settled)
LoanSupportQuery = query_of("LoanSupportQuery", LoanSupportFilter)


@strawberry.pydantic.input
class LoanCheck(Given):
    """A loan as it would be asked for. What is left out is looked up on the register, or stays unknown."""

    person_id: UUID | None = None
    enterprise_id: UUID | None = None
    borrower: Borrower
    programme: Programme | None = None
    """The first of that day made for people after rehabilitation, when left out."""
    loan_on: dt.date
    amount_vnd: Dong | None = None
    months: Months | None = None
    purpose: LoanPurpose | None = None
    decided_on: dt.date | None = None
    """Of a management decision that is on paper only."""
    law_abiding: bool | None = None
    school_paper: bool | None = None
    staff: Number | None = None
    staff_post_rehab: Number | None = None
    jobs: Number | None = None

    def command(self, **_more: Any) -> CheckLoan:
        """The domain's command: who borrows, and the facts of the loan."""
        told = {name: getattr(self, name) for name in type(self).model_fields}
        whose = {name: told.pop(name) for name in ("person_id", "enterprise_id")}
        return CheckLoan(LoanFacts(**told), **whose)


class EligibilityArticle(BaseModel):
    """A text in both languages."""

    vi: str
    en: str


class EligibilityLine(BaseModel):
    """One condition: the rule that sets it, the article, how it stands and why."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    code: str
    verdict: Verdict
    rule: str
    """`id@version`, as in GET /v1/rules."""
    confidence: str
    """C read in the instrument, L likely, U not verified."""
    article: EligibilityArticle
    limit: EligibilityArticle
    """What the rule says."""
    vi: str
    en: str


class LoanEligibility(BaseModel):
    """What a loan would come to. It advises: nothing is recorded or refused by it."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    programme: str | None
    """Null where no programme of that day is known."""
    loan_on: dt.date
    verdict: Literal["met", "not_met", "unknown", "no_programme"]
    lines: list[EligibilityLine]
    sentence_vi: str
    sentence_en: str
