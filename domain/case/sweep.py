"""What a new day changes in cases: terms begin, and entries that still last move the end on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.case.keeping import conclude, known_case
from domain.case.noun import CASE
from domain.decision.ledger_of import brought_up
from domain.decision.use_cases import known_decision
from domain.reading import Scope


async def sweep_cases(records: Any, ctx: Context, within: Scope) -> tuple[UUID, ...]:
    """Settle every case that waits for today; safe to run twice. Returns the cases it touched."""
    waiting: tuple[UUID, ...] = await records.cases.waiting(ctx.today, within=within)
    for id in waiting:
        case = await known_case(records, ctx, id, within)
        assert case.decision_id is not None
        known = await known_decision(records, case.decision_id, within)
        dates = await brought_up(records, ctx, known, within)
        after = case._replace(effective_end_on=dates["effective_end_on"], standing_still=dates["standing_still"])
        await conclude(records, ctx, after, case.state, dates)
    return waiting


async def resettle_cases(records: Any, ctx: Context, within: Scope) -> None:
    """Open clocks of cases follow a changed rule or calendar; terms already signed stay as they were signed."""
    for id in await records.tasks.open_subjects(CASE.name, within=within):
        case = await known_case(records, ctx, id, within)
        await conclude(records, ctx, case, case.state, {})
