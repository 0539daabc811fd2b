"""Where a table starts and which of its columns is which field: titles, heads of two rows, words above several columns."""

from __future__ import annotations

import pytest

from domain.imports.headers import LOOKED_AT, Head, cells_of, find_head, overflows
from domain.imports.kinds import KINDS
from domain.refusals import Refusal

PERSONS = KINDS["persons"]
HEAD = ["STT", "Mã hồ sơ", "Họ và tên *", "Ngày sinh"]
TAKEN = (None, "source_ref", "full_name", "born_on")


def found(*rows, mapping=None):
    return find_head(PERSONS, rows, mapping)


def test_titles_above_a_table_are_passed_over_and_running_numbers_are_not_asked_about():
    head = found(["DANH SÁCH NGƯỜI"], [None, None], HEAD, [1, "A1", "Nguyễn Văn Đức", "1985"])
    assert (head.first_row, head.columns, head.unknown) == (3, TAKEN, ())
    assert head.headers == ("STT", "Mã hồ sơ", "Họ và tên", "Ngày sinh")


def test_a_column_that_nobody_knows_is_told_by_its_place():
    assert found([*HEAD, "Màu tóc", ""]).unknown == (4,)


def test_of_two_rows_that_could_be_the_head_the_one_with_most_fields_is_it_and_of_equals_the_first():
    assert found(["Họ và tên", "Ghi chú thêm"], HEAD).first_row == 2
    assert found(HEAD, HEAD).first_row == 1


@pytest.mark.parametrize("rows", [(), ([],), (["Màu tóc", 12],), ([None, ""],)])
def test_a_file_without_a_head_is_refused(rows):
    with pytest.raises(Refusal) as no:
        found(*rows)
    assert no.value.code == "columns_not_found"


def test_a_title_that_stands_right_above_the_head_is_no_part_of_it():
    head = found(["DANH SÁCH NGƯỜI"], ["STT", *HEAD], [1, "A1", "Nguyễn Văn Đức", "1985"])
    assert (head.headers[0], head.unknown) == ("STT", ())


def test_columns_that_are_the_same_field_are_named_instead_of_one_being_guessed():
    with pytest.raises(Refusal) as no:
        found(["Danh sách"], ["Họ và tên", "Năm sinh", "Họ tên", "Giới tính"])
    assert (no.value.code, no.value.facts["columns"]) == ("columns_doubled", ["Họ và tên", "Họ tên"])


def test_a_head_is_looked_for_in_so_many_rows_and_no_further():
    assert found(*[[""]] * (LOOKED_AT - 1), HEAD).first_row == LOOKED_AT
    with pytest.raises(Refusal):
        found(*[[""]] * (LOOKED_AT + 1), HEAD)


def test_two_columns_of_one_field_are_no_head():
    with pytest.raises(Refusal):
        found(["Họ và tên", "Họ tên"])


def test_a_word_over_several_columns_belongs_to_each_of_them():
    head = found(
        ["Mã hồ sơ", "Họ và tên", "Nơi ở", None, "Giấy tờ"],
        [None, None, "Địa chỉ", "Xã", "Ngày cấp"],
        ["A1", "Nguyễn Văn Đức", "số 1", "Hoa", "01/02/2021"],
    )
    assert head.first_row == 2
    assert head.headers == ("Mã hồ sơ", "Họ và tên", "Nơi ở / Địa chỉ", "Nơi ở / Xã", "Giấy tờ / Ngày cấp")
    assert head.columns == ("source_ref", "full_name", "current_address", "current_unit", "issued_on")


def test_a_word_over_several_columns_does_not_reach_beyond_what_stands_below_it():
    head = found(
        ["Mã hồ sơ", "Họ và tên", "Giấy tờ", None, None],
        [None, None, "Ngày cấp", "Nơi cấp", None],
    )
    assert head.headers[2:] == ("Giấy tờ / Ngày cấp", "Giấy tờ / Nơi cấp", "")
    assert (head.columns[2:], head.unknown) == (("issued_on", "issued_by", None), ())


def test_a_second_row_that_repeats_the_first_is_no_second_row_of_the_head():
    assert found(HEAD, ["", "", "Họ và tên", ""]).first_row == 1


def test_a_mapping_wins_and_a_dash_takes_nothing_without_a_question():
    mapping = {"Màu tóc": "native_place", "ngày sinh": "-"}
    head = found([*HEAD, "MÀU  TÓC"], mapping=mapping)
    assert head.columns == (*TAKEN[:3], None, "native_place")
    assert head.unknown == ()


def test_of_a_head_the_file_is_told_what_it_says_and_as_what_it_is_taken():
    told = found([*HEAD, "", "Màu\x07tóc"]).as_data()
    assert told == [
        {"header": "STT", "field": None},
        {"header": "Mã hồ sơ", "field": "source_ref"},
        {"header": "Họ và tên", "field": "full_name"},
        {"header": "Ngày sinh", "field": "born_on"},
        {"header": "Màu tóc", "field": None},
    ]


def test_a_row_is_taken_by_field_and_a_short_or_slipped_one_is_seen():
    head = Head(1, ("STT", "Mã hồ sơ", "Họ và tên"), (None, "source_ref", "full_name"), ())
    assert cells_of(head, [1, "A1", "Lê Hòa"]) == {"source_ref": "A1", "full_name": "Lê Hòa"}
    assert cells_of(head, [1, "A1"]) == {"source_ref": "A1"}
    assert [overflows(head, row) for row in ([1, 2, 3], [1, 2, 3, None, ""], [1, 2, 3, "x"], [1, 2, 3, "", 0])] == [
        False,
        False,
        True,
        True,
    ]
