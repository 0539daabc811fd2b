"""The inbox in figures: what a frontend draws as badges."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.access.scope import scope_of
from domain.acts import DENIED, Context, steadily
from domain.law.instants import due_instant
from domain.reading import Answer, Asked, Form, Pick, Selection
from domain.refusals import Refusal
from domain.task.noun import TASK, TASK_COUNT


@dataclass(frozen=True)
class CountTasks:
    """Which of the open tasks are counted."""

    mine: bool | None = None
    level: str | None = None
    noun: str | None = None


class Instants(NamedTuple):
    """Now, and where today and this week (Monday to Sunday) end; the ends lie outside, as those of whole days do."""

    now: datetime
    tomorrow: datetime
    monday: datetime


class TaskCount(NamedTuple):
    """Open tasks of one kind in one unit; null = all kinds, all units."""

    kind: str | None
    unit_id: str | None
    open: int
    overdue: int
    due_today: int
    due_this_week: int
    escalated: int


EVERY_FIGURE = Asked(Selection(TASK_COUNT.name, Form.LIST, tuple(Pick(n, n, n) for n in TASK_COUNT.fields)))
"""All that can be asked of a count: what REST answers."""


def instants(now: datetime) -> Instants:
    """The ends of the local day and week of an instant."""
    today = now.date()
    return Instants(now, due_instant(today), due_instant(today + timedelta(days=6 - today.weekday())))


async def count_tasks(ctx: Context, count: CountTasks, asked: Asked = EVERY_FIGURE) -> Answer:
    """Open, overdue, due today, due this week: in all, by kind, by unit, by unit and kind, under the caller's scope."""
    return await steadily(ctx, lambda now: _count(now, count, asked))


async def _count(ctx: Context, count: CountTasks, asked: Asked) -> Answer:
    try:
        within = scope_of(ctx.actor, "read_task", via=ctx.via)
        async with ctx.store.reading(ctx, within) as records:
            await records.enter("force_custom_plan")
            found = await records.tasks.counts(count, instants(ctx.now), ctx.today, within=within)
    except Refusal as no:
        if no.code in DENIED:
            await ctx.store.note(ctx, f"count_{TASK.name}", TASK.name, (), "denied")
        raise
    return Answer(json.dumps(_shaped(found, asked)).encode(), len(found))


def _shaped(found: Sequence[TaskCount], asked: Asked) -> list[dict[str, Any]]:
    """Each figure under the key the caller gave it."""
    named = asked.selection.typename
    return [
        {pick.key: named if pick.name == "__typename" else getattr(count, pick.name) for pick in asked.selection.picks}
        for count in found
    ]
