"""The inbox: what is due, by when, by which rule."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import Policy, interval, lower_walls, raise_walls

revision = "0004"
down_revision = "0003"

POLICIES: tuple[Policy, ...] = (
    ("task", "road_unit", "select, insert, update", interval("unit_no")),
    ("task", "road_made", "select, insert, update", interval("made_unit_no")),
    ("task", "road_country", "select", "true"),
)


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _document(name: str, default: str, comment: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), server_default=sa.text(default), nullable=False, comment=comment)


def upgrade() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False, comment="noun of the subject"),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("province_no", sa.Integer(), nullable=True),
        sa.Column("made_unit_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        _instant("due_at", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        _instant("opens_at"),
        sa.Column("rule", sa.Text(), nullable=False, comment="id@version of the rule"),
        _document("explanation", "'{}'", "from fact to rule to calendar"),
        _document("skipped", "'[]'", "days not counted, and why"),
        _document("moved", "'[]'", "earlier due instants: a correction leaves a trace"),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        _instant("done_at"),
        _instant("escalated_at"),
        sa.CheckConstraint("state in ('open', 'done', 'dropped')", name=op.f("ck_task_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        comment="What is due, by when, by which rule",
    )
    op.create_index(
        "uq_task_open",
        "task",
        ["noun", "subject_id", "kind"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_task_due", "task", ["unit_no", "state", "due_at", "id"])
    op.create_index("ix_task_province_due", "task", ["province_no", "state", "due_at", "id"])
    op.create_index("ix_task_person", "task", ["person_id"])
    raise_walls(POLICIES)


def downgrade() -> None:
    lower_walls(POLICIES)
    op.drop_table("task")
