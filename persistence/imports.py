"""Files that are taken in: jobs, sealed chunks, staged rows, saved mappings: tables and reads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.imports.noun import IMPORT_JOB, IMPORT_LIFE, IMPORT_MAPPING, IMPORT_ROW
from persistence.accounts import shown_once
from persistence.cases import listed
from persistence.columns import column, key, to
from persistence.persons import NEWEST
from persistence.reads import Key, Reads
from persistence.transitions import transitions

VERDICTS = ("create", "update", "unchanged", "review", "error")
OUTCOMES = ("done", "requested", "waiting", "failed", "moved", "skipped", "undone", "spared")


def one_of(column_name: str, words: Any) -> sa.CheckConstraint:
    listed_words = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column_name} in ({listed_words})", name=column_name)


class ImportJobRow(SQLModel, table=True):
    """A file that is taken in, and how far it has come."""

    __tablename__ = "import_job"
    __table_args__ = (
        one_of("state", sorted(IMPORT_LIFE.states)),
        one_of("format", ("csv", "xlsx", "jsonl")),
        one_of("mode", ("atomic", "per_row")),
        one_of("unknown_columns", ("error", "ignore")),
        sa.CheckConstraint("size between 1 and 64000000", name="size"),
        sa.Index("ix_import_job_unit", "unit_no", "recorded_at", "id"),
        sa.Index("ix_import_job_recorded", "recorded_at", "id"),
        sa.Index(
            "ix_import_job_working",
            "updated_at",
            postgresql_where=sa.text("state in ('uploaded', 'loading', 'undoing')"),
        ),
        sa.Index(None, "source", "source_ref", unique=True),
        {"comment": "Bulk imports; what they say of a file names nobody"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    unit_no: int = column("int", comment="the unit that imports")
    kind: str = column("text")
    format: str = column("text")
    size: int = column("int", comment="bytes")
    sha256: str = column("text", comment="of the bytes in clear, hex")
    mode: str = column("text")
    match: list[str] = column("texts", comment="rules whose match is believed without review")
    blanks_only: bool = column("bool", default="false")
    unknown_columns: str = column("text")
    as_of: date | None = column("date", null=True, comment="whose unit names and codes the file speaks of")
    sheet: str | None = column("text", null=True)
    mapping_id: UUID | None = column("uuid", to("import_mapping.id"), null=True)
    mapping: str | None = column("text", null=True, comment="one that comes with the service")
    row_source: str = column("text", comment="`source` of the rows")
    state: str = column("text", default="'uploaded'")
    head: dict[str, Any] | None = listed("where the table starts and what each column is", None)
    encoding: str | None = column("text", null=True)
    outcomes: dict[str, int] = listed("rows by outcome", "'{}'")
    counts: dict[str, int] = listed("rows by verdict", "'{}'")
    rows_total: int = column("int", default="0")
    rows_done: int = column("int", default="0")
    last_no: int = column("int", default="0", comment="line up to which the present state has been worked")
    problem: dict[str, Any] | None = listed("why the file as a whole was refused", None)
    previewed_at: datetime | None = column("instant", null=True, comment="when the register was looked at")
    fingerprint: str | None = column("text", null=True, comment="of the preview: what a commit is bound to")
    attempts: int = column("int", default="0")
    acting_appointment: UUID | None = column("uuid", null=True, comment="under whose rights the worker works")
    acting_purpose: str | None = column("text", null=True)
    started_at: datetime | None = column("instant", null=True)
    finished_at: datetime | None = column("instant", null=True)
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)
    updated_at: datetime = column("instant", default="now()")


class ImportChunkRow(SQLModel, table=True):
    """A piece of a file, sealed; gone thirty days after the import ended."""

    __tablename__ = "import_chunk"
    __table_args__ = ({"comment": "Files that are taken in, in sealed pieces"},)
    import_id: UUID = column("uuid", sa.ForeignKey("import_job.id", ondelete="CASCADE"), primary_key=True)
    no: int = column("int", primary_key=True, autoincrement=False)
    unit_no: int = column("int")
    sealed: bytes = column("bytes", comment="AES-256-GCM, bound to import, place and column")


class ImportRowRow(SQLModel, table=True):
    """A row of the file: its verdict and what became of it."""

    __tablename__ = "import_row"
    __table_args__ = (
        one_of("verdict", VERDICTS),
        one_of("decision", ("create", "update", "skip")),
        one_of("outcome", OUTCOMES),
        sa.Index("uq_import_row_line", "import_id", "no", unique=True),
        {"comment": "Rows of a file; their cells are sealed"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    import_id: UUID = column("uuid", sa.ForeignKey("import_job.id", ondelete="CASCADE"))
    unit_no: int = column("int", comment="the unit that imports")
    no: int = column("int", comment="line of the file")
    cells: bytes | None = column("bytes", null=True, comment="the row's cells, sealed")
    verdict: str = column("text")
    rule: str | None = column("text", null=True, comment="by which it was matched")
    score: float | None = column("float", null=True)
    target_noun: str | None = column("text", null=True)
    target_id: UUID | None = column("uuid", null=True)
    target_version: int | None = column("int", null=True, comment="the base of the diff")
    person_id: UUID | None = column("uuid", null=True)
    flaws: list[Any] = listed("what is wrong: pointer and code, never the value")
    diff: list[Any] = listed("field by field; numbers by their last digits")
    candidates: list[Any] = listed("who the row may mean, with scores")
    decision: str | None = column("text", null=True)
    decided_target_id: UUID | None = column("uuid", null=True)
    outcome: str | None = column("text", null=True)
    made_id: UUID | None = column("uuid", null=True)
    made_version: int | None = column("int", null=True, comment="of what was made or changed, when that was done")
    trace: bytes | None = column("bytes", null=True, comment="how it is taken back, sealed")
    done_at: datetime | None = column("instant", null=True)


class ImportKeyRow(SQLModel, table=True):
    """Keyed hashes of what stands once in a file; for the worker alone. Written with its job, so nothing is checked."""

    __tablename__ = "import_key"
    __table_args__ = ({"comment": "Keyed hashes of values that stand once in a file, while it is read"},)
    import_id: UUID = column("uuid", primary_key=True)
    key: bytes = column("bytes", primary_key=True)
    no: int = column("int", comment="line of the file")


class ImportReadyRow(SQLModel, table=True):
    """A batch of a preview as it will be stored, if nothing has moved until then (persistence/import_ready.py)."""

    __tablename__ = "import_ready"
    __table_args__ = ({"comment": "Batches of a preview as they will be stored; gone when they are, or the day after"},)
    import_id: UUID = column("uuid", sa.ForeignKey("import_job.id", ondelete="CASCADE"), primary_key=True)
    last_no: int = column("int", primary_key=True, autoincrement=False, comment="line of its last row")
    first_no: int = column("int", comment="line of its first row")
    rows: int = column("int")
    unit_no: int = column("int")
    ground: bytes = column("bytes", comment="hash of day, actor, law and units")
    sealed: bytes = column("bytes", comment="AES-256-GCM, bound to import and line")
    recorded_at: datetime = column("instant", default="now()")


class ImportMappingRow(SQLModel, table=True):
    """Which header of a file is which field."""

    __tablename__ = "import_mapping"
    __table_args__ = (
        sa.Index("uq_import_mapping_name", "unit_no", "kind", "name", unique=True),
        sa.Index("ix_import_mapping_unit", "unit_no", "recorded_at", "id"),
        sa.Index("ix_import_mapping_recorded", "recorded_at", "id"),
        sa.Index(None, "source", "source_ref", unique=True),
        {"comment": "Saved mappings of columns"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    unit_no: int = column("int")
    kind: str = column("text")
    name: str = column("text")
    columns: dict[str, str] = listed("header to field; `-` takes nothing", "'{}'")
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)
    updated_at: datetime = column("instant", default="now()")


UNIT_ID = "(select u.id from unit u where u.no = {t}.unit_no)"
OF_UNIT = "{t}.unit_no = (select u.no from unit u where u.id = {v}::uuid)"
LINE = (Key("{t}.no", "int"),)

IMPORT_JOBS = Reads(
    IMPORT_JOB,
    ImportJobRow,
    columns={
        "unit_id": UNIT_ID,
        "columns": "({t}.head -> 'columns')",
        "transitions": transitions(IMPORT_LIFE),
        "consequences": shown_once("consequences"),
    },
    joins={"unit": "{c}.no = {t}.unit_no", "rows": "{c}.import_id = {t}.id"},
    orders={"newest": NEWEST},
    filters={"unit_id": OF_UNIT},
    made="",
)
IMPORT_ROWS = Reads(
    IMPORT_ROW,
    ImportRowRow,
    joins={"person": "{c}.id = {t}.person_id"},
    orders={"line": LINE},
    filters={"import_id": "{t}.import_id = {v}::uuid"},
    made="",
    subject="coalesce({t}.person_id, {t}.made_id, {t}.id)",
)
IMPORT_MAPPINGS = Reads(
    IMPORT_MAPPING,
    ImportMappingRow,
    columns={"unit_id": UNIT_ID},
    joins={"unit": "{c}.no = {t}.unit_no"},
    orders={"newest": NEWEST},
    made="",
)
