"""What somebody who helps passes on: information to be confirmed, and no change of any status (dossier §17)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.livelihood.fields import KEPT_FILTERS, OF_PERSON
from domain.reading import Kind, Noun, one


class FieldReportKind(StrEnum):
    """What was noticed. Support, not surveillance: no place, no hour, no diary (rulings 32)."""

    MOVED_AWAY = "moved_away"
    ABSENT = "absent"
    CAME_BACK = "came_back"
    CONTACT_LOST = "contact_lost"
    SAFETY_CONCERN = "safety_concern"


class FieldReportState(StrEnum):
    """How it stands."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    WITHDRAWN = "withdrawn"


FIELD_REPORT: Final = Noun(
    "field_report",
    fields=OF_PERSON
    | dict.fromkeys(("kind", "noticed_on", "what", "state", "transitions"), Kind.REPORT)
    | dict.fromkeys(("answered_on", "answer"), Kind.CASE),
    relations={"person": one("person", Kind.IDENTITY), "unit": one("unit", Kind.OPEN)},
    orders=("newest",),
    filters=KEPT_FILTERS | dict.fromkeys(("kind", "state", "noticed_from", "noticed_to"), Kind.REPORT),
)
