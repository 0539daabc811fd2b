"""What the nouns of needs, plans, training, work and loans share: their usual fields, and the stage frozen on them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.reading import Kind

KEPT: Final = dict.fromkeys(
    (
        "id",
        "version",
        "unit_id",
        "source",
        "source_ref",
        "recorded_at",
        "updated_at",
        "voided_at",
        "void_reason",
        "consequences",
    ),
    Kind.OPEN,
)
"""What every kept row carries."""
OF_PERSON: Final = KEPT | {"person_id": Kind.OPEN}
KEPT_FILTERS: Final = dict.fromkeys(("person_id", "unit_id", "voided"), Kind.OPEN)


class Stage(StrEnum):
    """Where the person stood when something began; frozen when it is recorded."""

    IN_REHAB = "in_rehab"
    """A rehabilitation treatment was going on that day."""
    AFTER = "after"


def livelihood(*names: str) -> dict[str, Kind]:
    return dict.fromkeys(names, Kind.LIVELIHOOD)
