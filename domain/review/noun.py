"""The review round: a commune asks centres and clinics who is coming home or finishing; nobody is forgotten."""

from __future__ import annotations

from enum import StrEnum

from domain.reading import Kind, Noun, many, one


class RoundState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class RequestState(StrEnum):
    """What one centre or clinic was asked."""

    ASKED = "asked"
    ANSWERED = "answered"
    ENDED = "ended"


class ReviewOutcome(StrEnum):
    """One outcome a person."""

    UNANSWERED = "unanswered"
    OPENS_CASE = "opens_case"
    NOT_OURS = "not_ours"
    UNKNOWN = "unknown"


def facts(kind: Kind, *names: str) -> dict[str, Kind]:
    return dict.fromkeys(names, kind)


ROUND = Noun(
    "review_round",
    fields=facts(Kind.OPEN, "id", "version", "unit_id", "source", "source_ref", "recorded_at")
    | facts(
        Kind.CASE,
        "state",
        "period_from",
        "period_to",
        "due_on",
        "reason",
        "closed_at",
        "units_asked",
        "units_answered",
        "persons",
        "persons_unanswered",
        "persons_opening_a_case",
        "persons_not_ours",
        "persons_unknown",
        "transitions",
        "consequences",
    ),
    relations={
        "unit": one("unit", Kind.OPEN),
        "requests": many("review_request", Kind.CASE),
        "entries": many("reviewed_person", Kind.CASE),
    },
    orders=("newest",),
    filters=facts(Kind.OPEN, "unit_id") | facts(Kind.CASE, "state", "due_before"),
)

REQUEST = Noun(
    "review_request",
    fields=facts(Kind.OPEN, "id", "version", "round_id", "unit_id", "asked_unit_id", "recorded_at")
    | facts(Kind.CASE, "state", "period_from", "period_to", "due_on", "answered_at"),
    relations={
        "unit": one("unit", Kind.OPEN),
        "asked_unit": one("unit", Kind.OPEN),
        "entries": many("reviewed_person", Kind.CASE),
    },
    orders=("newest",),
    filters=facts(Kind.OPEN, "round_id", "asked_unit_id") | facts(Kind.CASE, "state"),
)

ENTRY = Noun(
    "reviewed_person",
    fields=facts(Kind.OPEN, "id", "version", "round_id", "request_id", "unit_id", "recorded_at", "person_id")
    | facts(
        Kind.CASE,
        "treatment",
        "order_kind",
        "completes_on",
        "outcome",
        "reason",
        "decided_at",
        "notice_id",
        "case_id",
        "transitions",
        "consequences",
    )
    | facts(Kind.IDENTITY, "full_name", "gender", "born_on", "born_precision")
    | facts(Kind.IDENTIFIER, "id_number")
    | facts(Kind.ADDRESS, "address"),
    relations={"unit": one("unit", Kind.OPEN), "person": one("person", Kind.IDENTITY)},
    orders=("newest",),
    filters=facts(Kind.OPEN, "round_id", "request_id") | facts(Kind.CASE, "outcome"),
    sealed=frozenset({"id_number"}),
)
