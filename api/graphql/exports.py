"""GraphQL: exports; the bytes go by REST."""

from __future__ import annotations

from uuid import UUID

import strawberry
import strawberry.pydantic

from api.graphql.road import ask
from api.graphql.types import Connection, Given, UnitNode, Via
from api.schemas import exports as shapes
from api.schemas.exports import ExportJobFilter, ExportMove, NewExport
from domain.exports import use_cases
from domain.exports.noun import EXPORT_JOB


@strawberry.pydantic.type(name="ExportJob", description=shapes.ExportJobFacts.__doc__)
class ExportJobNode(shapes.ExportJobFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...


@strawberry.type
class ExportQueries:
    @strawberry.field
    def exports(
        self, first: int = 50, after: str | None = None, where: ExportJobFilter | None = None, via: Via | None = None
    ) -> Connection[ExportJobNode] | None:
        """Exports of one's unit and, for upper units, of those below; newest first."""
        return ask(
            lambda ctx, q: use_cases.exports(ctx, q.page(ctx, EXPORT_JOB)),
            first=first,
            after=after,
            where=where,
            via=via,
        )

    @strawberry.field
    def export(self, id: UUID, via: Via | None = None) -> ExportJobNode | None:
        """One export."""
        return ask(lambda ctx, q: use_cases.exports(ctx, q.one(EXPORT_JOB, id)), via=via)


@strawberry.type
class ExportActs:
    @strawberry.mutation
    def request_export(self, new: NewExport, given: Given | None = None) -> ExportJobNode | None:
        """Have a list taken out as a file, for a purpose; the bytes are fetched by REST."""
        return ask(lambda ctx, q: use_cases.request_export(ctx, new.wanted(ctx), q.one(EXPORT_JOB)), given=given)

    @strawberry.mutation
    def decide_export(self, id: UUID, move: ExportMove, given: Given | None = None) -> ExportJobNode | None:
        """Decide on a list above the cap, as a unit above (needs given.ifMatch)."""
        return ask(lambda ctx, q: use_cases.decide_export(ctx, move.command(id=id), q.one(EXPORT_JOB)), given=given)
