"""Volunteers of a team: their active periods with the seat held in each, and what they were trained in."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.reading import Kind, Noun, one
from domain.support_model.noun import KEPT


class VolunteerRole(StrEnum):
    """The seat in the team; allowances go by it."""

    CAPTAIN = "captain"
    DEPUTY = "deputy"
    MEMBER = "member"


VOLUNTEER: Final = Noun(
    "volunteer",
    fields=dict.fromkeys(
        (
            *KEPT,
            "support_model_id",
            "full_name",
            "account_id",
            "periods",
            "trainings",
            "role",
            "active",
            "note",
        ),
        Kind.OPEN,
    ),
    relations={"unit": one("unit", Kind.OPEN), "support_model": one("support_model", Kind.OPEN)},
    orders=("newest",),
    filters=dict.fromkeys(("unit_id", "voided", "support_model_id", "active", "trained"), Kind.OPEN),
)
ALLOWANCE_LINE: Final = Noun(
    "allowance_line",
    fields=dict.fromkeys(
        (
            "volunteer_id",
            "full_name",
            "role",
            "whole_month",
            "rate",
            "base_salary_vnd",
            "allowance_vnd",
            "rules",
            "silent",
        ),
        Kind.OPEN,
    ),
)
"""What a month's allowance comes to; worked out, so it has no id and no list of its own."""
