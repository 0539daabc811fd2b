"""The ledger: days that do not count, never twice; both entries of a reversal stay; agreed by an oracle day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.law.effective_end import EffectiveEnd, accept_adjustment, effective_end, interruption_reasons
from domain.law.ledger import Adjustment, AdjustmentKind, Ledger, PaperRef, Reading, Span, merged
from domain.law.pathways import Pathway
from domain.law.rows import shipped_book
from domain.law.rule_book import RuleBook
from domain.law.terms import Term, term
from domain.refusals import Refusal
from reference.calendar_overrides import shipped_calendar

PAPER = PaperRef("12/BB-CAX", date(2026, 9, 1), "Công an phường Xuân Đỉnh")
ABSENCE, INTERRUPTION, REVERSAL = AdjustmentKind
TERM: Term = term(shipped_book(), Pathway.VOLUNTARY_COMMUNITY, date(2026, 8, 31), calendar=shipped_calendar())
END = date(2027, 8, 31)


def d(text: str) -> date:
    return date.fromisoformat(text)


def absence(id: str, first: str, last: str | None) -> Adjustment:
    return Adjustment(id=id, kind=ABSENCE, document=PAPER, first_day=d(first), last_day=last and d(last))


def prison(id: str, first: str, last: str | None, reading: Reading | None = None, **more: object) -> Adjustment:
    facts = {"document": PAPER, "ground": "imprisonment"} | more
    return Adjustment(id=id, kind=INTERRUPTION, first_day=d(first), last_day=last and d(last), reading=reading, **facts)


def reversal(id: str, of: str) -> Adjustment:
    return Adjustment(id=id, kind=REVERSAL, document=PAPER, reverses=of)


def ledger(*entries: Adjustment) -> Ledger:
    found = Ledger()
    for entry in entries:
        found = found.add(entry)
    return found


def end(*entries: Adjustment, as_of: str | None = None) -> EffectiveEnd:
    return effective_end(TERM, ledger(*entries), as_of=as_of and d(as_of))


STOPS, RUNS = Reading.CLOCK_STOPS, Reading.CLOCK_RUNS


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], "2027-08-31"),
        # case 5: ten days away unreported, then proved to have been reported
        ([absence("a", "2026-10-01", "2026-10-10")], "2027-09-10"),
        ([absence("a", "2026-10-01", "2026-10-10"), reversal("b", "a")], "2027-08-31"),
        ([absence("a", "2026-10-01", "2026-10-10"), reversal("b", "a"), reversal("c", "b")], "2027-09-10"),
        # overlapping, nested and touching days count once
        ([absence("a", "2026-10-01", "2026-10-10"), absence("b", "2026-10-06", "2026-10-15")], "2027-09-15"),
        ([absence("a", "2026-10-01", "2026-10-10"), prison("b", "2026-10-02", "2026-10-03", STOPS)], "2027-09-10"),
        ([absence("a", "2026-10-01", "2026-10-10"), prison("b", "2026-10-11", "2026-10-12", STOPS)], "2027-09-12"),
        # a reversal leaves what another entry also covers
        (
            [absence("a", "2026-10-01", "2026-10-10"), absence("b", "2026-10-06", "2026-10-15"), reversal("c", "a")],
            "2027-09-10",
        ),
        # the completion day itself is not a day of the term
        ([absence("a", "2026-08-31", "2026-08-31")], "2027-08-31"),
        ([absence("a", "2026-08-20", "2026-09-02")], "2027-09-02"),
        # the last day counts, the day after it does not, unless an extension reaches it
        ([absence("a", "2027-08-31", "2027-09-02")], "2027-09-03"),
        ([absence("a", "2027-09-01", "2027-09-05")], "2027-08-31"),
        ([absence("a", "2027-08-30", "2027-08-30"), absence("b", "2027-09-01", "2027-09-05")], "2027-09-06"),
        # one reading lets the term run on
        ([prison("a", "2026-10-01", "2026-10-10", RUNS)], "2027-08-31"),
        ([prison("a", "2026-10-01", "2026-10-10", STOPS)], "2027-09-10"),
    ],
)
def test_the_effective_end_is_the_end_and_the_days_that_do_not_count(entries, expected) -> None:
    found = end(*entries)
    assert (found.on, found.provisional, found.undecided) == (d(expected), False, ())


def test_a_reversal_keeps_both_entries_in_the_ledger() -> None:
    kept = ledger(absence("a", "2026-10-01", "2026-10-10"), reversal("b", "a"))
    assert [entry.id for entry in kept.entries] == ["a", "b"]
    assert kept.standing() == ()


def test_eight_months_in_prison_with_ten_left_propose_two_ends_and_hold_the_earlier() -> None:
    # case 8
    eight_months = prison("p", "2026-11-01", "2027-06-30")
    found = end(eight_months)
    assert (found.runs, found.stops) == (END, END + timedelta(days=242))
    assert found.on == found.runs
    assert found.undecided == ("p",)


def test_choosing_a_reading_settles_which_end_holds() -> None:
    assert end(prison("p", "2026-11-01", "2027-06-30", STOPS)).on == END + timedelta(days=242)
    assert end(prison("p", "2026-11-01", "2027-06-30", RUNS)).on == END


def test_an_absence_that_still_lasts_moves_the_end_with_the_day_it_is_asked_for() -> None:
    lasting = absence("a", "2026-10-01", None)
    assert (end(lasting).on, end(lasting).provisional) == (END, True)
    assert end(lasting, as_of="2026-10-05").on == END + timedelta(days=5)
    assert end(lasting, as_of="2026-09-30").on == END


def test_the_explanation_lists_what_was_not_counted() -> None:
    sentence = end(absence("a", "2026-10-01", "2026-10-10")).explanation.sentence("en")
    assert "not counted in the term: 2026-10-01 to 2026-10-10 (10 days)" in sentence
    assert sentence.endswith("longer by 10 days, to 24:00 of 2027-09-10.")
    vi = end(absence("a", "2026-10-01", "2026-10-10")).explanation.sentence("vi")
    assert "không tính vào thời hạn: 01/10/2026–10/10/2026 (10 ngày)" in vi
    assert "longer" not in end(absence("a", "2028-10-01", "2028-10-10")).explanation.sentence("en")


def test_days_before_the_term_are_not_listed_as_taken_from_it() -> None:
    sentence = end(
        absence("a", "2026-08-01", "2026-08-31"), absence("b", "2026-10-01", "2026-10-01")
    ).explanation.sentence("en")
    assert "not counted in the term: 2026-10-01 to 2026-10-01 (1 day); longer by 1 day" in sentence


def test_spans_that_touch_or_overlap_are_told_as_one() -> None:
    spans = [
        Span(d("2026-10-06"), d("2026-10-07")),
        Span(d("2026-10-01"), d("2026-10-05")),
        Span(d("2026-10-09"), d("2026-10-09")),
    ]
    assert merged(spans) == [Span(d("2026-10-01"), d("2026-10-07")), Span(d("2026-10-09"), d("2026-10-09"))]


@pytest.mark.parametrize(
    ("before", "entry", "code"),
    [
        ([], reversal("b", "a"), "not_reversible"),
        ([absence("a", "2026-10-01", "2026-10-10"), reversal("b", "a")], reversal("c", "a"), "not_reversible"),
        ([absence("a", "2026-10-01", "2026-10-10")], absence("a", "2026-11-01", "2026-11-02"), "adjustment_exists"),
        ([], absence("a", "2026-10-10", "2026-10-01"), "invalid"),
        ([], Adjustment(id="a", kind=ABSENCE, document=PAPER), "invalid"),
    ],
)
def test_the_ledger_refuses_entries_that_cannot_be(before, entry, code) -> None:
    with pytest.raises(Refusal, match=code):
        ledger(*before).add(entry)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (prison("p", "2026-08-01", "2026-09-01", document=PAPER._replace(dated=date(2026, 7, 1))), None),
        (
            prison("p", "2026-08-01", "2026-09-01", document=PAPER._replace(dated=date(2026, 6, 30))),
            "not_an_interruption",
        ),
        (prison("p", "2026-08-01", "2026-09-01", ground="reformatory"), None),
        (prison("p", "2026-08-01", "2026-09-01", ground="deceased"), "not_an_interruption"),
        (prison("p", "2026-08-01", "2026-09-01", ground="suspicion"), "removal_reason_not_in_force"),
        (absence("a", "2022-01-01", "2022-01-02"), None),
        (absence("a", "2021-12-31", "2022-01-02"), "no_rule"),
    ],
)
def test_an_adjustment_must_be_known_to_the_law_of_its_day(book: RuleBook, entry, code) -> None:
    if code is None:
        assert accept_adjustment(book, Ledger(), entry).entries == (entry,)
        return
    with pytest.raises(Refusal, match=code):
        accept_adjustment(book, Ledger(), entry)


def test_an_interruption_names_its_rule_and_the_rule_that_leaves_its_reading_open(book: RuleBook) -> None:
    steps = interruption_reasons(book, prison("p", "2026-11-01", None)).as_data()
    assert [step["rule"] for step in steps] == ["prison.effect", "interruption.reading"]


# the oracle: walks the calendar one day at a time and serves the days that count, one by one


def oracle(entries: list[Adjustment], undecided: Reading) -> date:
    standing: dict[str, bool] = {}
    for entry in entries:
        standing[entry.id] = True
    for entry in entries[::-1]:
        if entry.kind is REVERSAL and standing[entry.id]:
            standing[entry.reverses] = False
    left = (TERM.end - TERM.start).days
    day = TERM.start
    while left:
        day += timedelta(days=1)
        left -= not any(stops(entry, day, undecided) for entry in entries if standing[entry.id])
    return day


def stops(entry: Adjustment, day: date, undecided: Reading) -> bool:
    if entry.kind is REVERSAL or not entry.first_day <= day <= entry.last_day:
        return False
    return entry.kind is ABSENCE or (entry.reading or undecided) is STOPS


@st.composite
def histories(draw: st.DrawFn) -> list[Adjustment]:
    """Absences, interruptions and reversals (of anything that stands, reversals too), mostly inside the term."""
    found = Ledger()
    for number in range(draw(st.integers(0, 9))):
        entry = draw(entries(str(number), found))
        try:
            found = found.add(entry)
        except Refusal as refused:
            assert refused.code == "not_reversible"  # noqa: PT017 - a history that cannot be is left out
    return list(found.entries)


def entries(id: str, so_far: Ledger) -> st.SearchStrategy[Adjustment]:
    first = st.integers(-20, 450).map(lambda days: TERM.start + timedelta(days=days))
    spans = st.tuples(first, st.integers(0, 60), st.sampled_from([None, STOPS, RUNS]), st.booleans())
    made = spans.map(
        lambda span: Adjustment(
            id=id,
            kind=ABSENCE if span[3] else INTERRUPTION,
            document=PAPER,
            first_day=span[0],
            last_day=span[0] + timedelta(days=span[1]),
            reading=None if span[3] else span[2],
        )
    )
    if not so_far.entries:
        return made
    return st.one_of(made, st.sampled_from([entry.id for entry in so_far.entries]).map(lambda of: reversal(id, of)))


@settings(max_examples=400, deadline=None)
@given(histories())
def test_random_histories_agree_with_counting_day_by_day(entries: list[Adjustment]) -> None:
    found = effective_end(TERM, Ledger(tuple(entries)))
    assert (found.runs, found.stops) == (oracle(entries, RUNS), oracle(entries, STOPS))
    assert found.on == found.runs <= found.stops


@settings(max_examples=100, deadline=None)
@given(histories())
def test_reversing_everything_that_stands_gives_the_term_back(entries: list[Adjustment]) -> None:
    book = Ledger(tuple(entries))
    for number, entry in enumerate(book.standing()):
        book = book.add(reversal(f"r{number}", entry.id))
    assert effective_end(TERM, book).stops == TERM.end
