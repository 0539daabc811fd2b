"""Rows of a preview as they will be stored."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import Policy, interval, lower_walls, raise_walls

revision = "0025"
down_revision = "0024"

POLICIES: tuple[Policy, ...] = (("import_ready", "road_unit", "select, insert, delete", interval("unit_no")),)


def upgrade() -> None:
    op.create_table(
        "import_ready",
        sa.Column("import_id", sa.UUID(), nullable=False),
        sa.Column("last_no", sa.Integer(), nullable=False, comment="line of its last row"),
        sa.Column("first_no", sa.Integer(), nullable=False, comment="line of its first row"),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("ground", postgresql.BYTEA(), nullable=False, comment="hash of day, actor, law and units"),
        sa.Column("sealed", postgresql.BYTEA(), nullable=False, comment="AES-256-GCM, bound to import and line"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_job.id"], name=op.f("fk_import_ready_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "last_no", name=op.f("pk_import_ready")),
        comment="Batches of a preview as they will be stored; gone when they are, or the day after",
    )
    op.drop_constraint(op.f("fk_import_key_import_id"), "import_key")
    op.execute("alter table import_ready alter column sealed set storage external")
    op.execute("alter table import_ready set unlogged")
    op.execute("alter table import_row set (fillfactor = 50)")  # each row is changed once: on its own page
    raise_walls(POLICIES)
    op.execute("grant select, delete on import_ready to app_worker")
    op.execute("create policy app_worker on import_ready for all to app_worker using (true)")


def downgrade() -> None:
    op.execute("drop policy app_worker on import_ready")
    op.execute("revoke all on import_ready from app_worker")
    lower_walls(POLICIES)
    op.drop_table("import_ready")
    op.execute("alter table import_row reset (fillfactor)")
    op.create_foreign_key(
        op.f("fk_import_key_import_id"), "import_key", "import_job", ["import_id"], ["id"], ondelete="CASCADE"
    )
