"""One's own month: persons and contacts apart, the days one worked, and what one's seats come to (dossier §17)."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final, NamedTuple

from domain.access.scope import scope_of
from domain.acts import DENIED, Context, steadily
from domain.club.figures import everything, first_day
from domain.club.life import next_month
from domain.contact.figures import GroupedBy, Months
from domain.contact.noun import CONTACT
from domain.measures import Clients, Contacts, Persons, figure
from domain.reading import Answer, Asked, Form, Kind, Noun
from domain.refusals import Refusal
from domain.volunteer.allowance import Volunteer, last_of, line
from domain.volunteer.rules import day

OWN_MONTH: Final = Noun(
    "own_month",
    fields=dict.fromkeys(
        (
            "month",
            "persons",
            "contacts",
            "anonymous_clients",
            "anonymous_contacts",
            "contact_days",
            "seats",
        ),
        Kind.OPEN,
    ),
)
"""Figures of what one did oneself; no row stands behind them, so they have no id and no list."""


class Seat(NamedTuple):
    """A volunteer's row of one's own, and the code of the province it lay in that month."""

    held: Volunteer
    province: str | None


class OwnMonth(NamedTuple):
    """Persons and times are of different types: nothing adds them."""

    month: date
    persons: Persons
    contacts: Contacts
    anonymous_clients: Clients
    anonymous_contacts: Contacts
    contact_days: Sequence[date]
    seats: Sequence[Mapping[str, Any]]


def days_held(month: date, volunteer: Volunteer) -> int:
    """On how many days of the month a seat was held; periods never overlap."""
    last, held = last_of(month), 0
    for part in volunteer.periods:
        since, until = day(part["since"]) or month, day(part.get("until")) or last
        held += max((min(until, last) - max(since, month)).days + 1, 0)
    return min(held, monthrange(month.year, month.month)[1])


async def own_month(ctx: Context, month: str | None, asked: Asked | None = None) -> Answer:
    """What the caller's own circle did in a month. Raises `invalid` for what is no month, or has not begun."""
    wanted = asked or everything(OWN_MONTH, Form.ONE)
    return await steadily(ctx, lambda now: _month(now, month, wanted))


async def _month(ctx: Context, month: str | None, asked: Asked) -> Answer:
    try:
        within = scope_of(ctx.actor, "read_contact", via="grant")
        first = first_day(month, ctx.today)
        async with ctx.store.reading(ctx, within) as records:
            found = await _counted(records, first, within)
    except Refusal as no:
        if no.code in DENIED:
            await ctx.store.note(ctx, "read_own_month", CONTACT.name, (), "denied")
        raise
    return Answer(json.dumps(_shaped(found, asked), default=str, ensure_ascii=False).encode(), 1)


async def _counted(records: Any, first: date, within: Any) -> OwnMonth:
    months = Months(first, next_month(first))
    lines = await records.counselling.counts(GroupedBy.MONTH, months, within=within)
    whole = next(one for one in lines if one.whole)
    days = await records.counselling.days(months)
    seats: Sequence[Seat] = await records.models.own_seats(first)
    law = await records.law.in_force()
    told = [
        asdict(found) | {"days_held": days_held(first, seat.held)}
        for seat in seats
        if (found := line(law.book, first, seat.province, seat.held)) is not None
    ]
    return OwnMonth(first, whole.persons, whole.contacts, whole.anonymous_clients, whole.anonymous_contacts, days, told)


def _shaped(found: OwnMonth, asked: Asked) -> dict[str, Any]:
    """Each figure under the key the caller gave it."""
    facts = {name: figure(value) for name, value in found._asdict().items()}
    facts |= {"month": f"{found.month:%Y-%m}", "__typename": asked.selection.typename}
    return {pick.key: facts[pick.name] for pick in asked.selection.picks}
