"""/v1/treatment-courses: courses of treatment, and how they are counted."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.schemas.courses import (
    CourseCase,
    CourseMove,
    CoursePatch,
    CoursePeriod,
    NewCourse,
    TreatmentCourse,
    TreatmentCourseCount,
    TreatmentCourseQuery,
)
from api.schemas.persons import VoidBody
from domain.course.noun import COURSE
from domain.course.use_cases import (
    amend_course,
    count_courses,
    courses,
    move_course,
    open_course_case,
    record_course,
    void_course,
)

router = APIRouter(prefix="/v1", tags=["treatment"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]


@router.get("/treatment-courses", response_model=Page[TreatmentCourse])
async def list_courses(ctx: Signed, query: Annotated[TreatmentCourseQuery, Query()]) -> Response:
    """Courses in reach, newest first."""
    return answer(await courses(query.on(ctx), query.page(ctx, COURSE)))


@router.get("/treatment-courses:count", response_model=list[TreatmentCourseCount])
async def get_course_counts(ctx: Signed, period: Annotated[CoursePeriod, Query()]) -> Response:
    """Persons and courses (lượt) by kind in a period, and cumulatively; the line without kind is of all kinds."""
    return answer(await count_courses(ctx, period.command()))


@router.post("/treatment-courses", response_model=TreatmentCourse, status_code=201)
async def post_course(ctx: Signed, new: NewCourse, query: One) -> Response:
    """Record a course of a person in scope."""
    return written(await record_course(ctx, new.command(), query.one(COURSE)), 201, "/v1/treatment-courses")


@router.get("/treatment-courses/{id}", response_model=TreatmentCourse)
async def get_course(ctx: Signed, id: UUID, query: One) -> Response:
    """One course."""
    return answer(await courses(query.on(ctx), query.one(COURSE, id)))


@router.patch("/treatment-courses/{id}", response_model=TreatmentCourse)
async def patch_course(ctx: Signed, id: UUID, patch: CoursePatch, query: One) -> Response:
    """Correct a course (JSON Merge Patch; needs If-Match)."""
    return written(await amend_course(ctx, patch.command(id), query.one(COURSE)))


@router.delete("/treatment-courses/{id}", response_model=TreatmentCourse)
async def delete_course(ctx: Signed, id: UUID, body: VoidBody, query: One) -> Response:
    """Void a course recorded in error, with a reason; nothing is removed (needs If-Match)."""
    return written(await void_course(ctx, body.command(id=id), query.one(COURSE)))


@router.post("/treatment-courses/{id}/transitions", response_model=TreatmentCourse)
async def post_course_transition(ctx: Signed, id: UUID, move: CourseMove, query: One) -> Response:
    """Say how a course ended, or take that back with a reason (needs If-Match)."""
    return written(await move_course(ctx, move.command(id=id), query.one(COURSE)))


@router.post("/treatment-courses/{id}/case", response_model=TreatmentCourse)
async def post_course_case(ctx: Signed, id: UUID, opening: CourseCase, query: One) -> Response:
    """Open the post-rehabilitation case of a completed course (needs If-Match)."""
    return written(await open_course_case(ctx, opening.command(id=id), query.one(COURSE)))
