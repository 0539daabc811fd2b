"""What wraps every use-case: a Read or an Act is a value, and calling it is the only way in.

Doors call it in one expression; tests may reach the bare rule as `.rule`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar
from uuid import UUID

from domain.access.readers import PERMISSION_OF
from domain.access.scope import narrow, scope_of
from domain.reading import Actor, Answer, Asked, Noun, Road, Scope, Selection
from domain.refusals import Refusal

C = TypeVar("C")
T = TypeVar("T")
Outcome = Literal["done", "checked", "replayed"]
DENIED = frozenset({"forbidden", "purpose_required", "powers_not_included"})
"""Refusals for want of a right: the journal keeps each of them (rulings 17)."""


@dataclass(frozen=True)
class Conditions:
    """What a caller attaches to an act: If-Match, Idempotency-Key, Prefer: validate-only."""

    if_match: str | None = None
    key: str | None = None
    validate_only: bool = False
    digest: bytes = b""
    """Of the operation and its canonical body: what an Idempotency-Key is held against."""


class Done(NamedTuple):
    """An act's answer: the same projection a read gives, its id, and whether it was done, checked or replayed."""

    answer: Answer
    id: UUID
    outcome: Outcome
    consequences: tuple[dict[str, Any], ...] = ()
    subjects: tuple[UUID, ...] = ()
    """Whom it was about, where the journal is written after the act was rolled back."""


class OnFile(NamedTuple):
    """A rule found the very thing on file, under the caller's own number: it is answered as a repetition."""

    id: UUID


class StaleActor(Exception):  # noqa: N818 - an answer of the database, not a fault
    """Session, appointment or unit changed since the actor was read; it is read again and the act tried once more."""


class Records(Protocol):
    """One transaction on the register. Repositories hang on it by noun (persistence/records.py)."""

    kept: bool
    persons: Any
    accounts: Any
    units: Any

    async def read(self, asked: Asked, *, within: Scope, act: str) -> Answer | None: ...
    async def version(self, noun: str, id: UUID, *, within: Scope) -> int | None: ...
    async def subjects(self, noun: str, id: UUID) -> tuple[UUID, ...]: ...
    async def remembered(self, key: str, digest: bytes) -> UUID | None: ...
    async def remember(self, key: str, digest: bytes, noun: str, id: UUID) -> None: ...
    async def journal(self, act: str, noun: str, id: UUID, outcome: str) -> None: ...
    async def onto(self, road: Road, within: Scope) -> Scope: ...


class Store(Protocol):
    """Opens transactions under a scope; a commit is durable before the answer leaves (rulings 17)."""

    @property
    def development(self) -> bool: ...

    def reading(self, ctx: Context, within: Scope) -> AbstractAsyncContextManager[Any]: ...
    def records(self, ctx: Context, within: Scope) -> AbstractAsyncContextManager[Any]: ...
    def instant(self, ctx: Context, within: Scope) -> AbstractAsyncContextManager[Any]: ...
    async def note(self, ctx: Context, act: str, noun: str, ids: tuple[UUID, ...], outcome: str) -> None: ...
    async def again(self, ctx: Context) -> Context: ...
    async def own(self, ctx: Context) -> Any: ...
    def blind(self, kind: str, normalised: str) -> bytes: ...
    async def printed(self, form: Any, facts: Any, format: str, at: datetime) -> bytes: ...
    def after(self, ctx: Context, cursor: str, selection: Selection, signature: bytes) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Context:
    """One request as the domain sees it: who, under which conditions, at which instant (Asia/Ho_Chi_Minh)."""

    actor: Actor
    store: Store
    now: datetime
    conditions: Conditions = field(default_factory=Conditions)
    purpose: str | None = None
    request_id: str = ""
    via: str | None = None
    subject: UUID | None = None
    """The one person whose journal is read."""
    door: Any = None
    """What a door keeps for itself over a request (the shared reading of a GraphQL document)."""

    @property
    def today(self) -> date:
        return self.now.date()


async def show(records: Records, ctx: Context, asked: Asked, within: Scope, act: str) -> Answer:
    """Narrow by policy, read in one statement. Raises `not_found` (the journal row stays, rulings 5)."""
    seen = narrow(asked.selection, ctx.actor.role, purpose=ctx.purpose is not None)
    answer = await records.read(asked._replace(selection=seen), within=within, act=act)
    if answer is None:
        raise Refusal("not_found")
    return answer


async def steadily(ctx: Context, attempt: Callable[[Context], Awaitable[T]]) -> T:
    """Run under the actor as it is now: the database refuses a transaction under one that has changed."""
    try:
        return await attempt(ctx)
    except StaleActor:
        return await attempt(await ctx.store.again(ctx))


@dataclass(frozen=True)
class Read:
    """A read of one noun: one value serves list, search, detail, connection and node."""

    noun: Noun
    permission: str

    def __post_init__(self) -> None:
        READERS.setdefault(self.noun.name, self)
        PERMISSION_OF.setdefault(self.noun.name, self.permission)

    async def __call__(self, ctx: Context, asked: Asked) -> Answer:
        return await steadily(ctx, lambda now: self._read(now, asked))

    async def _read(self, ctx: Context, asked: Asked) -> Answer:
        try:
            within = scope_of(ctx.actor, self.permission, via=ctx.via)
            async with ctx.store.reading(ctx, within) as records:
                return await show(records, ctx, asked, within, f"read_{self.noun.name}")
        except Refusal as no:
            if no.code in DENIED:
                await ctx.store.note(ctx, f"read_{self.noun.name}", self.noun.name, (), "denied")
            raise


READERS: dict[str, Read] = {}
"""How each noun is read, as it was declared: the change feed asks here who may hear of it."""
Rule = Callable[[Any, Context, Scope, C], Awaitable[UUID | OnFile]]


@dataclass(frozen=True)
class Act(Generic[C]):
    """A write: scope, idempotency, precondition, rule, journal, the answer rendered, commit or roll back."""

    rule: Rule[C]
    noun: Noun
    permission: str
    guarded: bool
    subject: str
    shown: Road | None = None
    """The road on which the answer is read, where what was made belongs to another unit's side."""

    @property
    def name(self) -> str:
        return self.rule.__name__

    async def __call__(self, ctx: Context, command: C, asked: Asked) -> Done:
        return await steadily(ctx, lambda now: self._act(now, command, asked))

    async def _act(self, ctx: Context, command: C, asked: Asked) -> Done:
        try:
            within = scope_of(ctx.actor, self.permission, via=ctx.via)
            async with ctx.store.records(ctx, within) as records:
                done = await self._perform(records, ctx, within, command, asked)
            if done.outcome == "checked":  # rolled back, yet something was shown
                await ctx.store.note(ctx, self.name, self.noun.name, done.subjects, "checked")
            return done
        except Refusal as no:
            if no.code in DENIED or no.code == "not_found":
                outcome = "denied" if no.code in DENIED else "absent"
                await ctx.store.note(ctx, self.name, self.noun.name, _subjects(command), outcome)
            raise

    async def _perform(self, records: Records, ctx: Context, within: Scope, command: C, asked: Asked) -> Done:
        given, keys, digest = ctx.conditions, self._keys(ctx.conditions, command), ctx.conditions.digest
        made = await self._made_before(records, keys, digest)
        outcome: Outcome = "replayed" if made else "checked" if given.validate_only else "done"
        if not made:
            await self._fresh(records, given, within, command)
            found = await self.rule(records, ctx, within, command)
            made, outcome = (found.id, "replayed") if isinstance(found, OnFile) else (found, outcome)
            for key in keys:
                await records.remember(key, digest, self.noun.name, made)
        seen = within if self.shown is None else await records.onto(self.shown, within)
        await records.journal(self.name, self.noun.name, made, outcome)
        subjects = await records.subjects(self.noun.name, made) if self.guarded else _subjects(command)
        records.kept = not given.validate_only
        answer = await show(records, ctx, asked._replace(values=(made, *asked.values)), seen, "")
        return Done(answer, made, outcome, subjects=subjects)

    def _keys(self, given: Conditions, command: C) -> tuple[str, ...]:
        """What makes a repetition recognisable: the caller's key, and an id the caller made."""
        id = getattr(command, "id", None) if not self.guarded else None
        return tuple(key for key in (given.key, f"id:{id}" if id else None) if key)

    async def _made_before(self, records: Records, keys: tuple[str, ...], digest: bytes) -> UUID | None:
        for key in keys:
            if made := await records.remembered(key, digest):
                return made
        return None

    async def _fresh(self, records: Records, given: Conditions, within: Scope, command: C) -> None:
        """404 first, then 428 without a version, then 412 with a stale one."""
        if not self.guarded:
            return
        version = await records.version(self.subject, command.id, within=within)  # type: ignore[attr-defined]
        if version is None:
            raise Refusal("not_found")
        if given.if_match is None:
            raise Refusal("precondition_required")
        if given.if_match.strip() != f'"{version}"':
            raise Refusal("stale_version", current=f'"{version}"')


def _subjects(command: object) -> tuple[UUID, ...]:
    """Whom a command is about: the person or account that it names, else the resource itself."""
    named = (getattr(command, name, None) for name in ("person_id", "account_id", "id"))
    return next(((id,) for id in named if isinstance(id, UUID)), ())


def act(
    noun: Noun, permission: str, *, guarded: bool = False, subject: str | None = None, shown: Road | None = None
) -> Callable[[Rule[C]], Act[C]]:
    """Make a rule an act.

    `guarded` acts need If-Match; `subject` is whose version it names, where not the noun; `shown` is the road on which
    the answer is read, where that differs.
    """

    def wrap(rule: Rule[C]) -> Act[C]:
        return Act(rule, noun, permission, guarded, subject or noun.name, shown)

    return wrap


class Choice(Act[C]):
    """One word of the contract for several acts of one shape: its rule names the act meant by a command."""

    async def __call__(self, ctx: Context, command: C, asked: Asked) -> Done:
        chooser: Any = self.rule
        meant: Act[C] = chooser(ctx, command)
        return await meant(ctx, command, asked)


def choice(of: Act[C]) -> Callable[[Callable[[Context, C], Act[C]]], Choice[C]]:
    """Make a chooser one act for the doors and the contract, guarded and shown as those it chooses from."""

    def wrap(chooser: Callable[[Context, C], Act[C]]) -> Choice[C]:
        rule: Any = chooser
        return Choice(rule, of.noun, of.permission, of.guarded, of.subject, of.shown)

    return wrap
