"""What many rows sent at once have in common."""

from __future__ import annotations

from enum import StrEnum

from api.schemas.base import worded


class BulkOutcome(StrEnum):
    """What became of one row."""

    DONE = "done"
    REPLAYED = "replayed"
    """On file already, under the same number with the same content."""
    CHECKED = "checked"
    """Only checked: nothing is stored."""
    REFUSED = "refused"


worded(BulkOutcome)
