"""Files with the columns of other software: the headers of a mapping that comes with the service, filled from a list.

What such a file holds comes back by the same mapping as it left (domain.imports.model.SHIPPED). Numbers that every list
masks stand empty: a masked number is of no use to the software that reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from domain.imports.kinds import courses, persons
from domain.imports.model import SHIPPED
from domain.refusals import flawed

MARK: Final = "@"
"""How the name of a mapping begins, where fields are named."""
Row = Mapping[str, Any]
Cell = Callable[[Row], Any]


class Layout(NamedTuple):
    """What is asked of the list, and how each column comes of a row."""

    fields: tuple[str, ...]
    cells: Mapping[str, Cell]
    """By header, in the order of the mapping."""
    masked: frozenset[str]
    """Headers that stand empty because every list masks what they hold."""
    days: frozenset[str]
    """Headers whose values are days as a clerk writes them: native days in a workbook, where they are whole."""


def layout_of(collection: str, fields: Sequence[str]) -> Layout | None:
    """The layout that the fields name: `@rehab_software` alone. Raises `invalid` where the list has none so named."""
    if not any(name.startswith(MARK) for name in fields):
        return None
    found = LAYOUTS.get((collection, fields[0].removeprefix(MARK))) if len(fields) == 1 else None
    if found is None:
        raise flawed("/fields", "unknown_layout")
    return found


def day(text: str | None) -> str | None:
    """As a clerk writes it; what is masked stays so."""
    return text if text is None or not text[:1].isdigit() else f"{date.fromisoformat(text):%d/%m/%Y}"


def birth(row: Row) -> str | None:
    """As far as it is known: 1985, 05/1985, 28/02/1985."""
    born: str | None = row.get("born_on")
    parts = {"year": 1, "month": 2}.get(row.get("born_precision") or "day", 3)
    return None if born is None else "/".join(reversed(born.split("-")[:parts]))


def own(name: str) -> Cell:
    return lambda row: row.get(name)


def of_person(cell: Cell) -> Cell:
    return lambda row: cell(row.get("person") or {})


def word(words: Mapping[str, str], name: str) -> Cell:
    return lambda row: words.get(row.get(name) or "")


def lived(kind: str, cell: Cell) -> Cell:
    """Of where the person lives, or is registered, today."""

    def value(row: Row) -> Any:
        lasting = (one for one in row.get("residences") or () if one["kind"] == kind and one.get("valid_to") is None)
        return cell(next(lasting, {}))

    return value


def issued(cell: Cell) -> Cell:
    """Of the paper that counts."""
    return lambda row: cell(next((one for one in row.get("identifiers") or () if one.get("status") == "active"), {}))


def unit_name(row: Row) -> str | None:
    name: str | None = (row.get("unit") or {}).get("name")
    return name


SEALED: Final = frozenset({"national_id", "phone"})
DAYS: Final = frozenset({"born_on", "issued_on", "started_on", "ended_on"})
OF_PERSONS: Final[Mapping[str, Cell]] = {
    "source_ref": own("source_ref"),
    "full_name": own("full_name"),
    "aliases": lambda row: "; ".join(row.get("aliases") or ()),
    "born_on": birth,
    "gender": word(persons.GENDERS, "gender"),
    "issued_on": issued(lambda paper: day(paper.get("issued_on"))),
    "issued_by": issued(own("issued_by")),
    "permanent_address": lived("permanent", own("address")),
    "permanent_unit": lived("permanent", unit_name),
    "current_address": lived("current", own("address")),
    "current_unit": lived("current", unit_name),
    "occupation": own("occupation"),
    "native_place": own("native_place"),
}
OF_COURSES: Final[Mapping[str, Cell]] = {
    "person_ref": of_person(own("source_ref")),
    "source_ref": own("source_ref"),
    "full_name": of_person(own("full_name")),
    "born_on": of_person(birth),
    "kind": word(courses.KINDS, "kind"),
    "order_kind": word(courses.ORDERS, "order_kind"),
    "place_name": own("place_name"),
    "started_on": lambda row: day(row.get("started_on")),
    "ended_on": lambda row: day(row.get("ended_on")),
    "outcome": word(courses.OUTCOMES, "outcome"),
}
ASKED: Final = {
    "persons": (
        "persons",
        OF_PERSONS,
        (
            *(
                "source_ref",
                "full_name",
                "aliases",
                "born_on",
                "born_precision",
                "gender",
                "occupation",
                "native_place",
            ),
            *(f"identifiers.{name}" for name in ("status", "issued_on", "issued_by")),
            *(f"residences.{name}" for name in ("kind", "address", "valid_to", "unit.name")),
        ),
    ),
    "treatment-courses": (
        "treatment_courses",
        OF_COURSES,
        (
            *("source_ref", "kind", "order_kind", "place_name", "started_on", "ended_on", "outcome"),
            *(f"person.{name}" for name in ("source_ref", "full_name", "born_on", "born_precision")),
        ),
    ),
}
"""List → the kind of import it comes back as, its cells by field, what is asked of it."""


def _layout(columns: Mapping[str, str], cells: Mapping[str, Cell], fields: tuple[str, ...]) -> Layout:
    nothing: Cell = lambda _row: None  # noqa: E731 - a column that the software has and the register has not
    masked, days = (
        frozenset(header for header, field in columns.items() if field in these) for these in (SEALED, DAYS)
    )
    return Layout(fields, {header: cells.get(field, nothing) for header, field in columns.items()}, masked, days)


LAYOUTS: Final[Mapping[tuple[str, str], Layout]] = {
    (collection, mapping): _layout(kinds[kind], cells, fields)
    for mapping, kinds in SHIPPED.items()
    for collection, (kind, cells, fields) in ASKED.items()
    if kind in kinds
}
