"""GraphQL: a unit for the users of a model, what volunteers are due; the rest of models comes from the doors."""

from __future__ import annotations

from uuid import UUID

import strawberry
import strawberry.pydantic

from api.graphql.kept import NODES
from api.graphql.road import ask
from api.graphql.types import Given
from api.schemas import model_work as shapes
from api.schemas.model_work import AllowanceMonth
from api.schemas.support_models import ModelSeat
from domain.support_model.noun import SUPPORT_MODEL
from domain.support_model.seating import seat_support_model
from domain.volunteer.allowance import allowances
from domain.volunteer.noun import ALLOWANCE_LINE

SupportModelNode = NODES["SupportModel"]


@strawberry.pydantic.type(name="AllowanceLine", description=shapes.AllowanceLine.__doc__)
class AllowanceLineNode(shapes.AllowanceLine):
    pass


@strawberry.type
class AllowanceQueries:
    @strawberry.field
    def allowances(self, id: UUID, of: AllowanceMonth) -> list[AllowanceLineNode] | None:
        """What each volunteer of a team is due for a month: rate of the province and month, times the base salary."""
        return ask(lambda ctx, q: allowances(ctx, of.asking(id), q.one(ALLOWANCE_LINE)))


@strawberry.type
class SeatActs:
    @strawberry.mutation
    def seat_support_model(self, id: UUID, seat: ModelSeat, given: Given | None = None) -> SupportModelNode | None:  # type: ignore[valid-type]
        """Give a model a unit at which users are appointed: its own, or an organisation (needs given.ifMatch)."""
        return ask(lambda ctx, q: seat_support_model(ctx, seat.command(id=id), q.one(SUPPORT_MODEL)), given=given)
