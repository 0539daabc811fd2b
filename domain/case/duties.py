"""What is due around a case, and why: the deadlines of the law that its own unit still has to meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from domain.case.repository import CaseKnown
from domain.law.clock import Deadline, Event, run_clock
from domain.law.deadlines import CaseEvents, DeadlineKind, deadlines
from domain.law.explain import Explanation, fact_step, rule_step
from domain.law.in_force import Law
from domain.law.instants import due_instant
from domain.law.pathways import Pathway
from domain.law.rule import Rule
from domain.law.wording import Bilingual, day_text
from domain.refusals import Refusal
from domain.task.due import TaskDue

Known = DeadlineKind
DUTIES: dict[str, frozenset[DeadlineKind]] = {
    "noticed": frozenset({Known.DOSSIER, Known.PROPOSAL, Known.DECISION_LATEST}),
    "proposed": frozenset({Known.DECISION, Known.DECISION_REMINDER, Known.DECISION_LATEST}),
    "decided": frozenset({Known.DECISION_DELIVERY}),
    "active": frozenset({Known.DECISION_DELIVERY}),
    "interrupted": frozenset(),
}
"""What a case in a state waits for; the end of the term is added where it can be said."""


def duties(law: Law, case: CaseKnown) -> tuple[TaskDue, ...]:
    """The open tasks of a case as it stands, earliest first."""
    found = [*_procedure(law, case), *_end(law, case)]
    return tuple(sorted(found, key=lambda task: (task.due_at, task.kind)))


def _procedure(law: Law, case: CaseKnown) -> Iterator[TaskDue]:
    wanted = DUTIES.get(case.state, frozenset())
    if case.delivered:
        wanted -= {DeadlineKind.DECISION_DELIVERY}
    if not wanted:
        return
    events = CaseEvents(
        pathway=Pathway(case.pathway),
        completes=case.completed_at or case.completed_on,
        notice_received=case.notice_received_at,
        self_reported=case.self_reported_on,
        proposal_received=case.proposal_received_on,
    )
    yield from (task_of(found) for found in deadlines(law.book, law.calendar, events) if found.kind in wanted)


def _end(law: Law, case: CaseKnown) -> Iterator[TaskDue]:
    if case.effective_end_on is None or case.standing_still:
        return
    if case.state in ("active", "interrupted"):
        yield from _at_end(law, case.effective_end_on, "end.certificate", DeadlineKind.CERTIFICATE)
    if case.state == "completed" and not case.assessed:
        yield from _at_end(law, case.effective_end_on, "assessment.after_end", DeadlineKind.ASSESSMENT)


def _at_end(law: Law, ends_on: date, rule_id: str, kind: DeadlineKind) -> Iterator[TaskDue]:
    """Terms end years ahead: where the calendar of that year is not known yet, the day stands without its window."""
    rule = law.book.find(rule_id, ends_on)
    if rule is None:
        return
    try:
        yield task_of(run_clock(rule, law.calendar, Event(ends_on, LAST_DAY), kind=kind))
    except Refusal as no:
        if no.code != "calendar_unknown":
            raise
        yield _without_calendar(rule, ends_on, kind)


def _without_calendar(rule: Rule, ends_on: date, kind: DeadlineKind) -> TaskDue:
    text = day_text(ends_on)
    fact = fact_step(f"{LAST_DAY.vi}: {text.vi}", f"{LAST_DAY.en}: {text.en}", at=ends_on.isoformat())
    chain = Explanation((fact, rule_step(rule), fact_step(NO_CALENDAR.vi, NO_CALENDAR.en)))
    return TaskDue(kind.value, due_instant(ends_on), ends_on, str(rule.ref), explained(kind.value, ends_on, chain))


def task_of(deadline: Deadline) -> TaskDue:
    """A deadline as the inbox keeps it."""
    return TaskDue(
        kind=str(deadline.kind),
        due_at=deadline.due,
        due_on=deadline.due_on,
        rule=str(deadline.rule),
        explanation=explained(str(deadline.kind), deadline.due_on, deadline.explanation, rule=str(deadline.rule)),
        skipped=[{"day": day.day.isoformat(), "reason": day.reason.value} for day in deadline.skipped],
        opens_at=deadline.opens,
    )


def explained(of: str, value: date | None, chain: Explanation, *, rule: str = "") -> dict[str, Any]:
    """Why a date is what it is: data and a sentence in both languages, as it is stored and shown."""
    return {
        "of": of,
        "value": value and value.isoformat(),
        "rule": rule or None,
        "steps": chain.as_data(),
        "sentence": {"vi": chain.sentence("vi"), "en": chain.sentence("en")},
    }


def explanations(tasks: Iterable[TaskDue]) -> list[dict[str, Any]]:
    """The explanations of what is due, as the case shows them."""
    return [dict(task.explanation) for task in tasks]


def consequences(state: str, before: str | None, tasks: Sequence[TaskDue]) -> list[dict[str, Any]]:
    """What an act brings: the state that follows and each deadline that then runs."""
    moved = [{"kind": "state", "from": before, "to": state}] if state != before else []
    return moved + [
        {
            "kind": "deadline",
            "task": task.kind,
            "due_at": task.due_at.isoformat(),
            "due_on": task.due_on and task.due_on.isoformat(),
            "rule": task.rule,
            "sentence": task.explanation.get("sentence"),
        }
        for task in tasks
    ]


LAST_DAY = Bilingual("ngày cuối của thời hạn", "last day of the term")
NO_CALENDAR = Bilingual(
    "lịch nghỉ của năm đó chưa có; tính lại khi có lịch",
    "the calendar of that year is not known yet; counted again then",
)
