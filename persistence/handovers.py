"""Hand-overs: table and reads. `unit_no` is the side that is asked, `made_unit_no` the side that asks (`via=made`)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from domain.handover.moves import SIDE_MOVES
from domain.handover.noun import HANDOVER
from persistence.accounts import shown_once
from persistence.cases import moves_of
from persistence.columns import column, key, to
from persistence.reads import Key, Reads


def _json() -> Any:
    return Field(sa_column=sa.Column(JSONB, nullable=False, server_default=sa.text("'[]'")), default=None)


class HandoverRow(SQLModel, table=True):
    """A proposed change of responsibility, with its clock and its answer."""

    __tablename__ = "handover"
    __table_args__ = (
        sa.CheckConstraint("kind in ('give', 'take')", name="kind"),
        sa.CheckConstraint(
            "state in ('proposed', 'acknowledged', 'accepted', 'effective', 'declined', 'withdrawn', 'expired')",
            name="state",
        ),
        sa.Index(
            "uq_handover_open",
            "person_id",
            unique=True,
            postgresql_where=sa.text("state in ('proposed', 'acknowledged', 'accepted')"),
        ),
        sa.Index("ix_handover_asked", "unit_no", "told_at", "id"),
        sa.Index("ix_handover_asking", "made_unit_no", "told_at", "id"),
        sa.Index("ix_handover_province", "province_no", "told_at", "id"),
        sa.Index(None, "source", "source_ref", unique=True),
        {"comment": "Hand-overs of responsibility between communes"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    kind: str = column("text")
    state: str = column("text", default="'proposed'")
    person_id: UUID | None = column("uuid", to("person.id"), null=True, comment="null: nobody on file; never told")
    name_told: str | None = column("text", null=True, comment="the name, told to the asked side only")
    unit_no: int = column("int", comment="the side that is asked")
    made_unit_no: int = column("int", comment="the side that asks")
    province_no: int | None = column("int", null=True)
    asked_unit_id: UUID = column("uuid", to("unit.id"))
    asking_unit_id: UUID = column("uuid", to("unit.id"))
    reason: str = column("text")
    left_at: datetime | None = column("instant", null=True, comment="left the old residence")
    left_on: date | None = column("date", null=True, comment="the day, where the hour is not known")
    told_at: datetime = column("instant")
    due_at: datetime = column("instant")
    rule: str = column("text", comment="id@version of the rule of the clock")
    explanation: list[Any] = _json()
    deadlines: list[Any] = _json()
    answer_reason: str | None = column("text", null=True)
    answered_at: datetime | None = column("instant", null=True)
    effective_at: datetime | None = column("instant", null=True)
    escalated_at: datetime | None = column("instant", null=True)
    source: str | None = column("text", null=True)
    source_ref: str | None = column("text", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)


TOLD = "case when {t}.kind = 'give' or {t}.state = 'effective' or not ({t}.made_unit_no between "
SIDE = (
    "nullif(current_setting('app.lo', true), '')::int and nullif(current_setting('app.hi', true), '')::int)"
    " or {t}.unit_no between nullif(current_setting('app.lo', true), '')::int"
    " and nullif(current_setting('app.hi', true), '')::int then "
)

INSIDE = "between nullif(current_setting('app.lo', true), '')::int and nullif(current_setting('app.hi', true), '')::int"
MOVES = {side: moves_of(moves, "{t}.state") for side, moves in SIDE_MOVES.items()}
BY_SIDE = (
    f"case when not ({{t}}.unit_no {INSIDE}) then {MOVES['asking']}"
    f" when not ({{t}}.made_unit_no {INSIDE}) then {MOVES['asked']} else {MOVES['both']} end"
)
"""Each side sees its own moves; a unit above both may make either."""

HANDOVERS = Reads(
    HANDOVER,
    HandoverRow,
    columns={
        # a neutral receipt: who asks by a number learns neither whether anyone is on file nor who (rulings 34)
        "person_id": f"({TOLD}{SIDE}{{t}}.person_id end)",
        "name_told": f"({TOLD}{SIDE}{{t}}.name_told end)",
        "asked_unit_id": f"({TOLD}{SIDE}{{t}}.asked_unit_id end)",
        "transitions": BY_SIDE,
        "consequences": shown_once("consequences"),
    },
    joins={
        "asked_unit": f"{{c}}.id = ({TOLD}{SIDE}{{t}}.asked_unit_id end)",
        "asking_unit": "{c}.id = {t}.asking_unit_id",
    },
    orders={
        "newest": (Key("{t}.told_at", "timestamptz", descending=True),),
        "due": (Key("{t}.due_at", "timestamptz"),),
    },
    filters={
        "person_id": "{t}.kind = 'give' and {t}.person_id = {v}::uuid",
        "escalated": "({t}.escalated_at is not null) = {v}::bool",
    },
    subject="person_id",
)
