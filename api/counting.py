"""Figures of the nouns of support through REST: `GET /v1/<noun>:count`, the same on every one of them."""
# ruff: noqa: ANN001, ANN202 - what is made for every noun gets its types with its noun

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.asking import LeanRoute, Signed, answer
from api.keeping import Door
from api.kept import DOORS
from api.schemas.figures import CountedSupport, SupportCount
from domain.figures.counting import COUNTS

COUNTED_DOORS: tuple[Door, ...] = tuple(door for door in DOORS if door.one in COUNTS)


def router_of_counts() -> APIRouter:
    """A route for each noun that has figures."""
    router = APIRouter(prefix="/v1", route_class=LeanRoute)
    for door in COUNTED_DOORS:
        router.add_api_route(
            f"/{door.path}:count", _count(door), methods=["GET"], response_model=list[SupportCount], tags=[door.tag]
        )
    return router


def _count(door: Door) -> Any:
    counted = COUNTS[door.one]

    async def endpoint(ctx, count):  # type: ignore[no-untyped-def]
        return answer(await counted(ctx, count.command()))

    endpoint.__name__ = f"get_{door.one}_counts"
    endpoint.__doc__ = f"Totals of {door.words}, naming nobody: by month or quarter, by unit, by part."
    endpoint.__annotations__ = {"ctx": Signed, "count": Annotated[CountedSupport, Query()]}
    return endpoint
