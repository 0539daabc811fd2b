"""GraphQL: review rounds."""

from __future__ import annotations

from uuid import UUID

import strawberry

from api.graphql.course_types import ReviewedPersonNode, ReviewRequestNode, ReviewRoundNode
from api.graphql.road import ask
from api.graphql.types import Connection, Given, Via
from api.schemas.reviews import (
    NewReviewRound,
    ReviewAddition,
    ReviewAnswer,
    ReviewedPersonFilter,
    ReviewedPersonMove,
    ReviewRequestFilter,
    ReviewRoundFilter,
    ReviewRoundMove,
)
from domain.review import use_cases as review
from domain.review.noun import ENTRY, REQUEST, ROUND


@strawberry.type
class ReviewQueries:
    @strawberry.field
    def review_rounds(
        self, first: int = 50, after: str | None = None, where: ReviewRoundFilter | None = None
    ) -> Connection[ReviewRoundNode] | None:
        """Rounds with their figures, newest first."""
        return ask(lambda ctx, q: review.rounds(ctx, q.page(ctx, ROUND)), first=first, after=after, where=where)

    @strawberry.field
    def review_round(self, id: UUID, via: Via | None = None) -> ReviewRoundNode | None:
        """One round."""
        return ask(lambda ctx, q: review.rounds(ctx, q.one(ROUND, id)), via=via)

    @strawberry.field
    def review_requests(
        self, first: int = 50, after: str | None = None, where: ReviewRequestFilter | None = None
    ) -> Connection[ReviewRequestNode] | None:
        """What was asked; for a centre, what it is asked."""
        return ask(lambda ctx, q: review.requests(ctx, q.page(ctx, REQUEST)), first=first, after=after, where=where)

    @strawberry.field
    def review_request(self, id: UUID, via: Via | None = None) -> ReviewRequestNode | None:
        """One request."""
        return ask(lambda ctx, q: review.requests(ctx, q.one(REQUEST, id)), via=via)

    @strawberry.field
    def reviewed_persons(
        self, first: int = 50, after: str | None = None, where: ReviewedPersonFilter | None = None
    ) -> Connection[ReviewedPersonNode] | None:
        """Persons of rounds; `outcome: unanswered` = who is still waited for."""
        return ask(lambda ctx, q: review.entries(ctx, q.page(ctx, ENTRY)), first=first, after=after, where=where)

    @strawberry.field
    def reviewed_person(self, id: UUID, via: Via | None = None) -> ReviewedPersonNode | None:
        """One person of a round."""
        return ask(lambda ctx, q: review.entries(ctx, q.one(ENTRY, id)), via=via)


@strawberry.type
class ReviewActs:
    @strawberry.mutation
    def start_review_round(self, new: NewReviewRound, given: Given | None = None) -> ReviewRoundNode | None:
        """Ask centres and methadone clinics for the people coming home or finishing."""
        return ask(lambda ctx, q: review.start_round(ctx, new.command(), q.one(ROUND)), given=given)

    @strawberry.mutation
    def move_review_round(self, id: UUID, move: ReviewRoundMove, given: Given | None = None) -> ReviewRoundNode | None:
        """Close, withdraw or open again (needs given.ifMatch)."""
        return ask(lambda ctx, q: review.move_round(ctx, move.command(id=id), q.one(ROUND)), given=given)

    @strawberry.mutation
    def add_reviewed_persons(
        self, id: UUID, addition: ReviewAddition, given: Given | None = None
    ) -> ReviewRoundNode | None:
        """Add persons the commune knows of itself (needs given.ifMatch of the round)."""
        return ask(lambda ctx, q: review.add_entries(ctx, addition.command(id=id), q.one(ROUND)), given=given)

    @strawberry.mutation
    def answer_review_request(
        self, id: UUID, answer: ReviewAnswer, given: Given | None = None
    ) -> ReviewRequestNode | None:
        """A centre's answer: the persons, or nobody (needs given.ifMatch)."""
        return ask(lambda ctx, q: review.answer_request(ctx, answer.command(id=id), q.one(REQUEST)), given=given)

    @strawberry.mutation
    def move_reviewed_person(
        self, id: UUID, move: ReviewedPersonMove, given: Given | None = None
    ) -> ReviewedPersonNode | None:
        """One outcome a person (needs given.ifMatch)."""
        return ask(lambda ctx, q: review.move_entry(ctx, move.command(id=id), q.one(ENTRY)), given=given)
