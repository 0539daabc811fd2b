"""Webhooks: where a unit's own software is told of changes, and what became of each telling."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.law.life_cycle import LifeCycle, Move
from domain.reading import Kind, Noun, one


class EndpointState(StrEnum):
    """Whether an endpoint is told of changes."""

    ACTIVE = "active"
    DISABLED = "disabled"


class DisabledReason(StrEnum):
    """Why an endpoint is told nothing any more."""

    BY_HAND = "by_hand"
    FAILING = "failing"
    """Nothing was received for three days."""
    GONE = "gone"
    """The receiver answered 410."""
    OWNER_ENDED = "owner_ended"
    """The appointment under which it was set up, its account or its unit has ended."""


class DeliveryState(StrEnum):
    """How far one telling has come."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up after three days, or the receiver is gone."""
    DISCARDED = "discarded"
    """The endpoint no longer asks for it."""


class DeliveryFault(StrEnum):
    """What went wrong the last time."""

    ANSWER = "answer"
    """The receiver answered, and not with 2xx."""
    TIMEOUT = "timeout"
    """Nothing within ten seconds."""
    NO_CONNECTION = "no_connection"
    TLS = "tls"
    """The certificate was not to be trusted."""
    NOT_RESOLVED = "not_resolved"
    ADDRESS_NOT_PUBLIC = "address_not_public"
    NOT_HTTPS = "not_https"
    NOT_SIGNED = "not_signed"
    """No secret opens: rotate it."""


ENDPOINT_LIFE: Final = LifeCycle(
    "webhook_endpoint",
    initial="active",
    moves=(
        Move("active", "disabled", (), "told nothing more; what waits, waits"),
        Move("disabled", "active", (), "told of changes from now on; replay what was missed"),
    ),
)


def opens(*names: str) -> dict[str, Kind]:
    return dict.fromkeys(names, Kind.OPEN)


WEBHOOK_ENDPOINT: Final = Noun(
    "webhook_endpoint",
    fields=opens(
        "id",
        "version",
        "unit_id",
        "source",
        "source_ref",
        "recorded_at",
        "updated_at",
        "voided_at",
        "void_reason",
        "consequences",
        "url",
        "nouns",
        "kinds",
        "description",
        "state",
        "transitions",
        "disabled_reason",
        "disabled_at",
        "appointment_id",
        "secret",
        "old_secret_until",
        "replay_from",
        "last_success_at",
        "failing_since",
    ),
    relations={"unit": one("unit", Kind.OPEN)},
    orders=("newest",),
    filters=opens("unit_id", "voided", "state"),
)

WEBHOOK_DELIVERY: Final = Noun(
    "webhook_delivery",
    fields=opens(
        "id",
        "endpoint_id",
        "type",
        "noun",
        "subject_id",
        "kind",
        "row_version",
        "sequence",
        "occurred_at",
        "state",
        "attempts",
        "next_at",
        "first_attempt_at",
        "last_attempt_at",
        "delivered_at",
        "last_status",
        "last_fault",
        "recorded_at",
    ),
    orders=("newest",),
    filters=opens("endpoint_id", "state", "subject_id"),
)
"""What is kept of a delivery is what was sent: ids and numbers. Of the answer only its status is kept."""
