"""Discharge notices, their stretches and amendments, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from strawberry.scalars import JSON

import api.schemas.courses  # noqa: F401 - its words are told to GraphQL before they are used here
from api.asking import OneQuery, PageQuery
from api.civil import Instant
from api.schemas.base import Given, Patch, Shape, worded
from api.schemas.bulk import BulkOutcome
from api.schemas.notice_papers import NoticeAttachmentFacts, TrainingCertificateFacts
from api.schemas.persons import Number, PersonFacts, Text
from api.schemas.units import Unit
from domain.course.noun import CourseKind, OrderKind
from domain.notice import delivering, model
from domain.notice.bulk import MOST_NOTICES
from domain.notice.noun import NoticeKind, NoticeState
from domain.person.identity import IdentityKind
from domain.person.model import Amend, BirthPrecision, Gender

worded(NoticeKind, NoticeState, CourseKind, OrderKind, IdentityKind, BirthPrecision, Gender)


class DischargeNoticeFacts(Shape):
    """That a person is about to complete treatment (Form 51 of D163 and its kin)."""

    version: int | None = None
    """Send it as If-Match (`"3"`) on the next change."""
    unit_id: UUID | None = None
    """The commune it lies with."""
    sender_unit_id: UUID | None = None
    """The centre, clinic or commune that made it."""
    source: str | None = None
    source_ref: str | None = None
    """The sender's own number: sent again with the same content, it is the same notice."""
    recorded_at: dt.datetime | None = None
    person_id: UUID | None = None
    """On the register, once accepted."""
    case_id: UUID | None = None
    kind: NoticeKind | None = None
    treatment: CourseKind | None = None
    order_kind: OrderKind | None = None
    state: NoticeState | None = None
    started_on: dt.date | None = None
    completes_on: dt.date | None = None
    told_at: dt.datetime | None = None
    """When it was first sent."""
    received_at: dt.datetime | None = None
    """When the present receiver received it."""
    clock_started_at: dt.datetime | None = None
    """The first receipt by any commune: sending on does not start the clock anew."""
    due_at: dt.datetime | None = None
    """By when it must be answered; visible to both sides."""
    clocks: JSON | None = None
    """`{lead?, answer?}`, each `{due_at, due_on, rule, skipped, explanation}`; and `alarm: {since}` for as long as
    both sides are alarmed: treatment ends within hours, or has ended, and no decision is in force."""
    lead_due_on: dt.date | None = None
    """By when it had to be sent: 15 days before (compulsory, to 2026-06-30), 30 days before (all, from 2026-07-01)."""
    warnings: list[str] | None = None
    """`sent_late`, and what is doubtful in the personal number."""
    reason: str | None = None
    """Why it was returned, misrouted or cancelled."""
    changed_at: dt.datetime | None = None
    """The last amendment or cancellation after it was sent."""
    change_seen_at: dt.datetime | None = None
    decision_number: str | None = None
    """Of the treatment decision."""
    decision_on: dt.date | None = None
    management_decision: str | None = None
    """Number of the management decision issued on it."""
    decision_issued_at: dt.datetime | None = None
    full_name: str | None = None
    aliases: list[str] | None = None
    gender: Gender | None = None
    born_on: dt.date | None = None
    born_precision: BirthPrecision | None = None
    native_place: str | None = None
    id_kind: IdentityKind | None = None
    id_number: str | None = None
    """In clear only on a single resource, for those who may; else the last digits."""
    id_issued_on: dt.date | None = None
    id_issued_by: str | None = None
    phone: str | None = None
    permanent_address: str | None = None
    current_address: str | None = None
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`."""
    consequences: JSON | None = None
    """What this act brought (or, with validate-only, would bring); null in every other answer."""


class NoticeRoutingFacts(Shape):
    """With which commune a notice lay, from–to. An old receiver keeps its own stretch."""

    version: int | None = None
    notice_id: UUID | None = None
    unit_id: UUID | None = None
    sender_unit_id: UUID | None = None
    from_at: dt.datetime | None = None
    received_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    """As counted from this receiver's own receipt."""
    to_at: dt.datetime | None = None
    """Null while it lies there."""
    reason: str | None = None
    sent_on_to: UUID | None = None
    name_then: str | None = None


class NoticeRouting(NoticeRoutingFacts):
    unit: Unit | None = None
    receiver_after: Unit | None = None


class NoticeAmendment(Shape):
    """What changed in a notice and why."""

    notice_id: UUID | None = None
    place: int | None = None
    """1, 2, 3 …"""
    recorded_at: dt.datetime | None = None
    state_then: NoticeState | None = None
    reason: str | None = None
    changes: JSON | None = None
    """`[{field, was, now}]`; numbers by their last digits alone."""


class DischargeNotice(DischargeNoticeFacts):
    unit: Unit | None = None
    sender_unit: Unit | None = None
    person: PersonFacts | None = None
    routings: list[NoticeRouting] | None = None
    amendments: list[NoticeAmendment] | None = None
    attachments: list[NoticeAttachmentFacts] | None = None
    certificates: list[TrainingCertificateFacts] | None = None


@strawberry.pydantic.input
class DischargeNoticeFilter(BaseModel):
    """Which notices."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    unit_id: UUID | None = None
    sender_unit_id: UUID | None = None
    person_id: UUID | None = None
    state: NoticeState | None = None
    kind: NoticeKind | None = None
    treatment: CourseKind | None = None
    completes_from: dt.date | None = None
    completes_before: dt.date | None = None
    overdue: bool | None = None
    """Not answered and past its time."""
    changed: bool | None = None
    """With an amendment or cancellation that nobody has seen."""
    alarmed: bool | None = None
    """Treatment about to end, or over, and no decision in force."""
    source: Annotated[str | None, Field(max_length=100)] = None
    source_ref: Annotated[str | None, Field(max_length=200)] = None


class DischargeNoticeQuery(PageQuery, DischargeNoticeFilter):
    """The list of notices, newest first."""


@strawberry.pydantic.input
class NoticeRoutingFilter(BaseModel):
    """Which stretches; `ended=true` = what was ours once."""

    model_config = ConfigDict(extra="forbid")
    notice_id: UUID | None = None
    ended: bool | None = None


class NoticeRoutingQuery(PageQuery, NoticeRoutingFilter):
    """The list of stretches, newest first."""


@strawberry.pydantic.input
class NoticeAmendmentFilter(BaseModel):
    """Which amendments."""

    model_config = ConfigDict(extra="forbid")
    notice_id: UUID | None = None


class NoticeAmendmentQuery(PageQuery, NoticeAmendmentFilter):
    """The list of amendments, newest first."""


class NoticeContent(Given):
    """The person block of Form 51 and what it says of the treatment."""

    id: UUID | None = None
    unit_id: UUID
    """The receiving commune (whose police D163 Art 134(1) addresses)."""
    kind: NoticeKind = NoticeKind.FORM_51
    treatment: CourseKind
    order_kind: OrderKind | None = None
    started_on: dt.date | None = None
    completes_on: dt.date
    decision_number: Text | None = None
    decision_on: dt.date | None = None
    full_name: Text
    aliases: Annotated[list[Text], Field(max_length=10)] = Field(default_factory=list)
    gender: Gender | None = None
    born_on: dt.date | None = None
    born_precision: BirthPrecision | None = None
    native_place: Text | None = None
    id_kind: IdentityKind | None = None
    id_number: Number | None = None
    id_issued_on: dt.date | None = None
    id_issued_by: Text | None = None
    phone: Number | None = None
    permanent_address: Text | None = None
    current_address: Text | None = None
    source: Text | None = None
    """The sending unit, when left out."""
    source_ref: Text
    """The sender's own number of this notice."""


@strawberry.pydantic.input
class NewNotice(NoticeContent):
    """A notice to send; the same `source_ref` with the same content is the same notice, other content is refused."""

    COMMAND: ClassVar = model.NewNotice
    draft: bool = False
    """Keep it back; send it by a transition."""


class NoticeBulk(Given):
    """Notices to push at once, each exactly as a single one. A row that is refused leaves the others alone."""

    notices: Annotated[
        list[Any],
        WithJsonSchema(
            {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_NOTICES,
                "items": {"$ref": "#/components/schemas/NewNotice"},
            }
        ),
    ]


class NoticeResult(BaseModel):
    """What became of one row: what the single push would have answered."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    place: int | None = None
    """Of the row in the request, from 0."""
    outcome: BulkOutcome | None = None
    id: UUID | None = None
    version: int | None = None
    state: NoticeState | None = None
    source_ref: str | None = None
    lead_due_on: dt.date | None = None
    """By when it had to be sent."""
    warnings: list[str] | None = None
    code: str | None = None
    """Why it was refused: a code of /v1/problems."""
    errors: JSON | None = None
    """`[{pointer, code}]` inside the row."""


@strawberry.pydantic.input
class RecordedNotice(NoticeContent):
    """A notice that reached the commune on paper or by word of mouth."""

    COMMAND: ClassVar = model.RecordedNotice
    received_at: Instant | None = None
    """Its clock runs from here; now, when left out."""


@strawberry.pydantic.input
class NoticePatch(Patch):
    """An amendment, with its reason: what changed stands beside the notice for ever."""

    COMMAND: ClassVar = Amend
    reason: Text | None = None
    """Required: early release, extension, a corrected address …"""
    treatment: CourseKind | None = None
    order_kind: OrderKind | None = None
    started_on: dt.date | None = None
    completes_on: dt.date | None = None
    decision_number: Text | None = None
    decision_on: dt.date | None = None
    full_name: Text | None = None
    aliases: Annotated[list[Text] | None, Field(max_length=10)] = None
    gender: Gender | None = None
    born_on: dt.date | None = None
    born_precision: BirthPrecision | None = None
    native_place: Text | None = None
    id_kind: IdentityKind | None = None
    id_number: Number | None = None
    id_issued_on: dt.date | None = None
    id_issued_by: Text | None = None
    phone: Number | None = None
    permanent_address: Text | None = None
    current_address: Text | None = None


@strawberry.pydantic.input
class NoticeMove(Given):
    """One move: the sender sends, sends anew and cancels; the receiver receives, accepts, returns or says misrouted."""

    COMMAND: ClassVar = model.MoveNotice
    to: NoticeState
    reason: Text | None = None
    unit_id: UUID | None = None
    """The right commune, when a misrouted notice is sent anew by its sender."""
    person_id: UUID | None = None
    """On acceptance: whom you found on the register; left out, the national id finds them or they are added."""
    case_id: UUID | None = None
    """On acceptance: the person's open case it belongs to, instead of a new one."""


@strawberry.pydantic.input
class DecisionHandedOver(Given):
    """That the decision was given to the person, as the minutes say (form 23)."""

    COMMAND: ClassVar = delivering.HandOver
    received_at: Instant
    minutes_number: Text
    minutes_on: dt.date | None = None
    received_by: Text | None = None
    """The person, or who stood in for them."""
    handed_by: Text | None = None


class MinutesQuery(OneQuery):
    """What the bytes of the body are."""

    notice_id: UUID
    """A notice of one's own, accepted."""
    sha256: Annotated[str, Field(max_length=64)]
    """Of the bytes, in lower-case hex: they are refused when it differs."""
    source: Annotated[str | None, Field(max_length=100)] = None
    source_ref: Annotated[str | None, Field(max_length=200)] = None


@strawberry.pydantic.input
class SendNoticeOn(Given):
    """Sends a notice on to the right commune."""

    COMMAND: ClassVar = model.SendOn
    unit_id: UUID
    reason: Text
