"""Expected persons against notices, decisions and first contacts: each in one state, seen by both sides."""

from __future__ import annotations

from typing import Final

from domain.reading import Kind, Noun, one

RECONCILIATION: Final = Noun(
    "reconciliation",
    fields=dict.fromkeys(
        ("id", "notice_id", "reviewed_person_id", "unit_id", "sender_unit_id", "source", "source_ref", "person_id"),
        Kind.OPEN,
    )
    | dict.fromkeys(
        ("treatment", "completes_on", "state", "lost", "since_on", "days_waiting", "age"),
        Kind.CASE,
    )
    | dict.fromkeys(("decided_at", "delivered_at"), Kind.DECISION)
    | {"full_name": Kind.IDENTITY, "first_contact_on": Kind.COUNSELLING},
    relations={
        "unit": one("unit", Kind.OPEN),
        "sender_unit": one("unit", Kind.OPEN),
        "notice": one("discharge_notice", Kind.CASE),
    },
    orders=("longest", "completes"),
    filters=dict.fromkeys(("unit_id", "sender_unit_id", "source", "source_ref"), Kind.OPEN)
    | dict.fromkeys(("state", "lost", "age", "treatment", "completes_from", "completes_before"), Kind.CASE),
)
"""One line a person and sender: the latest notice that stands, else the entry of a review round."""

RECONCILIATION_COUNT: Final = Noun(
    "reconciliation_count",
    fields=dict.fromkeys(("state", "whole", "lost", "persons", "week", "month", "quarter", "longer"), Kind.OPEN),
)
"""Figures over lines; no row stands behind one."""
