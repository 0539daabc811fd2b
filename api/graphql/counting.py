"""Figures of the nouns of support through GraphQL: `<noun>Counts`, the same on every one of them."""
# ruff: noqa: ANN001, ANN202 - what is made for every noun gets its types with its noun

from __future__ import annotations

from typing import Any

import strawberry
import strawberry.pydantic

from api.counting import COUNTED_DOORS
from api.graphql.road import ask
from api.keeping import Door
from api.schemas.figures import CountedSupport, SupportCount
from domain.figures.counting import COUNTS
from domain.figures.noun import SUPPORT_COUNT


@strawberry.pydantic.type(name="SupportCount", description=SupportCount.__doc__)
class SupportCountNode(SupportCount):
    pass


def _counts(door: Door) -> Any:
    counted = COUNTS[door.one]

    def resolve(self, count):  # type: ignore[no-untyped-def] # noqa: ARG001
        return ask(lambda ctx, q: counted(ctx, count.command(), q.one(SUPPORT_COUNT)))

    resolve.__annotations__ = {"count": CountedSupport, "return": list[SupportCountNode] | None}
    return strawberry.field(resolver=resolve, description=f"Totals of {door.words}, naming nobody.")


FigureQueries: Any = strawberry.type(
    type("FigureQueries", (), {f"{door.one}_counts": _counts(door) for door in COUNTED_DOORS})
)
