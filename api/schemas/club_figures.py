"""Figures of clubs, points and teams, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field

from api.schemas.base import Given, worded
from domain.club import figures

worded(figures.Right)


@strawberry.pydantic.input
class MonthOf(Given):
    """Which month or quarter."""

    COMMAND: ClassVar = figures.MonthOf
    month: Annotated[str, Field(max_length=7)] | None = None
    """`2026-09`; the running month, when both are left out."""
    quarter: Annotated[str, Field(max_length=7)] | None = None
    """`2026-Q3`, in place of a month: each person is counted once in it, so it is not the sum of its months."""


class SupportModelMonth(BaseModel):
    """What a club, point or team did in a month or quarter. Persons (người), clients, times (lượt) are never added."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    support_model_id: UUID | None = None
    month: str | None = None
    """Null, where a quarter was asked for."""
    quarter: str | None = None
    """Null of a month."""
    masked: list[str] | None = None
    """Figures of a class that the caller does not see; they are null."""
    sessions_planned: int | None = None
    sessions_held: int | None = None
    sessions_cancelled: int | None = None
    members: int | None = None
    """Persons who were members on the last day of the period, or today."""
    members_in_all: int | None = None
    """Different persons who were members on any day of the period."""
    joined: int | None = None
    """Persons who joined in the period."""
    left: int | None = None
    """Persons who left in the period."""
    attended_persons: int | None = None
    """Different members who came to a session."""
    attendances: int | None = None
    """Times that a member came (lượt)."""
    family_attendances: int | None = None
    """Times that somebody of a member's family came (lượt)."""
    evaluations_due: int | None = None
    """Members for a whole month: each is evaluated, in a quarter once for each such month."""
    evaluations_done: int | None = None
    """Of these."""
    evaluations_missing: int | None = None
    counselled_persons: int | None = None
    counselling_contacts: int | None = None
    """Times that a person was counselled through this model (lượt)."""
    anonymous_clients: int | None = None
    anonymous_contacts: int | None = None
    referred_persons: int | None = None
    referrals_sent: int | None = None
    referrals_completed: int | None = None


class MembershipRight(BaseModel):
    """One right of a member: how often it was used, what waits. Free means that it cost the member nothing."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    right: figures.Right | None = None
    used: int | None = None
    last_on: dt.date | None = None
    waiting: int | None = None
    """Agreed, advised or applied for, and not yet had."""
    cost_vnd: int | None = None
    """What the member paid, in đồng."""
    free: bool | None = None
    referrals_open: int | None = None
    """Referrals to it that the caller sees and that are not closed."""
    masked: list[str] | None = None
    """Of a class that the caller does not see; they are null."""
