"""From which day the silence about a need is counted, on both sides of the day on which it was found."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.law.in_force import Law
from domain.law.rows import shipped_book
from domain.need.waiting import OpenNeed, idle_due, idle_from
from reference.calendar_overrides import shipped_calendar

FOUND = date(2026, 2, 10)


def need(last_on=None, *, under_way=False):
    return OpenNeed(UUID(int=1), UUID(int=2), 1110, 1110, FOUND, under_way, last_on)


@pytest.mark.parametrize(
    ("last_on", "since"),
    [
        (None, FOUND),
        (date(2026, 2, 9), FOUND),
        (FOUND, FOUND),
        (date(2026, 2, 11), date(2026, 2, 11)),
    ],
)
def test_what_was_done_before_a_need_was_found_does_not_shorten_its_days(last_on, since):
    assert idle_from(need(last_on)).at == since


def test_nothing_is_due_while_the_answer_is_under_way():
    law = Law(shipped_book(), shipped_calendar())
    (due,) = idle_due(law, need())
    assert (due.kind, due.due_on) == ("need_idle", date(2026, 3, 12))
    assert idle_due(law, need(under_way=True)) == []
