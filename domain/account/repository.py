"""What the rules on accounts ask of storage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.account.model import Post
from domain.reading import Scope
from domain.units.seat import Seat


class AccountKnown(NamedTuple):
    id: UUID
    unit_no: int
    kind: str
    state: str


class AppointmentKnown(NamedTuple):
    id: UUID
    unit_no: int
    valid_from: datetime
    valid_to: datetime | None


class AccountRepository(Protocol):
    async def account(self, id: UUID, *, within: Scope) -> AccountKnown | None: ...
    async def appointment(self, id: UUID, *, within: Scope) -> AppointmentKnown | None: ...
    async def posts(self, id: UUID, *, within: Scope) -> tuple[Post, ...]:
        """Every appointment of the account in force or to come, wherever it is held."""
        ...

    async def add(self, id: UUID, kind: str, user_name: str, display_name: str, seat: Seat) -> None: ...
    async def appoint(self, id: UUID, account_id: UUID, role: str, seat: Seat, valid_to: datetime | None) -> None: ...
    async def end(self, id: UUID, valid_to: datetime) -> None: ...
    async def amend(self, id: UUID, changes: Mapping[str, Any]) -> None: ...
    async def close(self, id: UUID, now: datetime) -> None: ...
    async def renew(self, id: UUID, kind: str) -> str:
        """A fresh activation code or secret; only its hash is kept."""
        ...
