"""XLSX as rows, after its wrapping was judged: a small file can unfold to gigabytes.

Row numbers are those of the sheet; hidden leading rows and columns count. Merged cells of the head repeat their value,
so that a header over several columns is said in each. A formula is read by the value it was saved with.
"""

from __future__ import annotations

import html
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from files.cells import BROKEN, MOST_COLUMNS, MOST_ROWS, Cell, FileRefused, Row

MOST_UNFOLDED: Final = 400_000_000
MOST_OF_ONE: Final = 300_000_000
MOST_TEXTS: Final = 60_000_000
MOST_ENTRIES: Final = 500
STEEPEST: Final = 120
"""How many times larger than its wrapping a part may be, where it is large at all."""
SMALL: Final = 2_000_000
HEAD: Final = 40
FORBIDDEN: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
UNBELIEVED: Final = re.compile(
    rb'<c r="([A-Z]{1,3}[0-9]{1,7})"(?:[^>]* t="e"|[^>]*><f[^>]*>[^<]*</f>(?:<v/>|<v></v>)?</c>)'
)
MOST_BROKEN: Final = 10_000
ELEMENT: Final = re.compile(r"<Relationship\b[^>]*>")
SHEET: Final = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
DIMENSION: Final = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')


def rows(content: bytes, sheet: str | None = None, told: Callable[[str], str] = str) -> Iterator[Row]:
    """Rows of one sheet: the named one, else the first that is visible. Raises FileRefused."""
    broken = judge(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        name = _name(book, sheet)
        places = broken.get(_part(content, name), frozenset())
        yield from _rows(book.get_sheet_by_name(name), places, told)
    except PasswordError as locked:
        raise FileRefused("file_has_password") from locked
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError) as broke:
        raise FileRefused("not_a_workbook") from broke


Broken = dict[str, frozenset[str]]
"""Part of the file → cells (`B2`) that hold an error, or a formula that was never computed."""


def judge(content: bytes) -> Broken:
    """Refuse what unfolds beyond measure, before anything is unfolded; note cells whose value cannot be believed."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("old_or_locked_workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as wrapped:
            return _judge_parts(wrapped)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as broken:
        raise FileRefused("not_a_workbook") from broken


def _judge_parts(wrapped: zipfile.ZipFile) -> Broken:
    parts = wrapped.infolist()
    if len(parts) > MOST_ENTRIES or sum(part.file_size for part in parts) > MOST_UNFOLDED:
        raise FileRefused("file_unfolds_too_far")
    names = {part.filename for part in parts}
    if len(names) < len(parts) or "xl/workbook.xml" not in names:
        raise FileRefused("not_a_workbook")
    for part in parts:
        steep = part.file_size > SMALL and part.file_size > STEEPEST * max(part.compress_size, 1)
        texts = part.filename.endswith("sharedStrings.xml") and part.file_size > MOST_TEXTS
        if steep or texts or part.file_size > MOST_OF_ONE:
            raise FileRefused("file_unfolds_too_far")
    return {part.filename: _judge_text(wrapped, part) for part in parts if part.filename.endswith((".xml", ".rels"))}


def _judge_text(wrapped: zipfile.ZipFile, part: zipfile.ZipInfo) -> frozenset[str]:
    """No entities are declared, what is announced is what comes, and no cell lies in a far corner of an empty sheet."""
    sheet, seen, tail = part.filename.startswith("xl/worksheets/"), 0, b""
    broken: set[str] = set()
    with wrapped.open(part) as stream:
        while chunk := stream.read(1 << 20):
            seen += len(chunk)
            window = tail + chunk
            if seen > part.file_size:
                raise FileRefused("file_unfolds_too_far")
            if seen <= 2 << 20 and FORBIDDEN.search(window):
                raise FileRefused("not_a_workbook")
            if sheet and any(_far(found) for found in DIMENSION.finditer(window)):
                raise FileRefused("too_many_rows", most=MOST_ROWS)
            if sheet and len(broken) < MOST_BROKEN:
                broken |= {found[1].decode() for found in UNBELIEVED.finditer(window)}
            tail = window[-512:]
    return frozenset(broken)


def _far(found: re.Match[bytes]) -> bool:
    """A cell beyond the bounds would make a reader unfold every cell before it."""
    return int(found[2]) > MOST_ROWS + 1_000 or _column(found[1].decode()) > MOST_COLUMNS + 56


def _column(letters: str) -> int:
    """A is 1."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column


def _part(content: bytes, name: str) -> str:
    """The part of the file in which a sheet stands."""
    with zipfile.ZipFile(io.BytesIO(content)) as wrapped:
        book = wrapped.read("xl/workbook.xml").decode("utf-8", "replace")
        try:
            links = wrapped.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        except KeyError:
            return ""
    places = {_named(link, "Id"): _named(link, "Target") for link in ELEMENT.findall(links)}
    ids = {html.unescape(_named(one, "name")): _named(one, "r:id") for one in SHEET.findall(book)}
    target = places.get(ids.get(name, ""), "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _named(element: str, attribute: str) -> str:
    found = re.search(rf'\b{attribute}="([^"]*)"', element)
    return found[1] if found else ""


def _name(book: CalamineWorkbook, name: str | None) -> str:
    if name is not None:
        if name not in book.sheet_names:
            raise FileRefused("no_such_sheet")
        return name
    visible = [one.name for one in book.sheets_metadata if str(one.visible).endswith("Visible")]
    if not visible:
        raise FileRefused("no_such_sheet")
    return visible[0]


def _rows(sheet: CalamineSheet, broken: frozenset[str], told: Callable[[str], str]) -> Iterator[Row]:
    """Empty rows before the table are given out, empty columns before it are not (calamine 0.9)."""
    if sheet.start is None:
        return
    left, merged = sheet.start[1], _merged_head(sheet)
    places = {_place(cell) for cell in broken}
    lines = {row for row, _ in places}
    for place, values in enumerate(sheet.iter_rows()):
        cells: list[Cell] = [*([None] * left), *(_cell(value, told) for value in values)]
        if place in lines:
            cells = [f"{BROKEN}formula_error" if (place, at) in places else cell for at, cell in enumerate(cells)]
        yield Row(place + 1, _filled(place, cells, merged))


def _place(cell: str) -> tuple[int, int]:
    """`B2` is row 1, column 1."""
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]) - 1, _column(letters) - 1


def _merged_head(sheet: CalamineSheet) -> list[tuple[int, int, int, int]]:
    """Merged ranges of the first rows, sideways: (row, last row, column, last column)."""
    ranges = sheet.merged_cell_ranges or []
    return [(a[0], b[0], a[1], b[1]) for a, b in ranges[:1000] if a[0] < HEAD and b[1] - a[1] <= MOST_COLUMNS]


def _filled(place: int, cells: list[Cell], merged: list[tuple[int, int, int, int]]) -> list[Cell]:
    for top, _bottom, left, right in merged:
        if top == place and left < len(cells) and cells[left] is not None:
            cells += [None] * (right + 1 - len(cells))
            cells[left : right + 1] = [cells[left]] * (right + 1 - left)
    return cells


def _cell(value: Any, told: Callable[[str], str]) -> Cell:
    if isinstance(value, str):
        return None if value == "" else unicodedata.normalize("NFC", told(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, time | timedelta):
        return f"{BROKEN}wrong_type"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value  # type: ignore[no-any-return]
