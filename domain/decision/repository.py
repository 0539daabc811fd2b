"""What the rules of decisions ask of storage. Every read demands a scope."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.law.ledger import Adjustment
from domain.reading import Scope


class DecisionKnown(NamedTuple):
    """What rules need of a decision on file; the row is locked until the act ends."""

    id: UUID
    case_id: UUID
    person_id: UUID
    unit_no: int
    state: str
    issuer_id: UUID
    number: str | None
    symbol: str | None
    decided_on: date | None
    decided_months: int | None
    signer_name: str | None
    signer_title: str | None
    drafted_by: UUID
    stated_from: date | None
    stated_to: date | None
    late_reason: str | None
    measures: str | None
    responsible: str | None
    family_representative: str | None
    tasks: str | None
    replaces_id: UUID | None
    pathway: str
    completed_on: date
    months: int
    rule: str
    start_on: date
    nominal_end_on: date
    end_on: date
    content_hash: str | None
    content: Any
    explanations: Any
    recipients: Any
    history: Any


class EntryKnown(NamedTuple):
    """An entry of the ledger with the decision it was made under."""

    id: UUID
    decision_id: UUID
    case_id: UUID
    last_day: date | None
    reading: str | None
    kind: str


class PersonNamed(NamedTuple):
    """What a decision says of the person (D116 Art 78(2); D163 Art 134(2))."""

    full_name: str
    born_on: date | None
    gender: str | None
    occupation: str | None


class DecisionRepository(Protocol):
    async def decision(self, id: UUID, *, within: Scope) -> DecisionKnown | None: ...
    async def person_named(self, id: UUID, *, within: Scope) -> PersonNamed | None: ...
    async def entries(self, case_id: UUID, *, within: Scope) -> tuple[Adjustment, ...]: ...
    async def entry(self, id: UUID, *, within: Scope) -> EntryKnown | None: ...
