"""Who acts: read from the database; kept only to choose a plan, and checked by the database in each transaction."""

from __future__ import annotations

from collections import OrderedDict
from uuid import UUID

import asyncpg

from domain.reading import Actor
from domain.refusals import Refusal
from persistence.pools import acquired

MOST_KEPT = 10_000


class ActorBook:
    """The actors seen lately, bounded. A wrong memory is harmless: `app_enter` refuses a changed fingerprint."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.kept: OrderedDict[tuple[UUID, UUID | None], Actor] = OrderedDict()

    async def actor(self, session_id: UUID, appointment_id: UUID | None) -> Actor:
        found = self.kept.get((session_id, appointment_id))
        return found if found is not None else await self.fresh(session_id, appointment_id)

    async def fresh(self, session_id: UUID, appointment_id: UUID | None) -> Actor:
        """Raises `unauthenticated` (session or account ended) and `no_appointment`."""
        for key in [key for key in self.kept if key[0] == session_id]:
            del self.kept[key]
        async with acquired(self.pool) as connection:
            try:
                row = await connection.fetchrow("select * from actor_facts($1, $2)", session_id, appointment_id)
            except asyncpg.QueryCanceledError as error:
                raise Refusal("overloaded") from error  # it waited too long, as while areas are drawn anew
        if row is None:
            raise Refusal("unauthenticated")
        if row["appointment_id"] is None:
            raise Refusal("no_appointment")
        actor = Actor(
            row["account_id"],
            session_id,
            row["appointment_id"],
            row["role"],
            row["unit_id"],
            row["unit_no"],
            row["last_no"],
            row["level"],
            row["current"],
            row["fingerprint"],
            row["account_no"],
        )
        self.kept[session_id, appointment_id] = actor
        if len(self.kept) > MOST_KEPT:
            self.kept.popitem(last=False)
        return actor
