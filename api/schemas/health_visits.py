"""Visits to the health station, as they travel."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import strawberry.pydantic
from strawberry.scalars import JSON

from api.schemas.base import worded
from api.schemas.keeping import NewKept, PersonFactsKept, PersonKeptFilter, Prose, patch_of, query_of
from api.schemas.persons import PersonFacts
from api.schemas.units import Unit
from domain.health.noun import VisitKind
from domain.health.rules import VISITS

worded(VisitKind)


class HealthVisitFacts(PersonFactsKept):
    """That and when a person was at the health station; what it found, for that station alone."""

    mine: bool | None = None
    support_model_id: UUID | None = None
    """The model it came through, if any."""
    visited_on: dt.date | None = None
    visit_kind: VisitKind | None = None
    complaint: str | None = None
    findings: str | None = None
    treatment: str | None = None
    advice: str | None = None
    next_on: dt.date | None = None
    versions: JSON | None = None
    """Every version of what the station wrote, the first one first."""


class HealthVisit(HealthVisitFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None


@strawberry.pydantic.input
class HealthVisitFilter(PersonKeptFilter):
    """Which visits."""

    support_model_id: UUID | None = None
    mine: bool | None = None
    visited_from: dt.date | None = None
    visited_before: dt.date | None = None


@strawberry.pydantic.input
class NewHealthVisit(NewKept):
    """A visit of a person whom the station looks after."""

    person_id: UUID
    visited_on: dt.date
    visit_kind: VisitKind
    complaint: Prose | None = None
    findings: Prose | None = None
    treatment: Prose | None = None
    advice: Prose | None = None
    next_on: dt.date | None = None
    support_model_id: UUID | None = None


HealthVisitPatch = patch_of("HealthVisitPatch", NewHealthVisit, VISITS.settled)
HealthVisitQuery = query_of("HealthVisitQuery", HealthVisitFilter)
