"""The base of the working calendar: what the `holidays` library knows of Việt Nam, as rows."""

from __future__ import annotations

import re
from datetime import date
from importlib.metadata import version

import holidays

from domain.law.rule import Confidence
from domain.law.wording import Bilingual
from domain.law.working_days import CalendarRow, DayKind, DayReason

FIRST_YEAR, LAST_YEAR = 2018, 2030
_CHECKED = range(2021, 2027)  # years compared with the official lists
_FIXED = {(1, 1), (4, 30), (5, 1), (9, 2)}  # Labour Code Art 112: the same date every year
_SWAP = re.compile(r"\(thay cho ngày (\d\d)/(\d\d)/(\d{4})\)")


def base_rows(first: int = FIRST_YEAR, last: int = LAST_YEAR) -> tuple[CalendarRow, ...]:
    """Days off and make-up days of those years, in order."""
    years = range(first, last + 1)
    vi = holidays.country_holidays("VN", years=years, language="vi")
    en = holidays.country_holidays("VN", years=years, language="en_US")
    off = [_row(day, Bilingual(vi[day], en[day])) for day in sorted(vi) if day.year in years]
    worked = [_make_up(row) for row in off if row.exchanged is not None and row.exchanged.year in years]
    return tuple(sorted([*off, *worked]))


def base_version() -> str:
    return f"holidays {version('holidays')}"


def _row(day: date, name: Bilingual) -> CalendarRow:
    swap = _SWAP.search(name.vi)
    if swap is None:
        reason = DayReason.SUBSTITUTE if "(nghỉ bù" in name.vi else DayReason.HOLIDAY
        return CalendarRow(day, DayKind.OFF, reason, name, base_version(), _confidence(day))
    other = date(int(swap[3]), int(swap[2]), int(swap[1]))
    written = Bilingual(name.vi, f"Day off in exchange for {other:%Y-%m-%d}")
    return CalendarRow(day, DayKind.OFF, DayReason.SWAPPED, written, base_version(), _confidence(day), other)


def _make_up(row: CalendarRow) -> CalendarRow:
    assert row.exchanged is not None
    name = Bilingual(f"Làm bù cho ngày {row.day:%d/%m/%Y}", f"Worked in exchange for {row.day:%Y-%m-%d}")
    day = row.exchanged
    return CalendarRow(day, DayKind.WORKED, DayReason.MAKE_UP, name, base_version(), _confidence(day), row.day)


def _confidence(day: date) -> Confidence:
    """Fixed dates are law; other days are checked, remembered, or forecast until the yearly notice."""
    if (day.month, day.day) in _FIXED or day.year in _CHECKED:
        return Confidence.CERTAIN
    return Confidence.LIKELY if day.year < _CHECKED.start else Confidence.UNVERIFIED
