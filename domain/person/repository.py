"""What the rules of the register ask of storage. Every read demands a scope."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.reading import Scope
from domain.units.seat import Seat


class PersonKnown(NamedTuple):
    """What rules need of a person on file."""

    id: UUID
    unit_no: int
    made_unit_no: int
    full_name: str
    born_on: date | None
    born_precision: str | None
    gender: str | None
    voided: bool


class FactKnown(NamedTuple):
    """What rules need of a dated fact on file."""

    id: UUID
    person_id: UUID
    kind: str | None
    valid_from: date | None
    valid_to: date | None
    status: str | None


class PersonRepository(Protocol):
    async def person(self, id: UUID, *, within: Scope) -> PersonKnown | None: ...
    async def fact(self, noun: str, id: UUID, *, within: Scope) -> FactKnown | None: ...
    async def number_of(self, id: UUID, *, within: Scope) -> str: ...
    async def add(self, id: UUID, facts: Mapping[str, Any], seat: Seat) -> None: ...
    async def add_fact(self, noun: str, id: UUID, person: PersonKnown, facts: Mapping[str, Any]) -> None: ...
    async def amend(self, noun: str, id: UUID, changes: Mapping[str, Any]) -> None: ...
    async def has_active_id(self, person_id: UUID, *, within: Scope) -> bool: ...
