"""Clubs and memberships, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import create_model
from strawberry.scalars import JSON

from api.asking import PageQuery
from api.schemas.base import Given, worded
from api.schemas.club_sessions import ClubAttendanceFacts
from api.schemas.keeping import KeptFilter, Moved, NewKept, PersonFactsKept, PersonKeptFilter, Text, patch_of, query_of
from api.schemas.persons import PersonFacts
from api.schemas.progress import ProgressEvaluationFacts
from api.schemas.support_models import NewSupportModel, SupportModelFacts
from api.schemas.units import Unit
from domain.club import reading_code
from domain.club.memberships import MEMBERSHIPS
from domain.club.noun import AgreedBy, MembershipRole, MembershipState
from domain.keeping import Tell
from domain.support_model.noun import StandingKind, SupportModelState

worded(AgreedBy, MembershipRole, MembershipState)


# -- clubs: support models of their kind (rulings 23)


@strawberry.pydantic.input
class ClubFilter(KeptFilter):
    """Which clubs."""

    state: SupportModelState | None = None
    commune_id: UUID | None = None
    """Those that serve a commune."""
    decision_number: str | None = None


class ClubQuery(PageQuery, ClubFilter):
    """The list of clubs, newest first."""


class _NewClub(NewKept):
    """A club, planned. It keeps its own house: a unit of its own is opened inside the commune, at which its board signs
    in, unless `opens_unit` is false and `unit_id` is such a unit.
    """

    def command(self, **more: Any) -> Tell:
        return super().command(**more, kind=StandingKind.CLUB.value)


_PARTS: dict[str, Any] = {
    name: (info.annotation, True if name == "opens_unit" else info)
    for name, info in NewSupportModel.model_fields.items()
    if name not in NewKept.model_fields and name != "kind"
}
NewClub: Any = strawberry.pydantic.input(create_model("NewClub", __base__=_NewClub, __doc__=_NewClub.__doc__, **_PARTS))


# -- memberships


class MembershipEvent(PersonFactsKept):
    """A move of a membership, on its day."""

    membership_id: UUID | None = None
    from_state: MembershipState | None = None
    """Null: it began."""
    to_state: MembershipState | None = None
    happened_on: dt.date | None = None
    reason: str | None = None


class ClubMembershipFacts(PersonFactsKept):
    """A voluntary membership, separate from any decision. The club sees it from `agreed` until the member left."""

    club_id: UUID | None = None
    state: MembershipState | None = None
    transitions: JSON | None = None
    """Which states may follow, and what each move needs."""
    since: dt.date | None = None
    """First day of the present state."""
    reason: str | None = None
    """Of the last move."""
    role: MembershipRole | None = None
    namesake: bool | None = None
    """Somebody of the same name sits on the board, and it was looked at: it is not the same person."""
    asked_on: dt.date | None = None
    agreed_on: dt.date | None = None
    """When the person agreed to be contacted by the club."""
    agreed_by: AgreedBy | None = None
    joined_on: dt.date | None = None
    """For the first time."""
    left_on: dt.date | None = None
    has_reading_code: bool | None = None
    reading_code: str | None = None
    """The code for the member to keep, once; null in every other answer."""


class ProgressEvaluation(ProgressEvaluationFacts):
    person: PersonFacts | None = None
    membership: ClubMembershipFacts | None = None


class ClubMembership(ClubMembershipFacts):
    person: PersonFacts | None = None
    club: SupportModelFacts | None = None
    unit: Unit | None = None
    events: list[MembershipEvent] | None = None
    evaluations: list[ProgressEvaluationFacts] | None = None
    attendances: list[ClubAttendanceFacts] | None = None


@strawberry.pydantic.input
class ClubMembershipFilter(PersonKeptFilter):
    """Which memberships."""

    club_id: UUID | None = None
    state: MembershipState | None = None
    not_evaluated_in: dt.date | None = None
    """Members without an evaluation of the month of this day."""


@strawberry.pydantic.input
class NewClubMembership(NewKept):
    """A person was asked whether they would like to join; nobody of the club hears of it before they agree."""

    person_id: UUID
    club_id: UUID
    role: MembershipRole | None = None
    namesake: bool = False
    """True where somebody of the board only has the same name: its members are not the club's."""
    asked_on: dt.date | None = None
    """Today, when left out."""


@strawberry.pydantic.input
class ClubMembershipMove(Moved):
    """To another state; `since` is today when left out."""

    to: MembershipState
    TO: ClassVar = MembershipState
    since: dt.date | None = None
    reason: Text | None = None
    agreed_by: AgreedBy | None = None


@strawberry.pydantic.input
class MembershipEventFilter(PersonKeptFilter):
    """Which moves."""

    membership_id: UUID | None = None


@strawberry.pydantic.input
class ReadingCode(Given):
    """A new code for the member to keep; the one before stops working."""

    COMMAND: ClassVar = reading_code.GiveCode


ClubMembershipPatch = patch_of("ClubMembershipPatch", NewClubMembership, MEMBERSHIPS.settled)
ClubMembershipQuery = query_of("ClubMembershipQuery", ClubMembershipFilter)
MembershipEventQuery = query_of("MembershipEventQuery", MembershipEventFilter)
