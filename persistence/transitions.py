"""The moves a resource lists: a life cycle of the domain as one SQL expression, so that the rule stands once."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from enum import StrEnum

from domain.law.life_cycle import LifeCycle, Move

Sides = Mapping[tuple[str, str], Collection[StrEnum]]
"""(source, to) → whose move it is, where a noun has several sides."""


def transitions(cycle: LifeCycle, column: str = "state", *, sides: Sides | None = None) -> str:
    """JSON `[{to, allowed, requires?, because?, sides?}]` of the moves out of a row's state ({t} = the row)."""
    cases = " ".join(f"when '{state}' then {_listed(cycle, state, sides or {})}" for state in sorted(cycle.states))
    return f"case {{t}}.{column} {cases} end"


def _listed(cycle: LifeCycle, state: str, sides: Sides) -> str:
    told = [_told(move) | _sided(sides.get((move.source, move.to), ())) for move in cycle.allowed(state)]
    moves = json.dumps(told, ensure_ascii=False)
    return f"'{moves.replace(chr(39), chr(39) * 2)}'::json"


def _told(move: Move) -> dict[str, object]:
    told: dict[str, object] = {"to": move.to, "allowed": True}
    if move.requires:
        told["requires"] = list(move.requires)
    if move.because:
        told["because"] = move.because
    return told


def _sided(sides: Collection[StrEnum]) -> dict[str, object]:
    return {"sides": sorted(side.value for side in sides)} if sides else {}
