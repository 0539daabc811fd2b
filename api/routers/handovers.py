"""/v1/handovers: responsibility passes between communes, two-sided, with a clock."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.schemas.handovers import Handover, HandoverMove, HandoverQuery, NewGiving, NewTaking
from domain.handover.noun import HANDOVER
from domain.handover.use_cases import give_person, handovers, move_handover, take_person

router = APIRouter(prefix="/v1", tags=["handovers"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]


@router.get("/handovers", response_model=Page[Handover])
async def list_handovers(ctx: Signed, query: Annotated[HandoverQuery, Query()]) -> Response:
    """Hand-overs one's unit is asked; `via=made`: those it asked."""
    return answer(await handovers(query.on(ctx), query.page(ctx, HANDOVER)))


@router.post("/handovers", response_model=Handover, status_code=201)
async def post_handover(ctx: Signed, new: NewGiving, query: One) -> Response:
    """Propose to another commune that it take a person."""
    return written(await give_person(ctx, new.command(), query.one(HANDOVER)), 201, "/v1/handovers")


@router.post("/handovers:request", response_model=Handover, status_code=201)
async def request_handover(ctx: Signed, new: NewTaking, query: One) -> Response:
    """Ask for a person by the number of the document they showed; the receipt never tells whether anyone is on file."""
    return written(await take_person(ctx, new.command(), query.one(HANDOVER)), 201, "/v1/handovers")


@router.get("/handovers/{id}", response_model=Handover)
async def get_handover(ctx: Signed, id: UUID, query: One) -> Response:
    """One hand-over; `via=made` for the side that asked."""
    return answer(await handovers(query.on(ctx), query.one(HANDOVER, id)))


@router.post("/handovers/{id}/transitions", response_model=Handover)
async def post_handover_transition(ctx: Signed, id: UUID, move: HandoverMove, query: One) -> Response:
    """Acknowledge, accept or decline (the asked side), withdraw (the asking side, `via=made`). Needs If-Match."""
    return written(await move_handover(query.on(ctx), move.command(id=id), query.one(HANDOVER)))
