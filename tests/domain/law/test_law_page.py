"""The printed page of the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from domain.law.life_cycles import LIFE_CYCLES
from domain.law.printed import law_page
from domain.law.rule_book import RuleBook
from domain.law.rule_value import at_most
from domain.law.subject import Subject

PAGE = Path(__file__).resolve().parents[3] / "docs" / "law.md"


def test_the_page_in_docs_is_the_printed_rule_book(book: RuleBook) -> None:
    assert PAGE.read_text(encoding="utf-8") == law_page(book), "run scripts/print_law.py"


def test_every_rule_and_every_life_cycle_is_printed(book: RuleBook) -> None:
    page = law_page(book)
    assert all(f"`{rule.ref}`" in page for rule in book)
    assert all(rule.note in page for rule in book)
    assert all(f"### {cycle.name}" in page for cycle in LIFE_CYCLES)


def test_a_rule_that_ships_nowhere_is_printed_too(book: RuleBook) -> None:
    house = Subject("house.visit", "event_date", "Thăm hỏi", "Visit")
    page = law_page(RuleBook([*book, house.row(1, "2027-01-01/..", at_most(7, "d"), "commune_chair", "HOUSE")]))
    assert "## Other" in page
    assert "`house.visit@1`" in page


def test_a_changed_row_changes_the_page(book: RuleBook) -> None:
    row = book.rule("move.notice", date(2026, 7, 1))
    assert law_page(RuleBook([replace(row, note="read again") if rule is row else rule for rule in book])) != law_page(
        book
    )


def test_every_line_of_a_table_has_as_many_cells_as_its_head(book: RuleBook) -> None:
    width = 0
    for line in law_page(book).splitlines():
        cells = line.replace("\\|", "").count("|")
        if not line.startswith("|"):
            width = 0
        elif width:
            assert cells == width, line
        else:
            width = cells
