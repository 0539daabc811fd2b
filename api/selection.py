"""fields= and include= → Selection (rulings 22), built once per shape and kept in bounded caches."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from domain.acts import Context
from domain.nouns import NOUNS
from domain.reading import Asked, Form, Noun, Pick, Selection
from domain.refusals import Flaw, Refusal

DEEPEST = 3
INCLUDED_MOST = 100
"""Rows of an included relation; longer ones have a list of their own."""
ALWAYS = ("id", "masked")
"""REST always sends them, whatever `fields=` says (rulings 35)."""


def names(text: str | None) -> tuple[str, ...]:
    return tuple(part for part in (text or "").split(",") if part)


@lru_cache(2048)
def one(noun: str, fields: tuple[str, ...], include: tuple[str, ...]) -> Selection:
    """One object with the named fields (all, when none is named) and relations. Raises `bad_request`."""
    return Selection(noun, Form.ONE, _picks(NOUNS[noun], fields, include, 1))


@lru_cache(2048)
def page(
    noun: str,
    fields: tuple[str, ...],
    include: tuple[str, ...],
    order: str,
    filters: tuple[str, ...],
    after: bool,
    counted: bool,
) -> Selection:
    """A page of objects: `{"data": […], "page": {"next": …}, "total"?: n}`."""
    if order not in NOUNS[noun].orders:
        raise Refusal("bad_request", flaws=(Flaw("/sort", "unknown_order"),))
    facts = ("next", "incomplete") if noun == "person" else ("next",)
    part = Selection(noun, Form.PART, tuple(Pick(name, name, name) for name in facts))
    picks = [Pick("data", "data", "data", one(noun, fields, include)), Pick("page", "page", "page", part)]
    if counted:
        picks.append(Pick("total", "total", "total"))
    return Selection(noun, Form.PAGE, tuple(picks), order, filters, after)


def _picks(noun: Noun, fields: tuple[str, ...], include: tuple[str, ...], depth: int) -> tuple[Pick, ...]:
    own, nested = _split(fields)
    known = noun.fields.keys() | noun.relations.keys() | set(ALWAYS)
    unknown = [name for name in own if name not in (noun.relations if name in nested else known)]
    if unknown:
        raise Refusal("bad_request", flaws=(Flaw("/fields", "unknown_field"),))
    chosen = [name for name in noun.fields if not own or name in own or name in ALWAYS]
    picks = [Pick(name, name, name) for name in chosen]
    relations, deeper = _split(include)
    named = (*relations, *(name for name in own if name in noun.relations and name not in relations))
    picks += [_relation(noun, name, nested.get(name, ()), deeper.get(name, ()), depth) for name in named]
    return (*picks, Pick("masked", "masked", "masked"))


def _split(paths: tuple[str, ...]) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """`a,b.c` → own names [a, b] and what is asked inside: {b: (c,)}."""
    inner: dict[str, list[str]] = {}
    own: dict[str, None] = {}
    for path in paths:
        head, _, rest = path.partition(".")
        own[head] = None
        if rest:
            inner.setdefault(head, []).append(rest)
    return list(own), {name: tuple(rest) for name, rest in inner.items()}


def _relation(noun: Noun, name: str, fields: tuple[str, ...], include: tuple[str, ...], depth: int) -> Pick:
    relation = noun.relations.get(name)
    if relation is None:
        raise Refusal("bad_request", flaws=(Flaw("/include", "unknown_include"),))
    if depth >= DEEPEST + 1:
        raise Refusal("bad_request", flaws=(Flaw("/include", "include_too_deep"),))
    child = NOUNS[relation.noun]
    picks = _picks(child, fields, include, depth + 1)
    if not relation.many:
        return Pick(name, name, name, Selection(child.name, Form.ONE, picks))
    return Pick(name, name, name, Selection(child.name, Form.LIST, picks, child.orders[0]))


@lru_cache(2048)
def included_limits(selection: Selection) -> tuple[int, ...]:
    """The values of included lists, in walking order: their limits."""
    limits: list[int] = []
    for pick in selection.picks:
        if pick.of is not None:
            limits += [INCLUDED_MOST] if pick.of.form is Form.LIST else []
            limits += included_limits(pick.of)
    return tuple(limits)


def asked_one(noun: Noun, fields: str | None, include: str | None, id: Any = None) -> Asked:
    selection = one(noun.name, names(fields), names(include))
    values = included_limits(selection)
    return Asked(selection, values if id is None else (id, *values))


def asked_page(
    ctx: Context,
    noun: Noun,
    *,
    fields: str | None,
    include: str | None,
    order: str | None,
    filters: dict[str, Any],
    limit: int,
    cursor: str | None,
    counted: bool,
) -> Asked:
    """A page with its values in walking order; the cursor is opened here, bound to actor, question and scope epoch."""
    selection = page(
        noun.name,
        names(fields),
        names(include),
        noun.orders[0] if order is None else order,
        tuple(filters),
        cursor is not None,
        counted,
    )
    signature = signed(filters)
    keys = ctx.store.after(ctx, cursor, selection, signature) if cursor is not None else ()
    values = (limit, *filters.values(), *keys, *included_limits(selection))
    return Asked(selection, values, signature)


def signed(filters: dict[str, Any]) -> bytes:
    """A cursor belongs to its filter values too."""
    return hashlib.blake2b(repr(sorted(filters.items())).encode(), digest_size=16).digest()
