"""GraphQL: hand-overs."""

from __future__ import annotations

from uuid import UUID

import strawberry
import strawberry.pydantic

from api.graphql.road import ask
from api.graphql.types import Connection, Given, LazyUnit, Via
from api.schemas import handovers as shapes
from api.schemas.base import orders
from api.schemas.handovers import HandoverFilter, HandoverMove, NewGiving, NewTaking
from domain.handover.noun import HANDOVER
from domain.handover.use_cases import give_person, handovers, move_handover, take_person

HandoverOrder = orders("HandoverOrder", HANDOVER.orders)


@strawberry.pydantic.type(name="Handover", description=shapes.HandoverFacts.__doc__)
class HandoverNode(shapes.HandoverFacts):
    @strawberry.pydantic.field
    def asked_unit(self) -> LazyUnit | None: ...

    @strawberry.pydantic.field
    def asking_unit(self) -> LazyUnit | None: ...


@strawberry.type
class HandoverQueries:
    @strawberry.field
    def handovers(
        self,
        first: int = 50,
        after: str | None = None,
        order: HandoverOrder | None = None,  # type: ignore[valid-type]
        where: HandoverFilter | None = None,
        via: Via | None = None,
    ) -> Connection[HandoverNode] | None:
        """Hand-overs one's unit is asked; `via: made` those it asked."""
        return ask(
            lambda ctx, q: handovers(ctx, q.page(ctx, HANDOVER)),
            first=first,
            after=after,
            order=order,
            where=where,
            via=via,
        )

    @strawberry.field
    def handover(self, id: UUID, via: Via | None = None) -> HandoverNode | None:
        """One hand-over."""
        return ask(lambda ctx, q: handovers(ctx, q.one(HANDOVER, id)), via=via)


@strawberry.type
class HandoverActs:
    @strawberry.mutation
    def give_person(self, new: NewGiving, given: Given | None = None) -> HandoverNode | None:
        """Propose to another commune that it take a person."""
        return ask(lambda ctx, q: give_person(ctx, new.command(), q.one(HANDOVER)), given=given)

    @strawberry.mutation
    def take_person(self, new: NewTaking, given: Given | None = None) -> HandoverNode | None:
        """Ask for a person by the number of the document they showed; the receipt is always the same."""
        return ask(lambda ctx, q: take_person(ctx, new.command(), q.one(HANDOVER)), given=given)

    @strawberry.mutation
    def move_handover(
        self, id: UUID, move: HandoverMove, given: Given | None = None, via: Via | None = None
    ) -> HandoverNode | None:
        """Acknowledge, accept, decline or withdraw (needs given.ifMatch)."""
        return ask(lambda ctx, q: move_handover(ctx, move.command(id=id), q.one(HANDOVER)), given=given, via=via)
