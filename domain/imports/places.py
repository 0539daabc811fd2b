"""Units of a file, by code or name and a day, through the lineage (rulings 33: never a code without its day). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from domain.imports.values import Place, bare

MOST_LISTED: Final = 5


class Seated(NamedTuple):
    """A commune of today: its id, its number in the tree and its name."""

    id: UUID
    no: int
    name: str = ""


class UnitKnown(NamedTuple):
    """A commune of some time, with the names of what it lay in, and what it has become."""

    id: UUID
    code: str | None
    name: str
    above: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    successors: tuple[UUID, ...]
    """Communes of today that it lives on in; itself, while it stands."""
    in_scope: tuple[Seated, ...] = ()
    """Those of them in the reach of who imports."""

    def stood(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def told(self) -> str:
        """For the list of candidates: a unit is no secret."""
        until = f"–{self.valid_to.strftime('%d/%m/%Y')}" if self.valid_to else ""
        return f"{self.name} ({', '.join(filter(None, (self.code, *self.above[:2])))}){until}"


class Found(NamedTuple):
    """The unit a place means, or why none: a flaw's code and the candidates."""

    unit: UnitKnown | None
    code: str | None = None
    candidates: tuple[str, ...] = ()


def named(place: Place, units: Iterable[UnitKnown], as_of: date | None, *, on: date | None = None) -> Found:
    """The one unit meant. Without a day a code that stood for several places is ambiguous, never guessed.

    `on` chooses among the names one place has had: the one it bore on that day, else today's.
    """
    meant = [unit for unit in units if _fits(place, unit) and (as_of is None or unit.stood(as_of))]
    if not meant:
        return Found(None, "no_such_unit" if as_of is None else "no_such_unit_then")
    if place.code is None and len(_fates(meant)) > 1:
        near = _nearest(meant)
        meant = _living_on(meant) or _living_on(near) or near  # never of a code: codes were given anew (rulings 33)
    if len(_fates(meant)) > 1:
        return Found(None, "unit_ambiguous", tuple(unit.told() for unit in meant[:MOST_LISTED]))
    then = [unit for unit in meant if on is not None and unit.stood(on)]
    standing = [unit for unit in meant if unit.valid_to is None]
    return Found((then or standing or meant)[0])


def _fates(units: Iterable[UnitKnown]) -> set[tuple[UUID, ...]]:
    """Different places: those that live on in different communes of today."""
    return {tuple(sorted(unit.successors)) for unit in units}


def _living_on(units: list[UnitKnown]) -> list[UnitKnown]:
    """The one of today that bears the name, where every earlier bearer lives on in it, if in others too."""
    today = [unit for unit in units if unit.valid_to is None]
    heirs = len(today) == 1 and all(today[0].id in unit.successors for unit in units)
    return today if heirs else []


def _nearest(units: list[UnitKnown]) -> list[UnitKnown]:
    """Of namesakes, those in the reach of who imports."""
    return [unit for unit in units if unit.in_scope] or units


def _fits(place: Place, unit: UnitKnown) -> bool:
    if place.code is not None:
        return place.code == (unit.code or "").zfill(5)
    own, *above = place.names
    held = {bare(name) for name in unit.above}
    return bare(unit.name) == own and set(above) <= held


def responsible(unit: UnitKnown) -> Seated | Found:
    """The commune of today in scope that a unit lives on in; several are listed, none is outside."""
    if len(unit.in_scope) == 1:
        return unit.in_scope[0]
    if unit.in_scope:
        return Found(None, "unit_was_divided", tuple(one.name for one in unit.in_scope[:MOST_LISTED]))
    return Found(None, "unit_not_in_scope")
