"""What wakes a worker that sends: a commit anywhere, the end of its work, or its tick; nothing is left behind."""

from __future__ import annotations

import asyncio

from persistence.change_hub import CHANNEL
from persistence.webhook_dispatch import _either, _listening


async def test_what_is_committed_anywhere_wakes_the_sender_as_long_as_it_listens(world, database):
    woken = asyncio.Event()
    async with _listening(database, woken):
        await world.admin.execute("select pg_notify($1, '')", CHANNEL)
        await asyncio.wait_for(woken.wait(), 10)
    woken.clear()
    await world.admin.execute("select pg_notify($1, '')", CHANNEL)
    await database.fetchval("select 1")
    assert not woken.is_set()


async def test_whichever_comes_first_ends_the_waiting_and_leaves_no_task_behind():
    before = asyncio.all_tasks()
    for stop, woken in ((True, False), (False, True)):
        events = asyncio.Event(), asyncio.Event()
        for event, is_set in zip(events, (stop, woken), strict=True):
            if is_set:
                event.set()
        await asyncio.wait_for(_either(*events, 60), 10)
    await _either(asyncio.Event(), asyncio.Event(), 0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
