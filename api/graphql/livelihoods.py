"""GraphQL: figures of needs, what a loan would come to, a list answered at one sitting."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

import strawberry
import strawberry.pydantic

from api.graphql.road import ask
from api.graphql.types import Given
from api.schemas import needs as shapes
from api.schemas.loans import LoanCheck, LoanListAnswers
from api.schemas.needs import NeedPeriod
from domain.loan.checking import check_loan
from domain.loan.facts import Verdict
from domain.loan.lists import answer_loan_list
from domain.loan.noun import LOAN_LIST
from domain.need.counting import count_needs
from domain.need.noun import NEED_COUNT

LazyList = Annotated["LoanListNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name


@strawberry.pydantic.type(name="NeedCount", description=shapes.NeedCount.__doc__)
class NeedCountNode(shapes.NeedCount):
    pass


@strawberry.type
class EligibilityText:
    """A text in both languages."""

    vi: str
    en: str


@strawberry.type
class EligibilityLine:
    """One condition: the rule that sets it, the article, how it stands and why."""

    code: str
    verdict: Verdict
    rule: str
    confidence: str
    article: EligibilityText
    limit: EligibilityText
    vi: str
    en: str


@strawberry.type
class LoanEligibility:
    """What a loan would come to. It advises: nothing is recorded or refused by it."""

    programme: str | None
    loan_on: dt.date
    verdict: str
    """met, not_met, unknown, or no_programme where none of that day is known."""
    lines: list[EligibilityLine]
    sentence_vi: str
    sentence_en: str


def _line(facts: dict[str, object]) -> EligibilityLine:
    texts = {name: EligibilityText(**facts.pop(name)) for name in ("article", "limit")}  # type: ignore[arg-type]
    return EligibilityLine(**facts, **texts)  # type: ignore[arg-type]


def _eligible(facts: dict[str, object]) -> LoanEligibility:
    lines = [_line(line) for line in facts.pop("lines")]  # type: ignore[attr-defined]
    return LoanEligibility(**facts, lines=lines)  # type: ignore[arg-type]


@strawberry.type
class LivelihoodQueries:
    @strawberry.field
    def need_counts(self, period: NeedPeriod) -> list[NeedCountNode] | None:
        """Persons with need and persons met, by kind, in a period."""
        return ask(lambda ctx, q: count_needs(ctx, period.command(), q.one(NEED_COUNT)))

    @strawberry.field
    async def loan_eligibility(self, info: strawberry.Info, of: LoanCheck) -> LoanEligibility:
        """What a loan would come to, line by line: rule, article, verdict."""
        return _eligible(await check_loan(info.context.ctx, of.command()))


@strawberry.type
class LivelihoodActs:
    @strawberry.mutation
    def answer_loan_list(self, id: UUID, answers: LoanListAnswers, given: Given | None = None) -> LazyList | None:
        """Answer many lines of a list at one sitting, all or none (needs given.ifMatch of the list)."""
        return ask(lambda ctx, q: answer_loan_list(ctx, answers.command(id=id), q.one(LOAN_LIST)), given=given)
