"""Who sits on the board or in the team of a support model, dated; staff, and never those who are looked after."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.reading import Kind, Noun, one
from domain.support_model.noun import KEPT


class MemberRole(StrEnum):
    """The seat held."""

    CHAIR = "chair"
    DEPUTY_CHAIR = "deputy_chair"
    CAPTAIN = "captain"
    DEPUTY = "deputy"
    SECRETARY = "secretary"
    TREASURER = "treasurer"
    COUNSELLOR = "counsellor"
    MEMBER = "member"


HEADS: Final = (MemberRole.CHAIR, MemberRole.CAPTAIN)
"""Of these a model has one at a time."""


class TaskArea(StrEnum):
    """What somebody looks after in a model."""

    OUTREACH = "outreach"
    COUNSELLING = "counselling"
    LEGAL_ADVICE = "legal_advice"
    HEALTH = "health"
    REFERRAL = "referral"
    WORK_AND_TRAINING = "work_and_training"
    LOANS = "loans"
    FAMILY = "family"
    COMMUNICATION = "communication"
    FINANCE = "finance"
    REPORTING = "reporting"


MODEL_MEMBER: Final = Noun(
    "model_member",
    fields=dict.fromkeys(
        (
            *KEPT,
            "support_model_id",
            "full_name",
            "account_id",
            "role",
            "task_areas",
            "body",
            "valid_from",
            "valid_to",
            "end_reason",
        ),
        Kind.OPEN,
    ),
    relations={"unit": one("unit", Kind.OPEN), "support_model": one("support_model", Kind.OPEN)},
    orders=("newest",),
    filters=dict.fromkeys(("unit_id", "voided", "support_model_id", "role", "as_of"), Kind.OPEN),
)
