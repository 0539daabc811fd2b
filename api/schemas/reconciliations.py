"""The reconciliation of expected persons with notices, decisions and first contacts, as it travels."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field

from api.asking import PageQuery
from api.schemas.base import Given, Shape, worded
from api.schemas.notices import DischargeNotice
from api.schemas.units import Unit
from domain.course.noun import CourseKind
from domain.reconciliation import use_cases
from domain.reconciliation.states import Age, ReconciliationState

worded(ReconciliationState, Age)


class ReconciliationFacts(Shape):
    """One person on the way home from one sender, in one state: the latest notice, else the entry of a review round."""

    notice_id: UUID | None = None
    reviewed_person_id: UUID | None = None
    """The entry of a review round, where no notice has come."""
    unit_id: UUID | None = None
    """The commune it lies with."""
    sender_unit_id: UUID | None = None
    """The centre, clinic or commune that named the person."""
    source: str | None = None
    source_ref: str | None = None
    """The sender's own number."""
    person_id: UUID | None = None
    full_name: str | None = None
    treatment: CourseKind | None = None
    completes_on: dt.date | None = None
    state: ReconciliationState | None = None
    lost: bool | None = None
    """Home for longer than the days of grace (rule `reconciliation.grace`), and not reached."""
    since_on: dt.date | None = None
    """The day of the last step before the first contact."""
    days_waiting: int | None = None
    """Days since then; null where nobody is waited for any more."""
    age: Age | None = None
    decided_at: dt.datetime | None = None
    """When the management decision in force was signed."""
    delivered_at: dt.datetime | None = None
    first_contact_on: dt.date | None = None
    """For those who see counselling, where it took place in their own unit."""


class Reconciliation(ReconciliationFacts):
    unit: Unit | None = None
    sender_unit: Unit | None = None
    notice: DischargeNotice | None = None


@strawberry.pydantic.input
class ReconciliationFilter(BaseModel):
    """Which persons."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    unit_id: UUID | None = None
    sender_unit_id: UUID | None = None
    state: ReconciliationState | None = None
    lost: bool | None = None
    age: Age | None = None
    treatment: CourseKind | None = None
    completes_from: dt.date | None = None
    completes_before: dt.date | None = None
    source: Annotated[str | None, Field(max_length=100)] = None
    source_ref: Annotated[str | None, Field(max_length=200)] = None


class ReconciliationQuery(PageQuery, ReconciliationFilter):
    """The lines of the reconciliation, the longest waiting first."""


class ReconciliationCount(BaseModel):
    """Persons in one state, and how long nothing has happened to those who are waited for."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    state: ReconciliationState | None = None
    """Null on the line of all."""
    whole: bool | None = None
    """Whether this is the line of all states together."""
    lost: bool | None = None
    persons: int | None = None
    week: int | None = None
    """Up to 7 days without a step."""
    month: int | None = None
    """8 to 30 days."""
    quarter: int | None = None
    """31 to 90 days."""
    longer: int | None = None
    """More than 90 days."""


@strawberry.pydantic.input
class CountedReconciliations(Given):
    """Whom to count; every state is counted, nought too."""

    COMMAND: ClassVar = use_cases.CountReconciliations
    unit_id: UUID | None = None
    sender_unit_id: UUID | None = None
    treatment: CourseKind | None = None
    completes_from: dt.date | None = None
    completes_before: dt.date | None = None
