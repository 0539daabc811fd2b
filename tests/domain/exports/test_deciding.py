"""Who may say that a list above the cap leaves: a unit strictly above; above the country a second person."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.exports.repository import ExportKnown
from domain.exports.use_cases import stands_above
from domain.reading import Actor

ME, OTHER = UUID(int=1), UUID(int=2)


def actor(no, last_no, level):
    return Actor(ME, ME, ME, "province_admin", ME, no, last_no, level, True, "", 7)


@pytest.mark.parametrize(
    ("who", "asked_by", "unit_no", "above"),
    [
        (actor(1000, 1999, "province"), OTHER, 1000, False),
        (actor(1000, 1999, "province"), OTHER, 1001, True),
        (actor(1000, 1999, "province"), OTHER, 1999, True),
        (actor(1000, 1999, "province"), OTHER, 2000, False),
        (actor(1000, 1999, "province"), OTHER, 1, False),
        (actor(1, 99_999, "country"), OTHER, 1, True),
        (actor(1, 99_999, "country"), ME, 1, False),
        (actor(1, 99_999, "country"), ME, 1000, True),
    ],
)
def test_only_a_unit_strictly_above_or_a_second_person_of_the_country_approves(who, asked_by, unit_no, above):
    job = ExportKnown(UUID(int=3), unit_no, "awaiting", asked_by, OTHER, streamed=False)
    assert stands_above(who, job) is above
