"""The law as one value: the rule book and the working calendar of a moment, handed to rules that compute dates."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from domain.law.rule_book import RuleBook
from domain.law.working_days import WorkingCalendar


class Law(NamedTuple):
    """Rules are chosen from it by event date, never by today."""

    book: RuleBook
    calendar: WorkingCalendar


class LawBook(Protocol):
    async def in_force(self) -> Law:
        """The book and calendar as stored; kept in the process until their version changes."""
        ...
