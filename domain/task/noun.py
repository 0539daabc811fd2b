"""What is due: for me, my unit, the units below."""

from __future__ import annotations

from enum import StrEnum

from domain.reading import Kind, Noun, one


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class TaskLevel(StrEnum):
    """Whose inbox: one's own unit's, or those of the units below."""

    OWN = "own"
    BELOW = "below"


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
        ("state", "kind", "noun", "subject_id", "person_id", "overdue", "due_before", "escalated", "mine", "level"),
        Kind.CASE,
    ),
)

TASK_COUNT = Noun(
    "task_count",
    fields=dict.fromkeys(("kind", "unit_id", "open", "overdue", "due_today", "due_this_week", "escalated"), Kind.CASE),
)
"""Figures over the open tasks; no row stands behind one, so it has no id and no list."""
