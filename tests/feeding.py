"""Waiting for the feed: databases of one server share their transactions, so another worker's may hold a feed back."""

from __future__ import annotations

import asyncio
from typing import Any

NEWEST = "select coalesce(max(xid), 0) + 1 from row_change"
BELOW = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= $1"


async def settled(admin: Any) -> None:
    """Until every transaction that began before the newest change has ended; at most ten seconds."""
    await past(admin, await admin.fetchval(NEWEST))


async def past(admin: Any, xid: int) -> None:
    """Until every transaction that began before this one has ended; at most ten seconds."""
    for _ in range(500):
        if await admin.fetchval(BELOW, xid):
            return
        await asyncio.sleep(0.02)
