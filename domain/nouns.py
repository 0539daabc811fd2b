"""Every noun that can be read, by name."""

from __future__ import annotations

from collections.abc import Mapping

from domain.account.noun import ACCOUNT, APPOINTMENT
from domain.assignment.noun import ASSIGNMENT as CARE
from domain.case.noun import ASSESSMENT, ASSIGNMENT, CASE, EVENT, FINDING, PROPOSAL, TEAM
from domain.client.noun import ANONYMOUS, CLIENT
from domain.club.noun import ATTENDANCE, EVALUATION, MEMBERSHIP, MEMBERSHIP_EVENT, SESSION
from domain.contact.noun import CONTACT
from domain.contribution.noun import CONTRIBUTION
from domain.course.noun import COURSE
from domain.decision.noun import ADJUSTMENT, DECISION, DELIVERY
from domain.document.noun import DOCUMENT, FORM
from domain.exports.noun import EXPORT_JOB
from domain.field_report.noun import FIELD_REPORT
from domain.handover.noun import HANDOVER
from domain.health.noun import VISIT
from domain.household.noun import HOUSEHOLD
from domain.imports.noun import IMPORT_JOB, IMPORT_MAPPING, IMPORT_ROW
from domain.job.noun import JOB, JOB_CHECK
from domain.journal.noun import JOURNAL_ENTRY
from domain.lawbook.noun import CALENDAR_DAY, LAW_CHANGE, RULE
from domain.loan.noun import LOAN, LOAN_LINE, LOAN_LIST
from domain.model_member.noun import MODEL_MEMBER
from domain.model_partner.noun import MODEL_PARTNER
from domain.model_review.noun import MODEL_REVIEW
from domain.need.noun import NEED
from domain.notice.noun import AMENDMENT, ATTACHMENT, CERTIFICATE, NOTICE, ROUTING
from domain.organisation.noun import ORGANISATION
from domain.outreach.noun import AWARD, INSPECTION, OUTREACH, PLACE, PRESS, TRAINING
from domain.person.noun import IDENTIFIER, PERSON, PHONE, RESIDENCE, RESPONSIBILITY
from domain.plan.noun import PLAN, PLAN_REVIEW, PLAN_STEP
from domain.reading import Noun
from domain.reconciliation.noun import RECONCILIATION
from domain.referral.noun import FOLLOW_UP as REFERRAL_FOLLOW_UP
from domain.referral.noun import REFERRAL
from domain.review.noun import ENTRY, REQUEST, ROUND
from domain.support_model.noun import SUPPORT_MODEL, SUPPORT_MODEL_KIND
from domain.task.noun import TASK
from domain.units.noun import LINEAGE, UNIT
from domain.vocational.noun import VOCATIONAL
from domain.volunteer.noun import VOLUNTEER
from domain.webhook.noun import WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT

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
        ATTACHMENT,
        CERTIFICATE,
        RECONCILIATION,
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
        IMPORT_JOB,
        IMPORT_ROW,
        IMPORT_MAPPING,
        EXPORT_JOB,
        CARE,
        NEED,
        FIELD_REPORT,
        PLAN,
        PLAN_STEP,
        PLAN_REVIEW,
        VOCATIONAL,
        JOB,
        JOB_CHECK,
        HOUSEHOLD,
        LOAN_LIST,
        LOAN_LINE,
        LOAN,
        MEMBERSHIP,
        MEMBERSHIP_EVENT,
        SESSION,
        ATTENDANCE,
        EVALUATION,
        REFERRAL,
        REFERRAL_FOLLOW_UP,
        TRAINING,
        PLACE,
        OUTREACH,
        PRESS,
        AWARD,
        INSPECTION,
        CONTACT,
        CLIENT,
        ANONYMOUS,
        VISIT,
        SUPPORT_MODEL_KIND,
        SUPPORT_MODEL,
        MODEL_MEMBER,
        MODEL_PARTNER,
        MODEL_REVIEW,
        VOLUNTEER,
        ORGANISATION,
        CONTRIBUTION,
        WEBHOOK_ENDPOINT,
        WEBHOOK_DELIVERY,
    )
}
