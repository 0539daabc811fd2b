"""Drafting, amending and signing: one drafts, another signs, and what was signed is frozen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain.acts import Context, Read, act
from domain.case.keeping import Step, conclude, known_case, moved
from domain.case.model import TEXTS, not_later, sensible, tidied
from domain.case.repository import CaseKnown
from domain.decision.content import frozen, printed, recipients
from domain.decision.ledger_of import brought_up
from domain.decision.model import IN_FORCE, AmendDecision, MoveDecision, NewDecision
from domain.decision.noun import ADJUSTMENT, DECISION, DELIVERY
from domain.decision.repository import DecisionKnown
from domain.decision.terms_of import stated_of, stored_term, term_of
from domain.ids import new_id
from domain.law.in_force import Law
from domain.law.life_cycles import CASE as CASE_CYCLE
from domain.law.life_cycles import MANAGEMENT_DECISION
from domain.law.terms import LAW_OF_2021
from domain.reading import Scope
from domain.refusals import Refusal, flawed
from domain.units.seat import Seat

decisions = Read(DECISION, "read_case")
adjustments = Read(ADJUSTMENT, "read_case")
deliveries = Read(DELIVERY, "read_case")

PAPER = (
    "number",
    "symbol",
    "decided_on",
    "decided_months",
    "signer_name",
    "signer_title",
    "stated_from",
    "stated_to",
    "late_reason",
    "measures",
    "responsible",
    "family_representative",
    "tasks",
)
"""What the draft says and may still change."""
NOT_OF_LEVEL = {"district": "not_a_district", "commune": "not_a_commune"}


@act(DECISION, "draft_decision")
async def draft_decision(records: Any, ctx: Context, within: Scope, new: NewDecision) -> UUID:
    """Draft a decision with its term by rule; for a case in force it names the decision it replaces.

    Raises `wrong_move` for a case that awaits none, `draft_open`, and what the term refuses.
    """
    sensible(new)
    case = await _case_for(records, ctx, new, within)
    facts = _tidy_paper({name: getattr(new, name) for name in PAPER}) | tidied(
        {"source": new.source, "source_ref": new.source_ref}
    )
    issuer = await _issuer(records, new.issuer_id or await _unit_then(records, case, new.decided_on), new.decided_on)
    not_later(new.decided_on, ctx.today, "/decided_on")
    law: Law = await records.law.in_force()
    found = term_of(law, case, stated_of(new))
    id = new.id or new_id()
    facts |= stored_term(found) | {
        "case_id": case.id,
        "issuer_id": issuer.id,
        "year": new.decided_on and new.decided_on.year,
        "pathway": found.pathway.value,
        "completed_on": case.completed_on,
        "drafted_by": ctx.actor.account_id,
        "replaces_id": new.replaces_id,
        "as_of": ctx.today,
    }
    await records.cases.add(DECISION.name, id, person_id=case.person_id, unit_no=case.unit_no, facts=facts)
    return id


async def _case_for(records: Any, ctx: Context, new: NewDecision, within: Scope) -> CaseKnown:
    case = await _case_named(records, ctx, new.case_id, within)
    if new.replaces_id is None:
        CASE_CYCLE.move(case.state, "decided", ("signed_decision",))
    elif new.replaces_id != case.decision_id:
        raise flawed("/replaces_id", "not_in_force")
    return case


async def _case_named(records: Any, ctx: Context, id: UUID, within: Scope) -> CaseKnown:
    try:
        return await known_case(records, ctx, id, within)
    except Refusal as no:
        if no.code == "not_found":  # named in a body: a flaw of that body
            raise flawed("/case_id", "not_in_scope") from no
        raise


def _tidy_paper(values: dict[str, Any]) -> dict[str, Any]:
    """Texts tidied; a number loses its leading zeros, so that 07 and 7 are one in their series."""
    given = tidied({name: value for name, value in values.items() if name in TEXTS})
    if given.get("number"):
        given["number"] = given["number"].lstrip("0").upper() or "0"
    return values | given


async def _issuer(records: Any, id: UUID, decided_on: date | None) -> Seat:
    """The chair's unit: of a commune, and before 2022 of a district (L73 Art 40(5); D94)."""
    seat: Seat | None = await records.units.seat(id)
    if seat is None:
        raise flawed("/issuer_id", "not_a_commune")
    level = level_of_issuer(decided_on)
    if seat.level != level:
        raise flawed("/issuer_id", NOT_OF_LEVEL[level])
    if decided_on is not None and not seat.stands_on(decided_on):
        raise flawed("/issuer_id", "unit_not_valid_then")
    return seat


def level_of_issuer(decided_on: date | None) -> str:
    """Before 2022 the district chair decided, since then the commune's."""
    return "district" if decided_on is not None and decided_on < LAW_OF_2021 else "commune"


async def _unit_then(records: Any, case: CaseKnown, decided_on: date | None) -> UUID:
    """The unit of the case as it was on the day of the decision, where the lineage leaves no doubt of it.

    Raises `issuer_unclear` with those that it may have been.
    """
    if decided_on is None:
        return case.unit_id
    then: Sequence[Seat] = await records.units.seats_then(case.unit_id, decided_on, level_of_issuer(decided_on))
    if len(then) == 1:
        return then[0].id
    raise flawed("/issuer_id", "issuer_unclear", candidates=[seat.name for seat in then])


async def known_decision(records: Any, id: UUID, within: Scope) -> DecisionKnown:
    """The decision under lock. Raises `not_found`."""
    known: DecisionKnown | None = await records.cases.decision(id, within=within)
    if known is None:
        raise Refusal("not_found")
    return known


@act(DECISION, "draft_decision", guarded=True)
async def amend_decision(records: Any, ctx: Context, within: Scope, amend: AmendDecision) -> UUID:
    """Change a draft; its term is computed again. What was signed does not change (`content_frozen`)."""
    known = await known_decision(records, amend.id, within)
    if known.state != "drafted":
        raise Refusal("content_frozen")
    case = await known_case(records, ctx, known.case_id, within)
    changes = _tidy_paper({name: value for name, value in amend.changes.items() if name in PAPER})
    after = known._replace(**changes)
    stated = (after.decided_on, after.stated_from, after.stated_to)
    sensible(NewDecision(known.case_id, decided_on=stated[0], stated_from=stated[1], stated_to=stated[2]))
    issuer_id = amend.changes.get("issuer_id") or known.issuer_id
    not_later(after.decided_on, ctx.today, "/decided_on")
    issuer = await _issuer(records, issuer_id, after.decided_on)
    found = term_of(await records.law.in_force(), case, stated_of(after))
    year = after.decided_on and after.decided_on.year
    changes |= stored_term(found) | {"issuer_id": issuer.id, "year": year, "as_of": ctx.today}
    await records.cases.amend(DECISION.name, known.id, changes)
    return known.id


@act(DECISION, "draft_decision", guarded=True)
async def withdraw_decision(records: Any, ctx: Context, within: Scope, move: MoveDecision) -> UUID:
    """Take back a draft, with a reason."""
    known = await known_decision(records, move.id, within)
    MANAGEMENT_DECISION.move(known.state, "withdrawn", ("reason",) if move.reason else ())
    await records.cases.amend(DECISION.name, known.id, {"state": "withdrawn"} | told_of(ctx, known, "withdrawn", move))
    return known.id


@act(DECISION, "sign_decision", guarded=True)
async def sign_decision(records: Any, ctx: Context, within: Scope, move: MoveDecision) -> UUID:
    """Sign a draft that another drafted: the term is computed a last time, the content frozen, the case decided.

    Raises `move_needs` (signer is the drafter, no number), `number_taken`, `wrong_move` where the case no longer
    awaits a decision.
    """
    known = await known_decision(records, move.id, within)
    MANAGEMENT_DECISION.move(known.state, "signed", _given(ctx, known))
    case = await known_case(records, ctx, known.case_id, within)
    _check_case(case, known)
    if known.decided_on is None:
        raise flawed("/decided_on", "required")
    if known.signer_name is None:
        raise flawed("/signer_name", "required")
    not_later(known.decided_on, ctx.today, "/decided_on")
    signed = await _frozen(records, ctx, known, case, within)
    if known.replaces_id is not None:
        await _supersede(records, ctx, known, within)
    await records.cases.amend(DECISION.name, known.id, signed | told_of(ctx, known, "signed", move))
    await _decided(records, ctx, case, known, signed, within)
    paper = "/".join(filter(None, (known.number, known.symbol)))
    await records.notices.decision_issued(known.case_id, paper, ctx.now)  # the centre sees that it may hand it over
    return known.id


def _given(ctx: Context, known: DecisionKnown) -> tuple[str, ...]:
    at_hand = {
        "signer_is_not_drafter": ctx.actor.account_id != known.drafted_by,
        "number": known.number is not None,
        "content_hash": True,
    }
    return tuple(code for code, there in at_hand.items() if there)


def _check_case(case: CaseKnown, known: DecisionKnown) -> None:
    if known.replaces_id is None:
        CASE_CYCLE.move(case.state, "decided", ("signed_decision",))
    elif known.replaces_id != case.decision_id:
        raise flawed("/replaces_id", "not_in_force")


async def _frozen(records: Any, ctx: Context, known: DecisionKnown, case: CaseKnown, within: Scope) -> dict[str, Any]:
    """Everything that stands from now on, as columns."""
    law: Law = await records.law.in_force()
    found = term_of(law, case, stated_of(known))
    person = await records.cases.person_named(known.person_id, within=within)
    issuer, place = await _issuer(records, known.issuer_id, known.decided_on), await records.units.seat(case.unit_id)
    content = printed(known, found, person, issuer, place.name)
    return stored_term(found) | {
        "state": "signed",
        "signed_by": ctx.actor.account_id,
        "signed_at": ctx.now,
        "content": content,
        "content_hash": frozen(content),
        "recipients": recipients(law, known),
        "as_of": ctx.today,
    }


async def _supersede(records: Any, ctx: Context, known: DecisionKnown, within: Scope) -> None:
    assert known.replaces_id is not None
    old = await known_decision(records, known.replaces_id, within)
    MANAGEMENT_DECISION.move(old.state, "superseded", ("next_decision",))
    changes = {"state": "superseded"} | told_of(ctx, old, "superseded", next_id=str(known.id))
    await records.cases.amend(DECISION.name, old.id, changes)


async def _decided(
    records: Any, ctx: Context, case: CaseKnown, known: DecisionKnown, signed: dict[str, Any], within: Scope
) -> None:
    """The case takes the dates of its new decision, less what the ledger of the case already holds."""
    signed_known = known._replace(**{name: value for name, value in signed.items() if name in DecisionKnown._fields})
    dates = await brought_up(records, ctx, signed_known, within)
    changes = dates | {
        "decision_id": known.id,
        "start_on": signed["start_on"],
        "nominal_end_on": signed["nominal_end_on"],
        "delivered": False,
    }
    if case.state == "proposed":
        assert known.decided_on is not None
        await moved(records, ctx, case, Step("decided", known.decided_on), changes)
        after = await known_case(records, ctx, case.id, within)  # active at once where its first day has come
        await conclude(records, ctx, after, case.state, {})
    else:
        after = case._replace(**{name: value for name, value in changes.items() if name in CaseKnown._fields})
        await conclude(records, ctx, after, case.state, changes)


def told_of(
    ctx: Context, known: DecisionKnown, to: str, move: MoveDecision | None = None, **more: Any
) -> dict[str, Any]:
    """The history of a decision with one more move: nothing of it is ever lost."""
    step = {
        "from": known.state,
        "to": to,
        "at": ctx.now.isoformat(),
        "by": str(ctx.actor.account_id),
        "reason": move.reason if move else None,
        "document": move.document.as_data() if move and move.document else None,
        "content_hash": known.content_hash,
    }
    return {"history": [*known.history, step | more]}


def in_force(known: DecisionKnown) -> bool:
    """Whether the decision holds: signed, given or corrected."""
    return known.state in IN_FORCE
