"""Reports of those who help, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import Field
from strawberry.scalars import JSON

from api.schemas.base import worded
from api.schemas.keeping import Moved, NewKept, PersonFactsKept, PersonKeptFilter, patch_of, query_of
from api.schemas.persons import PersonFacts
from api.schemas.units import Unit
from domain.field_report.noun import FieldReportKind, FieldReportState
from domain.field_report.rules import FIELD_REPORTS

worded(FieldReportKind, FieldReportState)
Sober = Annotated[str, Field(max_length=300)]


class FieldReportFacts(PersonFactsKept):
    """Information from somebody who looks after the person, for officer or police to confirm; it changes no status."""

    kind: FieldReportKind | None = None
    noticed_on: dt.date | None = None
    what: str | None = None
    """What was noticed and what the person may need, in a few sober words; no place, no hour."""
    state: FieldReportState | None = None
    answered_on: dt.date | None = None
    """When it was confirmed, or found not to be so."""
    answer: str | None = None
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`; `withdrawn` is of who reported, the others are given by `answers`."""


class FieldReport(FieldReportFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None


@strawberry.pydantic.input
class FieldReportFilter(PersonKeptFilter):
    """Which reports."""

    kind: FieldReportKind | None = None
    state: FieldReportState | None = None
    noticed_from: dt.date | None = None
    noticed_to: dt.date | None = None


@strawberry.pydantic.input
class NewFieldReport(NewKept):
    """Something noticed about a person you look after."""

    person_id: UUID
    kind: FieldReportKind
    noticed_on: dt.date
    what: Sober | None = None


@strawberry.pydantic.input
class FieldReportMove(Moved):
    """Taken back by who reported it."""

    TO: ClassVar = FieldReportState
    to: FieldReportState


@strawberry.pydantic.input
class FieldReportAnswer(Moved):
    """Confirmed or not, with the day: by officer or police."""

    TO: ClassVar = FieldReportState
    to: FieldReportState
    answered_on: dt.date | None = None
    answer: Sober | None = None


FieldReportPatch = patch_of("FieldReportPatch", NewFieldReport, FIELD_REPORTS.settled)
FieldReportQuery = query_of("FieldReportQuery", FieldReportFilter)
