"""The clocks of a notice: how early it had to come, by when it must be answered, always visible."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from domain.case.duties import explained, task_of
from domain.law.clock import Event, run_clock
from domain.law.deadlines import CaseEvents, DeadlineKind, deadlines
from domain.law.explain import Explanation, fact_step, result_step, rule_step
from domain.law.in_force import Law
from domain.law.instants import due_instant, local_date, start_of
from domain.law.pathways import Pathway
from domain.law.wording import Bilingual, day_text
from domain.notice.noun import NoticeKind, NoticeState
from domain.task.due import TaskDue


class NoticeTimes(NamedTuple):
    """What is known of a notice's way."""

    kind: str
    pathway: Pathway
    completes_on: date
    told_at: datetime | None = None
    clock_started_at: datetime | None = None
    """First receipt by any commune: sending on does not start it anew."""
    changed_at: datetime | None = None
    change_seen_at: datetime | None = None


def lead(law: Law, pathway: Pathway, completes_on: date) -> TaskDue | None:
    """By when the notice had to be sent: 15 days for compulsory ends before 2026-07-01, 30 days for all from then on.

    None where the law has no figure: other ends before, substitution treatment at any time.
    """
    found = deadlines(law.book, law.calendar, CaseEvents(pathway=pathway, completes=completes_on))
    return next((task_of(due) for due in found if due.kind == DeadlineKind.DISCHARGE_NOTICE), None)


def sent_late(due: TaskDue | None, told_at: datetime) -> bool:
    """Whether a notice told at that instant came after its lead time had begun to run out."""
    return due is not None and told_at >= due.due_at


def answer_by(law: Law, times: NoticeTimes, at: datetime, task: str) -> TaskDue | None:
    """By when the commune must have proposed (or made the dossier), counted from `at`; chosen by that day's law."""
    on, scope = local_date(at), {"pathway": times.pathway.value}
    for rule_id, name in _CLOCKS[NoticeKind(times.kind)]:
        if rule := law.book.find(rule_id, on, **scope):
            return _as(task, task_of(run_clock(rule, law.calendar, Event(at, name))))
    return _by_completion(law, times, on, task)


def _by_completion(law: Law, times: NoticeTimes, on: date, task: str) -> TaskDue | None:
    """Before 2026-07-01 the notice itself set no clock (the person's report did): it is to be dealt with by the end."""
    rule = law.book.find("dossier.deadline", on)
    if rule is None:
        return None
    day = day_text(times.completes_on)
    chain = Explanation(
        (
            fact_step(f"hoàn thành cai nghiện: {day.vi}", f"treatment completed: {day.en}"),
            rule_step(rule),
            result_step(
                f"thông báo chưa có thời hạn riêng; xem xong trước khi hết ngày {day.vi}",
                f"the notice has no time limit of its own; to be dealt with by the end of {day.en}",
                due_on=times.completes_on.isoformat(),
            ),
        )
    )
    due, ref = due_instant(times.completes_on), str(rule.ref)
    return TaskDue(task, due, times.completes_on, ref, explained(task, times.completes_on, chain, rule=ref))


def _as(task: str, due: TaskDue) -> TaskDue:
    return TaskDue(task, due.due_at, due.due_on, due.rule, due.explanation, due.skipped, due.opens_at)


DECISION_MISSING: Final = "decision_missing"
UNALARMED: Final = frozenset({NoticeState.DRAFT, NoticeState.CANCELLED})


def missing_decision(law: Law, state: str, times: NoticeTimes, now: datetime) -> TaskDue | None:
    """The alarm of a treatment that ends within the hours of the rule; for whoever asks no decision is in force.

    Only Form 51: the law has a decision handed over at no other end. The hour of the end is not known, so the day's
    first counts.
    """
    rule = law.book.find(ALARM, times.completes_on)
    if rule is None or times.kind != NoticeKind.FORM_51 or state in UNALARMED:
        return None
    clock = task_of(run_clock(rule, law.calendar, Event(times.completes_on, _COMPLETES, any_hour=True)))
    if now < clock.due_at:
        return None
    due_at = start_of(times.completes_on)
    due_on = times.completes_on - timedelta(days=1)
    return TaskDue(DECISION_MISSING, due_at, due_on, clock.rule, clock.explanation, opens_at=clock.due_at)


def alarm_window(law: Law, today: date) -> tuple[date, date] | None:
    """The days on which a treatment may end whose decision is to be looked for today; None where no rule asks."""
    rule = law.book.find(ALARM, today) or law.book.find(ALARM, today + _AHEAD)
    if rule is None:
        return None
    return rule.valid_from or date.min, today + timedelta(days=rule.value.whole // 24 + 1)


ALARM: Final = "decision.alarm"
_AHEAD: Final = timedelta(days=7)
"""A rule that begins soon speaks of ends that are near already."""
READ, ANSWER, SEND_ON, SEE_CHANGE = "read_notice", "answer_notice", "send_notice_on", "see_notice_change"


def duties(law: Law, state: str, times: NoticeTimes) -> tuple[TaskDue, ...]:
    """What the commune that holds the notice has to do, by when."""
    found = []
    if state == "sent" and times.told_at is not None:
        found.append(answer_by(law, times, times.clock_started_at or times.told_at, READ))
    if state == "received" and times.clock_started_at is not None:
        found.append(answer_by(law, times, times.clock_started_at, ANSWER))
    if state == "misrouted" and times.clock_started_at is not None:
        found.append(answer_by(law, times, times.clock_started_at, SEND_ON))
    if times.changed_at is not None and _unseen(times) and state in ("received", "accepted", "cancelled"):
        found.append(answer_by(law, times, times.changed_at, SEE_CHANGE))
    return tuple(due for due in found if due is not None)


def _unseen(times: NoticeTimes) -> bool:
    return times.change_seen_at is None or (times.changed_at is not None and times.change_seen_at < times.changed_at)


def shown(lead_due: TaskDue | None, answer_due: TaskDue | None) -> dict[str, Mapping[str, Any]]:
    """The clocks as the notice keeps them: computed once, byte-equal ever after."""
    return {
        name: {
            "due_at": due.due_at.isoformat(),
            "due_on": due.due_on and due.due_on.isoformat(),
            "rule": due.rule,
            "skipped": list(due.skipped),
            "explanation": dict(due.explanation),
        }
        for name, due in (("lead", lead_due), ("answer", answer_due))
        if due is not None
    }


_NOTICE = Bilingual("nhận thông báo", "notice received")
_COMPLETES = Bilingual("hoàn thành cai nghiện", "treatment completed")
_REPORT = Bilingual("người đó đến trình diện", "the person reported")
_CLOCKS = {
    NoticeKind.FORM_51: (("proposal.deadline", _NOTICE),),
    NoticeKind.SUBSTITUTION_COMPLETION: (("proposal.deadline", _NOTICE),),
    NoticeKind.SELF_REPORT: (("dossier.deadline", _REPORT), ("proposal.deadline", _REPORT)),
}
"""Which clock a kind of notice starts: the first the law of that day has."""
