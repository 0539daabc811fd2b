"""After every act on a notice: the inbox follows, and what it brought is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.notice.clocks import SEE_CHANGE, duties
from domain.notice.noun import NOTICE
from domain.notice.repository import NoticeKnown
from domain.task.due import TaskDue


async def settled(
    records: Any, ctx: Context, known: NoticeKnown, *, gains: Iterable[UUID] = (), loses: Iterable[UUID] = ()
) -> None:
    """Make the tasks of a notice equal to what is due now, and say so in the answer's `consequences`."""
    due = [offering(task, known) for task in duties(await records.law.in_force(), known.state, known.times)]
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


def offering(task: TaskDue, known: NoticeKnown) -> TaskDue:
    """The task of a cancelled notice names the act that follows from it, for as long as the case is undecided."""
    if task.kind != SEE_CHANGE or known.state != "cancelled" or known.case_id is None:
        return task
    offer = {"noun": "management_case", "id": str(known.case_id), "to": "annulled", "notice_id": str(known.id)}
    return replace(task, explanation=dict(task.explanation) | {"offers": [offer]})
