"""The one way in: a form, its facts and a format become bytes. CPU work: callers run it in a thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from documents.minutes import minutes
from documents.papers import sheet
from documents.pdf import as_pdf
from documents.sheet import Sheet
from documents.word import as_docx
from domain.law.documents import FormKey

FORMATS: dict[str, Callable[[Sheet, datetime], bytes]] = {"pdf": as_pdf, "docx": as_docx}


def rendered(form: FormKey, facts: Mapping[str, Any], format: str, *, confirmed: bool, at: datetime) -> bytes:
    """The paper. `confirmed`: an administrator compared the form with the official gazette."""
    return FORMATS[format](sheet(form, facts, confirmed=confirmed), at)


def rendered_minutes(form: FormKey, facts: Mapping[str, Any], format: str, *, at: datetime) -> bytes:
    """The minutes of a counselling contact."""
    return FORMATS[format](minutes(form, facts), at)
