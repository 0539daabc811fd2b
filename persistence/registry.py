"""Every noun's road to SQL, by name."""

from __future__ import annotations

from collections.abc import Mapping

from persistence.accounts import ACCOUNTS, APPOINTMENTS
from persistence.cases import ASSESSMENTS, ASSIGNMENTS, CASES, EVENTS, FINDINGS, PROPOSALS, TEAMS
from persistence.courses import COURSES
from persistence.decisions import ADJUSTMENTS, DECISIONS, DELIVERIES
from persistence.documents import DOCUMENTS, FORMS
from persistence.handovers import HANDOVERS
from persistence.journals import JOURNAL
from persistence.lawbooks import CALENDAR_DAYS, LAW_CHANGES, RULES
from persistence.notices import AMENDMENTS, NOTICES, ROUTINGS
from persistence.persons import IDENTIFIERS, PERSONS, PHONES, RESIDENCES, RESPONSIBILITIES
from persistence.reads import Reads
from persistence.reviews import ENTRIES, REQUESTS, ROUNDS
from persistence.tasks import TASKS
from persistence.units import LINEAGES, UNITS

READS: Mapping[str, Reads] = {
    reads.noun.name: reads
    for reads in (
        UNITS,
        LINEAGES,
        PERSONS,
        IDENTIFIERS,
        PHONES,
        RESIDENCES,
        RESPONSIBILITIES,
        ACCOUNTS,
        APPOINTMENTS,
        JOURNAL,
        TASKS,
        COURSES,
        NOTICES,
        ROUTINGS,
        AMENDMENTS,
        ROUNDS,
        REQUESTS,
        ENTRIES,
        HANDOVERS,
        RULES,
        CALENDAR_DAYS,
        LAW_CHANGES,
        CASES,
        PROPOSALS,
        FINDINGS,
        TEAMS,
        ASSIGNMENTS,
        ASSESSMENTS,
        EVENTS,
        DECISIONS,
        ADJUSTMENTS,
        DELIVERIES,
        DOCUMENTS,
        FORMS,
    )
}
