"""Commands of exports, and what a file says of itself: pure, no clock, no I/O."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.exports.layouts import MARK as LAYOUT
from domain.exports.layouts import layout_of
from domain.reading import Asked, Form, Selection, Show
from domain.refusals import Flaw, Refusal, flawed

LEFT_OUT: Final = frozenset({"masked", "transitions", "consequences", "warnings", "activation_code"})
"""What only an answer of the interface tells; no column of a file."""
MOST_ROWS: Final = 1_000_000
"""A sheet of XLSX holds so many; beyond, a list is taken out in parts."""
KEPT_DAYS: Final = 7
MARK: Final = "Điểm Tựa · "
PATHS: Final = {"person": "persons", "treatment_course": "treatment-courses"}
"""Nouns whose list has layouts, and the list's path."""
HELD_BACK: Final = "•••••"
"""Stands for the value of a personal filter wherever an export is shown."""


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
    personal: Mapping[str, Any] = field(default_factory=dict)
    """Filters that may hold a name or a number: kept sealed, shown as set and never by value."""


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

    cell: Callable[[Mapping[str, Any]], Any] | None = None
    """How its value comes of a row, where it is not a field as it stands (domain.exports.layouts)."""
    is_day: bool = False
    """Whether that value is a day as a clerk writes it."""

    def value(self, row: Mapping[str, Any]) -> Any:
        return value_at(row, self.path) if self.cell is None else self.cell(row)

    @property
    def header(self) -> str:
        return ".".join(self.path)


def columns_of(page: Selection, named: Sequence[str] = ()) -> tuple[Column, ...]:
    """The columns of a narrowed page: absent fields have none, a single relation is told as `relation.field`.

    An answer always holds ids; a file holds them where all fields are asked for, or they by name.
    """
    (data,) = (pick.of for pick in page.picks if pick.name == "data" and pick.of is not None)
    if layout := layout_of(PATHS.get(data.noun, ""), named):
        cells = layout.cells.items()
        return tuple(
            Column((header,), data.noun, "", header in layout.masked, cell, header in layout.days)
            for header, cell in cells
        )
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


def refuse_lists_inside(page: Selection, named: Sequence[str] = ()) -> None:
    """A row of a file holds one of each: raises `invalid` for relations to many, but where a layout picks one."""
    if any(name.startswith(LAYOUT) for name in named):
        return
    (data,) = (pick.of for pick in page.picks if pick.name == "data" and pick.of is not None)
    if _has_list(data):
        raise Refusal("invalid", flaws=(Flaw("/fields", "not_a_column"),))


def _has_list(selection: Selection) -> bool:
    return any(pick.of is not None and (pick.of.form is Form.LIST or _has_list(pick.of)) for pick in selection.picks)


def refuse_incomplete(page: Mapping[str, Any]) -> None:
    """A search of the country looks at a bounded number of candidates: a file of some of them is none. Raises."""
    if page["page"].get("incomplete"):
        raise flawed("/filters/q", "one_more_word")


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


class Told(NamedTuple):
    """What an export was asked for, as its manifest tells it; `filters` as they are shown."""

    id: UUID
    collection: str
    noun: str
    filters: Mapping[str, Any]
    sort: str
    via: str | None
    format: str
    purpose: str
    approved_by: UUID | None = None
    streamed: bool = False


def manifest_of(
    told: Told, maker: Maker, columns: Sequence[Column], hidden: Sequence[str], rows: int, at: datetime
) -> dict[str, Any]:
    """Filters, columns, counts, who and why; size and checksum are added when the last byte is known."""
    return {
        "export_id": str(told.id),
        "collection": told.collection,
        "noun": told.noun,
        "filters": dict(told.filters),
        "sort": told.sort,
        "via": told.via,
        "format": told.format,
        "columns": [column.header for column in columns],
        "masked": [column.header for column in columns if column.masked],
        "absent": list(hidden),
        "rows": rows,
        "snapshot_at": at.isoformat(),
        "purpose": told.purpose,
        "made_by": {
            "account_id": str(maker.account_id),
            "user_name": maker.user_name,
            "role": maker.role,
            "unit_id": str(maker.unit_id),
            "unit": maker.unit_name,
        },
        "approved_by": str(told.approved_by) if told.approved_by else None,
        "streamed": told.streamed,
    }


def spelled(value: Any) -> str:
    """A fact of the manifest as a file's last lines tell it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
