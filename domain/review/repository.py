"""What the rules of review rounds ask of storage. Every read demands a scope."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.reading import Scope
from domain.units.seat import Seat


class RoundKnown(NamedTuple):
    """A round on file, locked until the act ends."""

    id: UUID
    unit_no: int
    state: str
    due_on: date


class RequestKnown(NamedTuple):
    """What one centre was asked."""

    id: UUID
    round_id: UUID
    unit_no: int
    state: str


class EntryKnown(NamedTuple):
    """A person of a round."""

    id: UUID
    round_id: UUID
    unit_no: int
    unit_id: UUID
    outcome: str
    content: Mapping[str, Any]


class ReviewRepository(Protocol):
    async def round(self, id: UUID, *, within: Scope) -> RoundKnown | None: ...
    async def request(self, id: UUID, *, within: Scope) -> RequestKnown | None: ...
    async def entry(self, id: UUID, *, within: Scope) -> EntryKnown | None: ...
    async def open_entries(self, round_id: UUID, *, within: Scope) -> int: ...
    async def add_round(self, id: UUID, seat: Seat, facts: Mapping[str, Any]) -> None: ...
    async def ask(self, id: UUID, round_id: UUID, asked: Seat) -> None: ...
    async def add_entry(self, id: UUID, of: RoundKnown | RequestKnown, facts: Mapping[str, Any]) -> None: ...
    async def amend(self, noun: str, id: UUID, changes: Mapping[str, Any]) -> None: ...
    async def turn_requests(self, round_id: UUID, *, ended: bool) -> None: ...
