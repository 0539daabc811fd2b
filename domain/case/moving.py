"""`POST …/transitions` of a case: each move is an act of its own, with its own permission."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.acts import Act, Context, act, choice
from domain.case.cancelling import annul_on_cancelled_notice
from domain.case.keeping import Step, finding_of, known_case, moved
from domain.case.model import (
    Certificate,
    Document,
    FindingResult,
    MoveCase,
    checked_document,
    not_later,
    sensible,
    tidied,
)
from domain.case.noun import CASE, PROPOSAL
from domain.case.repository import CaseKnown, FindingKnown
from domain.decision.adjusting import close_entry, enter, lasting, with_last
from domain.decision.ending import annul_with_case
from domain.decision.ledger_of import brought_up, ledger_of
from domain.decision.model import MoveDecision, NewAdjustment, SettleAdjustment
from domain.decision.repository import DecisionKnown
from domain.decision.terms_of import end_of
from domain.decision.use_cases import known_decision
from domain.ids import new_id
from domain.law.clock import Event, run_clock
from domain.law.in_force import Law
from domain.law.ledger import Reading
from domain.law.life_cycles import CASE as CYCLE
from domain.law.removal import RemovalEffect, removal_effect
from domain.law.wording import Bilingual
from domain.reading import Scope
from domain.refusals import Refusal, flawed


@act(CASE, "propose_decision", guarded=True)
async def propose(records: Any, ctx: Context, within: Scope, move: MoveCase) -> UUID:
    """The police propose a decision to the chair (D163 Art 134(1), form 52; D116 Art 77(1), form 50)."""
    case = await known_case(records, ctx, move.id, within)
    CYCLE.move(case.state, "proposed", ("proposal",) if move.proposal else ())
    assert move.proposal is not None
    new = move.proposal
    sensible(new, "/proposal")
    facts = tidied({name: getattr(new, name) for name in PROPOSED}, at="/proposal")
    not_later(new.received_on, ctx.today, "/proposal/received_on")
    if new.received_on < new.proposed_on:
        raise flawed("/proposal/received_on", "before_first")
    facts |= {"case_id": case.id, "form": await _form(records, case, new.proposed_on)}
    await records.cases.add(PROPOSAL.name, new_id(), person_id=case.person_id, unit_no=case.unit_no, facts=facts)
    await moved(records, ctx, case, Step("proposed", new.received_on), {"proposal_received_on": new.received_on})
    return case.id


PROPOSED = ("number", "proposed_on", "received_on", "proposed_by", "measures", "from_on", "to_on")


async def _form(records: Any, case: CaseKnown, on: date) -> str | None:
    """The form of a proposal of that day, as (instrument, appendix, number)."""
    law: Law = await records.law.in_force()
    rule = law.book.find("proposal.deadline", on, pathway=case.pathway) or law.book.find("dossier.deadline", on)
    return str(rule.form) if rule and rule.form else None


@act(CASE, "draft_decision", guarded=True)
async def send_back(records: Any, ctx: Context, within: Scope, move: MoveCase) -> UUID:
    """The chair sends the proposal back with a reason; the clock of the notice runs on, visibly."""
    case = await known_case(records, ctx, move.id, within)
    CYCLE.move(case.state, "noticed", ("reason",) if move.reason else ())
    sensible(move)
    reason = tidied({"reason": move.reason})["reason"]
    proposal = await records.cases.open_proposal(case.id, within=within)
    if proposal is not None:
        await records.cases.amend(PROPOSAL.name, proposal, {"answer": "sent_back", "answer_reason": reason})
    step = Step("noticed", move.on or ctx.today, reason)
    await moved(records, ctx, case, step, {"proposal_received_on": None})
    return case.id


@act(CASE, "record_finding", guarded=True)
async def interrupt(records: Any, ctx: Context, within: Scope, move: MoveCase) -> UUID:
    """Prison and the like: the case stands interrupted until the release (L120 Art 47(1), 48(4)(b)).

    Raises `not_an_interruption` where the law of the document's day removes instead.
    """
    _ground_is_a_code(move)
    case = await known_case(records, ctx, move.id, within)
    CYCLE.move(case.state, "interrupted", _given(move))
    document, on = checked_document(move.document, ctx.today), _day(move)
    not_later(on, ctx.today, "/on")
    known = await _current(records, case, within)
    entry = NewAdjustment(
        known.id, "interruption", document, first_day=on, ground=move.removal_reason, reading=move.reading
    )
    await enter(records, ctx, known, entry, within)
    dates = await brought_up(records, ctx, known, within)
    step = Step("interrupted", on, move.removal_reason, document)
    await moved(records, ctx, case, step, dates | {"removal_reason": move.removal_reason})
    return case.id


def _ground_is_a_code(move: MoveCase) -> None:
    """The ground of these moves is a code and a paper; free words would be dropped, so they are refused."""
    if move.reason:
        raise flawed("/reason", "ground_is_a_code")


def _given(move: MoveCase) -> tuple[str, ...]:
    papers = move.document or move.finding_id
    there = {"removal_reason": move.removal_reason, "document": papers, "annulment_document": move.document}
    return tuple(code for code, value in there.items() if value)


def _day(move: MoveCase) -> date:
    """The day it happened; the day of the document where none is said."""
    if move.on is not None:
        sensible(move)
        return move.on
    if move.document is None:
        raise flawed("/on", "required")
    return move.document.dated


async def _current(records: Any, case: CaseKnown, within: Scope) -> DecisionKnown:
    assert case.decision_id is not None
    return await known_decision(records, case.decision_id, within)


@act(CASE, "write_case", guarded=True)
async def resume(records: Any, ctx: Context, within: Scope, move: MoveCase) -> UUID:
    """After the release the remaining time is served (L120 Art 47(1)). Raises `move_needs` where none is left."""
    case = await known_case(records, ctx, move.id, within)
    if case.state != "interrupted":
        CYCLE.move(case.state, "active")
    document = ("release_document",) if move.document else ()
    CYCLE.move(case.state, "active", (*document, "time_left"))
    on = _day(move)
    paper = checked_document(move.document, ctx.today)
    not_later(on, ctx.today, "/on")
    known, ledger = await _current(records, case, within), await ledger_of(records, case.id, within)
    entry = lasting(ledger)
    reading = Reading(move.reading) if move.reading else None
    if entry is not None:
        ledger = with_last(ledger, entry.id, on, reading)
    if end_of(known, ledger, ctx.today).stops < on:
        CYCLE.move(case.state, "active", document)
    if entry is not None:
        row = await records.cases.entry(UUID(entry.id), within=within)
        said = reading.value if reading and row.reading is None else None
        await close_entry(records, ctx, row, SettleAdjustment(row.id, paper, on, said), within)
    dates = await brought_up(records, ctx, known, within)
    reason = tidied({"reason": move.reason})["reason"]
    await moved(records, ctx, case, Step("active", on, reason, paper), dates | {"removal_reason": None})
    return case.id


@act(CASE, "sign_decision", guarded=True)
async def complete(records: Any, ctx: Context, within: Scope, move: MoveCase) -> UUID:
    """The certificate of a served term, inside its window (D163 Art 138, form 56; D116 Art 81, form 54).

    Raises `certificate_too_early`, `move_needs` while an interruption awaits its reading.
    """
    case = await known_case(records, ctx, move.id, within)
    CYCLE.move(case.state, "completed", ("certificate",) if move.certificate else ())
    assert move.certificate is not None
    given = move.certificate
    sensible(given, "/certificate")
    facts = tidied({"number": given.number, "signer": given.signer}, at="/certificate")
    known, ledger = await _current(records, case, within), await ledger_of(records, case.id, within)
    if ledger.undecided():
        raise Refusal("move_needs", missing=["reading"])
    end = end_of(known, ledger, ctx.today)
    _check_window(await records.law.in_force(), case, end.on, given, ctx.today)
    dates = await brought_up(records, ctx, known, within)
    certificate = {
        "certificate_number": facts["number"],
        "certificate_on": given.issued_on,
        "certificate_signer": facts["signer"],
        "ended_on": end.on,
        "removal_reason": "term_served",
        "removal_effect": RemovalEffect.COMPLETED.value,
    }
    await moved(records, ctx, case, Step("completed", given.issued_on, "term_served"), dates | certificate)
    return case.id


def _check_window(law: Law, case: CaseKnown, ends_on: date, given: Certificate, today: date) -> None:
    not_later(given.issued_on, today, "/certificate/issued_on")
    rule = law.book.find("end.certificate", ends_on)
    if case.standing_still:
        raise Refusal("certificate_too_early", on=ends_on.isoformat())
    first = ends_on
    if rule is not None:
        window = run_clock(rule, law.calendar, Event(ends_on, _ENDS))
        first = window.opens.date() if window.opens else window.due_on
    if given.issued_on < first:
        raise Refusal("certificate_too_early", on=first.isoformat(), rule=rule and str(rule.ref))


_ENDS = Bilingual("ngày cuối của thời hạn", "last day of the term")


@act(CASE, "record_finding", guarded=True)
async def remove(records: Any, ctx: Context, within: Scope, move: MoveCase) -> UUID:
    """Off the list for a ground of the law of its day (L120 Art 48(4), form 57; L73 Art 43(3)).

    Dependence is a ground only by a finding on file. Raises `removal_reason_not_in_force`, `not_a_removal`,
    `list_only_ground` (the case goes on in the next commune).
    """
    _ground_is_a_code(move)
    case = await known_case(records, ctx, move.id, within)
    found = await finding_of(records, case, move.finding_id, within)
    CYCLE.move(case.state, "removed", _given(move))
    document = _ground_paper(ctx, move, found)
    assert move.removal_reason is not None
    law: Law = await records.law.in_force()
    effect, rule = removal_effect(law.book, move.removal_reason, document.dated)
    if effect is RemovalEffect.LIST_ONLY:
        raise Refusal("list_only_ground", rule=str(rule.ref))
    if effect is not RemovalEffect.REMOVED:
        raise Refusal("not_a_removal", rule=str(rule.ref))
    sensible(move)
    on = move.on or document.dated
    not_later(on, ctx.today, "/on")
    changes = {
        "removal_reason": move.removal_reason,
        "removal_effect": effect.value,
        "ended_on": on,
        "end_document": document.as_data(),
    }
    step = Step("removed", on, move.removal_reason, document, str(rule.ref))
    await moved(records, ctx, case, step, changes)
    return case.id


def _ground_paper(ctx: Context, move: MoveCase, found: FindingKnown | None) -> Document:
    """The paper of the ground; for dependence the authority's finding itself and nothing less."""
    if move.removal_reason == FindingResult.ADDICTION_DETERMINED and (
        found is None or found.result != FindingResult.ADDICTION_DETERMINED
    ):
        raise Refusal("move_needs", missing=["finding"])
    if found is not None:
        return Document(found.number, found.found_on, found.authority)
    return checked_document(move.document, ctx.today)


@act(CASE, "sign_decision", guarded=True)
async def annul_case(records: Any, ctx: Context, within: Scope, move: MoveCase) -> UUID:
    """Annulled by a court or a superior, or its notice was cancelled: the record is kept, its decision falls too."""
    case = await known_case(records, ctx, move.id, within)
    CYCLE.move(case.state, "annulled", _given(move))
    document = checked_document(move.document, ctx.today)
    falls = MoveDecision(case.decision_id or case.id, "annulled", move.reason, document)
    await annul_with_case(records, ctx, case, falls, within)
    reason = tidied({"reason": move.reason})["reason"] if move.reason else None
    sensible(move)
    on = move.on or document.dated
    changes = {"ended_on": case.ended_on or on, "end_document": document.as_data()}
    await moved(records, ctx, case, Step("annulled", on, reason, document), changes)
    return case.id


@act(CASE, "write_case", guarded=True)
async def refuse_case_move(records: Any, ctx: Context, within: Scope, move: MoveCase) -> UUID:
    """What nobody does by hand: a case is `decided` by a signature."""
    case = await known_case(records, ctx, move.id, within)
    found = CYCLE.move(case.state, move.to)
    raise Refusal("move_needs", missing=list(found.requires))


MOVES: dict[str, Act[MoveCase]] = {
    "proposed": propose,
    "noticed": send_back,
    "interrupted": interrupt,
    "active": resume,
    "completed": complete,
    "removed": remove,
    "annulled": annul_case,
}


@choice(propose)
def move_case(_ctx: Context, move: MoveCase) -> Act[MoveCase]:
    """The act of the move asked for."""
    if move.to == "annulled" and move.notice_id is not None:
        return annul_on_cancelled_notice
    return MOVES.get(move.to, refuse_case_move)
