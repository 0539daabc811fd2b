"""GraphQL: one's own month."""

from __future__ import annotations

import strawberry
import strawberry.pydantic

from api.graphql.road import ask
from api.schemas.own_month import OwnMonth
from domain.volunteer.month import OWN_MONTH, own_month


@strawberry.pydantic.type(name="OwnMonth", description=OwnMonth.__doc__)
class OwnMonthNode(OwnMonth):
    pass


@strawberry.type
class OwnMonthQueries:
    @strawberry.field
    def my_month(self, month: str | None = None) -> OwnMonthNode | None:
        """One's own figures of a month, the running one when none is named; persons and contacts are never added."""
        return ask(lambda ctx, q: own_month(ctx, month, q.one(OWN_MONTH)))
