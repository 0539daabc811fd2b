"""The ledger of adjustments to a term: days that do not count, each with its document; nothing is ever deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.refusals import Refusal, flawed

ONE_DAY = timedelta(days=1)


class AdjustmentKind(StrEnum):
    """What an entry does to the term."""

    UNREPORTED_ABSENCE = "unreported_absence"
    INTERRUPTION = "interruption"
    REVERSAL = "reversal"


class Reading(StrEnum):
    """The two readings of L120 Art 47(1): whether the term stands still or runs on during an interruption."""

    CLOCK_STOPS = "clock_stops"
    CLOCK_RUNS = "clock_runs"


class PaperRef(NamedTuple):
    """The document an entry rests on."""

    number: str
    dated: date
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """One entry. Days are local dates, both inclusive; `last_day` None while it still lasts.

    An interruption whose `reading` is None waits for the officer's choice. A reversal names the entry it takes back;
    a mistake in a reversal is itself reversed. A partial correction is a reversal and a new entry.
    """

    id: str
    kind: AdjustmentKind
    document: PaperRef
    first_day: date | None = None
    last_day: date | None = None
    ground: str | None = None
    reading: Reading | None = None
    reverses: str | None = None


class Span(NamedTuple):
    """Days from first to last, both inclusive."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Ledger:
    """Entries in the order they were made."""

    entries: tuple[Adjustment, ...] = ()

    def add(self, entry: Adjustment) -> Ledger:
        """The ledger with one more entry.

        Raises Refusal `invalid` for wrong days, `adjustment_exists`, `not_reversible` (missing or already reversed).
        """
        if any(entry.id == other.id for other in self.entries):
            raise Refusal("adjustment_exists", id=entry.id)
        if entry.kind is AdjustmentKind.REVERSAL:
            self._refuse_idle_reversal(entry)
        else:
            _refuse_wrong_days(entry)
        return Ledger((*self.entries, entry))

    def standing(self) -> tuple[Adjustment, ...]:
        """The entries that no standing reversal takes back, reversals left out."""
        reversed_ids = self._reversed_ids()
        return tuple(
            entry
            for entry in self.entries
            if entry.kind is not AdjustmentKind.REVERSAL and entry.id not in reversed_ids
        )

    def undecided(self) -> tuple[Adjustment, ...]:
        """Standing interruptions for which no reading was chosen yet."""
        return tuple(
            entry for entry in self.standing() if entry.kind is AdjustmentKind.INTERRUPTION and entry.reading is None
        )

    def _reversed_ids(self) -> set[str]:
        taken_back: set[str] = set()
        for entry in reversed(self.entries):  # a later reversal decides over an earlier one
            if entry.kind is AdjustmentKind.REVERSAL and entry.id not in taken_back and entry.reverses is not None:
                taken_back.add(entry.reverses)
        return taken_back

    def _refuse_idle_reversal(self, entry: Adjustment) -> None:
        known = {other.id for other in self.entries}
        if entry.reverses not in known or entry.reverses in self._reversed_ids():
            raise Refusal("not_reversible", id=entry.reverses)


def stopped_spans(ledger: Ledger, *, undecided: Reading, as_of: date | None) -> list[Span]:
    """The days that do not count, merged so that none counts twice, in order.

    `undecided` is the reading tried where none was chosen. An entry that still lasts is taken up to `as_of`, or left
    out without one.
    """
    spans = [_span(entry, as_of) for entry in ledger.standing() if _stops(entry, undecided)]
    return merged([span for span in spans if span is not None])


def merged(spans: list[Span]) -> list[Span]:
    """Spans joined where they touch or overlap."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.first <= joined[-1].last + ONE_DAY:
            joined[-1] = Span(joined[-1].first, max(joined[-1].last, span.last))
        else:
            joined.append(span)
    return joined


def extended_end(start: date, end: date, spans: list[Span]) -> date:
    """The last day of a term of which the merged `spans` do not count.

    The first day that counts is the one after `start`. A span that begins after the end, as extended so far, is
    outside the term and changes nothing.
    """
    for span in spans:
        first = max(span.first, start + ONE_DAY)
        if first > end:
            break
        if first <= span.last:
            end += timedelta(days=Span(first, span.last).days)
    return end


def _stops(entry: Adjustment, undecided: Reading) -> bool:
    if entry.kind is AdjustmentKind.UNREPORTED_ABSENCE:
        return True
    return (entry.reading or undecided) is Reading.CLOCK_STOPS


def _span(entry: Adjustment, as_of: date | None) -> Span | None:
    last = entry.last_day or as_of
    assert entry.first_day is not None
    return None if last is None or last < entry.first_day else Span(entry.first_day, last)


def _refuse_wrong_days(entry: Adjustment) -> None:
    if entry.first_day is None:
        raise flawed("/first_day", "missing")
    if entry.last_day is not None and entry.last_day < entry.first_day:
        raise flawed("/last_day", "before_first")
