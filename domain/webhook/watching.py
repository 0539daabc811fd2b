"""What an endpoint may hear of: the rows its owner reads, by every road on which they read them."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from domain.access.scope import scope_of
from domain.change.use_cases import followed
from domain.change.use_cases import heard as may_hear
from domain.reading import Actor, Road
from domain.refusals import Flaw, Refusal


class Heard(NamedTuple):
    """Nouns heard on one road; `own`: of the owner's very unit and none below."""

    road: Road
    own: bool
    nouns: tuple[str, ...]


def heard_by(actor: Actor, nouns: Collection[str] = ()) -> tuple[Heard, ...]:
    """What the actor may hear of these nouns, of all where none is named; nothing where nothing is left."""
    found: dict[tuple[Road, bool], list[str]] = {}
    for noun, permission in sorted(followed().items()):
        if (nouns and noun not in nouns) or not may_hear(actor.role, noun):
            continue
        if place := _place(actor, permission):
            found.setdefault(place, []).append(noun)
    return tuple(Heard(road, own, tuple(names)) for (road, own), names in found.items())


def _place(actor: Actor, permission: str) -> tuple[Road, bool] | None:
    try:
        within = scope_of(actor, permission)
    except Refusal:
        return None
    return within.road, within.hi == actor.unit_no


def check_nouns(actor: Actor, nouns: Collection[str]) -> None:
    """Raises `invalid` for what is no noun that can be followed, `forbidden` for what the actor may not read."""
    known = followed()
    if any(noun not in known for noun in nouns):
        raise Refusal("invalid", flaws=(Flaw("/nouns", "not_allowed"),))
    heard = {noun for part in heard_by(actor, nouns) for noun in part.nouns}
    if not heard or (refused := sorted(set(nouns) - heard)):
        raise Refusal("forbidden", permission=known[refused[0]] if heard else "read_person")
