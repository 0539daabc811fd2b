"""The GraphQL schema: root fields only. Whole resolvers are one expression; they return what the executor answers."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.graphql.me import me
from api.graphql.nodes import any_node
from api.graphql.road import Executor, ask
from api.graphql.types import (
    AccountNode,
    AppointmentNode,
    Connection,
    Given,
    IdentifierNode,
    JournalEntryNode,
    LineageNode,
    Me,
    Node,
    PersonNode,
    PhoneNode,
    ResidenceNode,
    ResponsibilityNode,
    UnitNode,
)
from api.schemas.accounts import AccountFilter, AccountPatch, AppointmentEnd, NewAccount, NewAppointment
from api.schemas.base import orders, worded
from api.schemas.journal import JournalFilter
from api.schemas.persons import (
    IdentifierPatch,
    NewIdentifier,
    NewPerson,
    NewPhone,
    NewResidence,
    PersonFilter,
    PersonPatch,
    PhonePatch,
    ResidencePatch,
    ResponsibilityFilter,
    VoidBody,
)
from api.schemas.units import LineageFilter, UnitFilter, unit_filters
from api.searching import attempts
from domain.account import use_cases as account
from domain.account.model import OfAccount
from domain.account.noun import ACCOUNT, APPOINTMENT
from domain.journal.noun import JOURNAL_ENTRY
from domain.journal.use_cases import access_log, journal
from domain.person import use_cases as person
from domain.person.noun import IDENTIFIER, PERSON, PHONE, RESIDENCE, RESPONSIBILITY
from domain.units.noun import LINEAGE, UNIT
from domain.units.use_cases import lineages, units


class Via(StrEnum):
    """Another road to the row: granted to me, or made under my unit."""

    GRANT = "grant"
    MADE = "made"


PersonOrder = orders("PersonOrder", PERSON.orders)
ResponsibilityOrder = orders("ResponsibilityOrder", RESPONSIBILITY.orders)
worded(Via)


@strawberry.type
class Query:
    """Reads. Every field is one SQL statement, under the caller's scope, with its journal row."""

    @strawberry.field
    async def me(self, info: strawberry.Info) -> Me:
        """Who is signed in, and what they may do."""
        return await me(info.context.ctx)

    @strawberry.field
    def node(self, id: UUID) -> Node | None:
        """Anything by its id; name the types you await in inline fragments."""
        return ask(lambda ctx, q: any_node(ctx, q, id))

    @strawberry.field
    def units(
        self, first: int = 50, after: str | None = None, where: UnitFilter | None = None
    ) -> Connection[UnitNode] | None:
        """Units by day, level, parent, code or part of a name. Resolve a code with `asOf`."""
        return ask(
            lambda ctx, q: units(ctx, q.asked(ctx, UNIT, unit_filters(q.filters()))),
            first=first,
            after=after,
            where=where,
        )

    @strawberry.field
    def unit(self, id: UUID) -> UnitNode | None:
        """One unit."""
        return ask(lambda ctx, q: units(ctx, q.one(UNIT, id)))

    @strawberry.field
    def unit_successions(
        self, first: int = 50, after: str | None = None, where: LineageFilter | None = None
    ) -> Connection[LineageNode] | None:
        """Edges of succession by day and kind."""
        return ask(lambda ctx, q: lineages(ctx, q.page(ctx, LINEAGE)), first=first, after=after, where=where)

    @strawberry.field
    def persons(
        self,
        first: int = 50,
        after: str | None = None,
        order: PersonOrder | None = None,  # type: ignore[valid-type]
        where: PersonFilter | None = None,
        via: Via | None = None,
    ) -> Connection[PersonNode] | None:
        """Persons in reach, in Vietnamese name order; `where.q` searches names."""
        return ask(
            lambda ctx, q: person.search_persons(ctx, attempts(ctx, q)),
            first=first,
            after=after,
            order=order,
            where=where or PersonFilter(),
            via=via,
        )

    @strawberry.field
    def person(self, id: UUID, via: Via | None = None) -> PersonNode | None:
        """One person. Out of reach and missing are the same."""
        return ask(lambda ctx, q: person.persons(ctx, q.one(PERSON, id)), via=via)

    @strawberry.field
    def person_identifier(self, id: UUID, via: Via | None = None) -> IdentifierNode | None:
        """One paper."""
        return ask(lambda ctx, q: person.identifiers(ctx, q.one(IDENTIFIER, id)), via=via)

    @strawberry.field
    def person_phone(self, id: UUID, via: Via | None = None) -> PhoneNode | None:
        """One phone."""
        return ask(lambda ctx, q: person.phones(ctx, q.one(PHONE, id)), via=via)

    @strawberry.field
    def residence(self, id: UUID, via: Via | None = None) -> ResidenceNode | None:
        """One residence."""
        return ask(lambda ctx, q: person.residences(ctx, q.one(RESIDENCE, id)), via=via)

    @strawberry.field
    def responsibilities(
        self,
        first: int = 50,
        after: str | None = None,
        order: ResponsibilityOrder | None = None,  # type: ignore[valid-type]
        where: ResponsibilityFilter | None = None,
        via: Via | None = None,
    ) -> Connection[ResponsibilityNode] | None:
        """Stretches of responsibility; `via: made, where: {ended: true}` = formerly ours."""
        return ask(
            lambda ctx, q: person.responsibilities(ctx, q.page(ctx, RESPONSIBILITY)),
            first=first,
            after=after,
            order=order,
            where=where,
            via=via,
        )

    @strawberry.field
    def responsibility(self, id: UUID, via: Via | None = None) -> ResponsibilityNode | None:
        """One stretch of responsibility."""
        return ask(lambda ctx, q: person.responsibilities(ctx, q.one(RESPONSIBILITY, id)), via=via)

    @strawberry.field
    def accounts(
        self, first: int = 50, after: str | None = None, where: AccountFilter | None = None
    ) -> Connection[AccountNode] | None:
        """Accounts of one's unit and the units below."""
        return ask(lambda ctx, q: account.accounts(ctx, q.page(ctx, ACCOUNT)), first=first, after=after, where=where)

    @strawberry.field
    def account(self, id: UUID) -> AccountNode | None:
        """One account."""
        return ask(lambda ctx, q: account.accounts(ctx, q.one(ACCOUNT, id)))

    @strawberry.field
    def appointment(self, id: UUID) -> AppointmentNode | None:
        """One appointment."""
        return ask(lambda ctx, q: account.appointments(ctx, q.one(APPOINTMENT, id)))

    @strawberry.field
    def journal(
        self, first: int = 50, after: str | None = None, where: JournalFilter | None = None
    ) -> Connection[JournalEntryNode] | None:
        """Who read, wrote or was refused what, newest first."""
        return ask(lambda ctx, q: journal(ctx, q.page(ctx, JOURNAL_ENTRY)), first=first, after=after, where=where)

    @strawberry.field
    def access_log(
        self, person_id: UUID, first: int = 50, after: str | None = None, where: JournalFilter | None = None
    ) -> Connection[JournalEntryNode] | None:
        """Who saw or changed this person, from whichever unit."""
        return ask(
            lambda ctx, q: access_log(
                ctx, person_id, q.asked(ctx, JOURNAL_ENTRY, {"subject_id": person_id} | q.filters())
            ),
            first=first,
            after=after,
            where=where,
        )


@strawberry.type
class Mutation:
    """Acts. Each has a transaction of its own; `given` holds its conditions."""

    @strawberry.mutation
    def create_person(self, new: NewPerson, given: Given | None = None) -> PersonNode | None:
        """Put a person on the register."""
        return ask(lambda ctx, q: person.create_person(ctx, new.command(), q.one(PERSON)), given=given)

    @strawberry.mutation
    def amend_person(self, id: UUID, patch: PersonPatch, given: Given | None = None) -> PersonNode | None:
        """Correct a person (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: person.amend_person(ctx, patch.command(id, q.provided("patch")), q.one(PERSON)), given=given
        )

    @strawberry.mutation
    def void_person(self, id: UUID, body: VoidBody, given: Given | None = None) -> PersonNode | None:
        """Void a record made in error (needs given.ifMatch)."""
        return ask(lambda ctx, q: person.void_person(ctx, body.command(id=id), q.one(PERSON)), given=given)

    @strawberry.mutation
    def record_identifier(
        self, person_id: UUID, new: NewIdentifier, given: Given | None = None
    ) -> IdentifierNode | None:
        """Add a paper."""
        return ask(
            lambda ctx, q: person.record_identifier(ctx, new.command(person_id=person_id), q.one(IDENTIFIER)),
            given=given,
        )

    @strawberry.mutation
    def amend_identifier(
        self,
        id: UUID,
        patch: IdentifierPatch,
        given: Given | None = None,
        via: Via | None = None,
    ) -> IdentifierNode | None:
        """Correct or end a paper (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: person.amend_identifier(ctx, patch.command(id, q.provided("patch")), q.one(IDENTIFIER)),
            given=given,
            via=via,
        )

    @strawberry.mutation
    def record_phone(self, person_id: UUID, new: NewPhone, given: Given | None = None) -> PhoneNode | None:
        """Add a phone."""
        return ask(lambda ctx, q: person.record_phone(ctx, new.command(person_id=person_id), q.one(PHONE)), given=given)

    @strawberry.mutation
    def amend_phone(
        self,
        id: UUID,
        patch: PhonePatch,
        given: Given | None = None,
        via: Via | None = None,
    ) -> PhoneNode | None:
        """Correct or end a phone (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: person.amend_phone(ctx, patch.command(id, q.provided("patch")), q.one(PHONE)),
            given=given,
            via=via,
        )

    @strawberry.mutation
    def record_residence(self, person_id: UUID, new: NewResidence, given: Given | None = None) -> ResidenceNode | None:
        """Add a residence."""
        return ask(
            lambda ctx, q: person.record_residence(ctx, new.command(person_id=person_id), q.one(RESIDENCE)),
            given=given,
        )

    @strawberry.mutation
    def amend_residence(
        self,
        id: UUID,
        patch: ResidencePatch,
        given: Given | None = None,
        via: Via | None = None,
    ) -> ResidenceNode | None:
        """Correct or end a residence (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: person.amend_residence(ctx, patch.command(id, q.provided("patch")), q.one(RESIDENCE)),
            given=given,
            via=via,
        )

    @strawberry.mutation
    def create_account(self, new: NewAccount, given: Given | None = None) -> AccountNode | None:
        """An account with its first appointment."""
        return ask(lambda ctx, q: account.create_account(ctx, new.command(), q.one(ACCOUNT)), given=given)

    @strawberry.mutation
    def amend_account(self, id: UUID, patch: AccountPatch, given: Given | None = None) -> AccountNode | None:
        """Correct an account (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: account.amend_account(ctx, patch.command(id, q.provided("patch")), q.one(ACCOUNT)),
            given=given,
        )

    @strawberry.mutation
    def close_account(self, id: UUID, given: Given | None = None) -> AccountNode | None:
        """Close an account (needs given.ifMatch)."""
        return ask(lambda ctx, q: account.close_account(ctx, OfAccount(id), q.one(ACCOUNT)), given=given)

    @strawberry.mutation
    def renew_credentials(self, id: UUID, given: Given | None = None) -> AccountNode | None:
        """A new activation code or secret (needs given.ifMatch)."""
        return ask(lambda ctx, q: account.renew_credentials(ctx, OfAccount(id), q.one(ACCOUNT)), given=given)

    @strawberry.mutation
    def appoint(self, account_id: UUID, new: NewAppointment, given: Given | None = None) -> AppointmentNode | None:
        """Give a role at a unit strictly below one's own."""
        return ask(
            lambda ctx, q: account.appoint(ctx, new.command(account_id=account_id), q.one(APPOINTMENT)), given=given
        )

    @strawberry.mutation
    def end_appointment(self, id: UUID, end: AppointmentEnd, given: Given | None = None) -> AppointmentNode | None:
        """End an appointment (needs given.ifMatch)."""
        return ask(lambda ctx, q: account.end_appointment(ctx, end.command(id=id), q.one(APPOINTMENT)), given=given)


schema = strawberry.Schema(
    Query,
    Mutation,
    execution_context_class=Executor,
    config=StrawberryConfig(disable_field_suggestions=True),
)
