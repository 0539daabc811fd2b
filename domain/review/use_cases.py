"""What can be done in a review round, by the commune that asks and by those it asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.acts import Context, Read, act
from domain.ids import new_id
from domain.law.life_cycles import REVIEW_ROUND, REVIEWED_PERSON
from domain.notice.model import needed_reason
from domain.person.model import facts, tidied
from domain.reading import Road, Scope
from domain.refusals import Refusal, flawed
from domain.review.model import (
    MOST_PERSONS,
    AddEntries,
    AnswerRequest,
    MoveEntry,
    MoveRound,
    NewEntry,
    NewRound,
    checked_entry,
    checked_round,
    round_due,
)
from domain.review.noun import ENTRY, REQUEST, ROUND
from domain.review.outcomes import opened_case
from domain.review.repository import EntryKnown, RequestKnown, RoundKnown
from domain.units.seat import Seat

rounds = Read(ROUND, "read_notice")
requests = Read(REQUEST, "read_notice")
entries = Read(ENTRY, "read_notice")


@act(ROUND, "run_review")
async def start_round(records: Any, ctx: Context, within: Scope, new: NewRound) -> UUID:
    """Ask centres and clinics for the people coming home or finishing in a period."""
    if within.road is not Road.UNIT:
        raise Refusal("forbidden", permission=within.permission)
    checked_round(new, ctx.today)
    seat = await _own_seat(records, ctx, within, new.unit_id)
    asked = [await _asked(records, ctx, unit, place) for place, unit in enumerate(new.asked_unit_ids)]
    given = tidied(facts(new, "source", "source_ref")) | facts(new, "period_from", "period_to", "due_on")
    id = new.id or new_id()
    await records.reviews.add_round(id, seat, given)
    for unit in asked:
        await records.reviews.ask(new_id(), id, unit)
    await _settled(records, ctx, RoundKnown(id, seat.no, "open", new.due_on))
    records.extras["consequences"] += [{"kind": "gains_access", "unit_id": str(unit.id)} for unit in asked]
    return id


async def _own_seat(records: Any, ctx: Context, within: Scope, unit_id: UUID | None) -> Seat:
    seat: Seat | None = await records.units.seat(unit_id or ctx.actor.unit_id)
    if seat is None or not within.covers(seat.no):
        raise flawed("/unit_id", "unit_not_in_scope")
    if seat.level != "commune" or not seat.stands_on(ctx.today):
        raise flawed("/unit_id", "not_a_commune_of_today")
    return seat


async def _asked(records: Any, ctx: Context, unit_id: UUID, place: int) -> Seat:
    seat: Seat | None = await records.units.seat(unit_id)
    if seat is None or seat.level != "organisation" or not seat.stands_on(ctx.today):
        raise flawed(f"/asked_unit_ids/{place}", "not_an_organisation_of_today")
    return seat


async def _settled(records: Any, ctx: Context, known: RoundKnown) -> None:
    """An open round is to be closed by its day; the inbox follows."""
    due = [round_due(known.due_on)] if known.state == "open" else []
    await records.tasks.settle(ROUND.name, known.id, person_id=None, unit_no=known.unit_no, due=due, now=ctx.now)
    records.extras["consequences"] = [
        {"kind": "deadline", "task": task.kind, "due_at": task.due_at.isoformat(), "rule": task.rule} for task in due
    ]


@act(ROUND, "run_review", guarded=True)
async def move_round(records: Any, ctx: Context, within: Scope, move: MoveRound) -> UUID:
    """Close (when every person has an outcome), withdraw or open again with a reason.

    Raises `review_entries_open` with how many persons still have none.
    """
    known = await _round(records, move.id, within)
    given = {"reason"} if move.reason is not None else set()
    REVIEW_ROUND.move(known.state, move.to, given | {"every_person_has_an_outcome"})
    await records.reviews.turn_requests(known.id, ended=move.to != "open")
    if move.to == "closed" and (left := await records.reviews.open_entries(known.id, within=within)):
        raise Refusal("review_entries_open", missing=left)
    reason = needed_reason(move.reason) if move.reason is not None else None
    closed_at = None if move.to == "open" else ctx.now
    await records.reviews.amend(ROUND.name, known.id, {"state": move.to, "reason": reason, "closed_at": closed_at})
    await _settled(records, ctx, known._replace(state=move.to))
    return known.id


async def _round(records: Any, id: UUID, within: Scope) -> RoundKnown:
    known: RoundKnown | None = await records.reviews.round(id, within=within)
    if known is None:
        raise Refusal("not_found")
    return known


@act(ROUND, "run_review", guarded=True)
async def add_entries(records: Any, ctx: Context, within: Scope, add: AddEntries) -> UUID:
    """Persons the commune knows of itself join the round."""
    known = await _round(records, add.id, within)
    if known.state != "open":
        raise Refusal("round_not_open")
    await _add_all(records, ctx, known, add.persons)
    await records.reviews.amend(ROUND.name, known.id, {})
    return known.id


@act(REQUEST, "push_notice", guarded=True)
async def answer_request(records: Any, ctx: Context, within: Scope, answer: AnswerRequest) -> UUID:
    """A centre names the persons, or nobody; again while the round is open, when it finds another."""
    known: RequestKnown | None = await records.reviews.request(answer.id, within=within)
    if known is None:
        raise Refusal("not_found")
    if known.state == "ended":
        raise Refusal("round_not_open")
    await _add_all(records, ctx, known, answer.persons)
    await records.reviews.amend(REQUEST.name, known.id, {"state": "answered", "answered_at": ctx.now})
    return known.id


async def _add_all(records: Any, ctx: Context, of: RoundKnown | RequestKnown, new: tuple[NewEntry, ...]) -> None:
    if len(new) > MOST_PERSONS:
        raise flawed("/persons", "too_many", most=MOST_PERSONS)
    checked = [checked_entry(entry, ctx.today, f"/persons/{place}") for place, entry in enumerate(new)]
    for given in checked:
        await records.reviews.add_entry(new_id(), of, given)


@act(ENTRY, "run_review", guarded=True)
async def move_entry(records: Any, ctx: Context, within: Scope, move: MoveEntry) -> UUID:
    """One outcome a person: it opens a case, is not ours, or is unknown; taken back with a reason."""
    known: EntryKnown | None = await records.reviews.entry(move.id, within=within)
    if known is None:
        raise Refusal("not_found")
    if (await _round(records, known.round_id, within)).state != "open":
        raise Refusal("round_not_open")
    given = {"case"} | ({"reason"} if move.reason is not None else set())
    REVIEWED_PERSON.move(known.outcome, move.to, given)
    reason = needed_reason(move.reason) if move.reason is not None else None
    changes: dict[str, Any] = {"outcome": move.to, "reason": reason, "decided_at": ctx.now}
    if move.to == "unanswered":
        changes["decided_at"] = None
    if move.to == "opens_case":
        changes |= await opened_case(records, ctx, within, known, move)
    await records.reviews.amend(ENTRY.name, known.id, changes)
    return known.id
