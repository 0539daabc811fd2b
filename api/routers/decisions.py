"""/v1/management-decisions: the orders of a case, their terms explained, their ledger, their deliveries."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.schemas.decisions import (
    AdjustmentSettlement,
    DecisionAdjustment,
    DecisionDelivery,
    DecisionExplanation,
    DecisionMove,
    ManagementDecision,
    ManagementDecisionPatch,
    ManagementDecisionQuery,
    NewAdjustment,
    NewDelivery,
    NewManagementDecision,
)
from api.selection import asked_one
from domain.decision.adjusting import adjust, settle_adjustment
from domain.decision.delivering import record_delivery
from domain.decision.moving import move_decision
from domain.decision.noun import ADJUSTMENT, DECISION, DELIVERY
from domain.decision.use_cases import adjustments, amend_decision, decisions, deliveries, draft_decision

router = APIRouter(prefix="/v1", tags=["decisions"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]
WHY = "explanations,warnings,proposed_ends,rule"


@router.get("/management-decisions", response_model=Page[ManagementDecision])
async def list_decisions(ctx: Signed, query: Annotated[ManagementDecisionQuery, Query()]) -> Response:
    """Decisions in reach, newest first. `via=made`: those of one's own period."""
    return answer(await decisions(query.on(ctx), query.page(ctx, DECISION)))


@router.post("/management-decisions", response_model=ManagementDecision, status_code=201)
async def post_decision(ctx: Signed, new: NewManagementDecision, query: One) -> Response:
    """Draft a decision; its term comes by rule, with its explanation. Another account signs it."""
    return written(await draft_decision(ctx, new.command(), query.one(DECISION)), 201, "/v1/management-decisions")


@router.get("/management-decisions/{id}", response_model=ManagementDecision)
async def get_decision(ctx: Signed, id: UUID, query: One) -> Response:
    """One decision."""
    return answer(await decisions(query.on(ctx), query.one(DECISION, id)))


@router.get("/management-decisions/{id}/explain", response_model=DecisionExplanation)
async def explain_decision(ctx: Signed, id: UUID) -> Response:
    """The chain of each date from fact to rule to calendar to ledger, as data and as a sentence in two languages."""
    return answer(await decisions(ctx, asked_one(DECISION, WHY, None, id)))


@router.patch("/management-decisions/{id}", response_model=ManagementDecision)
async def patch_decision(ctx: Signed, id: UUID, patch: ManagementDecisionPatch, query: One) -> Response:
    """Change a draft (JSON Merge Patch; needs If-Match). What was signed does not change."""
    return written(await amend_decision(ctx, patch.command(id), query.one(DECISION)))


@router.post("/management-decisions/{id}/transitions", response_model=ManagementDecision)
async def post_decision_transition(ctx: Signed, id: UUID, move: DecisionMove, query: One) -> Response:
    """Sign, deliver, correct, annul or withdraw (needs If-Match)."""
    return written(await move_decision(ctx, move.command(id=id), query.one(DECISION)))


@router.post("/management-decisions/{id}/adjustments", response_model=DecisionAdjustment, status_code=201)
async def post_adjustment(ctx: Signed, id: UUID, new: NewAdjustment, query: One) -> Response:
    """Add an entry to the ledger; the effective end of decision and case follows."""
    done = await adjust(ctx, new.command(decision_id=id), query.one(ADJUSTMENT))
    return written(done, 201, "/v1/decision-adjustments")


@router.get("/decision-adjustments/{id}", response_model=DecisionAdjustment)
async def get_adjustment(ctx: Signed, id: UUID, query: One) -> Response:
    """One entry of a ledger."""
    return answer(await adjustments(query.on(ctx), query.one(ADJUSTMENT, id)))


@router.post("/decision-adjustments/{id}/settlement", response_model=DecisionAdjustment)
async def post_adjustment_settlement(ctx: Signed, id: UUID, body: AdjustmentSettlement, query: One) -> Response:
    """The last day of an entry that lasted, or the reading chosen for it; each once (needs If-Match)."""
    return written(await settle_adjustment(ctx, body.command(id=id), query.one(ADJUSTMENT)))


@router.post("/management-decisions/{id}/deliveries", response_model=DecisionDelivery, status_code=201)
async def post_delivery(ctx: Signed, id: UUID, new: NewDelivery, query: One) -> Response:
    """Who was given the decision or its copy; to the person with minutes."""
    done = await record_delivery(ctx, new.command(decision_id=id), query.one(DELIVERY))
    return written(done, 201, "/v1/decision-deliveries")


@router.get("/decision-deliveries/{id}", response_model=DecisionDelivery)
async def get_delivery(ctx: Signed, id: UUID, query: One) -> Response:
    """One delivery."""
    return answer(await deliveries(query.on(ctx), query.one(DELIVERY, id)))
