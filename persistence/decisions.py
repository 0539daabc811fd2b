"""Management decisions, the ledger of their term, and who received them: tables and reads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.case.moves import DECISION_MOVES
from domain.decision.noun import ADJUSTMENT, DECISION, DELIVERY
from persistence.accounts import shown_once
from persistence.cases import NEWEST, UNIT_ID, child, listed, moves_of, of_case
from persistence.columns import column, key, to
from persistence.reads import Reads

IN_FORCE = "('signed', 'delivered', 'corrected')"


class DecisionRow(SQLModel, table=True):
    """A management decision: drafted by one, signed by another, frozen by its hash."""

    __tablename__ = "management_decision"
    __table_args__ = (
        *of_case("management_decision"),
        sa.CheckConstraint(
            "state in ('drafted', 'signed', 'delivered', 'superseded', 'corrected', 'annulled', 'withdrawn')",
            name="state",
        ),
        sa.CheckConstraint("signed_by <> drafted_by", name="two_people"),
        sa.CheckConstraint(
            "state in ('drafted', 'withdrawn') or (signed_by is not null and content_hash is not null"
            " and number is not null and year is not null)",
            name="signed_is_frozen",
        ),
        sa.CheckConstraint("(stated_from is null) = (stated_to is null) and stated_from <= stated_to", name="stated"),
        sa.Index(
            "uq_management_decision_number",
            "issuer_id",
            "year",
            "number",
            sa.text("coalesce(symbol, '')"),
            unique=True,
            postgresql_where=sa.text("number is not null and year is not null and state <> 'withdrawn'"),
        ),
        sa.Index("uq_management_decision_draft", "case_id", unique=True, postgresql_where=sa.text("state = 'drafted'")),
        sa.Index(
            "uq_management_decision_in_force",
            "case_id",
            unique=True,
            postgresql_where=sa.text(f"state in {IN_FORCE}"),
        ),
        sa.Index("ix_management_decision_province", "province_no", "recorded_at", "id"),
        {"comment": "Management decisions"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    case_id: UUID = column("uuid", to("management_case.id"))
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int")
    province_no: int | None = column("int", null=True)
    made_unit_no: int = column("int")
    state: str = column("text", default="'drafted'")
    issuer_id: UUID = column("uuid", to("unit.id"), comment="a commune; before 2022 a district")
    number: str | None = column("text", null=True, comment="of its series, without leading zeros")
    symbol: str | None = column("text", null=True)
    year: int | None = column("int", null=True, comment="series start again each January (Decree 30/2020)")
    decided_on: date | None = column("date", null=True)
    decided_months: int | None = column("int", null=True, comment="decided case by case before 2022")
    signer_name: str | None = column("text", null=True)
    signer_title: str | None = column("text", null=True)
    drafted_by: UUID = column("uuid")
    signed_by: UUID | None = column("uuid", null=True)
    signed_at: datetime | None = column("instant", null=True)
    content: dict[str, Any] | None = listed("the printed facts, frozen at signing", None)
    content_hash: str | None = column("text", null=True, comment="SHA-256 of the canonical JSON of content")
    pathway: str = column("text")
    completed_on: date = column("date")
    months: int = column("int")
    rule: str = column("text", comment="id@version of the rule of the term")
    start_on: date = column("date")
    nominal_end_on: date = column("date", comment="by rule")
    stated_from: date | None = column("date", null=True, comment="typed on the signed paper")
    stated_to: date | None = column("date", null=True)
    end_on: date = column("date", comment="the end that holds before the ledger: stated, else nominal")
    effective_end_on: date = column("date", comment="end_on and the days of the ledger; last day inside")
    proposed_ends: dict[str, Any] = listed("both readings of an undecided interruption", "'{}'")
    undecided: list[Any] = listed("interruptions whose reading was not chosen yet")
    provisional: bool = column("bool", default="false")
    as_of: date = column("date", comment="day up to which lasting entries were taken")
    late_reason: str | None = column("text", null=True)
    warnings: list[Any] = listed("what an officer should look at; it stops nothing")
    explanations: list[Any] = listed("from fact to rule to ledger")
    measures: str | None = column("text", null=True)
    responsible: str | None = column("text", null=True)
    family_representative: str | None = column("text", null=True)
    tasks: str | None = column("text", null=True, comment="assigned to organisations and people (D163 Art 134(2))")
    recipients: list[Any] = listed("who is sent it, by rule")
    delivered_at: datetime | None = column("instant", null=True)
    replaces_id: UUID | None = column("uuid", to("management_decision.id"), null=True)
    history: list[Any] = listed("every move, with the content it had")
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


class AdjustmentRow(SQLModel, table=True):
    """An entry of the ledger; never deleted."""

    __tablename__ = "decision_adjustment"
    __table_args__ = (
        *of_case("decision_adjustment"),
        sa.Index("uq_decision_adjustment_place", "case_id", "place", unique=True),
        sa.Index("ix_decision_adjustment_decision", "decision_id"),
        sa.CheckConstraint("kind in ('unreported_absence', 'interruption', 'reversal')", name="kind"),
        sa.CheckConstraint("reading in ('clock_stops', 'clock_runs')", name="reading"),
        sa.CheckConstraint("first_day <= last_day", name="days"),
        sa.CheckConstraint("(kind = 'reversal') = (reverses is not null)", name="reverses"),
        sa.CheckConstraint("kind = 'reversal' or first_day is not null", name="first_day"),
        {"comment": "Days that do not count in a term, each with its document"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    decision_id: UUID = column("uuid", to("management_decision.id"))
    case_id: UUID = column("uuid", to("management_case.id"))
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int")
    province_no: int | None = column("int", null=True)
    made_unit_no: int = column("int")
    place: int = column("int", comment="order in the ledger of the case")
    kind: str = column("text")
    first_day: date | None = column("date", null=True)
    last_day: date | None = column("date", null=True)
    ground: str | None = column("text", null=True)
    reading: str | None = column("text", null=True)
    reverses: UUID | None = column("uuid", to("decision_adjustment.id"), null=True)
    document: dict[str, Any] = listed("number, date, authority", "'{}'")
    closing_document: dict[str, Any] | None = listed("of the last day or the reading", None)
    explanations: list[Any] = listed("which rules stand behind it")
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


class DeliveryRow(SQLModel, table=True):
    """Who was given the decision or its copy, when."""

    __tablename__ = "decision_delivery"
    __table_args__ = (
        *of_case("decision_delivery"),
        sa.Index("ix_decision_delivery_decision", "decision_id"),
        sa.CheckConstraint(
            "recipient in ('person_or_representative', 'commune_police_head', 'labour_officer', 'rehab_centre',"
            " 'assigned_supporters')",
            name="recipient",
        ),
        sa.CheckConstraint(
            "recipient <> 'person_or_representative' or minutes_number is not null", name="person_has_minutes"
        ),
        {"comment": "Deliveries of a decision and its copies"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    decision_id: UUID = column("uuid", to("management_decision.id"))
    case_id: UUID = column("uuid", to("management_case.id"))
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int")
    province_no: int | None = column("int", null=True)
    made_unit_no: int = column("int")
    recipient: str = column("text")
    received_by: str | None = column("text", null=True)
    received_at: datetime = column("instant")
    handed_by: str | None = column("text", null=True)
    minutes_number: str | None = column("text", null=True)
    minutes_on: date | None = column("date", null=True)
    form: str | None = column("text", null=True)
    timely: bool | None = column("bool", null=True)
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


DECISIONS = Reads(
    DECISION,
    DecisionRow,
    columns={
        "unit_id": UNIT_ID,
        "transitions": moves_of(DECISION_MOVES, "{t}.state"),
        "consequences": shown_once("consequences"),
    },
    joins={
        "unit": "{c}.no = {t}.unit_no",
        "issuer": "{c}.id = {t}.issuer_id",
        "case": "{c}.id = {t}.case_id",
        "adjustments": "{c}.decision_id = {t}.id",
        "deliveries": "{c}.decision_id = {t}.id",
        "replaces": "{c}.id = {t}.replaces_id",
    },
    orders={"newest": NEWEST},
    filters={
        "unit_id": "{t}.unit_no = (select u.no from unit u where u.id = {v}::uuid)",
        "person_id": "{t}.person_id = {v}::uuid",
        "case_id": "{t}.case_id = {v}::uuid",
        "issuer_id": "{t}.issuer_id = {v}::uuid",
        "year": "{t}.year = {v}::int",
        "decided_from": "{t}.decided_on >= {v}::date",
        "decided_to": "{t}.decided_on <= {v}::date",
        "ends_before": "{t}.effective_end_on < {v}::date",
    },
    walls=frozenset({"unit_no", "province_no"}),
    subject="person_id",
    granted="person_id",
)
ADJUSTMENTS = child(ADJUSTMENT, AdjustmentRow)
DELIVERIES = child(DELIVERY, DeliveryRow)
