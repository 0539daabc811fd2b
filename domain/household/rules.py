"""Household statuses: one a person and year (issue 4 §6)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from domain.household.noun import HOUSEHOLD
from domain.keeping import Kept, Row, not_to_come, refuse
from domain.refusals import Flaw

FIRST_YEAR = 2000


class HouseholdStatuses(Kept):
    """Poverty by year, and programmes."""

    noun = HOUSEHOLD
    reads = "read_livelihood"
    writes = "write_livelihood"
    told = frozenset({"year", "poverty", "certificate_number", "reviewed_on", "programmes", "enrolled_on", "note"})
    settled = frozenset({"year"})
    texts: ClassVar = {"certificate_number": 100, "note": 1000}

    def check(self, whole: Row, today: date, /) -> None:
        """A year has its status once it has begun; who is enrolled is enrolled in something."""
        flaws = not_to_come(whole, today, "reviewed_on", "enrolled_on")
        if not FIRST_YEAR <= whole["year"] <= today.year:
            flaws.append(Flaw("/year", "out_of_range", (("least", FIRST_YEAR), ("most", today.year))))
        if whole.get("enrolled_on") is not None and not whole.get("programmes"):
            flaws.append(Flaw("/programmes", "required"))
        refuse(flaws)


HOUSEHOLD_STATUSES = HouseholdStatuses()
