"""The rule book and calendar: tables and reads. Reference data: all read it, two administrators change it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlmodel import Field, SQLModel

from domain.lawbook.noun import CALENDAR_DAY, LAW_CHANGE, RULE
from persistence.columns import column, key, to
from persistence.reads import Key, Reads
from persistence.units import REFERENCE


def _json(*, null: bool = False) -> Any:
    return Field(sa_column=sa.Column(JSONB, nullable=null), default=None)


class RuleRow(SQLModel, table=True):
    """One effective-dated row of law; no two rows of a rule and scope are ever in force together."""

    __tablename__ = "law_rule"
    __table_args__ = (
        sa.CheckConstraint("confidence in ('C', 'L', 'U')", name="confidence"),
        sa.Index(None, "rule", "rule_version", unique=True),
        ExcludeConstraint(
            ("rule", "="),
            ("scope_key", "="),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            name="ex_law_rule_overlap",
            using="gist",
        ),
        {"comment": "The rule book: effective-dated, with source and confidence mark"},
    )
    id: UUID = key()
    rule: str = column("key")
    rule_version: int = column("int")
    title_vi: str = column("text")
    title_en: str = column("text")
    selector: str = column("text", comment="which event's date picks the row")
    scope: dict[str, str] = _json()
    scope_key: str = column("text", comment="the scope in canonical form")
    value: dict[str, Any] = _json()
    valid_from: date | None = column("date", null=True)
    valid_to: date | None = column("date", null=True, comment="last day, inclusive")
    authority: str = column("text")
    form: dict[str, str] | None = _json(null=True)
    legal_basis: list[dict[str, str]] = _json()
    confidence: str = column("text", comment="C certain, L likely, U unverified")
    note: str = column("text", default="''")
    recorded_at: datetime = column("instant", default="now()")
    change_id: UUID | None = column("uuid", null=True, comment="the approved change it came by; null = shipped")


class CalendarDayRow(SQLModel, table=True):
    """A day that is not as its weekday says; overrides stand on top of the base."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        sa.CheckConstraint("kind in ('off', 'worked')", name="kind"),
        sa.CheckConstraint("layer in ('base', 'override')", name="layer"),
        sa.Index(
            "uq_calendar_day_layer", "day", "layer", unique=True, postgresql_where=sa.text("superseded_at is null")
        ),
        {"comment": "Holidays, substitute, swapped and make-up days"},
    )
    id: UUID = key()
    day: date = column("date")
    kind: str = column("text")
    reason: str = column("text")
    name_vi: str = column("text")
    name_en: str = column("text")
    source: str = column("text")
    confidence: str = column("text")
    exchanged: date | None = column("date", null=True, comment="the other half of a swap")
    note: str = column("text", default="''")
    layer: str = column("text")
    superseded_at: datetime | None = column("instant", null=True)
    change_id: UUID | None = column("uuid", null=True)


class LawChangeRow(SQLModel, table=True):
    """A proposed change; decided by another person than proposed it."""

    __tablename__ = "law_change"
    __table_args__ = (
        sa.CheckConstraint("kind in ('rule', 'day')", name="kind"),
        sa.CheckConstraint("state in ('proposed', 'approved', 'rejected', 'withdrawn')", name="state"),
        sa.CheckConstraint("state not in ('approved', 'rejected') or decided_by <> proposed_by", name="two_persons"),
        {"comment": "Proposals to change the rule book or the calendar"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    unit_no: int = column("int", default="0", comment="the province whose rate it is; 0: of the whole country")
    kind: str = column("text")
    payload: dict[str, Any] = _json()
    reason: str | None = column("text", null=True)
    state: str = column("text", default="'proposed'")
    proposed_by: UUID = column("uuid", to("account.id"))
    proposed_at: datetime = column("instant", default="now()")
    decided_by: UUID | None = column("uuid", to("account.id"), null=True)
    decided_at: datetime | None = column("instant", null=True)


class LawStateRow(SQLModel, table=True):
    """The version of the law as stored; it grows with each approved change."""

    __tablename__ = "law_state"
    __table_args__ = (sa.CheckConstraint("one", name="one"), {"comment": "Version of rule book and calendar"})
    one: bool = column("bool", primary_key=True, default="true")
    version: int = column("int", default="0")


RULES = Reads(
    RULE,
    RuleRow,
    orders={"rule": (Key("{t}.rule", "text"), Key("{t}.rule_version", "int"))},
    filters={"in_force_on": "daterange({t}.valid_from, {t}.valid_to, '[]') @> {v}::date"},
    walls=REFERENCE,
)
CALENDAR_DAYS = Reads(
    CALENDAR_DAY,
    CalendarDayRow,
    orders={"day": (Key("{t}.day", "date"),)},
    filters={
        "year": "extract(year from {t}.day) = {v}::int",
        "superseded": "({t}.superseded_at is not null) = {v}::bool",
    },
    walls=REFERENCE,
)
LAW_CHANGES = Reads(
    LAW_CHANGE,
    LawChangeRow,
    orders={"newest": (Key("{t}.proposed_at", "timestamptz", descending=True),)},
    made="",
)
