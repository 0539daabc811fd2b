"""What is due: for me, my unit, the units below."""

from __future__ import annotations

from enum import StrEnum

from domain.reading import Kind, Noun, one


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


TASK = Noun(
    "task",
    fields=dict.fromkeys(("id", "version", "unit_id", "state", "made_at", "done_at"), Kind.OPEN)
    | dict.fromkeys(
        (
            "noun",
            "subject_id",
            "person_id",
            "kind",
            "due_at",
            "due_on",
            "opens_at",
            "rule",
            "explanation",
            "skipped",
            "moved",
            "overdue",
            "escalated_at",
        ),
        Kind.CASE,
    ),
    relations={"unit": one("unit", Kind.OPEN), "person": one("person", Kind.IDENTITY)},
    orders=("due",),
    filters=dict.fromkeys(
        ("state", "kind", "noun", "subject_id", "person_id", "overdue", "due_before", "escalated"), Kind.CASE
    ),
)
