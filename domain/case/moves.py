"""The moves of a case and a decision as callers see them: which are open, what they need, and why some are not."""

from __future__ import annotations

from typing import Any

from domain.law.life_cycle import LifeCycle, Move
from domain.law.life_cycles import CASE, MANAGEMENT_DECISION

BY_EVENT: dict[tuple[str, str], str] = {
    ("proposed", "decided"): "sign_the_decision",
    ("decided", "active"): "start_is_reached",
    ("signed", "superseded"): "sign_the_next_decision",
    ("delivered", "superseded"): "sign_the_next_decision",
    ("corrected", "superseded"): "sign_the_next_decision",
}
"""Moves that another act or a day brings; nobody makes them by hand."""


def listed(cycle: LifeCycle, state: str) -> list[dict[str, Any]]:
    """The moves out of a state: `because` says what brings a move that is not open by hand."""
    return [_told(move) for move in cycle.allowed(state)]


def _told(move: Move) -> dict[str, Any]:
    event = BY_EVENT.get((move.source, move.to))
    told: dict[str, Any] = {"to": move.to, "allowed": event is None}
    if move.requires:
        told["requires"] = list(move.requires)
    if event or move.because:
        told["because"] = event or move.because
    return told


def offering(moves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The moves of an undecided case whose notice was cancelled: `annulled` needs no more than that notice."""
    offered = {"to": "annulled", "allowed": True, "requires": ["notice_id"], "because": "notice_cancelled"}
    return [move if move["to"] != "annulled" else offered | {"notice_id": NOTICE_ID} for move in moves]


NOTICE_ID = "{notice_id}"
"""Where the id of the cancelled notice goes."""
CASE_MOVES = {state: listed(CASE, state) for state in sorted(CASE.states)}
DECISION_MOVES = {state: listed(MANAGEMENT_DECISION, state) for state in sorted(MANAGEMENT_DECISION.states)}
CANCELLED_MOVES = {state: offering(CASE_MOVES[state]) for state in ("noticed", "proposed")}
