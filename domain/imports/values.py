"""From a cell to a value: dates as clerks write them, numbers that a spreadsheet broke, words of a list. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from domain.law.instants import ZONE
from domain.person.identity import IdentityKind, normalise_number
from domain.text import fold, tidy

Cell = str | int | float | date | None
BROKEN: Final = "\0broken:"
"""How a cell travels that was no value (files/cells.py)."""
BREAKS: Final = frozenset({"cell_too_long", "surrogate", "formula_error", "wrong_type"})
"""What may follow it; anything else is a file that imitates the mark."""


class Unreadable(Exception):  # noqa: N818 - an answer about a cell
    """The cell holds something that is no such value; the code of a flaw."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Born(NamedTuple):
    """A birth date as far as it is known; it stands on the first day of its month or year."""

    on: date
    precision: str


class Number(NamedTuple):
    """The number of a paper, normalised, with the paper it must stand on."""

    kind: str
    digits: str


class Place(NamedTuple):
    """A unit as the file names it: a code, or a name with the names of what it lies in."""

    code: str | None
    names: tuple[str, ...]


Reader = Callable[[Cell], Any]

_FIRST_SERIAL, _LAST_SERIAL = 3_654, 73_415  # 1910-01-01, 2101-01-01 as a spreadsheet counts
_SERIAL_ZERO: Final = date(1899, 12, 30)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})(?:\s+0{1,2}:00(?::00)?)?")
_YEAR_FIRST: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_HOUR: Final = re.compile(
    r"(.+?)[T ,]+(?:lúc )?(\d{1,2})(?:[:h](\d{2}))(?::\d{2}(?:\.\d+)?)?(?:\+07:?00)?", re.IGNORECASE
)
_SPOKEN: Final = re.compile(r"ngay (\d{1,2}) thang (\d{1,2}) nam (\d{4})")
_MONTH: Final = re.compile(r"(?:(?:00|xx|--|__|\?\?)[/.\-])?(\d{1,2})[/.\-](\d{4})", re.IGNORECASE)
_YEAR: Final = re.compile(
    r"(?:(?:00|xx|--|__|\?\?)[/.\-](?:00|xx|--|__|\?\?)[/.\-])?(?:nam |năm )?(\d{4})", re.IGNORECASE
)
_SCIENTIFIC: Final = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_CODE: Final = re.compile(r"\d{1,5}")
_PREFIXES: Final = re.compile(
    r"^(?:xa|phuong|thi tran|dac khu|quan|huyen|thi xa|thanh pho|tinh|tp|tx|tt|p|x|q|h|t)(?:\.\s*|\s+)"
)


def text(cell: Cell) -> str:
    """A text, however it was typed: a whole number loses no digit and gains no decimals."""
    if isinstance(cell, str):
        if cell.startswith(BROKEN):
            code = cell.removeprefix(BROKEN)
            raise Unreadable(code if code in BREAKS else "control")
        return _unescaped(cell.strip())
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return "" if cell is None else str(cell)


def _unescaped(cell: str) -> str:
    """An apostrophe that a spreadsheet or an export of ours put before a text that looks like a formula."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@'0123456789" else cell


def prose(cell: Cell) -> str:
    """A text that is no formula: what a spreadsheet would run is refused, never stored and handed on."""
    found = text(cell)
    if found.startswith(("=", "＝", "@", "＠")) or (found[:1] in "+-＋－" and not _calm(found)):
        raise Unreadable("formula")
    return found


def _calm(found: str) -> bool:
    """A dash before words, or a phone number: signs that calculate nothing."""
    return bool(re.fullmatch(r"[+\-＋－]\s*[\w\s,.;:/-]*", found)) and "!" not in found


def day(cell: Cell) -> date:
    """A full date: day first, or ISO; a spreadsheet's date or its serial number."""
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int) and _FIRST_SERIAL <= cell <= _LAST_SERIAL:
        return _SERIAL_ZERO + timedelta(days=cell)
    found = text(cell)
    if match := _YEAR_FIRST.fullmatch(found):
        return _date(match[1], match[2], match[3])
    if match := _DAY_FIRST.fullmatch(found) or _SPOKEN.fullmatch(fold(found)):
        return _date(match[3], match[2], match[1])
    raise Unreadable("not_a_day")


def moment(cell: Cell) -> datetime:
    """A day with its hour (`05/01/2026 14:30`), in local time; a day alone begins at 00:00."""
    match = _HOUR.fullmatch(text(cell)) if isinstance(cell, str) else None
    if match is None:
        return datetime.combine(day(cell), time.min, ZONE)
    try:
        return datetime.combine(day(match[1]), time(int(match[2]), int(match[3])), ZONE)
    except ValueError as none:
        raise Unreadable("not_a_day") from none


def born(cell: Cell) -> Born:
    """A birth date known to the day, the month (`05/1985`) or the year (`1985`, `00/00/1985`)."""
    if isinstance(cell, int) and 1900 <= cell <= 2100:
        return Born(date(cell, 1, 1), "year")
    if not isinstance(cell, str):
        return Born(day(cell), "day")
    found = text(cell)
    if match := _YEAR.fullmatch(found):
        return Born(_date(match[1], "1", "1"), "year")
    if match := _MONTH.fullmatch(found):
        return Born(_date(match[2], match[1], "1"), "month")
    return Born(day(cell), "day")


def _date(year: str, month: str, on: str) -> date:
    try:
        return date(int(year), int(month), int(on))
    except ValueError as none:
        raise Unreadable("not_a_day") from none


def number(cell: Cell) -> Number:
    """The number of an identity paper: twelve digits are a personal id, nine an old card, a letter a passport.

    A spreadsheet that took it for a number has dropped its zeros or its last digits: neither can be put back.
    """
    digits = normalise_number(IdentityKind.PERSONAL_ID, text(cell)).upper()
    broken = isinstance(cell, float) or _SCIENTIFIC.fullmatch(text(cell).replace(" ", ""))
    if broken:
        raise Unreadable("digits_lost")
    if digits.isdigit() and (len(digits) in (10, 11) or (isinstance(cell, int) and len(digits) < 12)):
        raise Unreadable("leading_zero_lost")
    if digits.isdigit():
        return Number(IdentityKind.OLD_ID_9 if len(digits) == 9 else IdentityKind.PERSONAL_ID, digits)
    return Number(IdentityKind.PASSPORT if digits[:1].isalpha() else IdentityKind.PERSONAL_ID, digits)


def phone(cell: Cell) -> str:
    """A phone number; the zero in front cannot be told from a country that was left out."""
    found = text(cell)
    if isinstance(cell, int | float) or re.fullmatch(r"[35789]\d{8}", found):
        raise Unreadable("leading_zero_lost")
    return found


def whole(cell: Cell) -> int:
    """A whole number; thousands may be parted by dots, as Vietnamese writes them."""
    if isinstance(cell, int):
        return cell
    found = text(cell)
    if re.fullmatch(r"\d{1,3}(?:[. ]\d{3})+|\d+", found):
        return int(re.sub(r"[. ]", "", found))
    raise Unreadable("not_a_number")


def between(least: int, most: int) -> Reader:
    """A whole number within bounds."""

    def read(cell: Cell) -> int:
        found = whole(cell)
        if not least <= found <= most:
            raise Unreadable("out_of_range")
        return found

    return read


dong: Final = between(0, 10**15)
"""Money: a whole number of đồng."""


def truth(cell: Cell) -> bool:
    found = fold(text(cell))
    if found in ("co", "x", "true", "1", "yes", "dung"):
        return True
    if found in ("khong", "false", "0", "no", "sai"):
        return False
    raise Unreadable("not_allowed")


def many(cell: Cell) -> tuple[str, ...]:
    """Several texts in one cell, parted by semicolons or commas."""
    return tuple(part for piece in re.split(r"[;,]", prose(cell)) if (part := tidy(piece)))


def word_of(words: Mapping[str, str]) -> Reader:
    """A word of a closed list, however it was typed: folded label → code."""

    def read(cell: Cell) -> str:
        found = words.get(fold(text(cell)))
        if found is None:
            raise Unreadable("not_allowed")
        return found

    return read


def words_of(words: Mapping[str, str]) -> Reader:
    """Several words of a closed list in one cell."""
    one = word_of(words)

    def read(cell: Cell) -> tuple[str, ...]:
        return tuple(one(part) for part in many(cell))

    return read


def place(cell: Cell) -> Place:
    """A unit by its code (`00001`, or the number a spreadsheet made of it), or by name and what it lies in."""
    found = text(cell)
    if isinstance(cell, int) or _CODE.fullmatch(found):
        if not 1 <= int(found) <= 99_999:
            raise Unreadable("no_such_unit")
        return Place(found.zfill(5), ())
    names = tuple(part for piece in re.split(r"[,;]| - ", prose(found)) if (part := bare(piece)))
    if not names:
        raise Unreadable("no_such_unit")
    return Place(None, names)


def bare(name: str) -> str:
    """A unit's name folded, without the word that says what it is."""
    folded = fold(name.replace(".", ". "))
    return _PREFIXES.sub("", folded) or folded
