"""Who looks after whom: a volunteer, a counsellor, a health station or a point, for a time."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.reading import Kind, Noun, one


class AssignmentRole(StrEnum):
    """As what somebody looks after the person."""

    COUNSELLOR = "counsellor"
    """The person assigned to counsel, manage and support (D163 Art 130, 136)."""
    VOLUNTEER = "volunteer"
    """A volunteer of the social-work team."""
    HEALTH_STATION = "health_station"
    """The commune's health station, with its counselling point."""


ASSIGNMENT: Final = Noun(
    "assignment",
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
            "consequences",
            "role",
            "account_id",
            "carer_unit_id",
            "support_model_id",
            "valid_from",
            "valid_to",
            "end_reason",
        ),
        Kind.OPEN,
    ),
    relations={
        "person": one("person", Kind.IDENTITY),
        "unit": one("unit", Kind.OPEN),
        "carer_unit": one("unit", Kind.OPEN),
    },
    orders=("newest",),
    filters=dict.fromkeys(("person_id", "unit_id", "voided", "role", "account_id", "carer_unit_id", "live"), Kind.OPEN),
)

NEAR: Final = (
    "task",
    "person_identifier",
    "person_phone",
    "residence",
    "assignment",
    "counselling_contact",
    "need",
    "reintegration_plan",
    "plan_step",
    "plan_review",
    "vocational_support",
    "job_placement",
    "job_check",
    "household_status",
    "referral",
    "referral_follow_up",
    "field_report",
    "club_membership",
)
CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    AssignmentRole.VOLUNTEER: (*NEAR, "loan_support"),
    AssignmentRole.COUNSELLOR: (
        *NEAR,
        "loan_support",
        "responsibility",
        "management_case",
        "management_decision",
        "case_assignment",
        "support_team",
    ),
    AssignmentRole.HEALTH_STATION: (
        "task",
        "person_identifier",
        "person_phone",
        "residence",
        "assignment",
        "counselling_contact",
        "health_visit",
        "referral",
        "referral_follow_up",
    ),
}
"""Which nouns a grant brings into sight beside the person; of them each role sees its own classes of field."""
