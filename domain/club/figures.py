"""What a club, point or team did in a month, and which rights a member used: figures, no row stands behind them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.access.policy import Reach, Sight, reach_of, sight_of
from domain.access.scope import scope_of
from domain.acts import DENIED, Context, steadily
from domain.club.life import next_month
from domain.club.noun import MEMBERSHIP
from domain.measures import Clients, Contacts, Persons, figure
from domain.reading import Answer, Asked, Form, Kind, Noun, Pick, Selection
from domain.refusals import Refusal, flawed
from domain.support_model.noun import SUPPORT_MODEL

MONTH: Final = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])")
SUPPORT_MONTH: Final = Noun(
    "support_model_month",
    fields=dict.fromkeys(("support_model_id", "month", "masked"), Kind.OPEN)
    | dict.fromkeys(
        (
            "sessions_planned",
            "sessions_held",
            "sessions_cancelled",
            "members",
            "joined",
            "left",
            "attended_persons",
            "attendances",
            "family_attendances",
            "evaluations_due",
            "evaluations_done",
            "evaluations_missing",
        ),
        Kind.CLUB,
    )
    | dict.fromkeys(
        ("counselled_persons", "counselling_contacts", "anonymous_clients", "anonymous_contacts"), Kind.COUNSELLING
    )
    | dict.fromkeys(("referred_persons", "referrals_sent", "referrals_completed"), Kind.REFERRAL),
)
RIGHT: Final = Noun(
    "membership_right",
    fields=dict.fromkeys(
        ("right", "used", "last_on", "waiting", "cost_vnd", "free", "referrals_open", "masked"), Kind.CLUB
    ),
)


class SupportMonth(NamedTuple):
    """One month of a model. People and times are of different types: nothing adds them."""

    support_model_id: UUID
    month: date
    sessions_planned: int
    sessions_held: int
    sessions_cancelled: int
    members: Persons
    joined: Persons
    left: Persons
    attended_persons: Persons
    attendances: Contacts
    family_attendances: Contacts
    evaluations_due: int
    evaluations_done: int
    counselled_persons: Persons
    counselling_contacts: Contacts
    anonymous_clients: Clients
    anonymous_contacts: Contacts
    referred_persons: Persons
    referrals_sent: int
    referrals_completed: int

    @property
    def evaluations_missing(self) -> int:
        return self.evaluations_due - self.evaluations_done


class Right(StrEnum):
    """What a member of a club has a right to (dossier §7.1)."""

    COUNSELLING = "counselling"
    LEGAL = "legal"
    HEALTH = "health"
    LOAN = "loan"
    TRAINING = "training"


class RightUsed(NamedTuple):
    """One line of a member's sheet."""

    right: str
    used: int
    last_on: date | None
    waiting: int
    cost_vnd: int
    referrals_open: int

    @property
    def free(self) -> bool:
        """Free is what cost the member nothing."""
        return self.cost_vnd == 0


OWN: Final = frozenset({"used", "last_on", "waiting", "cost_vnd", "free"})
"""What of a line is told by those who give that support, and so seen by those who see theirs."""
SEEN_WITH: Final[Mapping[str, tuple[Kind, str]]] = {
    Right.COUNSELLING: (Kind.COUNSELLING, "read_contact"),
    Right.LEGAL: (Kind.COUNSELLING, "read_contact"),
    Right.HEALTH: (Kind.COUNSELLING, "read_health"),
    Right.LOAN: (Kind.LIVELIHOOD, "read_loan"),
    Right.TRAINING: (Kind.LIVELIHOOD, "read_livelihood"),
}
"""The class of field and the permission under which the support itself is seen."""


@dataclass(frozen=True)
class MonthOf:
    """A month of a support model; this one, when none is named."""

    id: UUID
    month: str | None = None


def everything(noun: Noun, form: Form) -> Asked:
    """All that can be asked: what REST answers."""
    return Asked(Selection(noun.name, form, tuple(Pick(n, n, n) for n in noun.fields)))


async def month_of_model(ctx: Context, of: MonthOf, asked: Asked | None = None) -> Answer:
    """The monthly report of a club, point or team in reach. Raises `not_found`, `invalid`."""
    wanted = asked or everything(SUPPORT_MONTH, Form.ONE)
    return await steadily(ctx, lambda now: _month(now, of, wanted))


async def _month(ctx: Context, of: MonthOf, asked: Asked) -> Answer:
    first = first_day(of.month, ctx.today)
    try:
        within = scope_of(ctx.actor, "read_model", via=ctx.via)
        async with ctx.store.reading(ctx, within) as records:
            until = min(next_month(first), ctx.today + timedelta(days=1))
            found: SupportMonth = _there(await records.club_figures.month(of.id, first, until))
    except Refusal as no:
        await _denied(ctx, no, SUPPORT_MODEL.name, of.id)
        raise
    return Answer(json.dumps(_shaped(found, SUPPORT_MONTH, asked, _hidden(ctx)), default=str).encode(), 1)


def _there(found: Any) -> Any:
    if found is None:
        raise Refusal("not_found")
    return found


def first_day(month: str | None, today: date) -> date:
    """Raises `invalid` for what is no month, or one that has not begun."""
    if month is None:
        return today.replace(day=1)
    if not MONTH.fullmatch(month):
        raise flawed("/month", "not_a_month")
    first = date.fromisoformat(f"{month}-01")
    if first > today:
        raise flawed("/month", "in_the_future")
    return first


def _hidden(ctx: Context) -> frozenset[str]:
    """The figures of a class that the caller does not see."""
    return frozenset(
        name for name, kind in SUPPORT_MONTH.fields.items() if sight_of(ctx.actor.role, kind) is Sight.ABSENT
    )


async def rights_of(ctx: Context, id: UUID, asked: Asked | None = None) -> Answer:
    """Which rights a member used, and what waits: a line each. Raises `not_found`."""
    wanted = asked or everything(RIGHT, Form.LIST)
    return await steadily(ctx, lambda now: _rights(now, id, wanted))


async def _rights(ctx: Context, id: UUID, asked: Asked) -> Answer:
    try:
        within = scope_of(ctx.actor, "read_membership", via=ctx.via)
        async with ctx.store.reading(ctx, within) as records:
            found: Sequence[RightUsed] = _there(await records.club_figures.rights(id, within=within))
    except Refusal as no:
        await _denied(ctx, no, MEMBERSHIP.name, id)
        raise
    lines = [_shaped(line, RIGHT, asked, _unseen(ctx.actor.role, line.right)) for line in found]
    return Answer(json.dumps(lines, default=str).encode(), len(lines))


def _unseen(role: str, right: str) -> frozenset[str]:
    """What of a line a role does not see: the support itself, or the referrals to it."""
    hidden = frozenset() if _sees(role, *SEEN_WITH[right]) else OWN
    return hidden if _sees(role, Kind.REFERRAL, "read_referral") else hidden | {"referrals_open"}


def _sees(role: str, kind: Kind, permission: str) -> bool:
    return sight_of(role, kind) is Sight.CLEAR and reach_of(role, permission) > Reach.TOTALS


async def _denied(ctx: Context, no: Refusal, noun: str, id: UUID) -> None:
    if no.code in DENIED:
        await ctx.store.note(ctx, f"read_{noun}", noun, (id,), "denied")


def _shaped(line: Any, noun: Noun, asked: Asked, hidden: frozenset[str]) -> dict[str, Any]:
    """Each figure under the key the caller gave it; what is not seen is null and named in `masked`."""
    masked = [name for name in noun.fields if name in hidden]
    facts = {name: None if name in hidden else _told(line, name) for name in noun.fields if name != "masked"}
    facts |= {"masked": masked, "__typename": asked.selection.typename}
    return {pick.key: facts[pick.name] for pick in asked.selection.picks}


def _told(line: Any, name: str) -> Any:
    value = figure(getattr(line, name))
    return f"{value:%Y-%m}" if name == "month" else value
