"""Each column of another software comes of a row as a clerk there would write it; what is not there stays empty."""

from __future__ import annotations

import pytest

from domain.exports.layouts import LAYOUTS, layout_of
from domain.exports.model import columns_of, hidden_of
from domain.reading import Form, Pick, Selection, Show
from domain.refusals import Refusal

PERSON = {
    "source_ref": "HV1",
    "full_name": "Nguyễn Văn Đức",
    "aliases": ["Tý", "Đức còi"],
    "born_on": "1985-05-01",
    "born_precision": "month",
    "gender": "male",
    "occupation": None,
    "identifiers": [
        {"status": "cancelled", "issued_on": "2011-03-04", "issued_by": "Công an tỉnh"},
        {"status": "active", "issued_on": "2021-02-01", "issued_by": "Cục Cảnh sát"},
    ],
    "residences": [
        {"kind": "permanent", "address": "số 9", "valid_to": None, "unit": {"name": "Phường Bình"}},
        {"kind": "current", "address": "số 1 cũ", "valid_to": "2024-01-01", "unit": {"name": "Phường Lam"}},
        {"kind": "current", "address": "số 1", "valid_to": None, "unit": {"name": "Phường Hòa"}},
    ],
}
THEIRS = {
    "Mã học viên": "HV1",
    "Họ tên học viên": "Nguyễn Văn Đức",
    "Tên thường gọi": "Tý; Đức còi",
    "Ngày tháng năm sinh": "05/1985",
    "Giới tính": "Nam",
    "Số CMND/CCCD": None,
    "Ngày cấp": "01/02/2021",
    "Nơi cấp": "Cục Cảnh sát",
    "Phường/Xã hiện tại": "Phường Hòa",
    "Nơi ở hiện tại": "số 1",
    "Điện thoại liên hệ": None,
    "Nghề nghiệp": None,
}
COURSE = {
    "source_ref": "D1",
    "kind": "compulsory",
    "order_kind": "administrative_measure",
    "place_name": "Cơ sở số 1",
    "started_on": "2023-02-01",
    "ended_on": None,
    "outcome": "ongoing",
    "person": {"source_ref": "HV1", "full_name": "Nguyễn Văn Đức", "born_on": "1985-05-28", "born_precision": "day"},
}
THEIR_STAY = {
    "Mã học viên": "HV1",
    "Mã đợt": "D1",
    "Họ tên học viên": "Nguyễn Văn Đức",
    "Hình thức cai nghiện": "Cai nghiện bắt buộc",
    "Căn cứ": "Biện pháp xử lý hành chính",
    "Cơ sở cai nghiện": "Cơ sở số 1",
    "Ngày vào cơ sở": "01/02/2023",
    "Ngày ra cơ sở": None,
    "Kết quả": "Đang thực hiện",
}


def told(collection, row):
    return {header: cell(row) for header, cell in LAYOUTS[collection, "rehab_software"].cells.items()}


@pytest.mark.parametrize(
    ("collection", "row", "expected"), [("persons", PERSON, THEIRS), ("treatment-courses", COURSE, THEIR_STAY)]
)
def test_a_row_is_told_in_the_words_of_the_other_software(collection, row, expected):
    assert told(collection, row).items() >= expected.items()


@pytest.mark.parametrize("collection", ["persons", "treatment-courses"])
def test_of_what_is_not_known_or_not_seen_every_cell_is_empty(collection):
    """A relation that is absent is no key of the row; one that is empty is None."""
    assert not any(told(collection, {}).values())
    assert not any(told(collection, {"person": None, "residences": None, "identifiers": None}).values())


@pytest.mark.parametrize(
    ("born_on", "precision", "text"),
    [
        ("1985-05-28", "day", "28/05/1985"),
        ("1985-05-28", None, "28/05/1985"),
        ("1985-05-01", "month", "05/1985"),
        ("1985-01-01", "year", "1985"),
        (None, "year", None),
    ],
)
def test_a_birth_date_is_told_as_far_as_it_is_known(born_on, precision, text):
    assert told("persons", {"born_on": born_on, "born_precision": precision})["Ngày tháng năm sinh"] == text


def test_a_day_that_is_masked_stays_masked():
    masked = {"identifiers": [{"status": "active", "issued_on": "•••••"}]}
    assert told("persons", masked)["Ngày cấp"] == "•••••"


@pytest.mark.parametrize(
    ("collection", "headers"),
    [("persons", {"Số CMND/CCCD", "Điện thoại liên hệ"}), ("treatment-courses", {"Số CMND/CCCD"})],
)
def test_a_layout_says_which_columns_stand_empty_because_every_list_masks_them(collection, headers):
    assert LAYOUTS[collection, "rehab_software"].masked == headers


def test_a_layout_stands_alone_and_belongs_to_its_list():
    assert layout_of("persons", ["full_name"]) is None
    assert layout_of("persons", ["@rehab_software"]) is LAYOUTS["persons", "rehab_software"]
    for collection, fields in (("tasks", ["@rehab_software"]), ("persons", ["@rehab_software", "id"])):
        with pytest.raises(Refusal):
            layout_of(collection, fields)


# -- columns of a list as it is asked for


def page(*picks):
    data = Selection("person", Form.LIST, picks)
    return Selection("person", Form.PAGE, (Pick("data", "data", "data", data),))


def pick(name, of=None, show=Show.CLEAR):
    return Pick(name, name, name, of, show)


UNIT = Selection("unit", Form.ONE, (pick("id"), pick("name")))


def test_columns_stand_as_they_were_asked_for_and_a_relation_takes_its_own_along():
    asked = page(pick("id"), pick("full_name"), pick("gender"), pick("unit", UNIT))
    names = ["unit", "gender", "full_name"]
    assert [column.header for column in columns_of(asked, names)] == ["unit.name", "gender", "full_name"]
    assert [column.header for column in columns_of(asked)] == ["id", "full_name", "gender", "unit.id", "unit.name"]


def test_a_layout_fills_its_own_columns_from_a_row():
    columns = columns_of(page(pick("full_name")), ["@rehab_software"])
    filled = {column.header: column.value(PERSON) for column in columns}
    assert filled.items() >= THEIRS.items()
    assert [column.header for column in columns if column.masked] == ["Số CMND/CCCD", "Điện thoại liên hệ"]


def test_what_a_role_does_not_see_has_no_column_and_is_named_as_absent():
    asked = page(pick("full_name"), pick("occupation", show=Show.MASKED), pick("aliases", show=Show.ABSENT))
    assert [(column.header, column.masked) for column in columns_of(asked)] == [
        ("full_name", False),
        ("occupation", True),
    ]
    assert hidden_of(asked) == ("aliases",)
