"""Management decisions, the ledger of their term, and deliveries, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field
from strawberry.scalars import JSON

from api.asking import PageQuery
from api.civil import Instant
from api.schemas import cases
from api.schemas.base import Given, Patch, Shape, worded
from api.schemas.cases import DocumentBody, LongText, ManagementCase, OfCase, Text
from api.schemas.units import Unit
from domain.decision import model
from domain.decision.model import DecisionState, Recipient
from domain.law.ledger import AdjustmentKind, Reading

worded(DecisionState, Recipient, AdjustmentKind)

Number = Annotated[str, Field(max_length=100)]


class DecisionAdjustment(OfCase):
    """An entry of the ledger: days that do not count, or the taking back of an entry. Never deleted."""

    decision_id: UUID | None = None
    place: int | None = None
    """Order in the ledger of the case."""
    kind: AdjustmentKind | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    """Null while it lasts."""
    reading: Reading | None = None
    """Null until the officer chose."""
    reverses: UUID | None = None
    document: JSON | None = None
    closing_document: JSON | None = None
    explanations: JSON | None = None
    ground: str | None = None


class DecisionDelivery(OfCase):
    """Who was given the decision or its copy, when."""

    decision_id: UUID | None = None
    recipient: Recipient | None = None
    received_by: str | None = None
    received_at: dt.datetime | None = None
    handed_by: str | None = None
    minutes_number: str | None = None
    minutes_on: dt.date | None = None
    form: str | None = None
    timely: bool | None = None
    """Whether the person had it inside the window of the law; null where the law had none."""


class ManagementDecisionFacts(OfCase):
    """A management decision: drafted by one, signed by another, frozen by its hash."""

    unit_id: UUID | None = None
    """The unit responsible today."""
    state: DecisionState | None = None
    issuer_id: UUID | None = None
    """The unit whose chair decided: a commune; before 2022 a district."""
    number: str | None = None
    symbol: str | None = None
    decided_on: dt.date | None = None
    signer_name: str | None = None
    signer_title: str | None = None
    drafted_by: UUID | None = None
    signed_by: UUID | None = None
    signed_at: dt.datetime | None = None
    content: JSON | None = None
    """The printed facts, frozen at signing."""
    content_hash: str | None = None
    """SHA-256 of `content` as canonical JSON: sorted names, no spaces, UTF-8."""
    months: int | None = None
    rule: str | None = None
    """`id@version` of the rule the term came from."""
    start_on: dt.date | None = None
    nominal_end_on: dt.date | None = None
    """By rule."""
    stated_from: dt.date | None = None
    stated_to: dt.date | None = None
    """Typed on the signed paper: it holds, a difference is a warning."""
    end_on: dt.date | None = None
    """The end that holds before the ledger."""
    effective_end_on: dt.date | None = None
    """`end_on` and the days of the ledger; the last day inside."""
    proposed_ends: JSON | None = None
    """`{clock_stops, clock_runs}`: both readings while an interruption is undecided."""
    undecided: JSON | None = None
    """Ids of interruptions whose reading was not chosen yet."""
    provisional: bool | None = None
    warnings: JSON | None = None
    explanations: JSON | None = None
    """Why each date is what it is: `[{of, value, rule, steps, sentence: {vi, en}}]`."""
    measures: str | None = None
    responsible: str | None = None
    family_representative: str | None = None
    tasks: str | None = None
    recipients: JSON | None = None
    """Who is sent it, by the rule of its day."""
    delivered_at: dt.datetime | None = None
    replaces_id: UUID | None = None
    history: JSON | None = None
    """Every move, with the content it had."""
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`."""
    consequences: JSON | None = None
    """Only in the answer of an act, also of one only checked: what it brings."""


class ManagementDecision(ManagementDecisionFacts):
    unit: Unit | None = None
    issuer: Unit | None = None
    case: ManagementCase | None = None
    adjustments: list[DecisionAdjustment] | None = None
    deliveries: list[DecisionDelivery] | None = None
    replaces: ManagementDecision | None = None


class DecisionExplanation(Shape):
    """Why each date of a decision is what it is."""

    explanations: JSON | None = None
    warnings: JSON | None = None
    proposed_ends: JSON | None = None
    rule: str | None = None


@strawberry.pydantic.input
class ManagementDecisionFilter(BaseModel):
    """Which decisions."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    unit_id: UUID | None = None
    person_id: UUID | None = None
    case_id: UUID | None = None
    state: DecisionState | None = None
    issuer_id: UUID | None = None
    year: Annotated[int | None, Field(ge=1990, le=2200)] = None
    number: Annotated[str | None, Field(max_length=60)] = None
    decided_from: dt.date | None = None
    decided_to: dt.date | None = None
    ends_before: dt.date | None = None
    """By effective end."""


class ManagementDecisionQuery(PageQuery, ManagementDecisionFilter):
    """The list of decisions, newest first."""


@strawberry.pydantic.input
class NewManagementDecision(Given):
    """A draft. With `replaces_id` it replaces the decision in force when it is signed."""

    COMMAND: ClassVar = model.NewDecision
    id: UUID | None = None
    case_id: UUID
    issuer_id: UUID | None = None
    """When left out, the unit of the case as it was on that day (before 2022 its district), where that was one."""
    number: Number | None = None
    symbol: Number | None = None
    decided_on: dt.date | None = None
    decided_months: Annotated[int | None, Field(ge=1, le=60)] = None
    """Months a district decided case by case before 2022."""
    signer_name: Text | None = None
    signer_title: Text | None = None
    stated_from: dt.date | None = None
    stated_to: dt.date | None = None
    late_reason: Text | None = None
    """Why a decision comes after the end of its term."""
    measures: LongText | None = None
    responsible: Text | None = None
    family_representative: Text | None = None
    tasks: LongText | None = None
    replaces_id: UUID | None = None
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class ManagementDecisionPatch(Patch):
    """A change of a draft."""

    COMMAND: ClassVar = model.AmendDecision
    issuer_id: UUID | None = None
    number: Number | None = None
    symbol: Number | None = None
    decided_on: dt.date | None = None
    decided_months: Annotated[int | None, Field(ge=1, le=60)] = None
    signer_name: Text | None = None
    signer_title: Text | None = None
    stated_from: dt.date | None = None
    stated_to: dt.date | None = None
    late_reason: Text | None = None
    measures: LongText | None = None
    responsible: Text | None = None
    family_representative: Text | None = None
    tasks: LongText | None = None


@strawberry.pydantic.input
class NewDelivery(Given):
    """Who was given the decision or its copy; to the person with minutes (form 23)."""

    COMMAND: ClassVar = model.NewDelivery
    id: UUID | None = None
    recipient: Recipient = Recipient.PERSON_OR_REPRESENTATIVE
    received_at: Instant
    received_by: Text | None = None
    handed_by: Text | None = None
    minutes_number: Number | None = None
    minutes_on: dt.date | None = None
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class CorrectionBody(Given):
    """What a correction document puts right."""

    COMMAND: ClassVar = model.Correction
    stated_from: dt.date | None = None
    stated_to: dt.date | None = None
    signer_title: Text | None = None
    responsible: Text | None = None
    family_representative: Text | None = None
    tasks: LongText | None = None


@strawberry.pydantic.input
class DecisionMove(Given):
    """A move of a decision; `transitions` of the decision says what each needs."""

    COMMAND: ClassVar = model.MoveDecision
    to: DecisionState
    reason: Text | None = None
    document: DocumentBody | None = None
    delivery: NewDelivery | None = None
    correction: CorrectionBody | None = None


@strawberry.pydantic.input
class NewAdjustment(Given):
    """An entry of the ledger, with its document."""

    COMMAND: ClassVar = model.NewAdjustment
    id: UUID | None = None
    kind: AdjustmentKind
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    ground: Annotated[str | None, Field(max_length=60)] = None
    reading: Reading | None = None
    reverses: UUID | None = None
    document: DocumentBody
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class AdjustmentSettlement(Given):
    """The last day of an entry that lasted, or the reading chosen for it; each once."""

    COMMAND: ClassVar = model.SettleAdjustment
    last_day: dt.date | None = None
    reading: Reading | None = None
    document: DocumentBody


cases.ManagementCase.model_rebuild(_types_namespace={"ManagementDecision": ManagementDecision})
