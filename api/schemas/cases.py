"""Post-rehabilitation cases and what hangs on them, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field
from strawberry.scalars import JSON

from api.asking import PageQuery
from api.civil import Instant
from api.schemas.base import Given, Shape, worded
from api.schemas.case_file import Person
from api.schemas.units import Unit
from domain.case import model
from domain.case.model import AssessmentOutcome, CaseState, CaseTrigger, FindingResult, ReasonNotAssessed, TeamRole
from domain.law.ledger import Reading
from domain.law.pathways import Pathway

if TYPE_CHECKING:
    from api.schemas.decisions import ManagementDecision

worded(CaseState, CaseTrigger, Pathway, FindingResult, AssessmentOutcome, ReasonNotAssessed, TeamRole, Reading)

Text = Annotated[str, Field(max_length=1000)]
LongText = Annotated[str, Field(max_length=10_000)]


class OfCase(Shape):
    """What every row about a case carries."""

    version: int | None = None
    """Send it as If-Match (`"3"`) on the next change."""
    person_id: UUID | None = None
    case_id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None
    recorded_at: dt.datetime | None = None


class CaseProposal(OfCase):
    """What the police proposed to the chair (form 52; 50 of the former decree)."""

    number: str | None = None
    proposed_on: dt.date | None = None
    received_on: dt.date | None = None
    proposed_by: str | None = None
    measures: str | None = None
    from_on: dt.date | None = None
    to_on: dt.date | None = None
    form: str | None = None
    """Instrument/appendix/number, for numbers alone collide."""
    answer: str | None = None
    """`sent_back`, or null."""
    answer_reason: str | None = None


class CaseFinding(OfCase):
    """What an authority found: one record, never a series of tests."""

    number: str | None = None
    found_on: dt.date | None = None
    authority: str | None = None
    result: FindingResult | None = None
    next_measure: str | None = None
    """By the law of the day of the finding: `compulsory` or `not_a_ground`."""
    rule: str | None = None
    explanations: JSON | None = None


class SupportTeam(OfCase):
    """The management and support team (form 55): head, deputy, members."""

    number: str | None = None
    decided_on: dt.date | None = None
    members: JSON | None = None
    """`[{name, role, organisation}]`; role is head, deputy or member."""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    form: str | None = None


class CaseAssignment(OfCase):
    """Who is assigned to counsel and support (form 59; 60 after a move)."""

    name: str | None = None
    organisation: str | None = None
    account_id: UUID | None = None
    number: str | None = None
    decided_on: dt.date | None = None
    council_resolution: str | None = None
    """Resolution of the People's Council on pay."""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    form: str | None = None
    consequences: JSON | None = None
    """Who gains or loses sight of the person by this act; null in every other answer."""


class CaseAssessment(OfCase):
    """The look back one year after the end of the term."""

    due_on: dt.date | None = None
    assessed_on: dt.date | None = None
    outcome: AssessmentOutcome | None = None
    reason_not: ReasonNotAssessed | None = None
    in_work: bool | None = None
    finding_id: UUID | None = None
    rule: str | None = None
    explanations: JSON | None = None


class CaseEvent(Shape):
    """One move of a case: when it happened, when it was told, why, on which paper."""

    person_id: UUID | None = None
    case_id: UUID | None = None
    recorded_at: dt.datetime | None = None
    from_state: str | None = None
    to_state: CaseState | None = None
    happened_on: dt.date | None = None
    told_on: dt.date | None = None
    reason: str | None = None
    document: JSON | None = None
    """`{number, dated, authority}`."""
    rule: str | None = None


class ManagementCaseFacts(Shape):
    """A post-rehabilitation case; one open case a person."""

    version: int | None = None
    """Send it as If-Match (`"3"`) on the next change."""
    person_id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None
    recorded_at: dt.datetime | None = None
    unit_id: UUID | None = None
    """The unit responsible today."""
    trigger: CaseTrigger | None = None
    origin_noun: str | None = None
    origin_id: UUID | None = None
    pathway: Pathway | None = None
    completed_on: dt.date | None = None
    """Completion of treatment, done or expected: the term starts on it."""
    completed_at: dt.datetime | None = None
    notice_received_at: dt.datetime | None = None
    self_reported_on: dt.date | None = None
    proposal_received_on: dt.date | None = None
    state: CaseState | None = None
    """A decided case whose first day has come reads `active`."""
    state_since: dt.date | None = None
    ended_on: dt.date | None = None
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`."""
    decision_id: UUID | None = None
    """The decision in force."""
    start_on: dt.date | None = None
    nominal_end_on: dt.date | None = None
    effective_end_on: dt.date | None = None
    """Last day inside the term, with the days of the ledger that do not count."""
    provisional: bool | None = None
    """An entry of the ledger still lasts, so the end moves on."""
    certificate_number: str | None = None
    certificate_on: dt.date | None = None
    certificate_signer: str | None = None
    explanations: JSON | None = None
    """Why each date that is due is what it is: `[{of, value, rule, steps, sentence: {vi, en}}]`."""
    consequences: JSON | None = None
    """Only in the answer of an act, also of one only checked: what it brings."""
    removal_reason: str | None = None
    removal_effect: str | None = None
    end_document: JSON | None = None


class ManagementCase(ManagementCaseFacts):
    unit: Unit | None = None
    person: Person | None = None
    decision: ManagementDecision | None = None
    decisions: list[ManagementDecision] | None = None
    proposals: list[CaseProposal] | None = None
    findings: list[CaseFinding] | None = None
    teams: list[SupportTeam] | None = None
    assignments: list[CaseAssignment] | None = None
    assessments: list[CaseAssessment] | None = None
    events: list[CaseEvent] | None = None


@strawberry.pydantic.input
class ManagementCaseFilter(BaseModel):
    """Which cases."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    unit_id: UUID | None = None
    person_id: UUID | None = None
    state: CaseState | None = None
    open: bool | None = None
    """Open cases, or closed ones."""
    trigger: CaseTrigger | None = None
    pathway: Pathway | None = None
    completed_from: dt.date | None = None
    completed_to: dt.date | None = None
    ends_before: dt.date | None = None
    """By effective end."""


class ManagementCaseQuery(PageQuery, ManagementCaseFilter):
    """The list of cases, newest first."""


@strawberry.pydantic.input
class NewManagementCase(Given):
    """A case to open, from what completed a treatment."""

    COMMAND: ClassVar = model.OpenCase
    id: UUID | None = None
    person_id: UUID
    trigger: CaseTrigger
    origin_noun: Annotated[str | None, Field(max_length=60)] = None
    origin_id: UUID | None = None
    pathway: Pathway
    completed_on: dt.date
    completed_at: Instant | None = None
    notice_received_at: Instant | None = None
    self_reported_on: dt.date | None = None
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class DocumentBody(Given):
    """A paper: number, date, authority."""

    COMMAND: ClassVar = model.Document
    number: Annotated[str, Field(max_length=100)]
    dated: dt.date
    authority: Text


@strawberry.pydantic.input
class ProposalBody(Given):
    """Form 52 (50)."""

    COMMAND: ClassVar = model.NewProposal
    number: Annotated[str, Field(max_length=100)]
    proposed_on: dt.date
    received_on: dt.date
    proposed_by: Text | None = None
    measures: LongText | None = None
    from_on: dt.date | None = None
    to_on: dt.date | None = None


@strawberry.pydantic.input
class CertificateBody(Given):
    """Form 56 (54)."""

    COMMAND: ClassVar = model.Certificate
    number: Annotated[str, Field(max_length=100)]
    issued_on: dt.date
    signer: Text


@strawberry.pydantic.input
class CaseMove(Given):
    """A move of a case; `transitions` of the case says what each needs."""

    COMMAND: ClassVar = model.MoveCase
    to: CaseState
    on: dt.date | None = None
    """The day it happened; the day of the document when left out."""
    reason: Text | None = None
    removal_reason: Annotated[str | None, Field(max_length=60)] = None
    """Code list `removal_reason`; which are in force hangs on the day of the document."""
    document: DocumentBody | None = None
    finding_id: UUID | None = None
    notice_id: UUID | None = None
    """With `annulled`, while nothing is decided: the cancelled notice that opened the case is the ground."""
    reading: Reading | None = None
    """Whether the term stands still or runs on in an interruption."""
    proposal: ProposalBody | None = None
    certificate: CertificateBody | None = None


@strawberry.pydantic.input
class NewFinding(Given):
    """What an authority found."""

    COMMAND: ClassVar = model.NewFinding
    id: UUID | None = None
    number: Annotated[str, Field(max_length=100)]
    found_on: dt.date
    authority: Text
    result: FindingResult
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class TeamMemberBody(Given):
    """One of a team."""

    COMMAND: ClassVar = model.TeamMember
    name: Text
    role: TeamRole
    organisation: Text


@strawberry.pydantic.input
class NewTeam(Given):
    """A support team; the former one ends the day before."""

    COMMAND: ClassVar = model.NewTeam
    id: UUID | None = None
    number: Annotated[str | None, Field(max_length=100)] = None
    decided_on: dt.date
    valid_from: dt.date
    valid_to: dt.date | None = None
    members: Annotated[list[TeamMemberBody], Field(max_length=20)]
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class NewAssignment(Given):
    """An assigned counsellor."""

    COMMAND: ClassVar = model.NewAssignment
    id: UUID | None = None
    name: Text
    organisation: Text | None = None
    account_id: UUID | None = None
    number: Annotated[str | None, Field(max_length=100)] = None
    decided_on: dt.date
    council_resolution: Text | None = None
    valid_from: dt.date
    valid_to: dt.date | None = None
    after_move: bool = False
    """Form 60 instead of 59."""
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class NewAssessment(Given):
    """What the look back came to; a relapse only by a finding on file."""

    COMMAND: ClassVar = model.NewAssessment
    id: UUID | None = None
    outcome: AssessmentOutcome
    assessed_on: dt.date | None = None
    reason_not: ReasonNotAssessed | None = None
    in_work: bool | None = None
    finding_id: UUID | None = None
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class EndBody(Given):
    """The last day of a team or an assignment."""

    COMMAND: ClassVar = model.EndFact
    valid_to: dt.date
