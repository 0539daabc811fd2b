"""The change of responsibility for a person between communes (rulings 3, 24). Not a move notice: that is a form."""

from __future__ import annotations

from enum import StrEnum

from domain.law.life_cycles import HANDOVER as CYCLE
from domain.reading import Kind, Noun, one


class HandoverKind(StrEnum):
    """Who began it: the unit that gives, or the unit that takes."""

    GIVE = "give"
    TAKE = "take"


class HandoverState(StrEnum):
    PROPOSED = "proposed"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    EFFECTIVE = "effective"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


assert {state.value for state in HandoverState} == CYCLE.states

HANDOVER = Noun(
    "handover",
    fields=dict.fromkeys(
        (
            "id",
            "version",
            "kind",
            "state",
            "asked_unit_id",
            "asking_unit_id",
            "left_at",
            "left_on",
            "told_at",
            "due_at",
            "rule",
            "explanation",
            "deadlines",
            "reason",
            "answer_reason",
            "answered_at",
            "effective_at",
            "escalated_at",
            "transitions",
            "consequences",
            "source",
            "source_ref",
            "recorded_at",
        ),
        Kind.CASE,
    )
    | {"id": Kind.OPEN, "version": Kind.OPEN, "person_id": Kind.CASE, "name_told": Kind.IDENTITY},
    relations={"asked_unit": one("unit", Kind.CASE), "asking_unit": one("unit", Kind.CASE)},
    orders=("newest", "due"),
    filters=dict.fromkeys(("state", "kind", "person_id", "escalated"), Kind.CASE),
)
