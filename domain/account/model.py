"""Commands on accounts and appointments, and the rule who may appoint whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from domain.access.policy import POLICY, Role, may_give
from domain.reading import Actor
from domain.refusals import Refusal, flawed
from domain.units.seat import Seat

USER_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,61}[a-z0-9])")


@dataclass(frozen=True)
class NewAccount:
    """An account with its first appointment; a person activates by a code, a machine gets a secret."""

    user_name: str
    display_name: str
    unit_id: UUID
    role: str
    kind: str = "person"
    id: UUID | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True)
class Appoint:
    account_id: UUID
    role: str
    unit_id: UUID
    valid_to: datetime | None = None
    id: UUID | None = None


@dataclass(frozen=True)
class EndAppointment:
    id: UUID
    valid_to: datetime | None = None


@dataclass(frozen=True)
class AmendAccount:
    id: UUID
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OfAccount:
    """An act on one account that needs nothing more: close, renew the activation code or secret."""

    id: UUID


class Post(NamedTuple):
    """An appointment of another account: its role, and whether its unit lies strictly below the caller's."""

    role: str
    below: bool


def check_outranked(actor: Actor, posts: Iterable[Post]) -> None:
    """Whoever renews, closes or appoints an account lays hands on all it may do: each post must be theirs to give."""
    if not all(post.below and may_give(actor.role, post.role) for post in posts):
        raise Refusal("powers_not_included")


def check_user_name(user_name: str) -> None:
    if not USER_NAME.fullmatch(user_name):
        raise flawed("/user_name", "not_a_user_name")


def check_giving(actor: Actor, role: str, seat: Seat | None, at: str = "/unit_id") -> Seat:
    """An appointment is given only from strictly above, and only powers that the giver has (issue 2 §3)."""
    if role not in {known.value for known in Role}:
        raise flawed("/role", "unknown_role")
    if seat is None or not (actor.unit_no < seat.no <= actor.last_no):
        raise flawed(at, "unit_not_below_yours")
    if seat.level not in POLICY[Role(role)].levels:
        raise flawed("/role", "role_not_at_this_level")
    if not may_give(actor.role, role):
        raise Refusal("powers_not_included")
    return seat
