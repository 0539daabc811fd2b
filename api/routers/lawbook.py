"""/v1/rules, /v1/holidays, /v1/law-changes, /v1/working-days:compute: the law as dated data."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic_core import to_json
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.schemas.lawbook import (
    CalendarDayFacts,
    CalendarQuery,
    LawChangeFacts,
    LawChangeMove,
    LawChangeQuery,
    NewLawChange,
    RuleFacts,
    RuleQuery,
    WorkingDaysAnswer,
    WorkingDaysBody,
)
from domain.lawbook.noun import CALENDAR_DAY, LAW_CHANGE, RULE
from domain.lawbook.use_cases import decide_change, holidays, law_changes, propose_change, rules, working_days

router = APIRouter(prefix="/v1", tags=["law"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]


@router.get("/rules", response_model=Page[RuleFacts])
async def list_rules(ctx: Signed, query: Annotated[RuleQuery, Query()]) -> Response:
    """The rule book: `in_force_on` gives what applies to events of a day."""
    return answer(await rules(ctx, query.page(ctx, RULE)))


@router.get("/rules/{id}", response_model=RuleFacts)
async def get_rule(ctx: Signed, id: UUID, query: One) -> Response:
    """One row."""
    return answer(await rules(ctx, query.one(RULE, id)))


@router.get("/holidays", response_model=Page[CalendarDayFacts])
async def list_holidays(ctx: Signed, query: Annotated[CalendarQuery, Query()]) -> Response:
    """Holidays, substitute, swapped and make-up days, with source and mark."""
    return answer(await holidays(ctx, query.page(ctx, CALENDAR_DAY)))


@router.post("/working-days:compute", response_model=WorkingDaysAnswer)
async def compute_working_days(ctx: Signed, body: WorkingDaysBody) -> Response:
    """Count working days; each day skipped is listed with why."""
    return Response(to_json(await working_days(ctx, body.count())), media_type="application/json")


@router.get("/law-changes", response_model=Page[LawChangeFacts])
async def list_law_changes(ctx: Signed, query: Annotated[LawChangeQuery, Query()]) -> Response:
    """Proposals to change the law as stored."""
    return answer(await law_changes(ctx, query.page(ctx, LAW_CHANGE)))


@router.post("/law-changes", response_model=LawChangeFacts, status_code=201)
async def post_law_change(ctx: Signed, new: NewLawChange, query: One) -> Response:
    """Propose a row; another person approves it. What is not in the future needs a reason."""
    return written(await propose_change(ctx, new.command(), query.one(LAW_CHANGE)), 201, "/v1/law-changes")


@router.get("/law-changes/{id}", response_model=LawChangeFacts)
async def get_law_change(ctx: Signed, id: UUID, query: One) -> Response:
    """One proposal."""
    return answer(await law_changes(ctx, query.one(LAW_CHANGE, id)))


@router.post("/law-changes/{id}/transitions", response_model=LawChangeFacts)
async def post_law_change_transition(ctx: Signed, id: UUID, move: LawChangeMove, query: One) -> Response:
    """Approve or reject another's proposal, or withdraw one's own (needs If-Match)."""
    return written(await decide_change(ctx, move.command(id=id), query.one(LAW_CHANGE)))
