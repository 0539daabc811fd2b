"""By when something must happen to a referral: rules of the book, dated, and the explanation of each day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from domain.law.clock import Deadline, Event, run_clock
from domain.law.in_force import Law
from domain.law.wording import Bilingual
from domain.referral.moves import EXPIRING
from domain.task.due import TaskDue

SINCE: Final = Bilingual("Trạng thái hiện tại từ", "In its present state since")
ACCEPTED: Final = Bilingual("Được tiếp nhận", "Accepted")
LAST_DONE: Final = Bilingual("Lần theo dõi trước", "Last followed up")
PLANNED: Final = 3
"""Follow-ups that are made on acceptance; as long as the service goes on, each that is done brings another."""


def next_step(law: Law, state: str, since: date) -> Deadline:
    """When the next move is due: it is reminded of then, for nothing is lost by it."""
    rule = law.book.rule("referral.due", since, state=state)
    return run_clock(rule, law.calendar, Event(since, SINCE), kind="referral_step")


def expiry(law: Law, state: str, since: date) -> date | None:
    """The last day on which a referral may still wait in this state; None where it does not expire."""
    if state not in EXPIRING:
        return None
    rule = law.book.rule("referral.expiry", since, state=state)
    return run_clock(rule, law.calendar, Event(since, SINCE)).due_on


def planned(law: Law, accepted: date) -> tuple[Deadline, ...]:
    """The follow-ups that begin with an acceptance."""
    return tuple(_turn(law, accepted, str(turn), ACCEPTED) for turn in range(1, PLANNED + 1))


def another(law: Law, since: date) -> Deadline:
    """The follow-up after the last."""
    return _turn(law, since, "later", LAST_DONE)


def _turn(law: Law, since: date, turn: str, name: Bilingual) -> Deadline:
    rule = law.book.rule("referral.follow_up", since, turn=turn)
    return run_clock(rule, law.calendar, Event(since, name), kind="referral_follow_up")


def as_task(clock: Deadline, kind: str | None = None) -> TaskDue:
    clock = replace(clock, kind=kind or clock.kind)
    return TaskDue(
        kind=clock.kind,
        due_at=clock.due,
        due_on=clock.due_on,
        rule=str(clock.rule),
        explanation={"steps": clock.explanation.as_data()},
        skipped=[{"day": day.day, "reason": day.reason.value} for day in clock.skipped],
    )
