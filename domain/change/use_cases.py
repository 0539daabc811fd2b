"""Following what changes: which nouns a caller may hear of on their road, and the page after a cursor."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access.readers import own_traffic
from domain.access.scope import scope_of
from domain.acts import DENIED, READERS, Context, steadily
from domain.change.model import MOST_CHANGES, Batch, Following, Watch
from domain.reading import Actor, Road, Scope
from domain.refusals import Flaw, Refusal
from domain.task.noun import TASK

REFERENCE = frozenset({"read_unit", "read_rule", "change_rule", "change_rate", "read_journal", "read_access_log"})
"""Reads of what is not followed: reference data (read anew now and then) and the journal (a feed of its own)."""
APART = ("import_", "export_", "webhook_", "anonymous_", "reconciliation")
"""Nouns of the callers' own traffic: who started it asks after it. Of anonymous clients no order of coming is told."""
FIRST = (Road.UNIT, Road.COUNTRY, Road.MADE, Road.GRANT)
"""Of roads with as many nouns the first is followed."""


def followed() -> dict[str, str]:
    """Every noun that can be followed, with the permission to read it."""
    return {
        noun: read.permission
        for noun, read in READERS.items()
        if read.permission not in REFERENCE and not noun.startswith(APART)
    }


def heard(role: str, noun: str) -> bool:
    """Whether a role that may read a noun hears when it changes: not of the office's tasks, where it reads its own."""
    return noun != TASK.name or not own_traffic(role)


def watch_of(actor: Actor, via: str | None, nouns: tuple[str, ...] = ()) -> Watch:
    """What the caller may hear of. Raises `forbidden`, and `bad_request` for nouns that cannot be followed together."""
    known = followed()
    if unknown := [noun for noun in nouns if noun not in known]:
        raise Refusal("bad_request", flaws=tuple(Flaw("/nouns", "not_allowed") for _ in unknown[:1]))
    by_scope: dict[tuple[Road, int], tuple[Scope, list[str]]] = {}
    for noun, permission in sorted(known.items()):
        if heard(actor.role, noun) and (within := _scope(actor, permission, via)):
            by_scope.setdefault((within.road, within.hi), (within, []))[1].append(noun)
    if not by_scope:
        raise Refusal("forbidden", permission="read_person")
    mine = {noun for _, held in by_scope.values() for noun in held}
    if refused := [known[noun] for noun in nouns if noun not in mine]:
        raise Refusal("forbidden", permission=refused[0])
    return _chosen([Watch(within, tuple(held)) for within, held in by_scope.values()], frozenset(nouns))


def _chosen(watches: list[Watch], nouns: frozenset[str]) -> Watch:
    """The road of the nouns asked for; unasked the one with most nouns. Raises `bad_request` where no one road has all.

    A volunteer sees persons as granted and models as their unit's: these are two followings.
    """
    fitting = [watch for watch in watches if nouns <= frozenset(watch.nouns)]
    if not fitting:
        raise Refusal("bad_request", flaws=(Flaw("/nouns", "several_roads"),))
    return min(fitting, key=lambda watch: (-len(watch.nouns), FIRST.index(watch.within.road), -watch.within.hi))


def _scope(actor: Actor, permission: str, via: str | None) -> Scope | None:
    try:
        return scope_of(actor, permission, via=via)
    except Refusal:
        return None


@dataclass(frozen=True)
class Follow:
    """The page of the feed after a cursor, under the caller's scope as it is now."""

    async def __call__(self, ctx: Context, asked: Following) -> Batch:
        """Raises `forbidden`, `bad_request`, `bad_cursor`, `scope_changed`, `changes_forgotten`."""
        if not 1 <= asked.most <= MOST_CHANGES:
            raise Refusal("bad_request", flaws=(Flaw("/first", "out_of_range"),))
        return await steadily(ctx, lambda now: self._follow(now, asked))

    async def _follow(self, ctx: Context, asked: Following) -> Batch:
        try:
            watch = watch_of(ctx.actor, ctx.via, asked.nouns)
            async with ctx.store.reading(ctx, watch.within) as records:
                return await records.changes.after(asked, watch, within=watch.within)  # type: ignore[no-any-return]
        except Refusal as no:
            if no.code in DENIED:
                await ctx.store.note(ctx, "read_change", "change", (), "denied")
            raise


follow = Follow()
