"""The GraphQL schema: the root fields of every noun, side by side."""

from __future__ import annotations

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.graphql.accounts import AccountActs, AccountQueries
from api.graphql.journal import JournalQueries
from api.graphql.own import OwnQueries
from api.graphql.persons import PersonActs, PersonQueries
from api.graphql.road import Executor
from api.graphql.units import UnitQueries


@strawberry.type
class Query(OwnQueries, UnitQueries, PersonQueries, AccountQueries, JournalQueries):
    """Reads. Every field is one SQL statement, under the caller's scope, with its journal row."""


@strawberry.type
class Mutation(PersonActs, AccountActs):
    """Acts. Each has a transaction of its own; `given` holds its conditions."""


schema = strawberry.Schema(
    Query,
    Mutation,
    execution_context_class=Executor,
    config=StrawberryConfig(disable_field_suggestions=True),
)
