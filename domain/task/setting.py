"""Tasks due on a day that somebody set: no rule of law stands behind it, and the explanation says so."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from domain.law.explain import Explanation, fact_step, result_step
from domain.law.instants import due_instant
from domain.law.wording import Bilingual, day_text
from domain.task.due import TaskDue


def as_set(kind: str, day: date, field: str) -> TaskDue:
    """A task due by the end of a day told in `field` (`noun.field`)."""
    said = day_text(day)
    chain = Explanation(
        (
            fact_step(f"ngày đã ghi: {said.vi}", f"day on record: {said.en}", at=day.isoformat()),
            result_step(f"chậm nhất hết ngày {said.vi}", f"due by the end of {said.en}", due_on=day.isoformat()),
        )
    )
    told = {
        "of": kind,
        "value": day.isoformat(),
        "rule": None,
        "steps": chain.as_data(),
        "sentence": {"vi": chain.sentence("vi"), "en": chain.sentence("en")},
    }
    return TaskDue(kind, due_instant(day), day, f"{field}@1", told)


def asked_for(kind: str, rule: str, fact: Bilingual, since: datetime, days: int, **told: Any) -> TaskDue:
    """A task of the house's own, not of a law: `fact` says what happened, and it is due so many days later."""
    day = since.date() + timedelta(days=days)
    said = day_text(day)
    chain = Explanation(
        (
            fact_step(fact.vi, fact.en, at=since.isoformat()),
            result_step(f"nên xong trước hết ngày {said.vi}", f"to be done by the end of {said.en}", due_on=str(day)),
        )
    )
    why = {
        "of": kind,
        "value": day.isoformat(),
        "rule": None,
        "steps": chain.as_data(),
        "sentence": {"vi": chain.sentence("vi"), "en": chain.sentence("en")},
    }
    return TaskDue(kind, due_instant(day), day, f"{rule}@1", why | told)
