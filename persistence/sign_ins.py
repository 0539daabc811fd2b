"""Accounts and sessions under `service_auth`: implements domain.account.signing_in.SignInStore."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from domain.account.signing_in import (
    FREE_TRIES,
    FREE_TRIES_OF_AN_ADDRESS,
    AccountCredentials,
    SessionKnown,
    delay_after,
)
from domain.refusals import Refusal
from persistence.pools import acquired, lost

CREDENTIALS = (
    "select a.id, a.kind, a.state, a.user_name, a.display_name, u.name, a.password_hash, a.secret_hash,"
    " a.activation_hash, a.activation_until, exists (select from appointment p where p.account_id = a.id"
    " and p.valid_from <= now() and coalesce(p.valid_to, 'infinity') > now())"
    " from account a join unit u on u.id = a.unit_id where "
)
SESSION = (
    "select id, account_id, generation, refresh_hash, nonce, rotated_at, expires_at, ended_at"
    " from session where id = $1"
)
ROTATE = (
    "update session set generation = generation + 1, refresh_hash = $4, nonce = $5, rotated_at = $6"
    " where id = $1 and generation = $2 and refresh_hash = $3 and ended_at is null and expires_at > $6"
    " and exists (select from account a where a.id = account_id and a.state = 'active') returning id"
)
THROTTLE = (
    "insert into sign_in_throttle (key, failures, updated_at) values ($1, 1, $2) on conflict (key) do update"
    " set failures = case when sign_in_throttle.updated_at < $2 - interval '1 day' then 1"
    " else sign_in_throttle.failures + 1 end, updated_at = $2 returning failures"
)


class SessionListed(NamedTuple):
    id: UUID
    started_at: datetime
    rotated_at: datetime
    expires_at: datetime
    label: str | None


class SignIns:
    """Opens transactions on sign-in; each commits what it notes even where it refuses."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool

    @asynccontextmanager
    async def opened(self, request_id: str) -> AsyncIterator[SignIn]:
        async with acquired(self.pool) as connection:
            try:
                await connection.execute("begin; set local role service_auth")
                await connection.execute("select set_config('app.request', $1, true)", request_id)
                try:
                    yield SignIn(connection)
                except Refusal:
                    await connection.execute("commit")
                    raise
                await connection.execute("commit")
            finally:
                if not lost(connection) and connection.is_in_transaction():
                    await connection.execute("rollback")


class SignIn:
    """One transaction."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def by_name(self, user_name: str) -> AccountCredentials | None:
        row = await self.connection.fetchrow(CREDENTIALS + "a.user_name = $1", user_name)
        return AccountCredentials(*row) if row else None

    async def by_id(self, id: UUID) -> AccountCredentials | None:
        row = await self.connection.fetchrow(CREDENTIALS + "a.id = $1", id)
        return AccountCredentials(*row) if row else None

    async def delay(self, keys: tuple[bytes, ...], now: datetime) -> float:
        """Seconds still to wait, for the name or the address."""
        until = await self.connection.fetchval(
            "select max(blocked_until) from sign_in_throttle where key = any($1::bytea[])", list(keys)
        )
        return 0.0 if until is None else max(0.0, (until - now).total_seconds())

    async def failed(self, keys: tuple[bytes, ...], now: datetime) -> None:
        for key, free in zip(keys, (FREE_TRIES, FREE_TRIES_OF_AN_ADDRESS), strict=True):
            failures = await self.connection.fetchval(THROTTLE, key, now)
            await self.connection.execute(
                "update sign_in_throttle set blocked_until = $2 where key = $1", key, now + delay_after(failures, free)
            )

    async def succeeded(self, account_id: UUID, key: bytes, now: datetime) -> None:
        await self.connection.execute("delete from sign_in_throttle where key = $1", key)
        await self.connection.execute("update account set last_sign_in_at = $2 where id = $1", account_id, now)

    async def set_password(self, account_id: UUID, hashed: str, *, activate: bool) -> None:
        also = ", state = 'active', activation_hash = null, activation_until = null" if activate else ""
        await self.connection.execute(f"update account set password_hash = $2{also} where id = $1", account_id, hashed)

    async def start(
        self, id: UUID, account_id: UUID, refresh_hash: bytes, expires_at: datetime, label: str | None
    ) -> None:
        await self.connection.execute(
            "insert into session (id, account_id, refresh_hash, expires_at, label) values ($1, $2, $3, $4, $5)",
            id,
            account_id,
            refresh_hash,
            expires_at,
            label,
        )

    async def session(self, id: UUID) -> SessionKnown | None:
        row = await self.connection.fetchrow(SESSION, id)
        return SessionKnown(*row) if row else None

    async def sessions(self, account_id: UUID, now: datetime) -> list[SessionListed]:
        rows = await self.connection.fetch(
            "select id, started_at, rotated_at, expires_at, label from session where account_id = $1"
            " and ended_at is null and expires_at > $2 order by started_at desc limit 200",
            account_id,
            now,
        )
        return [SessionListed(*row) for row in rows]

    async def rotate(self, id: UUID, generation: int, spent: bytes, fresh: bytes, nonce: str, now: datetime) -> bool:
        """One statement: of many at once exactly one finds the spent hash."""
        return await self.connection.fetchval(ROTATE, id, generation, spent, fresh, nonce, now) is not None

    async def end(self, id: UUID, account_id: UUID, reason: str, now: datetime) -> bool:
        ended = await self.connection.fetchval(
            "update session set ended_at = $4, end_reason = $3 where id = $1 and account_id = $2 and ended_at is null"
            " returning id",
            id,
            account_id,
            reason,
            now,
        )
        return ended is not None

    async def end_all(self, account_id: UUID, reason: str, now: datetime, *, but: UUID | None = None) -> None:
        await self.connection.execute(
            "update session set ended_at = $3, end_reason = $2 where account_id = $1 and ended_at is null"
            " and id is distinct from $4",
            account_id,
            reason,
            now,
            but,
        )

    async def note(self, account_id: UUID | None, act: str, outcome: str) -> None:
        """A journal row about signing in; the account is set for this transaction so that the policy agrees."""
        await self.connection.execute("select set_config('app.account', $1, true)", str(account_id or ""))
        await self.connection.execute(
            "insert into journal_entry (act, noun, outcome, unit_no, unit_id)"
            " select $1, 'session', $2, a.unit_no, a.unit_id from (select $3::uuid as id) x"
            " left join account a on a.id = x.id",
            act,
            outcome,
            account_id,
        )
