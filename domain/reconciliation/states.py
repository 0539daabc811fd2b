"""The one state of each expected person, on the way from a centre or clinic to the first contact at home.

One table: its rows exclude one another and leave nobody out, whatever the facts
(tests/domain/reconciliation/test_states.py tries them all). The SQL of the reads is generated from it
(persistence/reconciliations.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

GRACE: Final = "reconciliation.grace"
"""The rule: whoever is more days home and was not reached is lost at the step reached last; of the day it ended."""


class Standing(StrEnum):
    """What the papers between the two sides say, before anything of the case is asked."""

    EXPECTED = "expected"
    """Named in a review round, or a notice kept back."""
    SENT = "sent"
    RECEIVED = "received"
    RETURNED = "returned"
    MISROUTED = "misrouted"
    ACCEPTED = "accepted"
    CANCELLED = "cancelled"
    NOT_OURS = "not_ours"


class ReconciliationState(StrEnum):
    """Where each person is. `lost_at_…`: home for longer than the days of grace, and nothing came after that step."""

    EXPECTED = "expected"
    NOTICED = "noticed"
    RECEIVED = "received"
    RETURNED = "returned"
    MISROUTED = "misrouted"
    ACCEPTED = "accepted"
    DECIDED = "decided"
    DELIVERED = "delivered"
    LOST_AT_EXPECTED = "lost_at_expected"
    LOST_AT_NOTICED = "lost_at_noticed"
    LOST_AT_RECEIVED = "lost_at_received"
    LOST_AT_RETURNED = "lost_at_returned"
    LOST_AT_MISROUTED = "lost_at_misrouted"
    LOST_AT_ACCEPTED = "lost_at_accepted"
    LOST_AT_DECIDED = "lost_at_decided"
    LOST_AT_DELIVERED = "lost_at_delivered"
    FIRST_CONTACT = "first_contact"
    CASE_ENDED = "case_ended"
    """The case ended before anybody spoke with the person."""
    CANCELLED = "cancelled"
    """The sender took the notice back."""
    NOT_OURS = "not_ours"
    """The commune answered in a review round that the person is not its own."""


class Facts(NamedTuple):
    """What the state of one person follows from."""

    standing: str
    decided: bool
    delivered: bool
    contacted: bool
    ended: bool
    late: bool
    """Treatment ended more days ago than `GRACE` says."""


class Row(NamedTuple):
    """A state and its facts; None: either way."""

    state: ReconciliationState
    standing: Standing
    decided: bool | None = None
    delivered: bool | None = None
    contacted: bool | None = None
    ended: bool | None = None
    late: bool | None = None

    def holds(self, facts: Facts) -> bool:
        return all(wanted is None or wanted == fact for wanted, fact in zip(self[1:], facts, strict=True))


S, R = Standing, ReconciliationState


def _waiting() -> Iterable[Row]:
    """Each step before acceptance, in time and lost."""
    for standing, state, lost in (
        (S.EXPECTED, R.EXPECTED, R.LOST_AT_EXPECTED),
        (S.SENT, R.NOTICED, R.LOST_AT_NOTICED),
        (S.RECEIVED, R.RECEIVED, R.LOST_AT_RECEIVED),
        (S.RETURNED, R.RETURNED, R.LOST_AT_RETURNED),
        (S.MISROUTED, R.MISROUTED, R.LOST_AT_MISROUTED),
    ):
        yield Row(state, standing, late=False)
        yield Row(lost, standing, late=True)


def _accepted() -> Iterable[Row]:
    """After acceptance the case says how far it came; whoever was reached is not lost, whatever paper is missing."""
    open_ = {"contacted": False, "ended": False}
    for facts, state, lost in (
        ({"decided": False, "delivered": False}, R.ACCEPTED, R.LOST_AT_ACCEPTED),
        ({"decided": True, "delivered": False}, R.DECIDED, R.LOST_AT_DECIDED),
        ({"delivered": True}, R.DELIVERED, R.LOST_AT_DELIVERED),
    ):
        yield Row(state, S.ACCEPTED, **facts, **open_, late=False)
        yield Row(lost, S.ACCEPTED, **facts, **open_, late=True)
    yield Row(R.FIRST_CONTACT, S.ACCEPTED, contacted=True)
    yield Row(R.CASE_ENDED, S.ACCEPTED, contacted=False, ended=True)


STATES: Final[tuple[Row, ...]] = (
    *_waiting(),
    *_accepted(),
    Row(R.CANCELLED, S.CANCELLED),
    Row(R.NOT_OURS, S.NOT_OURS),
)
LOST: Final = frozenset(state for state in R if state.startswith("lost_at_"))
DONE: Final = frozenset({R.FIRST_CONTACT, R.CASE_ENDED, R.CANCELLED, R.NOT_OURS})
"""Nobody is waited for any more."""


class Age(StrEnum):
    """For how long nothing has happened to somebody who is waited for."""

    WEEK = "week"
    """Up to 7 days."""
    MONTH = "month"
    """8 to 30 days."""
    QUARTER = "quarter"
    """31 to 90 days."""
    LONGER = "longer"
    """More than 90 days."""


AGES: Final = ((Age.WEEK, 7), (Age.MONTH, 30), (Age.QUARTER, 90))
"""Up to how many days each; whoever waits longer is `longer`."""


def state_of(facts: Facts) -> ReconciliationState:
    """The state of the one row that holds."""
    (row,) = (row for row in STATES if row.holds(facts))
    return row.state
