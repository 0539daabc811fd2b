"""A cell as it leaves a file, and a row with the number a clerk sees beside it.

A cell is nothing, a text, a number (only where a spreadsheet held a number), a day, or a mark of what was no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final, NamedTuple

MOST_ROWS: Final = 100_000
MOST_BYTES: Final = 64_000_000
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 10_000
"""Characters. Longer than any text of the register."""

Cell = str | int | float | date | None
"""`Broken` travels as a text that begins with BROKEN: no cell of a file can hold NUL and be accepted."""
SURROGATE: Final = re.compile("[\ud800-\udfff]")
MARK: Final = "# Điểm Tựa · "
"""How the watermark of a table that leaves begins."""
BROKEN: Final = "\0broken:"


class Row(NamedTuple):
    """The number of the row in its file, from 1, and its cells."""

    no: int
    cells: list[Cell]


class FileRefused(Exception):  # noqa: N818 - an answer to what was sent, not a fault of ours
    """The file cannot be read as a whole: a code, and where it broke (never what stood there)."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def counted(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows that hold something. Raises FileRefused past the bounds of a file."""
    kept = 0
    for row in rows:
        cells = _without_tail(row.cells)
        if not cells or _is_mark(cells):
            continue
        kept += 1
        if kept > MOST_ROWS + 40:  # titles and headers do not count
            raise FileRefused("too_many_rows", most=MOST_ROWS)
        if len(cells) > MOST_COLUMNS:
            raise FileRefused("too_many_columns", most=MOST_COLUMNS, line=row.no)
        yield Row(row.no, cells)


def _is_mark(cells: list[Cell]) -> bool:
    """The last line of a file that we gave out, come back."""
    return len(cells) == 1 and isinstance(cells[0], str) and cells[0].startswith(MARK)


def _without_tail(cells: list[Cell]) -> list[Cell]:
    end = len(cells)
    while end and (cells[end - 1] is None or cells[end - 1] == ""):
        end -= 1
    return [_bounded(cell) for cell in cells[:end]]


def _bounded(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    if len(cell) > LONGEST_CELL:
        return f"{BROKEN}cell_too_long"
    return f"{BROKEN}surrogate" if SURROGATE.search(cell) else cell


def packed(cell: Cell) -> Any:
    """A cell as JSON; a day is an object."""
    return {"d": cell.isoformat()} if isinstance(cell, date) else cell


def unpacked(value: Any) -> Cell:
    return date.fromisoformat(value["d"]) if isinstance(value, dict) else value
