"""Hand-overs, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field
from strawberry.scalars import JSON

from api.asking import PageQuery
from api.civil import Instant
from api.schemas.base import Given, Shape, worded
from api.schemas.units import Unit
from domain.handover import use_cases
from domain.handover.noun import HandoverKind, HandoverState

worded(HandoverKind, HandoverState)
Text = Annotated[str, Field(max_length=1000)]


class HandoverFacts(Shape):
    """A proposed change of responsibility for a person, with its clock and its answer."""

    version: int | None = None
    kind: HandoverKind | None = None
    """`give`: the holder asks another commune to take; `take`: a commune asks the holder to give."""
    state: HandoverState | None = None
    person_id: UUID | None = None
    """Null for who asked by a number, until it is effective."""
    name_told: str | None = None
    asked_unit_id: UUID | None = None
    """The side that answers."""
    asking_unit_id: UUID | None = None
    left_at: dt.datetime | None = None
    """When the person left the old residence, where the hour is known."""
    left_on: dt.date | None = None
    """The day they left."""
    told_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    """By when the answer is due: 5 working days to 2026-06-30, 24 hours from 2026-07-01."""
    rule: str | None = None
    explanation: JSON | None = None
    """From fact to rule to calendar, in Vietnamese and English."""
    deadlines: JSON | None = None
    """What is open for the person after the move, as it stands with the new unit."""
    reason: str | None = None
    answer_reason: str | None = None
    answered_at: dt.datetime | None = None
    effective_at: dt.datetime | None = None
    escalated_at: dt.datetime | None = None
    """When an unanswered one went to the unit above."""
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`: the asked side answers, the asking side (`via=made`) withdraws."""
    consequences: JSON | None = None
    """Only in the answer of an act, also a checked one: who gains and loses access, what becomes due."""
    source: str | None = None
    source_ref: str | None = None
    recorded_at: dt.datetime | None = None


class Handover(HandoverFacts):
    asked_unit: Unit | None = None
    asking_unit: Unit | None = None


@strawberry.pydantic.input
class HandoverFilter(BaseModel):
    """Which hand-overs. Without `via` those that one's unit is asked; `via=made` those it asked."""

    model_config = ConfigDict(extra="forbid")
    state: HandoverState | None = None
    kind: HandoverKind | None = None
    person_id: UUID | None = None
    escalated: bool | None = None


class HandoverQuery(PageQuery, HandoverFilter):
    """The list of hand-overs, newest first."""


@strawberry.pydantic.input
class NewGiving(Given):
    """Hand a person to another commune."""

    COMMAND: ClassVar[Any] = use_cases.GivePerson
    id: UUID | None = None
    person_id: UUID
    unit_id: UUID
    reason: Text
    left_at: Instant | None = None
    """The instant the person left, where it is known: from 2026-07-01 the clock counts 24 hours from it."""
    left_on: dt.date | None = None
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class NewTaking(Given):
    """Ask for a person by the full identity number of the document they showed. The receipt is always the same."""

    COMMAND: ClassVar[Any] = use_cases.TakePerson
    id: UUID | None = None
    national_id: Annotated[str, Field(max_length=40)]
    unit_id: UUID | None = None
    reason: Text
    left_at: Instant | None = None
    left_on: dt.date | None = None
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class HandoverMove(Given):
    """The next state; declining and withdrawing need a reason. Accepting moves responsibility at once."""

    COMMAND: ClassVar[Any] = use_cases.MoveHandover
    to: HandoverState
    reason: Text | None = None
