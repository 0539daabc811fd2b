"""Commands and rules on courses of treatment: pure, no clock, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from domain.course.noun import CourseKind, CourseOutcome, OrderKind
from domain.law.life_cycle import LifeCycle, Move
from domain.law.pathways import Pathway
from domain.refusals import Flaw, Refusal, flawed


@dataclass(frozen=True)
class NewCourse:
    """A course of a person in scope. `ended_on` and an outcome other than `ongoing` come together."""

    person_id: UUID
    kind: str
    started_on: date
    outcome: str = "ongoing"
    ended_on: date | None = None
    order_kind: str | None = None
    setting: str | None = None
    medicine: str | None = None
    place_unit_id: UUID | None = None
    place_name: str | None = None
    id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class MoveCourse:
    """How a course ended; `ongoing` again when that was recorded in error."""

    id: UUID
    to: str
    on: date | None = None
    reason: str | None = None


@dataclass(frozen=True)
class OpenCourseCase:
    """A completed course opens the post-rehabilitation case."""

    id: UUID
    paper_received_at: datetime | None = None
    """When the completion paper came to the commune; now, when left out."""


class CountBasis(StrEnum):
    """Which day of a course puts it into a period."""

    STARTED = "started"
    COMPLETED = "completed"


@dataclass(frozen=True)
class CoursePeriod:
    """What is counted: courses whose day lies in the period, and cumulatively all up to its end."""

    since: date | None = None
    """The first course on file, when left out."""
    until: date | None = None
    """Last day, inclusive; today, when left out."""
    kind: str | None = None
    basis: str = "started"


COURSE_LIFE: Final = LifeCycle(
    "treatment_course",
    initial="ongoing",
    moves=(
        Move("ongoing", "completed", ("on",), "L120 42(1)(2); L73 40(1)(2): opens the case"),
        Move("ongoing", "discontinued", ("on",)),
        Move("ongoing", "transferred", ("on",)),
        Move("ongoing", "deceased", ("on",)),
        Move("completed", "ongoing", ("reason",), "recorded in error"),
        Move("discontinued", "ongoing", ("reason",), "recorded in error"),
        Move("transferred", "ongoing", ("reason",), "recorded in error"),
        Move("deceased", "ongoing", ("reason",), "recorded in error"),
    ),
)

PATHWAYS: Final = {
    CourseKind.VOLUNTARY_COMMUNITY: Pathway.VOLUNTARY_COMMUNITY,
    CourseKind.VOLUNTARY_FACILITY_PUBLIC: Pathway.VOLUNTARY_FACILITY_PUBLIC,
    CourseKind.VOLUNTARY_FACILITY_PRIVATE: Pathway.VOLUNTARY_FACILITY_PRIVATE,
    CourseKind.SUBSTITUTION_TREATMENT: Pathway.SUBSTITUTION_TREATMENT,
}


def pathway_of(kind: str, order_kind: str | None) -> Pathway | None:
    """The way to post-rehabilitation management; None where the law knows none (pilot medicine, earlier measures)."""
    if kind == CourseKind.COMPULSORY:
        minor = order_kind == OrderKind.COURT_ORDER_FOR_MINOR
        return Pathway.COMPULSORY_MINOR if minor else Pathway.COMPULSORY_ADULT
    return PATHWAYS.get(CourseKind(kind))


ONLY_FOR: Final = {
    "order_kind": frozenset({CourseKind.COMPULSORY}),
    "setting": frozenset({CourseKind.VOLUNTARY_COMMUNITY}),
    "medicine": frozenset({CourseKind.SUBSTITUTION_TREATMENT, CourseKind.PILOT_MEDICINE}),
}
"""What is said of some kinds only."""


def checked_treatment(given: Mapping[str, Any], at: str = "") -> None:
    """What goes with the kind: the order of a compulsory one, the setting, the medicine. Refuses all flaws at once."""
    kind = CourseKind(given["kind"])
    flaws = [
        Flaw(f"{at}/{name}", "not_for_this_kind")
        for name, kinds in ONLY_FOR.items()
        if given.get(name) is not None and kind not in kinds
    ]
    if kind is CourseKind.COMPULSORY and given.get("order_kind") is None:
        flaws.append(Flaw(f"{at}/order_kind", "required"))
    if flaws:
        raise Refusal("invalid", flaws=tuple(flaws))


def checked_course(given: Mapping[str, Any], today: date) -> None:
    """A whole course as it will stand: kind, source of a past measure, place, days and outcome."""
    checked_treatment(given)
    if given["kind"] == CourseKind.COMMUNE_EDUCATION and not given.get("source"):
        raise flawed("/source", "import_only")
    if given.get("place_unit_id") is not None and given.get("place_name") is not None:
        raise flawed("/place_name", "one_place")
    _check_days(given["started_on"], given.get("ended_on"), today)
    if (given["outcome"] == CourseOutcome.ONGOING) != (given.get("ended_on") is None):
        raise flawed("/ended_on", "not_with_this_outcome")


def _check_days(started_on: date, ended_on: date | None, today: date) -> None:
    for name, day in (("started_on", started_on), ("ended_on", ended_on)):
        if day is not None and day > today:
            raise flawed(f"/{name}", "in_the_future")
    if ended_on is not None and ended_on < started_on:
        raise flawed("/ended_on", "ends_before_it_starts")


def whole_period(period: CoursePeriod, today: date) -> CoursePeriod:
    """The period with both its days. Raises `invalid` when it runs backward."""
    since, until = period.since or date.min, period.until or today
    if until < since:
        raise flawed("/until", "ends_before_it_starts")
    return replace(period, since=since, until=until)
