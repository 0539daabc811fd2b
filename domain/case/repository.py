"""What the rules of cases ask of storage. Every read demands a scope."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.reading import Scope


class CaseKnown(NamedTuple):
    """What rules need of a case on file; the row is locked until the act ends."""

    id: UUID
    person_id: UUID
    unit_id: UUID
    unit_no: int
    state: str
    trigger: str
    pathway: str
    completed_on: date
    completed_at: datetime | None
    notice_received_at: datetime | None
    self_reported_on: date | None
    proposal_received_on: date | None
    decision_id: UUID | None
    start_on: date | None
    effective_end_on: date | None
    certificate_on: date | None
    ended_on: date | None
    delivered: bool
    standing_still: bool
    """An entry still lasts that keeps the term from running: its end cannot be said yet."""
    assessed: bool
    born_on: date | None


class FindingKnown(NamedTuple):
    """A finding on file."""

    id: UUID
    case_id: UUID
    number: str
    found_on: date
    authority: str
    result: str


class SupportKnown(NamedTuple):
    """A dated fact of support on file: a team or an assignment."""

    id: UUID
    case_id: UUID
    valid_from: date
    valid_to: date | None


class CaseRepository(Protocol):
    async def case(self, id: UUID, *, within: Scope) -> CaseKnown | None: ...
    async def finding(self, id: UUID, *, within: Scope) -> FindingKnown | None: ...
    async def support(self, noun: str, id: UUID, *, within: Scope) -> SupportKnown | None: ...
    async def open_proposal(self, case_id: UUID, *, within: Scope) -> UUID | None: ...
    async def waiting(self, before: date, *, within: Scope) -> tuple[UUID, ...]: ...
    async def add(self, noun: str, id: UUID, *, person_id: UUID, unit_no: int, facts: Mapping[str, Any]) -> None: ...
    async def amend(self, noun: str, id: UUID, changes: Mapping[str, Any]) -> None: ...
    async def hold_team(self, case_id: UUID, until: date) -> None: ...
