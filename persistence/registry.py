"""Every noun's road to SQL, by name."""

from __future__ import annotations

from collections.abc import Mapping

import persistence.changes  # noqa: F401 - brings the feed's tables into the metadata
from persistence.accounts import ACCOUNTS, APPOINTMENTS
from persistence.assignments import ASSIGNMENTS as CARES
from persistence.cases import ASSESSMENTS, ASSIGNMENTS, CASES, EVENTS, FINDINGS, PROPOSALS, TEAMS
from persistence.clients import CLIENTS
from persistence.clients import CONTACTS as ANONYMOUS_CONTACTS
from persistence.clubs import ATTENDANCES, EVALUATIONS, MEMBERSHIPS, SESSIONS
from persistence.clubs import EVENTS as MEMBERSHIP_EVENTS
from persistence.contacts import CONTACTS
from persistence.courses import COURSES
from persistence.decisions import ADJUSTMENTS, DECISIONS, DELIVERIES
from persistence.documents import DOCUMENTS, FORMS
from persistence.exports import EXPORT_JOBS
from persistence.field_reports import FIELD_REPORTS
from persistence.handovers import HANDOVERS
from persistence.health_visits import VISITS
from persistence.imports import IMPORT_JOBS, IMPORT_MAPPINGS, IMPORT_ROWS
from persistence.journals import JOURNAL
from persistence.lawbooks import CALENDAR_DAYS, LAW_CHANGES, RULES
from persistence.livelihoods import HOUSEHOLDS, JOB_CHECKS, JOBS, VOCATIONALS
from persistence.loans import LOAN_LINES, LOAN_LISTS, LOANS
from persistence.model_work import MODEL_MEMBERS, MODEL_PARTNERS, MODEL_REVIEWS, VOLUNTEERS
from persistence.needs import NEEDS
from persistence.notice_papers import ATTACHMENTS, CERTIFICATES
from persistence.notices import AMENDMENTS, NOTICES, ROUTINGS
from persistence.organisations import CONTRIBUTIONS, ORGANISATIONS
from persistence.outreach import AWARDS, INSPECTION_VISITS, OUTREACH_ACTIVITIES, PLACES, PRESS_ITEMS, TRAININGS
from persistence.persons import IDENTIFIERS, PERSONS, PHONES, RESIDENCES, RESPONSIBILITIES
from persistence.plans import PLAN_REVIEWS, PLAN_STEPS, PLANS
from persistence.reads import Reads
from persistence.reconciliations import RECONCILIATIONS
from persistence.referrals import FOLLOW_UPS as REFERRAL_FOLLOW_UPS
from persistence.referrals import REFERRALS
from persistence.reviews import ENTRIES, REQUESTS, ROUNDS
from persistence.support_models import SUPPORT_MODEL_KINDS, SUPPORT_MODELS
from persistence.tasks import TASKS
from persistence.units import LINEAGES, UNITS
from persistence.webhooks import DELIVERIES as WEBHOOK_DELIVERIES
from persistence.webhooks import ENDPOINTS as WEBHOOK_ENDPOINTS

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
        ATTACHMENTS,
        CERTIFICATES,
        RECONCILIATIONS,
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
        IMPORT_JOBS,
        IMPORT_ROWS,
        IMPORT_MAPPINGS,
        EXPORT_JOBS,
        CARES,
        NEEDS,
        FIELD_REPORTS,
        PLANS,
        PLAN_STEPS,
        PLAN_REVIEWS,
        VOCATIONALS,
        JOBS,
        JOB_CHECKS,
        HOUSEHOLDS,
        LOAN_LISTS,
        LOAN_LINES,
        LOANS,
        MEMBERSHIPS,
        MEMBERSHIP_EVENTS,
        SESSIONS,
        ATTENDANCES,
        EVALUATIONS,
        REFERRALS,
        REFERRAL_FOLLOW_UPS,
        TRAININGS,
        PLACES,
        OUTREACH_ACTIVITIES,
        PRESS_ITEMS,
        AWARDS,
        INSPECTION_VISITS,
        CONTACTS,
        CLIENTS,
        ANONYMOUS_CONTACTS,
        VISITS,
        SUPPORT_MODEL_KINDS,
        SUPPORT_MODELS,
        MODEL_MEMBERS,
        MODEL_PARTNERS,
        MODEL_REVIEWS,
        VOLUNTEERS,
        ORGANISATIONS,
        CONTRIBUTIONS,
        WEBHOOK_ENDPOINTS,
        WEBHOOK_DELIVERIES,
    )
}
