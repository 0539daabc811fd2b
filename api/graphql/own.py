"""GraphQL: who I am, and anything by its id."""

from __future__ import annotations

from typing import Annotated, Any, Union
from uuid import UUID

import strawberry

from api.graphql.case_types import CaseNode, DecisionNode
from api.graphql.course_types import CourseNode, NoticeNode, ReviewRoundNode
from api.graphql.exports import ExportJobNode
from api.graphql.handovers import HandoverNode
from api.graphql.imports import ImportJobNode
from api.graphql.kept import NODES as KEPT
from api.graphql.me import me
from api.graphql.nodes import any_node
from api.graphql.road import ask
from api.graphql.tasks import TaskNode
from api.graphql.types import (
    AccountNode,
    AppointmentNode,
    IdentifierNode,
    Me,
    PersonNode,
    PhoneNode,
    ResidenceNode,
    ResponsibilityNode,
    UnitNode,
)

OWN: tuple[Any, ...] = (
    PersonNode,
    UnitNode,
    ResidenceNode,
    IdentifierNode,
    PhoneNode,
    ResponsibilityNode,
    AccountNode,
    AppointmentNode,
    CaseNode,
    DecisionNode,
    CourseNode,
    NoticeNode,
    ReviewRoundNode,
    HandoverNode,
    TaskNode,
    ImportJobNode,
    ExportJobNode,
    *KEPT.values(),
)
Node = Annotated[Union[OWN], strawberry.union("Node", description="Anything that has an id of its own.")]  # type: ignore[valid-type]  # noqa: UP007 - of a tuple


@strawberry.type
class OwnQueries:
    @strawberry.field
    async def me(self, info: strawberry.Info) -> Me:
        """Who is signed in, and what they may do."""
        return await me(info.context.ctx)

    @strawberry.field
    def node(self, id: UUID) -> Node | None:
        """Anything by its id; name the types you await in inline fragments."""
        return ask(lambda ctx, q: any_node(ctx, q, id))
