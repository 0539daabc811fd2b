"""The life cycles of issue 3: the case, its notices, decisions, hand-overs and review rounds."""

from __future__ import annotations

from typing import Final

from domain.law.life_cycle import LifeCycle, Move
from domain.law.removal import RemovalEffect

OPEN_CASE_STATES: Final = frozenset({"noticed", "proposed", "decided", "active", "interrupted"})

# a pending hand-over is no case state (ruling 24): the case stays active in the commune that holds it
CASE: Final = LifeCycle(
    "case",
    initial="noticed",
    moves=(
        Move("noticed", "proposed", ("proposal",), "D163 134(1); D116 77(1)"),
        Move("noticed", "removed", ("removal_reason", "document"), "L120 48(4)"),
        Move("noticed", "annulled", ("annulment_document",), "notice cancelled"),
        Move("proposed", "noticed", ("reason",), "the chair sends the proposal back"),
        Move("proposed", "decided", ("signed_decision",), "D163 134; D116 78"),
        Move("proposed", "removed", ("removal_reason", "document"), "L120 48(4)"),
        Move("proposed", "annulled", ("annulment_document",), "notice cancelled"),
        Move("decided", "active", ("start_reached",), "L120 42; L73 40"),
        Move("decided", "removed", ("removal_reason", "document"), "L120 48(4)"),
        Move("decided", "annulled", ("annulment_document",), "annulled by a court or a superior"),
        Move("active", "interrupted", ("removal_reason", "document"), "L120 47(1), 48(4)(b)"),
        Move("active", "completed", ("certificate",), "D163 138; D116 81"),
        Move("active", "removed", ("removal_reason", "document"), "L120 48(4); L73 43(3)"),
        Move("active", "annulled", ("annulment_document",), "annulled by a court or a superior"),
        Move("interrupted", "active", ("release_document", "time_left"), "L120 47(1)"),
        Move("interrupted", "completed", ("certificate",), "the term ran out in the meantime"),
        Move("interrupted", "removed", ("removal_reason", "document"), "L120 48(4)"),
        Move("interrupted", "annulled", ("annulment_document",), "annulled by a court or a superior"),
        Move("completed", "annulled", ("annulment_document",), "the record is kept"),
        Move("removed", "annulled", ("annulment_document",), "the record is kept"),
    ),
)

DISCHARGE_NOTICE: Final = LifeCycle(
    "discharge_notice",
    initial="draft",
    moves=(
        Move("draft", "sent"),
        Move("draft", "cancelled", ("reason",)),
        Move("sent", "received", (), "starts the clock of D163 134(1)"),
        Move("sent", "cancelled", ("reason",)),
        Move("received", "accepted"),
        Move("received", "returned", ("reason",), "something is missing; the clock stays visible"),
        Move("received", "misrouted", ("reason",), "not our commune"),
        Move("received", "cancelled", ("reason",), "extension, escape, death: never a silent edit"),
        Move("returned", "sent", ("amendment",), "the same notice again, no second one"),
        Move("returned", "cancelled", ("reason",)),
        Move("misrouted", "sent", ("receiving_unit",), "sent on; the clock still visible"),
        Move("misrouted", "cancelled", ("reason",)),
        Move("accepted", "cancelled", ("reason",), "extension, escape, death: never a silent edit"),
    ),
)

MANAGEMENT_DECISION: Final = LifeCycle(
    "management_decision",
    initial="drafted",
    moves=(
        Move("drafted", "signed", ("signer_is_not_drafter", "number", "content_hash"), "D163 134(2); D116 78(2)"),
        Move("drafted", "withdrawn", ("reason",)),
        Move("signed", "delivered", ("delivery_minutes",), "D163 123(2), form 23"),
        Move("signed", "superseded", ("next_decision",)),
        Move("signed", "corrected", ("correction_document",)),
        Move("signed", "annulled", ("annulment_document",)),
        Move("delivered", "superseded", ("next_decision",)),
        Move("delivered", "corrected", ("correction_document",)),
        Move("delivered", "annulled", ("annulment_document",)),
        Move("corrected", "delivered", ("delivery_minutes",)),
        Move("corrected", "superseded", ("next_decision",)),
        Move("corrected", "annulled", ("annulment_document",)),
    ),
)

HANDOVER: Final = LifeCycle(
    "handover",
    initial="proposed",
    moves=(
        Move("proposed", "acknowledged"),
        Move("proposed", "accepted"),
        Move("proposed", "declined", ("reason",)),
        Move("proposed", "withdrawn", ("reason",)),
        Move("proposed", "expired", ("deadline_passed",), "goes to the unit above"),
        Move("acknowledged", "accepted"),
        Move("acknowledged", "declined", ("reason",)),
        Move("acknowledged", "withdrawn", ("reason",)),
        Move("acknowledged", "expired", ("deadline_passed",), "goes to the unit above"),
        Move("accepted", "effective", (), "responsibility moves in one transaction"),
        Move("accepted", "withdrawn", ("reason",)),
    ),
)

REVIEW_ROUND: Final = LifeCycle(
    "review_round",
    initial="open",
    moves=(
        Move("open", "closed", ("every_person_has_an_outcome",), "nobody forgotten"),
        Move("open", "withdrawn", ("reason",)),
        Move("closed", "open", ("reason",), "a late answer"),
    ),
)

REVIEWED_PERSON: Final = LifeCycle(
    "reviewed_person",
    initial="unanswered",
    moves=(
        Move("unanswered", "opens_case", ("case",)),
        Move("unanswered", "not_ours", ("reason",)),
        Move("unanswered", "unknown", ("reason",)),
        Move("not_ours", "unanswered", ("reason",)),
        Move("unknown", "unanswered", ("reason",)),
    ),
)

LIFE_CYCLES: Final = (CASE, DISCHARGE_NOTICE, MANAGEMENT_DECISION, HANDOVER, REVIEW_ROUND, REVIEWED_PERSON)

CASE_STATE_AFTER: Final[dict[RemovalEffect, str | None]] = {
    RemovalEffect.COMPLETED: "completed",
    RemovalEffect.REMOVED: "removed",
    RemovalEffect.INTERRUPTED: "interrupted",
    RemovalEffect.LIST_ONLY: None,  # the person leaves this commune's list; the case goes on
}
