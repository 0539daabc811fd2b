"""Pages that point at what is there, and stay short enough to be read."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
PLACE = re.compile(r"`((?:api|cli|domain|persistence|migrations|reference|tests|docs|scripts|benchmarks)/[\w./-]*)`")
A_PAGE = 560
"""Words on a page."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    missing = [to for to in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / to).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_is_there(page):
    named = set(PLACE.findall(page.read_text(encoding="utf-8")))
    assert {name for name in named if "<" not in name and not (ROOT / name).exists()} == set()


def test_the_architecture_is_told_in_three_pages_and_three_walks():
    text = (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8")
    assert len(text.split()) <= 3 * A_PAGE
    assert re.findall(r"^## Walk (\d)", text, re.MULTILINE) == ["1", "2", "3"]
    rooms = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}
    assert {room for room in rooms if f"`{room}/`" not in text} == set()


def test_decisions_are_numbered_in_order_and_say_what_was_decided():
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [int(page.name[:4]) for page in pages]
    assert len(numbers) == len(set(numbers))
    for page in pages:
        first = page.read_text(encoding="utf-8").splitlines()[0]
        assert re.match(rf"# {page.name[:4]}\b", first) or re.match(r"# \d+[.:]? ", first), page.name


def test_the_glossary_names_every_noun():
    from domain.nouns import NOUNS

    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").lower().replace("_", "")
    known = {"person", "responsibility", "account", "appointment"}
    assert all(noun in NOUNS for noun in known)
    for word in ("person", "responsible unit", "appointment", "residencetransfer", "personalid"):
        assert word in text


def test_every_promise_in_the_architecture_names_its_test():
    text = (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8").partition("## Promises")[2]
    tests = {path.name for path in (ROOT / "tests/architecture").glob("test_*.py")} - {"test_docs.py"}
    assert {name for name in tests if name not in text} == set()
