"""GraphQL: the change feed, answered by an ordinary resolver, for it is no noun of the register."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import strawberry

from api.following import showing_the_way
from api.graphql.road import Document
from api.graphql.types import Via
from api.schemas import changes as shapes
from domain.change.model import FeedKind, Following
from domain.change.use_cases import follow


@strawberry.type(description=shapes.Change.__doc__)
class Change:
    noun: str
    id: UUID
    kind: FeedKind
    version: int | None
    cursor: str


@strawberry.type(description=shapes.Changes.__doc__)
class Changes:
    nodes: list[Change]
    next: str
    """The next cursor, always."""
    more: bool


async def _changes(held: Document, asked: Following, via: Via | None) -> Changes:
    ctx = held.ctx if via is None else replace(held.ctx, via=via.value)
    with showing_the_way(held.app, asked, ctx.via):
        batch = await follow(ctx, asked)
    told = [
        Change(noun=one.noun, id=one.id, kind=FeedKind(one.kind), version=one.version, cursor=one.cursor)
        for one in batch.changes
    ]
    return Changes(nodes=told, next=batch.next, more=batch.more)


@strawberry.type
class ChangeQueries:
    @strawberry.field
    async def changes(
        self,
        info: strawberry.Info,
        after: str | None = None,
        nouns: list[str] | None = None,
        first: int = 200,
        via: Via | None = None,
    ) -> Changes | None:
        """Rows that changed in reach, in commit order; without `after`, where to start. It does not wait."""
        return await _changes(info.context, Following(after, tuple(sorted(set(nouns or ()))), first), via)
