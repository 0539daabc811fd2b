"""The inbox: table and reads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from domain.task.noun import TASK
from persistence.columns import column, key
from persistence.reads import Key, Reads
from persistence.whose_tasks import MINE, OWN


def document(comment: str, default: str = "'{}'") -> Any:
    """A small JSON document of ours: an explanation, a list of skipped days."""
    return Field(
        sa_column=sa.Column(JSONB, nullable=False, server_default=sa.text(default), comment=comment), default=None
    )


class TaskRow(SQLModel, table=True):
    """One thing due for a unit, by a rule; made and closed by events (issue 3 §5)."""

    __tablename__ = "task"
    __table_args__ = (
        sa.CheckConstraint("state in ('open', 'done', 'dropped')", name="state"),
        sa.CheckConstraint("circle_no is not null or not circle_only", name="circle_only"),
        sa.Index("ix_task_circle", "circle_no", "state", "due_at", "id"),
        sa.Index("uq_task_open", "noun", "subject_id", "kind", unique=True, postgresql_where=sa.text("state = 'open'")),
        sa.Index("ix_task_due", "unit_no", "state", "due_at", "id"),
        sa.Index("ix_task_province_due", "province_no", "state", "due_at", "id"),
        sa.Index("ix_task_person", "person_id"),
        {"comment": "What is due, by when, by which rule"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    noun: str = column("text", comment="noun of the subject")
    subject_id: UUID = column("uuid")
    person_id: UUID | None = column("uuid", null=True)
    unit_no: int = column("int")
    province_no: int | None = column("int", null=True)
    made_unit_no: int = column("int")
    kind: str = column("text")
    state: str = column("text", default="'open'")
    due_at: datetime = column("instant")
    due_on: date | None = column("date", null=True)
    opens_at: datetime | None = column("instant", null=True)
    rule: str = column("text", comment="id@version of the rule")
    explanation: dict[str, Any] = document("from fact to rule to calendar")
    skipped: list[Any] = document("days not counted, and why", "'[]'")
    moved: list[Any] = document("earlier due instants: a correction leaves a trace", "'[]'")
    made_at: datetime = column("instant", default="now()")
    done_at: datetime | None = column("instant", null=True)
    escalated_at: datetime | None = column("instant", null=True)
    circle_no: int | None = column("int", null=True, comment="for whom: an organisation, or minus an account")
    circle_only: bool = column("bool", default="false", comment="seen by that circle, and no unit")


HELD_BY = (
    "(case when {t}.circle_no is not null and task_attended({t}.person_id, {t}.circle_no)"
    " then 'circle' else 'unit' end)"
)
TASKS = Reads(
    TASK,
    TaskRow,
    columns={
        "unit_id": "(select u.id from unit u where u.no = {t}.unit_no)",
        "overdue": "({t}.state = 'open' and {t}.due_at < now())",
        "held_by": HELD_BY,
    },
    orders={"due": (Key("{t}.due_at", "timestamptz"),)},
    joins={"unit": "{c}.no = {t}.unit_no", "person": "{c}.id = {t}.person_id"},
    filters={
        "overdue": "({t}.due_at < now()) = {v}::bool",
        "due_before": "{t}.due_at < {v}::timestamptz",
        "subject_id": "{t}.subject_id = {v}::uuid",
        "person_id": "{t}.person_id = {v}::uuid",
        "escalated": "({t}.escalated_at is not null) = {v}::bool",
        "mine": f"{MINE} = {{v}}::bool",
        "held_by": f"{HELD_BY} = {{v}}::text",
        "level": f"{OWN} = ({{v}}::text = 'own')",
    },
    walls=frozenset({"unit_no", "province_no"}),
    subject="coalesce({t}.person_id, {t}.id)",
    granted="person_id",
    addressed=True,
)
