"""Whose move it is, what a referral opens, and when it is due: pure rules."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from domain.law.in_force import Law
from domain.law.rows import shipped_book
from domain.law.working_days import WorkingCalendar
from domain.referral.clocks import another, expiry, next_step, planned
from domain.referral.moves import CYCLE, EXPIRING, FOLLOWED, OPEN, SIDES, Side, step
from domain.referral.noun import ConsentScope, ReferralKind, ReferralState, classes_of
from domain.refusals import Refusal

LAW = Law(
    shipped_book(), WorkingCalendar.layered([], [], first=date(2020, 1, 1), last=date(2040, 12, 31), version="test")
)
EVERYTHING = (
    "consent_on",
    "consent_scope",
    "recall_reason",
    "decline_reason",
    "attended_on",
    "service_from",
    "outcome",
    "appointment_on",
)


def test_every_move_has_a_side_and_every_state_of_the_issue_is_there():
    assert set(SIDES) == {(move.source, move.to) for move in CYCLE.moves}
    assert all(SIDES.values())
    assert CYCLE.states == {state.value for state in ReferralState}


@pytest.mark.parametrize(("side", "source", "to"), list(product(Side, ReferralState, ReferralState)))
def test_a_side_makes_its_own_moves_and_no_others(side, source, to):
    if side in SIDES.get((source, to), ()):
        step(side, source, to, EVERYTHING)
        return
    with pytest.raises(Refusal) as refused:
        step(side, source, to, EVERYTHING)
    assert refused.value.code == "wrong_move"
    for allowed in refused.value.facts["allowed"]:
        step(side, source, allowed, EVERYTHING)


def test_from_every_open_state_each_side_that_waits_can_end_it():
    """No referral can be stuck: the sender recalls or breaks off from every state but the draft, which is voided."""
    ends = {source for (source, to), sides in SIDES.items() if Side.SENDER in sides and to in CYCLE.finals}
    assert ends == OPEN - {ReferralState.DRAFT}


@pytest.mark.parametrize("state", sorted(OPEN))
def test_every_open_state_has_a_next_day(state):
    if state in FOLLOWED:
        assert planned(LAW, date(2026, 2, 1))[0].due_on == date(2026, 2, 15)
    else:
        assert next_step(LAW, state, date(2026, 2, 1)).due_on == date(2026, 2, 15)


def test_what_waits_for_an_answer_expires_and_what_is_under_way_does_not():
    assert {"sent", "received", "accepted", "no_show"} == EXPIRING
    assert {state for state in OPEN if expiry(LAW, state, date(2026, 1, 1))} == EXPIRING


@pytest.mark.parametrize(
    ("accepted", "days"),
    [
        (date(2028, 2, 15), [date(2028, 2, 29), date(2028, 3, 31), date(2028, 5, 15)]),
        (date(2027, 2, 15), [date(2027, 3, 1), date(2027, 4, 1), date(2027, 5, 16)]),
    ],
)
def test_follow_ups_are_planned_by_calendar_days_over_a_29_february(accepted, days):
    assert [clock.due_on for clock in planned(LAW, accepted)] == days
    assert another(LAW, days[-1]).due_on > days[-1]


@pytest.mark.parametrize("kind", list(ReferralKind))
def test_nothing_beyond_the_consent_is_opened_and_nothing_of_other_support_ever(kind):
    assert classes_of(kind, (ConsentScope.IDENTITY,)) == ("referral", "referral_follow_up", "task")
    everything = set(classes_of(kind, tuple(ConsentScope)))
    assert everything <= {"referral", "referral_follow_up", "task", "person_phone", "person_identifier", "residence"}


@pytest.mark.parametrize(
    "kind", [ReferralKind.MENTAL_HEALTH, ReferralKind.HEALTH_SERVICE, ReferralKind.TESTING_BEYOND_STATION]
)
def test_a_health_service_gets_no_number_and_no_address_even_when_agreed(kind):
    assert set(classes_of(kind, tuple(ConsentScope))) == {"referral", "referral_follow_up", "task", "person_phone"}
