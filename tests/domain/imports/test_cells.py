"""From a cell to a value, as clerks and spreadsheets write it: what is read, and what is refused and never guessed."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from domain.imports.values import (
    BREAKS,
    BROKEN,
    Born,
    Number,
    Place,
    Unreadable,
    between,
    born,
    day,
    many,
    moment,
    number,
    phone,
    place,
    prose,
    text,
    truth,
    whole,
    word_of,
    words_of,
)

GENDERS = {"nam": "male", "nu": "female", "male": "male"}
AT = datetime.fromisoformat
READ = [
    (text, "  Nguyễn Văn Đức ", "Nguyễn Văn Đức"),
    (text, None, ""),
    (text, 12, "12"),
    (text, date(2024, 2, 29), "29/02/2024"),
    (text, "'=1", "=1"),
    (text, "'0912", "0912"),
    (text, "'", "'"),
    (text, "'5", "5"),
    (text, "'n trị", "'n trị"),
    (prose, "- nghề mộc", "- nghề mộc"),
    (prose, "+84 912 345 678", "+84 912 345 678"),
    (day, date(2024, 2, 29), date(2024, 2, 29)),
    (day, "29/02/2024", date(2024, 2, 29)),
    (day, "1.2.2024", date(2024, 2, 1)),
    (day, "2024-02-01T00:00:00", date(2024, 2, 1)),
    (day, "01/02/2024 00:00", date(2024, 2, 1)),
    (day, "Ngày 1 tháng 2 năm 2024", date(2024, 2, 1)),
    (day, 3_654, date(1910, 1, 1)),
    (day, 45_351, date(2024, 2, 29)),
    (day, 73_415, date(2100, 12, 31)),
    (moment, "05/01/2026 14:30", AT("2026-01-05T14:30+07:00")),
    (moment, "05/01/2026 lúc 14h30", AT("2026-01-05T14:30+07:00")),
    (moment, "2026-01-05T14:30:00+07:00", AT("2026-01-05T14:30+07:00")),
    (moment, "05/01/2026", AT("2026-01-05T00:00+07:00")),
    (moment, date(2026, 1, 5), AT("2026-01-05T00:00+07:00")),
    (born, 1900, Born(date(1900, 1, 1), "year")),
    (born, 2100, Born(date(2100, 1, 1), "year")),
    (born, 31_000, Born(date(1984, 11, 14), "day")),
    (born, "1985", Born(date(1985, 1, 1), "year")),
    (born, "00/00/1985", Born(date(1985, 1, 1), "year")),
    (born, "năm 1985", Born(date(1985, 1, 1), "year")),
    (born, "05/1985", Born(date(1985, 5, 1), "month")),
    (born, "00/05/1985", Born(date(1985, 5, 1), "month")),
    (born, "28/05/1985", Born(date(1985, 5, 28), "day")),
    (born, date(1985, 5, 28), Born(date(1985, 5, 28), "day")),
    (number, "001 085 000 001", Number("personal_id", "001085000001")),
    (number, "012345678", Number("old_id_9", "012345678")),
    (number, "b1234567", Number("passport", "B1234567")),
    (number, 123_456_789_012, Number("personal_id", "123456789012")),
    (phone, "0912 345 678", "0912 345 678"),
    (whole, 12, 12),
    (whole, "1.200.000", 1_200_000),
    (whole, "1 200", 1_200),
    (whole, "12", 12),
    (between(1, 12), "1", 1),
    (between(1, 12), 12, 12),
    (truth, "Có", True),
    (truth, "x", True),
    (truth, "Không", False),
    (truth, 0, False),
    (many, "mộc; may, ; nề", ("mộc", "may", "nề")),
    (many, " ; ", ()),
    (word_of(GENDERS), " NỮ ", "female"),
    (words_of(GENDERS), "Nam; nữ", ("male", "female")),
    (place, 1, Place("00001", ())),
    (place, "00070", Place("00070", ())),
    (place, 99_999, Place("99999", ())),
    (place, "P. Hàng Bạc, Q. Hoàn Kiếm", Place(None, ("hang bac", "hoan kiem"))),
    (place, "Xã", Place(None, ("xa",))),
    (place, "Xã Hoà - Huyện Bình", Place(None, ("hoa", "binh"))),
]
REFUSED = [
    *((text, BROKEN + code, code) for code in sorted(BREAKS)),
    (text, BROKEN + "anything", "control"),
    (prose, "=HYPERLINK(1)", "formula"),
    (prose, "@SUM(A1)", "formula"),
    (prose, "＝1+1", "formula"),
    (prose, "-1+1", "formula"),
    (prose, "+A1!B2", "formula"),
    (prose, "-xã Hoa!", "formula"),
    (day, 3_653, "not_a_day"),
    (day, 73_416, "not_a_day"),
    (day, "29/02/2023", "not_a_day"),
    (day, "2024", "not_a_day"),
    (day, "01/02/24", "not_a_day"),
    (day, "01/02/2024 14:30", "not_a_day"),
    (moment, "05/01/2026 25:00", "not_a_day"),
    (moment, "05/01/2026 14:61", "not_a_day"),
    (moment, "giờ nào đó", "not_a_day"),
    (born, 1899, "not_a_day"),
    (born, 2101, "not_a_day"),
    (born, "13/1985", "not_a_day"),
    (number, 1.2e11, "digits_lost"),
    (number, "1.2E+11", "digits_lost"),
    (number, "1234567890", "leading_zero_lost"),
    (number, "12345678901", "leading_zero_lost"),
    (number, 12_345_678, "leading_zero_lost"),
    (number, 123_456_789, "leading_zero_lost"),
    (phone, 912_345_678, "leading_zero_lost"),
    (phone, "912345678", "leading_zero_lost"),
    (whole, "1.20", "not_a_number"),
    (whole, "mười", "not_a_number"),
    (whole, 1.5, "not_a_number"),
    (between(1, 12), 0, "out_of_range"),
    (between(1, 12), "13", "out_of_range"),
    (truth, "có lẽ", "not_allowed"),
    (word_of(GENDERS), "khác", "not_allowed"),
    (words_of(GENDERS), "Nam; khác", "not_allowed"),
    (place, 0, "no_such_unit"),
    (place, 100_000, "no_such_unit"),
    (place, " , ", "no_such_unit"),
    (place, "=A1", "formula"),
]


@pytest.mark.parametrize(("reader", "cell", "value"), READ)
def test_a_cell_is_read_as_it_is_meant(reader, cell, value):
    assert reader(cell) == value
    assert type(reader(cell)) is type(value)


@pytest.mark.parametrize(("reader", "cell", "code"), REFUSED)
def test_what_is_no_such_value_is_refused_by_its_code_and_never_guessed(reader, cell, code):
    with pytest.raises(Unreadable) as no:
        reader(cell)
    assert (no.value.code, str(no.value)) == (code, code)
