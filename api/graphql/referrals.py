"""GraphQL: what the unit addressed answers to a referral, itself or as told."""

from __future__ import annotations

from uuid import UUID

import strawberry

from api.graphql.road import ask
from api.graphql.types import Given, LazyReferral, Via
from api.schemas.referrals import ReferralAnswer, ReferralToldAnswer
from domain.referral.noun import REFERRAL
from domain.referral.rules import REFERRALS


@strawberry.type
class ReferralActs:
    @strawberry.mutation
    def answer_referral(
        self, id: UUID, said: ReferralAnswer, given: Given | None = None, via: Via | None = None
    ) -> LazyReferral | None:
        """Receive, accept or decline, say how it went (the unit addressed; needs given.ifMatch)."""
        return ask(lambda ctx, q: REFERRALS.answer(ctx, said.command(id=id), q.one(REFERRAL)), given=given, via=via)

    @strawberry.mutation
    def record_told_answer(
        self, id: UUID, said: ReferralToldAnswer, given: Given | None = None, via: Via | None = None
    ) -> LazyReferral | None:
        """Record, as the side that sent, what a unit answered that nobody signs in for (needs given.ifMatch)."""
        return ask(lambda ctx, q: REFERRALS.tell(ctx, said.command(id=id), q.one(REFERRAL)), given=given, via=via)
