"""A person with everything that hangs on them: the case file, read in one statement by `include=`."""

from __future__ import annotations

from api.schemas.clubs import ClubMembershipFacts
from api.schemas.contacts import CounsellingContactFacts
from api.schemas.health_visits import HealthVisitFacts
from api.schemas.livelihoods import HouseholdStatusFacts, JobPlacementFacts, VocationalSupportFacts
from api.schemas.loans import LoanSupportFacts
from api.schemas.needs import NeedFacts
from api.schemas.persons import IdentifierFacts, PersonFacts, PhoneFacts, Residence, Responsibility
from api.schemas.plans import ReintegrationPlanFacts
from api.schemas.referrals import ReferralFacts
from api.schemas.units import Unit


class Person(PersonFacts):
    unit: Unit | None = None
    identifiers: list[IdentifierFacts] | None = None
    phones: list[PhoneFacts] | None = None
    residences: list[Residence] | None = None
    responsibilities: list[Responsibility] | None = None
    referrals: list[ReferralFacts] | None = None
    """Newest first; an organisation sees those it wrote and those sent to it."""
    counselling_contacts: list[CounsellingContactFacts] | None = None
    """Newest first; what was said, for its author's circle only."""
    health_visits: list[HealthVisitFacts] | None = None
    """That there was one and when; what was found, for the health station only."""
    memberships: list[ClubMembershipFacts] | None = None
    """Of clubs; a club sees its own."""
    needs: list[NeedFacts] | None = None
    reintegration_plans: list[ReintegrationPlanFacts] | None = None
    vocational_supports: list[VocationalSupportFacts] | None = None
    job_placements: list[JobPlacementFacts] | None = None
    household_statuses: list[HouseholdStatusFacts] | None = None
    loan_supports: list[LoanSupportFacts] | None = None
