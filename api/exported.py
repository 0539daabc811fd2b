"""Every list that can be taken out as a file, by the name it has under /v1, and how it is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from api.asking import PageQuery, validated
from api.kept import DOORS
from api.schemas.accounts import AccountQuery
from api.schemas.cases import ManagementCaseQuery
from api.schemas.courses import TreatmentCourseQuery
from api.schemas.decisions import ManagementDecisionQuery
from api.schemas.documents import CaseDocumentQuery, DocumentFormQuery
from api.schemas.handovers import HandoverQuery
from api.schemas.lawbook import CalendarQuery, RuleQuery
from api.schemas.notice_papers import NoticeAttachmentQuery, TrainingCertificateQuery
from api.schemas.notices import DischargeNoticeQuery, NoticeAmendmentQuery, NoticeRoutingQuery
from api.schemas.persons import PersonQuery, PersonSearch, ResponsibilityQuery
from api.schemas.reconciliations import ReconciliationQuery
from api.schemas.reviews import ReviewedPersonQuery, ReviewRequestQuery, ReviewRoundQuery
from api.schemas.tasks import TaskQuery
from api.schemas.units import LineageQuery, UnitQuery
from api.searching import attempted
from api.selection import asked_page
from domain.account.noun import ACCOUNT
from domain.acts import Context
from domain.case.noun import CASE
from domain.course.noun import COURSE
from domain.decision.noun import DECISION
from domain.document.noun import DOCUMENT, FORM
from domain.exports.layouts import layout_of
from domain.exports.model import LEFT_OUT
from domain.handover.noun import HANDOVER
from domain.lawbook.noun import CALENDAR_DAY, RULE
from domain.notice.noun import AMENDMENT, ATTACHMENT, CERTIFICATE, NOTICE, ROUTING
from domain.person.noun import PERSON, RESPONSIBILITY
from domain.reading import Asked, Noun
from domain.reconciliation.noun import RECONCILIATION
from domain.refusals import Flaw, Refusal, flawed
from domain.review.noun import ENTRY, REQUEST, ROUND
from domain.task.noun import TASK
from domain.units.noun import LINEAGE, UNIT

HAND_WRITTEN: Final[dict[str, tuple[Noun, type[Any]]]] = {
    "persons": (PERSON, PersonQuery),
    "responsibilities": (RESPONSIBILITY, ResponsibilityQuery),
    "treatment-courses": (COURSE, TreatmentCourseQuery),
    "discharge-notices": (NOTICE, DischargeNoticeQuery),
    "notice-routings": (ROUTING, NoticeRoutingQuery),
    "notice-amendments": (AMENDMENT, NoticeAmendmentQuery),
    "notice-attachments": (ATTACHMENT, NoticeAttachmentQuery),
    "training-certificates": (CERTIFICATE, TrainingCertificateQuery),
    "review-rounds": (ROUND, ReviewRoundQuery),
    "review-requests": (REQUEST, ReviewRequestQuery),
    "reviewed-persons": (ENTRY, ReviewedPersonQuery),
    "reconciliations": (RECONCILIATION, ReconciliationQuery),
    "cases": (CASE, ManagementCaseQuery),
    "management-decisions": (DECISION, ManagementDecisionQuery),
    "documents": (DOCUMENT, CaseDocumentQuery),
    "document-forms": (FORM, DocumentFormQuery),
    "handovers": (HANDOVER, HandoverQuery),
    "tasks": (TASK, TaskQuery),
    "units": (UNIT, UnitQuery),
    "units/successions": (LINEAGE, LineageQuery),
    "users": (ACCOUNT, AccountQuery),
    "rules": (RULE, RuleQuery),
    "holidays": (CALENDAR_DAY, CalendarQuery),
}
COLLECTIONS: Final[Mapping[str, tuple[Noun, type[Any]]]] = HAND_WRITTEN | {
    door.path: (door.kept.noun, door.query) for door in DOORS if door.lists
}

SEARCHED: Final[Mapping[str, type[Any]]] = {"persons": PersonSearch}
"""Lists that may be narrowed by what is personal too, as `POST …:search` does: in a body, never in a URL."""
PERSONAL: Final = frozenset(PersonSearch.model_fields) - frozenset(PersonQuery.model_fields)


def question(
    ctx: Context,
    collection: str,
    fields: tuple[str, ...],
    filters: Mapping[str, Any],
    sort: str | None = None,
    cursor: str | None = None,
    limit: int = 1,
    *,
    counted: bool = False,
) -> Asked:
    """A page of a list as its own door would ask it, but for its length. Raises `invalid` under the body's pointers."""
    if collection not in COLLECTIONS:
        raise flawed("/collection", "not_allowed")
    noun, query = COLLECTIONS[collection]
    given = _filters(SEARCHED.get(collection, query), filters)
    if collection in SEARCHED:
        given = _worded(ctx, given)
    layout = layout_of(collection, fields)
    asked = layout.fields if layout else fields
    named = ",".join(asked or tuple(name for name in noun.fields if name not in LEFT_OUT))
    try:
        return asked_page(
            ctx,
            noun,
            fields=named,
            include=None,
            order=sort,
            filters=given,
            limit=limit,
            cursor=cursor,
            counted=counted,
        )
    except Refusal as refusal:
        raise refusal if refusal.code != "bad_request" else Refusal("invalid", flaws=refusal.flaws) from refusal


def _filters(query: type[PageQuery], filters: Mapping[str, Any]) -> dict[str, Any]:
    """The named filters, typed as the list's own door types them."""
    if not isinstance(filters, Mapping) or filters.keys() - (query.model_fields.keys() - PageQuery.SHARED):
        raise Refusal("invalid", flaws=(Flaw("/filters", "unknown_parameter"),))
    try:
        return validated(query, dict(filters)).filters()
    except Refusal as refusal:
        flaws = tuple(flaw._replace(pointer=f"/filters{flaw.pointer}") for flaw in refusal.flaws)
        raise Refusal(refusal.code, flaws=flaws, **refusal.facts) from refusal


def _worded(ctx: Context, given: dict[str, Any]) -> dict[str, Any]:
    """A search as the database is asked: whole words of the name, numbers as blind indexes."""
    try:
        return attempted(ctx, given)[0]
    except Refusal as refusal:
        flaws = tuple(flaw._replace(pointer=f"/filters{flaw.pointer}") for flaw in refusal.flaws)
        raise Refusal(refusal.code, flaws=flaws, **refusal.facts) from refusal


def parted(filters: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Filters that may be shown, and those that may hold a name or a number."""
    shown = {name: value for name, value in filters.items() if name not in PERSONAL}
    return shown, {name: value for name, value in filters.items() if name in PERSONAL and value is not None}


def again(stored: Any, ctx: Context, cursor: str | None, limit: int, counted: bool) -> Asked:
    """The worker's page of an export as it was asked for."""
    filters = {**stored.filters, **stored.personal}
    return question(ctx, stored.collection, stored.fields, filters, stored.sort, cursor, limit, counted=counted)


def asking(ctx: Context, wanted: Any) -> Callable[[str | None, int, bool], Asked]:
    """The pages of a list that is sent as it is read."""
    filters = {**wanted.filters, **wanted.personal}

    def ask(cursor: str | None, limit: int, counted: bool) -> Asked:
        return question(ctx, wanted.collection, wanted.fields, filters, wanted.sort, cursor, limit, counted=counted)

    return ask
