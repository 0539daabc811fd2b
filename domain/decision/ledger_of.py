"""The ledger of a case's term as it stands on file, and the dates that follow from it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.decision.noun import DECISION
from domain.decision.repository import DecisionKnown
from domain.decision.terms_of import end_of, stands_still, stored_end
from domain.law.ledger import Ledger
from domain.reading import Scope


async def ledger_of(records: Any, case_id: UUID, within: Scope) -> Ledger:
    """All entries of the case in the order they were made: a new decision does not lose what the old one held."""
    return Ledger(await records.cases.entries(case_id, within=within))


async def brought_up(records: Any, ctx: Context, known: DecisionKnown, within: Scope) -> dict[str, Any]:
    """Compute the effective end of a decision from the ledger, store it, and return what the case shows of it."""
    ledger = await ledger_of(records, known.case_id, within)
    end = end_of(known, ledger, ctx.today)
    await records.cases.amend(DECISION.name, known.id, stored_end(known, end, ctx.today))
    return {
        "effective_end_on": end.on,
        "provisional": end.provisional,
        "standing_still": stands_still(ledger),
    }
