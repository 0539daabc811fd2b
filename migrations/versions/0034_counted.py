"""Figures of clubs by the day on which they count: a month of a province or the country is found at once."""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"

INDEXES = {
    "ix_club_session_starts": ("club_session", ["starts_at", "province_no"], []),
    "ix_club_attendance_held": (
        "club_attendance",
        ["held_on", "province_no"],
        ["unit_no", "person_id", "mark", "voided_at"],
    ),
    "ix_progress_evaluation_month": (
        "progress_evaluation",
        ["month", "province_no"],
        ["unit_no", "person_id", "voided_at"],
    ),
}
"""Index → table, columns, and what a count needs besides, so that it need not look at the rows."""


def upgrade() -> None:
    for name, (table, columns, told) in INDEXES.items():
        op.create_index(name, table, columns, postgresql_include=told)


def downgrade() -> None:
    for name, (table, _columns, _told) in reversed(INDEXES.items()):
        op.drop_index(name, table)
