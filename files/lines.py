"""JSON Lines as rows: one flat object a line; the names of the first line and of all others are the columns.

The first row given is the header. Names that appear later are refused with their line: a table has one set of columns.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from files.cells import BROKEN, MOST_COLUMNS, Cell, FileRefused, Row

LONGEST_LINE: Final = 1_000_000
LOOKED_AT: Final = 1_000
"""Objects whose names make the header."""


def rows(text: Iterable[str], told: Callable[[str], str] = str) -> Iterator[Row]:
    """A header row 0 and a row for each object. Raises FileRefused with the line that is none."""
    objects = _objects(text)
    first = [found for _, found in zip(range(LOOKED_AT), objects, strict=False)]
    names = list(dict.fromkeys(name for _, found in first for name in found))
    if len(names) > MOST_COLUMNS:
        raise FileRefused("too_many_columns", most=MOST_COLUMNS)
    yield Row(0, [unicodedata.normalize("NFC", name) for name in names])
    places = {name: place for place, name in enumerate(names)}
    for no, found in first:
        yield _row(no, found, places, told)
    for no, found in objects:
        yield _row(no, found, places, told)


def _row(no: int, found: dict[str, Any], places: dict[str, int], told: Callable[[str], str]) -> Row:
    cells: list[Cell] = [None] * len(places)
    for name, value in found.items():
        if name not in places:
            raise FileRefused("columns_differ", line=no)
        cells[places[name]] = _cell(value, told)
    return Row(no, cells)


def _cell(value: Any, told: Callable[[str], str]) -> Cell:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", told(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) or value is None:
        return value
    return f"{BROKEN}wrong_type"


def _objects(text: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for no, line in enumerate(_lines(text), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line, object_pairs_hook=_once, parse_constant=_none, parse_int=_short)
        except (ValueError, RecursionError) as broken:
            raise FileRefused("row_unreadable", line=no) from broken
        if not isinstance(found, dict):
            raise FileRefused("row_unreadable", line=no)
        yield no, found


def _lines(text: Iterable[str]) -> Iterator[str]:
    rest = ""
    for piece in text:
        *lines, rest = (rest + piece).split("\n")
        yield from lines
        if len(rest) > LONGEST_LINE:
            raise FileRefused("row_unreadable")
    yield rest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _none(_word: str) -> Any:
    raise ValueError("NaN and Infinity are no JSON")


def _short(digits: str) -> int:
    if len(digits) > 30:
        raise ValueError("a number too long")
    return int(digits)
