"""What a row of a kept noun would change: which facts are told, which corrected, which moves are made. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from domain.imports.kind import Change, Values
from domain.imports.pointing import Points
from domain.imports.ways import Way, missing, way
from domain.keeping import Kept, Row
from domain.law.life_cycle import LifeCycle, Move
from domain.refusals import Flaw
from domain.text import tidy

Steps = tuple[tuple[str, dict[str, Any]], ...]
"""Moves in their order: the state come to, and what is told."""
OWN: Final = frozenset({"version", "updated_at"})
"""Of a row on file, what every change changes."""


Shape = Callable[[Values, Row | None, date], Mapping[str, Any]]
"""Facts that are no cells as they stand: from the row's values and from what is on file."""


@dataclass(frozen=True)
class Declared:
    """What a kind of a kept noun says of itself."""

    kept: Kept
    same: tuple[str, ...]
    """Fields by which a row without a reference is known again, of the same person or the same model."""
    holder: str = "person_id"
    points: tuple[Points, ...] = ()
    moved: tuple[str, ...] = ()
    """Columns that are told with the moves."""
    with_move: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """State → what may be told with the move there, beyond what it needs."""
    implied: tuple[tuple[str, str], ...] = ()
    """(field, state): the first that is given says the state where the file names none."""
    corrected: frozenset[str] = frozenset()
    """What a correction may say beyond what is told at first."""
    derived: frozenset[str] = frozenset()
    """What the noun itself fills in, where the file does not say it."""
    shape: Shape | None = None
    step: Callable[[str, Mapping[str, Any]], Mapping[str, Any]] | None = None
    """What is told with a move under other names than the columns'."""
    stepped: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """State → the columns that `step` reads for the move there."""
    either: bool = False
    """Whether a row may be of nobody."""


@dataclass(frozen=True)
class Plan:
    """The acts of one row, in their order: recorded with `told`, or corrected with `amended`; then moved."""

    told: dict[str, Any] = field(default_factory=dict)
    amended: dict[str, Any] = field(default_factory=dict)
    steps: Steps = ()
    diff: tuple[Change, ...] = ()
    flaws: tuple[Flaw, ...] = ()


def alike(value: Any) -> Any:
    """A value as it is compared: texts tidied, lists as tuples."""
    if isinstance(value, str):
        return tidy(str(value))
    return tuple(alike(part) for part in value) if isinstance(value, list | tuple) else value


def is_same(row: Row, given: Mapping[str, Any], names: Collection[str]) -> bool:
    """Whether what makes a row the same says nothing else; what one side does not say, contradicts nothing."""
    told = [(row.get(name), given[name]) for name in names if given.get(name) is not None]
    agree = [alike(on_file) == alike(value) for on_file, value in told if on_file is not None]
    return bool(agree) and all(agree)


def planned(work: Declared, given: dict[str, Any], row: Row | None, *, blanks_only: bool) -> Plan:
    """The acts that bring the register to what the row says."""
    return _of_new(work, given) if row is None else _of_known(work, given, row, blanks_only=blanks_only)


def _of_new(work: Declared, given: dict[str, Any]) -> Plan:
    given = {name: value for name, value in given.items() if value is not None}
    life = work.kept.life
    if life is None:
        return Plan({name: value for name, value in given.items() if name in work.kept.told})
    to = _target(work, life, given, life.initial)
    found, flaws = _way(work, life, life.initial, to, given, given.keys() | work.derived)
    steps = _steps(work, found, given)
    told = {name: value for name, value in given.items() if name in work.kept.told}
    used = _used(work, steps)
    late = [name for name in given if name in work.moved and name not in used and name not in told]
    flaws += [Flaw(f"/{name}", "not_yet") for name in late if not flaws]
    return Plan(told, steps=steps, flaws=tuple(flaws))


def _of_known(work: Declared, given: dict[str, Any], row: Row, *, blanks_only: bool) -> Plan:
    changed = {
        name: value
        for name, value in given.items()
        if name != "state" and alike(row.get(name)) != alike(value) and not (blanks_only and row.get(name) is not None)
    }
    life, state = work.kept.life, row.get("state")
    steps: Steps = ()
    flaws: list[Flaw] = []
    if life is not None and not blanks_only:
        to = _target(work, life, given, row["state"])
        at_hand = {name for name, value in (dict(row) | given).items() if value is not None}
        found, flaws = _way(work, life, row["state"], to, changed, at_hand - (work.kept.fresh - given.keys()))
        steps = _steps(work, found, given)
        state = to
    used = _used(work, steps)
    amended = {name: value for name, value in changed.items() if name not in used}
    fixed = sorted(amended.keys() - _amendable(work))
    flaws += [Flaw(f"/{_column(work, name)}", "not_changeable") for name in fixed]
    diff = [Change(name, row.get(name), value) for name, value in changed.items()]
    if life is not None and state != row["state"]:
        diff.append(Change("state", row["state"], state))
    return Plan(amended=amended, steps=steps, diff=tuple(diff), flaws=tuple(flaws))


def _amendable(work: Declared) -> frozenset[str]:
    names: frozenset[str] = (work.kept.told - work.kept.settled - work.kept.beside) | work.corrected
    return names


def _column(work: Declared, name: str) -> str:
    """The column under which a clerk sees a field."""
    return next((points.column for points in work.points if name in (points.fact, points.words)), name)


def _target(work: Declared, life: LifeCycle, given: Mapping[str, Any], state: str) -> str:
    """The state that the row names; else the one its days say, where a way leads there."""
    if given.get("state") is not None:
        return str(given["state"])
    said = next((to for name, to in work.implied if given.get(name) is not None), state)
    return said if way(life, state, said, ()) is not None else state


def _way(
    work: Declared, life: LifeCycle, state: str, to: str, new: Collection[str], told: Collection[str]
) -> tuple[Way, list[Flaw]]:
    """The moves that `new` facts speak of; `told` is what is at hand for them."""

    def said(move: Move) -> tuple[str, ...]:
        with_it = work.with_move.get(move.to, ()) + work.stepped.get(move.to, ())
        return (*(set(told) - set(new)), *move.requires, *with_it)

    found = way(life, state, to, told, said)
    if found is None:
        allowed = [move.to for move in life.allowed(state)]
        return (), [Flaw("/state", "wrong_move", (("allowed", allowed),))]
    return found, [Flaw(f"/{_column(work, name)}", "required") for name in missing(found, told)]


def _steps(work: Declared, found: Way, given: Mapping[str, Any]) -> Steps:
    """What is told with each move: what it needs, what may come with it."""
    steps = []
    for move in found:
        names = (*move.requires, *work.with_move.get(move.to, ()))
        told = {name: given[name] for name in names if given.get(name) is not None}
        steps.append((str(move.to), told | dict(work.step(move.to, given) if work.step else {})))
    return tuple(steps)


def _used(work: Declared, steps: Steps) -> set[str]:
    """The fields that the moves say."""
    return {name for _to, told in steps for name in told} | {
        name for to, _told in steps for name in work.stepped.get(to, ())
    }


def before_of(before: Row, after: Row) -> dict[str, str]:
    """What a change changed, as it stood: JSON texts by column, for undo."""
    changed = (name for name in before if name not in OWN and before[name] != after[name])
    return {name: json.dumps(before[name], ensure_ascii=False, default=str) for name in changed}
