"""What outreach asks of the list of places: `records.outreach`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from domain.reading import Road, Scope


class Outreach:
    """On one transaction."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def places(self, ids: Collection[UUID], on: date, *, within: Scope) -> set[UUID]:
        """Which of these are places in reach, listed on a day."""
        column = "made_unit_no" if within.road is Road.MADE else "unit_no"
        found = await self.connection.fetch(
            f"select id from place where id = any($1::uuid[]) and voided_at is null and valid_from <= $2"
            f" and coalesce(valid_to >= $2, true) and {column} between $3 and $4",
            list(ids),
            on,
            within.lo,
            within.hi,
        )
        return {row["id"] for row in found}
