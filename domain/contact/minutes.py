"""Minutes of counselling (biên bản tư vấn), printed from what the caller may read. Nothing of it is kept.

D163 Art 135(4) wants minutes in the file of a managed person; no form of them is known (dossier §7.3), so the paper
bears the mark of forms that were not compared with the official gazette. The author's circle prints what was said;
everybody else's paper says that it was, and leaves lines to write on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from domain.access.scope import scope_of
from domain.acts import DENIED, Context, show, steadily
from domain.contact.noun import CONTACT, NOTES
from domain.document.model import MEDIA, DocumentFormat
from domain.document.repository import Content
from domain.law.documents import FormKey
from domain.reading import Asked, Form, Pick, Selection
from domain.refusals import Refusal

FORM: Final = FormKey("D163", "135", "4")
"""No form of an appendix: the article that asks for minutes, and its clause."""
NEWEST: Final = 1


def _picks(*names: str) -> tuple[Pick, ...]:
    return tuple(Pick(name, name, name) for name in names)


HOME: Final = Selection("residence", Form.LIST, _picks("address"), "newest")
PERSON: Final = Selection(
    "person",
    Form.ONE,
    (*_picks("full_name", "gender", "born_on", "born_precision"), Pick("residences", "residences", "residences", HOME)),
)
UNIT: Final = Selection("unit", Form.ONE, _picks("name", "unit_type"))
PRINTED: Final = Selection(
    CONTACT.name,
    Form.ONE,
    (
        *_picks("held_at", "channel", "place", "given_by", "minutes", "topics", "next_on", "referral_consent", "mine"),
        *_picks("voided_at", *NOTES),
        Pick("person", "person", "person", PERSON),
        Pick("unit", "unit", "unit", UNIT),
    ),
)


async def print_minutes(ctx: Context, id: UUID, format: str) -> Content:
    """The paper of one contact. Raises `not_found`, `already_voided`, `forbidden` for who may not know who it was."""
    facts = await steadily(ctx, lambda now: _facts(now, id))
    content: bytes = await ctx.store.printed(FORM, facts, format, ctx.now)
    kind = DocumentFormat(format)
    return Content(id, MEDIA[kind], kind.value, hashlib.sha256(content).hexdigest(), content)


def _must_know(facts: Mapping[str, Any]) -> None:
    """Minutes bear a name: who may not see it prints none."""
    if "full_name" not in (facts.get("person") or {}):
        raise Refusal("forbidden")


async def _facts(ctx: Context, id: UUID) -> Mapping[str, Any]:
    try:
        within = scope_of(ctx.actor, "read_contact", via=ctx.via)
        async with ctx.store.reading(ctx, within) as records:
            asked = Asked(PRINTED, (id, NEWEST))
            facts: dict[str, Any] = json.loads((await show(records, ctx, asked, within, "print_minutes")).body)
            _must_know(facts)
    except Refusal as no:
        if no.code in DENIED:
            await ctx.store.note(ctx, "print_minutes", CONTACT.name, (id,), "denied")
        raise
    if facts.pop("voided_at") is not None:
        raise Refusal("already_voided")
    return facts
