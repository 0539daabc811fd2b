"""Boards, teams, reviews, volunteers of support models, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field
from strawberry.scalars import JSON

from api.schemas.base import worded
from api.schemas.keeping import KeptFacts, KeptFilter, NewKept, Part, Prose, Text, Vnd, patch_of, query_of
from api.schemas.organisations import Contribution, ModelPartner
from api.schemas.support_models import SupportModel, SupportModelFacts
from api.schemas.units import Unit
from domain.model_member.noun import MemberRole, TaskArea
from domain.model_member.rules import MODEL_MEMBERS
from domain.model_review.noun import ReviewRating
from domain.model_review.rules import MODEL_REVIEWS
from domain.volunteer.allowance import AskAllowances
from domain.volunteer.noun import VolunteerRole
from domain.volunteer.rules import VOLUNTEERS

worded(MemberRole, TaskArea, ReviewRating, VolunteerRole)


class ModelMemberFacts(KeptFacts):
    """A seat on the board or in the team of a model, dated; staff, with an account or without."""

    support_model_id: UUID | None = None
    full_name: str | None = None
    account_id: UUID | None = None
    role: MemberRole | None = None
    task_areas: list[TaskArea] | None = None
    body: str | None = None
    """The body that sent them, e.g. the Veterans' Association."""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    """Last day."""
    end_reason: str | None = None


class ModelMember(ModelMemberFacts):
    unit: Unit | None = None
    support_model: SupportModelFacts | None = None


@strawberry.pydantic.input
class ModelMemberFilter(KeptFilter):
    """Which seats."""

    support_model_id: UUID | None = None
    role: MemberRole | None = None
    as_of: dt.date | None = None
    """Those held on a day."""


@strawberry.pydantic.input
class NewModelMember(NewKept):
    """A seat taken."""

    support_model_id: UUID
    full_name: Text
    account_id: UUID | None = None
    role: MemberRole
    task_areas: Annotated[list[TaskArea], Field(max_length=20)] | None = None
    body: Text | None = None
    valid_from: dt.date
    valid_to: dt.date | None = None
    end_reason: Text | None = None
    namesake: bool = False
    """Somebody else than the member of the club who has the same name."""


class ModelReviewFacts(KeptFacts):
    """A periodic review. Limits get a remedy, the remedy a day, and the day becomes a task."""

    support_model_id: UUID | None = None
    period_from: dt.date | None = None
    period_to: dt.date | None = None
    reviewed_on: dt.date | None = None
    reviewed_by: str | None = None
    rating: ReviewRating | None = None
    results: str | None = None
    limits: str | None = None
    remedy: str | None = None
    remedy_due_on: dt.date | None = None
    remedied_on: dt.date | None = None
    copied_from_id: UUID | None = None
    """The review whose words it repeats, if any."""


class ModelReview(ModelReviewFacts):
    unit: Unit | None = None
    support_model: SupportModelFacts | None = None


@strawberry.pydantic.input
class ModelReviewFilter(KeptFilter):
    """Which reviews."""

    support_model_id: UUID | None = None
    rating: ReviewRating | None = None
    remedy_open: bool | None = None


@strawberry.pydantic.input
class NewModelReview(NewKept):
    """A review of a model."""

    support_model_id: UUID
    period_from: dt.date | None = None
    period_to: dt.date | None = None
    reviewed_on: dt.date
    reviewed_by: Text | None = None
    rating: ReviewRating
    results: Prose | None = None
    limits: Prose | None = None
    remedy: Prose | None = None
    remedy_due_on: dt.date | None = None
    remedied_on: dt.date | None = None
    copied_from_id: UUID | None = None


class VolunteerFacts(KeptFacts):
    """A volunteer of a team, dated and separate from users."""

    support_model_id: UUID | None = None
    full_name: str | None = None
    account_id: UUID | None = None
    periods: JSON | None = None
    """`[{role, since, until?}]`: active periods, with the seat held in each; `until` is the last day."""
    trainings: JSON | None = None
    """`[{topic, on, hours?, certificate?}]`"""
    role: VolunteerRole | None = None
    """Today's seat."""
    active: bool | None = None
    """Whether one of the periods holds today."""
    note: str | None = None


class Volunteer(VolunteerFacts):
    unit: Unit | None = None
    support_model: SupportModelFacts | None = None


@strawberry.pydantic.input
class VolunteerFilter(KeptFilter):
    """Which volunteers."""

    support_model_id: UUID | None = None
    active: bool | None = None
    trained: bool | None = None


@strawberry.pydantic.input
class VolunteerPeriod(Part):
    """An active period and the seat held in it."""

    role: VolunteerRole
    since: dt.date
    until: dt.date | None = None
    """Last day."""


@strawberry.pydantic.input
class VolunteerTraining(Part):
    """A training that took place."""

    topic: Text
    on: dt.date
    hours: Annotated[int, Field(ge=1, le=2000)] | None = None
    certificate: Text | None = None


@strawberry.pydantic.input
class NewVolunteer(NewKept):
    """A volunteer of a team."""

    support_model_id: UUID
    full_name: Text
    account_id: UUID | None = None
    periods: Annotated[list[VolunteerPeriod], Field(max_length=50)]
    trainings: Annotated[list[VolunteerTraining], Field(max_length=100)] | None = None
    note: Text | None = None


class AllowanceLine(BaseModel):
    """What a volunteer's month comes to; where the book is silent there is no amount and `silent` names the rule."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    volunteer_id: UUID | None = None
    full_name: str | None = None
    role: VolunteerRole | None = None
    """The last seat held in the month."""
    whole_month: bool | None = None
    """Held on every day of it; if not, how much is due is for the payer to decide."""
    rate: float | None = None
    """Times the base salary."""
    base_salary_vnd: Vnd | None = None
    allowance_vnd: Vnd | None = None
    rules: JSON | None = None
    """`[{rule, mark, source}]`"""
    silent: list[str] | None = None
    """Rules that say nothing for this province and month."""


@strawberry.pydantic.input
class AllowanceMonth(BaseModel):
    """Which month."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)
    month: dt.date
    """Of the month of this day."""

    def asking(self, id: UUID) -> AskAllowances:
        return AskAllowances(id, self.month.replace(day=1))


SupportModel.model_rebuild(_types_namespace={**globals(), "Contribution": Contribution, "ModelPartner": ModelPartner})
ModelMemberPatch = patch_of("ModelMemberPatch", NewModelMember, MODEL_MEMBERS.settled)
ModelMemberQuery = query_of("ModelMemberQuery", ModelMemberFilter)
ModelReviewPatch = patch_of("ModelReviewPatch", NewModelReview, MODEL_REVIEWS.settled)
ModelReviewQuery = query_of("ModelReviewQuery", ModelReviewFilter)
VolunteerPatch = patch_of("VolunteerPatch", NewVolunteer, VOLUNTEERS.settled)
VolunteerQuery = query_of("VolunteerQuery", VolunteerFilter)
