"""What stands in the register, and a person who becomes the business of another unit."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.ids import new_id
from tests.access.register import FACTS


async def moved(world, id, unit):
    """The person is the business of another unit from now on."""
    async with world.admin.acquire() as connection, connection.transaction():
        now = datetime.now(UTC)
        await connection.execute("update responsibility set to_at = $2 where person_id = $1 and to_at is null", id, now)
        await connection.execute(
            "insert into responsibility (id, person_id, unit_no, unit_id, from_at, reason, name_then)"
            " values ($1, $2, $3, $4, $5, 'moved', 'x')",
            *(new_id(), id, world.no(unit), world.units[unit], now),
        )
        await connection.execute(
            "update person set unit_no = $2, province_no = $3, area_no = $4 where id = $1",
            *(id, world.no(unit), world._above(unit, "province"), world._above(unit, "area")),
        )


async def everything(world):
    tables = (*FACTS, "person", "responsibility", "outbox", "idempotency", "account", "appointment")
    return {table: await world.admin.fetch(f"select * from {table} order by 1, 2") for table in tables}
