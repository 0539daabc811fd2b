"""GraphQL: what officer or police found of a report."""

from __future__ import annotations

from uuid import UUID

import strawberry

from api.graphql.road import ask
from api.graphql.types import Given, LazyFieldReport, Via
from api.schemas.field_reports import FieldReportAnswer
from domain.field_report.noun import FIELD_REPORT
from domain.field_report.rules import FIELD_REPORTS


@strawberry.type
class FieldReportActs:
    @strawberry.mutation
    def answer_field_report(
        self, id: UUID, said: FieldReportAnswer, given: Given | None = None, via: Via | None = None
    ) -> LazyFieldReport | None:
        """Confirmed or not, with the day (officer or police; needs given.ifMatch)."""
        return ask(
            lambda ctx, q: FIELD_REPORTS.answer(ctx, said.command(id=id), q.one(FIELD_REPORT)), given=given, via=via
        )
