"""Trainings, places, outreach, press items, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

import strawberry.pydantic
from pydantic import Field
from strawberry.scalars import JSON

from api.schemas.base import worded
from api.schemas.keeping import Dong, KeptFacts, KeptFilter, NewKept, Part, Prose, Text, patch_of, query_of
from api.schemas.support_models import SupportModelFacts
from api.schemas.units import Unit
from domain.outreach.noun import AudienceGroup, OutreachForm, OutreachTopic, PlaceKind, PressLevel, TrainingKind
from domain.outreach.rules import OUTREACH_ACTIVITIES, PLACES, PRESS_ITEMS, TRAININGS

worded(AudienceGroup, OutreachForm, OutreachTopic, PlaceKind, PressLevel, TrainingKind)

Count = Annotated[int, Field(ge=0, le=10_000_000)]
Groups = Annotated[list[AudienceGroup], Field(max_length=len(AudienceGroup))]
Topics = Annotated[list[OutreachTopic], Field(min_length=1, max_length=len(OutreachTopic))]


@strawberry.pydantic.input
class AttendanceOfGroup(Part):
    """How many people of a group came."""

    group: AudienceGroup
    persons: Count


class TrainingFacts(KeptFacts):
    """A training or study visit: counts by group; staff who came, by name."""

    kind: TrainingKind | None = None
    title: str | None = None
    curriculum: str | None = None
    audience: list[AudienceGroup] | None = None
    """For whom it was meant."""
    attendance: JSON | None = None
    """`[{group, persons}]`: who came."""
    staff_names: list[str] | None = None
    held_from: dt.date | None = None
    held_to: dt.date | None = None
    """Last day."""
    place: str | None = None
    organiser: str | None = None
    certificate: str | None = None
    certified: int | None = None
    """How many got the certificate."""
    cost: int | None = None
    """In đồng."""
    support_model_id: UUID | None = None
    """The model it came through, if any."""


class Training(TrainingFacts):
    unit: Unit | None = None
    support_model: SupportModelFacts | None = None


@strawberry.pydantic.input
class TrainingFilter(KeptFilter):
    """Which trainings."""

    kind: TrainingKind | None = None
    audience: AudienceGroup | None = None
    support_model_id: UUID | None = None
    held_since: dt.date | None = None
    """Those that had not ended before this day."""
    held_until: dt.date | None = None
    """Those that had begun by this day."""


@strawberry.pydantic.input
class NewTraining(NewKept):
    """A training, planned or held."""

    unit_id: UUID | None = None
    """Whose it is; one's own unit when left out."""
    kind: TrainingKind
    title: Text
    curriculum: Prose | None = None
    audience: Groups
    attendance: Annotated[list[AttendanceOfGroup], Field(max_length=len(AudienceGroup))] | None = None
    staff_names: Annotated[list[Text], Field(max_length=200)] | None = None
    held_from: dt.date
    held_to: dt.date | None = None
    place: Text | None = None
    organiser: Text | None = None
    certificate: Text | None = None
    certified: Count | None = None
    cost: Dong | None = None
    support_model_id: UUID | None = None


class PlaceFacts(KeptFacts):
    """A zone, school, market …, on the list from one day to another."""

    kind: PlaceKind | None = None
    name: str | None = None
    address: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    """Last day."""


class Place(PlaceFacts):
    unit: Unit | None = None


@strawberry.pydantic.input
class PlaceFilter(KeptFilter):
    """Which places."""

    kind: PlaceKind | None = None
    as_of: dt.date | None = None
    """Those listed on a day."""


@strawberry.pydantic.input
class NewPlace(NewKept):
    """A place on the list."""

    unit_id: UUID | None = None
    """Whose it is; one's own unit when left out."""
    kind: PlaceKind
    name: Text
    address: Text | None = None
    valid_from: dt.date
    valid_to: dt.date | None = None


class OutreachActivityFacts(KeptFacts):
    """What was told to whom, where and how. `reached` is about how many people; materials are things, not people."""

    title: str | None = None
    campaign: str | None = None
    form: OutreachForm | None = None
    topics: list[OutreachTopic] | None = None
    place_ids: list[UUID] | None = None
    held_from: dt.date | None = None
    held_to: dt.date | None = None
    """Last day."""
    audience: list[AudienceGroup] | None = None
    reached: int | None = None
    sessions: int | None = None
    materials: int | None = None
    commissioned_body: str | None = None
    """Who was paid or asked to do it."""
    cost: int | None = None
    """In đồng."""
    support_model_id: UUID | None = None


class OutreachActivity(OutreachActivityFacts):
    unit: Unit | None = None
    support_model: SupportModelFacts | None = None
    places: list[PlaceFacts] | None = None


@strawberry.pydantic.input
class OutreachActivityFilter(KeptFilter):
    """Which activities."""

    form: OutreachForm | None = None
    topic: OutreachTopic | None = None
    audience: AudienceGroup | None = None
    place_id: UUID | None = None
    support_model_id: UUID | None = None
    held_since: dt.date | None = None
    """Those that had not ended before this day."""
    held_until: dt.date | None = None
    """Those that had begun by this day."""


@strawberry.pydantic.input
class NewOutreachActivity(NewKept):
    """An activity, planned or held."""

    unit_id: UUID | None = None
    """Whose it is; one's own unit when left out."""
    title: Text
    campaign: Text | None = None
    form: OutreachForm
    topics: Topics
    place_ids: Annotated[list[UUID], Field(max_length=100)] | None = None
    held_from: dt.date
    held_to: dt.date | None = None
    audience: Groups | None = None
    reached: Count | None = None
    sessions: Count | None = None
    materials: Count | None = None
    commissioned_body: Text | None = None
    cost: Dong | None = None
    support_model_id: UUID | None = None


class PressItemFacts(KeptFacts):
    """What was printed, broadcast or posted about the work."""

    title: str | None = None
    published_on: dt.date | None = None
    outlet: str | None = None
    level: PressLevel | None = None
    link: str | None = None
    """An https address."""
    topics: list[OutreachTopic] | None = None
    support_model_id: UUID | None = None


class PressItem(PressItemFacts):
    unit: Unit | None = None
    support_model: SupportModelFacts | None = None


@strawberry.pydantic.input
class PressItemFilter(KeptFilter):
    """Which items."""

    level: PressLevel | None = None
    topic: OutreachTopic | None = None
    support_model_id: UUID | None = None
    published_since: dt.date | None = None


@strawberry.pydantic.input
class NewPressItem(NewKept):
    """An item."""

    unit_id: UUID | None = None
    """Whose it is; one's own unit when left out."""
    title: Text
    published_on: dt.date
    outlet: Text
    level: PressLevel
    link: Annotated[str, Field(max_length=2000)] | None = None
    topics: Annotated[list[OutreachTopic], Field(max_length=len(OutreachTopic))] | None = None
    support_model_id: UUID | None = None


TrainingPatch = patch_of("TrainingPatch", NewTraining, TRAININGS.settled)
TrainingQuery = query_of("TrainingQuery", TrainingFilter)
PlacePatch = patch_of("PlacePatch", NewPlace, PLACES.settled)
PlaceQuery = query_of("PlaceQuery", PlaceFilter)
OutreachActivityPatch = patch_of("OutreachActivityPatch", NewOutreachActivity, OUTREACH_ACTIVITIES.settled)
OutreachActivityQuery = query_of("OutreachActivityQuery", OutreachActivityFilter)
PressItemPatch = patch_of("PressItemPatch", NewPressItem, PRESS_ITEMS.settled)
PressItemQuery = query_of("PressItemQuery", PressItemFilter)
