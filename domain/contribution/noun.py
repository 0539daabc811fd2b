"""What an organisation pledges and gives to a support model: money, training places, jobs."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.reading import Kind, Noun, one
from domain.support_model.noun import KEPT


class ContributionKind(StrEnum):
    """In what it is counted."""

    MONEY = "money"
    TRAINING_PLACES = "training_places"
    JOBS = "jobs"


class ContributionState(StrEnum):
    """From the pledge to what came of it."""

    PLEDGED = "pledged"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


CONTRIBUTION: Final = Noun(
    "contribution",
    fields=dict.fromkeys(
        (
            *KEPT,
            "support_model_id",
            "organisation_id",
            "kind",
            "state",
            "transitions",
            "purpose",
            "pledged_on",
            "pledged_vnd",
            "pledged_places",
            "due_on",
            "received_on",
            "received_vnd",
            "received_places",
            "withdrawn_on",
            "withdraw_reason",
        ),
        Kind.OPEN,
    ),
    relations={
        "unit": one("unit", Kind.OPEN),
        "support_model": one("support_model", Kind.OPEN),
        "organisation": one("organisation", Kind.OPEN),
    },
    orders=("newest",),
    filters=dict.fromkeys(("unit_id", "voided", "support_model_id", "organisation_id", "kind", "state"), Kind.OPEN),
)
