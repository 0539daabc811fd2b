"""Assignments, as they travel."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import strawberry.pydantic

from api.schemas.base import worded
from api.schemas.keeping import NewKept, PersonFactsKept, PersonKeptFilter, Text, patch_of, query_of
from api.schemas.persons import PersonFacts
from api.schemas.units import Unit
from domain.assignment.noun import AssignmentRole
from domain.assignment.rules import ASSIGNMENTS

worded(AssignmentRole)


class AssignmentFacts(PersonFactsKept):
    """Who looks after the person, for a time. Access to the person stands and falls with it."""

    role: AssignmentRole | None = None
    account_id: UUID | None = None
    """Of the volunteer or counsellor."""
    carer_unit_id: UUID | None = None
    """Of the health station."""
    support_model_id: UUID | None = None
    """The model it comes through, if any."""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    """Last day; a day that is not in the future ends access at once."""
    end_reason: str | None = None


class Assignment(AssignmentFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None
    carer_unit: Unit | None = None


@strawberry.pydantic.input
class AssignmentFilter(PersonKeptFilter):
    """Which assignments."""

    role: AssignmentRole | None = None
    account_id: UUID | None = None
    carer_unit_id: UUID | None = None
    live: bool | None = None
    """Those in force today, or those that are not."""


@strawberry.pydantic.input
class NewCareAssignment(NewKept):
    """An assignment of a person in scope to an account of the commune, or to its health station."""

    person_id: UUID
    role: AssignmentRole
    account_id: UUID | None = None
    carer_unit_id: UUID | None = None
    support_model_id: UUID | None = None
    valid_from: dt.date
    valid_to: dt.date | None = None
    end_reason: Text | None = None


AssignmentPatch = patch_of("AssignmentPatch", NewCareAssignment, ASSIGNMENTS.settled)
AssignmentQuery = query_of("AssignmentQuery", AssignmentFilter)
