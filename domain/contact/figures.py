"""How many persons were counselled, and how often: by month, model, topic, client group, channel. Whole months only.

Contacts with anonymous clients count as contacts, their clients as clients: never as persons. Whoever sees only
assigned persons gets the figures of their own work, also of those they look after no more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from domain.access.scope import scope_of
from domain.acts import DENIED, Context, steadily
from domain.contact.noun import CONTACT, CONTACT_COUNT
from domain.measures import Clients, Contacts, Persons, figure
from domain.reading import Answer, Asked, Form, Pick, Selection
from domain.refusals import Refusal, flawed

MONTH = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])")
MOST_MONTHS = 120


class GroupedBy(StrEnum):
    """By what the figures are told apart."""

    MONTH = "month"
    MODEL = "model"
    TOPIC = "topic"
    CLIENT_GROUP = "client_group"
    CHANNEL = "channel"


@dataclass(frozen=True)
class CountContacts:
    """Which months, and told apart by what."""

    since: str | None = None
    """First month, `2026-07`; the month of today, when left out."""
    until: str | None = None
    """Last month, inclusive; the first, when left out."""
    by: str = GroupedBy.MONTH


class Months(NamedTuple):
    """First day of the first month, first day after the last."""

    first: date
    after: date


class ContactCount(NamedTuple):
    """One line. `group` None on the line of all; `none` where a contact names no model or no client group."""

    group: str | None
    whole: bool
    persons: Persons
    contacts: Contacts
    anonymous_clients: Clients
    anonymous_contacts: Contacts

    @property
    def contacts_in_all(self) -> Contacts:
        return self.contacts + self.anonymous_contacts


EVERY_FIGURE = Asked(Selection(CONTACT_COUNT.name, Form.LIST, tuple(Pick(n, n, n) for n in CONTACT_COUNT.fields)))
"""All that can be asked of a count: what REST answers."""


def months_of(count: CountContacts, today: date) -> Months:
    """Raises `invalid` for what is no month, a period that runs backward, more than ten years."""
    first = _month("/since", count.since) if count.since else today.replace(day=1)
    last = _month("/until", count.until) if count.until else first
    if last < first:
        raise flawed("/until", "ends_before_it_starts")
    after = _following(last)
    if (after.year - first.year) * 12 + after.month - first.month > MOST_MONTHS:
        raise flawed("/until", "too_many")
    return Months(first, after)


def _month(pointer: str, text: str) -> date:
    if not MONTH.fullmatch(text):
        raise flawed(pointer, "not_a_month")
    return date.fromisoformat(f"{text}-01")


def _following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


async def count_contacts(ctx: Context, count: CountContacts, asked: Asked = EVERY_FIGURE) -> Answer:
    """Figures under the caller's scope, also for those who may know nothing but totals."""
    return await steadily(ctx, lambda now: _count(now, count, asked))


async def _count(ctx: Context, count: CountContacts, asked: Asked) -> Answer:
    months = months_of(count, ctx.today)
    try:
        within = scope_of(ctx.actor, "read_contact", via=ctx.via, figures=True)
        async with ctx.store.reading(ctx, within) as records:
            found = await records.counselling.counts(count.by, months, within=within)
    except Refusal as no:
        if no.code in DENIED:
            await ctx.store.note(ctx, f"count_{CONTACT.name}", CONTACT.name, (), "denied")
        raise
    return Answer(json.dumps(_shaped(found, asked)).encode(), len(found))


def _shaped(found: Sequence[ContactCount], asked: Asked) -> list[dict[str, Any]]:
    """Each figure under the key the caller gave it."""
    named = asked.selection.typename
    return [
        {
            pick.key: named if pick.name == "__typename" else figure(getattr(line, pick.name))
            for pick in asked.selection.picks
        }
        for line in found
    ]
