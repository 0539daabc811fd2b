"""The table of states against an oracle written as a tree: exclusive, exhaustive, and the same for every fact."""

from __future__ import annotations

import itertools

import pytest

from domain.reconciliation.states import DONE, LOST, STATES, Facts, ReconciliationState, Standing, state_of

EVERY = [Facts(standing, *bools) for standing in Standing for bools in itertools.product((False, True), repeat=5)]


def oracle(facts):
    """The rules as somebody would tell them, in another form than the table."""
    step = facts.standing
    if step in ("cancelled", "not_ours"):
        return step
    if step == "sent":
        step = "noticed"
    if step == "accepted":
        if facts.contacted:
            return "first_contact"
        if facts.ended:
            return "case_ended"
        step = "delivered" if facts.delivered else "decided" if facts.decided else "accepted"
    return f"lost_at_{step}" if facts.late else step


def test_every_combination_of_facts_has_exactly_one_state():
    assert len(EVERY) == 8 * 32
    assert [facts for facts in EVERY if sum(row.holds(facts) for row in STATES) != 1] == []


def test_the_table_says_what_the_oracle_says():
    assert [(facts, state_of(facts)) for facts in EVERY if state_of(facts) != oracle(facts)] == []


def test_every_state_is_reached_by_some_facts_and_stands_in_the_table_once():
    assert {state_of(facts) for facts in EVERY} == set(ReconciliationState)
    assert sorted(row.state for row in STATES) == sorted(ReconciliationState)


def test_who_is_lost_is_still_waited_for_and_only_lateness_makes_one_lost():
    assert not LOST & DONE
    for facts in EVERY:
        assert (state_of(facts) in LOST) == (facts.late and state_of(facts._replace(late=False)) not in DONE)


@pytest.mark.parametrize("left_out", range(len(STATES)))
def test_a_table_without_one_of_its_rows_leaves_somebody_out(left_out):
    rows = STATES[:left_out] + STATES[left_out + 1 :]
    assert any(not any(row.holds(facts) for row in rows) for facts in EVERY)
