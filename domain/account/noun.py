"""Accounts of people and machines, and their dated appointments."""

from __future__ import annotations

from enum import StrEnum

from domain.reading import Kind, Noun, many, one


class AccountKind(StrEnum):
    PERSON = "person"
    MACHINE = "machine"


class AccountState(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    CLOSED = "closed"


ACCOUNT = Noun(
    "account",
    fields=dict.fromkeys(("id", "version"), Kind.OPEN)
    | dict.fromkeys(
        (
            "kind",
            "user_name",
            "display_name",
            "unit_id",
            "state",
            "recorded_at",
            "last_sign_in_at",
            "closed_at",
            "activation_code",
            "secret",
        ),
        Kind.STAFF,
    ),
    relations={"appointments": many("appointment", Kind.STAFF), "unit": one("unit", Kind.STAFF)},
    orders=("user_name",),
    filters=dict.fromkeys(("unit_id", "state", "kind", "role"), Kind.STAFF),
)

APPOINTMENT = Noun(
    "appointment",
    fields=dict.fromkeys(("id", "version", "account_id"), Kind.OPEN)
    | dict.fromkeys(("role", "unit_id", "valid_from", "valid_to", "given_by", "recorded_at"), Kind.STAFF),
    relations={"unit": one("unit", Kind.STAFF)},
    orders=("newest",),
)
