"""Clubs from the inside: tables and reads of memberships, their history, sessions, attendance and evaluations."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.club.life import MEMBERSHIP_LIFE, SESSION_LIFE
from domain.club.noun import (
    AREAS,
    ATTENDANCE,
    EVALUATION,
    MEMBERSHIP,
    MEMBERSHIP_EVENT,
    SESSION,
    AgreedBy,
    AttendanceMark,
    MembershipRole,
)
from persistence.accounts import shown_once
from persistence.columns import column, to
from persistence.keeping import NEWEST, Words, kept_reads, kept_table
from persistence.reads import Key

ENDED = "('left', 'refused')"
LIVING = sa.text("voided_at is null")


def area(name: str) -> tuple[Any, sa.CheckConstraint]:
    """A column of the scale from 1 to 4."""
    return column("int", null=True), sa.CheckConstraint(f"{name} between 1 and 4", name=name)


MEMBERSHIP_ROW = kept_table(
    "club_membership",
    "Voluntary memberships of clubs, separate from any decision",
    {
        "club_id": column("uuid", to("support_model.id")),
        "since": column("date", comment="first day of the present state"),
        "reason": column("text", null=True),
        "role": Words(MembershipRole, default="'member'"),
        "namesake": column("bool", default="false", comment="of the same name as one of the board"),
        "asked_on": column("date"),
        "agreed_on": column("date", null=True),
        "agreed_by": Words(AgreedBy, null=True),
        "joined_on": column("date", null=True, comment="for the first time"),
        "left_on": column("date", null=True),
        "reading_code": column("bytes", null=True, comment="keyed hash of the code that the member keeps"),
    },
    sa.CheckConstraint(
        "state in ('asked', 'refused') or (agreed_on is not null and agreed_by is not null)", name="agreed_first"
    ),
    sa.Index(
        "uq_club_membership_open",
        "club_id",
        "person_id",
        unique=True,
        postgresql_where=sa.text(f"state not in {ENDED} and voided_at is null"),
    ),
    life=MEMBERSHIP_LIFE,
)
EVENT_ROW = kept_table(
    "membership_event",
    "Moves of memberships: a row each",
    {
        "membership_id": column("uuid", to("club_membership.id")),
        "from_state": Words(tuple(sorted(MEMBERSHIP_LIFE.states)), null=True),
        "to_state": Words(tuple(sorted(MEMBERSHIP_LIFE.states))),
        "happened_on": column("date"),
        "reason": column("text", null=True),
    },
    sa.Index("ix_membership_event_membership", "membership_id", "recorded_at", "id"),
)
SESSION_ROW = kept_table(
    "club_session",
    "Meetings of clubs; nobody is named",
    {
        "club_id": column("uuid", to("support_model.id")),
        "starts_at": column("instant"),
        "ends_at": column("instant", null=True),
        "place": column("text", null=True),
        "topic": column("text"),
        "guests": column("text", null=True),
        "minutes": column("text", null=True),
        "reason": column("text", null=True),
        "present": column("int", null=True),
        "excused": column("int", null=True),
        "absent": column("int", null=True),
        "family": Field(sa_column=sa.Column(JSONB, nullable=False, server_default=sa.text("'[]'")), default=None),
        "family_members": column("int", null=True, comment="of members' families, counted"),
    },
    sa.CheckConstraint("starts_at <= ends_at", name="hours"),
    sa.Index("ix_club_session_club", "club_id", "starts_at", "id"),
    sa.Index("ix_club_session_starts", "starts_at", "province_no"),
    life=SESSION_LIFE,
    of="unit",
)
ATTENDANCE_ROW = kept_table(
    "club_attendance",
    "Which members came to a session",
    {
        "membership_id": column("uuid", to("club_membership.id")),
        "session_id": column("uuid", to("club_session.id")),
        "held_on": column("date"),
        "mark": Words(AttendanceMark),
    },
    sa.Index("uq_club_attendance_living", "session_id", "membership_id", unique=True, postgresql_where=LIVING),
    sa.Index("ix_club_attendance_membership", "membership_id", "recorded_at", "id"),
    sa.Index(
        "ix_club_attendance_held",
        *("held_on", "province_no"),
        postgresql_include=["unit_no", "person_id", "mark", "voided_at"],
    ),
)
EVALUATION_ROW = kept_table(
    "progress_evaluation",
    "Monthly progress evaluations of club members",
    {
        "membership_id": column("uuid", to("club_membership.id")),
        "month": column("date", comment="its first day"),
        **{name: area(name)[0] for name in AREAS},
        "changed": column("text", null=True),
        "next_step": column("text", null=True),
        "read_by_member_at": column("instant", null=True),
        "member_said": column("text", null=True),
    },
    *(area(name)[1] for name in AREAS),
    sa.CheckConstraint("extract(day from month) = 1", name="month"),
    sa.Index("uq_progress_evaluation_month", "membership_id", "month", unique=True, postgresql_where=LIVING),
    sa.Index(
        "ix_progress_evaluation_month", "month", "province_no", postgresql_include=["unit_no", "person_id", "voided_at"]
    ),
)
MEMBERSHIPS = kept_reads(
    MEMBERSHIP,
    MEMBERSHIP_ROW,
    life=MEMBERSHIP_LIFE,
    columns={
        "reading_code": shown_once("reading_code"),
        "has_reading_code": "({t}.reading_code is not null)",
    },
    joins={
        "club": "{c}.id = {t}.club_id",
        "events": "{c}.membership_id = {t}.id",
        "evaluations": "{c}.membership_id = {t}.id and {c}.voided_at is null",
        "attendances": "{c}.membership_id = {t}.id and {c}.voided_at is null",
    },
    filters={
        "not_evaluated_in": (
            "({t}.state = 'joined' and not exists (select from progress_evaluation e where e.membership_id = {t}.id"
            " and e.voided_at is null and e.month = date_trunc('month', {v}::date)::date))"
        ),
    },
    circle=True,
)
EVENTS = kept_reads(MEMBERSHIP_EVENT, EVENT_ROW, circle=True)
SESSIONS = kept_reads(
    SESSION,
    SESSION_ROW,
    life=SESSION_LIFE,
    joins={"club": "{c}.id = {t}.club_id"},
    orders={"newest": NEWEST, "latest": (Key("{t}.starts_at", "timestamptz", descending=True),)},
    filters={
        "starts_from": "({t}.starts_at at time zone 'Asia/Ho_Chi_Minh')::date >= {v}::date",
        "starts_before": "({t}.starts_at at time zone 'Asia/Ho_Chi_Minh')::date < {v}::date",
    },
)
ATTENDANCES = kept_reads(ATTENDANCE, ATTENDANCE_ROW, circle=True)
EVALUATIONS = kept_reads(
    EVALUATION,
    EVALUATION_ROW,
    joins={"membership": "{c}.id = {t}.membership_id"},
    filters={
        "club_id": "exists (select from club_membership m where m.id = {t}.membership_id and m.club_id = {v}::uuid)",
        "month": "{t}.month = date_trunc('month', {v}::date)::date",
        "read": "({t}.read_by_member_at is not null) = {v}::bool",
    },
    circle=True,
)
