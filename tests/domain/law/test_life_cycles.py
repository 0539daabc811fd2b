"""The tables of moves: what may follow what, and what each move needs."""

from __future__ import annotations

import pytest

from domain.law.life_cycle import LifeCycle, Move
from domain.law.life_cycles import (
    CASE,
    CASE_STATE_AFTER,
    DISCHARGE_NOTICE,
    HANDOVER,
    LIFE_CYCLES,
    MANAGEMENT_DECISION,
    OPEN_CASE_STATES,
    REVIEW_ROUND,
    REVIEWED_PERSON,
)
from domain.law.removal import RemovalEffect
from domain.refusals import Refusal
from tests.architecture.test_tone import STIGMA

TABLES = {
    CASE: {
        "noticed": "proposed removed annulled",
        "proposed": "noticed decided removed annulled",
        "decided": "active removed annulled",
        "active": "interrupted completed removed annulled",
        "interrupted": "active completed removed annulled",
        "completed": "annulled",
        "removed": "annulled",
        "annulled": "",
    },
    DISCHARGE_NOTICE: {
        "draft": "sent cancelled",
        "sent": "received cancelled",
        "received": "accepted returned misrouted cancelled",
        "returned": "sent cancelled",
        "misrouted": "sent cancelled",
        "accepted": "cancelled",
        "cancelled": "",
    },
    MANAGEMENT_DECISION: {
        "drafted": "signed withdrawn",
        "signed": "delivered superseded corrected annulled",
        "delivered": "superseded corrected annulled",
        "corrected": "delivered superseded annulled",
        "withdrawn": "",
        "superseded": "",
        "annulled": "",
    },
    HANDOVER: {
        "proposed": "acknowledged accepted declined withdrawn expired",
        "acknowledged": "accepted declined withdrawn expired",
        "accepted": "effective withdrawn",
        "effective": "",
        "declined": "",
        "withdrawn": "",
        "expired": "",
    },
    REVIEW_ROUND: {"open": "closed withdrawn", "closed": "open", "withdrawn": ""},
    REVIEWED_PERSON: {
        "unanswered": "opens_case not_ours unknown",
        "opens_case": "",
        "not_ours": "unanswered",
        "unknown": "unanswered",
    },
}
PAIRS = [
    (cycle, state, to)
    for cycle, table in TABLES.items()
    for state in table
    for to in table
]  # fmt: skip


@pytest.mark.parametrize(("cycle", "state", "to"), PAIRS, ids=[f"{c.name}:{s}→{t}" for c, s, t in PAIRS])
def test_a_move_is_made_when_the_table_has_it_and_refused_with_the_others_when_not(cycle, state, to) -> None:
    allowed = TABLES[cycle][state].split()
    if to in allowed:
        requires = next(move.requires for move in cycle.allowed(state) if move.to == to)
        assert cycle.move(state, to, requires).to == to
        return
    with pytest.raises(Refusal, match="wrong_move") as refused:
        cycle.move(state, to)
    assert refused.value.facts["allowed"] == allowed


def test_every_life_cycle_and_every_state_is_in_the_table() -> None:
    assert set(TABLES) == set(LIFE_CYCLES)
    assert all(cycle.states == set(table) for cycle, table in TABLES.items())


@pytest.mark.parametrize("cycle", TABLES, ids=[cycle.name for cycle in TABLES])
def test_states_nothing_leads_out_of_are_final(cycle) -> None:
    assert cycle.finals == {state for state, to in TABLES[cycle].items() if not to}


@pytest.mark.parametrize(
    ("state", "to", "given", "missing"),
    [
        ("active", "removed", (), ["removal_reason", "document"]),
        ("active", "removed", ("removal_reason",), ["document"]),
        ("proposed", "decided", (), ["signed_decision"]),
        ("interrupted", "active", ("release_document",), ["time_left"]),
        ("active", "completed", (), ["certificate"]),
        ("removed", "annulled", (), ["annulment_document"]),
    ],
)
def test_a_move_without_its_grounds_is_refused_with_what_is_missing(state, to, given, missing) -> None:
    with pytest.raises(Refusal, match="move_needs") as refused:
        CASE.move(state, to, given)
    assert refused.value.facts["missing"] == missing


def test_a_decision_is_signed_by_another_than_its_drafter_with_number_and_frozen_content() -> None:
    with pytest.raises(Refusal, match="move_needs") as refused:
        MANAGEMENT_DECISION.move("drafted", "signed", ("number", "content_hash"))
    assert refused.value.facts["missing"] == ["signer_is_not_drafter"]


def test_an_open_case_is_every_state_before_the_end() -> None:
    assert {"completed", "removed", "annulled"} == CASE.states - OPEN_CASE_STATES


def test_a_pending_hand_over_is_no_case_state() -> None:
    assert not [state for state in CASE.states if "transfer" in state or "handover" in state]


def test_every_effect_of_a_removal_ground_leads_to_a_state_an_active_case_may_take() -> None:
    assert set(CASE_STATE_AFTER) == set(RemovalEffect)
    reachable = {move.to for move in CASE.allowed("active")}
    assert {state for state in CASE_STATE_AFTER.values() if state} <= reachable


@pytest.mark.parametrize("cycle", LIFE_CYCLES, ids=[cycle.name for cycle in LIFE_CYCLES])
def test_no_code_of_a_life_cycle_stigmatises_or_shouts(cycle) -> None:
    assert all(state == state.lower() and not STIGMA.search(state.replace("_", " ")) for state in cycle.states)


@pytest.mark.parametrize(
    "moves",
    [
        (Move("a", "b"), Move("a", "b")),
        (Move("a", "b"), Move("c", "d")),
    ],
)
def test_a_table_with_a_double_move_or_an_island_is_refused(moves) -> None:
    with pytest.raises(ValueError, match="t: "):
        LifeCycle("t", initial="a", moves=moves)
