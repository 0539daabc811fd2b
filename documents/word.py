"""A sheet as DOCX: the template of code, filled by docxtpl in a sandbox."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from documents.docx_template import template
from documents.sheet import Sheet


def as_docx(sheet: Sheet, at: datetime) -> bytes:
    """Braces, angle brackets and ampersands of anyone's text stay text; a mark without a value is an error."""
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    paper = DocxTemplate(io.BytesIO(template()))
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    paper.render(sheet.as_data(), environment, autoescape=True)
    assert paper.docx is not None
    properties = paper.docx.core_properties
    properties.title, properties.author, properties.comments = sheet.kind, sheet.issuer, ""
    properties.language = "vi-VN"
    properties.created = properties.modified = at.astimezone(UTC).replace(tzinfo=None)
    kept = io.BytesIO()
    paper.save(kept)
    return kept.getvalue()
