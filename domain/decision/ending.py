"""Correcting and annulling what was signed: nothing is edited silently, the former content stays in the history."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import UUID

from domain.acts import Context, act
from domain.case.keeping import Step, conclude, known_case, moved
from domain.case.model import checked_document, sensible, tidied
from domain.case.repository import CaseKnown
from domain.decision.content import frozen, printed
from domain.decision.ledger_of import brought_up
from domain.decision.model import Correction, MoveDecision
from domain.decision.noun import DECISION
from domain.decision.repository import DecisionKnown
from domain.decision.terms_of import stated_of, stored_term, term_of
from domain.decision.use_cases import in_force, known_decision, told_of
from domain.law.in_force import Law
from domain.law.life_cycles import CASE as CASE_CYCLE
from domain.law.life_cycles import MANAGEMENT_DECISION
from domain.reading import Scope
from domain.refusals import flawed


@act(DECISION, "sign_decision", guarded=True)
async def correct_decision(records: Any, ctx: Context, within: Scope, move: MoveDecision) -> UUID:
    """Put right what was signed, by a correction document; the content is frozen anew beside the former one."""
    known = await known_decision(records, move.id, within)
    MANAGEMENT_DECISION.move(known.state, "corrected", ("correction_document",) if move.document else ())
    checked_document(move.document, ctx.today)
    case = await known_case(records, ctx, known.case_id, within)
    after = known._replace(**_corrected(move.correction))
    changes = await _refrozen(records, after, case, within)
    kept = told_of(ctx, known, "corrected", move, content=known.content)
    await records.cases.amend(DECISION.name, known.id, _corrected(move.correction) | changes | kept)
    await _follow(records, ctx, after, case, changes, within)
    return known.id


def _corrected(correction: Correction | None) -> dict[str, Any]:
    if correction is None:
        raise flawed("/correction", "required")
    given = {part.name: getattr(correction, part.name) for part in fields(correction)}
    sensible(correction, "/correction")
    changes = tidied({name: value for name, value in given.items() if value is not None})
    if not changes:
        raise flawed("/correction", "required")
    return changes


async def _refrozen(records: Any, after: DecisionKnown, case: CaseKnown, within: Scope) -> dict[str, Any]:
    law: Law = await records.law.in_force()
    found = term_of(law, case, stated_of(after))
    person = await records.cases.person_named(after.person_id, within=within)
    issuer, place = await records.units.seat(after.issuer_id), await records.units.seat(case.unit_id)
    content = printed(after, found, person, issuer, place.name)
    return stored_term(found) | {"state": "corrected", "content": content, "content_hash": frozen(content)}


async def _follow(
    records: Any, ctx: Context, after: DecisionKnown, case: CaseKnown, changes: dict[str, Any], within: Scope
) -> None:
    """The case of a corrected decision takes its dates, less what the ledger holds."""
    if after.id != case.decision_id:
        return
    known = after._replace(**{name: value for name, value in changes.items() if name in DecisionKnown._fields})
    dates = await brought_up(records, ctx, known, within)
    dates |= {"start_on": changes["start_on"], "nominal_end_on": changes["nominal_end_on"]}
    seen = {name: value for name, value in dates.items() if name in CaseKnown._fields}
    await conclude(records, ctx, case._replace(**seen), case.state, dates)


@act(DECISION, "sign_decision", guarded=True)
async def annul_decision(records: Any, ctx: Context, within: Scope, move: MoveDecision) -> UUID:
    """A court or a superior annulled it: the decision in force takes its case with it, the record is kept."""
    known = await known_decision(records, move.id, within)
    case = await known_case(records, ctx, known.case_id, within)
    await annul(records, ctx, known, move)
    if known.id == case.decision_id:
        CASE_CYCLE.move(case.state, "annulled", ("annulment_document",))
        step = Step("annulled", move.document.dated if move.document else ctx.today, move.reason, move.document)
        await moved(records, ctx, case, step, {"ended_on": step.on})
    return known.id


async def annul(records: Any, ctx: Context, known: DecisionKnown, move: MoveDecision) -> None:
    MANAGEMENT_DECISION.move(known.state, "annulled", ("annulment_document",) if move.document else ())
    checked_document(move.document, ctx.today)
    changes = {"state": "annulled"} | told_of(ctx, known, "annulled", move)
    await records.cases.amend(DECISION.name, known.id, changes)


async def annul_with_case(records: Any, ctx: Context, case: CaseKnown, move: MoveDecision, within: Scope) -> None:
    """The decision of a case that is annulled falls with it."""
    if case.decision_id is None:
        return
    known = await known_decision(records, case.decision_id, within)
    if in_force(known):
        await annul(records, ctx, known, move)
