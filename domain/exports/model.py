"""Commands of exports, and what a file says of itself: pure, no clock, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.reading import Asked, Form, Selection, Show
from domain.refusals import Flaw, Refusal, flawed

LEFT_OUT: Final = frozenset({"masked", "transitions", "consequences", "warnings", "activation_code"})
"""What only an answer of the interface tells; no column of a file."""
MOST_ROWS: Final = 1_000_000
"""A sheet of XLSX holds so many; beyond, a list is taken out in parts."""
KEPT_DAYS: Final = 7
MARK: Final = "Điểm Tựa · "


@dataclass(frozen=True)
class NewExport:
    """A list to take out, as the list itself would be asked."""

    collection: str
    asked: Asked
    """The list's own question; what it selects is judged as a read of it would be."""
    filters: Mapping[str, Any]
    fields: tuple[str, ...]
    sort: str
    format: str
    via: str | None = None
    id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class DecideExport:
    """What a unit above says: `queued` lets it run, `refused` ends it."""

    id: UUID
    to: str


def road(via: str | None) -> str | None:
    """Another road to the rows, if there is such a one. Raises `invalid`."""
    if via not in (None, "grant", "made"):
        raise flawed("/via", "not_allowed")
    return via


class Column(NamedTuple):
    """A column of the file: the way to its value, its name in the file, whether it is masked."""

    path: tuple[str, ...]
    noun: str
    name: str
    masked: bool

    @property
    def header(self) -> str:
        return ".".join(self.path)


def columns_of(page: Selection, named: Sequence[str] = ()) -> tuple[Column, ...]:
    """The columns of a narrowed page: absent fields have none, a single relation is told as `relation.field`.

    An answer always holds ids; a file holds them where all fields are asked for, or they by name.
    """
    (data,) = (pick.of for pick in page.picks if pick.name == "data" and pick.of is not None)
    every = _columns(data, ())
    if not named:
        return tuple(every)
    kept = [column for column in every if column.name != "id" or column.header in named]
    return tuple(sorted(kept, key=lambda column: _place(column.header, named)))


def _place(header: str, named: Sequence[str]) -> int:
    """Columns stand in the order in which they were asked for."""
    return next((at for at, name in enumerate(named) if header == name or header.startswith(f"{name}.")), len(named))


def _columns(selection: Selection, above: tuple[str, ...]) -> list[Column]:
    found = []
    for pick in selection.picks:
        if pick.name in LEFT_OUT or pick.show is Show.ABSENT:
            continue
        if pick.of is not None:
            found += _columns(pick.of, (*above, pick.key))
        else:
            found.append(Column((*above, pick.key), selection.noun, pick.name, pick.show is Show.MASKED))
    return found


def hidden_of(page: Selection) -> tuple[str, ...]:
    """What was asked for and is not in the file."""
    (data,) = (pick.of for pick in page.picks if pick.name == "data" and pick.of is not None)
    return tuple(pick.spelled for pick in data.picks if pick.show is Show.ABSENT)


def refuse_lists_inside(page: Selection) -> None:
    """A row of a file holds one of each: raises `invalid` for relations to many."""
    (data,) = (pick.of for pick in page.picks if pick.name == "data" and pick.of is not None)
    if _has_list(data):
        raise Refusal("invalid", flaws=(Flaw("/fields", "not_a_column"),))


def _has_list(selection: Selection) -> bool:
    return any(pick.of is not None and (pick.of.form is Form.LIST or _has_list(pick.of)) for pick in selection.picks)


def value_at(row: Mapping[str, Any], path: Sequence[str]) -> Any:
    """The value of a column in a row as it was read; None where a relation is empty."""
    value: Any = row
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


class Maker(NamedTuple):
    """Who takes a file out, as the file says it."""

    account_id: UUID
    user_name: str
    role: str
    unit_id: UUID
    unit_name: str


def watermark_of(id: UUID, maker: Maker, purpose: str, at: datetime) -> str:
    """One line in every file: whose copy it is, of when, and for what."""
    return f"{MARK}{maker.user_name} · {maker.unit_name} · {at:%Y-%m-%dT%H:%M:%S%z} · {purpose} · {id}"
