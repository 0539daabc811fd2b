"""The worker's hand on webhooks: feed each endpoint from what changed, send what is due, note what became of it.

A delivery that is being sent is leased, in a transaction of its own, before anything leaves: whoever is killed is
followed by another when the lease is over, so each is sent at least once. Of one subject only the earliest that waits
is ever taken, so what is sent later came later. Safe to run beside others.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.reading import Actor
from domain.webhook.noun import WEBHOOK_ENDPOINT, DeliveryFault, DisabledReason
from domain.webhook.posting import Outcome, Post, Send
from domain.webhook.signing import signed
from domain.webhook.stopping import stopped
from domain.webhook.telling import LEASE, LONGEST, PATIENCE, Told, body_of, delay_after, message_id, next_try
from domain.webhook.watching import heard_by
from persistence.change_hub import CHANNEL
from persistence.sealing import SealBroken, Sealer
from persistence.task_records import Tasks
from persistence.webhook_records import PLACE

NOBODY: Final = UUID(int=0)
EACH: Final = 8
"""Deliveries of one endpoint under way at once."""
ALL: Final = 32
"""Deliveries under way in one worker."""
FED_AGAIN: Final = 1.0
"""Seconds after which what is new is looked for while something is still being sent: a receiver may be slow."""
TICK: Final = 5.0
"""Seconds after which a worker looks unasked."""
KEPT: Final = timedelta(days=30)
"""For how long what was delivered or given up can be looked up."""
UNREACHED: Final = frozenset({DeliveryFault.NO_CONNECTION, DeliveryFault.TIMEOUT, DeliveryFault.NOT_RESOLVED})
"""Faults of the whole receiver: nothing else is tried there for a while."""
HTTP_GONE: Final = 410

CLAIM = (
    "with room as (select e.id, e.url, e.state, $4 - (select count(*) from webhook_delivery l"
    " where l.endpoint_id = e.id and l.lease_until > $1) as free from webhook_endpoint e"
    " join webhook_standing s on s.endpoint_id = e.id"
    " where e.id = any($2) and e.voided_at is null and coalesce(s.paused_until <= $1, true)),"
    " due as materialized (select x.id, x.url from (select d.id, r.url, d.next_at,"
    "  row_number() over (partition by r.id order by d.next_at, d.sequence) - r.free as turn"
    "  from room r cross join lateral ("
    "  select d.id, d.next_at, d.sequence from webhook_delivery d where d.endpoint_id = r.id and d.state = 'pending'"
    "  and d.next_at <= $1 and coalesce(d.lease_until <= $1, true) and (r.state = 'active' or d.noun is null)"
    "  and not exists (select from webhook_delivery p where p.endpoint_id = d.endpoint_id and p.noun = d.noun"
    "   and p.subject_id = d.subject_id and p.state = 'pending' and p.id <> d.id"
    "   and (p.sequence < d.sequence or p.lease_until > $1))"
    "  order by d.next_at, d.sequence limit greatest(r.free, 0)) d) x order by x.turn, x.next_at"
    "  limit $3),"
    " taken as materialized (select d.id from webhook_delivery d where d.id in (select id from due)"
    "  and d.state = 'pending' and d.next_at <= $1 and coalesce(d.lease_until <= $1, true) for update skip locked)"
    " update webhook_delivery d set attempts = d.attempts + 1, lease_until = $1::timestamptz + $5::interval,"
    " first_attempt_at = coalesce(d.first_attempt_at, $1), last_attempt_at = $1"
    " from taken k join due u on u.id = k.id where d.id = k.id"
    " returning d.id, d.noun, d.subject_id, d.kind, d.row_version, d.sequence, d.occurred_at, d.endpoint_id,"
    " d.attempts, d.first_attempt_at, u.url"
)
"""$1 now, $2 endpoints that somebody answers for, $3 how many, $4 how many of one endpoint, $5 the lease.

Whoever has least under way comes first: receivers that are slow do not take every turn."""
SECRETS = (
    "select id, sealed from webhook_secret where endpoint_id = $1 and coalesce(valid_until > $2, true)"
    " order by valid_until desc nulls first"
)
DONE = (
    "update webhook_delivery set state = 'delivered', delivered_at = $3, lease_until = null, last_status = $4,"
    " last_fault = null where id = $1 and attempts = $2 and state = 'pending'"
)
WELL = (
    "update webhook_standing set last_success_at = $2, failing_since = null, paused_until = null where endpoint_id = $1"
    " and (failing_since is not null or coalesce(last_success_at < $2::timestamptz - interval '10 seconds', true))"
)
MISSED = (
    "with d as (update webhook_delivery set state = $3, next_at = coalesce($4, next_at), lease_until = null,"
    " last_status = $5, last_fault = $6 where id = $1 and attempts = $2 and state = 'pending'"
    " returning endpoint_id, noun, subject_id, sequence)"
    " update webhook_delivery w set next_at = greatest(w.next_at, $4) from d where $4::timestamptz is not null"
    " and w.endpoint_id = d.endpoint_id and w.noun = d.noun and w.subject_id = d.subject_id and w.state = 'pending'"
    " and w.sequence > d.sequence"
)
"""What came later of the same subject waits as long."""
ILL = (
    "update webhook_standing set failing_since = coalesce(failing_since, $2), paused_until = greatest(paused_until, $3)"
    " where endpoint_id = $1"
    " returning failing_since"
)
DISABLE = (
    "update webhook_endpoint set state = 'disabled', disabled_reason = $2, disabled_at = $3, updated_at = $3,"
    " version = version + 1 where id = $1 and state = 'active' and voided_at is null returning unit_no"
)


@dataclass(frozen=True)
class Dispatcher:
    """One worker's dispatcher."""

    pool: asyncpg.Pool
    sealer: Sealer
    send: Send
    chance: Callable[[], float]
    live: set[UUID] = field(default_factory=set)
    """Endpoints that somebody answered for, the last time we looked."""

    async def step(self, now: Callable[[], datetime]) -> int:
        """Feed every endpoint, then send all that is due; how many were sent."""
        await self.feed(now())
        return await self.deliver(now)

    # -- what is told

    async def feed(self, now: datetime) -> int:
        """Write down what each endpoint is to be told. Where nobody answers for one any more, it is disabled."""
        made = 0
        self.live.clear()
        for row in await self.pool.fetch("select * from webhook_owners(null)"):
            if row["account_id"] is None:
                await self._disable(row["endpoint_id"], DisabledReason.OWNER_ENDED, now)
                self.live.add(row["endpoint_id"])  # for a ping, that of a disabled one is sent alone: it tells nothing
                continue
            self.live.add(row["endpoint_id"])
            heard = heard_by(_owner(row), row["nouns"])
            words = json.dumps([{"road": part.road, "own": part.own, "nouns": part.nouns} for part in heard])
            made += await self.pool.fetchval("select feed_webhook($1, $2::jsonb, $3)", row["endpoint_id"], words, now)
        return made

    # -- what is sent

    async def deliver(self, now: Callable[[], datetime]) -> int:
        """Send until nothing is due, and feed meanwhile; how many attempts there were."""
        sent, under_way, clock = 0, set[asyncio.Task[None]](), asyncio.get_running_loop().time
        fed = clock()
        try:
            while True:
                if clock() - fed >= FED_AGAIN:
                    await self.feed(now())
                    fed = clock()
                claimed = await self._claim(now(), ALL - len(under_way)) if len(under_way) < ALL else []
                under_way |= {asyncio.create_task(self._one(row, now)) for row in claimed}
                sent += len(claimed)
                if not under_way:
                    return sent
                done, under_way = await asyncio.wait(under_way, timeout=FED_AGAIN, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in under_way:
                task.cancel()

    async def _claim(self, now: datetime, most: int) -> list[Any]:
        return list(await self.pool.fetch(CLAIM, now, list(self.live), most, EACH, LEASE))

    async def _one(self, row: Any, now: Callable[[], datetime]) -> None:
        outcome = await self._sent(row, now())
        if outcome.fault is None:
            await self.pool.execute(DONE, row["id"], row["attempts"], now(), outcome.status)
            await self.pool.execute(WELL, row["endpoint_id"], now())
        else:
            await self._missed(row, outcome, now())

    async def _sent(self, row: Any, now: datetime) -> Outcome:
        secrets = await self._secrets(row["endpoint_id"], now)
        if not secrets:
            return Outcome(None, DeliveryFault.NOT_SIGNED)
        body = body_of(Told(*list(row)[: len(Told._fields)]))
        headers = signed(secrets, message_id(row["id"]), int(now.timestamp()), body)
        return await self.send(Post(row["url"], headers, body))

    async def _secrets(self, endpoint: UUID, now: datetime) -> Sequence[str]:
        table, column = PLACE
        rows = await self.pool.fetch(SECRETS, endpoint, now)
        with contextlib.suppress(SealBroken):
            return [self.sealer.open(row["sealed"], table=table, row=row["id"], column=column) for row in rows]
        return ()

    async def _missed(self, row: Any, outcome: Outcome, now: datetime) -> None:
        """Later again; after three days no more, and where nothing got through in that time nothing else either."""
        gone = outcome.status == HTTP_GONE
        chance = self.chance()
        again = None if gone else next_try(row["first_attempt_at"], row["attempts"], now, chance, outcome.wait)
        word = outcome.fault.value if outcome.fault else None
        state = "failed" if again is None else "pending"
        await self.pool.execute(MISSED, row["id"], row["attempts"], state, again, outcome.status, word)
        pause = now + delay_after(min(row["attempts"], 5), chance) if outcome.fault in UNREACHED else None
        if outcome.wait:
            pause = now + min(outcome.wait, LONGEST)  # it has too much of everything, not of this one
        since = await self.pool.fetchval(ILL, row["endpoint_id"], now, pause)
        if gone:
            await self._disable(row["endpoint_id"], DisabledReason.GONE, now)
        elif again is None and since is not None and now - since >= PATIENCE * 0.9:
            await self._disable(row["endpoint_id"], DisabledReason.FAILING, now)

    async def _disable(self, endpoint: UUID, reason: DisabledReason, now: datetime) -> None:
        """Stop it and tell whoever manages it, both or neither; one that stands still already is left alone."""
        async with self.pool.acquire() as connection, connection.transaction():
            unit_no = await connection.fetchval(DISABLE, endpoint, reason.value, now)
            if unit_no is not None:
                await Tasks(connection).settle(
                    WEBHOOK_ENDPOINT.name,
                    endpoint,
                    person_id=None,
                    unit_no=unit_no,
                    due=[stopped(reason, now)],
                    now=now,
                )

    async def forget(self, now: datetime) -> None:
        """What was delivered or given up a month ago, and secrets that ended."""
        await self.pool.execute(
            "delete from webhook_delivery where state <> 'pending' and recorded_at < $1 and next_at < $1", now - KEPT
        )
        await self.pool.execute("delete from webhook_secret where valid_until < $1", now)

    # -- as long as the worker runs

    async def run(self, stop: asyncio.Event, now: Callable[[], datetime], wrong: Callable[[Exception], None]) -> None:
        """Send whenever something was committed, and look again at each tick."""
        woken = asyncio.Event()
        while not stop.is_set():
            try:
                async with self.pool.acquire() as connection, _listening(connection, woken):
                    await self._rounds(connection, woken, stop, now)
            except Exception as error:  # noqa: BLE001 - whatever one round met, the next one is tried
                wrong(error)
                await _either(stop, woken, TICK)

    async def _rounds(
        self, connection: Any, woken: asyncio.Event, stop: asyncio.Event, now: Callable[[], datetime]
    ) -> None:
        while not stop.is_set() and not connection.is_closed():
            woken.clear()
            await self.step(now)
            await _either(stop, woken, TICK)


@asynccontextmanager
async def _listening(connection: Any, woken: asyncio.Event) -> AsyncIterator[None]:
    """Woken by what is committed anywhere (persistence/change_hub.py)."""

    def heard(*_: Any) -> None:
        woken.set()

    await connection.add_listener(CHANNEL, heard)
    try:
        yield
    finally:
        await connection.remove_listener(CHANNEL, heard)


async def _either(stop: asyncio.Event, woken: asyncio.Event, seconds: float) -> None:
    """Until one of the two is set or the time is over."""
    waiting = {asyncio.create_task(stop.wait()), asyncio.create_task(woken.wait())}
    _, left = await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in left:
        task.cancel()


def _owner(row: Any) -> Actor:
    """Who answers for an endpoint, as the policy reads it."""
    return Actor(
        row["account_id"],
        NOBODY,
        row["appointment_id"],
        row["role"],
        row["unit_id"],
        row["unit_no"],
        row["last_no"],
        row["level"],
        True,
        "",
        row["account_no"],
    )
