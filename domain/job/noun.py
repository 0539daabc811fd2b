"""A job sought and found, and whether the person is still in work after some months."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.livelihood.fields import KEPT_FILTERS, OF_PERSON, livelihood
from domain.reading import Kind, Noun, many, one


class JobState(StrEnum):
    """How far it came."""

    SOUGHT = "sought"
    PLACED = "placed"
    ENDED = "ended"


class IncomeBand(StrEnum):
    """Income of a month, in millions of đồng."""

    NONE = "none"
    UNDER_3 = "under_3"
    FROM_3_TO_5 = "from_3_to_5"
    FROM_5_TO_8 = "from_5_to_8"
    FROM_8_TO_12 = "from_8_to_12"
    OVER_12 = "over_12"


class JobEnd(StrEnum):
    """Why it ended."""

    ANOTHER_JOB = "another_job"
    CONTRACT_ENDED = "contract_ended"
    LAID_OFF = "laid_off"
    LEFT = "left"
    HEALTH = "health"
    MOVED = "moved"
    NOT_FOUND = "not_found"
    """Nothing was found."""
    NO_LONGER_SOUGHT = "no_longer_sought"
    DECEASED = "deceased"
    OTHER = "other"


LINKS: Final = {"person": one("person", Kind.IDENTITY), "unit": one("unit", Kind.OPEN)}
JOB: Final = Noun(
    "job_placement",
    fields=OF_PERSON
    | {"stage": Kind.CASE}
    | livelihood(
        "need_id",
        "state",
        "sought_on",
        "placed_on",
        "occupation",
        "employer_id",
        "employer_name",
        "income_band",
        "ended_on",
        "end_reason",
        "support_model_id",
        "history",
        "transitions",
    ),
    relations=LINKS | {"need": one("need", Kind.LIVELIHOOD), "checks": many("job_check", Kind.LIVELIHOOD)},
    orders=("newest",),
    filters=KEPT_FILTERS
    | {"stage": Kind.CASE}
    | livelihood("state", "need_id", "employer_id", "support_model_id", "placed_from", "placed_to"),
)
JOB_CHECK: Final = Noun(
    "job_check",
    fields=OF_PERSON | livelihood("job_placement_id", "months", "checked_on", "in_work", "income_band"),
    relations=LINKS | {"job_placement": one("job_placement", Kind.LIVELIHOOD)},
    orders=("newest",),
    filters=KEPT_FILTERS | livelihood("job_placement_id", "in_work"),
)
