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


async def _verdicts(task: Task, kind: ImportKind, lines: Sequence[Line]) -> list[Tried]:
    whole = [line for line in lines if not line.flaws]
    known = dict(zip((line.no for line in whole), await kind.work.known(task, whole), strict=True)) if whole else {}
    verdicts: list[Tried] = []
    for line in lines:
        if line.flaws:
            verdicts.append((Verdict("error", flaws=line.flaws), None))
        else:
            verdict = kind.work.judge(task, line, known[line.no])
            verdicts.append(await _tried(task, kind, line, known[line.no], verdict))
    return verdicts


async def _tried(task: Task, kind: ImportKind, line: Line, known: Any, verdict: Verdict) -> Tried:
    """The act itself is asked, and nothing it writes is stored: what it refuses is an error of the row."""
    if verdict.word not in CHANGING:
        return verdict, None
    try:
        async with task.records.tried(line.no):
            return verdict, await _perform(task, kind, line, known, verdict)
    except Refusal as refusal:
        return verdict.failed(*flaws_of(kind, refusal)), None


async def _perform(task: Task, kind: ImportKind, line: Line, known: Any, verdict: Verdict) -> Made:
    if verdict.word == "create":
        return await kind.work.create(task, line, known)
    return await kind.work.update(task, line, known, verdict)


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
    if kind.by_set:
        return skipped + await _together(task, kind, entries)
    return skipped + [result for entry in entries for result in await _together(task, kind, [entry])]


Entry = tuple[Staged, Line, Any]


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
    """One row, if it still stands as the preview showed it."""
    if line.flaws:
        return Result(row.id, "failed", line.flaws)
    verdict = _decided(task, kind, row, line, known)
    if verdict is None:
        return Result(row.id, "moved")
    try:
        async with task.records.apart():
            made = await _perform(task, kind, line, known, verdict)
    except Refusal as refusal:
        return _refused(kind, row, refusal)
    return Result(row.id, made.outcome, made=made)


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
