from __future__ import annotations

import pytest

from domain.law.rows import shipped_book
from domain.law.rule_book import RuleBook
from domain.law.working_days import WorkingCalendar
from reference.calendar_overrides import shipped_calendar


@pytest.fixture(scope="session")
def book() -> RuleBook:
    return shipped_book()


@pytest.fixture(scope="session")
def calendar() -> WorkingCalendar:
    return shipped_calendar()
