"""Units and their succession, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field

from api.asking import PageQuery
from api.schemas.base import Shape, worded
from domain.text import fold
from domain.units.noun import LineageKind, UnitLevel

worded(UnitLevel, LineageKind)


class UnitFacts(Shape):
    """A unit of the tree, dated: country, province, district or area, commune, organisation."""

    version: int | None = None
    code: str | None = None
    """Official code. Never a key: codes are re-used over time; resolve one with a date."""
    code_system: str | None = None
    """`gso` (to 2025-06-30) or `qd19` (QĐ 19/2025/QĐ-TTg)."""
    level: UnitLevel | None = None
    unit_type: str | None = None
    """xã = commune, phường = ward, thị trấn = township, đặc khu = special_zone, …"""
    name: str | None = None
    parent_id: UUID | None = None
    """The unit above, in law, in its time."""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    """Last day; null = today's."""
    latitude: float | None = None
    longitude: float | None = None
    marks: list[str] | None = None
    """What is unsure about this unit, e.g. `code_disputed`, `unresolved_successor`."""
    alternative_codes: list[str] | None = None
    """Codes that other lists give it."""


class LineageFacts(Shape):
    """One edge of succession between two units."""

    from_id: UUID | None = None
    to_id: UUID | None = None
    kind: LineageKind | None = None
    effective_on: dt.date | None = None
    legal_basis: str | None = None
    confidence: str | None = None
    """C certain, L likely, U unverified."""


class Lineage(LineageFacts):
    origin: Unit | None = None
    successor: Unit | None = None


class Unit(UnitFacts):
    parent: Unit | None = None
    children: list[Unit] | None = None
    successions: list[Lineage] | None = None
    """What it became."""
    origins: list[Lineage] | None = None
    """What it came from."""


@strawberry.pydantic.input
class UnitFilter(BaseModel):
    """Which units. A code is resolved together with `as_of`, else all its bearers come."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    as_of: dt.date | None = None
    """Units that stood on this day."""
    level: UnitLevel | None = None
    parent_id: UUID | None = None
    code: Annotated[str | None, Field(max_length=10)] = None
    unit_type: Annotated[str | None, Field(max_length=30)] = None
    marked: bool | None = None
    """Only units about which something is unsure (or only the sure ones)."""
    q: Annotated[str | None, Field(max_length=100)] = None
    """Part of a name, with or without diacritics."""


class UnitQuery(PageQuery, UnitFilter):
    """The list of units."""

    def filters(self) -> dict[str, object]:
        return unit_filters(super().filters())


@strawberry.pydantic.input
class LineageFilter(BaseModel):
    """Which edges of succession."""

    model_config = ConfigDict(extra="forbid")
    unit_id: UUID | None = None
    kind: LineageKind | None = None
    effective_on: dt.date | None = None


class LineageQuery(PageQuery, LineageFilter):
    """The list of edges."""


def unit_filters(given: dict[str, object]) -> dict[str, object]:
    """`q` as the folded pattern of the name; percent and underscore mean themselves nothing once folded."""
    q = given.pop("q", None)
    return given | ({"words": f"%{' '.join(fold(str(q)).split())}%"} if q else {})
