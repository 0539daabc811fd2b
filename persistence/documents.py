"""Papers of a case, sealed, and the forms they follow: tables and reads."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.document.noun import DOCUMENT, FORM
from persistence.cases import NEWEST, UNIT_ID, of_case
from persistence.columns import column, key, to
from persistence.reads import Key, Reads
from persistence.units import REFERENCE


class DocumentRow(SQLModel, table=True):
    """A paper: printed from the register, or the scan of what was signed. Never changed."""

    __tablename__ = "case_document"
    __table_args__ = (
        *of_case("case_document"),
        sa.CheckConstraint("kind in ('rendered', 'signed_scan')", name="kind"),
        sa.CheckConstraint("format in ('pdf', 'docx', 'jpeg', 'png')", name="format"),
        sa.CheckConstraint("kind <> 'rendered' or (form is not null and confirmed is not null)", name="rendered"),
        sa.CheckConstraint("kind <> 'signed_scan' or decision_id is not null", name="scan_of_decision"),
        sa.CheckConstraint("size between 1 and 10000000", name="size"),
        sa.Index("ix_case_document_decision", "decision_id"),
        sa.Index("ix_case_document_province", "province_no", "recorded_at", "id"),
        {"comment": "Papers of a case; their bytes are sealed"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    case_id: UUID = column("uuid", to("management_case.id"))
    decision_id: UUID | None = column("uuid", to("management_decision.id"), null=True)
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int")
    province_no: int | None = column("int", null=True)
    made_unit_no: int = column("int")
    kind: str = column("text")
    form: str | None = column("text", null=True, comment="instrument/appendix/number")
    format: str = column("text")
    media_type: str = column("text")
    size: int = column("int", comment="bytes")
    sha256: str = column("text", comment="of the bytes in clear, hex")
    confirmed: bool | None = column("bool", null=True, comment="whether the form bore no mark when printed")
    content_hash: str | None = column("text", null=True, comment="of the signed content it shows")
    sealed: bytes = column("bytes", comment="AES-256-GCM, bound to table, row and column")
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


class FormRow(SQLModel, table=True):
    """A form the service prints, and who compared it with the gazette."""

    __tablename__ = "form_confirmation"
    __table_args__ = (
        sa.CheckConstraint("(confirmed_at is null) = (gazette is null)", name="confirmed"),
        sa.Index("uq_form_confirmation_form", "form", unique=True),
        {"comment": "Forms of the decrees; unconfirmed ones are printed with a mark"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    form: str = column("text", comment="instrument/appendix/number: numbers alone collide")
    title_vi: str = column("text")
    title_en: str = column("text")
    gazette: str | None = column("text", null=True, comment="issue it was compared with")
    confirmed_at: datetime | None = column("instant", null=True)
    confirmed_by: UUID | None = column("uuid", null=True)


DOCUMENTS = Reads(
    DOCUMENT,
    DocumentRow,
    columns={"unit_id": UNIT_ID},
    joins={
        "unit": "{c}.no = {t}.unit_no",
        "case": "{c}.id = {t}.case_id",
        "decision": "{c}.id = {t}.decision_id",
    },
    orders={"newest": NEWEST},
    filters={
        "person_id": "{t}.person_id = {v}::uuid",
        "case_id": "{t}.case_id = {v}::uuid",
        "decision_id": "{t}.decision_id = {v}::uuid",
    },
    walls=frozenset({"unit_no", "province_no"}),
    subject="person_id",
    granted="person_id",
)
FORMS = Reads(
    FORM,
    FormRow,
    columns={"confirmed": "({t}.confirmed_at is not null)"},
    orders={"form": (Key("{t}.form", "text"),)},
    filters={"confirmed": "({t}.confirmed_at is not null) = {v}::bool"},
    walls=REFERENCE,
)
