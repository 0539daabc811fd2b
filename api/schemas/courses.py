"""Courses of treatment and their figures, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field
from strawberry.scalars import JSON

from api.asking import PageQuery
from api.civil import Instant
from api.schemas.base import Given, Patch, Shape, worded
from api.schemas.persons import PersonFacts
from api.schemas.units import Unit
from domain.course import model
from domain.course.model import CountBasis
from domain.course.noun import CourseKind, CourseOutcome, CourseSetting, OrderKind
from domain.person.model import Amend

worded(CourseKind, CourseOutcome, CourseSetting, OrderKind, CountBasis)

Text = Annotated[str, Field(max_length=1000)]


class TreatmentCourseFacts(Shape):
    """A course of treatment: kind, place, from–to, outcome. No doses, no tests."""

    version: int | None = None
    """Send it as If-Match (`"3"`) on the next change."""
    person_id: UUID | None = None
    unit_id: UUID | None = None
    """The unit responsible for the person today."""
    source: str | None = None
    source_ref: str | None = None
    recorded_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    voided_at: dt.datetime | None = None
    void_reason: str | None = None
    kind: CourseKind | None = None
    order_kind: OrderKind | None = None
    """Of compulsory treatment: the term of management hangs on it, never on age alone."""
    setting: CourseSetting | None = None
    medicine: str | None = None
    """Name of the programme, e.g. methadone or Cedemex; never a dose."""
    place_unit_id: UUID | None = None
    place_name: str | None = None
    started_on: dt.date | None = None
    ended_on: dt.date | None = None
    outcome: CourseOutcome | None = None
    outcome_reason: str | None = None
    case_id: UUID | None = None
    """The case it opened."""
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`."""
    consequences: JSON | None = None
    """What this act brought (or, with validate-only, would bring); null in every other answer."""


class TreatmentCourse(TreatmentCourseFacts):
    person: PersonFacts | None = None
    place_unit: Unit | None = None


class TreatmentCourseCount(BaseModel):
    """Persons (người) and courses (lượt) of one kind; `kind` null = all kinds, each person once. Never add the two."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    kind: CourseKind | None = None
    persons: int | None = None
    """Different persons with a course in the period."""
    courses: int | None = None
    """Courses in the period (lượt)."""
    cumulative_persons: int | None = None
    """Different persons up to the end of the period."""
    cumulative_courses: int | None = None


@strawberry.pydantic.input
class TreatmentCourseFilter(BaseModel):
    """Which courses."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    person_id: UUID | None = None
    unit_id: UUID | None = None
    kind: CourseKind | None = None
    outcome: CourseOutcome | None = None
    place_unit_id: UUID | None = None
    started_from: dt.date | None = None
    started_before: dt.date | None = None
    ended_from: dt.date | None = None
    ended_before: dt.date | None = None
    voided: bool | None = False
    """Voided records instead of living ones."""


class TreatmentCourseQuery(PageQuery, TreatmentCourseFilter):
    """The list of courses, newest first."""


@strawberry.pydantic.input
class CoursePeriod(Given):
    """What is counted: courses by their first day, or by the day they were completed."""

    COMMAND: ClassVar = model.CoursePeriod
    since: dt.date | None = None
    """First day; the first course on file, when left out."""
    until: dt.date | None = None
    """Last day, inclusive (today, when left out); cumulative figures count everything up to it."""
    kind: CourseKind | None = None
    basis: CountBasis = CountBasis.STARTED


@strawberry.pydantic.input
class NewCourse(Given):
    """A course of a person in scope. Education at the commune, a measure of the past, only with `source` (import)."""

    COMMAND: ClassVar = model.NewCourse
    id: UUID | None = None
    person_id: UUID
    kind: CourseKind
    order_kind: OrderKind | None = None
    setting: CourseSetting | None = None
    medicine: Text | None = None
    place_unit_id: UUID | None = None
    place_name: Text | None = None
    started_on: dt.date
    ended_on: dt.date | None = None
    outcome: CourseOutcome = CourseOutcome.ONGOING
    source: Text | None = None
    source_ref: Text | None = None


@strawberry.pydantic.input
class CoursePatch(Patch):
    """A correction of a course; its outcome changes by a transition."""

    COMMAND: ClassVar = Amend
    kind: CourseKind | None = None
    order_kind: OrderKind | None = None
    setting: CourseSetting | None = None
    medicine: Text | None = None
    place_unit_id: UUID | None = None
    place_name: Text | None = None
    started_on: dt.date | None = None
    ended_on: dt.date | None = None


@strawberry.pydantic.input
class CourseMove(Given):
    """How a course ended (`on` = its last day), or `ongoing` again with a reason."""

    COMMAND: ClassVar = model.MoveCourse
    to: CourseOutcome
    on: dt.date | None = None
    reason: Text | None = None


@strawberry.pydantic.input
class CourseCase(Given):
    """Opens the case of a completed course."""

    COMMAND: ClassVar = model.OpenCourseCase
    paper_received_at: Instant | None = None
    """When the completion paper came to the commune; now, when left out."""
