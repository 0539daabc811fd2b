"""GraphQL: courses of treatment and their figures."""

from __future__ import annotations

from uuid import UUID

import strawberry

from api.graphql.course_types import CourseCountNode, CourseNode
from api.graphql.road import ask
from api.graphql.types import Connection, Given, Via
from api.schemas.base import orders
from api.schemas.courses import CourseCase, CourseMove, CoursePatch, CoursePeriod, NewCourse, TreatmentCourseFilter
from api.schemas.persons import VoidBody
from domain.course import use_cases as course
from domain.course.noun import COURSE, COURSE_COUNT

CourseOrder = orders("TreatmentCourseOrder", COURSE.orders)


@strawberry.type
class CourseQueries:
    @strawberry.field
    def treatment_courses(
        self,
        first: int = 50,
        after: str | None = None,
        order: CourseOrder | None = None,  # type: ignore[valid-type]
        where: TreatmentCourseFilter | None = None,
        via: Via | None = None,
    ) -> Connection[CourseNode] | None:
        """Courses in reach, newest first."""
        return ask(
            lambda ctx, q: course.courses(ctx, q.page(ctx, COURSE)),
            first=first,
            after=after,
            order=order,
            where=where or TreatmentCourseFilter(),
            via=via,
        )

    @strawberry.field
    def treatment_course(self, id: UUID, via: Via | None = None) -> CourseNode | None:
        """One course."""
        return ask(lambda ctx, q: course.courses(ctx, q.one(COURSE, id)), via=via)

    @strawberry.field
    def treatment_course_counts(self, period: CoursePeriod) -> list[CourseCountNode] | None:
        """Persons and courses (lượt) by kind in a period, and cumulatively; they are never added."""
        return ask(lambda ctx, q: course.count_courses(ctx, period.command(), q.one(COURSE_COUNT)))


@strawberry.type
class CourseActs:
    @strawberry.mutation
    def record_treatment_course(self, new: NewCourse, given: Given | None = None) -> CourseNode | None:
        """Record a course of a person in scope."""
        return ask(lambda ctx, q: course.record_course(ctx, new.command(), q.one(COURSE)), given=given)

    @strawberry.mutation
    def amend_treatment_course(self, id: UUID, patch: CoursePatch, given: Given | None = None) -> CourseNode | None:
        """Correct a course (needs given.ifMatch)."""
        return ask(
            lambda ctx, q: course.amend_course(ctx, patch.command(id, q.provided("patch")), q.one(COURSE)), given=given
        )

    @strawberry.mutation
    def void_treatment_course(self, id: UUID, body: VoidBody, given: Given | None = None) -> CourseNode | None:
        """Void a course recorded in error (needs given.ifMatch)."""
        return ask(lambda ctx, q: course.void_course(ctx, body.command(id=id), q.one(COURSE)), given=given)

    @strawberry.mutation
    def move_treatment_course(self, id: UUID, move: CourseMove, given: Given | None = None) -> CourseNode | None:
        """Say how a course ended, or take that back (needs given.ifMatch)."""
        return ask(lambda ctx, q: course.move_course(ctx, move.command(id=id), q.one(COURSE)), given=given)

    @strawberry.mutation
    def open_treatment_course_case(
        self, id: UUID, opening: CourseCase, given: Given | None = None
    ) -> CourseNode | None:
        """Open the case of a completed course (needs given.ifMatch)."""
        return ask(lambda ctx, q: course.open_course_case(ctx, opening.command(id=id), q.one(COURSE)), given=given)
