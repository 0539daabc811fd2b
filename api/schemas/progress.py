"""Progress evaluations, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import Field

from api.schemas.base import Given
from api.schemas.keeping import NewKept, PersonFactsKept, PersonKeptFilter, Prose, patch_of, query_of
from domain.club import reading_code
from domain.club.evaluations import EVALUATIONS

Score = Annotated[int, Field(ge=1, le=4)]
"""1 needs much support, 2 needs some, 3 goes fairly, 4 goes well."""


class ProgressEvaluationFacts(PersonFactsKept):
    """How a member fared in a month: a few areas from 1 (needs much support) to 4 (goes well), and what changed.
    Nothing about health or offences.
    """

    membership_id: UUID | None = None
    month: dt.date | None = None
    """Its first day."""
    taking_part: int | None = None
    """Taking part in the club."""
    family: int | None = None
    """Life with the family."""
    work: int | None = None
    """Work, training or study."""
    community: int | None = None
    """Neighbours and community."""
    daily_life: int | None = None
    """Daily life: keeping days, money and home in order."""
    changed: str | None = None
    next_step: str | None = None
    read_by_member_at: dt.datetime | None = None
    """When the member read it, by their own code."""
    member_said: str | None = None


@strawberry.pydantic.input
class ProgressEvaluationFilter(PersonKeptFilter):
    """Which evaluations."""

    membership_id: UUID | None = None
    club_id: UUID | None = None
    month: dt.date | None = None
    """Of the month of this day."""
    read: bool | None = None
    """Read by the member, or not."""


@strawberry.pydantic.input
class NewProgressEvaluation(NewKept):
    """The evaluation of a member for a month, named by any of its days."""

    membership_id: UUID
    month: dt.date
    taking_part: Score | None = None
    family: Score | None = None
    work: Score | None = None
    community: Score | None = None
    daily_life: Score | None = None
    changed: Prose | None = None
    next_step: Prose | None = None


@strawberry.pydantic.input
class MemberReading(Given):
    """The member reads an evaluation with somebody of the staff, by the code that they keep."""

    COMMAND: ClassVar = reading_code.ReadTogether
    code: Annotated[str, Field(max_length=40)]
    said: Prose | None = None
    """What the member says about it."""


ProgressEvaluationPatch = patch_of("ProgressEvaluationPatch", NewProgressEvaluation, EVALUATIONS.settled)
ProgressEvaluationQuery = query_of("ProgressEvaluationQuery", ProgressEvaluationFilter)
