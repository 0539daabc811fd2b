"""Reintegration plans, steps and reviews, as they travel."""

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
from domain.plan.noun import PlanState, StepOwner, StepState
from domain.plan.rules import PLAN_REVIEWS, PLAN_STEPS, PLANS

worded(PlanState, StepOwner, StepState)

Words = Annotated[str, Field(max_length=4000)]


class ReintegrationPlanFacts(PersonFactsKept):
    """A plan made with the person. An agreed one is not rewritten: a new edition follows it."""

    edition: int | None = None
    supersedes_id: UUID | None = None
    """The edition before."""
    state: PlanState | None = None
    drawn_on: dt.date | None = None
    goals: str | None = None
    wishes: str | None = None
    situation: str | None = None
    resources: str | None = None
    suitable_work: str | None = None
    made_with_person: bool | None = None
    made_with_person_on: dt.date | None = None
    ended_on: dt.date | None = None
    reason: str | None = None
    support_model_id: UUID | None = None
    """The model it came through, or none."""
    history: JSON | None = None
    """Every move with its days."""
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`."""


class PlanStepFacts(PersonFactsKept):
    """A step of a plan: whose it is, and by when."""

    plan_id: UUID | None = None
    what: str | None = None
    owner: StepOwner | None = None
    owner_account_id: UUID | None = None
    owner_name: str | None = None
    due_on: dt.date | None = None
    """A task from the day the plan is agreed."""
    state: StepState | None = None
    done_on: dt.date | None = None
    reason: str | None = None
    carried_from_id: UUID | None = None
    """The step of the edition before, where it was still open."""
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`."""


class PlanReviewFacts(PersonFactsKept):
    """How the plan goes."""

    plan_id: UUID | None = None
    held_on: dt.date | None = None
    with_person: bool | None = None
    findings: str | None = None
    next_on: dt.date | None = None
    """The next review: a task."""


class PlanStep(PlanStepFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None
    plan: ReintegrationPlanFacts | None = None


class PlanReview(PlanReviewFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None
    plan: ReintegrationPlanFacts | None = None


class ReintegrationPlan(ReintegrationPlanFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None
    steps: list[PlanStepFacts] | None = None
    reviews: list[PlanReviewFacts] | None = None
    supersedes: ReintegrationPlanFacts | None = None


@strawberry.pydantic.input
class ReintegrationPlanFilter(PersonKeptFilter):
    """Which plans."""

    state: PlanState | None = None


@strawberry.pydantic.input
class PlanStepFilter(PersonKeptFilter):
    """Which steps."""

    plan_id: UUID | None = None
    state: StepState | None = None
    owner: StepOwner | None = None
    owner_account_id: UUID | None = None
    due_to: dt.date | None = None


@strawberry.pydantic.input
class PlanReviewFilter(PersonKeptFilter):
    """Which reviews."""

    plan_id: UUID | None = None


@strawberry.pydantic.input
class NewReintegrationPlan(NewKept):
    """A draft of a plan. With `supersedes_id` it is the next edition and takes over the steps still open."""

    person_id: UUID
    supersedes_id: UUID | None = None
    drawn_on: dt.date
    goals: Words
    wishes: Words | None = None
    situation: Words | None = None
    resources: Words | None = None
    suitable_work: Words | None = None
    made_with_person: bool = False
    made_with_person_on: dt.date | None = None
    support_model_id: UUID | None = None


@strawberry.pydantic.input
class ReintegrationPlanMove(Moved):
    """Agreed with the person, completed, or withdrawn with a reason."""

    TO: ClassVar = PlanState
    to: PlanState
    made_with_person: bool | None = None
    made_with_person_on: dt.date | None = None
    ended_on: dt.date | None = None
    reason: Text | None = None


@strawberry.pydantic.input
class NewPlanStep(NewKept):
    """A step of a draft."""

    person_id: UUID
    plan_id: UUID
    what: Text
    owner: StepOwner
    owner_account_id: UUID | None = None
    """Of this service; with owner `account` only."""
    owner_name: Text | None = None
    due_on: dt.date


@strawberry.pydantic.input
class PlanStepMove(Moved):
    """Done, dropped with a reason, or open again with one."""

    TO: ClassVar = StepState
    to: StepState
    done_on: dt.date | None = None
    reason: Text | None = None


@strawberry.pydantic.input
class NewPlanReview(NewKept):
    """A review of an agreed plan."""

    person_id: UUID
    plan_id: UUID
    held_on: dt.date
    with_person: bool
    findings: Words
    next_on: dt.date | None = None


ReintegrationPlanPatch = patch_of("ReintegrationPlanPatch", NewReintegrationPlan, PLANS.settled)
ReintegrationPlanQuery = query_of("ReintegrationPlanQuery", ReintegrationPlanFilter)
PlanStepPatch = patch_of("PlanStepPatch", NewPlanStep, PLAN_STEPS.settled)
PlanStepQuery = query_of("PlanStepQuery", PlanStepFilter)
PlanReviewPatch = patch_of("PlanReviewPatch", NewPlanReview, PLAN_REVIEWS.settled)
PlanReviewQuery = query_of("PlanReviewQuery", PlanReviewFilter)
