"""Lists taken out as files: jobs, sealed pieces, the dated cap: tables and reads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.exports.noun import EXPORT_JOB, EXPORT_LIFE
from persistence.cases import listed
from persistence.columns import column, key
from persistence.imports import UNIT_ID, one_of
from persistence.persons import NEWEST
from persistence.reads import Reads
from persistence.transitions import transitions


class ExportJobRow(SQLModel, table=True):
    """A list that is taken out, and how far it has come."""

    __tablename__ = "export_job"
    __table_args__ = (
        one_of("state", sorted(EXPORT_LIFE.states)),
        one_of("format", ("csv", "jsonl", "xlsx")),
        one_of("via", ("grant", "made")),
        sa.Index("ix_export_job_unit", "unit_no", "recorded_at", "id"),
        sa.Index("ix_export_job_recorded", "recorded_at", "id"),
        sa.Index(
            "ix_export_job_working",
            "updated_at",
            postgresql_where=sa.text("state in ('queued', 'running', 'done')"),
        ),
        sa.Index(None, "source", "source_ref", unique=True),
        {"comment": "Lists taken out as files: what, by whom, why"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    unit_no: int = column("int", comment="the unit that asks")
    collection: str = column("text", comment="the list, as its path names it")
    noun: str = column("text")
    filters: dict[str, Any] = listed("filters of the list, never personal", "'{}'")
    fields: list[str] = column("texts", comment="fields asked for")
    sort: str = column("text")
    via: str | None = column("text", null=True, comment="another road to the rows")
    format: str = column("text")
    purpose: str = column("text")
    streamed: bool = column("bool", default="false", comment="sent as it was read: no file is kept")
    sealed_filters: bytes | None = column(
        "bytes", null=True, comment="AES-256-GCM, bound to this row: filters that may hold a name or a number"
    )
    state: str = column("text", default="'queued'")
    rows: int | None = column("int", null=True)
    most: int | None = column("int", null=True, comment="the cap that held, in rows")
    size: int | None = column("bigint", null=True, comment="bytes")
    sha256: str | None = column("text", null=True, comment="of the bytes in clear, hex")
    manifest: dict[str, Any] | None = listed("filters, counts, checksums, who and why", None)
    watermark: str | None = column("text", null=True, comment="the line that stands in the file")
    problem: str | None = column("text", null=True, comment="code of why there is no file")
    pieces: int = column("int", default="0")
    attempts: int = column("int", default="0")
    acting_appointment: UUID = column("uuid", comment="under whose rights the rows are read")
    approved_by: UUID | None = column("uuid", null=True)
    approved_at: datetime | None = column("instant", null=True)
    started_at: datetime | None = column("instant", null=True)
    finished_at: datetime | None = column("instant", null=True)
    expires_at: datetime | None = column("instant", null=True)
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID = column("uuid")
    updated_at: datetime = column("instant", default="now()")


class ExportChunkRow(SQLModel, table=True):
    """A piece of a file, sealed; gone with the file."""

    __tablename__ = "export_chunk"
    __table_args__ = ({"comment": "Files that are taken out, in sealed pieces"},)
    export_id: UUID = column("uuid", sa.ForeignKey("export_job.id", ondelete="CASCADE"), primary_key=True)
    no: int = column("int", primary_key=True, autoincrement=False)
    unit_no: int = column("int")
    sealed: bytes = column("bytes", comment="AES-256-GCM, bound to export, place and column")


class ExportCapRow(SQLModel, table=True):
    """How many rows leave without a unit above: the row of the latest day that has come counts."""

    __tablename__ = "export_cap"
    __table_args__ = (
        sa.CheckConstraint("rows > 0", name="rows"),
        {"comment": "How many rows leave without a unit above, from which day on"},
    )
    valid_from: date = column("date", primary_key=True)
    rows: int = column("int")


EXPORT_JOBS = Reads(
    EXPORT_JOB,
    ExportJobRow,
    columns={"unit_id": UNIT_ID, "transitions": transitions(EXPORT_LIFE)},
    joins={"unit": "{c}.no = {t}.unit_no"},
    orders={"newest": NEWEST},
    filters={"recorded_by": "{t}.recorded_by = {v}::uuid"},
    made="unit_no",
)
