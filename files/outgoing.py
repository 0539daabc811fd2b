"""Lists as files, written row by row in bounded memory: CSV, JSON Lines, and (files/sheet.py) XLSX.

A writer gives bytes as it goes; nothing it holds grows with the number of rows.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple, Protocol

from files.safe import escaped
from files.sheet import Sheet
from files.writing import BOM


class Heading(NamedTuple):
    """A column: its name in the file, and whether its values are days, instants, or what they seem.

    `date` and `instant` are ISO 8601; `day` is dd/mm/yyyy, and less where less is known.
    """

    name: str
    type: str = ""


class Outgoing(Protocol):
    """What a list is written by."""

    def begin(self, columns: Sequence[Heading], watermark: str) -> bytes: ...
    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes: ...
    def end(self, told: Sequence[tuple[str, str]]) -> bytes: ...


def plain(value: Any) -> Any:
    """A value as one cell: a list of words is joined, anything deeper is JSON."""
    if isinstance(value, list) and all(isinstance(part, str | int | float) for part in value):
        return "; ".join(str(part) for part in value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value


def typed(value: Any, type_: str) -> Any:
    """A day or an instant out of its text, for a sheet."""
    if value is None or not isinstance(value, str) or not type_:
        return plain(value)
    try:
        return READ[type_](value)
    except ValueError:  # `infinity`, a year before the first, or a day of which only the month is known
        return value


def _written_day(value: str) -> date:
    if not WHOLE_DAY.fullmatch(value):
        raise ValueError
    day, month, year = map(int, value.split("/"))
    return date(year, month, day)


WHOLE_DAY: Final = re.compile("[0-9]{2}/[0-9]{2}/[0-9]{4}")
READ: Final = {"date": date.fromisoformat, "instant": datetime.fromisoformat, "day": _written_day}


@dataclass
class Csv:
    """UTF-8 with a mark, formula-safe; days as ISO 8601; the watermark is the last line."""

    watermark: str = ""

    def begin(self, columns: Sequence[Heading], watermark: str) -> bytes:
        self.watermark = watermark
        return BOM + _lines([[column.name for column in columns]])

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        return _lines(rows)

    def end(self, _told: Sequence[tuple[str, str]]) -> bytes:
        return _lines([[f"# {self.watermark}"]])


def _lines(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[_cell(value) for value in row] for row in rows])
    return text.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else escaped(plain(value))


@dataclass
class JsonLines:
    """One object a line; the last line holds the watermark and what the file is."""

    names: Sequence[str] = ()
    watermark: str = ""

    def begin(self, columns: Sequence[Heading], watermark: str) -> bytes:
        self.names, self.watermark = [column.name for column in columns], watermark
        return b""

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        return b"".join(_object(dict(zip(self.names, row, strict=True))) for row in rows)

    def end(self, told: Sequence[tuple[str, str]]) -> bytes:
        return _object({"_export": {"watermark": self.watermark, **dict(told)}})


def _object(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


class Xlsx:
    """Typed columns, a frozen head, native days; the watermark in the footer, the properties and a second sheet."""

    def __init__(self) -> None:
        self.sheet = Sheet()
        self.types: Sequence[str] = ()

    def begin(self, columns: Sequence[Heading], watermark: str) -> bytes:
        self.types = [column.type for column in columns]
        return self.sheet.begin([column.name for column in columns], watermark)

    def rows(self, rows: Sequence[Sequence[Any]]) -> bytes:
        return self.sheet.rows(
            [[typed(value, type_) for value, type_ in zip(row, self.types, strict=True)] for row in rows]
        )

    def end(self, told: Sequence[tuple[str, str]]) -> bytes:
        return self.sheet.end(told)


WRITERS: Final = {"csv": Csv, "jsonl": JsonLines, "xlsx": Xlsx}
MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
