"""How many have a need, and of how many it was met: the denominator of every "100 % of those with need"."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from domain.access.scope import scope_of
from domain.acts import DENIED, Context, steadily
from domain.measures import Persons, figure
from domain.need.noun import NEED, NEED_COUNT
from domain.reading import Answer, Asked, Form, Pick, Selection
from domain.refusals import Refusal, flawed


@dataclass(frozen=True)
class NeedPeriod:
    """Needs that stood open at any time in the period; what was withdrawn by its end does not count."""

    since: date | None = None
    """The first need on file, when left out."""
    until: date | None = None
    """Last day, inclusive; today, when left out."""
    kind: str | None = None


class NeedCount(NamedTuple):
    """Persons and needs of one kind; `kind` None: all kinds, each person once.

    A person is met when each of their needs counted here was met by the end; persons = persons_met + persons_waiting
    holds on one line and over no two.
    """

    kind: str | None
    persons: Persons
    persons_met: Persons
    persons_waiting: Persons
    needs: int
    needs_met: int


EVERY_FIGURE = Asked(Selection(NEED_COUNT.name, Form.LIST, tuple(Pick(n, n, n) for n in NEED_COUNT.fields)))
"""All that can be asked of a count: what REST answers."""


def whole_period(period: NeedPeriod, today: date) -> NeedPeriod:
    """The period with both its days. Raises `invalid` when it runs backward."""
    since, until = period.since or date.min, period.until or today
    if until < since:
        raise flawed("/until", "ends_before_it_starts")
    return replace(period, since=since, until=until)


async def count_needs(ctx: Context, period: NeedPeriod, asked: Asked = EVERY_FIGURE) -> Answer:
    """Persons with need and persons met, by kind, under the caller's scope; totals are reach enough."""
    return await steadily(ctx, lambda now: _count(now, period, asked))


async def _count(ctx: Context, period: NeedPeriod, asked: Asked) -> Answer:
    whole = whole_period(period, ctx.today)
    try:
        within = scope_of(ctx.actor, "read_need", via=ctx.via, figures=True)
        async with ctx.store.reading(ctx, within) as records:
            found = await records.livelihood.need_counts(whole, within=within)
    except Refusal as no:
        if no.code in DENIED:
            await ctx.store.note(ctx, f"count_{NEED.name}", NEED.name, (), "denied")
        raise
    return Answer(json.dumps(_shaped(found, asked)).encode(), len(found))


def _shaped(found: Sequence[NeedCount], asked: Asked) -> list[dict[str, Any]]:
    """Each figure under the key the caller gave it."""
    named = asked.selection.typename
    return [
        {
            pick.key: named if pick.name == "__typename" else figure(getattr(count, pick.name))
            for pick in asked.selection.picks
        }
        for count in found
    ]
