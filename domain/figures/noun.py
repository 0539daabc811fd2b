"""Figures of support beyond contacts and needs: what is counted of each noun, under which permission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.assignment.noun import ASSIGNMENT
from domain.club.noun import MEMBERSHIP, SESSION
from domain.contribution.noun import CONTRIBUTION
from domain.job.noun import JOB
from domain.loan.noun import LOAN
from domain.outreach.noun import OUTREACH, PRESS, TRAINING
from domain.reading import Kind, Noun
from domain.referral.noun import REFERRAL
from domain.support_model.noun import SUPPORT_MODEL
from domain.vocational.noun import VOCATIONAL


class SupportMeasure(StrEnum):
    """What is counted. A measure says by its words whether it counts what stood or what happened."""

    LOOKED_AFTER = "looked_after"
    """Persons whom somebody looked after at some time in the period."""
    RUNNING = "running"
    """Models that ran at some time in the period."""
    FOUNDED = "founded"
    CLOSED = "closed"
    COMMUNES_SERVED = "communes_served"
    """Different communes with at least one running model."""
    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    FAMILY_MEMBERS = "family_members"
    MEMBERS = "members"
    """Members at some time in the period."""
    JOINED = "joined"
    LEFT = "left"
    ATTENDED = "attended"
    EVALUATED = "evaluated"
    ADVISED = "advised"
    ENROLLED = "enrolled"
    FINISHED = "finished"
    CERTIFIED = "certified"
    DROPPED = "dropped"
    SOUGHT = "sought"
    PLACED = "placed"
    ENDED = "ended"
    IN_WORK_AFTER_3 = "in_work_after_3"
    IN_WORK_AFTER_6 = "in_work_after_6"
    IN_WORK_AFTER_12 = "in_work_after_12"
    CHECKED_AFTER_3 = "checked_after_3"
    CHECKED_AFTER_6 = "checked_after_6"
    CHECKED_AFTER_12 = "checked_after_12"
    ASKED = "asked"
    APPLIED = "applied"
    APPROVED = "approved"
    REFUSED = "refused"
    DISBURSED = "disbursed"
    OVERDUE = "overdue"
    SENT = "sent"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SILENT = "silent"
    """Sent, and never answered by its day."""
    COMPLETED = "completed"
    DISCONTINUED = "discontinued"
    REACHED = "reached"
    PUBLISHED = "published"
    PLEDGED = "pledged"
    RECEIVED = "received"
    PLEDGED_PLACES = "pledged_places"
    RECEIVED_PLACES = "received_places"


M = SupportMeasure


@dataclass(frozen=True)
class Counted:
    """One noun in figures: its permission, its measures, and by what they can be told apart."""

    noun: Noun
    permission: str
    measures: tuple[SupportMeasure, ...]
    parts: str
    """The field whose words tell its figures apart; empty where there is none."""


def _counted(noun: Noun, permission: str, parts: str, *measures: SupportMeasure) -> tuple[str, Counted]:
    return noun.name, Counted(noun, permission, measures, parts)


COUNTED: Final[Mapping[str, Counted]] = dict(
    (
        _counted(ASSIGNMENT, "read_assignment", "role", M.LOOKED_AFTER),
        _counted(SUPPORT_MODEL, "read_model", "kind", M.RUNNING, M.FOUNDED, M.CLOSED, M.COMMUNES_SERVED),
        _counted(SESSION, "read_session", "", M.PLANNED, M.HELD, M.CANCELLED, M.FAMILY_MEMBERS),
        _counted(MEMBERSHIP, "read_membership", "", M.MEMBERS, M.JOINED, M.LEFT, M.ATTENDED, M.EVALUATED),
        _counted(VOCATIONAL, "read_livelihood", "stage", M.ADVISED, M.ENROLLED, M.FINISHED, M.CERTIFIED, M.DROPPED),
        _counted(
            JOB,
            "read_livelihood",
            "stage",
            *(M.SOUGHT, M.PLACED, M.ENDED),
            *(M.IN_WORK_AFTER_3, M.IN_WORK_AFTER_6, M.IN_WORK_AFTER_12),
            *(M.CHECKED_AFTER_3, M.CHECKED_AFTER_6, M.CHECKED_AFTER_12),
        ),
        _counted(
            LOAN, "read_loan", "programme", M.ASKED, M.APPLIED, M.APPROVED, M.REFUSED, M.DISBURSED, M.OVERDUE, M.CLOSED
        ),
        _counted(
            REFERRAL,
            "read_referral",
            "kind",
            *(M.SENT, M.ANSWERED, M.ACCEPTED, M.DECLINED, M.SILENT, M.ATTENDED, M.COMPLETED, M.DISCONTINUED),
        ),
        _counted(TRAINING, "read_outreach", "kind", M.HELD, M.ATTENDED, M.CERTIFIED),
        _counted(OUTREACH, "read_outreach", "form", M.HELD, M.REACHED),
        _counted(PRESS, "read_outreach", "level", M.PUBLISHED),
        _counted(CONTRIBUTION, "read_organisation", "kind", M.PLEDGED, M.RECEIVED, M.PLEDGED_PLACES, M.RECEIVED_PLACES),
    )
)
"""Every noun of support that has figures, beside needs and contacts, which have their own."""
SUPPORT_COUNT: Final = Noun(
    "support_count",
    fields=dict.fromkeys(("measure", "period", "unit_id", "part", "persons", "events", "amount_vnd"), Kind.OPEN),
)
"""Figures; no row stands behind one, so it has no id and no list."""
