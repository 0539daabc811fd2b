"""A referral to a service, addressed to a unit or its queue and never to a named person; and how it is followed up."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.reading import Kind, Noun, many, one


class ReferralKind(StrEnum):
    """For what (dossier §7.4)."""

    SUBSTITUTION_TREATMENT = "substitution_treatment"
    VOLUNTARY_REHAB = "voluntary_rehab"
    MENTAL_HEALTH = "mental_health"
    HEALTH_SERVICE = "health_service"
    TESTING_BEYOND_STATION = "testing_beyond_station"
    LEGAL_AID = "legal_aid"
    SOCIAL_ASSISTANCE = "social_assistance"
    EDUCATION = "education"
    VOCATIONAL_TRAINING = "vocational_training"
    JOB_PLACEMENT = "job_placement"
    LOAN = "loan"
    ID_OR_RESIDENCE_PAPER = "id_or_residence_paper"


class ReferralState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    IN_SERVICE = "in_service"
    COMPLETED = "completed"
    DISCONTINUED = "discontinued"
    RECALLED = "recalled"
    EXPIRED = "expired"


class ServiceQueue(StrEnum):
    """Which desk of the unit it waits at; none: the unit sorts it itself."""

    RECEPTION = "reception"
    TREATMENT = "treatment"
    MENTAL_HEALTH = "mental_health"
    EXAMINATION = "examination"
    TESTING = "testing"
    SOCIAL_WORK = "social_work"
    LEGAL = "legal"
    SCHOOLING = "schooling"
    EMPLOYMENT = "employment"
    LENDING = "lending"
    PAPERS = "papers"


class ConsentScope(StrEnum):
    """What the person agreed to have passed on to the unit addressed."""

    IDENTITY = "identity"
    """Name, gender, birth: without it nobody can be referred."""
    PHONE = "phone"
    IDENTITY_NUMBER = "identity_number"
    ADDRESS = "address"


class DeclineReason(StrEnum):
    NO_CAPACITY = "no_capacity"
    NOT_ELIGIBLE = "not_eligible"
    NOT_OUR_SERVICE = "not_our_service"
    INCOMPLETE = "incomplete"


class RecallReason(StrEnum):
    CONSENT_WITHDRAWN = "consent_withdrawn"
    SENT_IN_ERROR = "sent_in_error"
    NO_LONGER_NEEDED = "no_longer_needed"
    MOVED_AWAY = "moved_away"


class AnsweredBy(StrEnum):
    """How the answer of a service was told that nobody signs in for; nothing: the service gave it itself."""

    TOLD_BY_PHONE = "told_by_phone"
    TOLD_BY_LETTER = "told_by_letter"
    TOLD_IN_PERSON = "told_in_person"


class ReferralOutcome(StrEnum):
    """How it ended: the first three complete it, the others break it off."""

    NEED_MET = "need_met"
    NEED_PARTLY_MET = "need_partly_met"
    NEED_NOT_MET = "need_not_met"
    PERSON_STOPPED = "person_stopped"
    SERVICE_STOPPED = "service_stopped"
    REFERRED_ON = "referred_on"
    MOVED_AWAY = "moved_away"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    DECEASED = "deceased"


MET: Final = frozenset(
    {ReferralOutcome.NEED_MET, ReferralOutcome.NEED_PARTLY_MET, ReferralOutcome.NEED_NOT_MET},
)
"""Outcomes of a completed service."""


class FollowUpState(StrEnum):
    DUE = "due"
    DONE = "done"
    DROPPED = "dropped"


class FollowUpResult(StrEnum):
    """Whether the person keeps to it (adherence)."""

    ATTENDING = "attending"
    ATTENDING_WITH_GAPS = "attending_with_gaps"
    NOT_BEGUN = "not_begun"
    STOPPED = "stopped"
    NOT_REACHED = "not_reached"


KEPT: Final = dict.fromkeys(
    (
        "id",
        "version",
        "person_id",
        "unit_id",
        "source",
        "source_ref",
        "recorded_at",
        "updated_at",
        "voided_at",
        "void_reason",
        "consequences",
    ),
    Kind.OPEN,
)
REFERRAL: Final = Noun(
    "referral",
    fields=KEPT
    | dict.fromkeys(
        (
            "kind",
            "to_unit_id",
            "service",
            "support_model_id",
            "reason",
            "consent_on",
            "consent_scope",
            "state",
            "state_at",
            "transitions",
            "sent_at",
            "received_at",
            "answered_at",
            "appointment_on",
            "attended_on",
            "service_from",
            "decline_reason",
            "recall_reason",
            "outcome",
            "answer_note",
            "answered_by",
            "told_on",
            "due_on",
            "due_rule",
            "overdue",
            "expires_on",
            "closed_at",
        ),
        Kind.REFERRAL,
    ),
    relations={
        "person": one("person", Kind.IDENTITY),
        "unit": one("unit", Kind.OPEN),
        "to_unit": one("unit", Kind.REFERRAL),
        "follow_ups": many("referral_follow_up", Kind.REFERRAL),
    },
    orders=("newest",),
    filters={"person_id": Kind.OPEN, "unit_id": Kind.OPEN, "voided": Kind.OPEN}
    | dict.fromkeys(
        ("kind", "state", "service", "to_unit_id", "support_model_id", "open", "overdue", "due_before"), Kind.REFERRAL
    ),
)
FOLLOW_UP: Final = Noun(
    "referral_follow_up",
    fields=KEPT
    | dict.fromkeys(
        (
            "referral_id",
            "turn",
            "state",
            "transitions",
            "due_on",
            "due_rule",
            "overdue",
            "done_on",
            "result",
            "reported_at",
            "report_ref",
        ),
        Kind.REFERRAL,
    ),
    relations={
        "person": one("person", Kind.IDENTITY),
        "unit": one("unit", Kind.OPEN),
        "referral": one("referral", Kind.REFERRAL),
    },
    orders=("newest", "due"),
    filters={"person_id": Kind.OPEN, "unit_id": Kind.OPEN, "voided": Kind.OPEN}
    | dict.fromkeys(("referral_id", "state", "overdue", "due_before"), Kind.REFERRAL),
)
REPORT_RESULT: Final = Noun(
    "adherence_result",
    fields=dict.fromkeys(
        ("place", "outcome", "id", "version", "state", "result", "done_on", "report_ref", "code", "errors"), Kind.OPEN
    ),
)
"""What became of one of many reports sent at once; no row stands behind it."""
SHARED: Final[Mapping[str, str]] = {
    ConsentScope.PHONE: "person_phone",
    ConsentScope.IDENTITY_NUMBER: "person_identifier",
    ConsentScope.ADDRESS: "residence",
}
"""What of the person's file each word of the consent opens."""
WITH_NUMBER: Final = frozenset(
    {
        ReferralKind.SUBSTITUTION_TREATMENT,
        ReferralKind.VOLUNTARY_REHAB,
        ReferralKind.SOCIAL_ASSISTANCE,
        ReferralKind.VOCATIONAL_TRAINING,
        ReferralKind.LOAN,
        ReferralKind.ID_OR_RESIDENCE_PAPER,
    }
)
"""Services that cannot begin without a number of a paper; to the others it is never shown, whatever was agreed."""
WITH_ADDRESS: Final = frozenset(
    {
        ReferralKind.SUBSTITUTION_TREATMENT,
        ReferralKind.SOCIAL_ASSISTANCE,
        ReferralKind.LOAN,
        ReferralKind.ID_OR_RESIDENCE_PAPER,
    }
)


def classes_of(kind: str, scope: tuple[str, ...]) -> tuple[str, ...]:
    """Which nouns the unit addressed sees beside the person: what the service needs *and* the person agreed to."""
    needed = {ConsentScope.PHONE}
    if kind in WITH_NUMBER:
        needed.add(ConsentScope.IDENTITY_NUMBER)
    if kind in WITH_ADDRESS:
        needed.add(ConsentScope.ADDRESS)
    told = [SHARED[word] for word in ConsentScope if word in needed and word in scope]
    return (REFERRAL.name, FOLLOW_UP.name, "task", *told)
