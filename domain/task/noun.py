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


class TaskHolder(StrEnum):
    """Who has it in hand today: what is no helper's any more is the commune's again."""

    CIRCLE = "circle"
    UNIT = "unit"


TASK = Noun(
    "task",
    fields=dict.fromkeys(
        (
            "id",
            "version",
            "unit_id",
            "state",
            "made_at",
            "done_at",
            "noun",
            "subject_id",
            "kind",
            "due_at",
            "due_on",
            "opens_at",
            "rule",
            "overdue",
            "escalated_at",
            "held_by",
        ),
        Kind.OPEN,
    )
    | {"person_id": Kind.IDENTITY}
    | dict.fromkeys(("explanation", "skipped", "moved"), Kind.CASE),
    relations={"unit": one("unit", Kind.OPEN), "person": one("person", Kind.IDENTITY)},
    orders=("due",),
    filters=dict.fromkeys(
        ("state", "kind", "noun", "subject_id", "overdue", "due_before", "escalated", "mine", "level", "held_by"),
        Kind.OPEN,
    )
    | {"person_id": Kind.IDENTITY},
)

TASK_COUNT = Noun(
    "task_count",
    fields=dict.fromkeys(("kind", "unit_id", "open", "overdue", "due_today", "due_this_week", "escalated"), Kind.OPEN),
)
"""Figures over the open tasks; no row stands behind one, so it has no id and no list."""
