"""/v1/field-reports/{id}/answers: what officer or police found; all else is reached as every kept noun is."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Signed, written
from api.schemas.field_reports import FieldReport, FieldReportAnswer
from domain.field_report.noun import FIELD_REPORT
from domain.field_report.rules import FIELD_REPORTS

router = APIRouter(prefix="/v1", tags=["assignments"], route_class=LeanRoute)


@router.post("/field-reports/{id}/answers", response_model=FieldReport)
async def post_field_report_answer(
    ctx: Signed, id: UUID, said: FieldReportAnswer, query: Annotated[OneQuery, Query()]
) -> Response:
    """Confirmed or not, with the day; what it calls for is done by acts of its own (needs If-Match)."""
    return written(await FIELD_REPORTS.answer(query.on(ctx), said.command(id=id), query.one(FIELD_REPORT)))
