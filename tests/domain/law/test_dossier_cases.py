"""The cases of dossier §18 that concern the law of cases, one line each: what happened, what is asked, what follows.

Cases 1 to 8. (9 and 10 are of loans and targets; 11 to 15 of units, search, numbers and access.) The same stories go
through the doors in tests/scenarios/test_case_life.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from domain.law.deadlines import CaseEvents, deadlines
from domain.law.effective_end import accept_adjustment, effective_end
from domain.law.in_force import Law
from domain.law.instants import ZONE, Moment
from domain.law.ledger import Adjustment, AdjustmentKind, Ledger, PaperRef, Reading
from domain.law.pathways import Pathway
from domain.law.removal import next_measure, removal_effect
from domain.law.rows import shipped_book
from domain.law.terms import TermFacts, term
from domain.refusals import Refusal
from reference.calendar_overrides import shipped_calendar

LAW = Law(shipped_book(), shipped_calendar())
ADULT, MINOR, PUBLIC = Pathway.COMPULSORY_ADULT, Pathway.COMPULSORY_MINOR, Pathway.VOLUNTARY_FACILITY_PUBLIC
ABSENCE, INTERRUPTION, REVERSAL = AdjustmentKind


def d(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> Moment:
    """`2026-07-02` is a day, `2026-07-02 09:00` an instant in Việt Nam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE) if " " in text else d(text)


def term_ends(pathway: Pathway, completed: str, **facts: str) -> str:
    """`from…to (months), what to look at`."""
    dates = {name: d(text) for name, text in facts.items()}
    found = term(LAW.book, pathway, d(completed), facts=TermFacts(**dates), calendar=LAW.calendar)
    warned = "".join(f", {warning.code}" for warning in found.warnings)
    return f"{found.start}…{found.nominal_end} ({found.months} m){warned}"


def due(kind: str, **events: str) -> str:
    """When a deadline of a compulsory adult's case ends: a weekday, or an instant."""
    moments = {name: at(text) for name, text in events.items()}
    found = next(
        deadline
        for deadline in deadlines(LAW.book, LAW.calendar, CaseEvents(pathway=ADULT, **moments))
        if deadline.kind == kind
    )
    return f"{found.due_on:%a %Y-%m-%d}" if found.whole_day else f"{found.due:%Y-%m-%d %H:%M}"


def paper(dated: str) -> PaperRef:
    return PaperRef("12/BB", d(dated), "Công an phường")


def absent(first: str, last: str) -> Adjustment:
    return Adjustment(id="1", kind=ABSENCE, document=paper(last), first_day=d(first), last_day=d(last))


def taken_back(entry: str, dated: str) -> Adjustment:
    return Adjustment(id="2", kind=REVERSAL, document=paper(dated), reverses=entry)


def in_prison(first: str, last: str, reading: Reading | None) -> Adjustment:
    return Adjustment(
        id="3",
        kind=INTERRUPTION,
        document=paper(first),
        first_day=d(first),
        last_day=d(last),
        ground="imprisonment",
        reading=reading,
    )


def ends(pathway: Pathway, completed: str, *entries: Adjustment) -> str:
    """The effective end, and how many entries the ledger still holds."""
    ledger = Ledger()
    for entry in entries:
        accept_adjustment(LAW.book, ledger, entry)
        ledger = ledger.add(entry)
    found = effective_end(term(LAW.book, pathway, d(completed), calendar=LAW.calendar), ledger)
    open_reading = f" or {found.stops}" if ledger.undecided() else ""
    return f"{found.on}{open_reading} ({len(ledger.entries)} entries)"


def removal(ground: str, on: str) -> str:
    try:
        return removal_effect(LAW.book, ground, d(on))[0].value
    except Refusal as no:
        return no.code


def after_finding(on: str, *, minor: bool) -> str:
    return str(next_measure(LAW.book, d(on), minor=minor).value.word)


CASES: tuple[tuple[str, str, Callable[[], str], str], ...] = (
    # 1
    ("1", "compulsory adult, done 2026-08-31: term", lambda: term_ends(ADULT, "2026-08-31"),
     "2026-08-31…2028-08-31 (24 m)"),
    ("1", "… the centre sends form 51 by", lambda: due("discharge_notice", completes="2026-08-31"),
     "Sat 2026-08-01"),
    ("1", "… a day earlier under the law before, 15 days", lambda: due("discharge_notice", completes="2026-06-30"),
     "Mon 2026-06-15"),
    ("1", "… received Fri 2026-07-31 16:00, proposal by",
     lambda: due("proposal", completes="2026-08-31", notice_received="2026-07-31 16:00"), "Tue 2026-08-04"),
    # 2
    ("2", "voluntary, done on 29 February", lambda: term_ends(PUBLIC, "2024-02-29"), "2024-02-29…2025-02-28 (12 m)"),
    # 3
    ("3", "reported Thu 2025-04-24, dossier by", lambda: due("dossier", self_reported="2025-04-24"), "Mon 2025-04-28"),
    ("3", "… proposal received on the 28th, decision by",
     lambda: due("decision", completes="2025-04-20", proposal_received="2025-04-28"), "Mon 2025-05-05"),
    # 4
    ("4", "moved on 2026-06-29: five working days", lambda: due("residence_transfer", moved="2026-06-29"), "Mon 2026-07-06"),
    ("4", "moved on 2026-06-30, the last day of that law", lambda: due("residence_transfer", moved="2026-06-30"), "Tue 2026-07-07"),
    ("4", "moved on 2026-07-02 at 09:00: 24 hours", lambda: due("residence_transfer", moved="2026-07-02 09:00"),
     "2026-07-03 09:00"),
    # 5
    ("5", "ten days of unreported absence", lambda: ends(PUBLIC, "2026-08-31", absent("2026-10-01", "2026-10-10")),
     "2027-09-10 (1 entries)"),
    ("5", "… reported later with proof: both entries stay",
     lambda: ends(PUBLIC, "2026-08-31", absent("2026-10-01", "2026-10-10"), taken_back("1", "2026-10-20")),
     "2027-08-31 (2 entries)"),
    # 6
    ("6", "order at 17 y 10 m, released at 18 y 4 m", lambda: term_ends(MINOR, "2026-08-31", born_on="2008-04-30"),
     "2026-08-31…2027-08-31 (12 m), turned_adult_during_treatment"),
    # 7
    ("7", "a positive test is no ground", lambda: removal("positive_test", "2026-09-15"), "removal_reason_not_in_force"),
    ("7", "determined as dependent: removed", lambda: removal("addiction_determined", "2026-09-15"), "removed"),
    ("7", "… then, for an adult", lambda: after_finding("2026-09-15", minor=False), "compulsory"),
    ("7", "… then, for a minor from 2026-07-01", lambda: after_finding("2026-07-01", minor=True), "compulsory"),
    ("7", "… but not to 2026-06-30", lambda: after_finding("2026-06-30", minor=True), "not_a_ground"),
    # 8
    ("8", "a sentence of 2027 interrupts", lambda: removal("imprisonment", "2027-01-10"), "interrupted"),
    ("8", "… one to 2026-06-30 removed", lambda: removal("imprisonment", "2026-06-30"), "removed"),
    ("8", "… eight months of prison: two ends",
     lambda: ends(PUBLIC, "2026-10-31", in_prison("2027-01-01", "2027-08-31", None)),
     "2027-10-31 or 2028-06-30 (1 entries)"),
    ("8", "… the clock stood still",
     lambda: ends(PUBLIC, "2026-10-31", in_prison("2027-01-01", "2027-08-31", Reading.CLOCK_STOPS)),
     "2028-06-30 (1 entries)"),
)  # fmt: skip


@pytest.mark.parametrize(("case", "story", "asked", "answer"), CASES, ids=[f"{row[0]} {row[1]}" for row in CASES])
def test_the_law_answers_as_the_dossier_says(case: str, story: str, asked: Callable[[], str], answer: str) -> None:
    assert asked() == answer, f"case {case}: {story}"


def test_every_case_of_the_dossier_about_cases_stands_in_the_table() -> None:
    assert {row[0] for row in CASES} == set("12345678")
