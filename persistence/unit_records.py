"""Units by id, for rules."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.units.seat import Seat

SEAT = "select id, no, last_no, province_no, area_no, level, valid_from, valid_to, name from unit where id = $1"


class Units:
    """Implements domain.units.seat.Seats on one connection."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def seat_at(self, no: int) -> Seat | None:
        """The unit that bears a number today."""
        row = await self.connection.fetchrow(SEAT.replace("where id", "where no"), no)
        return Seat(*row) if row else None

    async def seat(self, id: UUID) -> Seat | None:
        row = await self.connection.fetchrow(SEAT, id)
        return Seat(*row) if row else None
