"""What an import of decisions looks up for a whole batch: cases and decisions of the persons it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.imports.kinds.decisions import CaseAwaiting, DecisionOnFile
from domain.reading import Scope

CASES = (
    "select t.id, t.person_id, t.state, t.completed_on from management_case t"
    " where t.unit_no between $1 and $2 and t.person_id = any($3::uuid[]) order by t.id"
)
DECISIONS = (
    f"select {', '.join(f't.{name}' for name in DecisionOnFile._fields)} from management_decision t"
    " where t.unit_no between $1 and $2 and t.person_id = any($3::uuid[])"
    " and t.state not in ('withdrawn', 'annulled', 'superseded') order by t.id"
)


async def decisions_of(
    connection: Any, person_ids: Sequence[UUID], *, within: Scope, locking: bool
) -> tuple[list[CaseAwaiting], list[DecisionOnFile]]:
    if not person_ids:
        return [], []
    given = (within.lo, within.hi, list(set(person_ids)))
    lock = " for no key update of t" if locking else ""
    cases = await connection.fetch(CASES, *given)
    decisions = await connection.fetch(DECISIONS + lock, *given)
    return [CaseAwaiting(*row) for row in cases], [DecisionOnFile(*row) for row in decisions]
