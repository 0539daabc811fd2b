"""Review rounds, what each centre was asked, and the persons: tables and reads."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.law.life_cycles import REVIEW_ROUND, REVIEWED_PERSON
from domain.review.noun import ENTRY, REQUEST, ROUND
from persistence.accounts import shown_once
from persistence.columns import column, key, to
from persistence.courses import TREATMENTS
from persistence.notices import UNIT
from persistence.persons import NEWEST
from persistence.reads import Reads, Sealed
from persistence.transitions import transitions


class RoundRow(SQLModel, table=True):
    """A commune asks who is coming home or finishing in a period."""

    __tablename__ = "review_round"
    __table_args__ = (
        sa.CheckConstraint("state in ('open', 'closed', 'withdrawn')", name="state"),
        sa.CheckConstraint("period_from <= period_to", name="period"),
        sa.Index("ix_review_round_unit", "unit_no", "recorded_at", "id"),
        sa.Index("ix_review_round_province", "province_no", "recorded_at", "id"),
        sa.Index(None, "source", "source_ref", unique=True),
        {"comment": "A commune asks centres and clinics for the people coming home"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    unit_no: int = column("int")
    made_unit_no: int = column("int")
    province_no: int = column("int")
    state: str = column("text", default="'open'")
    period_from: date = column("date")
    period_to: date = column("date")
    due_on: date = column("date")
    reason: str | None = column("text", null=True)
    closed_at: datetime | None = column("instant", null=True)
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


class RequestRow(SQLModel, table=True):
    """What one centre or clinic was asked; it sees this and not the round."""

    __tablename__ = "review_request"
    __table_args__ = (
        sa.CheckConstraint("state in ('asked', 'answered', 'ended')", name="state"),
        sa.Index("uq_review_request_unit", "round_id", "asked_unit_no", unique=True),
        sa.Index("ix_review_request_round", "round_id", "recorded_at", "id"),
        sa.Index("ix_review_request_unit_no", "unit_no", "recorded_at", "id"),
        sa.Index("ix_review_request_asked", "asked_unit_no", "recorded_at", "id"),
        {"comment": "One centre or clinic asked in a round"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    round_id: UUID = column("uuid", to("review_round.id"))
    unit_no: int = column("int", comment="who asks")
    made_unit_no: int = column("int")
    asked_unit_no: int = column("int", comment="who is asked: its road made")
    state: str = column("text", default="'asked'")
    period_from: date = column("date")
    period_to: date = column("date")
    due_on: date = column("date")
    answered_at: datetime | None = column("instant", null=True)
    recorded_at: datetime = column("instant", default="now()")


class EntryRow(SQLModel, table=True):
    """One person of a round, with one outcome. It stays with the round, wherever the person goes."""

    __tablename__ = "reviewed_person"
    __table_args__ = (
        sa.CheckConstraint(f"treatment in ({TREATMENTS})", name="treatment"),
        sa.CheckConstraint("order_kind in ('administrative_measure', 'court_order_for_minor')", name="order_kind"),
        sa.CheckConstraint("outcome in ('unanswered', 'opens_case', 'not_ours', 'unknown')", name="outcome"),
        sa.CheckConstraint("outcome <> 'opens_case' or case_id is not null", name="opens_case"),
        sa.CheckConstraint("gender in ('male', 'female', 'other')", name="gender"),
        sa.CheckConstraint("born_precision in ('day', 'month', 'year')", name="born_precision"),
        sa.Index("ix_reviewed_person_round", "round_id", "recorded_at", "id"),
        sa.Index("ix_reviewed_person_request", "request_id", "recorded_at", "id"),
        sa.Index("ix_reviewed_person_unit", "unit_no", "recorded_at", "id"),
        sa.Index("ix_reviewed_person_asked", "asked_unit_no", "recorded_at", "id"),
        sa.Index("ix_reviewed_person_number", "id_number_blind", "asked_unit_no"),
        {"comment": "People of a review round, one outcome each"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    round_id: UUID = column("uuid", to("review_round.id"))
    request_id: UUID | None = column("uuid", to("review_request.id"), null=True)
    unit_no: int = column("int")
    made_unit_no: int = column("int")
    asked_unit_no: int | None = column("int", null=True, comment="who named the person; none where the commune did")
    full_name: str = column("text")
    gender: str | None = column("text", null=True)
    born_on: date | None = column("date", null=True)
    born_precision: str | None = column("text", null=True)
    id_number_sealed: bytes | None = column("bytes", null=True, comment="AES-256-GCM, bound to table, row and column")
    id_number_tail: str | None = column("text", null=True)
    id_number_blind: bytes | None = column("bytes", null=True)
    address: str | None = column("text", null=True)
    treatment: str = column("text")
    order_kind: str | None = column("text", null=True)
    completes_on: date = column("date")
    notice_id: UUID | None = column("uuid", null=True)
    outcome: str = column("text", default="'unanswered'")
    reason: str | None = column("text", null=True)
    decided_at: datetime | None = column("instant", null=True)
    found_person_id: UUID | None = column("uuid", to("person.id"), null=True)
    subject_id: UUID = column("uuid", sa.Computed("coalesce(found_person_id, id)", persisted=True))
    case_id: UUID | None = column("uuid", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


def _persons(outcome: str | None = None) -> str:
    of = f" and p.outcome = '{outcome}'" if outcome else ""
    return f"(select count(*) from reviewed_person p where p.round_id = {{t}}.id{of})"


def _requests(condition: str = "") -> str:
    return f"(select count(*) from review_request q where q.round_id = {{t}}.id{condition})"


ROUNDS = Reads(
    ROUND,
    RoundRow,
    columns={
        "unit_id": UNIT,
        "units_asked": _requests(),
        "units_answered": _requests(" and q.answered_at is not null"),
        "persons": _persons(),
        "persons_unanswered": _persons("unanswered"),
        "persons_opening_a_case": _persons("opens_case"),
        "persons_not_ours": _persons("not_ours"),
        "persons_unknown": _persons("unknown"),
        "transitions": transitions(REVIEW_ROUND),
        "consequences": shown_once("consequences"),
    },
    joins={"unit": "{c}.no = {t}.unit_no", "requests": "{c}.round_id = {t}.id", "entries": "{c}.round_id = {t}.id"},
    orders={"newest": NEWEST},
    filters={
        "unit_id": "{t}.unit_no = (select u.no from unit u where u.id = {v}::uuid)",
        "due_before": "{t}.due_on < {v}::date",
    },
    walls=frozenset({"unit_no", "province_no"}),
)
REQUESTS = Reads(
    REQUEST,
    RequestRow,
    columns={"unit_id": UNIT, "asked_unit_id": "(select u.id from unit u where u.no = {t}.asked_unit_no)"},
    joins={
        "unit": "{c}.no = {t}.unit_no",
        "asked_unit": "{c}.no = {t}.asked_unit_no",
        "entries": "{c}.request_id = {t}.id",
    },
    orders={"newest": NEWEST},
    filters={
        "round_id": "{t}.round_id = {v}::uuid",
        "asked_unit_id": "{t}.asked_unit_no = (select u.no from unit u where u.id = {v}::uuid)",
    },
    made="asked_unit_no",
    subject="round_id",
)
ENTRIES = Reads(
    ENTRY,
    EntryRow,
    columns={
        "unit_id": UNIT,
        "person_id": "{t}.found_person_id",
        "transitions": transitions(REVIEWED_PERSON, "outcome"),
        "consequences": shown_once("consequences"),
    },
    sealed={"id_number": Sealed(4, "uuid_send({t}.id) || {t}.id_number_sealed", "{t}.id_number_tail")},
    masks={"full_name": "left(split_part({t}.full_name, ' ', -1), 1) || '.'"},
    joins={"unit": "{c}.no = {t}.unit_no", "person": "{c}.id = {t}.found_person_id"},
    orders={"newest": NEWEST},
    filters={"round_id": "{t}.round_id = {v}::uuid", "request_id": "{t}.request_id = {v}::uuid"},
    made="asked_unit_no",
    subject="subject_id",
)
