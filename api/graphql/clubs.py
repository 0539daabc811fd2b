"""GraphQL: clubs, and what a club does beside its kept rows."""

from __future__ import annotations

from uuid import UUID

import strawberry
import strawberry.pydantic

from api.graphql.kept import NODES
from api.graphql.road import ask
from api.graphql.types import Connection, Given, Via
from api.schemas.base import orders
from api.schemas.club_figures import MembershipRight, MonthOf, SupportModelMonth
from api.schemas.club_sessions import Attendance
from api.schemas.clubs import ClubFilter, NewClub
from api.schemas.progress import MemberReading
from domain.club import clubs as club_of
from domain.club import figures
from domain.club import reading_code as codes
from domain.club.noun import EVALUATION, MEMBERSHIP, SESSION
from domain.club.sessions import taking_attendance
from domain.support_model.noun import SUPPORT_MODEL
from domain.support_model.rules import SUPPORT_MODELS

# types that are made from the doors of the nouns are values to mypy: hence valid-type below
ClubOrder = orders("ClubOrder", SUPPORT_MODEL.orders)
ClubNode, MembershipNode = NODES["SupportModel"], NODES["ClubMembership"]
SessionNode, EvaluationNode = NODES["ClubSession"], NODES["ProgressEvaluation"]


@strawberry.pydantic.type(name="SupportModelMonth", description=SupportModelMonth.__doc__)
class MonthNode(SupportModelMonth):
    pass


@strawberry.pydantic.type(name="MembershipRight", description=MembershipRight.__doc__)
class RightNode(MembershipRight):
    pass


@strawberry.type
class ClubQueries:
    @strawberry.field
    def clubs(
        self,
        first: int = 50,
        after: str | None = None,
        order: ClubOrder | None = None,  # type: ignore[valid-type]
        where: ClubFilter | None = None,
        via: Via | None = None,
    ) -> Connection[ClubNode] | None:  # type: ignore[valid-type]
        """Clubs in reach, newest first: support models of kind club."""
        return ask(
            lambda ctx, q: SUPPORT_MODELS.read(ctx, q.asked(ctx, SUPPORT_MODEL, q.filters() | club_of.CLUBS_ALONE)),
            first=first,
            after=after,
            order=order,
            where=where or ClubFilter(),
            via=via,
        )

    @strawberry.field
    def club(self, id: UUID, via: Via | None = None) -> ClubNode | None:  # type: ignore[valid-type]
        """One club."""
        return ask(lambda ctx, q: club_of.one_club(ctx, q.one(SUPPORT_MODEL, id)), via=via)

    @strawberry.field
    def support_model_month(self, id: UUID, of: MonthOf) -> MonthNode | None:
        """What a club, point or team did in a month or quarter: persons, clients and times apart. Nobody is named."""
        return ask(lambda ctx, q: figures.month_of_model(ctx, of.command(id=id), q.one(figures.SUPPORT_MONTH)))

    @strawberry.field
    def club_membership_rights(self, id: UUID) -> list[RightNode] | None:
        """Which rights a member used and what waits: counselling, legal, health, loan, training."""
        return ask(lambda ctx, q: figures.rights_of(ctx, id, q.one(figures.RIGHT)))


@strawberry.type
class ClubActs:
    @strawberry.mutation
    def record_club(self, new: NewClub, given: Given | None = None) -> ClubNode | None:  # type: ignore[valid-type]
        """Plan a club; it is corrected and moved as a support model, the same row."""
        return ask(lambda ctx, q: SUPPORT_MODELS.record(ctx, new.command(), q.one(SUPPORT_MODEL)), given=given)

    @strawberry.mutation
    def take_attendance(self, id: UUID, taken: Attendance, given: Given | None = None) -> SessionNode | None:  # type: ignore[valid-type]
        """Who came, in one call: the whole list in place of the one before (needs given.ifMatch)."""
        return ask(lambda ctx, q: taking_attendance(ctx, taken.command(id=id), q.one(SESSION)), given=given)

    @strawberry.mutation
    def give_reading_code(self, id: UUID, given: Given | None = None) -> MembershipNode | None:  # type: ignore[valid-type]
        """A new code by which the member reads their evaluations, shown once (needs given.ifMatch)."""
        return ask(lambda ctx, q: codes.give_reading_code(ctx, codes.GiveCode(id), q.one(MEMBERSHIP)), given=given)

    @strawberry.mutation
    def read_with_member(self, id: UUID, reading: MemberReading, given: Given | None = None) -> EvaluationNode | None:  # type: ignore[valid-type]
        """The member reads it, by the code that they keep, with somebody of the staff (needs given.ifMatch)."""
        return ask(lambda ctx, q: codes.read_with_member(ctx, reading.command(id=id), q.one(EVALUATION)), given=given)
