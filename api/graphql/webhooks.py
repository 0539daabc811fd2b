"""GraphQL: deliveries of webhooks, and what is done to an endpoint beside what every kept noun has."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import strawberry
import strawberry.pydantic

from api.graphql.road import ask
from api.graphql.types import Connection, Given, Via
from api.schemas import webhooks as shapes
from api.schemas.webhooks import SecretRotation, WebhookDeliveryFilter, WebhookReplay
from domain.webhook import rules
from domain.webhook.noun import WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT

LazyEndpoint = Annotated["WebhookEndpointNode", strawberry.lazy("api.graphql.kept")]  # type: ignore[name-defined]  # noqa: F821 - made from its door, found by name


@strawberry.pydantic.type(name="WebhookDelivery", description=shapes.WebhookDeliveryFacts.__doc__)
class WebhookDeliveryNode(shapes.WebhookDeliveryFacts):
    pass


@strawberry.type
class WebhookQueries:
    @strawberry.field
    def webhook_deliveries(
        self,
        first: int = 50,
        after: str | None = None,
        where: WebhookDeliveryFilter | None = None,
        via: Via | None = None,
    ) -> Connection[WebhookDeliveryNode] | None:
        """What the unit's endpoints were told, newest first."""
        return ask(
            lambda ctx, q: rules.deliveries(ctx, q.page(ctx, WEBHOOK_DELIVERY)),
            first=first,
            after=after,
            where=where,
            via=via,
        )

    @strawberry.field
    def webhook_delivery(self, id: UUID, via: Via | None = None) -> WebhookDeliveryNode | None:
        """One delivery."""
        return ask(lambda ctx, q: rules.deliveries(ctx, q.one(WEBHOOK_DELIVERY, id)), via=via)


@strawberry.type
class WebhookActs:
    @strawberry.mutation
    def rotate_webhook_secret(
        self, id: UUID, rotation: SecretRotation, given: Given | None = None
    ) -> LazyEndpoint | None:
        """A new secret, shown once; the old one signs beside it for a while (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: rules.rotate_webhook_secret(ctx, rotation.command(id=id), q.one(WEBHOOK_ENDPOINT)),
            given=given,
        )

    @strawberry.mutation
    def replay_webhook(self, id: UUID, replay: WebhookReplay, given: Given | None = None) -> LazyEndpoint | None:
        """Tell everything again from an instant on (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: rules.replay_webhook(ctx, replay.command(id=id), q.one(WEBHOOK_ENDPOINT)), given=given
        )

    @strawberry.mutation
    def ping_webhook(self, id: UUID, given: Given | None = None) -> WebhookDeliveryNode | None:
        """Send a `ping` to try address and signature."""
        return ask(lambda ctx, q: rules.ping_webhook(ctx, rules.Ping(id), q.one(WEBHOOK_DELIVERY)), given=given)

    @strawberry.mutation
    def redeliver_webhook(self, id: UUID, given: Given | None = None) -> WebhookDeliveryNode | None:
        """Send one delivery once more, at once."""
        return ask(
            lambda ctx, q: rules.redeliver_webhook(ctx, rules.Redeliver(id), q.one(WEBHOOK_DELIVERY)), given=given
        )
