"""Awards and inspection visits, as they travel."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import strawberry.pydantic

from api.schemas.base import worded
from api.schemas.keeping import KeptFacts, KeptFilter, NewKept, Prose, Text, patch_of, query_of
from api.schemas.support_models import SupportModelFacts
from api.schemas.units import Unit
from domain.outreach.noun import AwardKind, IndividualKind, InspectionKind, RecipientKind
from domain.outreach.recognition import AWARDS, INSPECTION_VISITS

worded(AwardKind, IndividualKind, InspectionKind, RecipientKind)


class AwardFacts(KeptFacts):
    """An award. Somebody who came home is named only with their consent for that purpose."""

    kind: AwardKind | None = None
    title: str | None = None
    recipient_kind: RecipientKind | None = None
    recipient_unit_id: UUID | None = None
    recipient_name: str | None = None
    individual_kind: IndividualKind | None = None
    awarded_on: dt.date | None = None
    awarded_by: str | None = None
    decision_number: str | None = None
    reason: str | None = None
    consent_on: dt.date | None = None
    consent_withdrawn_on: dt.date | None = None
    """With it the name and the reason are gone."""
    support_model_id: UUID | None = None


class Award(AwardFacts):
    unit: Unit | None = None
    support_model: SupportModelFacts | None = None
    recipient_unit: Unit | None = None


@strawberry.pydantic.input
class AwardFilter(KeptFilter):
    """Which awards."""

    kind: AwardKind | None = None
    recipient_kind: RecipientKind | None = None
    individual_kind: IndividualKind | None = None
    support_model_id: UUID | None = None


@strawberry.pydantic.input
class NewAward(NewKept):
    """An award to a unit (by id), a collective (by name) or an individual (by name, and as what)."""

    unit_id: UUID | None = None
    """Whose record it is; one's own unit when left out."""
    kind: AwardKind
    title: Text
    recipient_kind: RecipientKind
    recipient_unit_id: UUID | None = None
    recipient_name: Text | None = None
    individual_kind: IndividualKind | None = None
    awarded_on: dt.date
    awarded_by: Text
    decision_number: Text | None = None
    reason: Prose | None = None
    consent_on: dt.date | None = None
    """Required of a good example: agreed to be named for this award."""
    consent_withdrawn_on: dt.date | None = None
    support_model_id: UUID | None = None


class InspectionVisitFacts(KeptFacts):
    """An inspection: what was found, and what must be put right by when."""

    kind: InspectionKind | None = None
    visited_on: dt.date | None = None
    body: str | None = None
    """Who inspected."""
    subject: str | None = None
    support_model_id: UUID | None = None
    findings: str | None = None
    remedy: str | None = None
    remedy_due_on: dt.date | None = None
    """Becomes a task of the unit."""
    remedied_on: dt.date | None = None
    remedied_how: str | None = None
    overdue: bool | None = None


class InspectionVisit(InspectionVisitFacts):
    unit: Unit | None = None
    support_model: SupportModelFacts | None = None


@strawberry.pydantic.input
class InspectionVisitFilter(KeptFilter):
    """Which visits."""

    kind: InspectionKind | None = None
    support_model_id: UUID | None = None
    remedy_open: bool | None = None
    overdue: bool | None = None
    remedy_due_before: dt.date | None = None


@strawberry.pydantic.input
class NewInspectionVisit(NewKept):
    """A visit."""

    unit_id: UUID | None = None
    """The unit that was inspected; one's own when left out."""
    kind: InspectionKind
    visited_on: dt.date
    body: Text
    subject: Text | None = None
    support_model_id: UUID | None = None
    findings: Prose | None = None
    remedy: Prose | None = None
    remedy_due_on: dt.date | None = None
    remedied_on: dt.date | None = None
    remedied_how: Prose | None = None


AwardPatch = patch_of("AwardPatch", NewAward, AWARDS.settled)
AwardQuery = query_of("AwardQuery", AwardFilter)
InspectionVisitPatch = patch_of("InspectionVisitPatch", NewInspectionVisit, INSPECTION_VISITS.settled)
InspectionVisitQuery = query_of("InspectionVisitQuery", InspectionVisitFilter)
