"""Webhooks: endpoints, their secrets, how far each was told, deliveries. Tables and reads.

**Fed from `row_change`** (persistence/changes.py), in windows of whole transactions below xmin, by `feed_webhook`
(migration 0022): it looks up who owns the endpoint, takes the interval from their unit as it is now, and writes one
delivery a row told. `sequence` is the feed's own `seq`: per subject it grows in the order of writing, because writers
of one row wait for each other; a delivery told twice is found by (endpoint, sequence) and is one row.

**Sent** by persistence/webhook_dispatch.py: a lease, never a lock held over the network; the open transaction would
hold back the feed of everybody.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.change.model import FeedKind
from domain.webhook.noun import (
    ENDPOINT_LIFE,
    WEBHOOK_DELIVERY,
    WEBHOOK_ENDPOINT,
    DeliveryFault,
    DeliveryState,
    DisabledReason,
)
from persistence.accounts import shown_once
from persistence.columns import column, key, to
from persistence.keeping import NEWEST, Words, kept_reads, kept_table
from persistence.reads import Reads

ENDPOINT_ROW = kept_table(
    "webhook_endpoint",
    "Where a unit's own software is told of changes",
    {
        "url": column("text"),
        "nouns": column("texts", default="'{}'", comment="all that its owner may hear of where empty"),
        "kinds": Words(FeedKind, many=True, default="'{}'"),
        "description": column("text", null=True),
        "appointment_id": column("uuid", to("appointment.id"), comment="under whose rights it is told"),
        "disabled_reason": Words(DisabledReason, null=True),
        "disabled_at": column("instant", null=True),
    },
    life=ENDPOINT_LIFE,
    of="unit",
)


class StandingRow(SQLModel, table=True):
    """How far an endpoint was told, and how it goes; beside the row, so that its version stands."""

    __tablename__ = "webhook_standing"
    __table_args__ = ({"comment": "How far each webhook endpoint was told"},)
    endpoint_id: UUID = column("uuid", to("webhook_endpoint.id"), primary_key=True)
    unit_no: int = column("int")
    told_xid: int = column("bigint", comment="every transaction up to here was told")
    cluster: int = column("bigint", comment="the server whose transaction ids these are")
    told_at: datetime = column("instant")
    replay_from: datetime | None = column("instant", null=True, comment="asked for, not yet done")
    last_success_at: datetime | None = column("instant", null=True)
    failing_since: datetime | None = column("instant", null=True, comment="the first fault after the last success")
    paused_until: datetime | None = column("instant", null=True, comment="the receiver cannot be reached")


class SecretRow(SQLModel, table=True):
    """Secrets that sign; the one without an end is the current one."""

    __tablename__ = "webhook_secret"
    __table_args__ = (
        sa.Index(
            "uq_webhook_secret_current", "endpoint_id", unique=True, postgresql_where=sa.text("valid_until is null")
        ),
        sa.Index("ix_webhook_secret_endpoint", "endpoint_id", "made_at"),
        {"comment": "Secrets that sign webhooks, sealed"},
    )
    id: UUID = key()
    endpoint_id: UUID = column("uuid", to("webhook_endpoint.id"))
    unit_no: int = column("int")
    sealed: bytes = column("bytes", comment="AES-256-GCM, bound to this row")
    made_at: datetime = column("instant")
    valid_until: datetime | None = column("instant", null=True)


class DeliveryRow(SQLModel, table=True):
    """One telling of one change to one endpoint."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Words(DeliveryState).check("state"),
        Words(DeliveryFault).check("last_fault"),
        sa.CheckConstraint(
            "(noun is null) = (kind = 'ping') and (noun is null) = (sequence is null)"
            " and (noun is null) = (subject_id is null)",
            name="of_a_row_or_a_ping",
        ),
        sa.UniqueConstraint("endpoint_id", "sequence", name="uq_webhook_delivery_told_once"),
        sa.Index("ix_webhook_delivery_unit", "unit_no", "recorded_at", "id"),
        sa.Index("ix_webhook_delivery_endpoint", "endpoint_id", "recorded_at", "id"),
        sa.Index(
            "ix_webhook_delivery_due",
            "endpoint_id",
            "next_at",
            "sequence",
            postgresql_where=sa.text("state = 'pending'"),
        ),
        sa.Index(
            "ix_webhook_delivery_subject",
            "endpoint_id",
            "noun",
            "subject_id",
            "sequence",
            postgresql_where=sa.text("state = 'pending'"),
        ),
        sa.Index(
            "ix_webhook_delivery_leased",
            "endpoint_id",
            "lease_until",
            postgresql_where=sa.text("lease_until is not null"),
        ),
        sa.Index("ix_webhook_delivery_done", "recorded_at", postgresql_where=sa.text("state <> 'pending'")),
        {"comment": "What endpoints were told: ids and numbers, nothing of a person"},
    )
    id: UUID = column("uuid", primary_key=True, default="gen_random_uuid()")
    endpoint_id: UUID = column("uuid", to("webhook_endpoint.id"))
    unit_no: int = column("int", comment="the endpoint's")
    noun: str | None = column("text", null=True, comment="null for a ping")
    subject_id: UUID | None = column("uuid", null=True)
    kind: str = column("text")
    row_version: int | None = column("int", null=True)
    sequence: int | None = column("bigint", null=True, comment="seq of the change feed")
    occurred_at: datetime = column("instant")
    state: str = column("text", default="'pending'")
    attempts: int = column("int", default="0")
    next_at: datetime = column("instant")
    lease_until: datetime | None = column("instant", null=True, comment="somebody is sending it")
    first_attempt_at: datetime | None = column("instant", null=True)
    last_attempt_at: datetime | None = column("instant", null=True)
    delivered_at: datetime | None = column("instant", null=True)
    last_status: int | None = column("int", null=True)
    last_fault: str | None = column("text", null=True)
    recorded_at: datetime = column("instant")


def standing(name: str) -> str:
    return f"(select s.{name} from webhook_standing s where s.endpoint_id = {{t}}.id)"


ENDPOINTS = kept_reads(
    WEBHOOK_ENDPOINT,
    ENDPOINT_ROW,
    life=ENDPOINT_LIFE,
    columns={
        "secret": shown_once("secret"),
        "old_secret_until": "(select max(w.valid_until) from webhook_secret w where w.endpoint_id = {t}.id)",
        **{name: standing(name) for name in ("replay_from", "last_success_at", "failing_since")},
    },
)
DELIVERIES = Reads(
    WEBHOOK_DELIVERY,
    DeliveryRow,
    columns={"type": "coalesce({t}.noun || '.', '') || {t}.kind"},
    orders={"newest": NEWEST},
    filters={"endpoint_id": "{t}.endpoint_id = {v}::uuid", "subject_id": "{t}.subject_id = {v}::uuid"},
    made="unit_no",
)
