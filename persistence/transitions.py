"""The moves a resource lists: a life cycle of the domain as one SQL expression, so that the rule stands once."""

from __future__ import annotations

import json

from domain.law.life_cycle import LifeCycle, Move


def transitions(cycle: LifeCycle, column: str = "state") -> str:
    """JSON `[{to, allowed, requires?, because?}]` of the moves out of a row's state ({t} = the row)."""
    cases = " ".join(f"when '{state}' then {_listed(cycle, state)}" for state in sorted(cycle.states))
    return f"case {{t}}.{column} {cases} end"


def _listed(cycle: LifeCycle, state: str) -> str:
    moves = json.dumps([_told(move) for move in cycle.allowed(state)], ensure_ascii=False)
    return f"'{moves.replace(chr(39), chr(39) * 2)}'::json"


def _told(move: Move) -> dict[str, object]:
    told: dict[str, object] = {"to": move.to, "allowed": True}
    if move.requires:
        told["requires"] = list(move.requires)
    if move.because:
        told["because"] = move.because
    return told
