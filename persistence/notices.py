"""Discharge notices, their stretches with each receiver, their amendments: tables and reads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.law.life_cycles import DISCHARGE_NOTICE
from domain.notice.noun import AMENDMENT, NOTICE, ROUTING
from persistence.accounts import shown_once
from persistence.columns import column, key, to
from persistence.courses import TREATMENTS
from persistence.persons import NEWEST
from persistence.reads import Key, Reads, Sealed
from persistence.tasks import document
from persistence.transitions import transitions

UNIT = "(select u.id from unit u where u.no = {t}.unit_no)"
SENDER = "(select u.id from unit u where u.no = {t}.made_unit_no)"

CLOCKS = (
    "(case when {t}.alarmed_at is null then {t}.clocks"
    " else {t}.clocks || jsonb_build_object('alarm', jsonb_build_object('since', {t}.alarmed_at)) end)"
)
"""With the alarm, for as long as it stands."""


class NoticeRow(SQLModel, table=True):
    """A notice that a person is about to complete treatment; unit_no receives it, made_unit_no sent it."""

    __tablename__ = "discharge_notice"
    __table_args__ = (
        sa.CheckConstraint("kind in ('form_51', 'substitution_completion', 'self_report')", name="kind"),
        sa.CheckConstraint(f"treatment in ({TREATMENTS})", name="treatment"),
        sa.CheckConstraint("order_kind in ('administrative_measure', 'court_order_for_minor')", name="order_kind"),
        sa.CheckConstraint(
            "state in ('draft', 'sent', 'received', 'accepted', 'returned', 'misrouted', 'cancelled')", name="state"
        ),
        sa.CheckConstraint("full_name is nfc normalized", name="nfc"),
        sa.CheckConstraint("gender in ('male', 'female', 'other')", name="gender"),
        sa.CheckConstraint("born_precision in ('day', 'month', 'year')", name="born_precision"),
        sa.CheckConstraint("id_kind in ('personal_id', 'old_id_9', 'old_id_12', 'passport')", name="id_kind"),
        sa.CheckConstraint("(id_kind is null) = (id_number_sealed is null)", name="id_whole"),
        sa.CheckConstraint("state <> 'accepted' or person_id is not null", name="accepted_has_person"),
        sa.Index("ix_discharge_notice_unit", "unit_no", "recorded_at", "id"),
        sa.Index("ix_discharge_notice_unit_completes", "unit_no", "completes_on", "id"),
        sa.Index("ix_discharge_notice_province", "province_no", "recorded_at", "id"),
        sa.Index("ix_discharge_notice_made", "made_unit_no", "recorded_at", "id"),
        sa.Index("ix_discharge_notice_made_completes", "made_unit_no", "completes_on", "id"),
        sa.Index("ix_discharge_notice_person", "person_id", "recorded_at", "id"),
        sa.Index("ix_discharge_notice_case", "case_id"),
        sa.Index("ix_discharge_notice_number", "id_number_blind", "made_unit_no"),
        sa.Index(None, "made_unit_no", "source", "source_ref", unique=True),
        {"comment": "Form 51 and its kin; a sender's own number makes each idempotent"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    unit_no: int = column("int", comment="the commune it lies with")
    made_unit_no: int = column("int", comment="who sent it; never moves")
    province_no: int = column("int")
    person_id: UUID | None = column("uuid", to("person.id"), null=True, comment="on the register, once accepted")
    subject_id: UUID = column("uuid", sa.Computed("coalesce(person_id, id)", persisted=True), comment="for the journal")
    case_id: UUID | None = column("uuid", null=True)
    source: str = column("text")
    source_ref: str = column("text", comment="the sender's own number")
    content_digest: bytes = column("bytes", comment="keyed, of what was first sent")
    latest_digest: bytes | None = column("bytes", null=True, comment="keyed, of the latest amendment")
    kind: str = column("text")
    treatment: str = column("text")
    order_kind: str | None = column("text", null=True)
    state: str = column("text", default="'draft'")
    state_at: datetime | None = column("instant", null=True, comment="of its latest move")
    started_on: date | None = column("date", null=True)
    completes_on: date = column("date")
    decision_number: str | None = column("text", null=True, comment="of the treatment decision")
    decision_on: date | None = column("date", null=True)
    full_name: str = column("text", comment="as written, NFC")
    aliases: list[str] = column("texts", default="'{}'")
    gender: str | None = column("text", null=True)
    born_on: date | None = column("date", null=True)
    born_precision: str | None = column("text", null=True)
    native_place: str | None = column("text", null=True)
    id_kind: str | None = column("text", null=True)
    id_number_sealed: bytes | None = column("bytes", null=True, comment="AES-256-GCM, bound to table, row and column")
    id_number_tail: str | None = column("text", null=True)
    id_number_blind: bytes | None = column("bytes", null=True)
    id_issued_on: date | None = column("date", null=True)
    id_issued_by: str | None = column("text", null=True)
    phone_sealed: bytes | None = column("bytes", null=True)
    phone_tail: str | None = column("text", null=True)
    phone_blind: bytes | None = column("bytes", null=True)
    permanent_address: str | None = column("text", null=True)
    current_address: str | None = column("text", null=True)
    told_at: datetime | None = column("instant", null=True, comment="first sent")
    received_at: datetime | None = column("instant", null=True, comment="by the present receiver")
    clock_started_at: datetime | None = column("instant", null=True, comment="first receipt by anyone")
    due_at: datetime | None = column("instant", null=True, comment="by when it must be answered")
    clocks: dict[str, Any] = document("lead and answer: due, rule, days skipped, why; computed once")
    lead_due_on: date | None = column("date", null=True, comment="by when it had to be sent")
    warnings: list[str] = column("texts", default="'{}'")
    reason: str | None = column("text", null=True, comment="of the return, misrouting or cancellation")
    returned_at: datetime | None = column("instant", null=True)
    amended_at: datetime | None = column("instant", null=True)
    changed_at: datetime | None = column("instant", null=True, comment="last change after it was sent")
    change_seen_at: datetime | None = column("instant", null=True)
    management_decision: str | None = column("text", null=True, comment="number of the decision issued on it")
    decision_issued_at: datetime | None = column("instant", null=True)
    alarmed_at: datetime | None = column(
        "instant", null=True, comment="since when both sides know that no decision is there; null: no alarm"
    )
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


class RoutingRow(SQLModel, table=True):
    """With which commune a notice lay. It never moves: an old receiver keeps its own stretch."""

    __tablename__ = "notice_routing"
    __table_args__ = (
        sa.CheckConstraint("to_at is null or from_at <= to_at", name="interval"),
        sa.Index("uq_notice_routing_open", "notice_id", unique=True, postgresql_where=sa.text("to_at is null")),
        sa.Index("ix_notice_routing_notice", "notice_id", "from_at", "id"),
        sa.Index("ix_notice_routing_unit", "unit_no", "from_at", "id"),
        sa.Index("ix_notice_routing_made", "made_unit_no", "from_at", "id"),
        {"comment": "Which commune held a notice, from–to"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    notice_id: UUID = column("uuid", to("discharge_notice.id"))
    unit_no: int = column("int", comment="the receiver of this stretch")
    made_unit_no: int = column("int")
    from_at: datetime = column("instant")
    received_at: datetime | None = column("instant", null=True)
    due_at: datetime | None = column("instant", null=True, comment="as counted from this receiver's own receipt")
    to_at: datetime | None = column("instant", null=True)
    reason: str | None = column("text", null=True)
    sent_on_to: UUID | None = column("uuid", to("unit.id"), null=True)
    name_then: str = column("text", comment="the person's name of that time")


class AmendmentRow(SQLModel, table=True):
    """One amendment: what changed and why; numbers by their masked tails alone."""

    __tablename__ = "notice_amendment"
    __table_args__ = (
        sa.Index("uq_notice_amendment_place", "notice_id", "place", unique=True),
        sa.Index("ix_notice_amendment_notice", "notice_id", "recorded_at", "id"),
        {"comment": "What changed in a notice and why"},
    )
    id: UUID = key()
    notice_id: UUID = column("uuid", to("discharge_notice.id"))
    place: int = column("int", comment="1, 2, 3 …")
    state_then: str = column("text")
    reason: str = column("text")
    changes: list[Any] = document("[{field, was, now}]", "'[]'")
    unit_no: int = column("int")
    made_unit_no: int = column("int")
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


NOTICES = Reads(
    NOTICE,
    NoticeRow,
    columns={
        "unit_id": UNIT,
        "sender_unit_id": SENDER,
        "clocks": CLOCKS,
        "transitions": transitions(DISCHARGE_NOTICE),
        "consequences": shown_once("consequences"),
    },
    sealed={
        "id_number": Sealed(2, "uuid_send({t}.id) || {t}.id_number_sealed", "{t}.id_number_tail"),
        "phone": Sealed(3, "uuid_send({t}.id) || {t}.phone_sealed", "{t}.phone_tail"),
    },
    masks={"full_name": "left(split_part({t}.full_name, ' ', -1), 1) || '.'"},
    joins={
        "unit": "{c}.no = {t}.unit_no",
        "sender_unit": "{c}.no = {t}.made_unit_no",
        "person": "{c}.id = {t}.person_id",
        "routings": "{c}.notice_id = {t}.id",
        "amendments": "{c}.notice_id = {t}.id",
        "attachments": "{c}.notice_id = {t}.id and {c}.voided_at is null",
        "certificates": "{c}.notice_id = {t}.id and {c}.voided_at is null",
    },
    orders={"newest": NEWEST, "completes": (Key("{t}.completes_on", "date"),)},
    filters={
        "unit_id": "{t}.unit_no = (select u.no from unit u where u.id = {v}::uuid)",
        "sender_unit_id": "{t}.made_unit_no = (select u.no from unit u where u.id = {v}::uuid)",
        "person_id": "{t}.person_id = {v}::uuid",
        "completes_from": "{t}.completes_on >= {v}::date",
        "completes_before": "{t}.completes_on < {v}::date",
        "overdue": "({t}.state in ('sent', 'received', 'misrouted') and {t}.due_at < now()) = {v}::bool",
        "changed": "({t}.changed_at is not null and {t}.changed_at > coalesce({t}.change_seen_at, '-infinity')) ="
        " {v}::bool",
        "alarmed": "({t}.alarmed_at is not null) = {v}::bool",
    },
    walls=frozenset({"unit_no", "province_no"}),
    subject="subject_id",
    granted="person_id",
)
ROUTINGS = Reads(
    ROUTING,
    RoutingRow,
    columns={"unit_id": UNIT, "sender_unit_id": SENDER},
    masks={"name_then": "left(split_part({t}.name_then, ' ', -1), 1) || '.'"},
    joins={"unit": "{c}.no = {t}.unit_no", "receiver_after": "{c}.id = {t}.sent_on_to"},
    orders={"newest": (Key("{t}.from_at", "timestamptz", descending=True),)},
    filters={"notice_id": "{t}.notice_id = {v}::uuid", "ended": "({t}.to_at is not null) = {v}::bool"},
    subject="notice_id",
)
AMENDMENTS = Reads(
    AMENDMENT,
    AmendmentRow,
    orders={"newest": NEWEST},
    filters={"notice_id": "{t}.notice_id = {v}::uuid"},
    subject="notice_id",
)
