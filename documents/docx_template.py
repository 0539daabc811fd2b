"""The DOCX template, built from code so that it can be reviewed: docxtpl fills its marks afterwards."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt

FACE = "Times New Roman"
"""The face Decree 30/2020 asks for; Liberation Serif stands in with the same widths where it is missing."""
CENTRE, RIGHT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY


@cache
def template() -> bytes:
    """The template's bytes, the same in every process."""
    paper = docx.Document()
    _page(paper)
    _line(paper, "{{ form }}", size=9.5, italic=True, align=RIGHT)
    _line(paper, "{%p if mark %}")
    _line(paper, "{{ mark }}", size=9.5, italic=True, align=RIGHT, after=4)
    _line(paper, "{%p endif %}")
    _head(paper)
    _line(paper, "{{ kind }}", size=14, bold=True, align=CENTRE, before=14)
    _rule(_line(paper, "{{ subject }}", size=14, bold=True, align=CENTRE), 5.6)
    for name, bold in (("authority", True), ("addressee", False)):
        _line(paper, f"{{%p if {name} %}}")
        _line(paper, f"{{{{ {name} }}}}", bold=bold, align=CENTRE, before=6, after=6)
        _line(paper, "{%p endif %}")
    _body(paper)
    _foot(paper)
    kept = io.BytesIO()
    paper.save(kept)
    return kept.getvalue()


def _page(paper: Any) -> None:
    """A4 with the margins of the decree; page numbers above the text from the second page on."""
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(17)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    run = number.add_run()
    _face(run, 13)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run._r.append(_field_part(kind, text))  # noqa: SLF001 - python-docx knows no fields
    style = paper.styles["Normal"]
    style.font.name, style.font.size = FACE, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FACE)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.rPr.append(language)


def _field_part(kind: str | None, text: str | None) -> Any:
    if kind:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
        return part
    part = OxmlElement("w:instrText")
    part.text = text
    return part


def _face(run: Any, size: float, *, bold: bool = False, italic: bool = False) -> None:
    run.font.name, run.font.size, run.font.bold, run.font.italic = FACE, Pt(size), bold, italic


def _line(
    place: Any,
    text: str,
    *,
    size: float = 13,
    bold: bool = False,
    italic: bool = False,
    align: Any = None,
    before: float = 0,
    after: float = 0,
) -> Any:
    """A paragraph with one run."""
    line = place.add_paragraph()
    line.alignment = align
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(before), Pt(after)
    _face(line.add_run(text), size, bold=bold, italic=italic)
    return line


def _rule(line: Any, side: float) -> None:
    """A short line beneath: the bottom border of an empty paragraph, drawn in by `side` centimetres on both sides."""
    under = OxmlElement("w:p")
    line._p.addnext(under)  # noqa: SLF001 - python-docx inserts only before
    drawn = type(line)(under, line._parent)  # noqa: SLF001
    drawn.paragraph_format.left_indent = drawn.paragraph_format.right_indent = Cm(side)
    drawn.paragraph_format.line_spacing_rule, drawn.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
    drawn.paragraph_format.space_after = Pt(6)
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    properties = under.get_or_add_pPr()
    properties.insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


def _columns(paper: Any, *widths: float) -> Any:
    table = paper.add_table(rows=1, cols=len(widths))
    table.autofit = False
    for column, cell, width in zip(table.columns, table.rows[0].cells, widths, strict=True):
        column.width = cell.width = Cm(width)  # Word reads the cell, others the grid
        cell._element.remove(cell.paragraphs[0]._p)  # noqa: SLF001 - a new cell holds an empty paragraph
    return table.rows[0].cells


def _head(paper: Any) -> None:
    """Who issues and under which number; the country's name, its motto, place and date."""
    left, right = _columns(paper, 6.3, 10.2)
    _line(left, "{%p if over_bold %}")
    _line(left, "{{ over }}", size=12.5, bold=True, align=CENTRE)
    _line(left, "{%p else %}")
    _line(left, "{{ over }}", size=12.5, align=CENTRE)
    _line(left, "{%p endif %}")
    _rule(_line(left, "{{ issuer }}", size=12.5, bold=True, align=CENTRE), 1.8)
    _line(left, "{{ number }}", align=CENTRE)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True, align=CENTRE)
    _rule(_line(right, "Độc lập - Tự do - Hạnh phúc", size=13.5, bold=True, align=CENTRE), 2.2)
    _line(right, "{{ place_date }}", italic=True, align=CENTRE)


def _body(paper: Any) -> None:
    """One paragraph a block, by its kind; each kind stands in the template once."""
    _line(paper, "{%p for b in body %}")
    _line(paper, "{%p if b.kind == 'basis' %}")
    _text(paper, ("{{ b.text }}", False, True))
    _line(paper, "{%p elif b.kind == 'act' %}")
    _line(paper, "{{ b.text }}", bold=True, align=CENTRE, before=10, after=6).paragraph_format.keep_with_next = True
    _line(paper, "{%p elif b.kind == 'article' %}")
    _text(paper, ("{{ b.label }}", True, False), (" {{ b.text }}", False, False))
    _line(paper, "{%p elif b.kind == 'field' %}")
    _text(paper, ("{{ b.label }}: {{ b.text }}", False, False))
    _line(paper, "{%p else %}")
    _text(paper, ("{{ b.text }}", False, False))
    _line(paper, "{%p endif %}")
    _line(paper, "{%p endfor %}")


def _text(paper: Any, *runs: tuple[str, bool, bool]) -> None:
    line = paper.add_paragraph()
    line.alignment = BOTH
    line.paragraph_format.first_line_indent = Cm(1.1)
    line.paragraph_format.space_after = Pt(5)
    for text, bold, italic in runs:
        _face(line.add_run(text), 13, bold=bold, italic=italic)


def _foot(paper: Any) -> None:
    """Who receives it, on the left; who signs, on the right."""
    left, right = _columns(paper, 8.1, 8.2)
    _line(left, "Nơi nhận:", size=12, bold=True, italic=True, before=8)
    _line(left, "{%p for r in recipients %}")
    _line(left, "- {{ r }}", size=11)
    _line(left, "{%p endfor %}")
    _line(right, "{{ signer_title }}", bold=True, align=CENTRE, before=8, after=64)
    _line(right, "{{ signer }}", bold=True, align=CENTRE)
