"""Review rounds, requests to centres and the persons, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field
from strawberry.scalars import JSON

from api.asking import PageQuery
from api.schemas.base import Given, Shape, worded
from api.schemas.persons import Number, PersonFacts, Text
from api.schemas.units import Unit
from domain.course.noun import CourseKind, OrderKind
from domain.person.model import BirthPrecision, Gender
from domain.review import model
from domain.review.noun import RequestState, ReviewOutcome, RoundState

worded(RoundState, RequestState, ReviewOutcome)


class ReviewedPersonFacts(Shape):
    """One person of a round, with one outcome."""

    version: int | None = None
    round_id: UUID | None = None
    request_id: UUID | None = None
    """Which centre named the person; null where the commune did."""
    unit_id: UUID | None = None
    recorded_at: dt.datetime | None = None
    person_id: UUID | None = None
    """On the register, once the outcome opened a case."""
    full_name: str | None = None
    gender: Gender | None = None
    born_on: dt.date | None = None
    born_precision: BirthPrecision | None = None
    id_number: str | None = None
    """Personal id: in clear only on a single resource, for those who may; else the last digits."""
    address: str | None = None
    treatment: CourseKind | None = None
    order_kind: OrderKind | None = None
    completes_on: dt.date | None = None
    outcome: ReviewOutcome | None = None
    reason: str | None = None
    decided_at: dt.datetime | None = None
    notice_id: UUID | None = None
    case_id: UUID | None = None
    transitions: JSON | None = None
    consequences: JSON | None = None


class ReviewedPerson(ReviewedPersonFacts):
    unit: Unit | None = None
    person: PersonFacts | None = None


class ReviewRequestFacts(Shape):
    """What one centre or clinic was asked."""

    version: int | None = None
    round_id: UUID | None = None
    unit_id: UUID | None = None
    """The commune that asks."""
    asked_unit_id: UUID | None = None
    recorded_at: dt.datetime | None = None
    state: RequestState | None = None
    period_from: dt.date | None = None
    period_to: dt.date | None = None
    due_on: dt.date | None = None
    answered_at: dt.datetime | None = None


class ReviewRequest(ReviewRequestFacts):
    unit: Unit | None = None
    asked_unit: Unit | None = None
    entries: list[ReviewedPerson] | None = None


class ReviewRoundFacts(Shape):
    """A commune asks who is coming home or finishing in a period. It closes when every person has an outcome."""

    version: int | None = None
    unit_id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None
    recorded_at: dt.datetime | None = None
    state: RoundState | None = None
    period_from: dt.date | None = None
    period_to: dt.date | None = None
    due_on: dt.date | None = None
    reason: str | None = None
    closed_at: dt.datetime | None = None
    units_asked: int | None = None
    units_answered: int | None = None
    persons: int | None = None
    persons_unanswered: int | None = None
    persons_opening_a_case: int | None = None
    persons_not_ours: int | None = None
    persons_unknown: int | None = None
    transitions: JSON | None = None
    consequences: JSON | None = None


class ReviewRound(ReviewRoundFacts):
    unit: Unit | None = None
    requests: list[ReviewRequest] | None = None
    entries: list[ReviewedPerson] | None = None


@strawberry.pydantic.input
class ReviewRoundFilter(BaseModel):
    """Which rounds."""

    model_config = ConfigDict(extra="forbid")
    unit_id: UUID | None = None
    state: RoundState | None = None
    due_before: dt.date | None = None


class ReviewRoundQuery(PageQuery, ReviewRoundFilter):
    """The list of rounds, newest first."""


@strawberry.pydantic.input
class ReviewRequestFilter(BaseModel):
    """Which requests."""

    model_config = ConfigDict(extra="forbid")
    round_id: UUID | None = None
    asked_unit_id: UUID | None = None
    state: RequestState | None = None


class ReviewRequestQuery(PageQuery, ReviewRequestFilter):
    """The list of requests, newest first: for a centre, what it is asked."""


@strawberry.pydantic.input
class ReviewedPersonFilter(BaseModel):
    """Which persons of rounds."""

    model_config = ConfigDict(extra="forbid")
    round_id: UUID | None = None
    request_id: UUID | None = None
    outcome: ReviewOutcome | None = None


class ReviewedPersonQuery(PageQuery, ReviewedPersonFilter):
    """The list of persons of rounds, newest first."""


@strawberry.pydantic.input
class NewReviewRound(Given):
    """Whom to ask, about which period, by when."""

    COMMAND: ClassVar = model.NewRound
    id: UUID | None = None
    unit_id: UUID | None = None
    """The asking commune; the caller's own when left out."""
    period_from: dt.date
    period_to: dt.date
    due_on: dt.date
    asked_unit_ids: Annotated[list[UUID], Field(max_length=50)] = Field(default_factory=list)
    """Rehab centres and methadone clinics."""
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class NewReviewedPerson(Given):
    """A person who comes home or finishes in the period."""

    COMMAND: ClassVar = model.NewEntry
    full_name: Text
    gender: Gender | None = None
    born_on: dt.date | None = None
    born_precision: BirthPrecision | None = None
    id_number: Number | None = None
    address: Text | None = None
    treatment: CourseKind
    order_kind: OrderKind | None = None
    completes_on: dt.date
    notice_id: UUID | None = None


@strawberry.pydantic.input
class ReviewAnswer(Given):
    """A centre's answer: the persons; an empty list says that there is nobody."""

    COMMAND: ClassVar = model.AnswerRequest
    persons: Annotated[list[NewReviewedPerson], Field(max_length=200)]


@strawberry.pydantic.input
class ReviewAddition(Given):
    """Persons the commune knows of itself."""

    COMMAND: ClassVar = model.AddEntries
    persons: Annotated[list[NewReviewedPerson], Field(min_length=1, max_length=200)]


@strawberry.pydantic.input
class ReviewRoundMove(Given):
    """Closes a round (409 tells how many persons have no outcome yet), withdraws it, or opens it again."""

    COMMAND: ClassVar = model.MoveRound
    to: RoundState
    reason: Text | None = None


@strawberry.pydantic.input
class ReviewedPersonMove(Given):
    """The outcome of one person."""

    COMMAND: ClassVar = model.MoveEntry
    to: ReviewOutcome
    reason: Text | None = None
    person_id: UUID | None = None
    """With `opens_case`: whom you found on the register; left out, the personal id finds them or they are added."""
    case_id: UUID | None = None
    """With `opens_case`: the person's open case, instead of a new one."""
