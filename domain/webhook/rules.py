"""Setting up where one's software is told of changes: address, what of, secrets; ping, replay, redeliver.

Whoever changes where or of what is told answers for it: the endpoint speaks under their appointment from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from domain.acts import Context, Read, act
from domain.ids import new_id
from domain.keeping import Doing, Kept, Row, refuse
from domain.reading import Road, Scope
from domain.refusals import Flaw, Refusal, flawed
from domain.webhook.address import flaw_of
from domain.webhook.noun import ENDPOINT_LIFE, WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT, DisabledReason, EndpointState
from domain.webhook.signing import new_secret
from domain.webhook.watching import check_nouns

MANAGES = "manage_webhooks"
SPOKEN = frozenset({"url", "nouns", "kinds", "state"})
"""What decides who is told of what: its change makes the actor the owner."""


class WebhookEndpoints(Kept):
    """Endpoints of the caller's own unit. The secret stands in the answer that made it, once."""

    noun = WEBHOOK_ENDPOINT
    reads = MANAGES
    writes = MANAGES
    of = "unit"
    told = frozenset({"url", "nouns", "kinds", "description"})
    texts: ClassVar = {"description": 500}
    life = ENDPOINT_LIFE

    def check(self, whole: Row, _today: date, /) -> None:
        refuse([Flaw(f"/{name}", "named_twice") for name in ("nouns", "kinds") if _twice(whole.get(name) or ())])

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        """Raises `invalid` for an address that is not public, `forbidden` for nouns that the actor may not read."""
        row, known = doing.row, doing.known
        if known is not None and all(row[name] == known[name] for name in SPOKEN):
            return None
        if flaw := flaw_of(row["url"], development=doing.ctx.store.development):
            refuse([flaw])
        check_nouns(doing.ctx.actor, row.get("nouns") or ())
        return {"appointment_id": doing.ctx.actor.appointment_id} | _standing(doing)

    async def follow(self, doing: Doing) -> None:
        """A new endpoint gets its secret; one that starts is told from now on; what is no longer asked is dropped."""
        row, known, webhooks = doing.row, doing.known, doing.records.webhooks
        if known is None:
            doing.records.extras["secret"] = secret = new_secret()
            await webhooks.keep_secret(row, secret, doing.ctx.now, doing.ctx.now)
        if row["state"] == EndpointState.ACTIVE and (known is None or known["state"] != row["state"]):
            await webhooks.start(row, doing.ctx.now)
        if known is not None and (row["voided_at"] or row["nouns"] != known["nouns"] or row["kinds"] != known["kinds"]):
            await webhooks.discard(row)
        if known is not None and known["state"] == EndpointState.DISABLED and (row["voided_at"] or _starts(row)):
            settle = doing.records.tasks.settle
            await settle(self.noun.name, row["id"], person_id=None, unit_no=row["unit_no"], due=[], now=doing.ctx.now)


def _starts(row: Row) -> bool:
    return bool(row["state"] == EndpointState.ACTIVE)


def _twice(words: Any) -> bool:
    return len(set(words)) != len(words)


def _standing(doing: Doing) -> dict[str, Any]:
    """Why and since when it stands still, where somebody has stopped it."""
    if doing.known is None or doing.row["state"] == doing.known["state"]:
        return {}
    stopped = doing.row["state"] == EndpointState.DISABLED
    return {
        "disabled_reason": DisabledReason.BY_HAND.value if stopped else None,
        "disabled_at": doing.ctx.now if stopped else None,
    }


ENDPOINTS = WebhookEndpoints()
deliveries = Read(WEBHOOK_DELIVERY, MANAGES)


@dataclass(frozen=True)
class RotateSecret:
    """A new secret; the old one signs beside it for some hours more, 0 where it has leaked."""

    id: UUID
    old_valid_hours: int = 24


@dataclass(frozen=True)
class Replay:
    """Everything that happened from an instant on is told again, as far as it is kept."""

    id: UUID
    from_at: datetime


@dataclass(frozen=True)
class Ping:
    endpoint_id: UUID


@dataclass(frozen=True)
class Redeliver:
    delivery_id: UUID


@act(WEBHOOK_ENDPOINT, MANAGES, guarded=True)
async def rotate_webhook_secret(records: Any, ctx: Context, within: Scope, rotate: RotateSecret) -> UUID:
    """Two secrets are valid at most: the new one, and the last for as long as was asked."""
    known = await _endpoint(records, rotate.id, within)
    records.extras["secret"] = secret = new_secret()
    until = ctx.now + timedelta(hours=rotate.old_valid_hours)
    await records.webhooks.keep_secret(known, secret, ctx.now, until)
    await records.rows(WEBHOOK_ENDPOINT.name).amend(known, {"updated_at": ctx.now})
    return rotate.id


@act(WEBHOOK_ENDPOINT, MANAGES, guarded=True)
async def replay_webhook(records: Any, ctx: Context, within: Scope, replay: Replay) -> UUID:
    """The worker tells it anew, under the rights of today; ids and sequence numbers stay the same."""
    known = await _endpoint(records, replay.id, within)
    if replay.from_at > ctx.now:
        raise flawed("/from_at", "in_the_future")
    await records.webhooks.replay(replay.id, replay.from_at)
    await records.rows(WEBHOOK_ENDPOINT.name).amend(known, {"updated_at": ctx.now})
    return replay.id


@act(WEBHOOK_DELIVERY, MANAGES)
async def ping_webhook(records: Any, ctx: Context, within: Scope, ping: Ping) -> UUID:
    """Try the address and the signature, whether the endpoint is active or not."""
    known = await _endpoint(records, ping.endpoint_id, within)
    id = new_id()
    await records.webhooks.ping(id, known, ctx.now)
    return id


@act(WEBHOOK_DELIVERY, MANAGES)
async def redeliver_webhook(records: Any, ctx: Context, within: Scope, again: Redeliver) -> UUID:
    """Send one delivery once more, at once; before it nothing of the same subject that came later."""
    _check_road(within)
    if not await records.webhooks.again(again.delivery_id, ctx.now, within=within):
        raise Refusal("not_found")
    return again.delivery_id


async def _endpoint(records: Any, id: UUID, within: Scope) -> Row:
    _check_road(within)
    known: Row | None = await records.rows(WEBHOOK_ENDPOINT.name).known(id, within=within)
    if known is None:
        raise Refusal("not_found")
    if known["voided_at"] is not None:
        raise Refusal("already_voided")
    return known


def _check_road(within: Scope) -> None:
    """A unit that has ended sees what it had and starts nothing."""
    if within.road is not Road.UNIT:
        raise Refusal("forbidden", permission=within.permission)
