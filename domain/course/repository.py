"""What the rules on courses ask of storage. Every read demands a scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.course.model import CoursePeriod
from domain.person.repository import PersonKnown
from domain.reading import Scope


class CourseKnown(NamedTuple):
    """What rules need of a course on file."""

    id: UUID
    person_id: UUID
    unit_no: int
    kind: str
    order_kind: str | None
    setting: str | None
    medicine: str | None
    place_unit_id: UUID | None
    place_name: str | None
    started_on: date
    ended_on: date | None
    outcome: str
    source: str | None
    case_id: UUID | None
    voided: bool


class CourseCount(NamedTuple):
    """Persons and courses (lượt) stand apart: they are never added (dossier §0, 17). `kind` None: all kinds."""

    kind: str | None
    persons: int
    courses: int
    cumulative_persons: int
    cumulative_courses: int


class CourseRepository(Protocol):
    async def course(self, id: UUID, *, within: Scope) -> CourseKnown | None: ...
    async def going_on(
        self, person_id: UUID, kind: str, order_kind: str | None, *, within: Scope
    ) -> Sequence[CourseKnown]:
        """The person's courses of one treatment that have not ended, under lock."""
        ...

    async def counts(self, period: CoursePeriod, *, within: Scope) -> Sequence[CourseCount]: ...
    async def add(self, id: UUID, person: PersonKnown, facts: Mapping[str, Any]) -> None: ...
    async def amend(self, id: UUID, changes: Mapping[str, Any]) -> None: ...
