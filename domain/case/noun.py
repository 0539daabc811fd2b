"""The post-rehabilitation case and the dated facts that hang on it."""

from __future__ import annotations

from domain.reading import Kind, Noun, many, one

ROW = dict.fromkeys(("id", "version", "person_id", "source", "source_ref", "recorded_at"), Kind.OPEN)
"""What every row about a case carries."""
OF_CASE = ROW | {"case_id": Kind.OPEN}


def facts(kind: Kind, *names: str) -> dict[str, Kind]:
    return dict.fromkeys(names, kind)


CASE = Noun(
    "management_case",
    fields=ROW
    | facts(Kind.OPEN, "unit_id")
    | facts(
        Kind.CASE,
        "trigger",
        "origin_noun",
        "origin_id",
        "pathway",
        "completed_on",
        "completed_at",
        "notice_received_at",
        "self_reported_on",
        "proposal_received_on",
        "state",
        "state_since",
        "ended_on",
        "transitions",
    )
    | facts(
        Kind.DECISION,
        "decision_id",
        "start_on",
        "nominal_end_on",
        "effective_end_on",
        "provisional",
        "certificate_number",
        "certificate_on",
        "certificate_signer",
        "explanations",
        "consequences",
    )
    | facts(Kind.FINDING, "removal_reason", "removal_effect", "end_document"),
    relations={
        "unit": one("unit", Kind.OPEN),
        "person": one("person", Kind.IDENTITY),
        "decision": one("management_decision", Kind.DECISION),
        "decisions": many("management_decision", Kind.DECISION),
        "proposals": many("case_proposal", Kind.DECISION),
        "findings": many("case_finding", Kind.FINDING),
        "teams": many("support_team", Kind.CASE),
        "assignments": many("case_assignment", Kind.CASE),
        "assessments": many("case_assessment", Kind.CASE),
        "events": many("case_event", Kind.CASE),
    },
    orders=("newest",),
    filters=facts(Kind.OPEN, "unit_id", "person_id")
    | facts(Kind.CASE, "state", "trigger", "pathway", "completed_from", "completed_to", "open")
    | facts(Kind.DECISION, "ends_before"),
)

PROPOSAL = Noun(
    "case_proposal",
    fields=OF_CASE
    | facts(
        Kind.DECISION,
        "number",
        "proposed_on",
        "received_on",
        "proposed_by",
        "measures",
        "from_on",
        "to_on",
        "form",
        "answer",
        "answer_reason",
    ),
    orders=("newest",),
)

FINDING = Noun(
    "case_finding",
    fields=OF_CASE
    | facts(Kind.FINDING, "number", "found_on", "authority", "result", "next_measure", "rule", "explanations"),
    orders=("newest",),
)

TEAM = Noun(
    "support_team",
    fields=OF_CASE | facts(Kind.CASE, "number", "decided_on", "members", "valid_from", "valid_to", "form"),
    orders=("newest",),
)

ASSIGNMENT = Noun(
    "case_assignment",
    fields=OF_CASE
    | facts(
        Kind.CASE,
        "name",
        "organisation",
        "account_id",
        "number",
        "decided_on",
        "council_resolution",
        "valid_from",
        "valid_to",
        "form",
        "consequences",
    ),
    orders=("newest",),
)

ASSESSMENT = Noun(
    "case_assessment",
    fields=OF_CASE
    | facts(Kind.CASE, "due_on", "assessed_on", "outcome", "reason_not", "rule", "explanations")
    | facts(Kind.LIVELIHOOD, "in_work")
    | facts(Kind.FINDING, "finding_id"),
    orders=("newest",),
)

EVENT = Noun(
    "case_event",
    fields=facts(Kind.OPEN, "id", "person_id", "case_id", "recorded_at")
    | facts(Kind.CASE, "from_state", "to_state", "happened_on", "told_on", "rule")
    | facts(Kind.FINDING, "reason", "document"),
    orders=("newest",),
)
