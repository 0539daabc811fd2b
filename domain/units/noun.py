"""Administrative units and organisations, dated; and how they came from one another."""

from __future__ import annotations

from enum import StrEnum

from domain.reading import Kind, Noun, many, one


class UnitLevel(StrEnum):
    COUNTRY = "country"
    PROVINCE = "province"
    DISTRICT = "district"
    AREA = "area"
    COMMUNE = "commune"
    ORGANISATION = "organisation"


class LineageKind(StrEnum):
    """How a unit came from another."""

    RENAMED = "renamed"
    MERGED_WHOLE = "merged_whole"
    SPLIT_PART = "split_part"
    TYPE_CHANGED = "type_changed"
    UNCHANGED = "unchanged"


UNIT = Noun(
    "unit",
    fields=dict.fromkeys(
        (
            "id",
            "version",
            "code",
            "code_system",
            "level",
            "unit_type",
            "name",
            "parent_id",
            "valid_from",
            "valid_to",
            "latitude",
            "longitude",
            "marks",
            "alternative_codes",
        ),
        Kind.OPEN,
    ),
    relations={
        "parent": one("unit", Kind.OPEN),
        "children": many("unit", Kind.OPEN),
        "successions": many("unit_lineage", Kind.OPEN),
        "origins": many("unit_lineage", Kind.OPEN),
    },
    orders=("name",),
    filters=dict.fromkeys(("level", "parent_id", "code", "as_of", "words", "unit_type", "marked"), Kind.OPEN),
)

LINEAGE = Noun(
    "unit_lineage",
    fields=dict.fromkeys(
        ("id", "from_id", "to_id", "kind", "effective_on", "legal_basis", "confidence"),
        Kind.OPEN,
    ),
    relations={"origin": one("unit", Kind.OPEN), "successor": one("unit", Kind.OPEN)},
    orders=("effective",),
    filters=dict.fromkeys(("kind", "effective_on", "unit_id"), Kind.OPEN),
)
