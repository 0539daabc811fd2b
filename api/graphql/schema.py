"""The GraphQL schema: the root fields of every noun, side by side."""

from __future__ import annotations

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.graphql.accounts import AccountActs, AccountQueries
from api.graphql.cases import CaseActs, CaseQueries
from api.graphql.courses import CourseActs, CourseQueries
from api.graphql.decisions import DecisionActs, DecisionQueries
from api.graphql.documents import DocumentActs, DocumentQueries
from api.graphql.handovers import HandoverActs, HandoverQueries
from api.graphql.journal import JournalQueries
from api.graphql.lawbook import LawbookActs, LawbookQueries
from api.graphql.notices import NoticeActs, NoticeQueries
from api.graphql.own import OwnQueries
from api.graphql.persons import PersonActs, PersonQueries
from api.graphql.reviews import ReviewActs, ReviewQueries
from api.graphql.road import Executor
from api.graphql.tasks import TaskQueries
from api.graphql.units import UnitQueries


@strawberry.type
class Query(
    OwnQueries,
    UnitQueries,
    LawbookQueries,
    TaskQueries,
    HandoverQueries,
    PersonQueries,
    CourseQueries,
    NoticeQueries,
    ReviewQueries,
    CaseQueries,
    DecisionQueries,
    DocumentQueries,
    AccountQueries,
    JournalQueries,
):
    """Reads. Every field is one SQL statement, under the caller's scope, with its journal row."""


@strawberry.type
class Mutation(
    PersonActs,
    LawbookActs,
    HandoverActs,
    CourseActs,
    NoticeActs,
    ReviewActs,
    CaseActs,
    DecisionActs,
    DocumentActs,
    AccountActs,
):
    """Acts. Each has a transaction of its own; `given` holds its conditions."""


schema = strawberry.Schema(
    Query,
    Mutation,
    execution_context_class=Executor,
    config=StrawberryConfig(disable_field_suggestions=True),
)
