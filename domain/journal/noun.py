"""The journal: who read and wrote what, append-only."""

from __future__ import annotations

from domain.reading import Kind, Noun, one

JOURNAL_ENTRY = Noun(
    "journal_entry",
    fields=dict.fromkeys(
        (
            "id",
            "happened_at",
            "account_id",
            "appointment_id",
            "unit_id",
            "act",
            "noun",
            "outcome",
            "road",
            "subject_ids",
            "shown",
            "purpose",
            "request_id",
        ),
        Kind.JOURNAL,
    ),
    relations={"account": one("account", Kind.JOURNAL)},
    orders=("newest",),
    filters=dict.fromkeys(
        ("account_id", "act", "noun", "outcome", "happened_from", "happened_before", "subject_id"), Kind.JOURNAL
    ),
)
