"""GraphQL: figures of counselling, and the link that an anonymous client makes."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import strawberry
import strawberry.pydantic

from api.graphql.road import ask
from api.graphql.types import Given
from api.schemas.clients import ClientLink
from api.schemas.contacts import CounsellingCount, CountedContacts
from domain.client import rules as client
from domain.client.noun import CLIENT
from domain.contact.figures import count_contacts
from domain.contact.noun import CONTACT_COUNT

LazyClient = Annotated["AnonymousClientNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name


@strawberry.pydantic.type(name="CounsellingCount", description=CounsellingCount.__doc__)
class CounsellingCountNode(CounsellingCount):
    pass


@strawberry.type
class CounsellingQueries:
    @strawberry.field
    def counselling_counts(self, count: CountedContacts) -> list[CounsellingCountNode] | None:
        """Persons and contacts of whole months, told apart; they are never added."""
        return ask(lambda ctx, q: count_contacts(ctx, count.command(), q.one(CONTACT_COUNT)))


@strawberry.type
class CounsellingActs:
    @strawberry.mutation
    def link_anonymous_client(self, id: UUID, link: ClientLink, given: Given | None = None) -> LazyClient | None:
        """The client tells who they are (needs given.ifMatch)."""
        return ask(lambda ctx, q: client.link_anonymous_client(ctx, link.command(id=id), q.one(CLIENT)), given=given)

    @strawberry.mutation
    def unlink_anonymous_client(self, id: UUID, given: Given | None = None) -> LazyClient | None:
        """The client takes it back (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: client.unlink_anonymous_client(ctx, client.UnlinkClient(id), q.one(CLIENT)), given=given
        )
