"""/v1/reconciliations: expected persons against notices, decisions and first contacts; nobody falls between systems."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer
from api.schemas.reconciliations import (
    CountedReconciliations,
    Reconciliation,
    ReconciliationCount,
    ReconciliationQuery,
)
from domain.reconciliation.noun import RECONCILIATION
from domain.reconciliation.use_cases import count_reconciliations, reconciliations

router = APIRouter(prefix="/v1", tags=["notices"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]


@router.get("/reconciliations", response_model=Page[Reconciliation])
async def list_reconciliations(ctx: Signed, query: Annotated[ReconciliationQuery, Query()]) -> Response:
    """Each person in one state, the longest waiting first: a commune sees its own, a centre whom it named."""
    return answer(await reconciliations(query.on(ctx), query.page(ctx, RECONCILIATION)))


@router.get("/reconciliations:count", response_model=list[ReconciliationCount])
async def get_reconciliation_counts(ctx: Signed, count: Annotated[CountedReconciliations, Query()]) -> Response:
    """Persons of every state with the ages of those who wait; the whole comes last."""
    return answer(await count_reconciliations(ctx, count.command()))


@router.get("/reconciliations/{id}", response_model=Reconciliation)
async def get_reconciliation(ctx: Signed, id: UUID, query: One) -> Response:
    """One person's line, by the id of the notice or of the entry in a review round."""
    return answer(await reconciliations(query.on(ctx), query.one(RECONCILIATION, id)))
