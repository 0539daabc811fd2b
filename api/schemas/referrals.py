"""Referrals and their follow-ups, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import Field
from strawberry.scalars import JSON

from api.schemas.base import worded
from api.schemas.keeping import Moved, NewKept, PersonFactsKept, PersonKeptFilter, Text, patch_of, query_of
from api.schemas.persons import PersonFacts
from api.schemas.units import Unit
from domain.referral.following import FOLLOW_UPS
from domain.referral.noun import (
    AnsweredBy,
    ConsentScope,
    DeclineReason,
    FollowUpResult,
    FollowUpState,
    RecallReason,
    ReferralKind,
    ReferralOutcome,
    ReferralState,
    ServiceQueue,
)
from domain.referral.rules import REFERRALS

worded(
    AnsweredBy,
    ConsentScope,
    DeclineReason,
    FollowUpResult,
    FollowUpState,
    RecallReason,
    ReferralKind,
    ReferralOutcome,
    ReferralState,
    ServiceQueue,
)


class ReferralFacts(PersonFactsKept):
    """A person sent on to a service, with their consent. The unit addressed sees it while it is open."""

    kind: ReferralKind | None = None
    to_unit_id: UUID | None = None
    """The unit addressed; never a person."""
    service: ServiceQueue | None = None
    """The queue of that unit in which it waits."""
    support_model_id: UUID | None = None
    """The model it came through, if any."""
    reason: str | None = None
    consent_on: dt.date | None = None
    consent_scope: list[ConsentScope] | None = None
    """What the person agreed to have passed on."""
    state: ReferralState | None = None
    state_at: dt.datetime | None = None
    transitions: JSON | None = None
    """`[{to, sides, requires?}]`: moves of the `sender` (transitions), of the `receiver` (answers), of the `clock`."""
    sent_at: dt.datetime | None = None
    received_at: dt.datetime | None = None
    answered_at: dt.datetime | None = None
    appointment_on: dt.date | None = None
    attended_on: dt.date | None = None
    service_from: dt.date | None = None
    decline_reason: DeclineReason | None = None
    recall_reason: RecallReason | None = None
    outcome: ReferralOutcome | None = None
    answer_note: str | None = None
    answered_by: AnsweredBy | None = None
    """How the latest answer was told, where nobody signs in for the unit addressed; null: it answered itself."""
    told_on: dt.date | None = None
    due_on: dt.date | None = None
    """Next day on which something must have happened; an open referral always has one."""
    due_rule: str | None = None
    """`id@version` of the rule that sets the day."""
    overdue: bool | None = None
    expires_on: dt.date | None = None
    """Last day of waiting in this state; then it expires."""
    closed_at: dt.datetime | None = None


class ReferralFollowUpFacts(PersonFactsKept):
    """Whether the person keeps to the service they were referred to (adherence)."""

    referral_id: UUID | None = None
    turn: int | None = None
    state: FollowUpState | None = None
    transitions: JSON | None = None
    due_on: dt.date | None = None
    due_rule: str | None = None
    overdue: bool | None = None
    done_on: dt.date | None = None
    result: FollowUpResult | None = None
    reported_at: dt.datetime | None = None
    """When the service itself answered it; null where somebody else found out."""
    report_ref: str | None = None
    """The service's own number of its answer."""


class ReferralFollowUp(ReferralFollowUpFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None
    referral: ReferralFacts | None = None


class Referral(ReferralFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None
    to_unit: Unit | None = None
    follow_ups: list[ReferralFollowUpFacts] | None = None


@strawberry.pydantic.input
class ReferralFilter(PersonKeptFilter):
    """Which referrals."""

    kind: ReferralKind | None = None
    state: ReferralState | None = None
    service: ServiceQueue | None = None
    to_unit_id: UUID | None = None
    support_model_id: UUID | None = None
    open: bool | None = None
    """Those in which something is still to come, or those that have ended."""
    overdue: bool | None = None
    due_before: dt.date | None = None


@strawberry.pydantic.input
class ReferralFollowUpFilter(PersonKeptFilter):
    """Which follow-ups."""

    referral_id: UUID | None = None
    state: FollowUpState | None = None
    overdue: bool | None = None
    due_before: dt.date | None = None


Scope = Annotated[list[ConsentScope], Field(max_length=len(ConsentScope))]


@strawberry.pydantic.input
class NewReferral(NewKept):
    """A referral as a draft; it can be sent once the person has agreed."""

    person_id: UUID
    kind: ReferralKind
    to_unit_id: UUID
    """An organisation that renders services, or the person's own commune."""
    service: ServiceQueue | None = None
    support_model_id: UUID | None = None
    reason: Text | None = None
    consent_on: dt.date | None = None
    consent_scope: Scope | None = None
    """With `identity` at least."""


@strawberry.pydantic.input
class ReferralMove(Moved):
    """A move of the side that refers: send, recall, break off."""

    TO: ClassVar = ReferralState
    to: ReferralState
    recall_reason: RecallReason | None = None
    outcome: ReferralOutcome | None = None


@strawberry.pydantic.input
class ReferralAnswer(Moved):
    """A move of the unit addressed: received, accepted or declined, how it went, how it ended."""

    TO: ClassVar = ReferralState
    to: ReferralState
    decline_reason: DeclineReason | None = None
    appointment_on: dt.date | None = None
    attended_on: dt.date | None = None
    service_from: dt.date | None = None
    outcome: ReferralOutcome | None = None
    answer_note: Text | None = None


@strawberry.pydantic.input
class ReferralToldAnswer(ReferralAnswer):
    """What a unit that nobody signs in for answered by phone, by letter or in person, as the sender heard it."""

    answered_by: AnsweredBy
    told_on: dt.date


@strawberry.pydantic.input
class NewReferralFollowUp(NewKept):
    """A follow-up beside those that an acceptance brings."""

    person_id: UUID
    referral_id: UUID
    due_on: dt.date


@strawberry.pydantic.input
class ReferralFollowUpMove(Moved):
    """Followed up, with the result; or dropped."""

    TO: ClassVar = FollowUpState
    to: FollowUpState
    done_on: dt.date | None = None
    result: FollowUpResult | None = None


ReferralPatch = patch_of("ReferralPatch", NewReferral, REFERRALS.settled)
ReferralQuery = query_of("ReferralQuery", ReferralFilter)
ReferralFollowUpPatch = patch_of("ReferralFollowUpPatch", NewReferralFollowUp, FOLLOW_UPS.settled)
ReferralFollowUpQuery = query_of("ReferralFollowUpQuery", ReferralFollowUpFilter)
