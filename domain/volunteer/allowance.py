"""The monthly allowance of volunteers: the rate of the province and month, times the base salary of that month."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from domain.access.scope import scope_of
from domain.acts import DENIED, Context, steadily
from domain.law.rule_book import RuleBook
from domain.reading import Answer, Asked, Form, Pick, Selection
from domain.refusals import Refusal
from domain.support_model.noun import SUPPORT_MODEL
from domain.volunteer.noun import ALLOWANCE_LINE
from domain.volunteer.rules import day

RATE, BASE = "pay.volunteer", "base_salary"


@dataclass(frozen=True)
class AskAllowances:
    """Of the volunteers of a model, for a month (its first day)."""

    id: UUID
    month: date


class Volunteer(NamedTuple):
    """As stored: the periods in order."""

    id: UUID
    full_name: str
    periods: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class AllowanceLine:
    """What a volunteer's month comes to. Where the rule book is silent it says which rule is missing, and no amount."""

    volunteer_id: str
    full_name: str
    role: str
    whole_month: bool
    """Whether the seat was held on every day; if not, how much is due is for the payer to decide."""
    rate: float | None
    base_salary_vnd: int | None
    allowance_vnd: int | None
    rules: list[dict[str, str]]
    silent: list[str]


def last_of(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def line(book: RuleBook, month: date, province: str | None, volunteer: Volunteer) -> AllowanceLine | None:
    """A volunteer's line, by the last seat held in the month; None for whoever held none."""
    held = [part for part in volunteer.periods if _overlaps(part, month)]
    if not held:
        return None
    seat = held[-1]
    rate = book.find(RATE, month, role=seat["role"], **({"province": province} if province else {}))
    base = book.find(BASE, month)
    factor = rate.value.n if rate is not None else None
    salary = base.value.whole if base is not None else None
    return AllowanceLine(
        str(volunteer.id),
        volunteer.full_name,
        str(seat["role"]),
        _whole(seat, month),
        None if factor is None else float(factor),
        salary,
        None if factor is None or salary is None else _dong(factor, salary),
        [_cited(rule) for rule in (rate, base) if rule is not None],
        [name for name, rule in ((RATE, rate), (BASE, base)) if rule is None],
    )


def _dong(factor: Decimal, salary: int) -> int:
    return int(factor * salary)


def _cited(rule: Any) -> dict[str, str]:
    return {"rule": str(rule.ref), "mark": rule.confidence.value, "source": rule.basis_text().en}


def _overlaps(part: Mapping[str, Any], month: date) -> bool:
    since, until = day(part["since"]), day(part.get("until"))
    assert since is not None
    return since <= last_of(month) and (until is None or until >= month)


def _whole(part: Mapping[str, Any], month: date) -> bool:
    since, until = day(part["since"]), day(part.get("until"))
    assert since is not None
    return since <= month and (until is None or until >= last_of(month))


EVERY_FACT = Asked(Selection(ALLOWANCE_LINE.name, Form.LIST, tuple(Pick(n, n, n) for n in ALLOWANCE_LINE.fields)))
"""All that can be asked of a line: what REST answers."""


async def allowances(ctx: Context, ask: AskAllowances, asked: Asked = EVERY_FACT) -> Answer:
    """What the volunteers of a model are due for a month. Raises `not_found`."""
    return await steadily(ctx, lambda now: _allowances(now, ask, asked))


async def _allowances(ctx: Context, ask: AskAllowances, asked: Asked) -> Answer:
    try:
        within = scope_of(ctx.actor, "read_model", via=ctx.via)
        async with ctx.store.reading(ctx, within) as records:
            await records.enter("auto")
            await records.journal("read_allowances", SUPPORT_MODEL.name, ask.id, "read")
            team, province = await records.models.team(ask.id, ask.month, within=within)
            law = await records.law.in_force()
    except Refusal as no:
        if no.code in DENIED:
            await ctx.store.note(ctx, "read_allowances", SUPPORT_MODEL.name, (ask.id,), "denied")
        raise
    lines = [found for one in team if (found := line(law.book, ask.month, province, one)) is not None]
    return Answer(json.dumps(_shaped(lines, asked), ensure_ascii=False).encode(), len(lines))


def _shaped(lines: Sequence[AllowanceLine], asked: Asked) -> list[dict[str, Any]]:
    """Each fact under the key the caller gave it."""
    named = asked.selection.typename
    return [
        {pick.key: named if pick.name == "__typename" else getattr(one, pick.name) for pick in asked.selection.picks}
        for one in lines
    ]
