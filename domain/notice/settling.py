"""After every act on a notice: the inbox follows, and what it brought is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.notice.clocks import duties
from domain.notice.noun import NOTICE
from domain.notice.repository import NoticeKnown


async def settled(
    records: Any, ctx: Context, known: NoticeKnown, *, gains: Iterable[UUID] = (), loses: Iterable[UUID] = ()
) -> None:
    """Make the tasks of a notice equal to what is due now, and say so in the answer's `consequences`."""
    due = duties(await records.law.in_force(), known.state, known.times)
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
