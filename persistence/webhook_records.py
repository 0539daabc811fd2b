"""What callers do with webhooks, on one transaction under their own road."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from domain.ids import new_id
from domain.keeping import Row
from domain.reading import Scope
from domain.webhook.telling import PING
from persistence.sealing import Sealer
from persistence.writing import insert

PLACE = ("webhook_secret", "sealed")
START = (
    "insert into webhook_standing (endpoint_id, unit_no, told_xid, cluster, told_at)"
    " select $1, $2, pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1, system_identifier, $3"
    " from pg_control_system()"
    " on conflict (endpoint_id) do update set told_xid = excluded.told_xid, cluster = excluded.cluster,"
    " told_at = excluded.told_at, failing_since = null, paused_until = null"
)
"""From the oldest transaction still open: what commits after this act is told, whenever it began."""
DISCARD = (
    "update webhook_delivery d set state = 'discarded' from webhook_endpoint e"
    " where e.id = $1 and d.endpoint_id = e.id and d.state = 'pending' and (e.voided_at is not null"
    " or d.noun is not null and not ((e.nouns = '{}' or d.noun = any(e.nouns))"
    " and (e.kinds = '{}' or d.kind = any(e.kinds))))"
)
AGAIN = (
    "update webhook_delivery d set state = 'pending', attempts = 0, first_attempt_at = null, delivered_at = null,"
    " next_at = $2 from webhook_endpoint e where d.id = $1 and d.unit_no between $3 and $4"
    " and e.id = d.endpoint_id and e.voided_at is null and (d.state <> 'pending' or d.lease_until is null or"
    " d.lease_until <= $2) returning d.id"
)


class Webhooks:
    """Secrets, standing and deliveries of endpoints that the caller manages."""

    def __init__(self, connection: Any, sealer: Sealer) -> None:
        self.connection = connection
        self.sealer = sealer

    async def keep_secret(self, endpoint: Row, secret: str, now: datetime, old_until: datetime) -> None:
        """The new secret is the current one; the last stays until then, or goes at once; older ones are gone."""
        spent = "delete from webhook_secret where endpoint_id = $1 and (valid_until is not null or $2)"
        await self.connection.execute(spent, endpoint["id"], old_until <= now)
        ending = "update webhook_secret set valid_until = $2 where endpoint_id = $1"
        await self.connection.execute(ending, endpoint["id"], old_until)
        id = new_id()
        table, column = PLACE
        row = {"id": id, "endpoint_id": endpoint["id"], "unit_no": endpoint["unit_no"], "made_at": now}
        sealed = self.sealer.seal(secret, table=table, row=id, column=column)
        await insert(self.connection, table, row | {"sealed": sealed})

    async def start(self, endpoint: Row, now: datetime) -> None:
        await self.connection.execute(START, endpoint["id"], endpoint["unit_no"], now)

    async def discard(self, endpoint: Row) -> None:
        await self.connection.execute(DISCARD, endpoint["id"])

    async def replay(self, id: UUID, from_at: datetime) -> None:
        """Of two replays asked for at once the longer one is done."""
        await self.connection.execute(
            "update webhook_standing set replay_from = least(replay_from, $2) where endpoint_id = $1", id, from_at
        )

    async def ping(self, id: UUID, endpoint: Row, now: datetime) -> None:
        row = {"id": id, "endpoint_id": endpoint["id"], "unit_no": endpoint["unit_no"], "kind": PING}
        times = dict.fromkeys(("occurred_at", "next_at", "recorded_at"), now)
        await insert(self.connection, "webhook_delivery", row | times)

    async def again(self, id: UUID, now: datetime, *, within: Scope) -> bool:
        """Whether there is such a delivery; one that is being sent at this moment stays as it is."""
        if await self.connection.fetchval(AGAIN, id, now, within.lo, within.hi) is not None:
            return True
        sql = "select true from webhook_delivery where id = $1 and unit_no between $2 and $3"
        return bool(await self.connection.fetchval(sql, id, within.lo, within.hi))
