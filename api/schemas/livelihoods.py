"""Training, jobs and households, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import Field
from strawberry.scalars import JSON

from api.schemas.base import worded
from api.schemas.keeping import Dong, Moved, NewKept, PersonFactsKept, PersonKeptFilter, Text, patch_of, query_of
from api.schemas.needs import NeedFacts
from api.schemas.persons import PersonFacts
from api.schemas.units import Unit
from domain.household.noun import HouseholdProgramme, Poverty
from domain.household.rules import HOUSEHOLD_STATUSES
from domain.job.noun import IncomeBand, JobEnd, JobState
from domain.job.rules import JOB_CHECKS, JOB_PLACEMENTS
from domain.livelihood.fields import Stage
from domain.vocational.noun import TrainingFunding, VocationalState
from domain.vocational.rules import VOCATIONAL_SUPPORTS

worded(Stage, VocationalState, TrainingFunding, JobState, IncomeBand, JobEnd, Poverty, HouseholdProgramme)

Months = Annotated[int, Field(ge=1, le=600)]
Year = Annotated[int, Field(ge=0, le=9999)]
Programmes = Annotated[list[HouseholdProgramme], Field(max_length=20)]


class VocationalSupportFacts(PersonFactsKept):
    """Training of a person, from the advice to the certificate."""

    need_id: UUID | None = None
    stage: Stage | None = None
    """Where the person stood when the advice was given; frozen when recorded."""
    state: VocationalState | None = None
    trade: str | None = None
    school_id: UUID | None = None
    school_name: str | None = None
    advised_on: dt.date | None = None
    enrolled_on: dt.date | None = None
    finished_on: dt.date | None = None
    certified_on: dt.date | None = None
    certificate_number: str | None = None
    dropped_on: dt.date | None = None
    reason: str | None = None
    funding: TrainingFunding | None = None
    funding_rule: str | None = None
    """`id@version` of the rule of the day of enrolment; none for what no rule funds."""
    cost_vnd: Dong | None = None
    """Đồng; 0 = free."""
    warnings: JSON | None = None
    """What an officer should look at; it stops nothing."""
    support_model_id: UUID | None = None
    """The model it came through, or none."""
    history: JSON | None = None
    """Every move with its days."""
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`."""


class VocationalSupport(VocationalSupportFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None
    need: NeedFacts | None = None


@strawberry.pydantic.input
class VocationalSupportFilter(PersonKeptFilter):
    """Which training."""

    state: VocationalState | None = None
    stage: Stage | None = None
    funding: TrainingFunding | None = None
    need_id: UUID | None = None
    support_model_id: UUID | None = None
    advised_from: dt.date | None = None
    advised_to: dt.date | None = None


@strawberry.pydantic.input
class NewVocationalSupport(NewKept):
    """Vocational advice given to a person; what follows are moves."""

    person_id: UUID
    need_id: UUID | None = None
    advised_on: dt.date
    trade: Text | None = None
    school_id: UUID | None = None
    """An organisation on file, or:"""
    school_name: Text | None = None
    funding: TrainingFunding | None = None
    cost_vnd: Dong | None = None
    support_model_id: UUID | None = None


@strawberry.pydantic.input
class VocationalSupportMove(Moved):
    """Enrolled, finished, certified, or dropped with a reason."""

    TO: ClassVar = VocationalState
    to: VocationalState
    enrolled_on: dt.date | None = None
    finished_on: dt.date | None = None
    certified_on: dt.date | None = None
    certificate_number: Text | None = None
    dropped_on: dt.date | None = None
    reason: Text | None = None
    trade: Text | None = None
    funding: TrainingFunding | None = None
    cost_vnd: Dong | None = None


class VocationalSupportTold(NewVocationalSupport):
    """What can be corrected: what was told at first, and with the moves."""

    enrolled_on: dt.date | None = None
    finished_on: dt.date | None = None
    certified_on: dt.date | None = None
    certificate_number: Text | None = None
    dropped_on: dt.date | None = None
    reason: Text | None = None


VocationalSupportPatch = patch_of("VocationalSupportPatch", VocationalSupportTold, VOCATIONAL_SUPPORTS.settled)
VocationalSupportQuery = query_of("VocationalSupportQuery", VocationalSupportFilter)


class JobPlacementFacts(PersonFactsKept):
    """A job sought, found and ended."""

    need_id: UUID | None = None
    stage: Stage | None = None
    """Where the person stood when the search began; frozen when recorded."""
    state: JobState | None = None
    sought_on: dt.date | None = None
    placed_on: dt.date | None = None
    occupation: str | None = None
    employer_id: UUID | None = None
    employer_name: str | None = None
    income_band: IncomeBand | None = None
    ended_on: dt.date | None = None
    end_reason: JobEnd | None = None
    support_model_id: UUID | None = None
    """The model it came through, or none."""
    history: JSON | None = None
    """Every move with its days."""
    transitions: JSON | None = None
    """`[{to, allowed, requires?, because?}]`."""


class JobCheckFacts(PersonFactsKept):
    """Whether the person is still in work after so many months, and what it brings in."""

    job_placement_id: UUID | None = None
    months: int | None = None
    """3, 6 or 12: those of the rules `work.check` on the day the job began."""
    checked_on: dt.date | None = None
    in_work: bool | None = None
    income_band: IncomeBand | None = None


class JobCheck(JobCheckFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None
    job_placement: JobPlacementFacts | None = None


class JobPlacement(JobPlacementFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None
    need: NeedFacts | None = None
    checks: list[JobCheckFacts] | None = None


@strawberry.pydantic.input
class JobPlacementFilter(PersonKeptFilter):
    """Which jobs."""

    state: JobState | None = None
    stage: Stage | None = None
    need_id: UUID | None = None
    employer_id: UUID | None = None
    support_model_id: UUID | None = None
    placed_from: dt.date | None = None
    placed_to: dt.date | None = None


@strawberry.pydantic.input
class JobCheckFilter(PersonKeptFilter):
    """Which checks."""

    job_placement_id: UUID | None = None
    in_work: bool | None = None


@strawberry.pydantic.input
class NewJobPlacement(NewKept):
    """A job sought for a person; finding it is a move."""

    person_id: UUID
    need_id: UUID | None = None
    sought_on: dt.date
    occupation: Text | None = None
    employer_id: UUID | None = None
    """An organisation on file, or:"""
    employer_name: Text | None = None
    income_band: IncomeBand | None = None
    support_model_id: UUID | None = None


@strawberry.pydantic.input
class JobPlacementMove(Moved):
    """Placed, or ended with a reason."""

    TO: ClassVar = JobState
    to: JobState
    placed_on: dt.date | None = None
    occupation: Text | None = None
    employer_id: UUID | None = None
    employer_name: Text | None = None
    income_band: IncomeBand | None = None
    ended_on: dt.date | None = None
    end_reason: JobEnd | None = None


@strawberry.pydantic.input
class NewJobCheck(NewKept):
    """The answer to one of the checks."""

    person_id: UUID
    job_placement_id: UUID
    months: Months
    checked_on: dt.date
    in_work: bool
    income_band: IncomeBand | None = None


class JobPlacementTold(NewJobPlacement):
    """What can be corrected: what was told at first, and with the moves."""

    placed_on: dt.date | None = None
    ended_on: dt.date | None = None
    end_reason: JobEnd | None = None


JobPlacementPatch = patch_of("JobPlacementPatch", JobPlacementTold, JOB_PLACEMENTS.settled)
JobPlacementQuery = query_of("JobPlacementQuery", JobPlacementFilter)
JobCheckPatch = patch_of("JobCheckPatch", NewJobCheck, JOB_CHECKS.settled)
JobCheckQuery = query_of("JobCheckQuery", JobCheckFilter)


class HouseholdStatusFacts(PersonFactsKept):
    """Poverty status of a person's household in a year, and its programmes."""

    year: int | None = None
    poverty: Poverty | None = None
    certificate_number: str | None = None
    reviewed_on: dt.date | None = None
    programmes: list[HouseholdProgramme] | None = None
    enrolled_on: dt.date | None = None
    note: str | None = None


class HouseholdStatus(HouseholdStatusFacts):
    person: PersonFacts | None = None
    unit: Unit | None = None


@strawberry.pydantic.input
class HouseholdStatusFilter(PersonKeptFilter):
    """Which statuses."""

    year: int | None = None
    poverty: Poverty | None = None
    programme: HouseholdProgramme | None = None


@strawberry.pydantic.input
class NewHouseholdStatus(NewKept):
    """One a person and year."""

    person_id: UUID
    year: Year
    poverty: Poverty
    certificate_number: Text | None = None
    reviewed_on: dt.date | None = None
    programmes: Programmes = Field(default_factory=list)
    enrolled_on: dt.date | None = None
    note: Text | None = None


HouseholdStatusPatch = patch_of("HouseholdStatusPatch", NewHouseholdStatus, HOUSEHOLD_STATUSES.settled)
HouseholdStatusQuery = query_of("HouseholdStatusQuery", HouseholdStatusFilter)
