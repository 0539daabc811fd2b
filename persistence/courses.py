"""Courses of treatment: table and reads."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from domain.course.model import COURSE_LIFE
from domain.course.noun import COURSE
from persistence.accounts import shown_once
from persistence.columns import column, key, to
from persistence.persons import NEWEST
from persistence.reads import Key, Reads
from persistence.transitions import transitions

TREATMENTS = (
    "'compulsory', 'voluntary_facility_public', 'voluntary_facility_private', 'voluntary_community',"
    " 'substitution_treatment', 'pilot_medicine', 'commune_education'"
)


class CourseRow(SQLModel, table=True):
    """A course of treatment of a person; no doses, no tests."""

    __tablename__ = "treatment_course"
    __table_args__ = (
        sa.CheckConstraint(f"kind in ({TREATMENTS})", name="kind"),
        sa.CheckConstraint("order_kind in ('administrative_measure', 'court_order_for_minor')", name="order_kind"),
        sa.CheckConstraint("(kind = 'compulsory') = (order_kind is not null)", name="order_of_compulsory"),
        sa.CheckConstraint("setting in ('home', 'community')", name="setting"),
        sa.CheckConstraint(
            "outcome in ('ongoing', 'completed', 'discontinued', 'transferred', 'deceased')", name="outcome"
        ),
        sa.CheckConstraint("(outcome = 'ongoing') = (ended_on is null)", name="outcome_has_day"),
        sa.CheckConstraint("ended_on is null or started_on <= ended_on", name="days"),
        sa.CheckConstraint("kind <> 'commune_education' or source is not null", name="past_measure_imported"),
        sa.CheckConstraint("place_unit_id is null or place_name is null", name="one_place"),
        sa.CheckConstraint("(voided_at is null) = (void_reason is null)", name="void_has_reason"),
        sa.Index("ix_treatment_course_person", "person_id", "recorded_at", "id"),
        sa.Index("ix_treatment_course_unit", "unit_no", "recorded_at", "id"),
        sa.Index("ix_treatment_course_unit_started", "unit_no", "started_on", "id"),
        sa.Index("ix_treatment_course_province", "province_no", "recorded_at", "id"),
        sa.Index("ix_treatment_course_province_started", "province_no", "started_on", "id"),
        sa.Index("ix_treatment_course_started", "started_on", "id"),
        sa.Index("ix_treatment_course_recorded", "recorded_at", "id"),
        sa.Index("ix_treatment_course_made", "made_unit_no", "recorded_at", "id"),
        sa.Index(None, "source", "source_ref", unique=True),
        {"comment": "Courses of treatment of a person"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    person_id: UUID = column("uuid", to("person.id"))
    unit_no: int = column("int")
    made_unit_no: int = column("int")
    province_no: int = column("int")
    kind: str = column("text")
    order_kind: str | None = column("text", null=True, comment="of compulsory treatment: the term hangs on it")
    setting: str | None = column("text", null=True)
    medicine: str | None = column("text", null=True, comment="name of the programme, e.g. methadone; never a dose")
    place_unit_id: UUID | None = column("uuid", to("unit.id"), null=True)
    place_name: str | None = column("text", null=True)
    started_on: date = column("date")
    ended_on: date | None = column("date", null=True)
    outcome: str = column("text", default="'ongoing'")
    outcome_reason: str | None = column("text", null=True)
    case_id: UUID | None = column("uuid", null=True, comment="the case it opened")
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)
    updated_at: datetime = column("instant", default="now()")
    voided_at: datetime | None = column("instant", null=True)
    void_reason: str | None = column("text", null=True)


COURSES = Reads(
    COURSE,
    CourseRow,
    columns={
        "unit_id": "(select u.id from unit u where u.no = {t}.unit_no)",
        "transitions": transitions(COURSE_LIFE, "outcome"),
        "consequences": shown_once("consequences"),
    },
    joins={"person": "{c}.id = {t}.person_id", "place_unit": "{c}.id = {t}.place_unit_id"},
    orders={"newest": NEWEST, "started": (Key("{t}.started_on", "date", descending=True),)},
    filters={
        "person_id": "{t}.person_id = {v}::uuid",
        "unit_id": "{t}.unit_no = (select u.no from unit u where u.id = {v}::uuid)",
        "voided": "({t}.voided_at is not null) = {v}::bool",
        "place_unit_id": "{t}.place_unit_id = {v}::uuid",
        "started_from": "{t}.started_on >= {v}::date",
        "started_before": "{t}.started_on < {v}::date",
        "ended_from": "{t}.ended_on >= {v}::date",
        "ended_before": "{t}.ended_on < {v}::date",
    },
    walls=frozenset({"unit_no", "province_no"}),
    subject="person_id",
    granted="person_id",
)
