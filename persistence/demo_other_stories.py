"""Courses, notices and review rounds of the demo, in every state."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.course.model import MoveCourse, NewCourse, OpenCourseCase
from domain.course.use_cases import move_course, open_course_case, record_course
from domain.notice.answering import answer_notice, record_notice, see_notice_change, send_notice_on
from domain.notice.attaching import NewAttachment, attach_to_notice
from domain.notice.certifying import NewCertificate, record_certificate
from domain.notice.model import MoveNotice, NewNotice, OfNotice, RecordedNotice, SendOn
from domain.notice.sending import amend_own_notice, move_own_notice, push_notice
from domain.person.model import Amend
from domain.review.model import AddEntries, AnswerRequest, MoveEntry, MoveRound, NewEntry, NewRound
from domain.review.use_cases import add_entries, answer_request, move_entry, move_round, start_round
from persistence.demo_desk import Desk
from persistence.demo_plan import DEMO
from persistence.demo_steps import OFFICER, Story, days

CENTRE: Final = "rehab_centre.01"
ORDERED: Final = {"treatment": "compulsory", "order_kind": "administrative_measure"}


# -- courses of treatment


async def _course(desk: Desk, person: Any, kind: str, started: date, **facts: Any) -> UUID:
    new = NewCourse(person["id"], kind, started, source=DEMO, source_ref=desk.story, **facts)
    return await desk.on(max(started, desk.days_ago(30))).do(OFFICER, record_course, new)


async def course_ongoing(desk: Desk, person: Any) -> None:
    await _course(desk, person, "substitution_treatment", date(2025, 11, 3), medicine="methadone")


async def course_of_pilot(desk: Desk, person: Any) -> None:
    await _course(desk, person, "pilot_medicine", desk.days_ago(50), medicine="Cedemex", place_name="Trạm y tế")


async def course_discontinued(desk: Desk, person: Any) -> None:
    course = await _course(desk, person, "voluntary_facility_private", date(2026, 2, 10), place_name="Cơ sở An Bình")
    move = MoveCourse(course, "discontinued", on=date(2026, 4, 22))
    await desk.do(OFFICER, move_course, move)


async def course_transferred(desk: Desk, person: Any) -> None:
    course = await _course(desk, person, "voluntary_community", desk.days_ago(90), setting="home")
    await desk.do(OFFICER, move_course, MoveCourse(course, "transferred", on=desk.days_ago(33)))


async def course_opens_a_case(desk: Desk, person: Any) -> None:
    """Substitution treatment has no notice path in the new decree: the completed course opens the case."""
    course = await _course(desk, person, "substitution_treatment", date(2025, 2, 17), medicine="methadone")
    await desk.on(desk.days_ago(4)).do(OFFICER, move_course, MoveCourse(course, "completed", on=desk.days_ago(4)))
    await desk.on(desk.days_ago(3)).do(OFFICER, open_course_case, OpenCourseCase(course))


async def course_of_the_past(desk: Desk, person: Any) -> None:
    await _course(desk, person, "commune_education", date(2020, 3, 2), outcome="completed", ended_on=date(2020, 6, 1))


# -- discharge notices


def _facts(desk: Desk, person: Any, completes: date) -> dict[str, Any]:
    told = {name: person[name] for name in ("full_name", "gender", "born_on", "born_precision")}
    return told | {
        "unit_id": desk.units["own"],
        "kind": "form_51",
        "completes_on": completes,
        "source_ref": desk.number("TB-CSCN"),
        **ORDERED,
    }


async def _sent(desk: Desk, person: Any, on: date, completes: date, **facts: Any) -> UUID:
    new = NewNotice(**(_facts(desk, person, completes) | facts))
    return await desk.on(on).do(CENTRE, push_notice, new)


async def _received(desk: Desk, person: Any, on: date, completes: date) -> UUID:
    notice = await _sent(desk, person, on, completes)
    await desk.on(on + days(1)).do(OFFICER, answer_notice, MoveNotice(notice, "received"))
    return notice


async def notice_drafted(desk: Desk, person: Any) -> None:
    await _sent(desk, person, desk.days_ago(1), desk.today + days(40), draft=True)


async def notice_unread(desk: Desk, person: Any) -> None:
    await _sent(desk, person, desk.today, desk.today + days(31))


async def notice_unread_overdue(desk: Desk, person: Any) -> None:
    await _sent(desk, person, desk.days_ago(11), desk.today + days(22))


async def notice_of_june(desk: Desk, person: Any) -> None:
    """Under D116: at least fifteen days ahead, and no clock of its own."""
    await _received(desk, person, date(2026, 6, 2), date(2026, 6, 24))


async def notice_received(desk: Desk, person: Any) -> None:
    await _received(desk, person, desk.days_ago(2), desk.today + days(30))


async def notice_accepted(desk: Desk, person: Any) -> None:
    notice = await _received(desk, person, desk.days_ago(6), desk.today + days(28))
    move = MoveNotice(notice, "accepted", person_id=person["id"])
    await _papers(desk.on(desk.days_ago(5)), notice)
    await desk.on(desk.days_ago(4)).do(OFFICER, answer_notice, move)


async def _papers(desk: Desk, notice: UUID) -> None:
    """What the centre puts beside Form 51; the certificate stands in the person's file from acceptance on."""
    paper = b"%PDF-1.4\n% demo: the decision on the treatment\n%%EOF\n"
    digest = hashlib.sha256(paper).hexdigest()
    number = desk.number("QD-DINH-KEM")
    file = NewAttachment(notice, "rehab_decision", paper, "application/pdf", digest, number)
    await desk.do(CENTRE, attach_to_notice, file)
    held = NewCertificate(
        notice,
        "Sửa chữa xe máy",
        "Trung tâm giáo dục nghề nghiệp (minh họa)",
        "SC-DEMO-01",
        desk.days_ago(150),
        desk.days_ago(60),
        desk.days_ago(45),
        desk.number("CC-NGHE"),
    )
    await desk.do(CENTRE, record_certificate, held)


async def notice_returned(desk: Desk, person: Any) -> None:
    notice = await _received(desk, person, desk.days_ago(5), desk.today + days(27))
    move = MoveNotice(notice, "returned", reason="thiếu số quyết định áp dụng biện pháp")
    await desk.on(desk.days_ago(3)).do(OFFICER, answer_notice, move)


async def notice_amended(desk: Desk, person: Any) -> None:
    """The centre changed the day of completion; the commune has read it."""
    notice = await _received(desk, person, desk.days_ago(8), desk.today + days(26))
    changes = {"completes_on": desk.today + days(29), "reason": "gia hạn điều trị bệnh"}
    await desk.on(desk.days_ago(6)).do(CENTRE, amend_own_notice, Amend(notice, changes))
    await desk.on(desk.days_ago(5)).do(OFFICER, see_notice_change, OfNotice(notice))


async def notice_misrouted(desk: Desk, person: Any) -> None:
    notice = await _received(desk, person, desk.days_ago(4), desk.today + days(33))
    move = MoveNotice(notice, "misrouted", reason="người này cư trú ở phường khác")
    await desk.on(desk.days_ago(2)).do(OFFICER, answer_notice, move)


async def notice_sent_on(desk: Desk, person: Any) -> None:
    notice = await _received(desk, person, desk.days_ago(4), desk.today + days(35))
    send = SendOn(notice, desk.units["neighbour"], "đã chuyển nơi cư trú")
    await desk.on(desk.days_ago(3)).do(OFFICER, send_notice_on, send)


async def notice_cancelled(desk: Desk, person: Any) -> None:
    notice = await _received(desk, person, desk.days_ago(9), desk.today + days(25))
    move = MoveNotice(notice, "cancelled", reason="được gia hạn thời gian cai nghiện")
    await desk.on(desk.days_ago(1)).do(CENTRE, move_own_notice, move)


async def notice_on_paper(desk: Desk, person: Any) -> None:
    """A clinic's paper that the officer typed in."""
    facts = _facts(desk, person, desk.days_ago(1)) | {
        "kind": "substitution_completion",
        "treatment": "substitution_treatment",
        "order_kind": None,
    }
    desk.on(desk.today)
    await desk.do(OFFICER, record_notice, RecordedNotice(**facts, source=DEMO, received_at=desk.now))


# -- review rounds


def _entry(person: Any, completes: date) -> NewEntry:
    told: dict[str, Any] = {name: person[name] for name in ("full_name", "gender", "born_on", "born_precision")}
    return NewEntry(completes_on=completes, **(told | ORDERED))


async def _round(desk: Desk, on: date, due: date) -> UUID:
    first = on.replace(day=1)
    new = NewRound(first, first + days(90), due, (desk.units["centre"],), source=DEMO, source_ref=desk.story)
    return await desk.on(on).do(OFFICER, start_round, new)


async def _answered(desk: Desk, round_id: UUID, *entries: NewEntry) -> None:
    request = await desk.owner.fetchval("select id from review_request where round_id = $1", round_id)
    await desk.do(CENTRE, answer_request, AnswerRequest(request, entries))


async def _entry_of(desk: Desk, round_id: UUID) -> UUID:
    found: UUID = await desk.owner.fetchval("select id from reviewed_person where round_id = $1", round_id)
    return found


async def round_due_today(desk: Desk, person: Any) -> None:
    round_id = await _round(desk, desk.days_ago(10), desk.today)
    await _answered(desk.on(desk.days_ago(6)), round_id, _entry(person, desk.today + days(50)))


async def round_overdue(desk: Desk, person: Any) -> None:
    round_id = await _round(desk, desk.days_ago(25), desk.days_ago(4))
    entry = _entry(person, desk.today + days(40))
    await desk.on(desk.days_ago(20)).do(OFFICER, add_entries, AddEntries(round_id, (entry,)))


async def round_closed_in_june(desk: Desk, person: Any) -> None:
    round_id = await _round(desk, date(2026, 6, 1), date(2026, 6, 20))
    await _answered(desk.on(date(2026, 6, 8)), round_id, _entry(person, date(2026, 8, 30)))
    moved = MoveEntry(await _entry_of(desk, round_id), "not_ours", reason="thường trú ở tỉnh khác")
    await desk.on(date(2026, 6, 12)).do(OFFICER, move_entry, moved)
    await desk.on(date(2026, 6, 15)).do(OFFICER, move_round, MoveRound(round_id, "closed"))


async def round_opens_a_case(desk: Desk, person: Any) -> None:
    round_id = await _round(desk, desk.days_ago(15), desk.today + days(10))
    await _answered(desk.on(desk.days_ago(12)), round_id, _entry(person, desk.today + days(35)))
    moved = MoveEntry(await _entry_of(desk, round_id), "opens_case", person_id=person["id"])
    await desk.on(desk.days_ago(1)).do(OFFICER, move_entry, moved)


async def round_unknown_and_closed(desk: Desk, person: Any) -> None:
    round_id = await _round(desk, desk.days_ago(40), desk.days_ago(20))
    await _answered(desk.on(desk.days_ago(36)), round_id, _entry(person, desk.today + days(5)))
    moved = MoveEntry(await _entry_of(desk, round_id), "unknown", reason="không xác minh được nơi cư trú")
    await desk.on(desk.days_ago(30)).do(OFFICER, move_entry, moved)
    await desk.on(desk.days_ago(29)).do(OFFICER, move_round, MoveRound(round_id, "closed"))


async def round_withdrawn(desk: Desk, _person: Any) -> None:
    round_id = await _round(desk, desk.days_ago(3), desk.today + days(14))
    await desk.on(desk.days_ago(2)).do(OFFICER, move_round, MoveRound(round_id, "withdrawn", reason="lập trùng"))


OTHER_STORIES: Final[tuple[Story, ...]] = (
    *(course_opens_a_case, notice_accepted, round_opens_a_case, course_ongoing, course_discontinued),
    *(course_transferred, course_of_pilot, course_of_the_past),
)
NAMING_STORIES: Final[tuple[Story, ...]] = (
    *(notice_drafted, notice_unread, notice_unread_overdue, notice_of_june, notice_received, notice_returned),
    *(notice_amended, notice_misrouted, notice_sent_on, notice_cancelled, notice_on_paper),
    *(round_due_today, round_overdue, round_closed_in_june, round_unknown_and_closed, round_withdrawn),
)
"""These only name a person: anybody of the commune will do."""
