"""What needs and loans have beside the doors of kept nouns: figures, eligibility, a list answered at one sitting."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic_core import to_json
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Signed, answer, written
from api.schemas.loans import LoanCheck, LoanEligibility, LoanList, LoanListAnswers
from api.schemas.needs import NeedCount, NeedPeriod
from domain.loan.checking import check_loan
from domain.loan.lists import answer_loan_list
from domain.loan.noun import LOAN_LIST
from domain.need.counting import count_needs

router = APIRouter(prefix="/v1", route_class=LeanRoute)
One = Annotated[OneQuery, Query()]


@router.get("/needs:count", response_model=list[NeedCount], tags=["livelihood"])
async def get_need_counts(ctx: Signed, period: Annotated[NeedPeriod, Query()]) -> Response:
    """Persons with need and persons met, by kind, in a period; the line without kind is of all kinds."""
    return answer(await count_needs(ctx, period.command()))


@router.post("/loan-supports:check", response_model=LoanEligibility, tags=["loans"])
async def check_loan_support(ctx: Signed, body: LoanCheck) -> Response:
    """What a loan would come to, line by line: rule, article, verdict. Nothing is recorded or refused by it."""
    return Response(to_json(await check_loan(ctx, body.command())), media_type="application/json")


@router.post("/loan-lists/{id}/answers", response_model=LoanList, tags=["loans"])
async def post_loan_list_answers(ctx: Signed, id: UUID, answers: LoanListAnswers, query: One) -> Response:
    """Answer many lines of a list at one sitting, all or none (needs If-Match of the list)."""
    return written(await answer_loan_list(ctx, answers.command(id=id), query.one(LOAN_LIST)))
