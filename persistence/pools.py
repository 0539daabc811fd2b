"""The one pool of a process, and the refusal to run as a role for which row-level security is off (rulings 9)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from domain.refusals import Refusal

GONE = (
    TimeoutError,
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.InternalClientError,
)
"""What a database says, or does not, when it is not there."""
UNSAFE = (
    "select rolsuper or rolbypassrls or exists (select from pg_class where relowner = r.oid and relname = 'person')"
    " from pg_roles r where rolname = current_user"
)


class UnsafeRoleError(RuntimeError):
    """The service may not run as superuser, owner or BYPASSRLS: row-level security would be silently off."""


async def open_pool(dsn: str, size: int) -> asyncpg.Pool:
    """The one pool of a process. Nothing session-wide is ever set, so nothing need be reset (lint: SET LOCAL only)."""
    return await asyncpg.create_pool(
        dsn,
        min_size=size,
        max_size=size,
        reset=_nothing,
        statement_cache_size=1000,
        max_cached_statement_lifetime=0,
    )


@asynccontextmanager
async def acquired(pool: asyncpg.Pool) -> AsyncIterator[Any]:
    """A connection; none within 2 s, or a database that is gone, is 503 and never a hang.

    A connection lost in COMMIT has an unknown outcome: the same Idempotency-Key makes the retry safe.
    """
    try:
        connection = await (pool.acquire() if _at_hand(pool) else pool.acquire(timeout=2))
    except GONE as gone:
        raise Refusal("overloaded") from gone
    try:
        yield connection
    except GONE as gone:
        if not lost(connection):
            connection.terminate()
        raise Refusal("overloaded") from gone
    except asyncpg.InterfaceError as unusable:
        if lost(connection):
            raise Refusal("overloaded") from unusable
        raise
    finally:
        await pool.release(connection)


def _at_hand(pool: asyncpg.Pool) -> bool:
    """Whether one is free at once and none has to be connected first: then no clock is started, which costs a task."""
    return bool(pool.get_idle_size()) and pool.get_size() == pool.get_max_size()


def lost(connection: Any) -> bool:
    """Whether a connection is closed; the pool takes one away that broke, and then it answers nothing at all."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True


async def _nothing(_connection: Any) -> None:
    return None


async def refuse_unsafe_role(pool: asyncpg.Pool) -> None:
    """Raises UnsafeRoleError."""
    if await pool.fetchval(UNSAFE):
        raise UnsafeRoleError(
            "DATABASE_URL signs in as superuser, owner or BYPASSRLS;"
            " use the service role app_rw (persistence/roles.sql)"
        )


async def answers(pool: asyncpg.Pool) -> bool:
    """Whether the database answers."""
    return bool(await pool.fetchval("select 1") == 1)
