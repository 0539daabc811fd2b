"""Counselling of a person on the register: that and when it took place, and what was said, for its author's circle."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.reading import Kind, Noun, one


class ContactTopic(StrEnum):
    """What it was about, in coded words."""

    PSYCHOLOGICAL = "psychological"
    SOCIAL = "social"
    LEGAL = "legal"
    HEALTH = "health"
    RELAPSE_PREVENTION = "relapse_prevention"
    VOCATIONAL = "vocational"
    FAMILY = "family"


class ContactChannel(StrEnum):
    """By which way they spoke."""

    FACE_TO_FACE = "face_to_face"
    PHONE = "phone"
    MESSAGE = "message"
    VIDEO = "video"
    GROUP = "group"


class ContactPlace(StrEnum):
    """Where, in coded words: never an address."""

    COUNSELLING_POINT = "counselling_point"
    CLUB = "club"
    HOME = "home"
    COMMUNE_OFFICE = "commune_office"
    COMMUNITY = "community"
    OTHER = "other"


class ClientGroup(StrEnum):
    """Who was counselled."""

    IN_USE = "in_use"
    IN_TREATMENT = "in_treatment"
    AFTER_REHAB = "after_rehab"
    AT_RISK = "at_risk"
    FAMILY_MEMBER = "family_member"
    TRAFFICKING_VICTIM = "trafficking_victim"
    """By coded client only: never on the register."""


class ContactGiver(StrEnum):
    """From where the counselling came."""

    VOLUNTEERS = "volunteers"
    COUNSELLING_POINT = "counselling_point"
    CLUB = "club"
    ASSIGNED_COUNSELLOR = "assigned_counsellor"
    OFFICE = "office"


NOTES: Final = ("advice", "promise", "need")
"""What was said."""

FACTS: Final = dict.fromkeys(
    (
        "id",
        "version",
        "unit_id",
        "support_model_id",
        "source",
        "source_ref",
        "recorded_at",
        "updated_at",
        "voided_at",
        "void_reason",
        "consequences",
        "mine",
    ),
    Kind.OPEN,
)
"""What every row of counselling carries."""

CONTACT: Final = Noun(
    "counselling_contact",
    fields=FACTS
    | {"person_id": Kind.OPEN}
    | dict.fromkeys(
        (
            "held_at",
            "channel",
            "place",
            "given_by",
            "client_group",
            "minutes",
            "topics",
            "next_on",
            "referral_consent",
            "revisions",
        ),
        Kind.COUNSELLING,
    )
    | dict.fromkeys((*NOTES, "notes"), Kind.NOTE),
    relations={"person": one("person", Kind.IDENTITY), "unit": one("unit", Kind.OPEN)},
    orders=("newest", "latest"),
    filters=dict.fromkeys(("person_id", "unit_id", "voided", "support_model_id", "mine"), Kind.OPEN)
    | dict.fromkeys(
        ("channel", "topic", "given_by", "client_group", "held_from", "held_before", "next_from", "next_before"),
        Kind.COUNSELLING,
    ),
)

CONTACT_COUNT: Final = Noun(
    "counselling_count",
    fields=dict.fromkeys(
        (
            "group",
            "whole",
            "persons",
            "contacts",
            "anonymous_clients",
            "anonymous_contacts",
            "contacts_in_all",
        ),
        Kind.OPEN,
    ),
)
"""Figures over contacts; no row stands behind one, so it has no id and no list."""
