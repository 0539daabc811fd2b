"""GraphQL: the register of persons."""

from __future__ import annotations

from uuid import UUID

import strawberry

from api.graphql.road import ask
from api.graphql.types import (
    Connection,
    Given,
    IdentifierNode,
    PersonNode,
    PhoneNode,
    ResidenceNode,
    ResponsibilityNode,
    Via,
)
from api.schemas.base import orders
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
from api.searching import attempts
from domain.person import use_cases as person
from domain.person.noun import IDENTIFIER, PERSON, PHONE, RESIDENCE, RESPONSIBILITY

PersonOrder = orders("PersonOrder", PERSON.orders)
ResponsibilityOrder = orders("ResponsibilityOrder", RESPONSIBILITY.orders)


@strawberry.type
class PersonQueries:
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


@strawberry.type
class PersonActs:
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
