"""What time does to hand-overs: unanswered ones expire and go to the unit above; clocks follow the law."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.handover.noun import HANDOVER, HandoverState
from domain.handover.use_cases import answer_clock, as_task, clock_facts
from domain.reading import Scope
from domain.task.due import TaskDue


async def expire_handovers(records: Any, ctx: Context, within: Scope) -> tuple[UUID, ...]:
    """Hand-overs whose time is over; the person stays where they were, and the province decides. Safe to run twice."""
    over = await records.handovers.unanswered(ctx.now, within=within)
    for known in over:
        changes = {"state": HandoverState.EXPIRED, "escalated_at": ctx.now, "answered_at": ctx.now}
        await records.handovers.amend(known.id, changes)
        above = TaskDue("handover_expired", known.due_at, None, known.rule, {})
        await records.tasks.settle(
            HANDOVER.name, known.id, person_id=known.person_id, unit_no=known.above_no, due=[above], now=ctx.now
        )
        await records.journal("expire_handover", HANDOVER.name, known.id, "done")
    return tuple(known.id for known in over)


async def resettle_handovers(records: Any, ctx: Context, within: Scope) -> None:
    """Open clocks follow a changed rule or calendar; the old due instant stays as a trace on the task."""
    law = await records.law.in_force()
    for known in await records.handovers.open_ones(within=within):
        clock = answer_clock(law, known.left_at or known.left_on or known.told_at)
        if clock.due != known.due_at or str(clock.rule) != known.rule:
            await records.handovers.amend(known.id, clock_facts(clock))
        await records.tasks.settle(
            HANDOVER.name,
            known.id,
            person_id=known.person_id,
            unit_no=known.asked_no,
            due=[as_task(clock)],
            now=ctx.now,
        )
