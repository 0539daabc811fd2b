"""Support models: the teams, points and clubs through which a commune helps, and the dated catalogue of their kinds."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.reading import Kind, Noun, many, one

KEPT: Final = (
    "id",
    "version",
    "unit_id",
    "source",
    "source_ref",
    "recorded_at",
    "updated_at",
    "voided_at",
    "void_reason",
    "consequences",
)
"""What every kept row of a unit's own work carries."""


class StandingKind(StrEnum):
    """The kinds that the plans name; pilots stand beside them in the catalogue."""

    VOLUNTEER_TEAM = "volunteer_team"
    """Volunteer social-work team."""
    COUNSELLING_POINT = "counselling_point"
    """Counselling, care and treatment-support point in the community."""
    CLUB = "club"
    """Club (CLB B93)."""


class SupportModelState(StrEnum):
    """From the plan to the closing."""

    PLANNED = "planned"
    ACTIVE = "active"
    CLOSED = "closed"


class HostKind(StrEnum):
    """Who keeps house for a model."""

    COMMUNE = "commune"
    HEALTH_STATION = "health_station"
    MASS_ORGANISATION = "mass_organisation"
    SCHOOL = "school"
    ENTERPRISE = "enterprise"
    REHAB_CENTRE = "rehab_centre"
    OTHER = "other"


class MeetingRhythm(StrEnum):
    """How often a model meets: its own affair, never a constant."""

    WEEKLY = "weekly"
    TWICE_A_MONTH = "twice_a_month"
    MONTHLY = "monthly"
    EVERY_TWO_MONTHS = "every_two_months"
    QUARTERLY = "quarterly"
    AS_NEEDED = "as_needed"


SUPPORT_MODEL_KIND: Final = Noun(
    "support_model_kind",
    fields=dict.fromkeys(
        (*KEPT, "code", "name_vi", "name_en", "pilot", "legal_basis", "valid_from", "valid_to"), Kind.OPEN
    ),
    orders=("newest",),
    filters=dict.fromkeys(("unit_id", "voided", "code", "pilot", "as_of"), Kind.OPEN),
)
SUPPORT_MODEL: Final = Noun(
    "support_model",
    fields=dict.fromkeys(
        (
            *KEPT,
            "kind",
            "name",
            "state",
            "transitions",
            "commune_id",
            "commune_ids",
            "organisation_unit_id",
            "decision_number",
            "decision_on",
            "decision_by",
            "founded_on",
            "host_kind",
            "host_name",
            "place",
            "regulations",
            "meeting_rhythm",
            "meeting_when",
            "closed_on",
            "close_reason",
            "stable_and_effective",
            "stability",
        ),
        Kind.OPEN,
    ),
    relations={
        "unit": one("unit", Kind.OPEN),
        "members": many("model_member", Kind.OPEN),
        "volunteers": many("volunteer", Kind.OPEN),
        "reviews": many("model_review", Kind.OPEN),
        "partners": many("model_partner", Kind.OPEN),
        "contributions": many("contribution", Kind.OPEN),
    },
    orders=("newest",),
    filters=dict.fromkeys(
        ("unit_id", "voided", "kind", "state", "commune_id", "decision_number", "stable_and_effective"), Kind.OPEN
    ),
)
