"""The output types of GraphQL: the shapes of REST, with connections for to-many relations."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Generic, TypeVar
from uuid import UUID

import strawberry
import strawberry.pydantic

from api.schemas import accounts, journal, persons, units
from api.schemas.base import worded

T = TypeVar("T")


class Via(StrEnum):
    """Another road to the row: granted to me, or made under my unit."""

    GRANT = "grant"
    MADE = "made"


worded(Via)


@strawberry.type
class PageInfo:
    """Where a page stands."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None
    incomplete: bool
    """A nationwide search looked at a bounded number of candidates: add a word."""


@strawberry.type
class Edge(Generic[T]):
    """A row and the cursor that stands after it."""

    cursor: str
    node: T


@strawberry.type
class Connection(Generic[T]):
    """A page of rows; `first` is at most 200."""

    nodes: list[T]
    edges: list[Edge[T]]
    page_info: PageInfo
    total_count: int | None


@strawberry.input
class Given:
    """Conditions of one mutation, as the headers If-Match, Idempotency-Key and Prefer: validate-only in REST."""

    if_match: str | None = None
    idempotency_key: str | None = None
    validate_only: bool = False


LazyContact = Annotated["CounsellingContactNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name
LazyMembership = Annotated["ClubMembershipNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name
LazyReferral = Annotated["ReferralNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name
LazyFieldReport = Annotated["FieldReportNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name
LazyVisit = Annotated["HealthVisitNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name
LazyNeed = Annotated["NeedNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name
LazyPlan = Annotated["ReintegrationPlanNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name
LazyVocational = Annotated["VocationalSupportNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name
LazyJob = Annotated["JobPlacementNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name
LazyHousehold = Annotated["HouseholdStatusNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name
LazyLoan = Annotated["LoanSupportNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name
LazyUnit = Annotated["UnitNode", strawberry.lazy("api.graphql.types")]
LazyLineage = Annotated["LineageNode", strawberry.lazy("api.graphql.types")]


@strawberry.pydantic.type(name="UnitLineage", description=units.LineageFacts.__doc__)
class LineageNode(units.LineageFacts):
    @strawberry.pydantic.field
    def origin(self) -> LazyUnit | None: ...

    @strawberry.pydantic.field
    def successor(self) -> LazyUnit | None: ...


@strawberry.pydantic.type(name="Unit", description=units.UnitFacts.__doc__)
class UnitNode(units.UnitFacts):
    @strawberry.pydantic.field
    def parent(self) -> LazyUnit | None: ...

    @strawberry.pydantic.field
    def children(self, first: int = 20, after: str | None = None) -> Connection[LazyUnit] | None: ...

    @strawberry.pydantic.field(description="What it became.")
    def successions(self, first: int = 20, after: str | None = None) -> Connection[LazyLineage] | None: ...

    @strawberry.pydantic.field(description="What it came from.")
    def origins(self, first: int = 20, after: str | None = None) -> Connection[LazyLineage] | None: ...


@strawberry.pydantic.type(name="PersonIdentifier", description=persons.IdentifierFacts.__doc__)
class IdentifierNode(persons.IdentifierFacts):
    pass


@strawberry.pydantic.type(name="PersonPhone", description=persons.PhoneFacts.__doc__)
class PhoneNode(persons.PhoneFacts):
    pass


@strawberry.pydantic.type(name="Residence", description=persons.ResidenceFacts.__doc__)
class ResidenceNode(persons.ResidenceFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...


@strawberry.pydantic.type(name="Responsibility", description=persons.ResponsibilityFacts.__doc__)
class ResponsibilityNode(persons.ResponsibilityFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def residences(self, first: int = 20, after: str | None = None) -> Connection[ResidenceNode] | None: ...


@strawberry.pydantic.type(name="Person", description=persons.PersonFacts.__doc__)
class PersonNode(persons.PersonFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def identifiers(self, first: int = 20, after: str | None = None) -> Connection[IdentifierNode] | None: ...

    @strawberry.pydantic.field
    def phones(self, first: int = 20, after: str | None = None) -> Connection[PhoneNode] | None: ...

    @strawberry.pydantic.field
    def residences(self, first: int = 20, after: str | None = None) -> Connection[ResidenceNode] | None: ...

    @strawberry.pydantic.field
    def responsibilities(self, first: int = 20, after: str | None = None) -> Connection[ResponsibilityNode] | None: ...

    @strawberry.pydantic.field
    def referrals(self, first: int = 20, after: str | None = None) -> Connection[LazyReferral] | None: ...

    @strawberry.pydantic.field
    def counselling_contacts(self, first: int = 20, after: str | None = None) -> Connection[LazyContact] | None: ...

    @strawberry.pydantic.field
    def health_visits(self, first: int = 20, after: str | None = None) -> Connection[LazyVisit] | None: ...

    @strawberry.pydantic.field
    def needs(self, first: int = 20, after: str | None = None) -> Connection[LazyNeed] | None: ...

    @strawberry.pydantic.field
    def reintegration_plans(self, first: int = 20, after: str | None = None) -> Connection[LazyPlan] | None: ...

    @strawberry.pydantic.field
    def vocational_supports(self, first: int = 20, after: str | None = None) -> Connection[LazyVocational] | None: ...

    @strawberry.pydantic.field
    def job_placements(self, first: int = 20, after: str | None = None) -> Connection[LazyJob] | None: ...

    @strawberry.pydantic.field
    def household_statuses(self, first: int = 20, after: str | None = None) -> Connection[LazyHousehold] | None: ...

    @strawberry.pydantic.field
    def loan_supports(self, first: int = 20, after: str | None = None) -> Connection[LazyLoan] | None: ...

    @strawberry.pydantic.field
    def memberships(self, first: int = 20, after: str | None = None) -> Connection[LazyMembership] | None: ...


@strawberry.pydantic.type(name="Appointment", description=accounts.AppointmentFacts.__doc__)
class AppointmentNode(accounts.AppointmentFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...


@strawberry.pydantic.type(name="Account", description=accounts.AccountFacts.__doc__)
class AccountNode(accounts.AccountFacts):
    @strawberry.pydantic.field
    def unit(self) -> UnitNode | None: ...

    @strawberry.pydantic.field
    def appointments(self, first: int = 20, after: str | None = None) -> Connection[AppointmentNode] | None: ...


@strawberry.pydantic.type(name="JournalEntry", description=journal.JournalEntryFacts.__doc__)
class JournalEntryNode(journal.JournalEntryFacts):
    @strawberry.pydantic.field
    def account(self) -> AccountNode | None: ...


@strawberry.type
class Capability:
    """What the caller may do, and how far."""

    permission: str
    reach: str


@strawberry.type
class Sight:
    """How the caller sees a class of field: clear, on_purpose, masked, absent."""

    kind: str
    sight: str


@strawberry.type
class Me:
    """Who is signed in, and as what."""

    account_id: UUID
    user_name: str
    display_name: str
    session_id: UUID
    appointment_id: UUID
    role: str
    unit_id: UUID
    unit_name: str
    level: str
    capabilities: list[Capability]
    sights: list[Sight]
