"""Tasks, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field
from strawberry.scalars import JSON

from api.asking import PageQuery
from api.civil import Instant
from api.schemas.base import Given, Shape, worded
from api.schemas.persons import PersonFacts
from api.schemas.units import Unit
from domain.task.counting import CountTasks
from domain.task.noun import TaskHolder, TaskLevel, TaskState

worded(TaskState, TaskLevel, TaskHolder)


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
    """From fact to rule to calendar; `offers` = acts that follow from it, as `[{noun, id, to, …}]`."""
    skipped: JSON | None = None
    """Days not counted, and why."""
    moved: JSON | None = None
    """Earlier due instants: corrections leave a trace."""
    overdue: bool | None = None
    made_at: dt.datetime | None = None
    done_at: dt.datetime | None = None
    escalated_at: dt.datetime | None = None
    """When it went to the unit above."""
    held_by: TaskHolder | None = None
    """Who has it in hand today: somebody who helps, or the unit alone."""


class Task(TaskFacts):
    unit: Unit | None = None
    person: PersonFacts | None = None


@strawberry.pydantic.input
class TaskFilter(BaseModel):
    """Which tasks; open ones unless told."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    state: TaskState | None = TaskState.OPEN
    kind: Annotated[str | None, Field(max_length=60)] = None
    noun: Annotated[str | None, Field(max_length=40)] = None
    subject_id: UUID | None = None
    person_id: UUID | None = None
    overdue: bool | None = None
    due_before: Instant | None = None
    escalated: bool | None = None
    mine: bool | None = None
    """About persons assigned to me today, or following from what I opened, proposed, drafted or recorded; for those
    who help, what is addressed to them."""
    held_by: TaskHolder | None = None
    level: TaskLevel | None = None
    """Of my own unit, or of the units below."""


class TaskQuery(PageQuery, TaskFilter):
    """The inbox, least time left first."""


class TaskCount(BaseModel):
    """Open tasks of one kind in one unit; `kind` null = all kinds, `unit_id` null = all units in reach."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    kind: str | None = None
    unit_id: UUID | None = None
    open: int | None = None
    overdue: int | None = None
    due_today: int | None = None
    """Not overdue, and due before midnight."""
    due_this_week: int | None = None
    """Not overdue, and due before Monday; with those of today."""
    escalated: int | None = None


@strawberry.pydantic.input
class TaskCounting(Given):
    """Which of the open tasks are counted."""

    COMMAND: ClassVar = CountTasks
    mine: bool | None = None
    level: TaskLevel | None = None
    noun: Annotated[str | None, Field(max_length=40)] = None
