"""The two tables of moves of a club: of a membership, of a session; and in which months a member is evaluated."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from domain.club.noun import MembershipState, SessionState
from domain.law.life_cycle import LifeCycle, Move

ASKED, AGREED, INVITED = MembershipState.ASKED, MembershipState.AGREED, MembershipState.INVITED
JOINED, SUSPENDED = MembershipState.JOINED, MembershipState.SUSPENDED
LEFT, REFUSED = MembershipState.LEFT, MembershipState.REFUSED
OWN_WILL = "vận động tham gia: taking part is the person's own choice (dossier §7.1)"

MEMBERSHIP_LIFE = LifeCycle(
    "club_membership",
    initial=ASKED,
    moves=(
        Move(ASKED, AGREED, ("agreed_by",), "only who agreed to be contacted is shown to the board"),
        Move(ASKED, REFUSED, because=OWN_WILL),
        Move(AGREED, INVITED),
        Move(AGREED, REFUSED, because=OWN_WILL),
        Move(INVITED, JOINED),
        Move(INVITED, REFUSED, because=OWN_WILL),
        Move(JOINED, SUSPENDED, ("reason",)),
        Move(JOINED, LEFT, because=OWN_WILL),
        Move(SUSPENDED, JOINED),
        Move(SUSPENDED, LEFT, because=OWN_WILL),
    ),
)
SEEN_BY_BOARD = frozenset({AGREED, INVITED, JOINED, SUSPENDED})
"""States in which the club's own unit sees the person."""
SESSION_LIFE = LifeCycle(
    "club_session",
    initial=SessionState.PLANNED,
    moves=(
        Move(SessionState.PLANNED, SessionState.HELD),
        Move(SessionState.PLANNED, SessionState.CANCELLED, ("reason",)),
    ),
)


class Happened(NamedTuple):
    """A move of a membership: the state it led to, and on which day."""

    state: str
    on: date


def first_of(day: date) -> date:
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (first_of(day) + timedelta(days=31)).replace(day=1)


def spans(events: Sequence[Happened]) -> Iterator[tuple[date, date | None]]:
    """From which day until before which day somebody was a member; the last one may be open. Events in order."""
    since: date | None = None
    for event in events:
        if event.state == JOINED and since is None:
            since = event.on
        elif event.state != JOINED and since is not None:
            yield since, event.on
            since = None
    if since is not None:
        yield since, None


def member_in(events: Sequence[Happened], month: date) -> bool:
    """Whether somebody was a member on any day of the month: then they may be evaluated for it."""
    return any(
        since < next_month(month) and (until is None or until > first_of(month)) for since, until in spans(events)
    )


def first_due(events: Sequence[Happened], evaluated: Collection[date]) -> date | None:
    """The first month without an evaluation that the member was there for from its first to its last day, past or to
    come; none for who is suspended or left: they are not evaluated.
    """
    found = list(spans(events))
    if not found or found[-1][1] is not None:
        return None
    for since, until in found:
        month = since if since.day == 1 else next_month(since)
        while until is None or next_month(month) <= until:
            if month not in evaluated:
                return month
            month = next_month(month)
    return None
