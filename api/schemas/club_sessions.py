"""Sessions of clubs and who came, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import Field
from strawberry.scalars import JSON

from api.civil import Instant
from api.schemas.base import Given, worded
from api.schemas.keeping import (
    KeptFacts,
    KeptFilter,
    Moved,
    NewKept,
    PersonFactsKept,
    PersonKeptFilter,
    Prose,
    Text,
    patch_of,
    query_of,
)
from api.schemas.persons import PersonFacts
from api.schemas.support_models import SupportModelFacts
from api.schemas.units import Unit
from domain.club import sessions
from domain.club.noun import AttendanceMark, FamilyRole, SessionState
from domain.club.sessions import SESSIONS

worded(AttendanceMark, FamilyRole, SessionState)


class ClubAttendanceFacts(PersonFactsKept):
    """Whether a member came to a session."""

    membership_id: UUID | None = None
    session_id: UUID | None = None
    held_on: dt.date | None = None
    mark: AttendanceMark | None = None


class ClubAttendance(ClubAttendanceFacts):
    person: PersonFacts | None = None


class ClubSessionFacts(KeptFacts):
    """A meeting of a club. It names nobody: members' families are counted, minutes are neutral."""

    club_id: UUID | None = None
    state: SessionState | None = None
    transitions: JSON | None = None
    """Which states may follow, and what each move needs."""
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    place: str | None = None
    topic: str | None = None
    guests: str | None = None
    """By office or organisation."""
    minutes: str | None = None
    """Please no words about health or offences: who reads them years later cannot know whom they meant."""
    reason: str | None = None
    """Why it was cancelled."""
    present: int | None = None
    """Attendances (lượt), like the two below; null until attendance was taken."""
    excused: int | None = None
    absent: int | None = None
    family: JSON | None = None
    """`[{role, number}]` of members' families."""
    family_members: int | None = None


class ClubSession(ClubSessionFacts):
    club: SupportModelFacts | None = None
    unit: Unit | None = None


@strawberry.pydantic.input
class ClubSessionFilter(KeptFilter):
    """Which sessions."""

    club_id: UUID | None = None
    state: SessionState | None = None
    starts_from: dt.date | None = None
    starts_before: dt.date | None = None


@strawberry.pydantic.input
class NewClubSession(NewKept):
    """A session, planned."""

    club_id: UUID
    starts_at: Instant
    ends_at: Instant | None = None
    place: Text | None = None
    topic: Text
    guests: Text | None = None
    minutes: Prose | None = None


@strawberry.pydantic.input
class ClubSessionMove(Moved):
    """Held, or cancelled with a reason."""

    to: SessionState
    TO: ClassVar = SessionState
    reason: Text | None = None
    minutes: Prose | None = None
    ends_at: Instant | None = None


@strawberry.pydantic.input
class AttendedMember(Given):
    COMMAND: ClassVar = sessions.Came
    membership_id: UUID
    mark: AttendanceMark

    def command(self, **_more: object) -> sessions.Came:
        return sessions.Came(self.membership_id, self.mark.value)


@strawberry.pydantic.input
class AttendedFamily(Given):
    COMMAND: ClassVar = sessions.Family
    role: FamilyRole
    number: Annotated[int, Field(ge=1, le=200)]

    def command(self, **_more: object) -> sessions.Family:
        return sessions.Family(self.role.value, self.number)


@strawberry.pydantic.input
class Attendance(Given):
    """Who came to a session: the whole list, in place of the one before. A planned session was held, then."""

    COMMAND: ClassVar = sessions.TakeAttendance
    members: Annotated[list[AttendedMember], Field(max_length=200)]
    family: Annotated[list[AttendedFamily], Field(max_length=5)] | None = None


@strawberry.pydantic.input
class ClubAttendanceFilter(PersonKeptFilter):
    """Whose attendance."""

    membership_id: UUID | None = None
    session_id: UUID | None = None
    mark: AttendanceMark | None = None


ClubSessionPatch = patch_of("ClubSessionPatch", NewClubSession, SESSIONS.settled)
ClubSessionQuery = query_of("ClubSessionQuery", ClubSessionFilter)
ClubAttendanceQuery = query_of("ClubAttendanceQuery", ClubAttendanceFilter)
