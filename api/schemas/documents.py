"""Papers of a case and the forms they follow, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field

from api.asking import OneQuery, PageQuery
from api.schemas.base import Given, Shape, worded
from api.schemas.cases import ManagementCase
from api.schemas.decisions import ManagementDecision
from api.schemas.units import Unit
from domain.document import model
from domain.document.model import DocumentFormat, DocumentKind, PrintFormat

worded(DocumentKind, DocumentFormat, PrintFormat)
FormText = Annotated[str, Field(max_length=20)]
Text = Annotated[str, Field(max_length=1000)]


class CaseDocumentFacts(Shape):
    """A paper of a case: printed from the register, or the scan of what was signed. Its bytes are a request apart."""

    version: int | None = None
    person_id: UUID | None = None
    case_id: UUID | None = None
    decision_id: UUID | None = None
    unit_id: UUID | None = None
    """The unit responsible today."""
    kind: DocumentKind | None = None
    form: str | None = None
    """Instrument/appendix/number, for numbers alone collide; null for a scan."""
    format: DocumentFormat | None = None
    media_type: str | None = None
    size: int | None = None
    """Bytes."""
    sha256: str | None = None
    """Of the bytes, in lower-case hex."""
    confirmed: bool | None = None
    """False: printed with the mark that the form was not compared with the official gazette."""
    content_hash: str | None = None
    """Of the signed content it shows; null before signing."""
    source: str | None = None
    source_ref: str | None = None
    recorded_at: dt.datetime | None = None


class CaseDocument(CaseDocumentFacts):
    unit: Unit | None = None
    case: ManagementCase | None = None
    decision: ManagementDecision | None = None


class DocumentForm(Shape):
    """A form of a decree that the service prints, and whether it was compared with the official gazette."""

    version: int | None = None
    form: str | None = None
    """Instrument/appendix/number: `D163/V/53`."""
    title_vi: str | None = None
    title_en: str | None = None
    confirmed: bool | None = None
    gazette: str | None = None
    """The issue it was compared with."""
    confirmed_at: dt.datetime | None = None
    confirmed_by: UUID | None = None


@strawberry.pydantic.input
class CaseDocumentFilter(BaseModel):
    """Which papers."""

    model_config = ConfigDict(extra="forbid")
    person_id: UUID | None = None
    case_id: UUID | None = None
    decision_id: UUID | None = None
    kind: DocumentKind | None = None
    form: FormText | None = None


class CaseDocumentQuery(PageQuery, CaseDocumentFilter):
    """Papers, newest first."""


@strawberry.pydantic.input
class DocumentFormFilter(BaseModel):
    """Which forms."""

    model_config = ConfigDict(extra="forbid")
    confirmed: bool | None = None


class DocumentFormQuery(PageQuery, DocumentFormFilter):
    """Forms by their key."""


@strawberry.pydantic.input
class NewCaseDocument(Given):
    """A paper to print from the register. `number` … `new_address` count only where the register holds no such fact."""

    COMMAND: ClassVar = model.NewDocument
    id: UUID | None = None
    form: FormText
    """Instrument/appendix/number: `D163/V/53`; see `/v1/document-forms`."""
    subject_id: UUID
    """A case, or one of its decisions."""
    format: PrintFormat = PrintFormat.PDF
    number: Text | None = None
    dated: dt.date | None = None
    signer_name: Text | None = None
    signer_title: Text | None = None
    new_address: Text | None = None
    """Of a move: where the person now lives."""
    source: Text | None = None
    source_ref: Text | None = None


class CheckQuery(BaseModel):
    """Which paper to check before printing."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    form: FormText
    """Instrument/appendix/number."""
    subject_id: UUID
    """A case, or one of its decisions."""

    def command(self) -> model.NewDocument:
        return model.NewDocument(self.form, self.subject_id)


class MissingFact(BaseModel):
    """A fact the form cannot be printed without."""

    pointer: str
    code: str


class DocumentCheck(BaseModel):
    """What a paper still misses."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    form: str
    complete: bool
    confirmed: bool
    """False: it would be printed with the mark."""
    missing: list[MissingFact]


class ScanQuery(OneQuery):
    """What the bytes of the body are."""

    decision_id: UUID
    sha256: Annotated[str, Field(max_length=64)]
    """Of the bytes, in lower-case hex: they are refused when it differs."""
    id: UUID | None = None
    source: Annotated[str | None, Field(max_length=100)] = None
    source_ref: Annotated[str | None, Field(max_length=200)] = None

    def command(self, content: bytes, media_type: str) -> model.NewScan:
        return model.NewScan(self.decision_id, content, media_type, self.sha256, self.id, self.source, self.source_ref)


@strawberry.pydantic.input
class FormConfirmation(Given):
    """That a form was compared with the official gazette."""

    COMMAND: ClassVar = model.ConfirmForm
    gazette: Annotated[str, Field(max_length=200)]
    """The issue: `Công báo số 567+568 ngày 01/6/2026`."""
