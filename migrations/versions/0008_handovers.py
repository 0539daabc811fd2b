"""Hand-overs, and the role in which responsibility moves: the only one that may carry a row over a unit's border."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import Policy, interval, lower_walls, raise_walls

revision = "0008"
down_revision = "0007"

SIDES: tuple[Policy, ...] = (
    ("handover", "road_unit", "select, update", interval("unit_no")),
    ("handover", "road_made", "select, update", interval("made_unit_no")),
    ("handover", "road_country", "select", "true"),
)
MOVED = (
    "person_identifier",
    "person_phone",
    "residence",
    "treatment_course",
    "management_case",
    "case_assignment",
    "case_event",
    "case_finding",
    "case_proposal",
    "management_decision",
    "support_team",
    "case_assessment",
    "decision_adjustment",
    "decision_delivery",
)
CARRIED: tuple[Policy, ...] = (
    ("handover", "road_transfer", "select, insert, update", "true"),
    ("person", "road_transfer", "select, update", "true"),
    ("responsibility", "road_transfer", "select, insert, update", "true"),
    ("person_token", "road_transfer", "select, insert, delete", "true"),
    ("access_grant", "road_transfer", "select, update", "true"),
    ("task", "road_transfer", "select, insert, update", "true"),
    *((table, "road_transfer", "select, update", "true") for table in MOVED),
)


def _instant(name: str, *, nullable: bool = True, comment: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, comment=comment)


def _text(name: str, *, nullable: bool = True, comment: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=nullable, comment=comment)


def _list(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.UUID(), nullable=False, comment="UUIDv7, made by client or server"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        _text("kind", nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'proposed'"), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True, comment="null: nobody on file; never told"),
        _text("name_told", comment="the name, told to the asked side only"),
        sa.Column("unit_no", sa.Integer(), nullable=False, comment="the side that is asked"),
        sa.Column("made_unit_no", sa.Integer(), nullable=False, comment="the side that asks"),
        sa.Column("province_no", sa.Integer(), nullable=True),
        sa.Column("asked_unit_id", sa.UUID(), nullable=False),
        sa.Column("asking_unit_id", sa.UUID(), nullable=False),
        _text("reason", nullable=False),
        _instant("left_at", comment="left the old residence"),
        sa.Column("left_on", sa.Date(), nullable=True, comment="the day, where the hour is not known"),
        _instant("told_at", nullable=False),
        _instant("due_at", nullable=False),
        _text("rule", nullable=False, comment="id@version of the rule of the clock"),
        _list("explanation"),
        _list("deadlines"),
        _text("answer_reason"),
        _instant("answered_at"),
        _instant("effective_at"),
        _instant("escalated_at"),
        _text("source"),
        _text("source_ref"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.UUID(), nullable=True),
        sa.CheckConstraint("kind in ('give', 'take')", name=op.f("ck_handover_kind")),
        sa.CheckConstraint(
            "state in ('proposed', 'acknowledged', 'accepted', 'effective', 'declined', 'withdrawn', 'expired')",
            name=op.f("ck_handover_state"),
        ),
        sa.ForeignKeyConstraint(["asked_unit_id"], ["unit.id"], name=op.f("fk_handover_asked_unit_id")),
        sa.ForeignKeyConstraint(["asking_unit_id"], ["unit.id"], name=op.f("fk_handover_asking_unit_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_handover_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        comment="Hand-overs of responsibility between communes",
    )
    op.create_index(
        "uq_handover_open",
        "handover",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("state in ('proposed', 'acknowledged', 'accepted')"),
    )
    op.create_index("ix_handover_asked", "handover", ["unit_no", "told_at", "id"])
    op.create_index("ix_handover_asking", "handover", ["made_unit_no", "told_at", "id"])
    op.create_index("ix_handover_province", "handover", ["province_no", "told_at", "id"])
    op.create_index(op.f("ix_handover_source_source_ref"), "handover", ["source", "source_ref"], unique=True)
    raise_walls(SIDES + CARRIED)
    op.execute("grant select on unit to road_transfer")
    op.execute("grant execute on function check_responsibility(uuid) to road_transfer, road_made")


def downgrade() -> None:
    op.execute("revoke execute on function check_responsibility(uuid) from road_transfer, road_made")
    op.execute("revoke select on unit from road_transfer")
    for table, role, *_ in CARRIED:
        op.execute(f"drop policy {role} on {table}")
        op.execute(f"revoke all on {table} from {role}")
    lower_walls(SIDES)
    op.drop_table("handover")
