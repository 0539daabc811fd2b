"""Needs and their figures, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict
from strawberry.scalars import JSON

from api.schemas.base import Given, worded
from api.schemas.keeping import Moved, NewKept, PersonFactsKept, PersonKeptFilter, Text, patch_of, query_of
from api.schemas.persons import PersonFacts
from api.schemas.units import Unit
from domain.need import counting
from domain.need.noun import NeedKind, NeedState
from domain.need.rules import NEEDS

worded(NeedKind, NeedState)


class NeedFacts(PersonFactsKept):
    """What a person needs; the only denominator of "100 % of those with need"."""

    kind: NeedKind | None = None
    found_on: dt.date | None = None
    detail: str | None = None
    state: NeedState | None = None
    met_on: dt.date | None = None
    withdrawn_on: dt.date | None = None
    reason: str | None = None
    """Of the latest move."""
    support_model_id: UUID | None = None
    """The model it came through, or none."""
    history: JSON | None = None
    """Every move with its days."""
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`."""


class Need(NeedFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None


@strawberry.pydantic.input
class NeedFilter(PersonKeptFilter):
    """Which needs."""

    kind: NeedKind | None = None
    state: NeedState | None = None
    support_model_id: UUID | None = None
    found_from: dt.date | None = None
    found_to: dt.date | None = None


@strawberry.pydantic.input
class NewNeed(NewKept):
    """A need of a person in scope, or of one you look after."""

    person_id: UUID
    kind: NeedKind
    found_on: dt.date
    detail: Text | None = None
    support_model_id: UUID | None = None


@strawberry.pydantic.input
class NeedMove(Moved):
    """Met, withdrawn with a reason, or open again with one."""

    TO: ClassVar = NeedState
    to: NeedState
    met_on: dt.date | None = None
    withdrawn_on: dt.date | None = None
    reason: Text | None = None


class NeedTold(NewNeed):
    """What can be corrected: what was told at first, and with the latest move."""

    met_on: dt.date | None = None
    withdrawn_on: dt.date | None = None
    reason: Text | None = None


NeedPatch = patch_of("NeedPatch", NeedTold, NEEDS.settled)
NeedQuery = query_of("NeedQuery", NeedFilter)


class NeedCount(BaseModel):
    """Persons with need and persons met (người) of one kind; `kind` null = all kinds, each person once.

    A person counts as met when each of their needs counted here was met by the end of the period.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)
    kind: NeedKind | None = None
    persons: int | None = None
    """Persons whose need stood open at some time in the period, and was not withdrawn by its end."""
    persons_met: int | None = None
    persons_waiting: int | None = None
    needs: int | None = None
    """The needs behind these persons; never add them to persons."""
    needs_met: int | None = None


@strawberry.pydantic.input
class NeedPeriod(Given):
    """Which needs are counted."""

    COMMAND: ClassVar = counting.NeedPeriod
    since: dt.date | None = None
    """First day; the first need on file, when left out."""
    until: dt.date | None = None
    """Last day, inclusive; today, when left out."""
    kind: NeedKind | None = None
