"""Papers of a case: what was printed from the register, what came back signed; and the forms they follow."""

from __future__ import annotations

from domain.case.noun import facts
from domain.reading import Kind, Noun, one

DOCUMENT = Noun(
    "case_document",
    fields=facts(
        Kind.OPEN,
        "id",
        "version",
        "person_id",
        "case_id",
        "decision_id",
        "unit_id",
        "source",
        "source_ref",
        "recorded_at",
    )
    | facts(Kind.DECISION, "kind", "form", "format", "media_type", "size", "sha256", "confirmed", "content_hash"),
    relations={
        "unit": one("unit", Kind.OPEN),
        "case": one("management_case", Kind.CASE),
        "decision": one("management_decision", Kind.DECISION),
    },
    orders=("newest",),
    filters=facts(Kind.OPEN, "person_id", "case_id", "decision_id") | facts(Kind.DECISION, "kind", "form"),
)

FORM = Noun(
    "document_form",
    fields=facts(
        Kind.OPEN,
        "id",
        "version",
        "form",
        "title_vi",
        "title_en",
        "confirmed",
        "gazette",
        "confirmed_at",
        "confirmed_by",
    ),
    orders=("form",),
    filters=facts(Kind.OPEN, "confirmed"),
)
