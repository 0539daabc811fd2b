"""Every noun that can be read, by name."""

from __future__ import annotations

from collections.abc import Mapping

from domain.account.noun import ACCOUNT, APPOINTMENT
from domain.case.noun import ASSESSMENT, ASSIGNMENT, CASE, EVENT, FINDING, PROPOSAL, TEAM
from domain.course.noun import COURSE
from domain.decision.noun import ADJUSTMENT, DECISION, DELIVERY
from domain.document.noun import DOCUMENT, FORM
from domain.handover.noun import HANDOVER
from domain.journal.noun import JOURNAL_ENTRY
from domain.lawbook.noun import CALENDAR_DAY, LAW_CHANGE, RULE
from domain.notice.noun import AMENDMENT, NOTICE, ROUTING
from domain.person.noun import IDENTIFIER, PERSON, PHONE, RESIDENCE, RESPONSIBILITY
from domain.reading import Noun
from domain.review.noun import ENTRY, REQUEST, ROUND
from domain.task.noun import TASK
from domain.units.noun import LINEAGE, UNIT

NOUNS: Mapping[str, Noun] = {
    noun.name: noun
    for noun in (
        UNIT,
        LINEAGE,
        PERSON,
        IDENTIFIER,
        PHONE,
        RESIDENCE,
        RESPONSIBILITY,
        ACCOUNT,
        APPOINTMENT,
        JOURNAL_ENTRY,
        TASK,
        COURSE,
        NOTICE,
        ROUTING,
        AMENDMENT,
        ROUND,
        REQUEST,
        ENTRY,
        HANDOVER,
        RULE,
        CALENDAR_DAY,
        LAW_CHANGE,
        CASE,
        PROPOSAL,
        FINDING,
        TEAM,
        ASSIGNMENT,
        ASSESSMENT,
        EVENT,
        DECISION,
        ADJUSTMENT,
        DELIVERY,
        DOCUMENT,
        FORM,
    )
}
