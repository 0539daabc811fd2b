"""The management decision, the ledger of its term, and who received it."""

from __future__ import annotations

from domain.case.noun import OF_CASE, facts
from domain.reading import Kind, Noun, many, one

DECISION = Noun(
    "management_decision",
    fields=OF_CASE
    | facts(Kind.OPEN, "unit_id")
    | facts(
        Kind.DECISION,
        "state",
        "issuer_id",
        "number",
        "symbol",
        "decided_on",
        "signer_name",
        "signer_title",
        "drafted_by",
        "signed_by",
        "signed_at",
        "content",
        "content_hash",
        "months",
        "rule",
        "start_on",
        "nominal_end_on",
        "stated_from",
        "stated_to",
        "end_on",
        "effective_end_on",
        "proposed_ends",
        "undecided",
        "provisional",
        "warnings",
        "explanations",
        "measures",
        "responsible",
        "family_representative",
        "tasks",
        "recipients",
        "delivered_at",
        "replaces_id",
        "history",
        "transitions",
        "consequences",
    ),
    relations={
        "unit": one("unit", Kind.OPEN),
        "issuer": one("unit", Kind.DECISION),
        "case": one("management_case", Kind.CASE),
        "adjustments": many("decision_adjustment", Kind.DECISION),
        "deliveries": many("decision_delivery", Kind.DECISION),
        "replaces": one("management_decision", Kind.DECISION),
    },
    orders=("newest",),
    filters=facts(Kind.OPEN, "unit_id", "person_id", "case_id")
    | facts(Kind.DECISION, "state", "issuer_id", "year", "number", "decided_from", "decided_to", "ends_before"),
)

OF_DECISION = OF_CASE | {"decision_id": Kind.OPEN}

ADJUSTMENT = Noun(
    "decision_adjustment",
    fields=OF_DECISION
    | facts(
        Kind.DECISION,
        "place",
        "kind",
        "first_day",
        "last_day",
        "reading",
        "reverses",
        "explanations",
    )
    | facts(Kind.FINDING, "ground", "document", "closing_document"),
    orders=("newest",),
)

DELIVERY = Noun(
    "decision_delivery",
    fields=OF_DECISION
    | facts(
        Kind.DECISION,
        "recipient",
        "received_by",
        "received_at",
        "handed_by",
        "minutes_number",
        "minutes_on",
        "form",
        "timely",
    ),
    orders=("newest",),
)
