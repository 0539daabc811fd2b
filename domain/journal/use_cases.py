"""The journal for inspectors, and for one person who read or wrote about them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from domain.access.scope import scope_of
from domain.acts import Context, Read, show, steadily
from domain.journal.noun import JOURNAL_ENTRY
from domain.person.noun import PERSON
from domain.reading import Answer, Asked, Form, Pick, Road, Scope, Selection
from domain.refusals import Refusal

journal = Read(JOURNAL_ENTRY, "read_journal")
NAMELESS = Selection(PERSON.name, Form.ONE, (Pick("id", "id", "id"),))


async def access_log(ctx: Context, id: UUID, asked: Asked) -> Answer:
    """Who saw or changed this person, whichever unit they sat in. The person must be in reach, else 404."""
    return await steadily(ctx, lambda now: _access_log(now, id, asked))


async def _access_log(ctx: Context, id: UUID, asked: Asked) -> Answer:
    try:
        within = scope_of(ctx.actor, "read_access_log")
    except Refusal:
        await ctx.store.note(ctx, "read_access_log", PERSON.name, (id,), "denied")
        raise
    road = Road.COUNTRY if ctx.actor.level == "country" else Road.UNIT
    person = Scope(road, ctx.actor.level, within.lo, within.hi, within.permission)
    async with ctx.store.reading(ctx, person) as records:
        await show(records, ctx, Asked(NAMELESS, (id,)), person, "read_access_log")
    about = replace(ctx, subject=id)
    async with ctx.store.reading(about, replace(within, road=Road.ACCESS)) as records:
        return await show(records, about, asked, replace(within, road=Road.ACCESS), "")
