"""What stands beside a row in the file that goes back to a clerk: which cell, what is wrong, what to do."""

from __future__ import annotations

import csv
import io

import pytest

from api import import_files
from domain.imports.fetching import Annotated, ToldRow
from domain.imports.kinds import KINDS
from files import writing


def said(kind, **flaw):
    """The last column of the file, as a clerk's spreadsheet shows it."""
    row = ToldRow(2, {"full_name": "Lê An"}, "error", [{"pointer": "", **flaw}])
    told = Annotated(kind, frozenset({"full_name"}), [row])
    content = b"".join(writing.csv_chunks(import_files._rows(told)))
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1][-1]


@pytest.mark.parametrize(
    ("kind", "flaw", "words"),
    [
        ("persons", {"pointer": "/gender", "code": "not_allowed"}, "Giới tính: Không nằm trong các giá trị được phép (Nam hoặc Nữ hoặc Khác)"),
        ("persons", {"pointer": "/born_on", "code": "not_a_day"}, "Ngày sinh: Không phải ngày có thật: ghi ngày/tháng/năm, ví dụ 31/12/2025"),
        ("persons", {"pointer": "/source_ref", "code": "repeated_in_file", "line": 8}, "Mã hồ sơ: Lặp lại một dòng khác trong tệp (dòng 8)"),
        ("persons", {"code": "looks_like_somebody"}, "Giống một người đã có trong sổ: cần người xem và chọn"),
        ("decisions", {"pointer": "/issuer", "code": "issuer_unclear", "candidates": ["Tây Hồ", "Bắc Từ Liêm"]}, "Đơn vị ban hành: Vào ngày đó địa bàn này thuộc nhiều nơi, hoặc không rõ nơi nào: ghi rõ nơi ban hành (Tây Hồ hoặc Bắc Từ Liêm)"),
        ("decisions", {"pointer": "/decided_months", "code": "out_of_range", "least": 12, "most": 24}, "Số tháng theo quyết định: Ngoài khoảng cho phép (từ 12 đến 24)"),
        ("decisions", {"code": "case_open"}, "Người này đang có một hồ sơ quản lý chưa kết thúc"),
    ],
)  # fmt: skip
def test_a_clerk_reads_what_is_wrong_and_what_to_do(kind, flaw, words):
    assert said(kind, **flaw) == words


def test_no_code_of_the_contract_is_left_in_latin_letters():
    """Every column of every kind in error is told by its Vietnamese header."""
    for kind in KINDS.values():
        for column in kind.columns:
            assert said(kind.name, pointer=f"/{column.name}", code="required") == f"{column.vi}: Bắt buộc phải có"
