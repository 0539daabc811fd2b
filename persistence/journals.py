"""The journal, the outbox and the memory of idempotency keys: tables and reads."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.journal.noun import JOURNAL_ENTRY
from persistence.columns import column
from persistence.reads import Key, Reads


def setting(name: str, type_: str) -> str:
    return f"nullif(current_setting('app.{name}', true), '')::{type_}"


class JournalRow(SQLModel, table=True):
    """Append-only: who read, wrote or was refused what. Who and where come from the transaction's own settings."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        sa.Index("ix_journal_entry_unit", "unit_no", "happened_at", "id"),
        sa.Index("ix_journal_entry_subjects", "subject_ids", postgresql_using="gin"),
        {"comment": "Append-only record of reads and writes"},
    )
    id: int = column("bigint", sa.Identity(always=True), primary_key=True)
    happened_at: datetime = column("instant", default="clock_timestamp()")
    account_id: UUID | None = column("uuid", null=True, default=setting("account", "uuid"))
    appointment_id: UUID | None = column("uuid", null=True, default=setting("appointment", "uuid"))
    unit_id: UUID | None = column("uuid", null=True, default=setting("unit", "uuid"))
    unit_no: int | None = column("int", null=True, default=setting("lo", "int"), comment="unit of who acted")
    road: str | None = column("text", null=True, default=setting("road", "text"))
    act: str = column("text")
    noun: str = column("text")
    outcome: str = column("text", comment="read, done, replayed, checked, denied, absent")
    subject_ids: list[UUID] = column("uuids", default="'{}'", comment="persons shown or asked for")
    shown: int = column("int", default="0", comment="rows shown")
    purpose: str | None = column("text", null=True, default=setting("purpose", "text"))
    request_id: str | None = column("text", null=True, default=setting("request", "text"))


class OutboxRow(SQLModel, table=True):
    """Which act was done to what, in its own transaction: evidence. Who follows reads `row_change`."""

    __tablename__ = "outbox"
    __table_args__ = {"comment": "Changes to be told to feeds and webhooks"}
    seq: int = column("bigint", sa.Identity(always=True), primary_key=True)
    transaction: str = column("text", default="pg_current_xact_id()::text")
    happened_at: datetime = column("instant", default="clock_timestamp()")
    noun: str = column("text")
    subject_id: UUID = column("uuid")
    act: str = column("text")
    unit_no: int | None = column("int", null=True, default=setting("lo", "int"))


class RememberedRow(SQLModel, table=True):
    """An Idempotency-Key: which act on which resource it stood for (rulings 15); answers are rendered again."""

    __tablename__ = "idempotency"
    __table_args__ = (sa.Index(None, "recorded_at"), {"comment": "Idempotency keys, kept 24 h"})
    account_id: UUID = column("uuid", primary_key=True, default=setting("account", "uuid"))
    key: str = column("text", primary_key=True)
    digest: bytes = column("bytes", comment="SHA-256 of operation and canonical body")
    noun: str = column("text")
    subject_id: UUID = column("uuid")
    recorded_at: datetime = column("instant", default="now()")


SUBJECT = setting("subject", "uuid")
SUBJECTS = f"case when {SUBJECT} is null then {{t}}.subject_ids else array[{SUBJECT}] end"
"""In the journal of one person the others of the same list are not told: they may lie out of reach."""

JOURNAL = Reads(
    JOURNAL_ENTRY,
    JournalRow,
    columns={"subject_ids": SUBJECTS},
    joins={"account": "{c}.id = {t}.account_id"},
    orders={"newest": (Key("{t}.happened_at", "timestamptz", descending=True),)},
    filters={
        "account_id": "{t}.account_id = {v}::uuid",
        "happened_from": "{t}.happened_at >= {v}::timestamptz",
        "happened_before": "{t}.happened_at < {v}::timestamptz",
        "subject_id": "{t}.id = any(array(select journal_ids_of({v}::uuid)))",
    },
    made="unit_no",
)
