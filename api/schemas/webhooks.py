"""Webhook endpoints and what they were told, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field
from strawberry.scalars import JSON

from api.asking import PageQuery
from api.civil import Instant
from api.schemas import changes as _changes  # noqa: F401 - its words are declared before they are used here
from api.schemas.base import Given, Shape, worded
from api.schemas.keeping import KeptFacts, KeptFilter, Moved, NewKept, Text, patch_of, query_of
from api.schemas.units import Unit
from domain.change.model import FeedKind
from domain.webhook import rules
from domain.webhook.noun import DeliveryFault, DeliveryState, DisabledReason, EndpointState
from domain.webhook.rules import ENDPOINTS

worded(DeliveryFault, DeliveryState, DisabledReason, EndpointState)
Url = Annotated[str, Field(max_length=2000)]
NounName = Annotated[str, Field(max_length=100)]


class WebhookEndpointFacts(KeptFacts):
    """Where a unit's own software is told of changes, and how that goes."""

    url: str | None = None
    nouns: list[str] | None = None
    """Of which nouns it is told; all that its owner may hear of where empty."""
    kinds: list[FeedKind] | None = None
    """Of which kinds of change; all where empty."""
    description: str | None = None
    state: EndpointState | None = None
    transitions: JSON | None = None
    disabled_reason: DisabledReason | None = None
    disabled_at: dt.datetime | None = None
    appointment_id: UUID | None = None
    """Under whose rights it is told: of whoever set it up or last changed where or of what."""
    secret: str | None = None
    """`whsec_…`: only in the answer that made it, once."""
    old_secret_until: dt.datetime | None = None
    """Until then the last secret signs beside the new one."""
    replay_from: dt.datetime | None = None
    """A replay that was asked for and not yet begun."""
    last_success_at: dt.datetime | None = None
    failing_since: dt.datetime | None = None


class WebhookEndpoint(WebhookEndpointFacts):
    unit: Unit | None = None


@strawberry.pydantic.input
class WebhookEndpointFilter(KeptFilter):
    """Which endpoints."""

    state: EndpointState | None = None


@strawberry.pydantic.input
class NewWebhookEndpoint(NewKept):
    """An address to be told of changes, for the caller's own unit. The answer shows its secret once."""

    url: Url
    """https, a public address."""
    nouns: Annotated[list[NounName], Field(max_length=100)] = Field(default_factory=list)
    """As `GET /v1/changes` names them; all that you may hear of where empty."""
    kinds: Annotated[list[FeedKind], Field(max_length=10)] = Field(default_factory=list)
    description: Text | None = None


@strawberry.pydantic.input
class WebhookEndpointMove(Moved):
    """Stop telling, or begin again."""

    TO: ClassVar = EndpointState
    to: EndpointState


WebhookEndpointPatch = patch_of("WebhookEndpointPatch", NewWebhookEndpoint, ENDPOINTS.settled)
WebhookEndpointQuery = query_of("WebhookEndpointQuery", WebhookEndpointFilter)


@strawberry.pydantic.input
class SecretRotation(Given):
    """A new secret."""

    COMMAND: ClassVar = rules.RotateSecret
    old_valid_hours: Annotated[int, Field(ge=0, le=168)] = 24
    """For how long the old one signs as well; 0 where it has leaked."""


@strawberry.pydantic.input
class WebhookReplay(Given):
    """From when on everything is told again, as far as it is kept (30 days)."""

    COMMAND: ClassVar = rules.Replay
    from_at: Instant


class WebhookDeliveryFacts(Shape):
    """One telling: what was sent, how often it was tried, how that ended."""

    endpoint_id: UUID | None = None
    type: str | None = None
    """`<noun>.<kind>`, or `ping`."""
    noun: str | None = None
    subject_id: UUID | None = None
    kind: str | None = None
    row_version: int | None = None
    sequence: int | None = None
    """Grows per subject; lower than one that was seen is older."""
    occurred_at: dt.datetime | None = None
    state: DeliveryState | None = None
    attempts: int | None = None
    next_at: dt.datetime | None = None
    first_attempt_at: dt.datetime | None = None
    last_attempt_at: dt.datetime | None = None
    delivered_at: dt.datetime | None = None
    last_status: int | None = None
    last_fault: DeliveryFault | None = None
    recorded_at: dt.datetime | None = None


class WebhookDelivery(WebhookDeliveryFacts):
    pass


@strawberry.pydantic.input
class WebhookDeliveryFilter(BaseModel):
    """Which deliveries."""

    model_config = ConfigDict(extra="forbid")
    endpoint_id: UUID | None = None
    state: DeliveryState | None = None
    subject_id: UUID | None = None


class WebhookDeliveryQuery(PageQuery, WebhookDeliveryFilter):
    """Deliveries, newest first."""
