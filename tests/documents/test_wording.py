"""Dates, numbers and names as Decree 30/2020 has them."""

from __future__ import annotations

from datetime import date

import pytest

from documents.dates import birth, written
from documents.wording import called, home, numbered, person_fields
from tests.documents.facts import whole


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2026-02-05", "ngày 05 tháng 02 năm 2026"),
        ("2026-01-09", "ngày 09 tháng 01 năm 2026"),
        ("2026-01-10", "ngày 10 tháng 01 năm 2026"),
        ("2026-03-01", "ngày 01 tháng 3 năm 2026"),
        ("2026-09-30", "ngày 30 tháng 9 năm 2026"),
        ("2026-10-02", "ngày 02 tháng 10 năm 2026"),
        ("2024-02-29", "ngày 29 tháng 02 năm 2024"),
        ("2026-12-31", "ngày 31 tháng 12 năm 2026"),
    ],
)
def test_days_below_ten_and_months_one_and_two_take_a_zero(day, text):
    assert written(date.fromisoformat(day)) == text


@pytest.mark.parametrize(
    ("precision", "text"), [("day", "05/02/1990"), ("month", "02/1990"), ("year", "1990"), (None, "05/02/1990")]
)
def test_a_birth_date_says_no_more_than_is_known(precision, text):
    assert birth("1990-02-05", precision) == text


@pytest.mark.parametrize(
    ("number", "symbol", "text"),
    [
        ("7", "QĐ-UBND", "07/QĐ-UBND"),
        ("123", "QĐ-UBND", "123/QĐ-UBND"),
        ("15/ĐN-CAP", None, "15/ĐN-CAP"),
        ("15/ĐN-CAP", "ĐN-CAP", "15/ĐN-CAP"),
        ("9/GXN-UBND", None, "09/GXN-UBND"),
        ("09/GXN-UBND", None, "09/GXN-UBND"),
    ],
)
def test_a_number_below_ten_takes_a_zero_and_its_symbol_once(number, symbol, text):
    assert numbered(number, symbol) == text


@pytest.mark.parametrize(
    ("type", "name", "text"),
    [
        ("ward", "Phường Hoà Bình", "phường Hoà Bình"),
        ("ward", "Hoà Bình", "phường Hoà Bình"),
        ("commune", "Ea Súp", "xã Ea Súp"),
        ("special_zone", "Đặc khu Cát Hải", "đặc khu Cát Hải"),
        ("city", "Thành phố Hà Nội", "thành phố Hà Nội"),
        ("commune", "Xãm Lốm", "xã Xãm Lốm"),
    ],
)
def test_the_type_of_a_unit_is_written_once(type, name, text):
    assert called({"type": type, "name": name}) == text


def test_a_name_stands_in_capitals_and_what_is_not_known_has_no_line():
    facts = whole(person__full_name="đặng thị ước", person__aliases=[], person__identifier=None)["person"]
    rows = {block.label: block.text for block in person_fields(facts)}
    assert rows["Họ và tên"] == "ĐẶNG THỊ ƯỚC"
    assert "Tên gọi khác" not in rows
    assert not any("Số" in label for label in rows)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("Số 12, đường Lê Lợi", "Số 12, đường Lê Lợi, phường Hoà Bình, tỉnh Đắk Lắk"),
        ("Thôn 3, Phường Hoà Bình", "Thôn 3, Phường Hoà Bình, tỉnh Đắk Lắk"),
        (None, ""),
    ],
)
def test_an_address_names_its_commune_and_province_once(address, text):
    units = [{"type": "ward", "name": "Phường Hoà Bình"}, {"type": "province", "name": "Đắk Lắk"}]
    assert home({"residence": address, "residence_units": units}) == text
