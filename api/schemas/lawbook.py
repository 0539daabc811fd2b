"""The rule book, the calendar and proposals to change them, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field
from strawberry.scalars import JSON

from api.asking import PageQuery
from api.schemas.base import Given, Shape, worded
from domain.lawbook import use_cases
from domain.lawbook.noun import ChangeKind, ChangeState

worded(ChangeKind, ChangeState)


class RuleFacts(Shape):
    """One effective-dated row of law, with source and confidence mark."""

    rule: str | None = None
    """Name of the rule, e.g. `term.compulsory_adult`."""
    rule_version: int | None = None
    title_vi: str | None = None
    title_en: str | None = None
    selector: str | None = None
    """The event whose date picks the row: never today."""
    scope: JSON | None = None
    value: JSON | None = None
    """`{n, most, unit: wd|d|h|m|vnd|ratio|text…, comparison, word}`."""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    """Last day, inclusive."""
    authority: str | None = None
    form: JSON | None = None
    """`{instrument, appendix, number}`: a form number alone is ambiguous."""
    legal_basis: JSON | None = None
    confidence: str | None = None
    """C certain, L likely, U unverified."""
    note: str | None = None


class CalendarDayFacts(Shape):
    """A day that is not as its weekday says."""

    day: dt.date | None = None
    kind: str | None = None
    """`off`, or `worked` (a make-up day)."""
    reason: str | None = None
    name_vi: str | None = None
    name_en: str | None = None
    source: str | None = None
    confidence: str | None = None
    exchanged: dt.date | None = None
    note: str | None = None
    layer: str | None = None
    """`base`, or `override` standing on top of it."""
    superseded_at: dt.datetime | None = None


class LawChangeFacts(Shape):
    """A proposed change of a rule or a day; decided by another person."""

    version: int | None = None
    kind: ChangeKind | None = None
    payload: JSON | None = None
    reason: str | None = None
    state: ChangeState | None = None
    proposed_by: UUID | None = None
    proposed_at: dt.datetime | None = None
    decided_by: UUID | None = None
    decided_at: dt.datetime | None = None


@strawberry.pydantic.input
class RuleFilter(BaseModel):
    """Which rows."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    rule: Annotated[str | None, Field(max_length=100)] = None
    in_force_on: dt.date | None = None
    """Rows in force for events of this day."""
    selector: Annotated[str | None, Field(max_length=60)] = None
    confidence: Annotated[str | None, Field(max_length=1)] = None


class RuleQuery(PageQuery, RuleFilter):
    """The rule book."""


@strawberry.pydantic.input
class CalendarFilter(BaseModel):
    """Which days."""

    model_config = ConfigDict(extra="forbid")
    year: Annotated[int | None, Field(ge=2000, le=2100)] = None
    kind: Annotated[str | None, Field(max_length=10)] = None
    layer: Annotated[str | None, Field(max_length=10)] = None
    confidence: Annotated[str | None, Field(max_length=1)] = None
    superseded: bool | None = False


class CalendarQuery(PageQuery, CalendarFilter):
    """The working calendar's special days."""


@strawberry.pydantic.input
class LawChangeFilter(BaseModel):
    """Which proposals."""

    model_config = ConfigDict(extra="forbid")
    state: ChangeState | None = None
    kind: ChangeKind | None = None


class LawChangeQuery(PageQuery, LawChangeFilter):
    """Proposals, newest first."""


@strawberry.pydantic.input
class NewLawChange(Given):
    """A row to come in: a rule as `GET /v1/rules` words it, or a calendar day."""

    COMMAND: ClassVar[Any] = use_cases.ProposeChange
    id: UUID | None = None
    kind: ChangeKind
    payload: JSON
    reason: Annotated[str | None, Field(max_length=1000)] = None
    """Needed for what is not in the future."""


@strawberry.pydantic.input
class LawChangeMove(Given):
    """Approve, reject or withdraw."""

    COMMAND: ClassVar[Any] = use_cases.DecideChange
    to: ChangeState


class WorkingDaysBody(BaseModel):
    """How many working days: `days` from `start` (negative: before it), or between `start` and `until`."""

    model_config = ConfigDict(extra="forbid")
    start: dt.date
    days: int | None = None
    until: dt.date | None = None

    def count(self) -> use_cases.Count:
        return use_cases.Count(self.start, self.days, self.until)


class SkippedDay(BaseModel):
    """A day the clock passed over, or counted although it is a weekend, and why."""

    day: dt.date
    reason: str
    name_vi: str
    name_en: str
    confidence: str


class WorkingDaysAnswer(BaseModel):
    """Where the count ends, and each day it skipped."""

    start: dt.date
    days: int
    due: dt.date
    calendar: str
    skipped: list[SkippedDay]
    make_ups: list[SkippedDay]
