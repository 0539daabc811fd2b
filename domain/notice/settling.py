"""After every act on a notice: the inbox follows, and what it brought is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.notice.clocks import SEE_CHANGE, duties, missing_decision
from domain.notice.noun import NOTICE
from domain.notice.repository import NoticeKnown
from domain.task.due import TaskDue


async def settled(
    records: Any, ctx: Context, known: NoticeKnown, *, gains: Iterable[UUID] = (), loses: Iterable[UUID] = ()
) -> None:
    """Make the tasks of a notice equal to what is due now, and say so in the answer's `consequences`."""
    law = await records.law.in_force()
    due = [offering(task, known) for task in duties(law, known.state, known.times)]
    due += await _alarm(records, ctx, known, missing_decision(law, known.state, known.times, ctx.now))
    await records.tasks.settle(
        NOTICE.name, known.id, person_id=known.person_id, unit_no=known.unit_no, due=due, now=ctx.now
    )
    told: list[dict[str, Any]] = [
        {
            "kind": "deadline",
            "task": task.kind,
            "unit_id": str(known.unit_id),
            "due_at": task.due_at.isoformat(),
            "due_on": task.due_on and task.due_on.isoformat(),
            "rule": task.rule,
            "sentence": task.explanation.get("sentence"),
        }
        for task in due
    ]
    told += [{"kind": "gains_access", "unit_id": str(unit)} for unit in gains]
    told += [{"kind": "loses_access", "unit_id": str(unit)} for unit in loses]
    records.extras["consequences"] = told


async def _alarm(records: Any, ctx: Context, known: NoticeKnown, alarm: TaskDue | None) -> list[TaskDue]:
    """Both sides see since when the decision is missing: a task here, a mark on the notice, for as long as it is."""
    if alarm is not None and await records.notices.decided(known.id, within=records.within):
        alarm = None
    if (alarm is None) != (known.alarmed_at is None):
        await records.notices.amend(known.id, {"alarmed_at": None if alarm is None else ctx.now})
    return [] if alarm is None else [alarm]


def offering(task: TaskDue, known: NoticeKnown) -> TaskDue:
    """The task of a cancelled notice names the act that follows from it, for as long as the case is undecided."""
    if task.kind != SEE_CHANGE or known.state != "cancelled" or known.case_id is None:
        return task
    offer = {"noun": "management_case", "id": str(known.case_id), "to": "annulled", "notice_id": str(known.id)}
    return replace(task, explanation=dict(task.explanation) | {"offers": [offer]})
