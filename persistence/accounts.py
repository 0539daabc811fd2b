"""Accounts, appointments, sessions: tables and reads."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import SQLModel

from domain.account.noun import ACCOUNT, APPOINTMENT
from persistence.columns import column, key, to
from persistence.reads import Key, Reads


class AccountRow(SQLModel, table=True):
    """A person or machine that works with the register. Persons on the register hold none (rulings 8)."""

    __tablename__ = "account"
    __table_args__ = (
        sa.CheckConstraint("kind in ('person', 'machine')", name="kind"),
        sa.CheckConstraint("state in ('invited', 'active', 'closed')", name="state"),
        sa.Index("ix_account_unit", "unit_no", "user_name", "id"),
        {"comment": "Who may sign in"},
    )
    id: UUID = key()
    no: int = column("int", sa.Identity(always=True), unique=True, comment="as grantee it stands negative")
    version: int = column("int", default="1")
    kind: str = column("text")
    user_name: str = column("key", unique=True)
    display_name: str = column("text")
    unit_id: UUID = column("uuid", to("unit.id"))
    unit_no: int = column("int")
    state: str = column("text", default="'invited'")
    password_hash: str | None = column("text", null=True, comment="argon2id")
    secret_hash: bytes | None = column("bytes", null=True, comment="of a machine's secret")
    activation_hash: bytes | None = column("bytes", null=True)
    activation_until: datetime | None = column("instant", null=True)
    recorded_at: datetime = column("instant", default="now()")
    recorded_by: UUID | None = column("uuid", null=True)
    last_sign_in_at: datetime | None = column("instant", null=True)
    closed_at: datetime | None = column("instant", null=True)


class AppointmentRow(SQLModel, table=True):
    """(role, unit, from, to); end-dated, never deleted; read from the database on every request."""

    __tablename__ = "appointment"
    __table_args__ = (
        sa.CheckConstraint("valid_to is null or valid_from <= valid_to", name="validity"),
        ExcludeConstraint(
            ("account_id", "="),
            ("role", "="),
            ("unit_id", "="),
            (sa.text("tstzrange(valid_from, valid_to)"), "&&"),
            name="ex_appointment_overlap",
            using="gist",
        ),
        sa.Index("ix_appointment_account", "account_id", "recorded_at", "id"),
        sa.Index("ix_appointment_unit", "unit_no"),
        {"comment": "Which role an account holds at which unit, when"},
    )
    id: UUID = key()
    version: int = column("int", default="1")
    account_id: UUID = column("uuid", to("account.id"))
    role: str = column("text")
    unit_id: UUID = column("uuid", to("unit.id"))
    unit_no: int = column("int")
    valid_from: datetime = column("instant", default="now()")
    valid_to: datetime | None = column("instant", null=True)
    given_by: UUID | None = column("uuid", to("account.id"), null=True)
    recorded_at: datetime = column("instant", default="now()")


class SessionRow(SQLModel, table=True):
    """A signed-in device or machine: one family of refresh tokens, redeemed one generation at a time."""

    __tablename__ = "session"
    __table_args__ = (sa.Index("ix_session_account", "account_id", "started_at"), {"comment": "Sign-ins"})
    id: UUID = key()
    account_id: UUID = column("uuid", to("account.id"))
    generation: int = column("int", default="0")
    refresh_hash: bytes = column("bytes", comment="SHA-256 of the current refresh secret")
    nonce: str | None = column("text", null=True, comment="of the last exchange; lets a lost answer be repeated")
    started_at: datetime = column("instant", default="now()")
    rotated_at: datetime = column("instant", default="now()")
    expires_at: datetime = column("instant")
    ended_at: datetime | None = column("instant", null=True)
    end_reason: str | None = column("text", null=True)
    label: str | None = column("text", null=True, comment="device name the caller gave")


class ThrottleRow(SQLModel, table=True):
    """Failed sign-ins by keyed hash of account name or address; delays grow, nobody is locked for ever."""

    __tablename__ = "sign_in_throttle"
    __table_args__ = {"comment": "Failed sign-ins"}
    key: bytes = column("bytes", primary_key=True)
    failures: int = column("int", default="0")
    blocked_until: datetime | None = column("instant", null=True)
    updated_at: datetime = column("instant", default="now()")


def shown_once(name: str) -> str:
    """A splice mark filled from the act that made the value; null in every other answer."""
    return f"""('"\\u0000x{name.encode().hex()}"')::json"""


ACCOUNTS = Reads(
    ACCOUNT,
    AccountRow,
    columns={"activation_code": shown_once("activation_code"), "secret": shown_once("secret")},
    joins={"appointments": "{c}.account_id = {t}.id", "unit": "{c}.id = {t}.unit_id"},
    orders={"user_name": (Key("{t}.user_name", "text"),)},
    filters={
        "unit_id": "{t}.unit_id = {v}::uuid",
        "role": (
            "exists (select from appointment a where a.account_id = {t}.id and a.role = {v}::text"
            " and a.valid_from <= now() and coalesce(a.valid_to, 'infinity') > now())"
        ),
    },
    made="unit_no",
)

APPOINTMENTS = Reads(
    APPOINTMENT,
    AppointmentRow,
    joins={"unit": "{c}.id = {t}.unit_id"},
    orders={"newest": (Key("{t}.recorded_at", "timestamptz", descending=True),)},
    made="unit_no",
    subject="account_id",
)
