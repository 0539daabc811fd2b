"""From an actor and a permission to the rows in reach, and from a selection to what may be seen of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from domain.access.policy import Reach, Sight, reach_of, sight_of
from domain.access.readers import followed, unread
from domain.nouns import NOUNS
from domain.reading import Actor, Form, Kind, Pick, Road, Scope, Selection, Show
from domain.refusals import Flaw, Refusal

if TYPE_CHECKING:
    from domain.acts import Context


STAFFING = frozenset({"read_account", "appoint"})
"""A unit that has ended has no staff of its own any more: the unit above looks after those who sat there."""


def scope_of(actor: Actor, permission: str, *, via: str | None = None, figures: bool = False) -> Scope:
    """The only maker of a scope. `figures`: nobody is named in the answer, so totals are reach enough.

    A unit that has ended reaches what was made under it and nothing later (rulings 4). Raises `forbidden`.
    """
    reach = reach_of(actor.role, permission)
    short = reach is Reach.NONE or (reach is Reach.TOTALS and not figures)
    if short or (permission in STAFFING and not actor.current):
        raise Refusal("forbidden", permission=permission)
    road = _road(actor, reach, permission, via)
    hi = actor.unit_no if reach in (Reach.OWN, Reach.MADE) else actor.last_no
    grantees = tuple(actor.grantees) if road is Road.GRANT else ()
    return Scope(road, _level(actor, road), actor.unit_no, hi, permission, grantees, unread(actor.role))


def sweeping_scope(actor: Actor) -> Scope:
    """The worker's scope: one unit at a time, as an officer of that unit would have it."""
    return Scope(Road.UNIT, actor.level, actor.unit_no, actor.last_no, "sweep")


def receiving_scope(unit_no: int) -> Scope:
    """The scope of the commune that accepted a notice, for what its sender has to do there (D163 Art 123(2))."""
    return Scope(Road.UNIT, "commune", unit_no, unit_no, "push_notice")


def _road(actor: Actor, reach: Reach, permission: str, via: str | None) -> Road:
    if permission in ("read_journal", "read_access_log"):
        return Road.JOURNAL
    if reach is Reach.ASSIGNED or via == Road.GRANT:
        return Road.GRANT
    if reach is Reach.MADE or not actor.current or via == Road.MADE:
        return Road.MADE
    return Road.COUNTRY if actor.level == "country" else Road.UNIT


def _level(actor: Actor, road: Road) -> str:
    """The column that holds the explicit wall: one equality (rulings 2)."""
    return "country" if road is Road.COUNTRY or actor.level == "country" else actor.level


@lru_cache(4096)
def narrow(selection: Selection, role: str, *, listed: bool = False, purpose: bool = False) -> Selection:
    """The selection with each pick clear, masked or absent for this role.

    A filter would tell what the field does not: raises `field_not_visible`, or `purpose_required` where one is missing.
    """
    noun = NOUNS[selection.noun]
    flaws = tuple(
        Flaw(f"/{name}", "field_not_visible")
        for name in selection.filters
        if sight_of(role, noun.filters.get(name, Kind.OPEN)) in (Sight.ABSENT, Sight.MASKED)
    )
    if flaws:
        raise Refusal("invalid", flaws=flaws)
    kinds = {noun.filters.get(name, Kind.OPEN) for name in selection.filters}
    if not purpose and any(sight_of(role, kind) is Sight.ON_PURPOSE for kind in kinds):
        raise Refusal("purpose_required")
    listed = listed or selection.form in (Form.PAGE, Form.LIST)
    picks = tuple(_narrowed(pick, noun.name, role, listed=listed, purpose=purpose) for pick in selection.picks)
    hidden = tuple(pick.spelled for pick in picks if pick.show is not Show.CLEAR)
    return Selection(
        selection.noun,
        selection.form,
        picks,
        selection.order,
        selection.filters,
        selection.after,
        selection.typename,
        selection.omit,
        hidden,
    )


def _narrowed(pick: Pick, noun_name: str, role: str, *, listed: bool, purpose: bool) -> Pick:
    noun = NOUNS[noun_name]
    kind = noun.kind_of(pick.name)
    show = Show.CLEAR if kind is None else _show(role, kind, purpose=purpose and not listed)
    if show is Show.CLEAR and listed and pick.name in noun.sealed:
        show = Show.MASKED
    if pick.of is not None and kind is not None and (show is not Show.CLEAR or not followed(role, pick.of.noun)):
        show = Show.ABSENT  # a relation is whole or absent; and no way around the right to read what it leads to
    of = None if pick.of is None else narrow(pick.of, role, listed=listed, purpose=purpose)
    return pick._replace(of=of, show=show)


def _show(role: str, kind: Kind, *, purpose: bool) -> Show:
    sight = sight_of(role, kind)
    if sight is Sight.ON_PURPOSE:
        return Show.CLEAR if purpose else Show.MASKED
    return Show(sight.value)


def check_writable(ctx: Context, noun_name: str, names: set[str]) -> set[str]:
    """The named fields that this actor does not see in clear, and so cannot write."""
    return set(_unwritable(ctx.actor.role, noun_name, frozenset(names), purpose=ctx.purpose is not None))


@lru_cache(4096)
def _unwritable(role: str, noun_name: str, names: frozenset[str], *, purpose: bool) -> frozenset[str]:
    noun = NOUNS[noun_name]
    kinds = {name: noun.kind_of(name) for name in names}
    return frozenset(
        name
        for name, kind in kinds.items()
        if kind is not None and _show(role, kind, purpose=purpose) is not Show.CLEAR
    )
