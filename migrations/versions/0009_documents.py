"""Filled by the slice that owns it: documents."""

from __future__ import annotations

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Nothing yet in this revision."""


def downgrade() -> None:
    """Nothing yet in this revision."""
