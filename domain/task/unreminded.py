"""Sessions and visits recorded before there were tasks for them: each gets the task that recording it makes today."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from domain.acts import Context
from domain.club.noun import SESSION, SessionState
from domain.club.sessions import remind
from domain.health.noun import VISIT
from domain.health.rules import next_visit
from domain.reading import Scope


class Unreminded(NamedTuple):
    """What waits without ever having had a task."""

    noun: str
    id: UUID
    person_id: UUID | None
    unit_no: int
    circle_no: int
    due_on: date


async def remind_at_last(records: Any, ctx: Context, within: Scope, waits: Unreminded) -> None:
    """Its task; nothing, where it was held, cancelled or voided meanwhile."""
    row = await records.rows(waits.noun).known(waits.id, within=within)
    if row is None or row["voided_at"] is not None:
        return
    if waits.noun == SESSION.name:
        if row["state"] == SessionState.PLANNED:
            await remind(records, ctx, row)
        return
    await records.tasks.settle(
        VISIT.name,
        waits.id,
        person_id=waits.person_id,
        unit_no=row["unit_no"],
        due=[next_visit(waits.due_on, waits.circle_no)],
        now=ctx.now,
    )
