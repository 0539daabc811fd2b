"""What every act on a case shares: it is found under its scope, brought to today, and left with its duties settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.case.duties import consequences, duties, explanations
from domain.case.model import Document
from domain.case.noun import CASE, EVENT
from domain.case.repository import CaseKnown, FindingKnown
from domain.ids import new_id
from domain.law.in_force import Law
from domain.law.life_cycles import CASE as CASE_CYCLE
from domain.reading import Scope
from domain.refusals import Refusal, flawed

Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """A move of a case: when it happened, why, on which paper, by which rule."""

    to: str
    on: date
    reason: str | None = None
    document: Document | None = None
    rule: str | None = None


async def known_case(records: Any, ctx: Context, id: UUID, within: Scope) -> CaseKnown:
    """The case under lock, in the state of today. Raises `not_found`."""
    case: CaseKnown | None = await records.cases.case(id, within=within)
    if case is None:
        raise Refusal("not_found")
    return await started(records, ctx, case)


async def started(records: Any, ctx: Context, case: CaseKnown) -> CaseKnown:
    """A decided case whose first day has come is active (L120 Art 42; L73 Art 40)."""
    if case.state != "decided" or case.start_on is None or case.start_on > ctx.today:
        return case
    CASE_CYCLE.move(case.state, "active", ("start_reached",))
    await told(records, ctx, case, Step("active", case.start_on))
    await records.cases.amend(CASE.name, case.id, {"state": "active", "state_since": case.start_on})
    return case._replace(state="active")


async def told(records: Any, ctx: Context, case: CaseKnown, step: Step) -> None:
    """The event of a move, kept for ever."""
    facts = {
        "case_id": case.id,
        "from_state": case.state,
        "to_state": step.to,
        "happened_on": step.on,
        "told_on": ctx.today,
        "reason": step.reason,
        "document": step.document and step.document.as_data(),
        "rule": step.rule,
    }
    await records.cases.add(EVENT.name, new_id(), person_id=case.person_id, unit_no=case.unit_no, facts=facts)


async def moved(records: Any, ctx: Context, case: CaseKnown, step: Step, changes: Changes | None = None) -> None:
    """The case in its next state, with its event and its duties."""
    await told(records, ctx, case, step)
    after = case._replace(state=step.to, **known_of(changes or {}))
    await conclude(records, ctx, after, case.state, {"state": step.to, "state_since": step.on} | dict(changes or {}))


async def conclude(records: Any, ctx: Context, case: CaseKnown, before: str | None, changes: Changes) -> None:
    """Store what changed together with what is due now; the inbox follows."""
    law: Law = await records.law.in_force()
    due = duties(law, case)
    await records.cases.amend(CASE.name, case.id, dict(changes) | {"explanations": explanations(due)})
    await records.tasks.settle(CASE.name, case.id, person_id=case.person_id, unit_no=case.unit_no, due=due, now=ctx.now)
    if case.state in CASE_CYCLE.finals:
        await records.grants.end_of_case(case.id, ctx.now)
    records.extras["consequences"] = consequences(case.state, before, due)


def known_of(changes: Changes) -> dict[str, Any]:
    """Of what changed, the part that rules look at again."""
    return {name: value for name, value in changes.items() if name in CaseKnown._fields}


async def finding_of(records: Any, case: CaseKnown, id: UUID | None, within: Scope) -> FindingKnown | None:
    """A finding on file about this case. Raises `invalid` for another's."""
    if id is None:
        return None
    found: FindingKnown | None = await records.cases.finding(id, within=within)
    if found is None or found.case_id != case.id:
        raise flawed("/finding_id", "not_of_this_case")
    return found
