"""Hand-overs: two-sided, with a clock, and one transaction in which responsibility moves (rulings 3, 34)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.acts import Context, Read, act
from domain.handover.moves import ANSWERS
from domain.handover.noun import HANDOVER, HandoverKind, HandoverState
from domain.handover.repository import HandoverKnown, Holding
from domain.ids import new_id
from domain.law.clock import Deadline, Event, run_clock
from domain.law.in_force import Law
from domain.law.instants import local_date
from domain.law.life_cycles import HANDOVER as CYCLE
from domain.law.wording import Bilingual
from domain.person.model import checked_number, tidied
from domain.reading import Road, Scope
from domain.refusals import Refusal, flawed
from domain.task.due import TaskDue
from domain.units.seat import Seat

handovers = Read(HANDOVER, "read_handover")
MOST_ASKED_A_DAY = 20
"""Questions by full identity number an account may ask a day (rulings 34)."""
LEFT = Bilingual("Thời điểm rời nơi cư trú", "Left the residence")


@dataclass(frozen=True)
class GivePerson:
    """Hand a person of one's own commune to another."""

    person_id: UUID
    unit_id: UUID
    reason: str
    left_at: datetime | None = None
    left_on: date | None = None
    id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class TakePerson:
    """Ask for a person who showed their document here. The answer never tells whether anyone is on file."""

    national_id: str
    reason: str
    unit_id: UUID | None = None
    left_at: datetime | None = None
    left_on: date | None = None
    id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class MoveHandover:
    id: UUID
    to: str
    reason: str | None = None


@act(HANDOVER, "hand_over", shown=Road.MADE)
async def give_person(records: Any, ctx: Context, within: Scope, new: GivePerson) -> UUID:
    """Propose to a commune of today that it take a person; the receiving side answers."""
    person = await records.persons.person(new.person_id, within=within)
    if person is None:
        raise Refusal("not_found")
    asked = await _commune(records, ctx, new.unit_id, "/unit_id")
    if asked.no == person.unit_no:
        raise flawed("/unit_id", "already_responsible")
    asking = await _seat_no(records, person.unit_no)
    if await records.handovers.open_of(person.id):
        raise Refusal("handover_open")
    facts = {"kind": HandoverKind.GIVE, "person_id": person.id, "name_told": person.full_name}
    return await _propose(records, ctx, new, facts, asked, asking)


@act(HANDOVER, "hand_over", shown=Road.MADE)
async def take_person(records: Any, ctx: Context, within: Scope, new: TakePerson) -> UUID:
    """Ask the holder of a full identity number, shown with its document, to hand the person over: one receipt."""
    if within.road is not Road.UNIT:
        raise Refusal("forbidden", permission=within.permission)
    number = checked_number("personal_id", new.national_id)
    if await records.handovers.asked_today() >= MOST_ASKED_A_DAY:
        raise Refusal("too_many_requests", retry_after=3600)
    asking = await _commune(records, ctx, new.unit_id or ctx.actor.unit_id, "/unit_id")
    if not within.covers(asking.no):
        raise flawed("/unit_id", "unit_not_in_scope")
    held: Holding | None = await records.handovers.holder_of(number)
    if held is not None and await records.handovers.open_of(held.person_id):
        held = None  # somebody asks already; the receipt stays the same
    asked = await _seat_no(records, held.unit_no if held else asking.province_no or asking.no)
    facts = {"kind": HandoverKind.TAKE, "person_id": held.person_id if held else None}
    return await _propose(records, ctx, new, facts | {"name_told": held.name if held else None}, asked, asking)


async def _propose(
    records: Any, ctx: Context, new: GivePerson | TakePerson, facts: Mapping[str, Any], asked: Seat, asking: Seat
) -> UUID:
    id = new.id or new_id()
    given = tidied({"reason": new.reason, "source": new.source, "source_ref": new.source_ref})
    left = new.left_at or new.left_on
    if left is not None and local_date(left) > ctx.today:
        raise flawed("/left_at", "in_the_future")
    clock = answer_clock(await records.law.in_force(), left or ctx.now)
    times = {"left_at": new.left_at, "left_on": new.left_on, "told_at": ctx.now}
    stored = dict(facts) | given | clock_facts(clock) | times
    await records.handovers.add(id, stored, asked, asking)
    await _settle(records, ctx, id, facts.get("person_id"), asked.no, [as_task(clock)])
    return id


def answer_clock(law: Law, left: date | datetime) -> Deadline:
    """By when the file must have moved: 5 working days to 2026-06-30, 24 hours from 2026-07-01 (move.notice)."""
    rule = law.book.rule("move.notice", local_date(left))
    return run_clock(
        rule, law.calendar, Event(left, LEFT, any_hour=not isinstance(left, datetime)), kind="handover_answer"
    )


def clock_facts(clock: Deadline) -> dict[str, Any]:
    return {"due_at": clock.due, "rule": str(clock.rule), "explanation": clock.explanation.as_data()}


def as_task(clock: Deadline) -> TaskDue:
    return TaskDue(
        kind=clock.kind,
        due_at=clock.due,
        due_on=clock.due_on,
        rule=str(clock.rule),
        explanation={"steps": clock.explanation.as_data()},
        skipped=[{"day": day.day, "reason": day.reason.value} for day in clock.skipped],
    )


@act(HANDOVER, "hand_over", guarded=True)
async def move_handover(records: Any, ctx: Context, within: Scope, move: MoveHandover) -> UUID:
    """Acknowledge, accept, decline (the asked side) or withdraw (the asking side). Accepting moves responsibility."""
    known: HandoverKnown | None = await records.handovers.handover(move.id, within=within)
    if known is None:
        raise Refusal("not_found")
    reason = tidied({"reason": move.reason})["reason"] if move.reason else None
    CYCLE.move(known.state, move.to, {"reason"} if reason else ())
    _check_side(known, within, move.to)
    changes: dict[str, Any] = {"state": move.to, "answer_reason": reason, "answered_at": ctx.now}
    if move.to == HandoverState.ACCEPTED:
        changes |= await _take_effect(records, ctx, known)
    await records.handovers.amend(move.id, changes)
    await _settle(records, ctx, move.id, known.person_id, known.asked_no, _still_due(known, move.to))
    return move.id


def _check_side(known: HandoverKnown, within: Scope, to: str) -> None:
    """The asked side answers, the asking side withdraws; nobody does both, nor lets time expire by hand."""
    answers = to in ANSWERS
    side = known.asked_no if answers else known.asking_no
    if to in (HandoverState.EXPIRED, HandoverState.EFFECTIVE) or not within.covers(side):
        raise Refusal("wrong_move", allowed=sorted(ANSWERS) if within.covers(known.asked_no) else ["withdrawn"])


async def _take_effect(records: Any, ctx: Context, known: HandoverKnown) -> dict[str, Any]:
    if known.person_id is None:
        raise Refusal("nobody_to_hand_over")
    gives = known.kind == HandoverKind.GIVE
    holder, taker = (known.asking_no, known.asked_unit_id) if gives else (known.asked_no, known.asking_unit_id)
    seat = await records.units.seat(taker)
    if seat is None or not seat.stands_on(ctx.today):
        raise Refusal("conflict")
    open_after = await records.handovers.move(known.person_id, holder, seat, ctx.now)
    loses = known.asking_unit_id if gives else known.asked_unit_id
    records.extras["consequences"] = [
        {"kind": "gains_access", "unit_id": str(taker)},
        {"kind": "loses_access", "unit_id": str(loses)},
        *({"kind": "deadline", "task": task["kind"], "due_at": task["due_at"]} for task in open_after),
    ]
    return {"state": HandoverState.EFFECTIVE, "effective_at": ctx.now, "deadlines": list(open_after)}


def _still_due(known: HandoverKnown, to: str) -> list[TaskDue]:
    """An acknowledged hand-over is still to be answered; the clock does not move."""
    if to != HandoverState.ACKNOWLEDGED:
        return []
    return [TaskDue("handover_answer", known.due_at, None, known.rule, {})]


async def _settle(
    records: Any, ctx: Context, id: UUID, person_id: UUID | None, unit_no: int, due: list[TaskDue]
) -> None:
    await records.tasks.settle(HANDOVER.name, id, person_id=person_id, unit_no=unit_no, due=due, now=ctx.now)


async def _commune(records: Any, ctx: Context, id: UUID, at: str) -> Seat:
    seat: Seat | None = await records.units.seat(id)
    if seat is None or seat.level != "commune" or not seat.stands_on(ctx.today):
        raise flawed(at, "not_a_commune_of_today")
    return seat


async def _seat_no(records: Any, no: int) -> Seat:
    seat: Seat = await records.units.seat_at(no)
    return seat
