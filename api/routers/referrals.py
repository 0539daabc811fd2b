"""/v1/referrals/{id}/answers: what the unit addressed says, itself or as told; all else is as of every kept noun."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Signed, written
from api.schemas.referrals import Referral, ReferralAnswer, ReferralToldAnswer
from domain.referral.noun import REFERRAL
from domain.referral.rules import REFERRALS

router = APIRouter(prefix="/v1", tags=["referrals"], route_class=LeanRoute)


@router.post("/referrals/{id}/answers", response_model=Referral)
async def post_referral_answer(
    ctx: Signed, id: UUID, said: ReferralAnswer, query: Annotated[OneQuery, Query()]
) -> Response:
    """Receive, accept or decline, say how it went: the unit addressed (needs If-Match; see `transitions`)."""
    return written(await REFERRALS.answer(query.on(ctx), said.command(id=id), query.one(REFERRAL)))


@router.post("/referrals/{id}/told-answers", response_model=Referral)
async def post_referral_told_answer(
    ctx: Signed, id: UUID, said: ReferralToldAnswer, query: Annotated[OneQuery, Query()]
) -> Response:
    """Record, as the side that sent, what a unit answered that nobody signs in for (needs If-Match)."""
    return written(await REFERRALS.tell(query.on(ctx), said.command(id=id), query.one(REFERRAL)))
