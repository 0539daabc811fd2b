"""Vocational support: advised, enrolled, finished, certified or dropped; who paid, and what it cost."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.livelihood.fields import KEPT_FILTERS, OF_PERSON, livelihood
from domain.reading import Kind, Noun, one


class VocationalState(StrEnum):
    """How far it came."""

    ADVISED = "advised"
    ENROLLED = "enrolled"
    FINISHED = "finished"
    CERTIFIED = "certified"
    DROPPED = "dropped"


class TrainingFunding(StrEnum):
    """Who pays."""

    STATE_SHORT_COURSE = "state_short_course"
    """Support for training under three months (Decision 46/2015)."""
    REHAB_BUDGET = "rehab_budget"
    """The budget of rehabilitation (Circular 62/2022, Art 9)."""
    LOAN = "loan"
    SPONSOR = "sponsor"
    EMPLOYER = "employer"
    OWN_MEANS = "own_means"


VOCATIONAL: Final = Noun(
    "vocational_support",
    fields=OF_PERSON
    | {"stage": Kind.CASE}
    | livelihood(
        "need_id",
        "state",
        "trade",
        "school_id",
        "school_name",
        "advised_on",
        "enrolled_on",
        "finished_on",
        "certified_on",
        "certificate_number",
        "dropped_on",
        "reason",
        "funding",
        "funding_rule",
        "cost_vnd",
        "warnings",
        "support_model_id",
        "history",
        "transitions",
    ),
    relations={
        "person": one("person", Kind.IDENTITY),
        "unit": one("unit", Kind.OPEN),
        "need": one("need", Kind.LIVELIHOOD),
    },
    orders=("newest",),
    filters=KEPT_FILTERS
    | {"stage": Kind.CASE}
    | livelihood("state", "funding", "need_id", "support_model_id", "advised_from", "advised_to"),
)
