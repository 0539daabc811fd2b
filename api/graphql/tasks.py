"""GraphQL: the inbox."""

from __future__ import annotations

from uuid import UUID

import strawberry
import strawberry.pydantic

from api.graphql.road import ask
from api.graphql.types import Connection, LazyUnit, PersonNode
from api.schemas import tasks as shapes
from api.schemas.tasks import TaskCounting, TaskFilter
from domain.task.counting import count_tasks
from domain.task.noun import TASK, TASK_COUNT
from domain.task.use_cases import tasks


@strawberry.pydantic.type(name="Task", description=shapes.TaskFacts.__doc__)
class TaskNode(shapes.TaskFacts):
    @strawberry.pydantic.field
    def unit(self) -> LazyUnit | None: ...

    @strawberry.pydantic.field
    def person(self) -> PersonNode | None: ...


@strawberry.pydantic.type(name="TaskCount", description=shapes.TaskCount.__doc__)
class TaskCountNode(shapes.TaskCount):
    pass


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

    @strawberry.field
    def task_counts(self, of: TaskCounting | None = None) -> list[TaskCountNode] | None:
        """Figures for badges: in all, by kind, by unit, by unit and kind."""
        return ask(lambda ctx, q: count_tasks(ctx, (of or TaskCounting()).command(), q.one(TASK_COUNT)))
