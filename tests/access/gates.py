"""Operations of the law and of the case file, as far as their permission: who is refused and who is let in.

What is shown of their rows, and to whom, is told where their nouns stand in the register of canaries.
"""

from __future__ import annotations

import datetime as dt
import inspect
import itertools
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from fastapi.routing import iter_route_contexts
from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError

from api.asking import OneQuery
from api.kept import DOORS
from api.schemas.adherence import AdherenceReport
from api.schemas.notices import NewNotice
from domain.access.scope import STAFFING
from domain.change.use_cases import followed
from domain.figures.noun import COUNTED
from domain.law.forms import FORMS
from tests.access.operations import OPERATIONS, Operation


def gate(method: str, path: str, root: str, *permissions: str, **sent: Any) -> Operation:
    """An operation for those who have one of the permissions; `sent` says what of its body decides about them."""
    name = " ".join([method, path, *map(str, sent.values())])
    target = "none" if "{id}" in path else ""
    return Operation(
        name, "gate", permissions[0], "", (method, path), root, target, also=permissions[1:], body=lambda _r, _t: sent
    )


def figures(path: str, root: str, permission: str, **asked: Any) -> Operation:
    """Figures that name nobody: for those, too, who have totals alone."""
    return replace(gate("GET", path, root, permission, **asked), figures=True)


BYTES = ""
"""No root field: bytes go up and down by REST alone (rulings 19)."""

NOBODYS = "00000000-0000-7000-8000-000000000000"
GATES = (
    figures("/v1/needs:count", "needCounts", "read_need"),
    gate("POST", "/v1/loan-supports:check", "loanEligibility", "write_loan"),
    gate("POST", "/v1/loan-lists/{id}/answers", "answerLoanList", "confirm_loan_list"),
    gate("GET", "/v1/rules", "rules", "read_rule"),
    gate("GET", "/v1/rules/{id}", "rule", "read_rule"),
    gate("GET", "/v1/holidays", "holidays", "read_rule"),
    gate("POST", "/v1/working-days:compute", "workingDays", "read_rule", days=3),
    gate("GET", "/v1/law-changes", "lawChanges", "change_rate"),
    gate("GET", "/v1/law-changes/{id}", "lawChange", "change_rate"),
    gate("POST", "/v1/law-changes", "proposeLawChange", "change_rate"),
    gate("POST", "/v1/law-changes/{id}/transitions", "decideLawChange", "change_rate"),
    gate("GET", "/v1/changes", "changes", *sorted(set(followed().values()), key=lambda name: (name in STAFFING, name))),
    gate("GET", "/v1/tasks", "tasks", "read_task"),
    gate("POST", "/v1/support-models/{id}/unit", "seatSupportModel", "write_model"),
    gate("GET", "/v1/support-models/{id}/allowances", "allowances", "read_model"),
    gate("GET", "/v1/tasks:count", "taskCounts", "read_task"),
    gate("GET", "/v1/me/months/{month}", "myMonth", "read_contact"),
    gate("GET", "/v1/tasks/{id}", "task", "read_task"),
    gate("POST", "/v1/referrals/{id}/answers", "answerReferral", "answer_referral"),
    gate("POST", "/v1/field-reports/{id}/answers", "answerFieldReport", "answer_report"),
    gate("POST", "/v1/referrals/{id}/told-answers", "recordToldAnswer", "write_referral"),
    gate("GET", "/v1/handovers", "handovers", "read_handover"),
    gate("POST", "/v1/handovers", "givePerson", "hand_over"),
    gate("POST", "/v1/handovers:request", "takePerson", "hand_over"),
    gate("GET", "/v1/handovers/{id}", "handover", "read_handover"),
    gate("POST", "/v1/handovers/{id}/transitions", "moveHandover", "hand_over"),
    gate("GET", "/v1/treatment-courses", "treatmentCourses", "read_course"),
    gate("GET", "/v1/treatment-courses:count", "treatmentCourseCounts", "read_course"),
    gate("POST", "/v1/treatment-courses", "recordTreatmentCourse", "write_course"),
    gate("GET", "/v1/treatment-courses/{id}", "treatmentCourse", "read_course"),
    gate("PATCH", "/v1/treatment-courses/{id}", "amendTreatmentCourse", "write_course"),
    gate("DELETE", "/v1/treatment-courses/{id}", "voidTreatmentCourse", "write_course"),
    gate("POST", "/v1/treatment-courses/{id}/transitions", "moveTreatmentCourse", "write_course"),
    gate("POST", "/v1/treatment-courses/{id}/case", "openTreatmentCourseCase", "write_case"),
    gate("GET", "/v1/clubs", "clubs", "read_model"),
    gate("POST", "/v1/clubs", "recordClub", "write_model"),
    gate("GET", "/v1/clubs/{id}", "club", "read_model"),
    gate("GET", "/v1/support-models/{id}/monthly-report", "supportModelMonth", "read_model"),
    gate("GET", "/v1/club-memberships/{id}/rights", "clubMembershipRights", "read_membership"),
    gate("POST", "/v1/club-memberships/{id}/reading-code", "giveReadingCode", "write_membership"),
    gate("POST", "/v1/club-sessions/{id}/attendance", "takeAttendance", "write_session"),
    gate("POST", "/v1/progress-evaluations/{id}/reading", "readWithMember", "write_membership"),
    figures("/v1/counselling-contacts:count", "counsellingCounts", "read_contact"),
    gate("GET", "/v1/counselling-contacts/{id}/minutes", BYTES, "read_contact"),
    gate("POST", "/v1/anonymous-clients/{id}/link", "linkAnonymousClient", "write_client"),
    gate("DELETE", "/v1/anonymous-clients/{id}/link", "unlinkAnonymousClient", "write_client"),
    gate("GET", "/v1/reconciliations", "reconciliations", "read_notice"),
    figures("/v1/reconciliations:count", "reconciliationCounts", "read_notice"),
    gate("GET", "/v1/reconciliations/{id}", "reconciliation", "read_notice"),
    gate("GET", "/v1/discharge-notices", "dischargeNotices", "read_notice"),
    gate("POST", "/v1/discharge-notices", "pushDischargeNotice", "push_notice"),
    replace(
        gate("POST", "/v1/discharge-notices:bulk", "pushDischargeNotices", "push_notice"),
        body=lambda _r, _t: {"notices": [least(NewNotice)]},
    ),
    gate("POST", "/v1/discharge-notices:record", "recordDischargeNotice", "answer_notice"),
    gate("GET", "/v1/discharge-notices/{id}", "dischargeNotice", "read_notice"),
    gate("PATCH", "/v1/discharge-notices/{id}", "amendDischargeNotice", "push_notice", "answer_notice"),
    gate("POST", "/v1/discharge-notices/{id}/transitions", "moveDischargeNotice", "push_notice", "answer_notice"),
    gate("POST", "/v1/discharge-notices/{id}/routings", "sendDischargeNoticeOn", "answer_notice"),
    gate("POST", "/v1/discharge-notices/{id}/hand-over", "handOverNoticeDecision", "push_notice"),
    gate("GET", "/v1/discharge-notices/{id}/decision", BYTES, "push_notice"),
    gate("POST", "/v1/discharge-notices:minutes", BYTES, "push_notice"),
    gate("POST", "/v1/discharge-notices/{id}/seen", "seeDischargeNoticeChange", "answer_notice"),
    gate("GET", "/v1/notice-routings", "noticeRoutings", "read_notice"),
    gate("GET", "/v1/notice-routings/{id}", "noticeRouting", "read_notice"),
    gate("GET", "/v1/notice-attachments", "noticeAttachments", "read_notice"),
    gate("POST", "/v1/notice-attachments", BYTES, "push_notice"),
    gate("GET", "/v1/notice-attachments/{id}", "noticeAttachment", "read_notice"),
    gate("GET", "/v1/notice-attachments/{id}/content", BYTES, "push_notice", "answer_notice"),
    gate("DELETE", "/v1/notice-attachments/{id}", "voidNoticeAttachment", "push_notice"),
    gate("GET", "/v1/training-certificates", "trainingCertificates", "read_notice"),
    gate("POST", "/v1/training-certificates", "recordTrainingCertificate", "push_notice"),
    gate("GET", "/v1/training-certificates/{id}", "trainingCertificate", "read_notice"),
    gate("DELETE", "/v1/training-certificates/{id}", "voidTrainingCertificate", "push_notice"),
    gate("POST", "/v1/adherence-reports", "reportAdherence", "answer_referral"),
    replace(
        gate("POST", "/v1/adherence-reports:bulk", "reportAdherences", "answer_referral"),
        body=lambda _r, _t: {"reports": [least(AdherenceReport)]},
    ),
    gate("GET", "/v1/notice-amendments", "noticeAmendments", "read_notice"),
    gate("GET", "/v1/notice-amendments/{id}", "noticeAmendment", "read_notice"),
    gate("GET", "/v1/review-rounds", "reviewRounds", "read_notice"),
    gate("POST", "/v1/review-rounds", "startReviewRound", "run_review"),
    gate("GET", "/v1/review-rounds/{id}", "reviewRound", "read_notice"),
    gate("POST", "/v1/review-rounds/{id}/transitions", "moveReviewRound", "run_review"),
    gate("POST", "/v1/review-rounds/{id}/persons", "addReviewedPersons", "run_review"),
    gate("GET", "/v1/review-requests", "reviewRequests", "read_notice"),
    gate("GET", "/v1/review-requests/{id}", "reviewRequest", "read_notice"),
    gate("POST", "/v1/review-requests/{id}/answers", "answerReviewRequest", "push_notice"),
    gate("GET", "/v1/reviewed-persons", "reviewedPersons", "read_notice"),
    gate("GET", "/v1/reviewed-persons/{id}", "reviewedPerson", "read_notice"),
    gate("POST", "/v1/reviewed-persons/{id}/transitions", "moveReviewedPerson", "run_review"),
    gate("GET", "/v1/cases", "managementCases", "read_case"),
    gate("POST", "/v1/cases", "openCase", "write_case"),
    gate("GET", "/v1/cases/{id}", "managementCase", "read_case"),
    gate("POST", "/v1/cases/{id}/transitions", "moveCase", "propose_decision", to="proposed"),
    gate("POST", "/v1/cases/{id}/transitions", "moveCase", "draft_decision", to="noticed"),
    gate("POST", "/v1/cases/{id}/transitions", "moveCase", "record_finding", to="interrupted"),
    gate("POST", "/v1/cases/{id}/transitions", "moveCase", "write_case", to="active"),
    gate("POST", "/v1/cases/{id}/transitions", "moveCase", "sign_decision", to="completed"),
    gate("POST", "/v1/cases/{id}/transitions", "moveCase", "record_finding", to="removed"),
    gate("POST", "/v1/cases/{id}/transitions", "moveCase", "sign_decision", to="annulled"),
    gate("POST", "/v1/cases/{id}/transitions", "moveCase", "write_case", to="annulled", notice_id=NOBODYS),
    gate("POST", "/v1/cases/{id}/findings", "recordFinding", "record_finding"),
    gate("POST", "/v1/cases/{id}/support-teams", "appointTeam", "write_case"),
    gate("POST", "/v1/cases/{id}/assignments", "assign", "write_case"),
    gate("POST", "/v1/cases/{id}/assessments", "assessCase", "write_case"),
    gate("GET", "/v1/case-proposals/{id}", "caseProposal", "read_case"),
    gate("GET", "/v1/case-findings/{id}", "caseFinding", "read_case"),
    gate("GET", "/v1/support-teams/{id}", "supportTeam", "read_case"),
    gate("POST", "/v1/support-teams/{id}/end", "endTeam", "write_case"),
    gate("GET", "/v1/case-assignments/{id}", "caseAssignment", "read_case"),
    gate("POST", "/v1/case-assignments/{id}/end", "endAssignment", "write_case"),
    gate("GET", "/v1/case-assessments/{id}", "caseAssessment", "read_case"),
    gate("GET", "/v1/management-decisions", "managementDecisions", "read_case"),
    gate("POST", "/v1/management-decisions", "draftDecision", "draft_decision"),
    gate("GET", "/v1/management-decisions/{id}", "managementDecision", "read_case"),
    gate("GET", "/v1/management-decisions/{id}/explain", "managementDecision", "read_case"),
    gate("PATCH", "/v1/management-decisions/{id}", "amendDecision", "draft_decision"),
    gate("POST", "/v1/management-decisions/{id}/transitions", "moveDecision", "sign_decision", to="signed"),
    gate("POST", "/v1/management-decisions/{id}/transitions", "moveDecision", "draft_decision", to="withdrawn"),
    gate("POST", "/v1/management-decisions/{id}/transitions", "moveDecision", "write_case", to="delivered"),
    gate("POST", "/v1/management-decisions/{id}/transitions", "moveDecision", "sign_decision", to="corrected"),
    gate("POST", "/v1/management-decisions/{id}/transitions", "moveDecision", "sign_decision", to="annulled"),
    gate("POST", "/v1/management-decisions/{id}/adjustments", "adjustDecision", "write_case"),
    gate("GET", "/v1/decision-adjustments/{id}", "decisionAdjustment", "read_case"),
    gate("POST", "/v1/decision-adjustments/{id}/settlement", "settleAdjustment", "write_case"),
    gate("POST", "/v1/management-decisions/{id}/deliveries", "recordDelivery", "write_case"),
    gate("GET", "/v1/decision-deliveries/{id}", "decisionDelivery", "read_case"),
    gate("GET", "/v1/documents", "documents", "read_document"),
    gate("POST", "/v1/documents", "makeDocument", "write_document"),
    gate("GET", "/v1/documents:check", "documentCheck", "read_document", form=str(FORMS[0].key)),
    gate("POST", "/v1/documents:upload", BYTES, "write_document"),
    gate("GET", "/v1/documents/{id}", "document", "read_document"),
    gate("GET", "/v1/documents/{id}/content", BYTES, "read_document"),
    gate("GET", "/v1/document-forms", "documentForms", "read_rule"),
    gate("GET", "/v1/document-forms/{id}", "documentForm", "read_rule"),
    gate("POST", "/v1/document-forms/{id}/confirmation", "confirmForm", "change_rule"),
    gate("POST", "/v1/webhook-endpoints/{id}/secrets", "rotateWebhookSecret", "manage_webhooks"),
    gate("POST", "/v1/webhook-endpoints/{id}/replays", "replayWebhook", "manage_webhooks"),
    gate("POST", "/v1/webhook-endpoints/{id}/pings", "pingWebhook", "manage_webhooks"),
    gate("GET", "/v1/webhook-deliveries", "webhookDeliveries", "manage_webhooks"),
    gate("GET", "/v1/webhook-deliveries/{id}", "webhookDelivery", "manage_webhooks"),
    gate("POST", "/v1/webhook-deliveries/{id}/redeliveries", "redeliverWebhook", "manage_webhooks"),
    gate("GET", "/v1/exports", "exports", "run_export"),
    gate("POST", "/v1/exports", "requestExport", "run_export", collection="units"),
    gate("POST", "/v1/exports:stream", BYTES, "run_export", collection="units"),
    gate("GET", "/v1/exports/{id}", "export", "run_export"),
    gate("POST", "/v1/exports/{id}/transitions", "decideExport", "approve_export"),
    gate("GET", "/v1/exports/{id}/content", BYTES, "run_export"),
    gate("GET", "/v1/imports", "imports", "run_import"),
    gate("POST", "/v1/imports", BYTES, "run_import"),
    gate("GET", "/v1/imports/{id}", "import", "run_import"),
    gate("POST", "/v1/imports/{id}/transitions", "moveImport", "run_import"),
    gate("GET", "/v1/imports/{id}/file", BYTES, "run_import"),
    gate("GET", "/v1/imports/{id}/events", BYTES, "run_import"),
    gate("GET", "/v1/import-rows", "importRows", "run_import"),
    gate("GET", "/v1/import-rows/{id}", "importRow", "run_import"),
    gate("POST", "/v1/import-rows/{id}/decision", "decideImportRow", "run_import"),
    gate("GET", "/v1/import-mappings", "importMappings", "run_import"),
    gate("POST", "/v1/import-mappings", "saveImportMapping", "run_import"),
    gate("GET", "/v1/import-mappings/{id}", "importMapping", "run_import"),
    gate("PATCH", "/v1/import-mappings/{id}", "amendImportMapping", "run_import"),
)


RECORDED_BY = {"club_membership": ("write_loan",)}
"""The commune, or its import, asks whether somebody would like to come to a club; its board does not."""


def of_doors() -> Iterator[Operation]:
    """Every kept noun has the same operations, under the permissions it names itself."""
    for door in DOORS:
        reads, writes, path = door.kept.reads, door.kept.writes, f"/v1/{door.path}"
        if door.lists:
            yield gate("GET", path, camel(door.many), reads)
        yield gate("GET", f"{path}/{{id}}", camel(door.one), reads)
        if door.new is None:
            continue
        yield gate("POST", path, camel(f"record_{door.one}"), *RECORDED_BY.get(door.one, (writes,)))
        yield gate("DELETE", f"{path}/{{id}}", camel(f"void_{door.one}"), writes)
        if door.patch is not None:
            yield gate("PATCH", f"{path}/{{id}}", camel(f"amend_{door.one}"), writes)
        if door.move is not None:
            yield gate("POST", f"{path}/{{id}}/transitions", camel(f"move_{door.one}"), door.kept.moves or writes)


def camel(name: str) -> str:
    first_word, *others = name.split("_")
    return first_word + "".join(word.title() for word in others)


def of_counts() -> Iterator[Operation]:
    """Every noun of support that is counted, for those, too, who have totals alone."""
    for door in DOORS:
        if door.one in COUNTED:
            yield figures(f"/v1/{door.path}:count", camel(f"{door.one}_counts"), COUNTED[door.one].permission)


ALL = (*OPERATIONS, *GATES, *of_doors(), *of_counts())


# -- the least body that a route reads ------------------------------------------------------------------------------


@lru_cache(256)
def models_of(app: Any, method: str, path: str) -> list[type[BaseModel]]:
    """What a route reads besides its path, as its signature has it."""
    for context in iter_route_contexts(app.routes):
        known = getattr(context, "path_format", None) or context.path
        if known == path and method in (getattr(context, "methods", None) or ()):
            endpoint = getattr(context, "endpoint", None) or context.original_route.endpoint
            hints = get_type_hints(endpoint).values()
            return [hint for hint in hints if inspect.isclass(hint) and issubclass(hint, BaseModel)]
    return []


def query_of(app: Any, method: str, path: str) -> type[BaseModel] | None:
    return next(
        (model for model in models_of(app, method, path) if method == "GET" or issubclass(model, OneQuery)), None
    )


def body_of(app: Any, method: str, path: str) -> type[BaseModel] | None:
    return next((model for model in models_of(app, method, path) if not issubclass(model, OneQuery)), None)


def least(model: type[BaseModel] | None) -> dict[str, Any]:
    """Only what is required, each with the first value of its type."""
    fields = model.model_fields if model else {}
    return {name: fitting(field) for name, field in fields.items() if field.is_required()}


def fitting(field: Any) -> Any:
    """A value that the field's own limits let through: the first text of several that is one."""
    value = first(field.annotation)
    if value != PLAIN[str]:
        return value
    limits = TypeAdapter(Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation)
    return next(
        (text for text in (value, "chu", "2026-01", "ABCD2345", "https://nhan.example/") if fits(limits, text)), value
    )


def fits(limits: TypeAdapter[Any], text: str) -> bool:
    try:
        limits.validate_python(text)
    except ValidationError:
        return False
    return True


def patched(model: type[BaseModel] | None) -> dict[str, Any]:
    """A patch of one text, else of whatever there is: where nothing is required, something must change."""
    fields = model.model_fields if model else {}
    values = {name: "2026-01" if name == "month" else fitting(field) for name, field in fields.items()}
    texts = {name: value for name, value in values.items() if first(fields[name].annotation) == PLAIN[str]}
    return dict(itertools.islice((texts or values).items(), 1))


def first(type_: Any) -> Any:
    """Some value of a type, as JSON has it."""
    origin = get_origin(type_)
    if origin is Annotated:
        return first(get_args(type_)[0])
    if origin is Literal:
        return get_args(type_)[0]
    if origin in (Union, UnionType):
        return first(next(part for part in get_args(type_) if part is not NoneType))
    if origin in (list, tuple):
        return [first(get_args(type_)[0])]
    if hasattr(type_, "__supertype__"):
        return first(type_.__supertype__)
    if inspect.isclass(type_) and issubclass(type_, BaseModel):
        return least(type_)
    if inspect.isclass(type_) and issubclass(type_, Enum):
        return next(iter(type_)).value
    return PLAIN.get(type_, {})


PLAIN = {
    UUID: "00000000-0000-7000-8000-000000000000",
    dt.date: "2026-01-05",
    dt.datetime: "2026-01-05T08:00:00+07:00",
    AwareDatetime: "2026-01-05T08:00:00+07:00",
    bool: True,
    int: 1,
    str: "Chữ",
}
