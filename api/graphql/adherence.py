"""GraphQL: what the service a person was referred to says of each follow-up."""

from __future__ import annotations

from typing import Annotated

import strawberry
import strawberry.pydantic

from api.bulk import reports_read
from api.graphql.road import ask
from api.graphql.types import Given, Via
from api.schemas import adherence as shapes
from api.schemas.adherence import AdherenceReport
from domain.referral.adherence import report_adherence, report_adherences
from domain.referral.noun import FOLLOW_UP, REPORT_RESULT

FollowUp = Annotated["ReferralFollowUpNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name


@strawberry.pydantic.type(name="AdherenceResult", description=shapes.AdherenceResult.__doc__)
class AdherenceResultNode(shapes.AdherenceResult):
    pass


@strawberry.type
class AdherenceActs:
    @strawberry.mutation
    def report_adherence(
        self, said: AdherenceReport, given: Given | None = None, via: Via | None = None
    ) -> FollowUp | None:
        """Answer a follow-up of a referral to one's own unit; the same number is the same report."""
        return ask(lambda ctx, q: report_adherence(ctx, said.command(), q.one(FOLLOW_UP)), given=given, via=via)

    @strawberry.mutation
    def report_adherences(
        self, reports: list[AdherenceReport], given: Given | None = None
    ) -> list[AdherenceResultNode] | None:
        """Up to 500 reports, each one of its own: one result a row, in order."""
        return ask(lambda ctx, q: report_adherences(ctx, reports_read(reports), q.one(REPORT_RESULT)), given=given)
