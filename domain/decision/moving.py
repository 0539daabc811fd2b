"""`POST …/transitions` of a decision: each move is an act of its own, with its own permission."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.acts import Act, Context, act, choice
from domain.decision.delivering import deliver_decision
from domain.decision.ending import annul_decision, correct_decision
from domain.decision.model import MoveDecision
from domain.decision.noun import DECISION
from domain.decision.use_cases import known_decision, sign_decision, withdraw_decision
from domain.law.life_cycles import MANAGEMENT_DECISION
from domain.reading import Scope
from domain.refusals import Refusal


@act(DECISION, "write_case", guarded=True)
async def refuse_decision_move(records: Any, _ctx: Context, within: Scope, move: MoveDecision) -> UUID:
    """What nobody does by hand: `superseded` comes by signing the next decision, `drafted` never again."""
    known = await known_decision(records, move.id, within)
    found = MANAGEMENT_DECISION.move(known.state, move.to)
    raise Refusal("move_needs", missing=list(found.requires))


MOVES: dict[str, Act[MoveDecision]] = {
    "signed": sign_decision,
    "withdrawn": withdraw_decision,
    "delivered": deliver_decision,
    "corrected": correct_decision,
    "annulled": annul_decision,
}


@choice(sign_decision)
def move_decision(_ctx: Context, move: MoveDecision) -> Act[MoveDecision]:
    """The act of the move asked for."""
    return MOVES.get(move.to, refuse_decision_move)
