"""Telephone numbers: one form to store, a code for each flaw, and a mask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.person.phone import SYNTHETIC_PHONE_PREFIX, masked_phone, normalise_phone, phone_flaw

MOBILES = st.from_regex(r"0[35789][0-9]{8}", fullmatch=True)
LANDLINES = st.from_regex(r"02[0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("0912345678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        (" 091 234-56 78 ", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("+84 (0)912 345 678", "+84912345678"),
        ("+840912345678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("０９１２３４５６７８", "+84912345678"),
        ("\u202a0912345678\u202c", "+84912345678"),
        ("(024) 3825 1234", "+842438251234"),
        ("842438251234", "+842438251234"),
        ("+1 (415) 555-0100", "+14155550100"),
        ("00856 20 5551 2345", "+8562055512345"),
    ],
)
def test_a_number_is_stored_in_e164_however_it_was_written(written: str, stored: str) -> None:
    assert normalise_phone(written) == stored
    assert phone_flaw(written) is None


@given(MOBILES | LANDLINES)
def test_every_vietnamese_number_is_taken_with_and_without_its_country(national: str) -> None:
    stored = "+84" + national[1:]
    for written in (national, stored, stored[1:], "00" + stored[1:]):
        assert normalise_phone(written) == stored
        assert phone_flaw(written) is None


@given(st.text())
def test_whatever_is_taken_is_e164_and_normalising_it_again_changes_nothing(text: str) -> None:
    if phone_flaw(text) is None:
        stored = normalise_phone(text)
        assert stored[0] == "+"
        assert stored[1:].isascii()
        assert stored[1:].isdigit()
        assert 9 <= len(stored) <= 16
        assert normalise_phone(stored) == stored


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "empty"),
        (" - ", "empty"),
        ("gọi bác Ba", "not_a_phone"),
        ("0912345678 (vợ)", "not_a_phone"),
        ("0912345678, 0987654321", "not_a_phone"),
        ("+", "not_a_phone"),
        ("01234567890", "old_mobile"),
        ("+84 168 123 4567", "old_mobile"),
        ("091234567", "no_such_number"),
        ("09123456789", "no_such_number"),
        ("0412345678", "no_such_number"),
        ("0243825123", "no_such_number"),
        ("912345678", "country_missing"),
        ("113", "country_missing"),
        ("+1234567", "wrong_length"),
        ("+1234567890123456", "wrong_length"),
        ("+0123456789", "wrong_length"),
    ],
)
def test_a_flawed_number_is_refused_with_its_code(written: str, code: str) -> None:
    assert phone_flaw(written) == code


def test_a_mask_shows_the_last_three_digits() -> None:
    assert masked_phone("+84912345678") == "•••••••••678"


def test_numbers_of_invented_people_have_a_valid_form() -> None:
    assert phone_flaw(SYNTHETIC_PHONE_PREFIX + "1234567") is None
