"""When the next contact may be, on both sides of each line."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.contact.rules import LONGEST_AHEAD, flaws_of_next

HELD = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("whole", "codes"),
    [
        ({"next_on": date(2028, 2, 28), "held_on": HELD}, ["ends_before_it_starts"]),
        ({"next_on": HELD, "held_on": HELD}, []),
        ({"next_on": HELD + LONGEST_AHEAD, "held_on": HELD}, []),
        ({"next_on": HELD.replace(year=2030, day=28), "held_on": HELD}, ["too_far_ahead"]),
        ({"next_on": None, "held_on": HELD}, []),
        ({"next_on": HELD, "held_on": None}, []),
        ({"next_on": HELD}, []),
        # seven in the evening in London is the next day in Việt Nam
        ({"next_on": HELD, "held_on": datetime(2028, 2, 29, 19, tzinfo=UTC)}, ["ends_before_it_starts"]),
    ],
)
def test_the_next_day_comes_after_the_contact_and_within_a_year(whole, codes):
    assert [flaw.code for flaw in flaws_of_next(whole, "held_on")] == codes
