"""What a sender puts beside a notice, as it travels: files and certificates of a trade."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field

from api.asking import OneQuery, PageQuery
from api.schemas.base import Given, Shape, worded
from api.schemas.persons import Text
from api.schemas.units import Unit
from domain.document.model import DocumentFormat
from domain.notice import attaching, certifying
from domain.notice.noun import AttachmentKind
from domain.vocational.noun import TrainingFunding

worded(AttachmentKind, DocumentFormat, TrainingFunding)


class BesideNotice(Shape):
    """What everything beside a notice carries."""

    version: int | None = None
    notice_id: UUID | None = None
    unit_id: UUID | None = None
    """With whom the notice lies."""
    sender_unit_id: UUID | None = None
    source: str | None = None
    source_ref: str | None = None
    """The sender's own number: sent again with the same content, it is the same."""
    recorded_at: dt.datetime | None = None
    voided_at: dt.datetime | None = None
    void_reason: str | None = None


class NoticeAttachmentFacts(BesideNotice):
    """A file beside a notice. Its bytes are a request apart."""

    kind: AttachmentKind | None = None
    format: DocumentFormat | None = None
    media_type: str | None = None
    size: int | None = None
    """Bytes."""
    sha256: str | None = None
    """Of the bytes, in lower-case hex."""


class NoticeAttachment(NoticeAttachmentFacts):
    unit: Unit | None = None
    sender_unit: Unit | None = None


class TrainingCertificateFacts(BesideNotice):
    """A certificate of a trade got in treatment; once the notice is accepted it stands in the person's file."""

    trade: str | None = None
    school_name: str | None = None
    certificate_number: str | None = None
    enrolled_on: dt.date | None = None
    finished_on: dt.date | None = None
    certified_on: dt.date | None = None
    funding: TrainingFunding | None = None
    vocational_support_id: UUID | None = None
    """What stands of it in the person's file (`/v1/vocational-supports`, stage `in_rehab`); null before."""


class TrainingCertificate(TrainingCertificateFacts):
    unit: Unit | None = None
    sender_unit: Unit | None = None


@strawberry.pydantic.input
class NoticeAttachmentFilter(BaseModel):
    """Which files."""

    model_config = ConfigDict(extra="forbid")
    notice_id: UUID | None = None
    kind: AttachmentKind | None = None
    voided: bool | None = None
    source: Annotated[str | None, Field(max_length=100)] = None
    source_ref: Annotated[str | None, Field(max_length=200)] = None


class NoticeAttachmentQuery(PageQuery, NoticeAttachmentFilter):
    """The list of files, newest first."""


@strawberry.pydantic.input
class TrainingCertificateFilter(BaseModel):
    """Which certificates."""

    model_config = ConfigDict(extra="forbid")
    notice_id: UUID | None = None
    voided: bool | None = None
    source: Annotated[str | None, Field(max_length=100)] = None
    source_ref: Annotated[str | None, Field(max_length=200)] = None


class TrainingCertificateQuery(PageQuery, TrainingCertificateFilter):
    """The list of certificates, newest first."""


class AttachmentQuery(OneQuery):
    """What the bytes of the body are."""

    notice_id: UUID
    """A notice of one's own."""
    kind: AttachmentKind
    sha256: Annotated[str, Field(max_length=64)]
    """Of the bytes, in lower-case hex: they are refused when it differs."""
    source_ref: Annotated[str, Field(max_length=200)]
    """One's own number of this file."""
    source: Annotated[str | None, Field(max_length=100)] = None
    """The sending unit, when left out."""

    def command(self, content: bytes, media_type: str) -> attaching.NewAttachment:
        return attaching.NewAttachment(
            self.notice_id, self.kind.value, content, media_type, self.sha256, self.source_ref, self.source
        )


@strawberry.pydantic.input
class NewTrainingCertificate(Given):
    """A certificate of somebody of a notice of one's own; nothing of it lies outside the treatment."""

    COMMAND: ClassVar = certifying.NewCertificate
    id: UUID | None = None
    notice_id: UUID
    trade: Text
    school_name: Text
    certificate_number: Text
    enrolled_on: dt.date
    """First day of the training, as the certificate says."""
    finished_on: dt.date
    certified_on: dt.date
    funding: TrainingFunding = TrainingFunding.REHAB_BUDGET
    source: Text | None = None
    """The sending unit, when left out."""
    source_ref: Text
    """One's own number of this certificate."""
