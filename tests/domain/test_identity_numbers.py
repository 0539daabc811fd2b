"""Numbers on papers. Each number here is put together from its parts, so that no whole one stands in this file."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.person.identity import (
    PROVINCES,
    SYNTHETIC_PREFIX,
    IdentityKind,
    is_synthetic,
    masked_tail,
    normalise_number,
    number_flaw,
    personal_id_flaw,
    personal_id_warnings,
)

HANOI, ABROAD, NOWHERE = "001", "101", "097"
BORN = date(1985, 3, 14)


def number(place: str = HANOI, group: int = 0, year: int = 85, rest: int = 123456) -> str:
    return f"{place}{group}{year:02}{rest:06}"


@pytest.mark.parametrize(
    "text", ["", number()[:-1], number() + "0", number()[:-1] + "x", number()[:-1] + "٣", number() + "\n"]
)
def test_a_personal_number_is_exactly_twelve_plain_digits(text: str) -> None:
    assert personal_id_flaw(text) == "not_12_digits"
    assert personal_id_flaw(number()) is None


def test_a_number_that_fits_its_bearer_raises_no_doubt() -> None:
    assert personal_id_warnings(number(), born_on=BORN, gender="male") == ()
    assert personal_id_warnings(number(group=3, year=4), born_on=date(2004, 1, 1), gender="female") == ()
    assert personal_id_warnings(number(place=ABROAD), born_on=BORN, gender="male") == ()


@pytest.mark.parametrize(
    ("doubted", "codes"),
    [
        (number(group=2), ("century",)),
        (number(group=1), ("gender",)),
        (number(year=86), ("year",)),
        (number(place=NOWHERE), ("province_unknown",)),
        (number(place=SYNTHETIC_PREFIX), ("synthetic",)),
        (number(place=NOWHERE, group=3, year=1), ("province_unknown", "century", "gender", "year")),
    ],
)
def test_what_does_not_fit_is_a_warning_and_never_a_refusal(doubted: str, codes: tuple[str, ...]) -> None:
    assert personal_id_warnings(doubted, born_on=BORN, gender="male") == codes
    assert personal_id_flaw(doubted) is None


def test_an_unknown_birth_or_gender_outside_the_number_s_two_raises_no_doubt() -> None:
    assert personal_id_warnings(number(group=1, year=99), born_on=None, gender=None) == ()
    assert personal_id_warnings(number(group=1), born_on=BORN, gender="other") == ()


def test_a_number_of_wrong_form_is_not_doubted_as_well() -> None:
    assert personal_id_warnings("12", born_on=BORN, gender="male") == ()


@given(st.dates(date(1900, 1, 1), date(2399, 12, 31)), st.sampled_from(["male", "female"]))
def test_the_fourth_digit_tells_century_and_gender_for_five_hundred_years(born_on: date, gender: str) -> None:
    fitting = [
        group
        for group in range(10)
        if not personal_id_warnings(number(group=group, year=born_on.year % 100), born_on=born_on, gender=gender)
    ]
    assert fitting == [2 * (born_on.year // 100 - 19) + (gender == "female")]


def test_the_sixty_three_provinces_are_known_and_none_can_bear_an_invented_number() -> None:
    assert len(PROVINCES) == 63
    assert {"001", "022", "079", "096"} <= PROVINCES
    assert SYNTHETIC_PREFIX not in PROVINCES
    assert not any(is_synthetic(number(place=place)) for place in [*PROVINCES, ABROAD])
    assert is_synthetic(number(place=SYNTHETIC_PREFIX))


@pytest.mark.parametrize(
    ("kind", "written", "stored"),
    [
        (IdentityKind.PERSONAL_ID, f" {HANOI} 085.123-456\u200b\u00a0", number()),
        (IdentityKind.PERSONAL_ID, "".join(chr(ord(digit) + 0xFEE0) for digit in number()), number()),
        (IdentityKind.OLD_ID_9, "000 123 456", "000123456"),
        (IdentityKind.PASSPORT, "c 1234567", "C1234567"),
    ],
)
def test_a_number_is_stored_in_one_form(kind: IdentityKind, written: str, stored: str) -> None:
    assert normalise_number(kind, written) == stored
    assert number_flaw(kind, stored) is None


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (IdentityKind.OLD_ID_9, number(), "not_9_digits"),
        (IdentityKind.OLD_ID_12, "000123456", "not_12_digits"),
        (IdentityKind.PASSPORT, "C", "not_a_passport_number"),
        (IdentityKind.PASSPORT, "PASSPORT", "not_a_passport_number"),
        (IdentityKind.PASSPORT, "C1234567=1+1", "not_a_passport_number"),
        (IdentityKind.PASSPORT, "X" * 15 + "1", "not_a_passport_number"),
    ],
)
def test_each_kind_of_paper_has_its_own_form(kind: IdentityKind, text: str, code: str) -> None:
    assert number_flaw(kind, text) == code


def test_passports_of_viet_nam_and_of_other_states_are_taken() -> None:
    for passport in ("B1234567", "123456789", "L01X00T47", "AB123"):
        assert number_flaw(IdentityKind.PASSPORT, passport) is None


def test_a_mask_keeps_the_length_and_shows_three_digits_or_none_of_a_short_number() -> None:
    assert masked_tail(number()) == "•••••••••456"
    assert masked_tail("C1234567") == "•••••567"
    assert masked_tail("AB123") == "•••••"
    assert masked_tail("") == ""
