"""The law as data: rule book, working calendar, proposals by two persons, the version of it all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import ROADS

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        sa.Column("exchanged", sa.Date(), nullable=True, comment="the other half of a swap"),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("change_id", sa.UUID(), nullable=True),
        sa.CheckConstraint("kind in ('off', 'worked')", name=op.f("ck_calendar_day_kind")),
        sa.CheckConstraint("layer in ('base', 'override')", name=op.f("ck_calendar_day_layer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        comment="Holidays, substitute, swapped and make-up days",
    )
    op.create_index(
        "uq_calendar_day_layer",
        "calendar_day",
        ["day", "layer"],
        unique=True,
        postgresql_where=sa.text("superseded_at is null"),
    )
    op.create_table(
        "law_rule",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("rule", sa.Text(collation="C"), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("title_vi", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("selector", sa.Text(), nullable=False, comment="which event's date picks the row"),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scope_key", sa.Text(), nullable=False, comment="the scope in canonical form"),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="last day, inclusive"),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("form", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("legal_basis", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False, comment="C certain, L likely, U unverified"),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("change_id", sa.UUID(), nullable=True, comment="the approved change it came by; null = shipped"),
        postgresql.ExcludeConstraint(
            (sa.column("rule"), "="),
            (sa.column("scope_key"), "="),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            using="gist",
            name="ex_law_rule_overlap",
        ),
        sa.CheckConstraint("confidence in ('C', 'L', 'U')", name=op.f("ck_law_rule_confidence")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_rule")),
        comment="The rule book: effective-dated, with source and confidence mark",
    )
    op.create_index(op.f("ix_law_rule_rule_rule_version"), "law_rule", ["rule", "rule_version"], unique=True)
    op.create_table(
        "law_state",
        sa.Column("one", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("one", name=op.f("ck_law_state_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_law_state")),
        comment="Version of rule book and calendar",
    )
    op.create_table(
        "law_change",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'proposed'"), nullable=False),
        sa.Column("proposed_by", sa.UUID(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_by", sa.UUID(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('rule', 'day')", name=op.f("ck_law_change_kind")),
        sa.CheckConstraint(
            "state in ('proposed', 'approved', 'rejected', 'withdrawn')", name=op.f("ck_law_change_state")
        ),
        sa.CheckConstraint(
            "state not in ('approved', 'rejected') or decided_by <> proposed_by", name=op.f("ck_law_change_two_persons")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_law_change_decided_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_law_change_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_change")),
        comment="Proposals to change the rule book or the calendar",
    )
    for table in ("law_rule", "calendar_day", "law_state"):
        op.execute(f"grant select on {table} to {', '.join(ROADS)}, app_worker")
    for table in ("law_rule", "calendar_day"):
        op.execute(f"grant insert, update on {table} to road_country")
    op.execute("grant update on law_state to road_country")
    op.execute("grant select, insert, update on law_change to road_country")


def downgrade() -> None:
    op.drop_table("law_change")
    op.drop_table("law_state")
    op.drop_index(op.f("ix_law_rule_rule_rule_version"), table_name="law_rule")
    op.drop_table("law_rule")
    op.drop_index("uq_calendar_day_layer", table_name="calendar_day", postgresql_where=sa.text("superseded_at is null"))
    op.drop_table("calendar_day")
