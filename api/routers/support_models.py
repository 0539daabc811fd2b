"""/v1/support-models beside what every kept noun has: a unit for its users, what volunteers are due for a month."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Signed, answer, written
from api.schemas.model_work import AllowanceLine, AllowanceMonth
from api.schemas.support_models import ModelSeat, SupportModel
from domain.support_model.noun import SUPPORT_MODEL
from domain.support_model.seating import seat_support_model
from domain.volunteer.allowance import allowances

router = APIRouter(prefix="/v1", tags=["models"], route_class=LeanRoute)


@router.get("/support-models/{id}/allowances", response_model=list[AllowanceLine])
async def get_allowances(ctx: Signed, id: UUID, of: Annotated[AllowanceMonth, Query()]) -> Response:
    """What each volunteer of a team is due for a month: rate of the province and month, times the base salary."""
    return answer(await allowances(ctx, of.asking(id)))


@router.post("/support-models/{id}/unit", response_model=SupportModel)
async def post_unit(ctx: Signed, id: UUID, seat: ModelSeat, query: Annotated[OneQuery, Query()]) -> Response:
    """Give a model a unit at which users are appointed: its own, or an organisation (needs If-Match)."""
    return written(await seat_support_model(ctx, seat.command(id=id), query.one(SUPPORT_MODEL)))
