"""/v1/review-rounds: who is coming home or finishing; nobody is forgotten."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.schemas.reviews import (
    NewReviewRound,
    ReviewAddition,
    ReviewAnswer,
    ReviewedPerson,
    ReviewedPersonMove,
    ReviewedPersonQuery,
    ReviewRequest,
    ReviewRequestQuery,
    ReviewRound,
    ReviewRoundMove,
    ReviewRoundQuery,
)
from domain.review.noun import ENTRY, REQUEST, ROUND
from domain.review.use_cases import (
    add_entries,
    answer_request,
    entries,
    move_entry,
    move_round,
    requests,
    rounds,
    start_round,
)

router = APIRouter(prefix="/v1", tags=["reviews"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]


@router.get("/review-rounds", response_model=Page[ReviewRound])
async def list_rounds(ctx: Signed, query: Annotated[ReviewRoundQuery, Query()]) -> Response:
    """Rounds with their figures, newest first."""
    return answer(await rounds(query.on(ctx), query.page(ctx, ROUND)))


@router.post("/review-rounds", response_model=ReviewRound, status_code=201)
async def post_round(ctx: Signed, new: NewReviewRound, query: One) -> Response:
    """Ask centres and methadone clinics for the people coming home or finishing in a period."""
    return written(await start_round(ctx, new.command(), query.one(ROUND)), 201, "/v1/review-rounds")


@router.get("/review-rounds/{id}", response_model=ReviewRound)
async def get_round(ctx: Signed, id: UUID, query: One) -> Response:
    """One round."""
    return answer(await rounds(query.on(ctx), query.one(ROUND, id)))


@router.post("/review-rounds/{id}/transitions", response_model=ReviewRound)
async def post_round_transition(ctx: Signed, id: UUID, move: ReviewRoundMove, query: One) -> Response:
    """Close, withdraw or open again (needs If-Match). 409 `review_entries_open` says how many persons are left."""
    return written(await move_round(ctx, move.command(id=id), query.one(ROUND)))


@router.post("/review-rounds/{id}/persons", response_model=ReviewRound)
async def post_round_persons(ctx: Signed, id: UUID, addition: ReviewAddition, query: One) -> Response:
    """Add persons the commune knows of itself (needs If-Match)."""
    return written(await add_entries(ctx, addition.command(id=id), query.one(ROUND)))


@router.get("/review-requests", response_model=Page[ReviewRequest])
async def list_requests(ctx: Signed, query: Annotated[ReviewRequestQuery, Query()]) -> Response:
    """What was asked; for a centre, what it is asked."""
    return answer(await requests(query.on(ctx), query.page(ctx, REQUEST)))


@router.get("/review-requests/{id}", response_model=ReviewRequest)
async def get_request(ctx: Signed, id: UUID, query: One) -> Response:
    """One request."""
    return answer(await requests(query.on(ctx), query.one(REQUEST, id)))


@router.post("/review-requests/{id}/answers", response_model=ReviewRequest)
async def post_request_answer(ctx: Signed, id: UUID, given: ReviewAnswer, query: One) -> Response:
    """A centre's answer: the persons, or nobody; again while the round is open (needs If-Match)."""
    return written(await answer_request(ctx, given.command(id=id), query.one(REQUEST)))


@router.get("/reviewed-persons", response_model=Page[ReviewedPerson])
async def list_reviewed_persons(ctx: Signed, query: Annotated[ReviewedPersonQuery, Query()]) -> Response:
    """Persons of rounds; `outcome=unanswered` = who is still waited for."""
    return answer(await entries(query.on(ctx), query.page(ctx, ENTRY)))


@router.get("/reviewed-persons/{id}", response_model=ReviewedPerson)
async def get_reviewed_person(ctx: Signed, id: UUID, query: One) -> Response:
    """One person of a round."""
    return answer(await entries(query.on(ctx), query.one(ENTRY, id)))


@router.post("/reviewed-persons/{id}/transitions", response_model=ReviewedPerson)
async def post_reviewed_person_transition(ctx: Signed, id: UUID, move: ReviewedPersonMove, query: One) -> Response:
    """One outcome a person: opens a case, not ours, unknown (needs If-Match)."""
    return written(await move_entry(ctx, move.command(id=id), query.one(ENTRY)))
