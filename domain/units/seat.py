"""Where a unit sits in the scope tree: what rules need to know of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol
from uuid import UUID


class Seat(NamedTuple):
    """A unit's numbers (preorder interval, province, area), level and validity."""

    id: UUID
    no: int
    last_no: int
    province_no: int | None
    area_no: int | None
    level: str
    valid_from: date
    valid_to: date | None
    name: str

    def stands_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Seats(Protocol):
    """Units by id; reference data, outside any scope."""

    async def seat(self, id: UUID) -> Seat | None: ...
    async def seat_at(self, no: int) -> Seat | None: ...
    async def seats_then(self, id: UUID, day: date, level: str) -> Sequence[Seat]: ...
