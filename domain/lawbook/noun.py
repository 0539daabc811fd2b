"""The rule book and the working calendar as they are read, and proposals to change them."""

from __future__ import annotations

from enum import StrEnum

from domain.reading import Kind, Noun


class ChangeKind(StrEnum):
    RULE = "rule"
    DAY = "day"


class ChangeState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


RULE = Noun(
    "rule",
    fields=dict.fromkeys(
        (
            "id",
            "rule",
            "rule_version",
            "title_vi",
            "title_en",
            "selector",
            "scope",
            "value",
            "valid_from",
            "valid_to",
            "authority",
            "form",
            "legal_basis",
            "confidence",
            "note",
        ),
        Kind.OPEN,
    ),
    orders=("rule",),
    filters=dict.fromkeys(("rule", "in_force_on", "selector", "confidence"), Kind.OPEN),
)

CALENDAR_DAY = Noun(
    "calendar_day",
    fields=dict.fromkeys(
        (
            "id",
            "day",
            "kind",
            "reason",
            "name_vi",
            "name_en",
            "source",
            "confidence",
            "exchanged",
            "note",
            "layer",
            "superseded_at",
        ),
        Kind.OPEN,
    ),
    orders=("day",),
    filters=dict.fromkeys(("year", "kind", "layer", "confidence", "superseded"), Kind.OPEN),
)

LAW_CHANGE = Noun(
    "law_change",
    fields=dict.fromkeys(
        (
            "id",
            "version",
            "kind",
            "payload",
            "reason",
            "state",
            "proposed_by",
            "proposed_at",
            "decided_by",
            "decided_at",
        ),
        Kind.OPEN,
    ),
    orders=("newest",),
    filters=dict.fromkeys(("state", "kind"), Kind.OPEN),
)
