"""A visit to the health station: others see at most that there was one, and when. No HIV field anywhere."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.contact.noun import FACTS
from domain.reading import Kind, Noun, one


class VisitKind(StrEnum):
    """What the visit was."""

    FIRST_RECORD = "first_record"
    EXAMINATION = "examination"
    COMMON_ILLNESS = "common_illness"


FINDINGS: Final = ("visit_kind", "complaint", "findings", "treatment", "advice", "next_on")
"""What the health station wrote."""

VISIT: Final = Noun(
    "health_visit",
    fields=FACTS
    | {"person_id": Kind.OPEN, "visited_on": Kind.COUNSELLING}
    | dict.fromkeys((*FINDINGS, "versions"), Kind.HEALTH),
    relations={"person": one("person", Kind.IDENTITY), "unit": one("unit", Kind.OPEN)},
    orders=("newest", "latest"),
    filters=dict.fromkeys(("person_id", "unit_id", "voided", "support_model_id", "mine"), Kind.OPEN)
    | dict.fromkeys(("visited_from", "visited_before"), Kind.COUNSELLING),
)
