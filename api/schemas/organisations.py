"""Organisations and their contributions, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import Field
from strawberry.scalars import JSON

from api.schemas.base import worded
from api.schemas.keeping import Dong, KeptFacts, KeptFilter, Moved, NewKept, Text, Vnd, patch_of, query_of
from api.schemas.support_models import SupportModelFacts
from api.schemas.units import Unit
from domain.contribution.noun import ContributionKind, ContributionState
from domain.contribution.rules import CONTRIBUTIONS
from domain.model_partner.noun import PartnerPart
from domain.model_partner.rules import MODEL_PARTNERS
from domain.organisation.noun import OrganisationKind
from domain.organisation.rules import ORGANISATIONS

worded(ContributionKind, ContributionState, OrganisationKind, PartnerPart)

Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""
Places = Annotated[int, Field(ge=1, le=100_000)]


class OrganisationFacts(KeptFacts):
    """A school, employer, sponsor, service … about nobody: no personal data. Everyone who works with support reads it,
    wherever it was recorded.
    """

    name: str | None = None
    kind: OrganisationKind | None = None
    foreign: bool | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2, of a foreign one."""
    registration_number: str | None = None
    """Tax code or licence of the organisation."""
    address: str | None = None
    website: str | None = None
    note: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    """Last day."""


class Organisation(OrganisationFacts):
    unit: Unit | None = None


class ModelPartnerFacts(KeptFacts):
    """The part an organisation takes in a support model."""

    support_model_id: UUID | None = None
    organisation_id: UUID | None = None
    part: PartnerPart | None = None
    note: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    """Last day."""


class ModelPartner(ModelPartnerFacts):
    unit: Unit | None = None
    support_model: SupportModelFacts | None = None
    organisation: OrganisationFacts | None = None


class ContributionFacts(KeptFacts):
    """What an organisation pledges and gives to a support model. It names nobody who is looked after."""

    support_model_id: UUID | None = None
    organisation_id: UUID | None = None
    kind: ContributionKind | None = None
    state: ContributionState | None = None
    transitions: JSON | None = None
    """Which states may follow, and what each move needs."""
    purpose: str | None = None
    pledged_on: dt.date | None = None
    pledged_vnd: Vnd | None = None
    """Of money, in đồng."""
    pledged_places: int | None = None
    """Of training places or jobs."""
    due_on: dt.date | None = None
    """When it was promised for; the day becomes a task."""
    received_on: dt.date | None = None
    received_vnd: Vnd | None = None
    """All that came so far."""
    received_places: int | None = None
    """All that came so far."""
    withdrawn_on: dt.date | None = None
    withdraw_reason: str | None = None


class Contribution(ContributionFacts):
    unit: Unit | None = None
    support_model: SupportModelFacts | None = None
    organisation: OrganisationFacts | None = None


@strawberry.pydantic.input
class OrganisationFilter(KeptFilter):
    """Which organisations."""

    kind: OrganisationKind | None = None
    foreign: bool | None = None
    words: Annotated[str | None, Field(max_length=100)] = None
    """Part of the name, with or without accents."""


@strawberry.pydantic.input
class NewOrganisation(NewKept):
    """An organisation, kept by a unit in reach (the caller's own, when none is named)."""

    unit_id: UUID | None = None
    name: Text
    kind: OrganisationKind
    country: Country | None = None
    """Of a foreign one only."""
    registration_number: Text | None = None
    address: Text | None = None
    website: Text | None = None
    note: Text | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


@strawberry.pydantic.input
class ModelPartnerFilter(KeptFilter):
    """Which parts."""

    support_model_id: UUID | None = None
    organisation_id: UUID | None = None
    part: PartnerPart | None = None


@strawberry.pydantic.input
class NewModelPartner(NewKept):
    """A part taken in a model."""

    support_model_id: UUID
    organisation_id: UUID
    part: PartnerPart
    note: Text | None = None
    valid_from: dt.date
    valid_to: dt.date | None = None


@strawberry.pydantic.input
class ContributionFilter(KeptFilter):
    """Which contributions."""

    support_model_id: UUID | None = None
    organisation_id: UUID | None = None
    kind: ContributionKind | None = None
    state: ContributionState | None = None


@strawberry.pydantic.input
class NewContribution(NewKept):
    """A pledge: money in đồng, training places or jobs in numbers."""

    support_model_id: UUID
    organisation_id: UUID
    kind: ContributionKind
    purpose: Text | None = None
    pledged_on: dt.date
    pledged_vnd: Annotated[Dong, Field(ge=1)] | None = None
    pledged_places: Places | None = None
    due_on: dt.date | None = None


@strawberry.pydantic.input
class ContributionMove(Moved):
    """What came of a pledge. `received_vnd`, `received_places` are all that came so far; left out at `received`, the
    whole pledge.
    """

    to: ContributionState
    TO: ClassVar = ContributionState
    received_on: dt.date | None = None
    received_vnd: Annotated[Dong, Field(ge=1)] | None = None
    received_places: Places | None = None
    withdrawn_on: dt.date | None = None
    withdraw_reason: Text | None = None


OrganisationPatch = patch_of("OrganisationPatch", NewOrganisation, ORGANISATIONS.settled)
OrganisationQuery = query_of("OrganisationQuery", OrganisationFilter)
ModelPartnerPatch = patch_of("ModelPartnerPatch", NewModelPartner, MODEL_PARTNERS.settled)
ModelPartnerQuery = query_of("ModelPartnerQuery", ModelPartnerFilter)
ContributionPatch = patch_of("ContributionPatch", NewContribution, CONTRIBUTIONS.settled)
ContributionQuery = query_of("ContributionQuery", ContributionFilter)
