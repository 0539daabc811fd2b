"""Nouns whose rows are kept in the usual way: recorded, corrected, moved along a table of moves, voided.

What is usual stands here once: whose a row is and in whose circle it was written, that texts are tidied, that the whole
still holds together after a change, that a wrong move lists the right ones, that nothing is removed. A noun of its own
says what it is (`Noun`), what a caller tells of it, and what is special to it: `check`, `complete`, `follow`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, NamedTuple, Protocol
from uuid import UUID

from domain.acts import Act, Context, Read
from domain.ids import new_id
from domain.law.life_cycle import LifeCycle
from domain.person.model import MASK, Amend, Void, tidied
from domain.reading import Noun, Road, Scope
from domain.refusals import Flaw, Refusal, flawed
from domain.text import flaw_in_text, tidy

Row = Mapping[str, Any]
"""A row on file: every column it has."""


@dataclass(frozen=True)
class Tell:
    """What a caller tells of a new row."""

    told: Mapping[str, Any] = field(default_factory=dict)
    id: UUID | None = None
    person_id: UUID | None = None


@dataclass(frozen=True)
class Shift:
    """A move to another state, with what is told of it."""

    id: UUID
    to: str
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Doing:
    """One act at work: the row as it will stand (`complete`) or stands (`follow`), and as it was; None: it is new."""

    records: Any
    ctx: Context
    within: Scope
    row: Row
    known: Row | None = None


class Holder(NamedTuple):
    """Whose a new row is: the person or unit, and the numbers it stands under."""

    person_id: UUID | None
    unit_no: int
    province_no: int | None
    voided: bool = False


class KeptRows(Protocol):
    """Storage of one noun; every look demands a scope."""

    async def known(self, id: UUID, *, within: Scope) -> Row | None: ...
    async def seen(self, id: UUID, *, within: Scope) -> Row | None: ...
    async def person(self, id: UUID, *, within: Scope) -> Holder | None: ...
    async def unit(self, id: UUID | None, *, within: Scope) -> Holder | None: ...
    async def model(self, id: UUID, *, within: Scope) -> Holder | None: ...
    async def add(self, id: UUID, holder: Holder, facts: Mapping[str, Any]) -> Row: ...
    async def amend(self, row: Row, changes: Mapping[str, Any]) -> Row: ...


class Kept:
    """One noun and its acts: `read`, `record`, `amend`, `move`, `void`. Subclasses say what is special."""

    noun: ClassVar[Noun]
    reads: ClassVar[str]
    """The permission to read."""
    writes: ClassVar[str]
    """The permission to record, correct, move and void."""
    moves: ClassVar[str] = ""
    """The permission to move, where it is another one."""
    of: ClassVar[str] = "person"
    """Whose a row is: of the `person` named, of the `unit` named (the caller's own, when none is), or of the unit that
    the support `model` named stands on; `either`: of the person, where one is named, else of the unit."""
    told: ClassVar[frozenset[str]]
    """What a caller may tell when recording."""
    settled: ClassVar[frozenset[str]] = frozenset()
    """Of these, what no correction changes."""
    beside: ClassVar[frozenset[str]] = frozenset()
    """Of what is told, what another table keeps: no column of the row; `follow` finds it there and stores it."""
    texts: ClassVar[Mapping[str, int]] = {}
    """Free texts, and how many characters at most."""
    life: ClassVar[LifeCycle | None] = None
    """The table of moves of `state`."""
    fresh: ClassVar[frozenset[str]] = frozenset()
    """Told anew with each move: what an earlier one told neither counts for the next nor outlives it."""

    def __init__(self) -> None:
        name = self.noun.name
        self.read = Read(self.noun, self.reads)
        self.record: Act[Tell] = _act(f"record_{name}", self._record, self, guarded=False)
        self.amend: Act[Amend] = _act(f"amend_{name}", self._amend, self, guarded=True)
        self.move: Act[Shift] = _act(f"move_{name}", self._move, self, self.moves, guarded=True)
        self.void: Act[Void] = _act(f"void_{name}", self._void, self, guarded=True)

    # -- what is special to a noun -------------------------------------------------------------------------------

    def check(self, whole: Row, today: date, /) -> None:
        """Refuse a row that would not hold together (`invalid` with every flaw). Pure."""

    async def locate(self, _records: Any, _ctx: Context, _within: Scope, tell: Tell) -> Tell:
        """What is told, once it is known where it shall stand; before it is looked up whose it is."""
        return tell

    async def complete(self, doing: Doing) -> Mapping[str, Any] | None:
        """Look at what the row points to; give columns that follow from the rest."""

    async def follow(self, doing: Doing) -> None:
        """What a change brings: tasks, access, consequences shown."""

    def new_id(self) -> UUID:
        """The id of a row that came without one."""
        return new_id()

    def step(self, state: str, to: str, given: Collection[str]) -> None:
        """Refuse a move that the table lacks, or that is another side's."""
        if self.life is None:
            raise Refusal("wrong_move", noun=self.noun.name, to=to, allowed=[])
        self.life.move(state, to, given)

    async def write(self, doing: Doing, known: Row, changes: Row) -> Row:
        """Put changes on file, under the role of the caller's road."""
        rows: KeptRows = doing.records.rows(self.noun.name)
        return await rows.amend(known, changes)

    # -- what is usual -------------------------------------------------------------------------------------------

    async def _record(self, records: Any, ctx: Context, within: Scope, tell: Tell) -> UUID:
        rows: KeptRows = records.rows(self.noun.name)
        tell = await self.locate(records, ctx, within, replace(tell, told=self._tidy(tell.told)))
        facts = dict(tell.told)
        holder = await self._holder(rows, ctx, within, tell)
        start = {"state": self.life.initial} if self.life else {}
        whole: dict[str, Any] = start | facts | {"person_id": holder.person_id, "unit_no": holder.unit_no}
        self.check(whole, ctx.today)
        doing = Doing(records, ctx, within, whole)
        more = await self.complete(doing) or {}
        row = await rows.add(tell.id or self.new_id(), holder, self._within(start | facts | dict(more)))
        await self.follow(replace(doing, row=dict(row) | self._beside(facts)))
        return UUID(str(row["id"]))

    async def _holder(self, rows: KeptRows, ctx: Context, within: Scope, tell: Tell) -> Holder:
        if within.road is Road.MADE or not ctx.actor.current:
            raise Refusal("forbidden", permission=within.permission)
        of = self.of if self.of != "either" else "unit" if tell.person_id is None else "person"
        if of == "person":
            if tell.person_id is None:
                raise flawed("/person_id", "required")
            holder = await rows.person(tell.person_id, within=within)
        elif of == "model":
            holder = await rows.model(tell.told["support_model_id"], within=within)
        else:
            holder = await rows.unit(tell.told.get("unit_id"), within=within)
        if holder is None:
            raise Refusal("not_found")
        if holder.voided:
            raise Refusal("already_voided")
        return holder

    async def _amend(self, records: Any, ctx: Context, within: Scope, amend: Amend) -> UUID:
        known = await self._known(records, amend.id, within)
        changes = self._tidy(amend.changes)
        if fixed := sorted(changes.keys() & (self.settled | {"person_id", "unit_id"})):
            raise Refusal("invalid", flaws=tuple(Flaw(f"/{name}", "not_changeable") for name in fixed))
        await self._change(records, ctx, within, known, changes)
        return amend.id

    async def _move(self, records: Any, ctx: Context, within: Scope, shift: Shift) -> UUID:
        known = await self._known(records, shift.id, within)
        facts = self._tidy({name: value for name, value in shift.told.items() if value is not None})
        self.step(known["state"], shift.to, self.at_hand(known, facts))
        await self._change(records, ctx, within, known, dict.fromkeys(self.fresh) | facts | {"state": shift.to})
        return shift.id

    async def _void(self, records: Any, ctx: Context, within: Scope, void: Void) -> UUID:
        known = await self._known(records, void.id, within)
        changes = {"voided_at": ctx.now, "void_reason": tidied({"reason": void.reason})["reason"]}
        row = await records.rows(self.noun.name).amend(known, changes | {"updated_at": ctx.now})
        await self.follow(Doing(records, ctx, within, row, known))
        return void.id

    async def _change(self, records: Any, ctx: Context, within: Scope, known: Row, changes: Row) -> None:
        doing = Doing(records, ctx, within, dict(known) | dict(changes), known)
        self.check(doing.row, ctx.today)
        more = await self.complete(doing) or {}
        kept = self._within(dict(changes) | dict(more)) | {"updated_at": ctx.now}
        row = await self.write(doing, known, kept)
        await self.follow(replace(doing, row=dict(row) | self._beside(changes)))

    def at_hand(self, known: Row, facts: Row) -> set[str]:
        """The names of what is told or on file; what a move must tell anew counts only where it is told."""
        return set(facts) | ({name for name, value in known.items() if value is not None} - self.fresh)

    def _within(self, facts: Row) -> dict[str, Any]:
        return {name: value for name, value in facts.items() if name not in self.beside}

    def _beside(self, facts: Row) -> dict[str, Any]:
        return {name: value for name, value in facts.items() if name in self.beside}

    async def _known(self, records: Any, id: UUID, within: Scope) -> Row:
        known: Row | None = await records.rows(self.noun.name).known(id, within=within)
        if known is None:
            raise Refusal("not_found")
        if known["voided_at"] is not None:
            raise Refusal("already_voided")
        return known

    def _tidy(self, told: Row) -> dict[str, Any]:
        """Texts as they are stored: NFC, single spaces, paragraphs kept. Refuses all flawed fields at once."""
        flaws = [flaw for name, value in told.items() for flaw in self._flaws(name, value)]
        if flaws:
            raise Refusal("invalid", flaws=tuple(flaws))
        return {name: tidy(value) if self._is_text(name, value) else value for name, value in told.items()}

    def _is_text(self, name: str, value: Any) -> bool:
        return isinstance(value, str) and (name in self.texts or name in SHARED_TEXTS)

    def _flaws(self, name: str, value: Any) -> list[Flaw]:
        if not self._is_text(name, value):
            return []
        if MASK in value:
            return [Flaw(f"/{name}", "masked_value")]
        most = self.texts.get(name) or SHARED_TEXTS[name]
        code = flaw_in_text(value, max_length=most)
        return [Flaw(f"/{name}", code, (("most", most),) if code == "too_long" else ())] if code else []


SHARED_TEXTS: Mapping[str, int] = {"source": 100, "source_ref": 200}


def _act(name: str, rule: Callable[..., Any], kept: Kept, permission: str = "", *, guarded: bool) -> Act[Any]:
    """A bound rule under the name the journal keeps."""

    async def named(records: Any, ctx: Context, within: Scope, command: Any) -> UUID:
        return UUID(str(await rule(records, ctx, within, command)))

    named.__name__ = name
    return Act(named, kept.noun, permission or kept.writes, guarded, kept.noun.name)


async def pointed(doing: Doing, name: str, noun: str) -> Row | None:
    """What a column points to, looked up when it is told or told anew; of the same person, where both are of one.

    Raises `invalid` (`not_in_scope`, `of_another_person`) alike for what is missing and what is out of reach.
    """
    id = doing.row.get(name)
    if id is None or (doing.known is not None and doing.known[name] == id):
        return None
    found: Row | None = await doing.records.rows(noun).seen(id, within=doing.within)
    if found is None or found["voided_at"] is not None:
        raise flawed(f"/{name}", "not_in_scope")
    if found.get("person_id") not in (None, doing.row.get("person_id")):
        raise flawed(f"/{name}", "of_another_person")
    return found


def checked_days(row: Row, *pairs: tuple[str, str]) -> list[Flaw]:
    """Flaws of pairs of days or instants that must not run backward."""
    return [
        Flaw(f"/{last}", "ends_before_it_starts")
        for first, last in pairs
        if row.get(first) is not None and row.get(last) is not None and row[last] < row[first]
    ]


def not_to_come(row: Row, today: date, *names: str) -> list[Flaw]:
    """Flaws of days that cannot lie in the future."""
    return [Flaw(f"/{name}", "in_the_future") for name in names if row.get(name) is not None and row[name] > today]


def refuse(flaws: list[Flaw]) -> None:
    """Raises `invalid` with all of them, if any."""
    if flaws:
        raise Refusal("invalid", flaws=tuple(flaws))
