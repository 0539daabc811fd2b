"""/v1/units: the dated tree and how it changed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer
from api.schemas.units import Lineage, LineageQuery, Unit, UnitQuery
from domain.units.noun import LINEAGE, UNIT
from domain.units.use_cases import lineages, units

router = APIRouter(prefix="/v1", tags=["units"], route_class=LeanRoute)


@router.get("/units", response_model=Page[Unit])
async def list_units(ctx: Signed, query: Annotated[UnitQuery, Query()]) -> Response:
    """Units by day, level, parent, code or part of a name. The same code may have had several bearers: give `as_of`."""
    return answer(await units(ctx, query.page(ctx, UNIT)))


@router.get("/units/successions", response_model=Page[Lineage])
async def list_successions(ctx: Signed, query: Annotated[LineageQuery, Query()]) -> Response:
    """Edges of succession by day and kind."""
    return answer(await lineages(ctx, query.page(ctx, LINEAGE)))


@router.get("/units/{id}", response_model=Unit)
async def get_unit(ctx: Signed, id: UUID, query: Annotated[OneQuery, Query()]) -> Response:
    """One unit."""
    return answer(await units(ctx, query.one(UNIT, id)))


@router.get("/units/{id}/lineage", response_model=Unit)
async def get_lineage(ctx: Signed, id: UUID) -> Response:
    """A unit with what it came from and what it became."""
    return answer(await units(ctx, LINEAGE_OF.one(UNIT, id)))


LINEAGE_OF = OneQuery(include="successions.successor,origins.origin")
