"""Reading the reconciliation, and its figures with the ageing of those who wait."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from domain.access.scope import scope_of
from domain.acts import DENIED, Context, Read, steadily
from domain.measures import Persons, figure
from domain.reading import Answer, Asked, Form, Pick, Selection
from domain.reconciliation.noun import RECONCILIATION, RECONCILIATION_COUNT
from domain.refusals import Refusal, flawed

reconciliations = Read(RECONCILIATION, "read_notice")
ACT = f"count_{RECONCILIATION.name}"


@dataclass(frozen=True)
class CountReconciliations:
    """Whom to count: the receiving unit, the sender, the treatment, the days on which treatment ends."""

    unit_id: UUID | None = None
    sender_unit_id: UUID | None = None
    treatment: str | None = None
    completes_from: date | None = None
    completes_before: date | None = None

    def filters(self) -> Mapping[str, Any]:
        given = {part.name: getattr(self, part.name) for part in fields(self)}
        return {name: value for name, value in given.items() if value is not None}


class ReconciliationCount(NamedTuple):
    """One state, or the whole (`state` None): persons, and how many of those who wait have waited for how long."""

    state: str | None
    whole: bool
    lost: bool | None
    persons: Persons
    week: Persons
    month: Persons
    quarter: Persons
    longer: Persons


EVERY_FIGURE = Asked(
    Selection(RECONCILIATION_COUNT.name, Form.LIST, tuple(Pick(n, n, n) for n in RECONCILIATION_COUNT.fields))
)


async def count_reconciliations(ctx: Context, count: CountReconciliations, asked: Asked = EVERY_FIGURE) -> Answer:
    """Every state with its figure, nought too, and the whole last."""
    first, before = count.completes_from, count.completes_before
    if first is not None and before is not None and before < first:
        raise flawed("/completes_before", "ends_before_it_starts")
    return await steadily(ctx, lambda now: _count(now, count, asked))


async def _count(ctx: Context, count: CountReconciliations, asked: Asked) -> Answer:
    try:
        within = scope_of(ctx.actor, reconciliations.permission, via=ctx.via, figures=True)
        async with ctx.store.reading(ctx, within) as records:
            found = await records.reconciliations.counts(count.filters(), within=within)
    except Refusal as no:
        if no.code in DENIED:
            await ctx.store.note(ctx, ACT, RECONCILIATION.name, (), "denied")
        raise
    return Answer(json.dumps(_shaped(found, asked)).encode(), len(found))


def _shaped(found: Sequence[ReconciliationCount], asked: Asked) -> list[dict[str, Any]]:
    """Each figure under the key the caller gave it."""
    named = asked.selection.typename
    return [
        {
            pick.key: named if pick.name == "__typename" else figure(getattr(line, pick.name))
            for pick in asked.selection.picks
        }
        for line in found
    ]
