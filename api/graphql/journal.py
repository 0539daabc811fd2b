"""GraphQL: the journal."""

from __future__ import annotations

from uuid import UUID

import strawberry

from api.graphql.road import ask
from api.graphql.types import Connection, JournalEntryNode
from api.schemas.journal import JournalFilter
from domain.journal.noun import JOURNAL_ENTRY
from domain.journal.use_cases import access_log, journal


@strawberry.type
class JournalQueries:
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
