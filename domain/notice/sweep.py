"""What a changed law does to notices that still wait for their answer."""

from __future__ import annotations

from typing import Any

from domain.acts import Context
from domain.notice.noun import NOTICE
from domain.notice.settling import settled
from domain.reading import Scope


async def resettle_notices(records: Any, ctx: Context, within: Scope) -> None:
    """Open clocks follow the law as it stands; the old due instants stay as traces on the tasks."""
    for id in await records.tasks.open_subjects(NOTICE.name, within=within):
        known = await records.notices.notice(id, within=within)
        if known is not None:
            await settled(records, ctx, known)
