"""The last day of a term once days that do not count are added: recomputed from the ledger, never stored alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.law.explain import Explanation, Step, StepKind, result_step, rule_step
from domain.law.ledger import Adjustment, AdjustmentKind, Ledger, Reading, Span, extended_end, stopped_spans
from domain.law.removal import RemovalEffect, removal_effect
from domain.law.rule_book import RuleBook
from domain.law.terms import Term
from domain.law.wording import Bilingual, day_text, listed
from domain.refusals import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveEnd:
    """`on` is the last day inside the term; `stops` and `runs` are the two ends proposed for undecided interruptions.

    Until the officer has chosen a reading `on` is the earlier one, which holds nobody longer than the law surely
    allows. `provisional` while an entry still lasts: `on` then moves with the day it is asked for.
    """

    on: date
    stops: date
    runs: date
    undecided: tuple[str, ...]
    provisional: bool
    explanation: Explanation


def effective_end(term: Term, ledger: Ledger, *, as_of: date | None = None) -> EffectiveEnd:
    """The end in force = end of the term + the days that do not count. `as_of`: up to when a lasting entry is taken."""
    spans = stopped_spans(ledger, undecided=Reading.CLOCK_RUNS, as_of=as_of)
    runs = extended_end(term.start, term.end, spans)
    held = stopped_spans(ledger, undecided=Reading.CLOCK_STOPS, as_of=as_of)
    return EffectiveEnd(
        on=runs,
        stops=extended_end(term.start, term.end, held),
        runs=runs,
        undecided=tuple(entry.id for entry in ledger.undecided()),
        provisional=any(entry.last_day is None for entry in ledger.standing()),
        explanation=term.explanation.and_then(*_ledger_steps(term, spans, runs)),
    )


def accept_adjustment(book: RuleBook, ledger: Ledger, entry: Adjustment) -> Ledger:
    """The ledger with an entry that the law of its day knows.

    Raises Refusal `no_rule` (no such adjustment then), `absence_counts`, `not_an_interruption` (the ground removes
    instead), and what `Ledger.add` raises.
    """
    grown = ledger.add(entry)
    if entry.kind is AdjustmentKind.UNREPORTED_ABSENCE:
        _refuse_counting_absence(book, entry)
    if entry.kind is AdjustmentKind.INTERRUPTION:
        _refuse_removing_ground(book, entry)
    return grown


def _refuse_counting_absence(book: RuleBook, entry: Adjustment) -> None:
    assert entry.first_day is not None
    rule = book.rule("absence.unreported.counts", entry.first_day)
    if rule.value.word != "does_not_count":
        raise Refusal("absence_counts", rule=str(rule.ref))


def _refuse_removing_ground(book: RuleBook, entry: Adjustment) -> None:
    """The ground is judged on the date of its document (L120 Art 47(1): the sentence), not on the day of entering."""
    effect, rule = removal_effect(book, entry.ground or "", entry.document.dated)
    if effect is not RemovalEffect.INTERRUPTED:
        raise Refusal("not_an_interruption", reason=entry.ground, effect=effect.value, rule=str(rule.ref))


def interruption_reasons(book: RuleBook, entry: Adjustment) -> Explanation:
    """Which rule makes an entry an interruption, and which leaves its reading open."""
    _, rule = removal_effect(book, entry.ground or "", entry.document.dated)
    reading = book.find("interruption.reading", entry.document.dated)
    return Explanation((rule_step(rule), *((rule_step(reading),) if reading else ())))


def _ledger_steps(term: Term, spans: list[Span], end: date) -> tuple[Step, ...]:
    inside = [span for span in spans if term.start < span.last and span.first <= end]
    if not inside:
        return ()
    text, last = listed([_span_text(span) for span in inside]), day_text(end)
    added = (end - term.end).days
    data = [{"first": span.first.isoformat(), "last": span.last.isoformat()} for span in inside]
    return (
        Step(
            StepKind.LEDGER,
            Bilingual(f"không tính vào thời hạn: {text.vi}", f"not counted in the term: {text.en}"),
            (("spans", data),),
        ),
        result_step(
            f"kéo dài {added} ngày, đến hết ngày {last.vi}",
            f"longer by {_days(added)}, to 24:00 of {last.en}",
            effective_end=end.isoformat(),
        ),
    )


def _span_text(span: Span) -> Bilingual:
    first, last = day_text(span.first), day_text(span.last)
    return Bilingual(f"{first.vi}–{last.vi} ({span.days} ngày)", f"{first.en} to {last.en} ({_days(span.days)})")


def _days(n: int) -> str:
    return "1 day" if n == 1 else f"{n} days"
