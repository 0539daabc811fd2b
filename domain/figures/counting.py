"""Totals of support, for those above the commune too: by month or quarter, by unit, by part. They name nobody.

Whole months only: figures of a day would tell who came. Persons, events and money are of different types; a line that
is no sum of others is counted anew, for a person may stand in several.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.access.scope import scope_of
from domain.acts import DENIED, Context, steadily
from domain.contact.figures import CountContacts, months_of
from domain.figures.noun import COUNTED, SUPPORT_COUNT, Counted
from domain.measures import Dong, Events, Persons, figure
from domain.reading import Answer, Asked, Form, Pick, Selection
from domain.refusals import Refusal, flawed

MOST_LINES: Final = 20_000


class CountPeriod(StrEnum):
    """By which stretches of time."""

    MONTH = "month"
    QUARTER = "quarter"


class CountLevel(StrEnum):
    """By units of which level."""

    COMMUNE = "commune"
    PROVINCE = "province"


@dataclass(frozen=True)
class CountSupport:
    """Which months, and told apart by what; without any of these, one line a measure."""

    since: str | None = None
    """First month, `2026-07`; the month of today, when left out."""
    until: str | None = None
    """Last month, inclusive; the first, when left out."""
    period: str | None = None
    level: str | None = None
    parts: bool = False


class SupportFigure(NamedTuple):
    """One line. `period`, `unit_id` or `part` None: over all of them. A figure that may not be told is None."""

    measure: str
    period: str | None
    unit_id: UUID | None
    part: str | None
    persons: Persons | None
    events: Events | None
    amount_vnd: Dong | None


EVERY_FIGURE: Final = Asked(
    Selection(SUPPORT_COUNT.name, Form.LIST, tuple(Pick(n, n, n) for n in SUPPORT_COUNT.fields))
)
"""All that can be asked of a count: what REST answers."""


@dataclass(frozen=True)
class CountOf:
    """The figures of one noun: a value that both doors call."""

    of: Counted

    async def __call__(self, ctx: Context, count: CountSupport, asked: Asked = EVERY_FIGURE) -> Answer:
        """Raises `forbidden`, `invalid`."""
        return await steadily(ctx, lambda now: self._count(now, count, asked))

    async def _count(self, ctx: Context, count: CountSupport, asked: Asked) -> Answer:
        months = months_of(CountContacts(count.since, count.until), ctx.today)
        if count.parts and not self.of.parts:
            raise flawed("/parts", "not_allowed")
        name = self.of.noun.name
        try:
            within = scope_of(ctx.actor, self.of.permission, via=ctx.via, figures=True)
            async with ctx.store.reading(ctx, within) as records:
                found = await records.support_figures.count(name, count, months, within=within)
        except Refusal as no:
            if no.code in DENIED:
                await ctx.store.note(ctx, f"count_{name}", name, (), "denied")
            raise
        if len(found) > MOST_LINES:
            raise flawed("/level" if count.level else "/until", "too_many")
        return Answer(json.dumps(_shaped(found, asked), default=str).encode(), len(found))


def _shaped(found: Sequence[SupportFigure], asked: Asked) -> list[dict[str, Any]]:
    """Each figure under the key the caller gave it."""
    named = asked.selection.typename
    return [
        {
            pick.key: named if pick.name == "__typename" else figure(getattr(line, pick.name))
            for pick in asked.selection.picks
        }
        for line in found
    ]


COUNTS: Final = {name: CountOf(of) for name, of in COUNTED.items()}
