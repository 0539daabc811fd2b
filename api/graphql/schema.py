"""The GraphQL schema: the root fields of every noun, side by side."""

from __future__ import annotations

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.graphql.accounts import AccountActs, AccountQueries
from api.graphql.adherence import AdherenceActs
from api.graphql.cases import CaseActs, CaseQueries
from api.graphql.changes import ChangeQueries
from api.graphql.clubs import ClubActs, ClubQueries
from api.graphql.counselling import CounsellingActs, CounsellingQueries
from api.graphql.counting import FigureQueries
from api.graphql.courses import CourseActs, CourseQueries
from api.graphql.decisions import DecisionActs, DecisionQueries
from api.graphql.documents import DocumentActs, DocumentQueries
from api.graphql.exports import ExportActs, ExportQueries
from api.graphql.field_reports import FieldReportActs
from api.graphql.handovers import HandoverActs, HandoverQueries
from api.graphql.imports import ImportActs, ImportQueries
from api.graphql.journal import JournalQueries
from api.graphql.kept import KeptActs, KeptQueries
from api.graphql.lawbook import LawbookActs, LawbookQueries
from api.graphql.livelihoods import LivelihoodActs, LivelihoodQueries
from api.graphql.notice_papers import NoticePaperActs, NoticePaperQueries
from api.graphql.notices import NoticeActs, NoticeQueries
from api.graphql.own import OwnQueries
from api.graphql.own_month import OwnMonthQueries
from api.graphql.persons import PersonActs, PersonQueries
from api.graphql.reconciliations import ReconciliationQueries
from api.graphql.referrals import ReferralActs
from api.graphql.reviews import ReviewActs, ReviewQueries
from api.graphql.road import Executor
from api.graphql.support_models import AllowanceQueries, SeatActs
from api.graphql.tasks import TaskQueries
from api.graphql.units import UnitQueries
from api.graphql.webhooks import WebhookActs, WebhookQueries
from api.schemas.keeping import VND, Vnd


@strawberry.type
class Query(
    OwnQueries,
    UnitQueries,
    LawbookQueries,
    TaskQueries,
    HandoverQueries,
    PersonQueries,
    CourseQueries,
    ClubQueries,
    OwnMonthQueries,
    AllowanceQueries,
    CounsellingQueries,
    NoticeQueries,
    NoticePaperQueries,
    ReconciliationQueries,
    ReviewQueries,
    CaseQueries,
    DecisionQueries,
    DocumentQueries,
    ImportQueries,
    ExportQueries,
    AccountQueries,
    JournalQueries,
    ChangeQueries,
    WebhookQueries,
    LivelihoodQueries,
    FigureQueries,  # type: ignore[misc]  # made from what is counted
    KeptQueries,  # type: ignore[misc]  # made from the doors
):
    """Reads. Every field is one SQL statement, under the caller's scope, with its journal row."""


@strawberry.type
class Mutation(
    PersonActs,
    LawbookActs,
    HandoverActs,
    CourseActs,
    ClubActs,
    SeatActs,
    CounsellingActs,
    NoticeActs,
    NoticePaperActs,
    AdherenceActs,
    ReviewActs,
    CaseActs,
    DecisionActs,
    DocumentActs,
    ImportActs,
    ExportActs,
    AccountActs,
    ReferralActs,
    FieldReportActs,
    LivelihoodActs,
    WebhookActs,
    KeptActs,  # type: ignore[misc]  # made from the doors
):
    """Acts. Each has a transaction of its own; `given` holds its conditions."""


schema = strawberry.Schema(
    Query,
    Mutation,
    execution_context_class=Executor,
    config=StrawberryConfig(disable_field_suggestions=True, scalar_map={Vnd: VND}),
)
