"""What the rules of hand-over ask of storage. `move` runs in a role of its own: officers cannot move a row out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.reading import Scope
from domain.units.seat import Seat


class HandoverKnown(NamedTuple):
    id: UUID
    kind: str
    state: str
    person_id: UUID | None
    asked_no: int
    asking_no: int
    asking_unit_id: UUID
    asked_unit_id: UUID
    due_at: datetime
    rule: str


class Holding(NamedTuple):
    """Who holds a person today."""

    person_id: UUID
    unit_id: UUID
    unit_no: int
    name: str


class HandoverWaiting(NamedTuple):
    """A hand-over that still waits for its answer."""

    id: UUID
    person_id: UUID | None
    asked_no: int
    above_no: int
    left_at: datetime | None
    left_on: date | None
    told_at: datetime
    due_at: datetime
    rule: str


class HandoverRepository(Protocol):
    async def handover(self, id: UUID, *, within: Scope) -> HandoverKnown | None: ...
    async def open_of(self, person_id: UUID) -> bool: ...
    async def holder_of(self, national_id: str) -> Holding | None: ...
    async def unanswered(self, now: datetime, *, within: Scope) -> Sequence[HandoverWaiting]: ...
    async def open_ones(self, *, within: Scope) -> Sequence[HandoverWaiting]: ...
    async def asked_today(self) -> int: ...
    async def add(self, id: UUID, facts: Mapping[str, Any], asked: Seat, asking: Seat) -> None: ...
    async def amend(self, id: UUID, changes: Mapping[str, Any]) -> None: ...
    async def move(self, person_id: UUID, expected_no: int, to: Seat, at: datetime) -> Sequence[Mapping[str, Any]]:
        """Move responsibility, the person, all facts and words in this transaction; the open deadlines after it.

        Raises `person_moved` when somebody else moved the person first.
        """
        ...
