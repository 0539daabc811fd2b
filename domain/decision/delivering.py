"""Giving the decision to the person, with minutes, and its copies to those the law names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.acts import Context, act
from domain.case.keeping import conclude, known_case
from domain.case.model import sensible, tidied
from domain.case.repository import CaseKnown
from domain.decision.model import MoveDecision, NewDelivery, Recipient
from domain.decision.noun import DECISION, DELIVERY
from domain.decision.repository import DecisionKnown
from domain.decision.use_cases import in_force, known_decision, told_of
from domain.ids import new_id
from domain.law.deadlines import CaseEvents, DeadlineKind, deadlines
from domain.law.forms import FORMS
from domain.law.in_force import Law
from domain.law.life_cycles import MANAGEMENT_DECISION
from domain.law.pathways import Pathway
from domain.reading import Scope
from domain.refusals import Refusal, flawed

PERSON = Recipient.PERSON_OR_REPRESENTATIVE


@act(DELIVERY, "write_case")
async def record_delivery(records: Any, ctx: Context, within: Scope, new: NewDelivery) -> UUID:
    """Who received the decision or its copy. To the person it needs minutes and makes the decision `delivered`."""
    assert new.decision_id is not None
    known = await known_decision(records, new.decision_id, within)
    return await deliver(records, ctx, known, new, None, within)


@act(DECISION, "write_case", guarded=True)
async def deliver_decision(records: Any, ctx: Context, within: Scope, move: MoveDecision) -> UUID:
    """The same as a move of the decision."""
    known = await known_decision(records, move.id, within)
    if move.delivery is None:
        MANAGEMENT_DECISION.move(known.state, "delivered")
        raise flawed("/delivery", "required")
    await deliver(records, ctx, known, replace(move.delivery, recipient=PERSON.value), move, within)
    return known.id


async def deliver(
    records: Any, ctx: Context, known: DecisionKnown, new: NewDelivery, move: MoveDecision | None, within: Scope
) -> UUID:
    """The rule of a delivery, whoever hands it over."""
    if not in_force(known):
        raise Refusal("decision_not_in_force")
    named = {entry["recipient"] for entry in known.recipients}
    if named and new.recipient not in named:
        raise flawed("/recipient", "not_a_recipient")
    sensible(new)
    if new.received_at > ctx.now:
        raise flawed("/received_at", "in_the_future")
    case = await known_case(records, ctx, known.case_id, within)
    to_person = new.recipient == PERSON
    if to_person:
        MANAGEMENT_DECISION.move(known.state, "delivered", ("delivery_minutes",) if new.minutes_number else ())
    id = new.id or new_id()
    law: Law = await records.law.in_force()
    facts = _told(new) | {"timely": _timely(law, case, new) if to_person else None, "form": _minutes_form(new)}
    facts |= {"decision_id": known.id, "case_id": known.case_id}
    await records.cases.add(DELIVERY.name, id, person_id=known.person_id, unit_no=known.unit_no, facts=facts)
    if to_person:
        await _delivered(records, ctx, known, case, new, move)
    return id


TOLD = ("received_by", "handed_by", "minutes_number", "source", "source_ref")


def _told(new: NewDelivery) -> dict[str, Any]:
    texts = tidied({name: getattr(new, name) for name in TOLD})
    return texts | {"recipient": new.recipient, "received_at": new.received_at, "minutes_on": new.minutes_on}


def _timely(law: Law, case: CaseKnown, new: NewDelivery) -> bool | None:
    """Whether the person had it inside the window before completion (D163 Art 123(2)); None where the law had none."""
    events = CaseEvents(pathway=Pathway(case.pathway), completes=case.completed_at or case.completed_on)
    for found in deadlines(law.book, law.calendar, events):
        if found.kind == DeadlineKind.DECISION_DELIVERY:
            return (found.opens is None or found.opens <= new.received_at) and not found.late_at(new.received_at)
    return None


def _minutes_form(new: NewDelivery) -> str | None:
    """Minutes of handing over are form 23 of the decree in force (D163 Art 123(2))."""
    if new.minutes_number is None or new.received_at.date() < NEW_FORMS:
        return None
    return next((str(known.key) for known in FORMS if str(known.key).endswith("/V/23")), None)


NEW_FORMS = date(2026, 7, 1)


async def _delivered(
    records: Any, ctx: Context, known: DecisionKnown, case: CaseKnown, new: NewDelivery, move: MoveDecision | None
) -> None:
    changes = {"state": "delivered", "delivered_at": new.received_at} | told_of(ctx, known, "delivered", move)
    await records.cases.amend(DECISION.name, known.id, changes)
    if known.id == case.decision_id:
        await conclude(records, ctx, case._replace(delivered=True), case.state, {"delivered": True})
