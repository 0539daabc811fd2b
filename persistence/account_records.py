"""Accounts and appointments, written: implements domain.account.repository on one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.account.model import Post
from domain.account.repository import AccountKnown, AppointmentKnown
from domain.acts import Context
from domain.credentials import activation_code, hash_code, hash_secret, secret
from domain.reading import Road, Scope
from domain.units.seat import Seat

CODE_LASTS = timedelta(days=14)


class Accounts:
    def __init__(self, connection: Any, ctx: Context) -> None:
        self.connection = connection
        self.ctx = ctx

    async def account(self, id: UUID, *, within: Scope) -> AccountKnown | None:
        row = await self._known("account", "id, unit_no, kind, state", id, within)
        return AccountKnown(*row) if row else None

    async def appointment(self, id: UUID, *, within: Scope) -> AppointmentKnown | None:
        row = await self._known("appointment", "id, unit_no, valid_from, valid_to", id, within)
        return AppointmentKnown(*row) if row else None

    async def posts(self, id: UUID, *, within: Scope) -> tuple[Post, ...]:
        """Also those that the caller's own road does not show: they count when somebody gets hold of the account."""
        rows = await self.connection.fetch("select * from posts_of($1, $2, $3)", id, within.lo, within.hi)
        return tuple(Post(*row) for row in rows)

    async def _known(self, table: str, columns: str, id: UUID, within: Scope) -> Any:
        wall, bounds = (
            ("true", ()) if within.road is Road.COUNTRY else ("unit_no between $2 and $3", (within.lo, within.hi))
        )
        sql = f"select {columns} from {table} where id = $1 and {wall} for no key update"
        return await self.connection.fetchrow(sql, id, *bounds)

    async def add(self, id: UUID, kind: str, user_name: str, display_name: str, seat: Seat) -> None:
        await self.connection.execute(
            "insert into account (id, kind, user_name, display_name, unit_id, unit_no, recorded_by)"
            " values ($1, $2, $3, $4, $5, $6, $7)",
            id,
            kind,
            user_name,
            display_name,
            seat.id,
            seat.no,
            self.ctx.actor.account_id,
        )

    async def appoint(self, id: UUID, account_id: UUID, role: str, seat: Seat, valid_to: datetime | None) -> None:
        await self.connection.execute(
            "insert into appointment (id, account_id, role, unit_id, unit_no, valid_from, valid_to, given_by)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8)",
            id,
            account_id,
            role,
            seat.id,
            seat.no,
            self.ctx.now,
            valid_to,
            self.ctx.actor.account_id,
        )

    async def end(self, id: UUID, valid_to: datetime) -> None:
        await self.connection.execute(
            "update appointment set valid_to = $2, version = version + 1 where id = $1", id, valid_to
        )

    async def amend(self, id: UUID, changes: Mapping[str, Any]) -> None:
        name = changes.get("display_name")
        await self.connection.execute(
            "update account set display_name = coalesce($2, display_name), version = version + 1 where id = $1",
            id,
            name,
        )

    async def close(self, id: UUID, now: datetime) -> None:
        await self.connection.execute(
            "update account set state = 'closed', closed_at = $2, version = version + 1 where id = $1", id, now
        )
        await self.connection.execute(
            "update appointment set valid_to = greatest($2, valid_from), version = version + 1"
            " where account_id = $1 and coalesce(valid_to, 'infinity') > $2",
            id,
            now,
        )

    async def renew(self, id: UUID, kind: str) -> str:
        code = activation_code() if kind == "person" else secret()
        column, state = ("activation_hash", "invited") if kind == "person" else ("secret_hash", "active")
        await self.connection.execute(
            f"update account set {column} = $2, activation_until = $3, password_hash = null, state = $4,"
            " version = version + 1 where id = $1",
            id,
            hash_code(code) if kind == "person" else hash_secret(code),
            self.ctx.now + CODE_LASTS,
            state,
        )
        return code
