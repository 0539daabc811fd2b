"""What a person needs: found, met or withdrawn, dated. The only denominator of "100 % of those with need"."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.livelihood.fields import KEPT_FILTERS, OF_PERSON, livelihood
from domain.reading import Kind, Noun, one


class NeedKind(StrEnum):
    """What for."""

    VOCATIONAL_TRAINING = "vocational_training"
    JOB = "job"
    LOAN = "loan"
    EDUCATION = "education"
    HOUSING = "housing"
    PAPERS = "papers"
    LEGAL_AID = "legal_aid"
    SOCIAL_ASSISTANCE = "social_assistance"
    HEALTH_SERVICE = "health_service"
    COUNSELLING = "counselling"
    FAMILY = "family"
    OTHER = "other"


class NeedState(StrEnum):
    """How it stands."""

    OPEN = "open"
    MET = "met"
    WITHDRAWN = "withdrawn"


NEED: Final = Noun(
    "need",
    fields=OF_PERSON
    | livelihood(
        "kind",
        "found_on",
        "detail",
        "state",
        "met_on",
        "withdrawn_on",
        "reason",
        "support_model_id",
        "history",
        "transitions",
    ),
    relations={"person": one("person", Kind.IDENTITY), "unit": one("unit", Kind.OPEN)},
    orders=("newest",),
    filters=KEPT_FILTERS | livelihood("kind", "state", "support_model_id", "found_from", "found_to"),
)
NEED_COUNT: Final = Noun(
    "need_count", fields=livelihood("kind", "persons", "persons_met", "persons_waiting", "needs", "needs_met")
)
"""Figures over needs; no row stands behind one, so it has no id and no list."""
