"""Databases of one's own, people who act in them, and transactions opened exactly as the service opens them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from domain.acts import Context
from domain.ids import new_id
from domain.reading import Actor, Road, Scope
from persistence.records import opening
from tests.conftest import LOGINS


@dataclass
class Ground:
    """A database of one's own: how to reach it as superuser, owner or service."""

    server: Any
    name: str

    @property
    def admin_dsn(self) -> str:
        return self.server.dsn(self.name)

    @property
    def owner_dsn(self) -> str:
        return self.server.dsn(self.name, "app_owner", LOGINS.owner)

    @property
    def service_dsn(self) -> str:
        return self.server.dsn(self.name, "app_rw", LOGINS.service)

    @asynccontextmanager
    async def connected(self, dsn: str) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(dsn, statement_cache_size=0)
        try:
            yield connection
        finally:
            await connection.close()


async def actor(admin: Any, unit_no: int, role: str = "commune_officer", name: str | None = None) -> Actor:
    """An account with an appointment and an open session at a unit, as the database itself describes it."""
    account, appointment, session = new_id(), new_id(), new_id()
    unit_id = await admin.fetchval("select id from unit where no = $1", unit_no)
    await admin.execute(
        "insert into account (id, kind, user_name, display_name, unit_id, unit_no, state)"
        " values ($1, 'person', $2, 'x', $3, $4, 'active')",
        *(account, name or str(account), unit_id, unit_no),
    )
    await admin.execute(
        "insert into appointment (id, account_id, role, unit_id, unit_no, valid_from) values ($1, $2, $3, $4, $5, $6)",
        *(appointment, account, role, unit_id, unit_no, datetime(2024, 1, 1, tzinfo=UTC)),
    )
    await admin.execute(
        "insert into session (id, account_id, refresh_hash, expires_at) values ($1, $2, 'x', $3)",
        *(session, account, datetime.now(UTC) + timedelta(days=1)),
    )
    return await described(admin, session, appointment)


async def described(admin: Any, session: UUID, appointment: UUID) -> Actor:
    row = await admin.fetchrow("select * from actor_facts($1, $2)", session, appointment)
    return Actor(
        row["account_id"],
        session,
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


def scope(who: Actor, road: Road, *, own: bool = False) -> Scope:
    level = "country" if road is Road.COUNTRY else who.level
    return Scope(road, level, who.unit_no, who.unit_no if own else who.last_no, "test", tuple(who.grantees))


def context(who: Actor, subject: UUID | None = None) -> Context:
    return Context(who, None, datetime.now(UTC), subject=subject)  # type: ignore[arg-type]


@asynccontextmanager
async def opened(connection: Any, who: Actor, within: Scope, mode: str = "auto") -> AsyncIterator[Any]:
    """The service's own first message; whatever happens inside is rolled back."""
    await connection.execute(opening(context(who), within, mode=mode))
    try:
        yield connection
    finally:
        await connection.execute("rollback")
