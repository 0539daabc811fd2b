"""The notice that a person is about to complete treatment (Form 51), its stretches with each receiver, amendments."""

from __future__ import annotations

from enum import StrEnum

from domain.reading import Kind, Noun, many, one


class NoticeKind(StrEnum):
    """Which way the news comes."""

    FORM_51 = "form_51"
    SUBSTITUTION_COMPLETION = "substitution_completion"
    """The decree has no notice path for it (dossier §15 Q4): the clinic's client or the commune says it."""
    SELF_REPORT = "self_report"
    """The person came to the commune (D116 Art 62(5), 77(1))."""


class NoticeState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    MISROUTED = "misrouted"
    CANCELLED = "cancelled"


def facts(kind: Kind, *names: str) -> dict[str, Kind]:
    return dict.fromkeys(names, kind)


NOTICE = Noun(
    "discharge_notice",
    fields=facts(
        Kind.OPEN, "id", "version", "source", "source_ref", "recorded_at", "unit_id", "sender_unit_id", "person_id"
    )
    | facts(
        Kind.CASE,
        "kind",
        "treatment",
        "order_kind",
        "state",
        "told_at",
        "received_at",
        "clock_started_at",
        "due_at",
        "clocks",
        "lead_due_on",
        "warnings",
        "started_on",
        "completes_on",
        "changed_at",
        "change_seen_at",
        "reason",
        "case_id",
        "transitions",
        "consequences",
    )
    | facts(Kind.DECISION, "decision_number", "decision_on", "management_decision", "decision_issued_at")
    | facts(Kind.IDENTITY, "full_name", "aliases", "gender", "born_on", "born_precision", "native_place")
    | facts(Kind.IDENTIFIER, "id_kind", "id_number", "id_issued_on", "id_issued_by")
    | facts(Kind.REACH, "phone")
    | facts(Kind.ADDRESS, "permanent_address", "current_address"),
    relations={
        "unit": one("unit", Kind.OPEN),
        "sender_unit": one("unit", Kind.OPEN),
        "person": one("person", Kind.IDENTITY),
        "routings": many("notice_routing", Kind.CASE),
        "amendments": many("notice_amendment", Kind.ADDRESS),
        "attachments": many("notice_attachment", Kind.CASE),
        "certificates": many("training_certificate", Kind.LIVELIHOOD),
    },
    orders=("newest", "completes"),
    filters=facts(Kind.OPEN, "unit_id", "sender_unit_id", "person_id", "source", "source_ref")
    | facts(
        Kind.CASE, "state", "kind", "treatment", "completes_from", "completes_before", "overdue", "changed", "alarmed"
    ),
    sealed=frozenset({"id_number", "phone"}),
)

NOTICE_RESULT = Noun(
    "notice_result",
    fields=facts(
        Kind.OPEN,
        "place",
        "outcome",
        "id",
        "version",
        "state",
        "source_ref",
        "lead_due_on",
        "warnings",
        "code",
        "errors",
    ),
)
"""What became of one of many notices pushed at once; no row stands behind it."""

ROUTING = Noun(
    "notice_routing",
    fields=facts(Kind.OPEN, "id", "version", "notice_id", "unit_id", "sender_unit_id")
    | facts(Kind.CASE, "from_at", "received_at", "due_at", "to_at", "reason", "sent_on_to")
    | facts(Kind.IDENTITY, "name_then"),
    relations={"unit": one("unit", Kind.OPEN), "receiver_after": one("unit", Kind.CASE)},
    orders=("newest",),
    filters=facts(Kind.OPEN, "notice_id", "ended"),
)
"""With which commune a notice lay, from–to: an old receiver keeps its own stretch, with the name of that time."""

AMENDMENT = Noun(
    "notice_amendment",
    fields=facts(Kind.OPEN, "id", "notice_id", "place", "recorded_at")
    | facts(Kind.CASE, "reason", "state_then")
    | facts(Kind.ADDRESS, "changes"),
    orders=("newest",),
    filters=facts(Kind.OPEN, "notice_id"),
)
"""What changed in a notice and why: never a silent edit."""


class AttachmentKind(StrEnum):
    """What a file attached to a notice is (dossier §17: the centre's clerk)."""

    REHAB_DECISION = "rehab_decision"
    CV = "cv"
    """Summary of the person's life (form 33)."""
    REINTEGRATION_PLAN = "reintegration_plan"
    CERTIFICATE = "certificate"
    COMPLETION_PAPER = "completion_paper"
    OTHER = "other"


OF_SENDER = facts(
    Kind.OPEN,
    "id",
    "version",
    "notice_id",
    "unit_id",
    "sender_unit_id",
    "source",
    "source_ref",
    "recorded_at",
    "voided_at",
    "void_reason",
)
"""What everything has that a sender puts beside a notice."""
ATTACHMENT = Noun(
    "notice_attachment",
    fields=OF_SENDER | facts(Kind.CASE, "kind", "format", "media_type", "size", "sha256"),
    relations={"unit": one("unit", Kind.OPEN), "sender_unit": one("unit", Kind.OPEN)},
    orders=("newest",),
    filters=facts(Kind.OPEN, "notice_id", "voided", "source", "source_ref") | facts(Kind.CASE, "kind"),
)
"""A file beside a notice: it lies with whoever the notice lies with, and with nobody who held it before."""

CERTIFICATE = Noun(
    "training_certificate",
    fields=OF_SENDER
    | facts(
        Kind.LIVELIHOOD,
        "trade",
        "school_name",
        "certificate_number",
        "enrolled_on",
        "finished_on",
        "certified_on",
        "funding",
        "vocational_support_id",
    ),
    relations={"unit": one("unit", Kind.OPEN), "sender_unit": one("unit", Kind.OPEN)},
    orders=("newest",),
    filters=facts(Kind.OPEN, "notice_id", "voided", "source", "source_ref"),
)
"""A certificate of a trade got in treatment; from acceptance on it stands in the person's file as training in rehab."""
