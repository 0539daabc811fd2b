"""/v1/me/months/{month}: what one did oneself, and what it comes to."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from api.asking import LeanRoute, Signed, answer
from api.schemas.own_month import OwnMonth
from domain.volunteer.month import own_month

router = APIRouter(prefix="/v1", tags=["me"], route_class=LeanRoute)


@router.get("/me/months/{month}", response_model=OwnMonth)
async def get_own_month(ctx: Signed, month: str) -> Response:
    """One's own figures of a month (`2026-09`): persons, contacts, days, and the allowance of the seats one held."""
    return answer(await own_month(ctx, month))
