"""GraphQL: the reconciliation of expected persons with notices, decisions and first contacts."""

from __future__ import annotations

from uuid import UUID

import strawberry
import strawberry.pydantic

from api.graphql.course_types import NoticeNode
from api.graphql.road import ask
from api.graphql.types import Connection, UnitNode, Via
from api.schemas import reconciliations as shapes
from api.schemas.base import orders
from api.schemas.reconciliations import CountedReconciliations, ReconciliationFilter
from domain.reconciliation.noun import RECONCILIATION, RECONCILIATION_COUNT
from domain.reconciliation.use_cases import count_reconciliations, reconciliations

ReconciliationOrder = orders("ReconciliationOrder", RECONCILIATION.orders)


@strawberry.pydantic.type(name="Reconciliation", description=shapes.ReconciliationFacts.__doc__)
class ReconciliationNode(shapes.ReconciliationFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def sender_unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def notice(self) -> NoticeNode | None: ...


@strawberry.pydantic.type(name="ReconciliationCount", description=shapes.ReconciliationCount.__doc__)
class ReconciliationCountNode(shapes.ReconciliationCount):
    pass


@strawberry.type
class ReconciliationQueries:
    @strawberry.field
    def reconciliations(
        self,
        first: int = 50,
        after: str | None = None,
        order: ReconciliationOrder | None = None,  # type: ignore[valid-type]
        where: ReconciliationFilter | None = None,
        via: Via | None = None,
    ) -> Connection[ReconciliationNode] | None:
        """Each person in one state, the longest waiting first."""
        return ask(
            lambda ctx, q: reconciliations(ctx, q.page(ctx, RECONCILIATION)),
            first=first,
            after=after,
            order=order,
            where=where,
            via=via,
        )

    @strawberry.field
    def reconciliation(self, id: UUID, via: Via | None = None) -> ReconciliationNode | None:
        """One person's line, by the id of the notice or of the entry in a review round."""
        return ask(lambda ctx, q: reconciliations(ctx, q.one(RECONCILIATION, id)), via=via)

    @strawberry.field
    def reconciliation_counts(self, count: CountedReconciliations) -> list[ReconciliationCountNode] | None:
        """Persons of every state with the ages of those who wait; the whole comes last."""
        return ask(lambda ctx, q: count_reconciliations(ctx, count.command(), q.one(RECONCILIATION_COUNT)))
