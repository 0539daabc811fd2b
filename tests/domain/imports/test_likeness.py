"""Whom a row means: by reference, by number, by name and birth; what contradicts itself is for somebody to look at."""

from __future__ import annotations

from datetime import date

import pytest

from domain.imports.kind import Line, Options
from domain.imports.people import KnownPeople, likeness, matched, unsure
from domain.imports.values import Born
from tests.domain.imports.people_on_file import FULL, NAME, person

MONTH, YEAR = Born(date(1985, 5, 1), "month"), Born(date(1985, 1, 1), "year")


def said(born=FULL, name=NAME, **more):
    return {key: value for key, value in ({"full_name": name, "born_on": born} | more).items() if value is not None}


@pytest.mark.parametrize(
    ("values", "on_file", "score"),
    [
        (said(), person(), 0.95),
        (said(Born(date(1985, 5, 29), "day")), person(), 0.0),
        (said(MONTH), person(), 0.8),
        (said(Born(date(1985, 6, 1), "month")), person(), 0.0),
        (said(YEAR), person(), 0.7),
        (said(Born(date(1986, 1, 1), "year")), person(), 0.0),
        (said(YEAR), person(born=MONTH), 0.7),
        (said(None), person(), 0.65),
        (said(), person(born=None), 0.65),
        (said(name="Lê Văn Ba"), person(), 0.55),
        (said(None, "Lê Văn Ba"), person(), 0.2),
        (said(name=None), person(), 0.55),
        (said(gender="male"), person(), 0.95),
        (said(gender="female"), person(), 0.0),
        (said(gender="female"), person(gender=None), 0.95),
    ],
)
def test_two_are_alike_as_far_as_both_are_known_and_a_contradiction_ends_it(values, on_file, score):
    assert likeness(values, on_file) == score


EVERY = Options(match=("source_ref", "number", "name_and_birth"))
ONE, TWO = person(1), person(2)
YEAR_ONLY = person(3, born=YEAR)


def known(by_ref=None, by_number=None, *by_name):
    return KnownPeople(by_ref, by_number, by_name)


@pytest.mark.parametrize(
    ("on_file", "options", "unit_no", "values", "expected"),
    [
        (known(ONE), EVERY, None, said(), (1, "source_ref", None)),
        (known(ONE, ONE), EVERY, None, said(), (1, "source_ref", None)),
        (known(ONE, TWO), EVERY, None, said(), (None, "source_ref", "two_persons_match")),
        (known(None, ONE), EVERY, None, said(), (1, "number", None)),
        (known(None, ONE), EVERY, 1110, said(), (1, "number", None)),
        (known(None, ONE), EVERY, 1140, said(), (None, "number", "on_file_in_another_unit")),
        (known(None, ONE), Options(match=("source_ref",)), None, said(), (None, "number", "looks_like_somebody")),
        (known(None, ONE), EVERY, None, said(None, "Lê Văn Ba"), (None, "number", "number_of_another_name")),
        (known(None, ONE), EVERY, None, {}, (1, "number", None)),
        (known(None, None, ONE), EVERY, None, said(), (1, "name_and_birth", None)),
        (known(None, None, ONE), Options(), None, said(), (1, "name_and_birth", "looks_like_somebody")),
        (known(None, None, ONE, TWO), EVERY, None, said(), (None, "name_and_birth", "looks_like_somebody")),
        (known(None, None, YEAR_ONLY), EVERY, None, said(), (None, "name_and_birth", "looks_like_somebody")),
        (known(None, None, ONE), EVERY, None, said(Born(date(1985, 5, 29), "day")), (None, None, None)),
        (known(), EVERY, None, said(), (None, None, None)),
    ],
)
def test_a_row_means_somebody_by_the_first_rule_that_holds_or_is_looked_at(on_file, options, unit_no, values, expected):
    found = matched(Line(1, values), on_file, options, unit_no)
    assert (found.person and found.person.id.int, found.rule, found.doubt) == expected


def test_whoever_must_look_is_shown_whom_it_may_be_and_the_likeliest_first():
    found = matched(Line(1, said()), known(None, None, YEAR_ONLY, ONE), EVERY, None)
    assert [(one.id.int, one.score) for one in found.candidates] == [(1, 0.95), (3, 0.7)]
    doubt = unsure(found)
    assert (doubt.word, doubt.flaws[0].code, doubt.candidates) == ("review", "looks_like_somebody", found.candidates)
    nobody = unsure(matched(Line(1, said()), known(), EVERY, None))
    assert (nobody.word, nobody.flaws[0].code) == ("error", "person_not_found")
