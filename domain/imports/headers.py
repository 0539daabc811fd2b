"""Which column of a file is which field: by saved mapping, else by header, in Vietnamese or English. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from domain.imports.kind import ImportKind
from domain.imports.values import Cell
from domain.refusals import Refusal
from domain.text import fold

LOOKED_AT: Final = 40
"""Rows in which the head is looked for, under titles and merged cells."""
LONGEST: Final = 200
"""Characters of a header."""
IGNORED: Final = frozenset({"", "stt", "tt", "so tt", "so thu tu", "no", "dong", "ket qua diem tua", "loi diem tua"})
"""Running numbers, and the column of errors of a file that comes back corrected."""


class Head(NamedTuple):
    """Where the table starts, and what each of its columns is."""

    first_row: int
    """Place of the first row of data among the rows looked at."""
    headers: tuple[str, ...]
    columns: tuple[str | None, ...]
    """Name of the field of each column; None for one that is not taken."""
    unknown: tuple[int, ...]

    def doubled(self) -> list[str]:
        """Headers of columns of which several are the same field."""
        told = zip(self.headers, self.columns, strict=True)
        return [header for header, field in told if field is not None and self.columns.count(field) > 1]

    def as_data(self) -> list[dict[str, Any]]:
        return [
            {"header": header, "field": field}
            for header, field in zip(self.headers, self.columns, strict=True)
            if header or field
        ]


def find_head(kind: ImportKind, rows: Sequence[Sequence[Cell]], mapping: Mapping[str, str] | None) -> Head:
    """The row, or pair of rows, in which most fields are recognised.

    Raises `columns_not_found`; `columns_doubled` where the best has several columns of one field.
    """
    known = _known(kind, mapping)
    heights = (1, 2)  # of equals the single row: what stands right above it is a title
    found = [
        head
        for height in heights
        for place in range(min(LOOKED_AT, len(rows)))
        if (head := _read(known, rows[place : place + height], place + height)) is not None
    ]
    whole = [head for head in found if not head.doubled()]
    if whole:
        return max(whole, key=_weight)
    if found:
        raise Refusal("columns_doubled", columns=max(found, key=_weight).doubled())
    raise Refusal("columns_not_found")


def _known(kind: ImportKind, mapping: Mapping[str, str] | None) -> dict[str, str]:
    """Folded header → field; what the mapping says wins."""
    own = {header: column.name for column in kind.columns for header in column.headers()}
    return own | {fold(header): field for header, field in (mapping or {}).items()}


def _weight(head: Head) -> tuple[int, int]:
    return sum(column is not None for column in head.columns), -head.first_row


def _read(known: Mapping[str, str], rows: Sequence[Sequence[Cell]], first_row: int) -> Head | None:
    if len({len(row) for row in rows}) == 0:
        return None
    width = max(map(len, rows))
    parts = _spread([[_word(row[at]) if at < len(row) else "" for row in rows] for at in range(width)])
    headers = tuple(_joined(part) for part in parts)
    fields = [_field(known, part) for part in parts]
    found = [field for field in fields if field]
    if not found or (len(rows) == 2 and not _under(parts)):
        return None
    unknown = tuple(
        at for at, field in enumerate(fields) if field is None and fold(headers[at].rstrip("*")) not in IGNORED
    )
    return Head(first_row, headers, tuple(field or None for field in fields), unknown)


def _spread(parts: list[list[str]]) -> list[list[str]]:
    """A header over several columns stands in the first of them: the words below it belong to it too."""
    over = ""
    for part in parts:
        over = part[0] or over
        if len(part) == 2 and not part[0] and part[1]:
            part[0] = over
    return parts


def _word(cell: Cell) -> str:
    """A header as it can be kept and told: nothing that cannot be printed, no longer than a header is."""
    if not isinstance(cell, str):
        return ""
    shown = "".join(letter if letter.isprintable() else " " for letter in cell[:LONGEST])
    return " ".join(shown.split()).rstrip(" *")


def _joined(part: Sequence[str]) -> str:
    return " / ".join(dict.fromkeys(word for word in part if word))


def _field(known: Mapping[str, str], part: Sequence[str]) -> str | None:
    """The whole header first (`Nơi ở / Xã`), then its lowest word, then its upper one. Empty: known, and not taken."""
    words = [word for word in part if word]
    tries = [" / ".join(words), " ".join(words), *reversed(words)]
    found = next((known[fold(text)] for text in tries if fold(text) in known), None)
    return "" if found == "-" else found


def _under(parts: Sequence[Sequence[str]]) -> bool:
    """A second row of the head says words that the first does not repeat, and no values."""
    return any(lower and lower != upper for upper, lower in parts)


def cells_of(head: Head, row: Sequence[Cell]) -> dict[str, Cell]:
    """A row's cells by field."""
    return {field: row[at] for at, field in enumerate(head.columns) if field is not None and at < len(row)}


def overflows(head: Head, row: Sequence[Cell]) -> bool:
    """Whether values stand beyond the last column of the head: then its cells have slipped."""
    return any(cell not in (None, "") for cell in row[len(head.columns) :])
