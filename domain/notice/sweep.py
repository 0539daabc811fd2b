"""What time and a changed law do to notices: alarms before a release, clocks that follow the law. Safe to run twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.notice.clocks import alarm_window
from domain.notice.noun import NOTICE
from domain.notice.settling import settled
from domain.reading import Scope


async def resettle_notices(records: Any, ctx: Context, within: Scope) -> None:
    """Open clocks follow the law as it stands; the old due instants stay as traces on the tasks."""
    for id in await records.tasks.open_subjects(NOTICE.name, within=within):
        known = await records.notices.notice(id, within=within)
        if known is not None:
            await settled(records, ctx, known)


async def alarm_missing_decisions(records: Any, ctx: Context, within: Scope) -> tuple[UUID, ...]:
    """Treatments about to end without a decision: whoever holds the notice gets a task, its sender sees the alarm."""
    window = alarm_window(await records.law.in_force(), ctx.today)
    if window is None:
        return ()
    alarmed = []
    for id in await records.notices.undecided(*window, within=within):
        known = await records.notices.notice(id, within=within)
        assert known is not None, "looked up in these very units"
        await settled(records, ctx, known)
        if (await records.notices.notice(id, within=within)).alarmed_at is not None:
            alarmed.append(id)
            await records.journal("alarm_missing_decision", NOTICE.name, id, "done")
    return tuple(alarmed)
