"""Files we hand out: a table with a column of errors, templates with lists and notes. Nothing in them is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import xlsxwriter

from files.cells import Cell
from files.safe import escaped

BOM: Final = b"\xef\xbb\xbf"
PLAIN: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
    "in_memory": False,
}


class Column(NamedTuple):
    """A column of a template: its header, what a clerk must know, the words to choose from."""

    header: str
    note: str
    required: bool
    words: tuple[str, ...] = ()


def csv_chunks(rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """UTF-8 with a mark, so that Excel reads it right; formula-safe."""
    yield BOM
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([escaped(_text(cell)) for cell in row])
        yield line.getvalue().encode("utf-8", "replace")


def _text(cell: Cell) -> Any:
    return cell.strftime("%d/%m/%Y") if isinstance(cell, date) else "" if cell is None else cell


def workbook(rows: Iterable[Sequence[Cell]], name: str) -> bytes:
    """One sheet with a frozen head; texts stay texts, so that no number loses its zeros."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, PLAIN)
    sheet = book.add_worksheet(name)
    day, bold = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"bold": True, "text_wrap": True})
    sheet.freeze_panes(1, 0)
    for place, row in enumerate(rows):
        for at, cell in enumerate(row):
            _write(sheet, place, at, cell, day, bold if place == 0 else None)
    book.close()
    return target.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Cell, day: Any, bold: Any) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, cell[:32_000], bold)


def template(columns: Sequence[Column], title: str, notes: Sequence[str]) -> bytes:
    """Sheet one to be filled, every cell a text, lists to choose from; sheet two says what each column means."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    filled, told, lists = book.add_worksheet(title), book.add_worksheet("Hướng dẫn"), book.add_worksheet("Danh mục")
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "text_wrap": True})
    for at, column in enumerate(columns):
        head = f"{column.header} *" if column.required else column.header
        filled.write_string(0, at, head, bold)
        filled.set_column(at, at, max(14, len(head) + 2), text)
        if column.note:
            filled.write_comment(0, at, column.note)
        told.write_row(at + len(notes) + 2, 0, [head, column.note, ", ".join(column.words)])
        _listed(filled, lists, at, column)
    for place, note in enumerate(notes):
        told.write_string(place, 0, note)
    told.write_row(len(notes) + 1, 0, ["Cột", "Ý nghĩa", "Giá trị"], bold)
    told.set_column(0, 2, 45)
    filled.freeze_panes(1, 0)
    lists.hide()
    book.close()
    return target.getvalue()


def _listed(filled: Any, lists: Any, at: int, column: Column) -> None:
    if not column.words:
        return
    for place, word in enumerate(column.words):
        lists.write_string(place, at, word)
    letter = xlsxwriter.utility.xl_col_to_name(at)
    source = f"='Danh mục'!${letter}$1:${letter}${len(column.words)}"
    filled.data_validation(1, at, 100_000, at, {"validate": "list", "source": source, "error_type": "warning"})
