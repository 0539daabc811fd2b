"""What a sender puts beside a notice: files, sealed, and certificates of a trade. Tables and reads."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.notice.noun import ATTACHMENT, CERTIFICATE, AttachmentKind
from domain.vocational.noun import TrainingFunding
from persistence.columns import column, key, to
from persistence.notices import SENDER, UNIT
from persistence.persons import NEWEST
from persistence.reads import Reads

HOLDER = "with whom the notice lies; moves with it"


def words(of: type[AttachmentKind | TrainingFunding]) -> str:
    return ", ".join(f"'{word}'" for word in of)


def beside(name: str) -> tuple[sa.Index, ...]:
    """The indexes of what lies with a notice; the sender's own number makes each idempotent."""
    return (
        sa.Index(f"ix_{name}_notice", "notice_id", "recorded_at", "id"),
        sa.Index(f"ix_{name}_unit", "unit_no", "recorded_at", "id"),
        sa.Index(None, "made_unit_no", "source", "source_ref", unique=True),
    )


class AttachmentRow(SQLModel, table=True):
    """A file of a notice. Never changed; taken out of sight when it was attached in error."""

    __tablename__ = "notice_attachment"
    __table_args__ = (
        sa.CheckConstraint(f"kind in ({words(AttachmentKind)})", name="kind"),
        sa.CheckConstraint("format in ('pdf', 'jpeg', 'png')", name="format"),
        sa.CheckConstraint("size between 1 and 10000000", name="size"),
        sa.CheckConstraint("(voided_at is null) = (void_reason is null)", name="void_has_reason"),
        *beside("notice_attachment"),
        {"comment": "Files that a sender attached to a notice; their bytes are sealed"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    notice_id: UUID = column("uuid", to("discharge_notice.id"))
    unit_no: int = column("int", comment=HOLDER)
    made_unit_no: int = column("int", comment="who sent it; never moves")
    kind: str = column("text")
    format: str = column("text")
    media_type: str = column("text")
    size: int = column("int", comment="bytes")
    sha256: str = column("text", comment="of the bytes in clear, hex")
    sealed: bytes = column("bytes", comment="AES-256-GCM, bound to table, row and column")
    source: str = column("text")
    source_ref: str = column("text", comment="the sender's own number")
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)
    voided_at: datetime | None = column("instant", null=True)
    void_reason: str | None = column("text", null=True)


class CertificateRow(SQLModel, table=True):
    """A certificate of a trade, of somebody still in treatment."""

    __tablename__ = "training_certificate"
    __table_args__ = (
        sa.CheckConstraint(f"funding in ({words(TrainingFunding)})", name="funding"),
        sa.CheckConstraint("enrolled_on <= finished_on and finished_on <= certified_on", name="days"),
        sa.CheckConstraint("(voided_at is null) = (void_reason is null)", name="void_has_reason"),
        *beside("training_certificate"),
        {"comment": "Certificates of a trade, of persons still in treatment"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    notice_id: UUID = column("uuid", to("discharge_notice.id"))
    unit_no: int = column("int", comment=HOLDER)
    made_unit_no: int = column("int", comment="who sent it; never moves")
    trade: str = column("text")
    school_name: str = column("text")
    certificate_number: str = column("text")
    enrolled_on: date = column("date")
    finished_on: date = column("date")
    certified_on: date = column("date")
    funding: str = column("text")
    vocational_support_id: UUID | None = column(
        "uuid", to("vocational_support.id"), null=True, comment="what stands of it in the person's file"
    )
    source: str = column("text")
    source_ref: str = column("text", comment="the sender's own number")
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)
    voided_at: datetime | None = column("instant", null=True)
    void_reason: str | None = column("text", null=True)


COLUMNS = {"unit_id": UNIT, "sender_unit_id": SENDER}
JOINS = {"unit": "{c}.no = {t}.unit_no", "sender_unit": "{c}.no = {t}.made_unit_no"}
FILTERS = {
    "notice_id": "{t}.notice_id = {v}::uuid",
    "voided": "({t}.voided_at is not null) = {v}::bool",
}
ATTACHMENTS = Reads(
    ATTACHMENT,
    AttachmentRow,
    columns=COLUMNS,
    joins=JOINS,
    orders={"newest": NEWEST},
    filters=FILTERS,
    subject="notice_id",
)
CERTIFICATES = Reads(
    CERTIFICATE,
    CertificateRow,
    columns=COLUMNS,
    joins=JOINS,
    orders={"newest": NEWEST},
    filters=FILTERS,
    subject="notice_id",
)
