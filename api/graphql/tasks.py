"""GraphQL: the inbox."""

from __future__ import annotations

from uuid import UUID

import strawberry
import strawberry.pydantic

from api.graphql.road import ask
from api.graphql.types import Connection, LazyUnit, PersonNode
from api.schemas import tasks as shapes
from api.schemas.tasks import TaskFilter
from domain.task.noun import TASK
from domain.task.use_cases import tasks


@strawberry.pydantic.type(name="Task", description=shapes.TaskFacts.__doc__)
class TaskNode(shapes.TaskFacts):
    @strawberry.pydantic.field
    def unit(self) -> LazyUnit | None: ...

    @strawberry.pydantic.field
    def person(self) -> PersonNode | None: ...


@strawberry.type
class TaskQueries:
    @strawberry.field
    def tasks(
        self, first: int = 50, after: str | None = None, where: TaskFilter | None = None
    ) -> Connection[TaskNode] | None:
        """What is due for one's unit and the units below, least time left first."""
        return ask(lambda ctx, q: tasks(ctx, q.page(ctx, TASK)), first=first, after=after, where=where or TaskFilter())

    @strawberry.field
    def task(self, id: UUID) -> TaskNode | None:
        """One task with its explanation."""
        return ask(lambda ctx, q: tasks(ctx, q.one(TASK, id)))
