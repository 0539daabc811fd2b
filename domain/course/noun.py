"""A course of treatment in a person's past or present: kind, place, from–to, outcome. No doses, no tests."""

from __future__ import annotations

from enum import StrEnum

from domain.reading import Kind, Noun, one


class CourseKind(StrEnum):
    """What kind of treatment (dossier §3.6), and the one earlier measure that is kept for the record."""

    COMPULSORY = "compulsory"
    VOLUNTARY_FACILITY_PUBLIC = "voluntary_facility_public"
    VOLUNTARY_FACILITY_PRIVATE = "voluntary_facility_private"
    VOLUNTARY_COMMUNITY = "voluntary_community"
    SUBSTITUTION_TREATMENT = "substitution_treatment"
    PILOT_MEDICINE = "pilot_medicine"
    COMMUNE_EDUCATION = "commune_education"
    """Education at the commune, a measure of the past: by import only."""


class OrderKind(StrEnum):
    """By what compulsory treatment was ordered: the term hangs on this, not on age (dossier §0, 6)."""

    ADMINISTRATIVE_MEASURE = "administrative_measure"
    COURT_ORDER_FOR_MINOR = "court_order_for_minor"


class CourseSetting(StrEnum):
    """Where voluntary treatment outside a facility takes place."""

    HOME = "home"
    COMMUNITY = "community"


class CourseOutcome(StrEnum):
    """How it stands, or how it ended."""

    ONGOING = "ongoing"
    COMPLETED = "completed"
    DISCONTINUED = "discontinued"
    TRANSFERRED = "transferred"
    DECEASED = "deceased"


COURSE = Noun(
    "treatment_course",
    fields=dict.fromkeys(
        (
            "id",
            "version",
            "person_id",
            "unit_id",
            "source",
            "source_ref",
            "recorded_at",
            "updated_at",
            "voided_at",
            "void_reason",
        ),
        Kind.OPEN,
    )
    | dict.fromkeys(
        (
            "kind",
            "order_kind",
            "setting",
            "medicine",
            "place_unit_id",
            "place_name",
            "started_on",
            "ended_on",
            "outcome",
            "outcome_reason",
            "case_id",
            "transitions",
            "consequences",
        ),
        Kind.CASE,
    ),
    relations={"person": one("person", Kind.IDENTITY), "place_unit": one("unit", Kind.CASE)},
    orders=("newest", "started"),
    filters=dict.fromkeys(("person_id", "unit_id", "voided"), Kind.OPEN)
    | dict.fromkeys(
        ("kind", "outcome", "place_unit_id", "started_from", "started_before", "ended_from", "ended_before"), Kind.CASE
    ),
)

COURSE_COUNT = Noun(
    "treatment_course_count",
    fields=dict.fromkeys(("kind", "persons", "courses", "cumulative_persons", "cumulative_courses"), Kind.CASE),
)
"""Figures over courses; no row stands behind one, so it has no id and no list."""
