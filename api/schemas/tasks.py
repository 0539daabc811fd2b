"""Tasks, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field
from strawberry.scalars import JSON

from api.asking import PageQuery
from api.civil import Instant
from api.schemas.base import Shape, worded
from api.schemas.persons import PersonFacts
from api.schemas.units import Unit
from domain.task.noun import TaskState

worded(TaskState)


class TaskFacts(Shape):
    """One thing due, by when, by which rule; made and closed by events."""

    version: int | None = None
    unit_id: UUID | None = None
    """Whose inbox it stands in."""
    state: TaskState | None = None
    noun: str | None = None
    """What it is about: `management_case`, `discharge_notice`, `handover`, …"""
    subject_id: UUID | None = None
    person_id: UUID | None = None
    kind: str | None = None
    due_at: dt.datetime | None = None
    """Whole days end at the following midnight, which is outside."""
    due_on: dt.date | None = None
    opens_at: dt.datetime | None = None
    rule: str | None = None
    explanation: JSON | None = None
    skipped: JSON | None = None
    """Days not counted, and why."""
    moved: JSON | None = None
    """Earlier due instants: corrections leave a trace."""
    overdue: bool | None = None
    made_at: dt.datetime | None = None
    done_at: dt.datetime | None = None
    escalated_at: dt.datetime | None = None
    """When it went to the unit above."""


class Task(TaskFacts):
    unit: Unit | None = None
    person: PersonFacts | None = None


@strawberry.pydantic.input
class TaskFilter(BaseModel):
    """Which tasks; open ones unless told."""

    model_config = ConfigDict(extra="forbid")
    state: TaskState | None = TaskState.OPEN
    kind: Annotated[str | None, Field(max_length=60)] = None
    noun: Annotated[str | None, Field(max_length=40)] = None
    subject_id: UUID | None = None
    person_id: UUID | None = None
    overdue: bool | None = None
    due_before: Instant | None = None
    escalated: bool | None = None


class TaskQuery(PageQuery, TaskFilter):
    """The inbox, least time left first."""
