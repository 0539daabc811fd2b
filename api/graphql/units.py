"""GraphQL: units and their succession."""

from __future__ import annotations

from uuid import UUID

import strawberry

from api.graphql.road import ask
from api.graphql.types import Connection, LineageNode, UnitNode
from api.schemas.units import LineageFilter, UnitFilter, unit_filters
from domain.units.noun import LINEAGE, UNIT
from domain.units.use_cases import lineages, units


@strawberry.type
class UnitQueries:
    @strawberry.field
    def units(
        self, first: int = 50, after: str | None = None, where: UnitFilter | None = None
    ) -> Connection[UnitNode] | None:
        """Units by day, level, parent, code or part of a name. Resolve a code with `asOf`."""
        return ask(
            lambda ctx, q: units(ctx, q.asked(ctx, UNIT, unit_filters(q.filters()))),
            first=first,
            after=after,
            where=where,
        )

    @strawberry.field
    def unit(self, id: UUID) -> UnitNode | None:
        """One unit."""
        return ask(lambda ctx, q: units(ctx, q.one(UNIT, id)))

    @strawberry.field
    def unit_successions(
        self, first: int = 50, after: str | None = None, where: LineageFilter | None = None
    ) -> Connection[LineageNode] | None:
        """Edges of succession by day and kind."""
        return ask(lambda ctx, q: lineages(ctx, q.page(ctx, LINEAGE)), first=first, after=after, where=where)
