"""What a rule says: a number with its unit and comparison, a span, or a word."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.law.wording import Bilingual


class Unit(StrEnum):
    """Units of the rule book: `wd` working days, `d` calendar days, `h` hours, `m` months, money, shares, words."""

    WORKING_DAY = "wd"
    DAY = "d"
    HOUR = "h"
    MONTH = "m"
    VND = "vnd"
    RATIO = "ratio"
    DAY_OF_MONTH = "day_of_month"
    PERSON = "person"
    TEXT = "text"


class Comparison(StrEnum):
    """How the number binds; the `before` ones count back from the event."""

    EXACTLY = "exactly"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    AT_LEAST_BEFORE = "at_least_before"
    WITHIN_BEFORE = "within_before"
    BETWEEN = "between"


_UNITS = {
    Unit.WORKING_DAY: Bilingual(" ngày làm việc", " working days"),
    Unit.DAY: Bilingual(" ngày", " days"),
    Unit.HOUR: Bilingual(" giờ", " hours"),
    Unit.MONTH: Bilingual(" tháng", " months"),
    Unit.VND: Bilingual(" đồng", " VND"),
    Unit.RATIO: Bilingual(" (hệ số)", " (factor)"),
    Unit.DAY_OF_MONTH: Bilingual(" (ngày trong tháng)", " (day of the month)"),
    Unit.PERSON: Bilingual(" người", " persons"),
    Unit.TEXT: Bilingual("", ""),
}
_COMPARISONS = {
    Comparison.EXACTLY: Bilingual("{}", "{}"),
    Comparison.BETWEEN: Bilingual("{}", "{}"),
    Comparison.AT_MOST: Bilingual("không quá {}", "at most {}"),
    Comparison.AT_LEAST: Bilingual("ít nhất {}", "at least {}"),
    Comparison.AT_LEAST_BEFORE: Bilingual("ít nhất {} trước", "at least {} before"),
    Comparison.WITHIN_BEFORE: Bilingual("trong {} trước", "within the {} before"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """`n` (and `most` for a span) in `unit`, or `word` alone."""

    n: Decimal | None
    unit: Unit
    comparison: Comparison = Comparison.EXACTLY
    most: Decimal | None = None
    word: str | None = None

    @property
    def whole(self) -> int:
        """The number as a whole one. Raises ValueError for words and shares."""
        if self.n is None or self.n != self.n.to_integral_value():
            raise ValueError(self)
        return int(self.n)

    def text(self) -> Bilingual:
        """The value as a phrase in both languages."""
        if self.word is not None:
            return Bilingual(self.word, self.word)
        if self.n == 0:
            return Bilingual("đúng ngày đó", "on the day itself")
        phrase, unit, amount = _COMPARISONS[self.comparison], _UNITS[self.unit], self._amount()
        return Bilingual(phrase.vi.format(amount + unit.vi), phrase.en.format(amount + unit.en))

    def _amount(self) -> str:
        return f"{self.n:,}" if self.most is None else f"{self.n:,}–{self.most:,}"


def exactly(n: int | str, unit: str) -> Value:
    return Value(Decimal(n), Unit(unit))


def at_most(n: int | str, unit: str) -> Value:
    return Value(Decimal(n), Unit(unit), Comparison.AT_MOST)


def at_least(n: int | str, unit: str) -> Value:
    return Value(Decimal(n), Unit(unit), Comparison.AT_LEAST)


def lead(n: int, unit: str) -> Value:
    """At least `n` before the event."""
    return Value(Decimal(n), Unit(unit), Comparison.AT_LEAST_BEFORE)


def within_before(n: int, unit: str) -> Value:
    """Inside the last `n` before the event."""
    return Value(Decimal(n), Unit(unit), Comparison.WITHIN_BEFORE)


def between(low: int, high: int, unit: str) -> Value:
    return Value(Decimal(low), Unit(unit), Comparison.BETWEEN, Decimal(high))


def says(word: str) -> Value:
    """A rule whose answer is a word of our vocabulary."""
    return Value(None, Unit.TEXT, word=word)
