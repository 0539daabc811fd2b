"""/v1/adherence-reports: what the service a person was referred to says of each follow-up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Signed, answer, written
from api.bulk import reports_sent
from api.schemas.adherence import AdherenceBulk, AdherenceReport, AdherenceResult
from api.schemas.referrals import ReferralFollowUp
from domain.referral.adherence import report_adherence, report_adherences
from domain.referral.noun import FOLLOW_UP

router = APIRouter(prefix="/v1", tags=["referrals"], route_class=LeanRoute)


@router.post("/adherence-reports", response_model=ReferralFollowUp)
async def post_adherence_report(ctx: Signed, said: AdherenceReport, query: Annotated[OneQuery, Query()]) -> Response:
    """Answer a follow-up of a referral to one's own unit; with the same number it is the same report."""
    return written(await report_adherence(query.on(ctx), said.command(), query.one(FOLLOW_UP)))


@router.post("/adherence-reports:bulk", response_model=list[AdherenceResult])
async def post_adherence_reports(ctx: Signed, bulk: AdherenceBulk) -> Response:
    """Up to 500 reports, each one of its own: one result a row, in order. Sent again, each is the same report."""
    return answer(await report_adherences(ctx, reports_sent(bulk)))
