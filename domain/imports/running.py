"""Rows judged and rows done: the same rules both times, once without writing and once with (rulings 15, 18, 34).

What a row does is done by the act of a single write; here is only what a file adds: places, repetitions, verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.imports.kind import Column, ImportKind, Line, Task, Verdict
from domain.imports.made import Made
from domain.imports.places import Found, Seated, UnitKnown, named, responsible
from domain.imports.values import Cell, Place
from domain.refusals import Flaw, Refusal

CHANGING: Final = frozenset({"create", "update"})


class Raw(NamedTuple):
    """A row of the file by field, and whether values stood beyond its columns."""

    no: int
    cells: Mapping[str, Cell]
    overflows: bool = False


class Judged(NamedTuple):
    """A row with its verdict, the keys by which a repetition in the file is recognised, and what doing it came to."""

    no: int
    cells: Mapping[str, Cell]
    verdict: Verdict
    keys: tuple[bytes, ...]
    made: Made | None = None


class Staged(NamedTuple):
    """A row of the preview that shall now be done."""

    id: UUID
    no: int
    cells: Mapping[str, Cell]
    verdict: str
    target: UUID | None
    version: int | None
    decision: str | None
    decided_target: UUID | None


class Result(NamedTuple):
    """What became of a row."""

    id: UUID
    outcome: str
    flaws: tuple[Flaw, ...] = ()
    made: Made | None = None


# -- preview


async def judged(task: Task, kind: ImportKind, job_id: UUID, rows: Sequence[Raw]) -> list[Judged]:
    """A verdict for each row of a batch; nothing is written."""
    lines = await _read(task, kind, rows)
    keys = [_keys(task, kind, job_id, line) for line in lines]
    lines = await _once(task, job_id, lines, keys)
    verdicts = await _verdicts(task, kind, lines)
    return [
        Judged(row.no, row.cells, verdict, tuple(found.values()), made)
        for row, (verdict, made), found in zip(rows, verdicts, keys, strict=True)
    ]


async def _read(task: Task, kind: ImportKind, rows: Sequence[Raw]) -> list[Line]:
    lines = [kind.read(row.no, row.cells) for row in rows]
    lines = [
        line._replace(flaws=(*line.flaws, Flaw("", "cells_beyond_columns"))) if row.overflows else line
        for row, line in zip(rows, lines, strict=True)
    ]
    return await _placed(task, kind, lines)


async def _placed(task: Task, kind: ImportKind, lines: list[Line]) -> list[Line]:
    """Units of the file as units of the register, all looked for at once."""
    meant = {value for line in lines for value in line.values.values() if isinstance(value, Place)}
    if not meant:
        return lines
    known: Sequence[UnitKnown] = await task.records.imports.units(sorted(meant, key=repr), within=task.within)
    return [_seated(task, kind, line, known) for line in lines]


def _seated(task: Task, kind: ImportKind, line: Line, known: Sequence[UnitKnown]) -> Line:
    values, flaws = dict(line.values), list(line.flaws)
    for column in kind.columns:
        if isinstance(values.get(column.name), Place):
            found = _unit_of(task, column, line, known)
            if isinstance(found, Found):
                facts = (("candidates", list(found.candidates)),) if found.candidates else ()
                flaws.append(Flaw(f"/{column.name}", str(found.code), facts))
                del values[column.name]
            else:
                values[column.name] = found
    return Line(line.no, values, tuple(flaws))


def _unit_of(task: Task, column: Column, line: Line, known: Sequence[UnitKnown]) -> Seated | UUID | Found:
    on = line.values.get(column.on) if column.on else None
    found = named(line.values[column.name], known, task.options.as_of, on=on)
    if found.unit is None:
        return found
    return responsible(found.unit) if column.responsible else found.unit.id


def _keys(task: Task, kind: ImportKind, job_id: UUID, line: Line) -> dict[str, bytes]:
    """Of what stands once in a file, its values as keyed hashes, under the column that is told of a repetition."""
    given = {names[-1]: names for names in kind.unique if names[-1] in line.values}
    given = given or {"": tuple(sorted(line.values))}  # nothing stands once by itself: then the whole row does
    return {
        told: task.ctx.store.blind("import_row", f"{job_id}|{told}|{[line.values.get(name) for name in names]!r}")
        for told, names in given.items()
    }


async def _once(task: Task, job_id: UUID, lines: list[Line], keys: list[dict[str, bytes]]) -> list[Line]:
    """A second row with a value that stands once is refused, naming the first."""
    every = sorted({key for one in keys for key in one.values()})
    seen: dict[bytes, int] = dict(await task.records.imports.lines_of(job_id, every)) if every else {}
    checked = []
    for line, own in zip(lines, keys, strict=True):
        flaws = [
            Flaw(f"/{name}" if name else "", "repeated_in_file", (("line", seen[key]),))
            for name, key in own.items()
            if seen.get(key, line.no) != line.no
        ]
        for key in own.values():
            seen.setdefault(key, line.no)
        checked.append(line._replace(flaws=(*line.flaws, *flaws)) if flaws else line)
    return checked


Tried = tuple[Verdict, Made | None]


class Planned(NamedTuple):
    """A row that shall change the register."""

    line: Line
    known: Any
    verdict: Verdict


async def _verdicts(task: Task, kind: ImportKind, lines: Sequence[Line]) -> list[Tried]:
    whole = [line for line in lines if not line.flaws]
    known = dict(zip((line.no for line in whole), await kind.work.known(task, whole), strict=True)) if whole else {}
    verdicts = [
        Verdict("error", flaws=line.flaws) if line.flaws else kind.work.judge(task, line, known[line.no])
        for line in lines
    ]
    changing = [
        Planned(line, known[line.no], verdict)
        for line, verdict in zip(lines, verdicts, strict=True)
        if verdict.word in CHANGING
    ]
    tried = dict(zip((one.line.no for one in changing), await _tried(task, kind, changing), strict=True))
    return [tried.get(line.no, (verdict, None)) for line, verdict in zip(lines, verdicts, strict=True)]


async def _tried(task: Task, kind: ImportKind, rows: Sequence[Planned]) -> list[Tried]:
    """The acts themselves are asked, and nothing they write is stored: what one refuses is an error of its row."""
    if kind.depends_on is None:
        return [await _gathered(task, kind, one) for one in rows]
    came_to = await _abreast(task, kind, rows, kept=False)
    return [
        (one.verdict.failed(*flaws_of(kind, made)) if isinstance(made, Refusal) else one.verdict, None)
        for one, made in zip(rows, came_to, strict=True)
    ]


async def _gathered(task: Task, kind: ImportKind, one: Planned) -> Tried:
    """With what it came to: what it would write is kept for the commit."""
    try:
        async with task.records.tried(one.line.no):
            return one.verdict, await _perform(task, kind, one)
    except Refusal as refusal:
        return one.verdict.failed(*flaws_of(kind, refusal)), None


async def _abreast(task: Task, kind: ImportKind, rows: Sequence[Planned], *, kept: bool) -> list[Made | Refusal]:
    """Rows that depend on none of the others at the same time, each whole or not at all."""

    def act(one: Planned) -> Any:
        return lambda records: _perform(replace(task, records=records), kind, one)

    assert kind.depends_on
    if rows:
        await task.records.law.in_force()  # once, before all of them ask
    acts = [(kind.depends_on(one.known), act(one)) for one in rows]
    came_to: list[Made | Refusal] = await task.records.abreast(acts, kept=kept)
    return came_to


async def _perform(task: Task, kind: ImportKind, one: Planned) -> Made:
    if one.verdict.word == "create":
        return await kind.work.create(task, one.line, one.known)
    return await kind.work.update(task, one.line, one.known, one.verdict)


def flaws_of(kind: ImportKind, refusal: Refusal) -> tuple[Flaw, ...]:
    """What an act refused, under the columns of the file."""
    return tuple(kind.pointed(flaw) for flaw in refusal.flaws) or (Flaw("", refusal.code),)


# -- commit


async def done(task: Task, kind: ImportKind, rows: Sequence[Staged]) -> list[Result]:
    """Do a batch: at once where all can be done, else in halves, down to the row that cannot."""
    wanted = [row for row in rows if (row.decision or row.verdict) in CHANGING]
    skipped = [Result(row.id, "skipped") for row in rows if (row.decision or row.verdict) not in CHANGING]
    if not wanted:
        return skipped
    lines = await _read(task, kind, [Raw(row.no, row.cells) for row in wanted])
    known = await kind.work.known(replace(task, locking=True), lines)
    entries = list(zip(wanted, lines, known, strict=True))
    if kind.depends_on is None:
        return skipped + await _together(task, kind, entries)
    return skipped + await _side_by_side(task, kind, entries)


Entry = tuple[Staged, Line, Any]


async def _side_by_side(task: Task, kind: ImportKind, entries: list[Entry]) -> list[Result]:
    """Rows that still stand as the preview showed them, abreast."""
    planned = {row.no: _planned(task, kind, row, line, known) for row, line, known in entries}
    doing = [one for one in planned.values() if isinstance(one, Planned)]
    came_to = dict(zip((one.line.no for one in doing), await _abreast(task, kind, doing, kept=True), strict=True))
    found = []
    for row, _line, _known in entries:
        one, made = planned[row.no], came_to.get(row.no)
        if isinstance(one, Result):
            found.append(one)
        elif isinstance(made, Refusal):
            found.append(_refused(kind, row, made))
        else:
            assert made
            found.append(Result(row.id, made.outcome, made=made))
    return found


async def _together(task: Task, kind: ImportKind, entries: list[Entry]) -> list[Result]:
    try:
        async with task.records.together():
            return [await _done(task, kind, *entry) for entry in entries]
    except Refusal as refusal:
        if len(entries) == 1:
            return [_refused(kind, entries[0][0], refusal)]
    half = len(entries) // 2
    return await _together(task, kind, entries[:half]) + await _together(task, kind, entries[half:])


async def _done(task: Task, kind: ImportKind, row: Staged, line: Line, known: Any) -> Result:
    """One row whose writes are gathered."""
    one = _planned(task, kind, row, line, known)
    if isinstance(one, Result):
        return one
    try:
        async with task.records.apart():
            made = await _perform(task, kind, one)
    except Refusal as refusal:
        return _refused(kind, row, refusal)
    return Result(row.id, made.outcome, made=made)


def _planned(task: Task, kind: ImportKind, row: Staged, line: Line, known: Any) -> Planned | Result:
    """What one row does, if it still stands as the preview showed it."""
    if line.flaws:
        return Result(row.id, "failed", line.flaws)
    verdict = _decided(task, kind, row, line, known)
    return Result(row.id, "moved") if verdict is None else Planned(line, known, verdict)


def _decided(task: Task, kind: ImportKind, row: Staged, line: Line, known: Any) -> Verdict | None:
    """The verdict of now where it is that of the preview, or what somebody decided since; None where it has moved."""
    verdict = kind.work.judge(task, line, known)
    if row.decision == "create":
        return verdict._replace(word="create", target=None) if verdict.word in ("review", "create") else None
    if row.decision == "update" and row.decided_target is not None:
        return kind.work.settled(task, line, known, row.decided_target)
    same = (verdict.word, verdict.target, verdict.version) == (row.verdict, row.target, row.version)
    return verdict if same else None


def _refused(kind: ImportKind, row: Staged, refusal: Refusal) -> Result:
    outcome = "waiting" if refusal.code == "too_many_requests" else "failed"
    return Result(row.id, outcome, flaws_of(kind, refusal))
