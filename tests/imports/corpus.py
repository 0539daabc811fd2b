"""Nasty files, made in code, each with what must come of it: rows that load right, or a precise error.

`rows`: created persons as (full_name, born_on, precision) or any part of it; `flaws`: line → codes; `refused`: why the
file as a whole is not read.
"""

from __future__ import annotations

import codecs
import io
import json
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import xlsxwriter

from files.tcvn3 import TABLE as TCVN3
from files.vni import TABLE as VNI

HEAD = "Họ và tên,Ngày sinh,Giới tính"
DUC = "Nguyễn Văn Đức"
HOA = "Trần Thị Hoà"
GOOD = f"{HEAD}\n{DUC},01/02/1985,Nam\n{HOA},1990,Nữ\n"
BOTH = ((DUC, "1985-02-01", "day"), (HOA, "1990-01-01", "year"))


@dataclass(frozen=True)
class Nasty:
    """A file and what must come of it."""

    name: str
    content: bytes
    rows: tuple[tuple[str, ...], ...] = ()
    flaws: dict[int, tuple[str, ...]] = field(default_factory=dict)
    refused: str | None = None
    format: str = "csv"
    query: dict[str, str] = field(default_factory=dict)
    encoding: str | None = None


def text(name: str, content: str, **expected: Any) -> Nasty:
    return Nasty(name, content.encode(), **expected)


# -- encodings


def tcvn3(content: str) -> str:
    """The characters of a TCVN3 file (bytes as Latin-1): capitals with a tone have none of their own."""
    back = {letter: char for char, letter in TCVN3.items()}
    return "".join(back.get(letter, back.get(letter.lower(), letter)) for letter in content)


def vni(content: str) -> str:
    back = {letter: source for source, letter in reversed(VNI.items())}
    return "".join(back.get(letter, letter) for letter in unicodedata.normalize("NFC", content))


def cp1258(content: str) -> bytes:
    """Letter and tone apart, as Windows-1258 writes them; hats and horns stay with their letter."""
    parted = []
    for letter in content:
        base = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in base if mark in "\u0300\u0301\u0303\u0309\u0323")
        parted.append(unicodedata.normalize("NFC", "".join(m for m in base if m not in tones)) + tones)
    return "".join(parted).encode("cp1258")


ENCODINGS = (
    Nasty("utf-8", GOOD.encode(), BOTH, encoding="utf-8"),
    Nasty("utf-8 with mark", GOOD.encode("utf-8-sig"), BOTH, encoding="utf-8-sig"),
    Nasty("utf-16 little", codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le"), BOTH, encoding="utf-16"),
    Nasty("utf-16 big", codecs.BOM_UTF16_BE + GOOD.encode("utf-16-be"), BOTH, encoding="utf-16"),
    Nasty("utf-16 without mark", GOOD.encode("utf-16-le"), BOTH, encoding="utf-16-le"),
    Nasty(
        "utf-16 cut in half a letter",
        codecs.BOM_UTF16_LE + GOOD.encode("utf-16-le")[:-1],
        refused="not_of_its_encoding",
    ),
    Nasty("utf-32", GOOD.encode("utf-32"), refused="encoding_unknown"),
    Nasty("windows-1258", cp1258(GOOD), BOTH, encoding="cp1258"),
    Nasty("tcvn3", tcvn3(GOOD).encode("latin-1"), BOTH, encoding="tcvn3"),
    Nasty("vni", vni(GOOD).encode("latin-1"), BOTH, encoding="vni"),
    Nasty("tcvn3 hidden in utf-8", tcvn3(GOOD).encode(), BOTH, encoding="tcvn3"),
    Nasty("vni hidden in utf-8", vni(GOOD).encode(), BOTH, encoding="vni"),
    Nasty("nfd", unicodedata.normalize("NFD", GOOD).encode(), BOTH),
    Nasty(
        "bytes of no language",
        b"\xff\xc1\x80\x81,\x90\x91\xfe\n\x88\xfe\xc0,\xd8\xd9\n" * 50,
        refused="encoding_unknown",
    ),
    Nasty("utf-8 broken in its last line", GOOD.encode() + b"L\xea A,1990,Nam\n", refused="not_of_its_encoding"),
    text("eth for d", f"{HEAD}\nLê Thị \u00d0ào,1990,Nữ\n", rows=(("Lê Thị Đào",),)),
)

# -- tables of text

TABLES = (
    text("semicolons", GOOD.replace(",", ";"), rows=BOTH),
    text("tabs", GOOD.replace(",", "\t"), rows=BOTH),
    text("bars", GOOD.replace(",", "|"), rows=BOTH),
    text("sep line of a spreadsheet", "sep=;\n" + GOOD.replace(",", ";"), rows=BOTH),
    text("windows line ends", GOOD.replace("\n", "\r\n"), rows=BOTH),
    text("old macintosh line ends", GOOD.replace("\n", "\r"), rows=BOTH),
    text("no last line end", GOOD.rstrip("\n"), rows=BOTH),
    text("quotes and a comma inside", f'{HEAD}\n"Lê, An",1990,Nam\n', rows=(("Lê, An",),)),
    text("a line end inside quotes", f'{HEAD}\n"Lê\nAn",1990,Nam\n', flaws={2: ("control",)}),
    text("a quote that never closes", f'{HEAD}\n"Lê An,1990,Nam\n' + "x,1990,Nam\n" * 6000, refused="row_unreadable"),
    text("empty lines between", GOOD.replace("\n", "\n\n\n"), rows=BOTH),
    text("lines of commas", GOOD + ",,\n,,\n", rows=BOTH),
    text("titles above the head", f"ỦY BAN NHÂN DÂN,,\nDANH SÁCH,,\n,,\n{GOOD}", rows=BOTH),
    text("a head of two rows", "Họ và tên,Nơi ở,\n,Địa chỉ,Xã\nLê An,số 1,Hoa\n", rows=(("Lê An",),)),
    text(
        "english headers", "full_name,born_on,gender\nLê An,1990-01-31,male\n", rows=(("Lê An", "1990-01-31", "day"),)
    ),
    text("stars on required headers", GOOD.replace("Họ và tên", "Họ và tên *"), rows=BOTH),
    text("one header twice", f"{HEAD},Họ và tên\nA,1990,Nam,B\n", refused="columns_doubled"),
    text("no head at all", "Lê An,1990,Nam\n", refused="columns_not_found"),
    text("only a head", f"{HEAD}\n", refused="no_rows"),
    text("nothing but spaces", "   \n  \n", refused="columns_not_found"),
    text("cells beyond the columns", f"{HEAD}\nLê An,1990,Nam,thừa\n", flaws={2: ("cells_beyond_columns",)}),
    text("too few cells", f"{HEAD}\nLê An\n", rows=(("Lê An",),)),
    text("a huge cell", f"{HEAD}\n{'A' * 20_000},1990,Nam\n", flaws={2: ("cell_too_long",)}),
    text("a cell beyond all measure", f"{HEAD}\n{'A' * 500_000},1990,Nam\n", refused="row_unreadable"),
    text(
        "three hundred columns",
        ",".join(["Họ và tên", *map(str, range(300))]) + "\nLê An\n",
        refused="too_many_columns",
    ),
    text("zero bytes", f"{HEAD}\nLê\0An,1990,Nam\n", flaws={2: ("nul",)}),
    text("zero bytes in the head", f"{HEAD},Gh\0i\nLê An,1990,Nam,x\n", refused="columns_unknown"),
    text("a cell that imitates our own mark", f"{HEAD}\n\0broken:Lê An,1990,Nam\n", flaws={2: ("control",)}),
    text("a million rows", f"{HEAD}\n" + "A,1990,Nam\n" * 100_200, refused="too_many_rows"),
)

# -- cells

CELLS = (
    text("the same row twice", f"{HEAD}\nLê An,1990,Nam\nLê An,1990,Nam\n", flaws={2: (), 3: ("repeated_in_file",)}),
    text("day and month swapped", f"{HEAD}\nLê An,02/13/1990,Nam\n", flaws={2: ("not_a_day",)}),
    text("29 February of no leap year", f"{HEAD}\nLê An,29/02/1990,Nam\n", flaws={2: ("not_a_day",)}),
    text("29 February of a leap year", f"{HEAD}\nLê An,29/02/1992,Nam\n", rows=(("Lê An", "1992-02-29", "day"),)),
    text("two digits of a year", f"{HEAD}\nLê An,01/02/85,Nam\n", flaws={2: ("not_a_day",)}),
    text("a year by words", f"{HEAD}\nLê An,năm 1985,Nam\n", rows=(("Lê An", "1985-01-01", "year"),)),
    text("a day by words", f"{HEAD}\nLê An,ngày 05 tháng 02 năm 1985,Nam\n", rows=(("Lê An", "1985-02-05", "day"),)),
    text("zeros for an unknown day", f"{HEAD}\nLê An,00/00/1985,Nam\n", rows=(("Lê An", "1985-01-01", "year"),)),
    text("month and year", f"{HEAD}\nLê An,07/1985,Nam\n", rows=(("Lê An", "1985-07-01", "month"),)),
    text("born tomorrow", f"{HEAD}\nLê An,01/01/2090,Nam\n", flaws={2: ("in_the_future",)}),
    text("a sex of no list", f"{HEAD}\nLê An,1990,X\n", flaws={2: ("not_allowed",)}),
    text("formula in a name", f'{HEAD}\n"=HYPERLINK(""http://x"")",1990,Nam\n', flaws={2: ("formula",)}),
    text("formula behind a plus", f"{HEAD},Nghề nghiệp\nLê An,1990,Nam,+cmd|' /C calc'!A0\n", flaws={2: ("formula",)}),
    text("formula in full width", f"{HEAD}\n＝1+1,1990,Nam\n", flaws={2: ("formula",)}),
    text("an at sign", f"{HEAD}\n@SUM(A1),1990,Nam\n", flaws={2: ("formula",)}),
    text("a disguise of letters", f"{HEAD}\nL\u0435 An,1990,Nam\n", flaws={2: ("mixed_scripts",)}),
    text("a direction mark", f"{HEAD}\nLê \u202eAn,1990,Nam\n", flaws={2: ("format_character",)}),
    text("private letters of an old font", f"{HEAD}\nLê \ue000An,1990,Nam\n", flaws={2: ("unassigned",)}),
    text("eleven digits", "Họ và tên,CCCD\nLê An,00185000001\n", flaws={2: ("leading_zero_lost",)}),
    text("digits rounded", "Họ và tên,CCCD\nLê An,1.85E+10\n", flaws={2: ("digits_lost",)}),
    text("a number of nine digits", "Họ và tên,CMND\nLê An,001234567\n", rows=(("Lê An",),)),
    text("a number with spaces", "Họ và tên,CCCD\nLê An,000 185 000 001\n", rows=(("Lê An",),)),
    text(
        "one number for two",
        "Họ và tên,CCCD\nLê An,000185000001\nLê B,000185000001\n",
        flaws={2: (), 3: ("repeated_in_file",)},
    ),
    text("a phone without its zero", "Họ và tên,Điện thoại\nLê An,912345678\n", flaws={2: ("leading_zero_lost",)}),
    text("a phone of before 2018", "Họ và tên,Điện thoại\nLê An,01234567890\n", flaws={2: ("old_mobile",)}),
    text("a unit that never was", "Họ và tên,Xã phụ trách\nLê An,Không Đâu\n", flaws={2: ("no_such_unit",)}),
    text("a unit of somebody else", "Họ và tên,Xã phụ trách\nLê An,Bien\n", flaws={2: ("unit_not_in_scope",)}),
    text("a masked number", "Họ và tên,CCCD\nLê An,•••••••••001\n", flaws={2: ("masked_value",)}),
)

# -- JSON lines

LINES = (
    Nasty(
        "objects",
        b'{"full_name":"L\xc3\xaa An"}\n\n{"full_name":"L\xc3\xaa B"}\n',
        (("Lê An",), ("Lê B",)),
        format="jsonl",
    ),
    Nasty("broken in line two", b'{"full_name":"A"}\n{"full_name":\n', refused="row_unreadable", format="jsonl"),
    Nasty("a list for an object", b'["full_name"]\n', refused="row_unreadable", format="jsonl"),
    Nasty("a name twice", b'{"full_name":"A","full_name":"B"}\n', refused="row_unreadable", format="jsonl"),
    Nasty("not a number", b'{"full_name":NaN}\n', refused="row_unreadable", format="jsonl"),
    Nasty(
        "a number for a number of a paper",
        b'{"full_name":"An","national_id":185000001}\n',
        flaws={1: ("leading_zero_lost",)},
        format="jsonl",
    ),
    Nasty("deep", b'{"full_name":' + b"[" * 5000 + b"]" * 5000 + b"}\n", refused="row_unreadable", format="jsonl"),
    Nasty("an object inside", b'{"full_name":{"a":1}}\n', flaws={1: ("wrong_type",)}, format="jsonl"),
    Nasty("a lone surrogate", b'{"full_name":"A\\ud800"}\n', flaws={1: ("surrogate",)}, format="jsonl"),
    Nasty(
        "half a million digits", b'{"full_name":' + b"1" * 500_000 + b"}\n", refused="row_unreadable", format="jsonl"
    ),
)

# -- workbooks


def book(fill: Callable[[Any, Any], None], **options: Any) -> bytes:
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True, **options})
    fill(made, made.add_worksheet("Danh sách"))
    made.close()
    return target.getvalue()


def sheet(name: str, fill: Callable[[Any, Any], None], **expected: Any) -> Nasty:
    return Nasty(name, book(fill), format="xlsx", **expected)


def rows_of(*rows: list[Any]) -> Callable[[Any, Any], None]:
    def fill(_book: Any, page: Any) -> None:
        for place, row in enumerate(rows):
            page.write_row(place, 0, row)

    return fill


def bomb(size: int) -> bytes:
    """A workbook whose one sheet unfolds to `size` bytes of spaces."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as wrapped:
        wrapped.writestr("xl/workbook.xml", "<workbook/>")
        with wrapped.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(size >> 20):
                part.write(b" " * (1 << 20))
    return target.getvalue()


def rewritten(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as wrapped:
        for info in read.infolist():
            body = read.read(info)
            wrapped.writestr(info.filename, change(body) if info.filename == part else body)
    return target.getvalue()


HEADS = ["Họ và tên", "Ngày sinh", "CCCD"]
PLAIN = book(rows_of(HEADS, ["Lê An", "01/02/1985", "000185000001"]))
SHEET1 = "xl/worksheets/sheet1.xml"
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet>'


def merged(_book: Any, page: Any) -> None:
    page.merge_range(0, 0, 0, 2, "DANH SÁCH")
    page.write(1, 0, "Họ và tên")
    page.merge_range(1, 1, 1, 2, "Nơi ở")
    page.write_row(2, 1, ["Địa chỉ", "Xã"])
    page.write_row(3, 0, ["Lê An", "số 1", "Hoa"])


def formulas(_book: Any, page: Any) -> None:
    page.write_row(0, 0, HEADS)
    page.write_formula(1, 0, '="Lê "&"An"', None, "Lê An")
    page.write(1, 1, 1985)


def errors(_book: Any, page: Any) -> None:
    page.write_row(0, 0, HEADS)
    page.write(1, 0, "Lê An")
    page.write_formula(1, 1, "=1/0", None, "#DIV/0!")


def moved(_book: Any, page: Any) -> None:
    page.write_row(5, 3, HEADS)
    page.write_row(6, 3, ["Lê An", "32/01/1985", ""])


def hidden(made: Any, page: Any) -> None:
    page.hide()
    page.write_row(0, 0, ["nothing"])
    second = made.add_worksheet("Hai")
    second.activate()
    second.set_first_sheet()
    second.write_row(0, 0, HEADS)
    second.write_row(1, 0, ["Lê An", 1990])


def dated(made: Any, page: Any) -> None:
    page.write_row(0, 0, HEADS)
    page.write(1, 0, "Lê An")
    page.write_datetime(1, 1, datetime(1985, 2, 1), made.add_format({"num_format": "dd/mm/yyyy"}))


def far(_book: Any, page: Any) -> None:
    page.write_row(0, 0, HEADS)
    page.write(1_048_575, 16_383, "x")


BOOKS = (
    sheet("plain", rows_of(HEADS, ["Lê An", "01/02/1985", "000185000001"]), rows=(("Lê An", "1985-02-01", "day"),)),
    sheet(
        "a number that lost its zeros", rows_of(HEADS, ["Lê An", 1985, 185000001]), flaws={2: ("leading_zero_lost",)}
    ),
    sheet("a number with a fraction", rows_of(HEADS, ["Lê An", 1985, 185000001.5]), flaws={2: ("digits_lost",)}),
    sheet("a real date", dated, rows=(("Lê An", "1985-02-01", "day"),)),
    sheet("the serial number of a day", rows_of(HEADS, ["Lê An", 31079]), rows=(("Lê An", "1985-02-01", "day"),)),
    sheet("merged heads", merged, rows=(("Lê An",),)),
    sheet("a formula with its value", formulas, rows=(("Lê An", "1985-01-01", "year"),)),
    sheet("an error for a value", errors, flaws={2: ("formula_error",)}),
    sheet("a table that starts elsewhere", moved, flaws={7: ("not_a_day",)}),
    sheet("the first sheet hidden", hidden, rows=(("Lê An",),)),
    Nasty("no such sheet", PLAIN, format="xlsx", query={"sheet": "Ba"}, refused="no_such_sheet"),
    sheet("a cell in the last corner", far, refused="too_many_rows"),
    sheet("old font inside", rows_of([tcvn3(head) for head in HEADS], [tcvn3(DUC), 1985]), rows=((DUC,),)),
    Nasty("a zip bomb", bomb(600 << 20), format="xlsx", refused="file_unfolds_too_far"),
    Nasty("a steep part", bomb(64 << 20), format="xlsx", refused="file_unfolds_too_far"),
    Nasty(
        "entities", rewritten(PLAIN, SHEET1, lambda body: ENTITY + body[60:]), format="xlsx", refused="not_a_workbook"
    ),
    Nasty(
        "broken xml",
        rewritten(PLAIN, SHEET1, lambda body: body[: len(body) // 2]),
        format="xlsx",
        refused="not_a_workbook",
    ),
    Nasty(
        "a zip of something else",
        rewritten(PLAIN, "none", lambda body: body)[:200] + zlib.compress(b"x" * 999),
        format="xlsx",
        refused="not_a_workbook",
    ),
    Nasty("cut off", PLAIN[: len(PLAIN) // 2], format="xlsx", refused="not_a_workbook"),
)
UNREAD = (
    ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xlsx"),
    ("a workbook under the name of a table", PLAIN, "csv"),
    ("a table under the name of a workbook", GOOD.encode(), "xlsx"),
    ("nothing", b"", "csv"),
)
"""Refused at the door (422) before any job is made."""
CORPUS = (*ENCODINGS, *TABLES, *CELLS, *LINES, *BOOKS)
assert len({one.name for one in CORPUS}) == len(CORPUS) >= 60
assert json.dumps([one.flaws for one in CORPUS])
