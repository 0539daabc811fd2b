"""/v1/tasks: what is due for one's unit and the units below, least time left first."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer
from api.schemas.tasks import Task, TaskCount, TaskCounting, TaskQuery
from domain.task.counting import count_tasks
from domain.task.noun import TASK
from domain.task.use_cases import tasks

router = APIRouter(prefix="/v1", tags=["tasks"], route_class=LeanRoute)


@router.get("/tasks", response_model=Page[Task])
async def list_tasks(ctx: Signed, query: Annotated[TaskQuery, Query()]) -> Response:
    """The inbox. `mine=true` is my own part; with `level=below` and `escalated=true` an upper unit looks first."""
    return answer(await tasks(query.on(ctx), query.page(ctx, TASK)))


@router.get("/tasks:count", response_model=list[TaskCount])
async def get_task_counts(ctx: Signed, counting: Annotated[TaskCounting, Query()]) -> Response:
    """Figures for badges: the line without kind and unit is of all, then by kind, by unit, by unit and kind."""
    return answer(await count_tasks(ctx, counting.command()))


@router.get("/tasks/{id}", response_model=Task)
async def get_task(ctx: Signed, id: UUID, query: Annotated[OneQuery, Query()]) -> Response:
    """One task with its explanation."""
    return answer(await tasks(query.on(ctx), query.one(TASK, id)))
