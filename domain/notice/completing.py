"""What an accepted notice says of a treatment that is over stands among the person's courses of treatment.

A clinic tells of a completion when it has happened (dossier §15 Q4); Form 51 comes weeks before, and then nothing is
over yet: the officer ends the course when the person is home.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.course.model import checked_course
from domain.course.noun import COURSE, CourseOutcome
from domain.course.repository import CourseKnown
from domain.ids import new_id
from domain.notice.noun import NoticeKind
from domain.notice.repository import NoticeKnown
from domain.person.repository import PersonKnown
from domain.reading import Scope


async def complete_course(records: Any, ctx: Context, within: Scope, known: NoticeKnown) -> None:
    """End the person's course of that treatment; where none is on file, record it, if its first day was told.

    Of several that go on, none is guessed at.
    """
    if known.completes_on > ctx.today or known.kind == NoticeKind.SELF_REPORT:
        return
    going_on = await records.courses.going_on(known.person_id, known.treatment, known.order_kind, within=within)
    ending = {"ended_on": known.completes_on, "outcome": CourseOutcome.COMPLETED.value, "case_id": known.case_id}
    course: CourseKnown | None = next(iter(going_on), None)
    if course is not None and len(going_on) == 1 and course.started_on <= known.completes_on:
        await records.courses.amend(course.id, ending | {"updated_at": ctx.now})
        _tell(records, "course_completed", course.id)
    elif not going_on and known.content.get("started_on") is not None:
        _tell(records, "course_recorded", await _recorded(records, ctx, within, known, ending))


async def _recorded(records: Any, ctx: Context, within: Scope, known: NoticeKnown, ending: dict[str, Any]) -> UUID:
    person: PersonKnown | None = await records.persons.person(known.person_id, within=within)
    assert person is not None, "the notice was accepted for this very person"
    facts = {
        "kind": known.treatment,
        "order_kind": known.order_kind,
        "started_on": known.content["started_on"],
        "place_unit_id": await records.notices.sent_by(known.id, within=within),
        "source": f"notice:{known.id}",
        "source_ref": known.source_ref,
    } | ending
    checked_course(facts, ctx.today)
    id = new_id()
    await records.courses.add(id, person, facts)
    return id


def _tell(records: Any, kind: str, id: UUID) -> None:
    told = {"kind": kind, "noun": COURSE.name, "id": str(id)}
    records.extras["consequences"] = [*records.extras.get("consequences", []), told]
