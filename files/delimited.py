"""CSV as rows: any common delimiter, quotes, line ends inside quotes; row numbers are those of an editor."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final

from files.cells import LONGEST_CELL, FileRefused, Row

DELIMITERS: Final = (",", ";", "\t", "|")
LOOKED_AT: Final = 20
"""Lines from which the delimiter is guessed."""
MOST_IN_CELL: Final = 4 * LONGEST_CELL
LONGEST_LINE: Final = 2_000_000


def rows(text: Iterable[str], told: Callable[[str], str] = str) -> Iterator[Row]:
    """Rows of text cells in NFC. Raises FileRefused where the file is no table."""
    lines = _lines(text)
    first = [line for _, line in zip(range(LOOKED_AT), lines, strict=False)]
    if first and first[0].lower().startswith("sep="):  # a note of Excel to itself
        delimiter, first[0] = first[0].strip()[4:5] or ",", "\n"
    else:
        delimiter = _delimiter(first)
    csv.field_size_limit(MOST_IN_CELL)
    reader = csv.reader(chain(first, lines), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            yield Row(before + 1, [unicodedata.normalize("NFC", told(cell)) for cell in cells])
            before = reader.line_num
    except csv.Error as broken:
        raise FileRefused("row_unreadable", line=before + 1) from broken


def _lines(text: Iterable[str]) -> Iterator[str]:
    """Lines with their ends; a lone carriage return ends a line too (old Macintosh)."""
    rest = ""
    for piece in text:
        rest += piece
        held = "\r" if rest.endswith("\r") else ""  # its line feed may come with the next piece
        whole = rest[: len(rest) - len(held)].replace("\r\n", "\n").replace("\r", "\n")
        *lines, last = whole.split("\n")
        rest = last + held
        yield from (f"{line}\n" for line in lines)
        if len(rest) > LONGEST_LINE:
            raise FileRefused("row_unreadable")
    if rest.rstrip("\r"):
        yield rest.rstrip("\r")


def _delimiter(lines: list[str]) -> str:
    """The one that parts most lines into the same number of cells, of several."""
    best, most = ",", 0
    for delimiter in DELIMITERS:
        counts = [_outside_quotes(line, delimiter) for line in lines if line.strip()]
        agreed = sum(counts.count(count) for count in {max(counts, default=0)} if count)
        weight = agreed * max(counts, default=0)
        if weight > most:
            best, most = delimiter, weight
    return best


def _outside_quotes(line: str, delimiter: str) -> int:
    return sum(part.count(delimiter) for part in line.split('"')[::2])
