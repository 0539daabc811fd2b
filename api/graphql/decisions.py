"""GraphQL: management decisions, their ledger and deliveries."""

from __future__ import annotations

from uuid import UUID

import strawberry

from api.graphql.case_types import AdjustmentNode, DecisionNode, DeliveryNode
from api.graphql.road import ask
from api.graphql.types import Connection, Given, Via
from api.schemas.decisions import (
    AdjustmentSettlement,
    DecisionMove,
    ManagementDecisionFilter,
    ManagementDecisionPatch,
    NewAdjustment,
    NewDelivery,
    NewManagementDecision,
)
from domain.decision import adjusting, delivering
from domain.decision import use_cases as decision
from domain.decision.moving import move_decision
from domain.decision.noun import ADJUSTMENT, DECISION, DELIVERY


@strawberry.type
class DecisionQueries:
    @strawberry.field
    def management_decisions(
        self,
        first: int = 50,
        after: str | None = None,
        where: ManagementDecisionFilter | None = None,
        via: Via | None = None,
    ) -> Connection[DecisionNode] | None:
        """Decisions in reach, newest first."""
        return ask(
            lambda ctx, q: decision.decisions(ctx, q.page(ctx, DECISION)),
            first=first,
            after=after,
            where=where,
            via=via,
        )

    @strawberry.field
    def management_decision(self, id: UUID, via: Via | None = None) -> DecisionNode | None:
        """One decision; `explanations` says why each date is what it is."""
        return ask(lambda ctx, q: decision.decisions(ctx, q.one(DECISION, id)), via=via)

    @strawberry.field
    def decision_adjustment(self, id: UUID, via: Via | None = None) -> AdjustmentNode | None:
        """One entry of a ledger."""
        return ask(lambda ctx, q: decision.adjustments(ctx, q.one(ADJUSTMENT, id)), via=via)

    @strawberry.field
    def decision_delivery(self, id: UUID, via: Via | None = None) -> DeliveryNode | None:
        """One delivery."""
        return ask(lambda ctx, q: decision.deliveries(ctx, q.one(DELIVERY, id)), via=via)


@strawberry.type
class DecisionActs:
    @strawberry.mutation
    def draft_decision(self, new: NewManagementDecision, given: Given | None = None) -> DecisionNode | None:
        """Draft a decision; another account signs it."""
        return ask(lambda ctx, q: decision.draft_decision(ctx, new.command(), q.one(DECISION)), given=given)

    @strawberry.mutation
    def amend_decision(
        self, id: UUID, patch: ManagementDecisionPatch, given: Given | None = None
    ) -> DecisionNode | None:
        """Change a draft (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: decision.amend_decision(ctx, patch.command(id, q.provided("patch")), q.one(DECISION)),
            given=given,
        )

    @strawberry.mutation
    def move_decision(self, id: UUID, move: DecisionMove, given: Given | None = None) -> DecisionNode | None:
        """Sign, deliver, correct, annul or withdraw (needs given.ifMatch)."""
        return ask(lambda ctx, q: move_decision(ctx, move.command(id=id), q.one(DECISION)), given=given)

    @strawberry.mutation
    def adjust_decision(
        self, decision_id: UUID, new: NewAdjustment, given: Given | None = None
    ) -> AdjustmentNode | None:
        """Add an entry to the ledger."""
        return ask(
            lambda ctx, q: adjusting.adjust(ctx, new.command(decision_id=decision_id), q.one(ADJUSTMENT)), given=given
        )

    @strawberry.mutation
    def settle_adjustment(
        self, id: UUID, settlement: AdjustmentSettlement, given: Given | None = None
    ) -> AdjustmentNode | None:
        """The last day or the reading of an entry, each once (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: adjusting.settle_adjustment(ctx, settlement.command(id=id), q.one(ADJUSTMENT)), given=given
        )

    @strawberry.mutation
    def record_delivery(self, decision_id: UUID, new: NewDelivery, given: Given | None = None) -> DeliveryNode | None:
        """Who was given the decision or its copy."""
        return ask(
            lambda ctx, q: delivering.record_delivery(ctx, new.command(decision_id=decision_id), q.one(DELIVERY)),
            given=given,
        )
