"""A workbook written as a stream (ECMA-376): no part of it is ever held whole or laid on a disk in clear.

XlsxWriter keeps the rows of a large sheet in temporary files, readable to whoever finds them after a kill; so the few
parts that a list needs are written here. Texts are inline strings: nothing is a formula, nothing loses its zeros.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import product
from string import ascii_uppercase
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

HERE: Final = timezone(timedelta(hours=7))
"""Asia/Ho_Chi_Minh has had no other hour since 1975; a cell of a sheet knows no zone."""
EPOCH: Final = date(1899, 12, 30).toordinal()
FIRST_DAY: Final = date(1900, 3, 1)
"""Before it the days of a sheet are off by one (it believes in a 29 February 1900): told as text."""
LONGEST: Final = 32_767
"""Characters of a cell."""
MOST_BYTES: Final = 2_000_000_000
"""Of the rows, unpacked. Beyond 2 GiB an archive needs ZIP64, which Excel offers to repair."""
CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
HEAD, DAY, INSTANT = 1, 2, 3
"""Styles, as STYLES lists them."""
XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS: Final = {
    "[Content_Types].xml": (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/worksheet" Target="worksheets/sheet2.xml"/>'
        f'<Relationship Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>"
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Dữ liệu" sheetId="1" r:id="rId1"/><sheet name="Nguồn gốc" sheetId="2" r:id="rId2"/>'
        "</sheets></workbook>"
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
        '<numFmt numFmtId="165" formatCode="dd/mm/yyyy hh:mm:ss"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}
CORE: Final = (
    f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:creator>Điểm Tựa</dc:creator><dc:description>{watermark}</dc:description></cp:coreProperties>"
)
OPENING: Final = (
    f'<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15" defaultColWidth="16"/><sheetData>'
)
LETTERS: Final = [*ascii_uppercase, *("".join(pair) for pair in product(ascii_uppercase, repeat=2))]


class SheetFullError(Exception):
    """More than one sheet can hold: the list is to be taken out in parts, or as CSV."""


class Pipe:
    """Where the archive is written: what has come is taken out again at once. It cannot be sought in."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        return None

    def taken(self) -> bytes:
        given, self._held = bytes(self._held), bytearray()
        return given


class Sheet:
    """One sheet of rows and one that says where they come from."""

    def __init__(self) -> None:
        self._pipe = Pipe()
        self._archive = zipfile.ZipFile(self._pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=6)  # type: ignore[call-overload]
        self._part: Any = None
        self._row = 0
        self._written = 0
        self._width = 0
        self._watermark = ""

    def begin(self, names: Sequence[str], watermark: str) -> bytes:
        self._watermark, self._width = watermark, len(names)
        for name, text in PARTS.items():
            self._archive.writestr(name, XML + text)
        self._archive.writestr("docProps/core.xml", XML + CORE.format(watermark=escape(shown(watermark))))
        self._part = self._archive.open("xl/worksheets/sheet1.xml", "w")
        self._part.write((XML + OPENING).encode())
        return self.rows([names], HEAD)

    def rows(self, rows: Sequence[Sequence[Any]], style: int = 0) -> bytes:
        """Raises SheetFullError."""
        for row in rows:
            self._row += 1
            told = _row(self._row, row, style).encode()
            self._written += len(told)
            if self._written > MOST_BYTES:
                raise SheetFullError
            self._part.write(told)
        return self._pipe.taken()

    def end(self, told: Sequence[tuple[str, str]]) -> bytes:
        self._part.write(self._closing().encode())
        self._part.close()
        rows = [("Điểm Tựa", self._watermark), *told]
        body = "".join(_row(no, row, 0) for no, row in enumerate(rows, 1))
        self._archive.writestr(
            "xl/worksheets/sheet2.xml", f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
        )
        self._archive.close()
        return self._pipe.taken()

    def _closing(self) -> str:
        # & begins a code in a footer: doubled it is a character
        footer = escape(shown(self._watermark[:240]).replace("&", "&&"))
        return (
            f'</sheetData><autoFilter ref="A1:{LETTERS[self._width - 1]}{self._row}"/>'
            f"<headerFooter><oddFooter>&amp;L{footer}</oddFooter></headerFooter></worksheet>"
        )


def _row(no: int, cells: Sequence[Any], style: int) -> str:
    return f'<row r="{no}">{"".join(_cell(f"{LETTERS[at]}{no}", cell, style) for at, cell in enumerate(cells))}</row>'


def _cell(place: str, value: Any, style: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>' if abs(value) < 10**15 else _text(place, str(value), style)
    if isinstance(value, date) and value_day(value) >= FIRST_DAY:
        return f'<c r="{place}" s="{INSTANT if isinstance(value, datetime) else DAY}"><v>{serial(value)}</v></c>'
    return _text(place, str(value), style)


def _text(place: str, text: str, style: int) -> str:
    marked = f" s={quoteattr(str(style))}" if style else ""
    return f'<c r="{place}"{marked} t="inlineStr"><is><t xml:space="preserve">{escape(shown(text))}</t></is></c>'


def value_day(value: date) -> date:
    return value.astimezone(HERE).date() if isinstance(value, datetime) else value


def serial(value: date) -> str:
    """A day, or an instant as the clock shows it here, as a sheet counts."""
    day = value_day(value).toordinal() - EPOCH
    if not isinstance(value, datetime):
        return str(day)
    here = (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(HERE)
    seconds = here.hour * 3600 + here.minute * 60 + here.second + here.microsecond / 1_000_000
    return f"{day + seconds / 86_400:.10f}"


def shown(text: str) -> str:
    """A text as a cell can hold it: control characters in the format's own spelling, at most 32,767 characters."""
    whole = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", whole)
