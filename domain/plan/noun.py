"""The reintegration plan: made with the person, in editions. A new one follows the old; none is rewritten."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.livelihood.fields import KEPT_FILTERS, OF_PERSON, livelihood
from domain.reading import Kind, Noun, many, one


class PlanState(StrEnum):
    """A draft, the plan agreed with the person, and how that one ended."""

    DRAFT = "draft"
    AGREED = "agreed"
    SUPERSEDED = "superseded"
    """A later edition was agreed."""
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class StepOwner(StrEnum):
    """Whose step it is."""

    PERSON = "person"
    FAMILY = "family"
    OFFICER = "officer"
    VOLUNTEER = "volunteer"
    ORGANISATION = "organisation"
    ACCOUNT = "account"
    """An account of this service, named."""


class StepState(StrEnum):
    """How a step stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


LINKS: Final = {"person": one("person", Kind.IDENTITY), "unit": one("unit", Kind.OPEN)}
PLAN: Final = Noun(
    "reintegration_plan",
    fields=OF_PERSON
    | livelihood(
        "edition",
        "supersedes_id",
        "state",
        "drawn_on",
        "goals",
        "wishes",
        "situation",
        "resources",
        "suitable_work",
        "made_with_person",
        "made_with_person_on",
        "ended_on",
        "reason",
        "support_model_id",
        "history",
        "transitions",
    ),
    relations=LINKS
    | {
        "steps": many("plan_step", Kind.LIVELIHOOD),
        "reviews": many("plan_review", Kind.LIVELIHOOD),
        "supersedes": one("reintegration_plan", Kind.LIVELIHOOD),
    },
    orders=("newest",),
    filters=KEPT_FILTERS | livelihood("state"),
)
PLAN_STEP: Final = Noun(
    "plan_step",
    fields=OF_PERSON
    | livelihood(
        "plan_id",
        "what",
        "owner",
        "owner_account_id",
        "owner_name",
        "due_on",
        "state",
        "done_on",
        "reason",
        "carried_from_id",
        "transitions",
    ),
    relations=LINKS | {"plan": one("reintegration_plan", Kind.LIVELIHOOD)},
    orders=("newest",),
    filters=KEPT_FILTERS | livelihood("plan_id", "state", "owner", "owner_account_id", "due_to"),
)
PLAN_REVIEW: Final = Noun(
    "plan_review",
    fields=OF_PERSON | livelihood("plan_id", "held_on", "with_person", "findings", "next_on"),
    relations=LINKS | {"plan": one("reintegration_plan", Kind.LIVELIHOOD)},
    orders=("newest",),
    filters=KEPT_FILTERS | livelihood("plan_id"),
)
