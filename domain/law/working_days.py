"""The working calendar of the State, and counting on it: every answer lists the days it skipped and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from domain.law.rule import Confidence
from domain.law.wording import Bilingual
from domain.refusals import Refusal

ONE_DAY = timedelta(days=1)
_WEEKEND = {
    5: Bilingual("Thứ Bảy", "Saturday"),
    6: Bilingual("Chủ nhật", "Sunday"),
}


class DayKind(StrEnum):
    """Whether a calendar row takes a working day away or gives one back."""

    OFF = "off"
    WORKED = "worked"


class DayReason(StrEnum):
    """Why a day is off, or worked although it is a Saturday."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SUBSTITUTE = "substitute"
    SWAPPED = "swapped"
    MAKE_UP = "make_up"


class CalendarRow(NamedTuple):
    """One day that is not as its weekday says, and where that is written. `exchanged` is the other half of a swap."""

    day: date
    kind: DayKind
    reason: DayReason
    name: Bilingual
    source: str
    confidence: Confidence
    exchanged: date | None = None
    note: str = ""


class Skipped(NamedTuple):
    """A day the clock passed over (or, as make-up day, counted although it is a weekend)."""

    day: date
    reason: DayReason
    name: Bilingual
    confidence: Confidence


class Reckoning(NamedTuple):
    """A count of working days: where it ends, what it skipped, which make-up days it counted, on which calendar."""

    start: date
    days: int
    due: date
    skipped: tuple[Skipped, ...]
    make_ups: tuple[Skipped, ...]
    calendar: str


@dataclass(frozen=True)
class WorkingCalendar:
    """Monday to Friday, less the days off, plus the make-up days, from `first` to `last` inclusive."""

    rows: tuple[CalendarRow, ...]
    first: date
    last: date
    version: str

    @classmethod
    def layered(
        cls,
        base: Iterable[CalendarRow],
        overrides: Iterable[CalendarRow],
        *,
        first: date,
        last: date,
        version: str,
    ) -> WorkingCalendar:
        """The base with the override of a day standing in for its base row."""
        by_day = {row.day: row for row in base} | {row.day: row for row in overrides}
        return cls(tuple(by_day[day] for day in sorted(by_day)), first, last, version)

    @cached_property
    def _by_day(self) -> dict[date, CalendarRow]:
        return {row.day: row for row in self.rows}

    def covers(self, day: date) -> bool:
        """Whether the calendar knows that day."""
        return self.first <= day <= self.last

    def day_off(self, day: date) -> Skipped | None:
        """Why a day is not worked; None for a working day. Raises Refusal `calendar_unknown` outside the calendar."""
        if not self.covers(day):
            raise Refusal("calendar_unknown", on=day, first=self.first, last=self.last)
        row = self._by_day.get(day)
        if row is not None:
            return _skipped(row) if row.kind is DayKind.OFF else None
        name = _WEEKEND.get(day.weekday())
        return Skipped(day, DayReason.WEEKEND, name, Confidence.CERTAIN) if name else None

    def is_working(self, day: date) -> bool:
        return self.day_off(day) is None

    def make_up(self, day: date) -> Skipped | None:
        """The reason a weekend day is worked, if it is."""
        row = self._by_day.get(day)
        return _skipped(row) if row is not None and row.kind is DayKind.WORKED else None

    def add_working_days(self, start: date, n: int) -> Reckoning:
        """The `n`-th working day after `start`, which itself is not counted (Civil Code Art 147(3))."""
        return self._walk(start, n, ONE_DAY)

    def sub_working_days(self, start: date, n: int) -> Reckoning:
        """The `n`-th working day before `start`, which itself is not counted."""
        return self._walk(start, n, -ONE_DAY)

    def count_working_days(self, after: date, until: date) -> Reckoning:
        """How many working days lie after `after` up to and with `until`; `due` is `until`."""
        skipped: list[Skipped] = []
        make_ups: list[Skipped] = []
        day, found = after, 0
        while day < until:
            day += ONE_DAY
            found += self._visit(day, skipped, make_ups)
        return Reckoning(after, found, until, tuple(skipped), tuple(make_ups), self.version)

    def on_or_before(self, day: date) -> date:
        """The last working day not after `day`: what is due on a Sunday must be done by it."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def on_or_after(self, day: date) -> date:
        """The first working day not before `day`."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def _walk(self, start: date, n: int, step: timedelta) -> Reckoning:
        if n < 1:
            raise ValueError("working days are counted from one")
        skipped: list[Skipped] = []
        make_ups: list[Skipped] = []
        day, left = start, n
        while left:
            day += step
            left -= self._visit(day, skipped, make_ups)
        return Reckoning(start, n, day, tuple(skipped), tuple(make_ups), self.version)

    def _visit(self, day: date, skipped: list[Skipped], make_ups: list[Skipped]) -> int:
        off = self.day_off(day)
        if off is not None:
            skipped.append(off)
            return 0
        made_up = self.make_up(day)
        if made_up is not None:
            make_ups.append(made_up)
        return 1


def _skipped(row: CalendarRow) -> Skipped:
    return Skipped(row.day, row.reason, row.name, row.confidence)
