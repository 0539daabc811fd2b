"""Accounts, appointments, sessions, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field

from api.asking import PageQuery
from api.civil import Instant
from api.schemas.base import Given, Patch, Shape, worded
from api.schemas.units import Unit
from domain.access.policy import Role
from domain.account import model
from domain.account.noun import AccountKind, AccountState

worded(Role, AccountKind, AccountState)


class AppointmentFacts(Shape):
    """A role held at a unit, from–to."""

    version: int | None = None
    account_id: UUID | None = None
    role: Role | None = None
    unit_id: UUID | None = None
    valid_from: dt.datetime | None = None
    valid_to: dt.datetime | None = None
    given_by: UUID | None = None
    recorded_at: dt.datetime | None = None


class Appointment(AppointmentFacts):
    unit: Unit | None = None


class AccountFacts(Shape):
    """Who may sign in: a person or a machine. Persons on the register hold none."""

    version: int | None = None
    kind: AccountKind | None = None
    user_name: str | None = None
    display_name: str | None = None
    unit_id: UUID | None = None
    state: AccountState | None = None
    recorded_at: dt.datetime | None = None
    last_sign_in_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    activation_code: str | None = None
    """Only in the answer that made it, once: to be handed to the person."""
    secret: str | None = None
    """Only in the answer that made it, once: a machine's secret."""


class Account(AccountFacts):
    unit: Unit | None = None
    appointments: list[Appointment] | None = None


@strawberry.pydantic.input
class AccountFilter(BaseModel):
    """Which accounts."""

    model_config = ConfigDict(extra="forbid")
    unit_id: UUID | None = None
    state: AccountState | None = None
    kind: AccountKind | None = None
    role: Role | None = None


class AccountQuery(PageQuery, AccountFilter):
    """The list of accounts by user name."""


@strawberry.pydantic.input
class NewAccount(Given):
    """An account with its first appointment."""

    COMMAND: ClassVar = model.NewAccount
    id: UUID | None = None
    kind: AccountKind = AccountKind.PERSON
    user_name: Annotated[str, Field(max_length=64)]
    display_name: Annotated[str, Field(max_length=200)]
    unit_id: UUID
    role: Role
    valid_to: Instant | None = None


@strawberry.pydantic.input
class AccountPatch(Patch):
    """A correction of an account."""

    COMMAND: ClassVar = model.AmendAccount
    display_name: Annotated[str | None, Field(max_length=200)] = None


@strawberry.pydantic.input
class NewAppointment(Given):
    """A role to give."""

    COMMAND: ClassVar = model.Appoint
    id: UUID | None = None
    role: Role
    unit_id: UUID
    valid_to: Instant | None = None


@strawberry.pydantic.input
class AppointmentEnd(Given):
    """When an appointment ends; now, when left out."""

    COMMAND: ClassVar = model.EndAppointment
    valid_to: Instant | None = None
