"""A person on the register and the dated facts about them."""

from __future__ import annotations

from domain.reading import Kind, Noun, many, one

FACT = dict.fromkeys(("id", "version", "person_id", "source", "source_ref", "recorded_at"), Kind.OPEN)
"""What every dated fact about a person carries."""

PERSON = Noun(
    "person",
    fields={
        "id": Kind.OPEN,
        "version": Kind.OPEN,
        "unit_id": Kind.OPEN,
        "source": Kind.OPEN,
        "source_ref": Kind.OPEN,
        "recorded_at": Kind.OPEN,
        "updated_at": Kind.OPEN,
        "voided_at": Kind.OPEN,
        "void_reason": Kind.OPEN,
        "full_name": Kind.IDENTITY,
        "aliases": Kind.IDENTITY,
        "gender": Kind.IDENTITY,
        "born_on": Kind.IDENTITY,
        "born_precision": Kind.IDENTITY,
        "native_place": Kind.IDENTITY,
        "occupation": Kind.IDENTITY,
        "national_id": Kind.IDENTIFIER,
        "no_id_reason": Kind.IDENTIFIER,
        "phone": Kind.REACH,
    },
    relations={
        "unit": one("unit", Kind.OPEN),
        "identifiers": many("person_identifier", Kind.IDENTIFIER),
        "phones": many("person_phone", Kind.REACH),
        "residences": many("residence", Kind.ADDRESS),
        "responsibilities": many("responsibility", Kind.IDENTITY),
        "referrals": many("referral", Kind.REFERRAL),
        "counselling_contacts": many("counselling_contact", Kind.COUNSELLING),
        "health_visits": many("health_visit", Kind.COUNSELLING),
        "needs": many("need", Kind.LIVELIHOOD),
        "reintegration_plans": many("reintegration_plan", Kind.LIVELIHOOD),
        "vocational_supports": many("vocational_support", Kind.LIVELIHOOD),
        "job_placements": many("job_placement", Kind.LIVELIHOOD),
        "household_statuses": many("household_status", Kind.LIVELIHOOD),
        "loan_supports": many("loan_support", Kind.LIVELIHOOD),
        "memberships": many("club_membership", Kind.CLUB),
    },
    orders=("name", "newest"),
    filters={
        "unit_id": Kind.OPEN,
        "recorded_from": Kind.OPEN,
        "voided": Kind.OPEN,
        "source": Kind.OPEN,
        "gender": Kind.IDENTITY,
        "words": Kind.IDENTITY,
        "words_begun": Kind.IDENTITY,
        "word_begun": Kind.IDENTITY,
        "born_on": Kind.IDENTITY,
        "born_year": Kind.IDENTITY,
        "national_id": Kind.IDENTIFIER,
        "phone": Kind.REACH,
    },
    sealed=frozenset({"national_id", "phone"}),
)

IDENTIFIER = Noun(
    "person_identifier",
    fields=FACT
    | dict.fromkeys(
        ("kind", "number", "issued_on", "issued_by", "valid_from", "valid_to", "status", "warnings"), Kind.IDENTIFIER
    ),
    orders=("newest",),
    sealed=frozenset({"number"}),
)

PHONE = Noun(
    "person_phone",
    fields=FACT | dict.fromkeys(("number", "belongs_to", "valid_from", "valid_to"), Kind.REACH),
    orders=("newest",),
    sealed=frozenset({"number"}),
)

RESIDENCE = Noun(
    "residence",
    fields=FACT | dict.fromkeys(("kind", "unit_id", "address", "valid_from", "valid_to"), Kind.ADDRESS),
    relations={"unit": one("unit", Kind.ADDRESS)},
    orders=("newest",),
    filters={"kind": Kind.ADDRESS},
)

RESPONSIBILITY = Noun(
    "responsibility",
    fields={
        "id": Kind.OPEN,
        "person_id": Kind.OPEN,
        "unit_id": Kind.OPEN,
        "from_at": Kind.OPEN,
        "to_at": Kind.OPEN,
        "reason": Kind.OPEN,
        "name_then": Kind.IDENTITY,
    },
    relations={
        "unit": one("unit", Kind.OPEN),
        "residences": many("residence", Kind.ADDRESS),
    },
    orders=("name", "newest"),
    filters={"ended": Kind.OPEN, "unit_id": Kind.OPEN},
)
