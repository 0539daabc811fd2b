"""The table of moves of a referral, and whose each is: the side that sent it, the side addressed, or the clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from domain.law.life_cycle import LifeCycle, Move
from domain.referral.noun import FollowUpState as F
from domain.referral.noun import ReferralState as S
from domain.refusals import Refusal


class Side(StrEnum):
    SENDER = "sender"
    RECEIVER = "receiver"
    CLOCK = "clock"


_CONSENT = ("consent_on", "consent_scope")
_MOVES: Final[tuple[tuple[Move, frozenset[Side]], ...]] = tuple(
    (Move(source, to, needs, because), frozenset(sides))
    for source, to, needs, because, *sides in (
        (S.DRAFT, S.SENT, _CONSENT, "consent first", Side.SENDER),
        (S.SENT, S.RECEIVED, (), "", Side.RECEIVER),
        (S.SENT, S.RECALLED, ("recall_reason",), "", Side.SENDER),
        (S.SENT, S.EXPIRED, (), "referral.expiry", Side.CLOCK),
        (S.RECEIVED, S.ACCEPTED, (), "", Side.RECEIVER),
        (S.RECEIVED, S.DECLINED, ("decline_reason",), "", Side.RECEIVER),
        (S.RECEIVED, S.RECALLED, ("recall_reason",), "", Side.SENDER),
        (S.RECEIVED, S.EXPIRED, (), "referral.expiry", Side.CLOCK),
        (S.ACCEPTED, S.ATTENDED, ("attended_on",), "", Side.RECEIVER),
        (S.ACCEPTED, S.NO_SHOW, (), "", Side.RECEIVER),
        (S.ACCEPTED, S.RECALLED, ("recall_reason",), "", Side.SENDER),
        (S.ACCEPTED, S.EXPIRED, (), "referral.expiry", Side.CLOCK),
        (S.NO_SHOW, S.ACCEPTED, ("appointment_on",), "another appointment", Side.RECEIVER),
        (S.NO_SHOW, S.ATTENDED, ("attended_on",), "", Side.RECEIVER),
        (S.NO_SHOW, S.DISCONTINUED, ("outcome",), "", Side.RECEIVER, Side.SENDER),
        (S.NO_SHOW, S.RECALLED, ("recall_reason",), "", Side.SENDER),
        (S.NO_SHOW, S.EXPIRED, (), "referral.expiry", Side.CLOCK),
        (S.ATTENDED, S.IN_SERVICE, ("service_from",), "", Side.RECEIVER),
        (S.ATTENDED, S.COMPLETED, ("outcome",), "", Side.RECEIVER),
        (S.ATTENDED, S.DISCONTINUED, ("outcome",), "", Side.RECEIVER, Side.SENDER),
        (S.IN_SERVICE, S.COMPLETED, ("outcome",), "", Side.RECEIVER),
        (S.IN_SERVICE, S.DISCONTINUED, ("outcome",), "", Side.RECEIVER, Side.SENDER),
    )
)
CYCLE: Final = LifeCycle("referral", initial=S.DRAFT, moves=[move for move, _ in _MOVES])
SIDES: Final[Mapping[tuple[str, str], frozenset[Side]]] = {(move.source, move.to): sides for move, sides in _MOVES}
OPEN: Final = CYCLE.states - CYCLE.finals
"""States in which something is still to come: each has a next due date."""
FOLLOWED: Final = frozenset({S.ACCEPTED, S.NO_SHOW, S.ATTENDED, S.IN_SERVICE})
"""States in which follow-ups carry the next due date."""
EXPIRING: Final = frozenset(move.source for move in CYCLE.moves if move.to == S.EXPIRED)

FOLLOW_UP_CYCLE: Final = LifeCycle(
    "referral_follow_up",
    initial=F.DUE,
    moves=[Move(F.DUE, F.DONE, ("done_on", "result")), Move(F.DUE, F.DROPPED)],
)


def step(side: Side, state: str, to: str, given: Collection[str]) -> None:
    """Raises `wrong_move` with the moves this side may make, `move_needs` with what is missing."""
    if side not in SIDES.get((state, to), ()):
        mine = [move.to for move in CYCLE.allowed(state) if side in SIDES[move.source, move.to]]
        raise Refusal("wrong_move", noun=CYCLE.name, state=state, to=to, allowed=mine)
    CYCLE.move(state, to, given)
