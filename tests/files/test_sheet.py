"""The workbook that is written as a stream: what a reader finds in it."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from python_calamine import CalamineWorkbook

from files import sheet as sheets
from files.sheet import HERE, LONGEST, Sheet, SheetFullError, serial, shown


def book(*rows, names=("a", "b"), watermark="Điểm Tựa · A & B"):
    sheet = Sheet()
    content = sheet.begin(list(names), watermark)
    content += b"".join(sheet.rows([row]) for row in rows)
    return content + sheet.end([("rows", str(len(rows)))])


def read(content, sheet=0):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


def test_every_type_comes_back_as_it_was():
    day, instant = date(2024, 2, 29), datetime(2026, 11, 22, 9, 30, 15, tzinfo=HERE)
    head, first, second = read(book([day, instant], [12, True]))
    assert head == ["a", "b"]
    assert first == [day, datetime(2026, 11, 22, 9, 30, 15)]
    assert second == [12.0, True]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (date(1900, 3, 1), "61"),
        (date(2024, 2, 29), "45351"),
        (date(2025, 7, 1), "45839"),
        (datetime(2025, 6, 30, 17, 0, tzinfo=UTC), "45839.0000000000"),
        (datetime(2025, 6, 30, 16, 59, 59, tzinfo=UTC), "45838.9999884259"),
        (datetime(2025, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=7))), "45839.5000000000"),
    ],
)
def test_days_and_instants_are_counted_as_a_sheet_counts_by_the_clock_here(value, number):
    assert serial(value) == number


def test_a_day_before_the_sheets_own_calendar_is_right_stays_a_text():
    assert read(book([date(1900, 2, 28), None]))[1][0] == "1900-02-28"


@pytest.mark.parametrize("text", ["\x00\x01\x0b\r", "_x0041_", "]]><&\"'", "  hai  đầu  ", "=1+1", "🙂\u202e"])
def test_any_text_comes_back_as_it_was(text):
    assert read(book([text, "x"]))[1] == [text, "x"]


def test_a_number_too_long_for_a_sheet_stays_whole_as_a_text():
    assert read(book([10**15 + 1, 1.5]))[1] == ["1000000000000001", 1.5]


def test_a_text_longer_than_a_cell_is_cut_and_says_so():
    assert len(shown("a" * (LONGEST + 1))) == LONGEST
    assert shown("a" * (LONGEST + 1)).endswith("…")
    assert shown("a" * LONGEST) == "a" * LONGEST


def test_a_list_of_nothing_is_a_head_and_a_wide_one_keeps_its_columns():
    assert read(book()) == [["a", "b"]]
    names = [f"c{at}" for at in range(60)]
    assert read(book(list(range(60)), names=names))[0] == names


def test_where_it_comes_from_stands_on_the_second_sheet_in_the_footer_and_in_the_properties():
    content = book([1, 2])
    assert read(content, 1) == [["Điểm Tựa", "Điểm Tựa · A & B"], ["rows", "1"]]
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert parts.testzip() is None
    assert "A &amp;&amp; B" in parts.read("xl/worksheets/sheet1.xml").decode()
    assert "A &amp; B" in parts.read("docProps/core.xml").decode()


def test_what_it_holds_does_not_grow_with_the_rows():
    sheet = Sheet()
    sheet.begin(["a"], "x")
    most = max(len(sheet.rows([[f"dòng {no}"] for no in range(500)])) for _ in range(100))
    assert most < 100_000


def test_a_sheet_that_would_need_another_kind_of_archive_is_refused_before_it_is_written(monkeypatch):
    """Excel offers to repair ZIP64; found at the end, all the work would be lost."""
    monkeypatch.setattr(sheets, "MOST_BYTES", 1_000)
    sheet = Sheet()
    sheet.begin(["a"], "x")
    with pytest.raises(SheetFullError):
        sheet.rows([["một ô"]] * 20)
