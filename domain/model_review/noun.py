"""Periodic reviews of a support model: how it stands, what is wanting, what is done about it by when."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.reading import Kind, Noun, one
from domain.support_model.noun import KEPT


class ReviewRating(StrEnum):
    """How a model stands."""

    GOOD = "good"
    FAIR = "fair"
    WEAK = "weak"


MODEL_REVIEW: Final = Noun(
    "model_review",
    fields=dict.fromkeys(
        (
            *KEPT,
            "support_model_id",
            "period_from",
            "period_to",
            "reviewed_on",
            "reviewed_by",
            "rating",
            "results",
            "limits",
            "remedy",
            "remedy_due_on",
            "remedied_on",
            "copied_from_id",
        ),
        Kind.OPEN,
    ),
    relations={"unit": one("unit", Kind.OPEN), "support_model": one("support_model", Kind.OPEN)},
    orders=("newest",),
    filters=dict.fromkeys(("unit_id", "voided", "support_model_id", "rating", "remedy_open"), Kind.OPEN),
)
