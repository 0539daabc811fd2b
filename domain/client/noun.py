"""Anonymous clients, known by a code alone, and the contacts with them. No name, no number, no person anywhere."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.contact.noun import FACTS, NOTES
from domain.reading import Kind, Noun, one


class AgeBand(StrEnum):
    """About how old; all that is ever noted."""

    UNDER_18 = "under_18"
    FROM_18_TO_29 = "from_18_to_29"
    FROM_30_TO_49 = "from_30_to_49"
    FROM_50 = "from_50"


class LinkConsent(StrEnum):
    """How the client agreed, in person: typing the code is the client's own act."""

    SPOKEN = "spoken"
    WRITTEN = "written"


CLIENT: Final = Noun(
    "anonymous_client",
    fields={name: kind for name, kind in FACTS.items() if name != "support_model_id"}
    | {"code": Kind.OPEN}
    | dict.fromkeys(("client_group", "gender", "age_band", "first_seen_on", "contacts"), Kind.COUNSELLING)
    | dict.fromkeys(("linked_person_id", "linked_on", "link_consent"), Kind.NOTE),
    relations={"unit": one("unit", Kind.OPEN)},
    orders=("newest",),
    filters=dict.fromkeys(("unit_id", "voided", "code", "mine"), Kind.OPEN)
    | dict.fromkeys(("client_group",), Kind.COUNSELLING),
)

ANONYMOUS: Final = Noun(
    "anonymous_contact",
    fields=FACTS
    | {"client_id": Kind.OPEN}
    | dict.fromkeys(("held_on", "channel", "place", "given_by", "minutes", "topics", "next_on"), Kind.COUNSELLING)
    | dict.fromkeys((*NOTES, "notes"), Kind.NOTE),
    relations={"client": one("anonymous_client", Kind.OPEN), "unit": one("unit", Kind.OPEN)},
    orders=("newest",),
    filters=dict.fromkeys(("unit_id", "voided", "client_id", "support_model_id", "mine"), Kind.OPEN)
    | dict.fromkeys(("channel", "topic", "held_from", "held_before"), Kind.COUNSELLING),
)
