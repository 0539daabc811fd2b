"""Every form in every format: all Vietnamese letters, nothing of anyone's text taken as markup, long-lived PDF."""

from __future__ import annotations

import io
import unicodedata
import zipfile

import docx
import pytest
from pypdf import PdfReader

from documents.papers import TASKS
from documents.pdf import FONTS
from documents.rendering import FORMATS, rendered
from domain.document.forms import PRINTED, missing
from domain.law.documents import FormKey
from domain.law.rows import shipped_book
from tests.documents.facts import AT, whole

FORMS = pytest.mark.parametrize("form", sorted(TASKS), ids=str)
FORMAT = pytest.mark.parametrize("format", sorted(FORMATS))
DECISION = FormKey("D163", "V", "53")


def letters():
    """Every letter of Vietnamese, with every tone, in both cases: 134 with marks, and the plain ones."""
    vowels = "aăâeêioôơuưy"
    tones = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    small = {unicodedata.normalize("NFC", vowel + tone) for vowel in vowels for tone in tones} | set(
        "bcdđghklmnpqrstvx"
    )
    return sorted(small | {letter.upper() for letter in small})


EVERY = "".join(letters())


def pages(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def said(content, format):
    """The whole text, line breaks and spaces aside: they are the layout's."""
    if format == "pdf":
        text = "".join(pages(content))
    else:
        paper = docx.Document(io.BytesIO(content))
        text = "".join(node.text or "" for node in paper.element.body.iter() if node.tag.endswith("}t"))
    return unicodedata.normalize("NFC", "".join(text.split()))


def solid(text):
    return unicodedata.normalize("NFC", "".join(text.split()))


def made(form, format, facts=None, *, confirmed=False):
    return rendered(form, facts or whole(), format, confirmed=confirmed, at=AT)


def test_the_forms_that_are_printed_are_those_that_are_checked():
    assert set(TASKS) == set(PRINTED)
    assert len(TASKS) == 8


@FORMS
@FORMAT
def test_every_form_renders_with_every_vietnamese_letter(form, format):
    """The residence stands as written; the name in capitals, made of the small letters."""
    text = said(made(form, format, whole(person__residence=EVERY, person__full_name=EVERY)), format)
    assert EVERY in text
    assert solid(EVERY.upper()) in text


def test_the_shipped_faces_hold_every_vietnamese_letter():
    """A missing glyph would be drawn as a box; typst is given no other face to fall back on."""
    text = made(DECISION, "pdf", whole(person__residence=EVERY))
    faces = {
        str(font["/BaseFont"]).partition("+")[2]
        for page in PdfReader(io.BytesIO(text)).pages
        for font in (entry.get_object() for entry in page["/Resources"]["/Font"].get_object().values())
    }
    assert faces <= {"LiberationSerif", "LiberationSerif-Bold", "LiberationSerif-Italic", "LiberationSerif-BoldItalic"}
    assert sorted(path.name for path in FONTS.glob("*.ttf")) == [
        "LiberationSerif-Bold.ttf",
        "LiberationSerif-BoldItalic.ttf",
        "LiberationSerif-Italic.ttf",
        "LiberationSerif-Regular.ttf",
    ]


@FORMS
@FORMAT
def test_every_form_has_the_head_and_foot_of_an_official_paper(form, format):
    text = said(made(form, format), format)
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Phường Hoà Bình, ngày ",
        "NGUYỄN THỊ THUỲ ƯỞNG",
        "Nơi nhận:",
        f"Mẫu số {form.number}, Phụ lục {form.appendix}",
    ):
        assert solid(part) in text, part


@FORMS
@FORMAT
def test_the_mark_stands_until_the_form_is_confirmed(form, format):
    mark = solid("chưa đối chiếu Công báo")
    assert mark in said(made(form, format), format)
    assert mark not in said(made(form, format, confirmed=True), format)


HOSTILE = (
    '#read("/etc/passwd") $x^2$ *bold* _it_ `raw` @ref <label> \\ // [x]',
    '"} #panic("out") {"',
    "{{ 7*7 }} {% for x in y %} {# gone #} {{ ''.__class__ }}",
    "{%p if x %} {%tr for a in b %} {{r x }}",
    "<w:p>&amp;</w:p> <!-- x --> ]]> & < >",
)


@FORMAT
@pytest.mark.parametrize("text", HOSTILE)
def test_what_somebody_wrote_stays_text(format, text):
    facts = whole(person__residence=text, decision__responsible=text, decision__signer_name=text)
    found = said(made(DECISION, format, facts), format)
    assert found.count(solid(text)) == 3


@FORMS
def test_a_pdf_says_that_it_is_pdf_a_2b_and_embeds_its_fonts(form):
    reader = PdfReader(io.BytesIO(made(form, "pdf")))
    metadata = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert reader.trailer["/Root"]["/Lang"] == "vi"
    for page in reader.pages:
        for entry in page["/Resources"]["/Font"].values():
            (inner,) = entry.get_object()["/DescendantFonts"]
            assert {"/FontFile2", "/FontFile3"} & set(inner.get_object()["/FontDescriptor"])


@FORMS
def test_a_docx_opens_and_leaves_no_mark_of_its_template(form):
    content = made(form, "docx")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        body = package.read("word/document.xml").decode()
    assert "{{" not in body
    assert "{%" not in body
    assert docx.Document(io.BytesIO(content)).core_properties.language == "vi-VN"


def test_the_same_sheet_at_the_same_moment_gives_the_same_pdf():
    assert made(DECISION, "pdf") == made(DECISION, "pdf")


def test_no_page_holds_a_signature_alone_and_later_pages_are_numbered():
    facts = whole(decision__tasks="Tổ chức, cá nhân được phân công phối hợp thực hiện. " * 12)
    first, *later = pages(made(DECISION, "pdf", facts))
    assert later
    assert later[-1].startswith("2")
    assert "Điều 4." in later[-1]
    assert "Trần Thị Hoà" in later[-1]
    assert not first.startswith("1")


@pytest.mark.parametrize("form", sorted(PRINTED), ids=str)
def test_each_fact_a_form_needs_is_missed_when_it_is_not_there(form):
    for pointer in PRINTED[form].needs:
        part, name = pointer.split("/")[1:]
        flaws = [
            flaw.pointer
            for flaw in missing(shipped_book(), form, whole(**{f"{part}__{name}": None}))
            if flaw.code == "required"
        ]
        assert flaws == [pointer]


@pytest.mark.parametrize(
    ("form", "day", "in_use"),
    [
        ("D116/II/51", "2021-12-31", False),
        ("D116/II/51", "2022-01-01", True),
        ("D116/II/51", "2026-06-30", True),
        ("D116/II/51", "2026-07-01", False),
        ("D163/V/53", "2026-06-30", False),
        ("D163/V/53", "2026-07-01", True),
    ],
)
def test_a_form_is_of_its_decree_and_a_decree_of_its_days(form, day, in_use):
    flaws = missing(shipped_book(), FormKey(*form.split("/")), whole(decision__decided_on=day))
    assert ([flaw.code for flaw in flaws] == []) is in_use
