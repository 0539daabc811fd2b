"""/v1/webhook-endpoints beside what every kept noun has: secrets, replays, pings; and /v1/webhook-deliveries."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.schemas.webhooks import (
    SecretRotation,
    WebhookDelivery,
    WebhookDeliveryQuery,
    WebhookEndpoint,
    WebhookReplay,
)
from domain.webhook.noun import WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT
from domain.webhook.rules import (
    Ping,
    Redeliver,
    deliveries,
    ping_webhook,
    redeliver_webhook,
    replay_webhook,
    rotate_webhook_secret,
)

router = APIRouter(prefix="/v1", tags=["webhooks"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]


@router.post("/webhook-endpoints/{id}/secrets", response_model=WebhookEndpoint)
async def post_webhook_secret(ctx: Signed, id: UUID, rotation: SecretRotation, query: One) -> Response:
    """A new secret, shown in this answer once; the old one signs beside it for a while (needs If-Match)."""
    return written(await rotate_webhook_secret(ctx, rotation.command(id=id), query.one(WEBHOOK_ENDPOINT)))


@router.post("/webhook-endpoints/{id}/replays", response_model=WebhookEndpoint)
async def post_webhook_replay(ctx: Signed, id: UUID, replay: WebhookReplay, query: One) -> Response:
    """Tell everything again from an instant on, with the same ids and sequence numbers (needs If-Match)."""
    return written(await replay_webhook(ctx, replay.command(id=id), query.one(WEBHOOK_ENDPOINT)))


@router.post("/webhook-endpoints/{id}/pings", response_model=WebhookDelivery, status_code=201)
async def post_webhook_ping(ctx: Signed, id: UUID, query: One) -> Response:
    """Send a `ping` to try address and signature; also while the endpoint is disabled."""
    return written(await ping_webhook(ctx, Ping(id), query.one(WEBHOOK_DELIVERY)), 201, "/v1/webhook-deliveries")


@router.get("/webhook-deliveries", response_model=Page[WebhookDelivery])
async def list_webhook_deliveries(ctx: Signed, query: Annotated[WebhookDeliveryQuery, Query()]) -> Response:
    """What the unit's endpoints were told, newest first."""
    return answer(await deliveries(query.on(ctx), query.page(ctx, WEBHOOK_DELIVERY)))


@router.get("/webhook-deliveries/{id}", response_model=WebhookDelivery)
async def get_webhook_delivery(ctx: Signed, id: UUID, query: One) -> Response:
    """One delivery."""
    return answer(await deliveries(query.on(ctx), query.one(WEBHOOK_DELIVERY, id)))


@router.post("/webhook-deliveries/{id}/redeliveries", response_model=WebhookDelivery)
async def post_webhook_redelivery(ctx: Signed, id: UUID, query: One) -> Response:
    """Send it once more, at once."""
    return written(await redeliver_webhook(ctx, Redeliver(id), query.one(WEBHOOK_DELIVERY)))
