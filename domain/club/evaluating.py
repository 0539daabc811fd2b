"""Reminders of evaluations that are missing: one a member, for the first month that lacks one."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Sequence
from datetime import date

from domain.club.life import Happened, first_due, next_month
from domain.law.explain import Explanation, fact_step, result_step, rule_step
from domain.law.in_force import Law
from domain.law.instants import due_instant, start_of
from domain.law.rule import Rule
from domain.task.due import TaskDue

KIND = "progress_evaluation"


def reminders(law: Law, events: Sequence[Happened], evaluated: Collection[date]) -> list[TaskDue]:
    """The task of a membership as it stands; none for who is suspended or left."""
    month = first_due(events, evaluated)
    rule = None if month is None else law.book.find("club.evaluation", month)
    return [] if month is None or rule is None else [_task(rule, month)]


def _task(rule: Rule, month: date) -> TaskDue:
    following = next_month(month)
    last = following.replace(day=min(rule.value.whole, monthrange(following.year, following.month)[1]))
    return TaskDue(
        kind=KIND,
        due_at=due_instant(last),
        due_on=last,
        rule=str(rule.ref),
        explanation=_explained(rule, month, last),
        opens_at=start_of(following),
    )


def _explained(rule: Rule, month: date, last: date) -> dict[str, object]:
    chain = Explanation(
        (
            fact_step(f"tháng {month:%m/%Y} chưa có đánh giá", f"{month:%B %Y} has no evaluation", month=str(month)),
            rule_step(rule),
            result_step(f"hạn {last:%d/%m/%Y}", f"due on {last.isoformat()}", at=last.isoformat()),
        )
    )
    return {
        "of": KIND,
        "value": last.isoformat(),
        "rule": str(rule.ref),
        "steps": chain.as_data(),
        "sentence": {"vi": chain.sentence("vi"), "en": chain.sentence("en")},
    }
