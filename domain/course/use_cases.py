"""What can be done with courses of treatment, and how they are counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.access.scope import scope_of
from domain.acts import DENIED, Context, Read, act, steadily
from domain.case.model import CaseTrigger, OpenCase
from domain.case.use_cases import open_case
from domain.course.model import (
    COURSE_LIFE,
    CoursePeriod,
    MoveCourse,
    NewCourse,
    OpenCourseCase,
    checked_course,
    pathway_of,
    whole_period,
)
from domain.course.noun import COURSE, COURSE_COUNT, CourseOutcome
from domain.course.repository import CourseCount, CourseKnown
from domain.ids import new_id
from domain.law.pathways import Pathway
from domain.person.model import Amend, Void, facts, tidied
from domain.person.repository import PersonKnown
from domain.reading import Answer, Asked, Form, Pick, Road, Scope, Selection
from domain.refusals import Refusal, flawed
from domain.units.seat import Seat

courses = Read(COURSE, "read_course")

TOLD = (
    "kind",
    "order_kind",
    "setting",
    "medicine",
    "place_unit_id",
    "place_name",
    "started_on",
    "ended_on",
    "outcome",
)


@act(COURSE, "write_course")
async def record_course(records: Any, ctx: Context, within: Scope, new: NewCourse) -> UUID:
    """Record a course of a person in scope. A past measure comes by import only: it names its source."""
    person = await _person(records, new.person_id, within)
    given = tidied(facts(new, *TOLD, "source", "source_ref"))
    checked_course(given, ctx.today)
    await _check_place(records, new.place_unit_id)
    id = new.id or new_id()
    await records.courses.add(id, person, given)
    return id


@act(COURSE, "write_course", guarded=True)
async def amend_course(records: Any, ctx: Context, within: Scope, amend: Amend) -> UUID:
    """Correct a course; the whole must still hold together. Its outcome changes by a transition."""
    known = await _known(records, amend.id, within)
    changes = tidied(dict(amend.changes))
    whole = {name: getattr(known, name) for name in (*TOLD, "source")} | changes
    if known.case_id is not None and changes.keys() & {"kind", "order_kind", "ended_on"}:
        raise Refusal("case_opened")
    checked_course(whole, ctx.today)
    if "place_unit_id" in changes:
        await _check_place(records, changes["place_unit_id"])
    await records.courses.amend(amend.id, changes | {"updated_at": ctx.now})
    return amend.id


@act(COURSE, "write_course", guarded=True)
async def move_course(records: Any, ctx: Context, within: Scope, move: MoveCourse) -> UUID:
    """Say how a course ended, or take that back with a reason."""
    known = await _known(records, move.id, within)
    given = {name for name in ("on", "reason") if getattr(move, name) is not None}
    COURSE_LIFE.move(known.outcome, move.to, given)
    if known.case_id is not None:
        raise Refusal("case_opened")
    ended_on = None if move.to == COURSE_LIFE.initial else move.on
    reason = tidied({"reason": move.reason})["reason"] if move.reason is not None else None
    whole = {name: getattr(known, name) for name in (*TOLD, "source")}
    checked_course(whole | {"outcome": move.to, "ended_on": ended_on}, ctx.today)
    changes = {"outcome": move.to, "ended_on": ended_on, "outcome_reason": reason, "updated_at": ctx.now}
    await records.courses.amend(move.id, changes)
    return move.id


@act(COURSE, "write_course", guarded=True)
async def void_course(records: Any, ctx: Context, within: Scope, void: Void) -> UUID:
    """Take a course recorded in error out of lists and figures, with a reason; nothing is removed (rulings 16)."""
    known = await _known(records, void.id, within)
    if known.case_id is not None:
        raise Refusal("case_opened")
    reason = tidied({"reason": void.reason})["reason"]
    await records.courses.amend(void.id, {"voided_at": ctx.now, "void_reason": reason, "updated_at": ctx.now})
    return void.id


@act(COURSE, "write_case", guarded=True)
async def open_course_case(records: Any, ctx: Context, within: Scope, of: OpenCourseCase) -> UUID:
    """Open the case of a completed course (dossier §3.2 gap i, §15 Q4 for substitution treatment).

    Raises `course_not_completed`, `case_opened`, `invalid` (`no_pathway`), and what opening a case raises.
    """
    known = await _known(records, of.id, within)
    if known.outcome != CourseOutcome.COMPLETED or known.ended_on is None:
        raise Refusal("course_not_completed")
    if known.case_id is not None:
        raise Refusal("case_opened")
    pathway = pathway_of(known.kind, known.order_kind)
    if pathway is None:
        raise flawed("/kind", "no_pathway")
    substitution = pathway is Pathway.SUBSTITUTION_TREATMENT
    trigger = CaseTrigger.SUBSTITUTION_TREATMENT_COMPLETION if substitution else CaseTrigger.TREATMENT_COURSE
    opening = OpenCase(
        person_id=known.person_id,
        trigger=trigger.value,
        pathway=pathway.value,
        completed_on=known.ended_on,
        origin_noun=COURSE.name,
        origin_id=known.id,
        notice_received_at=of.paper_received_at or ctx.now,
    )
    case = await open_case.rule(records, ctx, within, opening)
    await records.courses.amend(of.id, {"case_id": case, "updated_at": ctx.now})
    return of.id


async def _person(records: Any, id: UUID, within: Scope) -> PersonKnown:
    if within.road is not Road.UNIT:
        raise Refusal("forbidden", permission=within.permission)
    known: PersonKnown | None = await records.persons.person(id, within=within)
    if known is None:
        raise Refusal("not_found")
    if known.voided:
        raise Refusal("already_voided")
    return known


async def _known(records: Any, id: UUID, within: Scope) -> CourseKnown:
    known: CourseKnown | None = await records.courses.course(id, within=within)
    if known is None:
        raise Refusal("not_found")
    if known.voided:
        raise Refusal("already_voided")
    return known


async def _check_place(records: Any, unit_id: UUID | None) -> None:
    if unit_id is None:
        return
    seat: Seat | None = await records.units.seat(unit_id)
    if seat is None:
        raise flawed("/place_unit_id", "no_such_unit")


# -- figures

EVERY_FIGURE = Asked(Selection(COURSE_COUNT.name, Form.LIST, tuple(Pick(n, n, n) for n in COURSE_COUNT.fields)))
"""All that can be asked of a count: what REST answers."""


async def count_courses(ctx: Context, period: CoursePeriod, asked: Asked = EVERY_FIGURE) -> Answer:
    """Persons and courses by kind in a period, and cumulatively up to its end, under the caller's scope."""
    return await steadily(ctx, lambda now: _count(now, period, asked))


async def _count(ctx: Context, period: CoursePeriod, asked: Asked) -> Answer:
    asked_period = whole_period(period, ctx.today)
    try:
        within = scope_of(ctx.actor, "read_course", via=ctx.via)
        async with ctx.store.reading(ctx, within) as records:
            found = await records.courses.counts(asked_period, within=within)
    except Refusal as no:
        if no.code in DENIED:
            await ctx.store.note(ctx, "count_treatment_course", COURSE.name, (), "denied")
        raise
    return Answer(json.dumps(_shaped(found, asked)).encode(), len(found))


def _shaped(found: Sequence[CourseCount], asked: Asked) -> list[dict[str, Any]]:
    """Each figure under the key the caller gave it."""
    named = asked.selection.typename
    return [
        {pick.key: named if pick.name == "__typename" else getattr(count, pick.name) for pick in asked.selection.picks}
        for count in found
    ]
