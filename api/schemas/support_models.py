"""Support models and their kinds, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import Field
from strawberry.scalars import JSON

from api.schemas.base import Given, worded
from api.schemas.keeping import KeptFacts, KeptFilter, Moved, NewKept, Prose, Text, patch_of, query_of
from api.schemas.units import Unit
from domain.support_model.noun import HostKind, MeetingRhythm, StandingKind, SupportModelState
from domain.support_model.rules import SUPPORT_MODEL_KINDS, SUPPORT_MODELS
from domain.support_model.seating import SeatModel

if TYPE_CHECKING:
    from api.schemas.model_work import ModelMember, ModelReview, Volunteer
    from api.schemas.organisations import Contribution, ModelPartner

worded(HostKind, MeetingRhythm, StandingKind, SupportModelState)

KindCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
"""A code of the catalogue `/v1/support-model-kinds`."""


class SupportModelKind(KeptFacts):
    """A kind of support model. Those that the plans name are everyone's; a pilot is its unit's."""

    code: str | None = None
    name_vi: str | None = None
    name_en: str | None = None
    pilot: bool | None = None
    legal_basis: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    """Last day on which models of this kind are founded."""


@strawberry.pydantic.input
class SupportModelKindFilter(KeptFilter):
    """Which kinds."""

    code: str | None = None
    pilot: bool | None = None
    as_of: dt.date | None = None
    """Those of a day."""


@strawberry.pydantic.input
class NewSupportModelKind(NewKept):
    """A pilot kind of the caller's unit, or of one below."""

    unit_id: UUID | None = None
    code: KindCode
    name_vi: Text
    name_en: Text
    pilot: bool = True
    legal_basis: Text | None = None
    valid_from: dt.date
    valid_to: dt.date | None = None


class SupportModelFacts(KeptFacts):
    """A volunteer team, counselling point, club or pilot of a commune. `unit_id` is the unit it stands on: its own,
    where users sign in for it, else the commune.
    """

    kind: str | None = None
    """A code of `/v1/support-model-kinds`."""
    name: str | None = None
    state: SupportModelState | None = None
    transitions: JSON | None = None
    """Which states may follow, and what each move needs."""
    commune_id: UUID | None = None
    """Where it was founded."""
    commune_ids: list[UUID] | None = None
    """Communes it serves, its own first."""
    organisation_unit_id: UUID | None = None
    """The unit whose users work for it, if it has one."""
    decision_number: str | None = None
    decision_on: dt.date | None = None
    decision_by: str | None = None
    """Who issued the founding decision."""
    founded_on: dt.date | None = None
    host_kind: HostKind | None = None
    host_name: str | None = None
    place: str | None = None
    regulations: str | None = None
    meeting_rhythm: MeetingRhythm | None = None
    meeting_when: str | None = None
    """Day and hour, as people say it: `tối ngày 10`."""
    closed_on: dt.date | None = None
    close_reason: str | None = None
    stable_and_effective: bool | None = None
    """All conditions of `stability` are met today (docs/models.md)."""
    stability: JSON | None = None
    """`[{condition, met, …}]`: active, age, board, activity, review, each with what it was judged by."""


class SupportModel(SupportModelFacts):
    unit: Unit | None = None
    members: list[ModelMember] | None = None
    """Board or team."""
    volunteers: list[Volunteer] | None = None
    reviews: list[ModelReview] | None = None
    partners: list[ModelPartner] | None = None
    contributions: list[Contribution] | None = None


@strawberry.pydantic.input
class SupportModelFilter(KeptFilter):
    """Which models."""

    kind: str | None = None
    state: SupportModelState | None = None
    commune_id: UUID | None = None
    """Those that serve a commune."""
    decision_number: str | None = None
    stable_and_effective: bool | None = None


@strawberry.pydantic.input
class NewSupportModel(NewKept):
    """A model, planned. `unit_id` is its commune, or an organisation there whose users work for it; without one, the
    caller's own unit.
    """

    unit_id: UUID | None = None
    opens_unit: bool = False
    """Open a unit of its own inside the commune, at which users can be appointed."""
    kind: KindCode
    name: Text
    commune_ids: Annotated[list[UUID], Field(max_length=100)] | None = None
    """Further communes it serves."""
    decision_number: Text | None = None
    decision_on: dt.date | None = None
    decision_by: Text | None = None
    founded_on: dt.date | None = None
    host_kind: HostKind | None = None
    host_name: Text | None = None
    place: Text | None = None
    regulations: Prose | None = None
    meeting_rhythm: MeetingRhythm | None = None
    meeting_when: Text | None = None


@strawberry.pydantic.input
class SupportModelMove(Moved):
    """To another state, with what the move needs."""

    to: SupportModelState
    TO: ClassVar = SupportModelState
    founded_on: dt.date | None = None
    decision_number: Text | None = None
    decision_on: dt.date | None = None
    decision_by: Text | None = None
    closed_on: dt.date | None = None
    close_reason: Text | None = None


@strawberry.pydantic.input
class ModelSeat(Given):
    """Where the users of a model sign in: an organisation of its commune; without one, a unit of its own is opened."""

    COMMAND: ClassVar = SeatModel
    unit_id: UUID | None = None


SupportModelKindPatch = patch_of("SupportModelKindPatch", NewSupportModelKind, SUPPORT_MODEL_KINDS.settled)
SupportModelKindQuery = query_of("SupportModelKindQuery", SupportModelKindFilter)
SupportModelPatch = patch_of("SupportModelPatch", NewSupportModel, SUPPORT_MODELS.settled)
SupportModelQuery = query_of("SupportModelQuery", SupportModelFilter)
