"""A kind of import as one declaration: its columns, its words, its rights, and the work it does row by row.

Adding a kind is one file under domain/imports/kinds/. What a kind does to the register it does by the very acts of a
single write.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.acts import Act, Context, OnFile
from domain.imports.made import Made
from domain.imports.values import Cell, Reader, Unreadable
from domain.reading import Kind, Noun, Scope
from domain.refusals import Flaw
from domain.text import fold

Values = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a kind: how it is read, what it is called, what a clerk must know of it."""

    name: str
    read: Reader
    vi: str
    en: str
    kind: Kind
    also: tuple[str, ...] = ()
    """Other headers under which it is met."""
    note: str = ""
    required: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    """Code → word of the template."""
    responsible: bool = False
    """Of a unit: it must live on in one commune of today in scope."""
    on: str | None = None
    """Of a unit: the column with the day on which its name counts."""

    def headers(self) -> frozenset[str]:
        return frozenset(fold(text) for text in (self.name, self.vi, self.en, *self.also))


class Line(NamedTuple):
    """A row of the file, read: values by column, and what was wrong with its cells."""

    no: int
    values: Values
    flaws: tuple[Flaw, ...] = ()


class Change(NamedTuple):
    """One field of the diff."""

    field: str
    before: Any
    after: Any


class Candidate(NamedTuple):
    """Somebody or something on file that a row may mean."""

    id: UUID
    score: float


class Verdict(NamedTuple):
    """What a row would do: create, update, unchanged, review, error."""

    word: str
    rule: str | None = None
    score: float | None = None
    target: UUID | None = None
    version: int | None = None
    person: UUID | None = None
    diff: tuple[Change, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    def failed(self, *flaws: Flaw) -> Verdict:
        return self._replace(word="error", flaws=flaws, diff=())


@dataclass(frozen=True)
class Options:
    """How a file is taken in."""

    mode: str = "per_row"
    """`atomic`: every row or none; `per_row`: what can be done is done, the rest is reported."""
    match: tuple[str, ...] = ("source_ref", "number")
    """Rules whose match is believed without review."""
    blanks_only: bool = False
    """Updates fill blanks and overwrite nothing."""
    unknown_columns: str = "error"
    as_of: date | None = None
    """The day whose unit names and codes the file speaks of."""
    source: str = "import"
    sheet: str | None = None


@dataclass(frozen=True)
class Task:
    """Under what a batch is judged or done."""

    records: Any
    ctx: Context
    within: Scope
    options: Options
    locking: bool = False
    """Whether what is found is locked: only where it is about to be changed."""
    since: datetime | None = None
    """When the preview was made: whoever came later under the same name is no doubt of this import any more."""

    async def write(self, act: Act[Any], command: Any) -> UUID:
        """The act of a single write: its rule, then its row in the journal."""
        made = await act.rule(self.records, self.ctx, self.within, command)
        id = made.id if isinstance(made, OnFile) else made
        await self.records.journal(act.name, act.noun.name, id, "done")
        return id


class Work(Protocol):
    """What a kind does. `known` asks the register once for a whole batch; the rest is one row.

    `settled` is the verdict on a row that somebody said to mean a certain candidate; None where it can no longer.
    """

    async def known(self, task: Task, lines: Sequence[Line]) -> Sequence[Any]: ...
    def judge(self, task: Task, line: Line, known: Any) -> Verdict: ...
    def settled(self, task: Task, line: Line, known: Any, target: UUID, /) -> Verdict | None: ...
    async def create(self, task: Task, line: Line, known: Any) -> Made: ...
    async def update(self, task: Task, line: Line, known: Any, verdict: Verdict, /) -> Made: ...


@dataclass(frozen=True)
class ImportKind:
    """One kind of import."""

    name: str
    noun: Noun
    vi: str
    en: str
    permissions: tuple[str, ...]
    """All are needed; the scope is the first one's."""
    columns: tuple[Column, ...]
    work: Work
    pointers: Mapping[str, str]
    """Where a rule's pointer begins → the column it is about."""
    depends_on: Callable[[Any], Hashable] | None = None
    """By what is known of a row: rows that depend on the same are done one after the other, all others abreast.
    None: no row depends on another; what they write is gathered, and made ready by the preview."""
    one_of: tuple[tuple[str, ...], ...] = ()
    """Of each group at least one column must be filled."""
    unique: tuple[tuple[str, ...], ...] = (("source_ref",), ("national_id",))
    """Columns whose values together stand in one row of a file only; a whole row never stands twice."""
    notes: tuple[str, ...] = ()
    decided: frozenset[str] = frozenset({"skip"})
    """What somebody may decide about a row for review."""

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def read(self, no: int, cells: Mapping[str, Cell]) -> Line:
        """A row's cells as values; a blank cell is no value."""
        values: Values = {}
        flaws: list[Flaw] = []
        for column in self.columns:
            cell = cells.get(column.name)
            if cell is None or cell == "" or (isinstance(cell, str) and cell.isspace()):
                if column.required:
                    flaws.append(Flaw(f"/{column.name}", "required"))
                continue
            try:
                values[column.name] = column.read(cell)
            except Unreadable as unreadable:
                flaws.append(Flaw(f"/{column.name}", unreadable.code))
        if self.one_of:
            broken = {flaw.pointer[1:] for flaw in flaws}
            flaws += [
                Flaw(f"/{names[0]}", "required")
                for names in self.one_of
                if not values.keys() & set(names) and not broken & set(names)
            ]
        return Line(no, values, tuple(flaws))

    def pointed(self, flaw: Flaw) -> Flaw:
        """A rule's flaw under the column a clerk sees."""
        for start, column in self.pointers.items():
            if flaw.pointer.startswith(start):
                return flaw._replace(pointer=f"/{column}")
        return flaw
