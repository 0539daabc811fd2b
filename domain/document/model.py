"""Commands and words of documents: pure, no clock, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.refusals import Flaw, Refusal
from domain.text import flaw_in_text, tidy


class DocumentKind(StrEnum):
    RENDERED = "rendered"
    """Printed from the register."""
    SIGNED_SCAN = "signed_scan"
    """The signed paper, scanned."""


class DocumentFormat(StrEnum):
    PDF = "pdf"
    DOCX = "docx"
    JPEG = "jpeg"
    PNG = "png"


class PrintFormat(StrEnum):
    """Formats the service makes itself."""

    PDF = "pdf"
    DOCX = "docx"


MEDIA = {
    DocumentFormat.PDF: "application/pdf",
    DocumentFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    DocumentFormat.JPEG: "image/jpeg",
    DocumentFormat.PNG: "image/png",
}
MAGIC = {
    DocumentFormat.PDF: b"%PDF-",
    DocumentFormat.JPEG: b"\xff\xd8\xff",
    DocumentFormat.PNG: b"\x89PNG\r\n\x1a\n",
}
"""How the bytes of an upload begin."""
MOST_BYTES = 10_000_000


@dataclass(frozen=True)
class NewDocument:
    """A paper to print. What it says of the paper itself counts only where the register does not know it."""

    form: str
    subject_id: UUID
    format: str = PrintFormat.PDF
    number: str | None = None
    dated: date | None = None
    signer_name: str | None = None
    signer_title: str | None = None
    new_address: str | None = None
    id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class NewScan:
    """The signed paper of a decision, as it was scanned, with the checksum its sender computed."""

    decision_id: UUID
    content: bytes
    media_type: str
    sha256: str
    id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None


@dataclass(frozen=True)
class ConfirmForm:
    """An administrator compared a form with the official gazette; names the issue."""

    id: UUID
    gazette: str


LONGEST: Mapping[str, int] = {
    "number": 60,
    "signer_name": 120,
    "signer_title": 120,
    "new_address": 500,
    "gazette": 200,
    "source": 100,
    "source_ref": 200,
}


def tidied(values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts in NFC with single spaces. Raises `invalid` with every flaw."""
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    found = {name: flaw_in_text(value, max_length=LONGEST[name]) for name, value in texts.items()}
    flaws = tuple(Flaw(f"/{name}", code) for name, code in found.items() if code)
    if flaws:
        raise Refusal("invalid", flaws=flaws)
    return {name: tidy(value) if name in texts else value for name, value in values.items()}
