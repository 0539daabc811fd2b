"""Commands and words of the management decision: pure, no clock, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.case.model import Document


class DecisionState(StrEnum):
    DRAFTED = "drafted"
    SIGNED = "signed"
    DELIVERED = "delivered"
    SUPERSEDED = "superseded"
    CORRECTED = "corrected"
    ANNULLED = "annulled"
    WITHDRAWN = "withdrawn"


class Recipient(StrEnum):
    """Who receives a decision or its copy, in the words of the rule `decision.recipients`."""

    PERSON_OR_REPRESENTATIVE = "person_or_representative"
    COMMUNE_POLICE_HEAD = "commune_police_head"
    LABOUR_OFFICER = "labour_officer"
    REHAB_CENTRE = "rehab_centre"
    ASSIGNED_SUPPORTERS = "assigned_supporters"


IN_FORCE = frozenset({"signed", "delivered", "corrected"})


@dataclass(frozen=True)
class NewDecision:
    """A draft. `stated_*` are the dates typed on the paper; `decided_months` what a district decided before 2022."""

    case_id: UUID
    id: UUID | None = None
    issuer_id: UUID | None = None
    number: str | None = None
    symbol: str | None = None
    decided_on: date | None = None
    decided_months: int | None = None
    signer_name: str | None = None
    signer_title: str | None = None
    stated_from: date | None = None
    stated_to: date | None = None
    late_reason: str | None = None
    measures: str | None = None
    responsible: str | None = None
    family_representative: str | None = None
    tasks: str | None = None
    replaces_id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class AmendDecision:
    """A merge patch of a draft."""

    id: UUID
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NewDelivery:
    """Who was given the decision or its copy; to the person with minutes (form 23)."""

    recipient: str
    received_at: datetime
    decision_id: UUID | None = None
    received_by: str | None = None
    handed_by: str | None = None
    minutes_number: str | None = None
    minutes_on: date | None = None
    id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class Correction:
    """What a correction document puts right."""

    stated_from: date | None = None
    stated_to: date | None = None
    signer_title: str | None = None
    responsible: str | None = None
    family_representative: str | None = None
    tasks: str | None = None


@dataclass(frozen=True)
class MoveDecision:
    """One move of the life cycle; which of the rest it needs stands in its `requires`."""

    id: UUID
    to: str
    reason: str | None = None
    document: Document | None = None
    delivery: NewDelivery | None = None
    correction: Correction | None = None


@dataclass(frozen=True)
class NewAdjustment:
    """Days that do not count, or the taking back of an entry; each with its document."""

    decision_id: UUID
    kind: str
    document: Document
    first_day: date | None = None
    last_day: date | None = None
    ground: str | None = None
    reading: str | None = None
    reverses: UUID | None = None
    id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class SettleAdjustment:
    """The last day of an entry that lasted, or the reading chosen for it; both once, with a document."""

    id: UUID
    document: Document
    last_day: date | None = None
    reading: str | None = None
