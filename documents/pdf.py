"""A sheet as PDF/A-2b, laid out by typst with our own fonts alone."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from documents.sheet import Sheet

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
TEMPLATES = HERE / "templates"


def as_pdf(sheet: Sheet, at: datetime) -> bytes:
    """The same bytes for the same sheet and moment. Data travel as JSON, so that no text of anyone is markup."""
    import typst

    made: bytes = typst.compile(
        str(TEMPLATES / "sheet.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"sheet": json.dumps(sheet.as_data(), ensure_ascii=False)},
        pdf_standards="a-2b",
        timestamp=int(at.timestamp()),
    )
    return made


@cache
def _fonts() -> Any:
    """Read once: the four faces of Liberation Serif, nothing of the system, nothing built in."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
