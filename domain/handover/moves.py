"""The moves of a hand-over as each side sees them: the asked side answers, the asking side withdraws."""

from __future__ import annotations

from typing import Any

from domain.handover.noun import HandoverState
from domain.law.life_cycle import Move
from domain.law.life_cycles import HANDOVER

ANSWERS = frozenset({HandoverState.ACKNOWLEDGED, HandoverState.ACCEPTED, HandoverState.DECLINED})
WITHDRAWS = frozenset({HandoverState.WITHDRAWN})
BY_EVENT = {HandoverState.EXPIRED: "deadline_passed", HandoverState.EFFECTIVE: "accepted"}
"""What time or another move brings; nobody makes it by hand."""
SIDES = {"asked": ANSWERS, "asking": WITHDRAWS, "both": ANSWERS | WITHDRAWS}


def listed(side: str, state: str) -> list[dict[str, Any]]:
    """The moves out of a state; `because` says whose move it is, where it is not this side's."""
    return [_told(move, SIDES[side]) for move in HANDOVER.allowed(state)]


def _told(move: Move, own: frozenset[HandoverState]) -> dict[str, Any]:
    to = HandoverState(move.to)
    told: dict[str, Any] = {"to": move.to, "allowed": to in own}
    if move.requires and to not in BY_EVENT:
        told["requires"] = list(move.requires)
    if to not in own:
        told["because"] = BY_EVENT.get(to) or ("the_asked_side" if to in ANSWERS else "the_asking_side")
    return told


SIDE_MOVES = {side: {state: listed(side, state) for state in sorted(HANDOVER.states)} for side in SIDES}
