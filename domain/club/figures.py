"""What a club, point or team did in a month or quarter, and which rights a member used: figures, no row behind them."""

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

MONTH: Final = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])", re.ASCII)
QUARTER: Final = re.compile(r"(19|20|21)\d\d-Q[1-4]", re.ASCII)
QUARTER_LONG: Final = 3
SUPPORT_MONTH: Final = Noun(
    "support_model_month",
    fields=dict.fromkeys(("support_model_id", "month", "quarter", "masked"), Kind.OPEN)
    | dict.fromkeys(
        (
            "sessions_planned",
            "sessions_held",
            "sessions_cancelled",
            "members",
            "members_in_all",
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


class Period(NamedTuple):
    """Whole months, from their first day to the day after their last."""

    first: date
    ended: date


class SupportMonth(NamedTuple):
    """One month or quarter of a model. People and times are of different types: nothing adds them.

    Each person is counted once in the whole period: a quarter is never the sum of its months.
    """

    support_model_id: UUID
    month: date
    """The first day of the period."""
    months: int
    members_in_all: Persons
    """Members on any day of it."""
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
    def quarter(self) -> str | None:
        """As it was asked for; None of a month."""
        return f"{self.month.year}-Q{(self.month.month + 2) // 3}" if self.months == QUARTER_LONG else None

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
    """A month or a quarter of a support model; this month, when none is named."""

    id: UUID
    month: str | None = None
    quarter: str | None = None


def everything(noun: Noun, form: Form) -> Asked:
    """All that can be asked: what REST answers."""
    return Asked(Selection(noun.name, form, tuple(Pick(n, n, n) for n in noun.fields)))


async def month_of_model(ctx: Context, of: MonthOf, asked: Asked | None = None) -> Answer:
    """The report of a month or quarter of a club, point or team in reach. Raises `not_found`, `invalid`."""
    wanted = asked or everything(SUPPORT_MONTH, Form.ONE)
    return await steadily(ctx, lambda now: _month(now, of, wanted))


async def _month(ctx: Context, of: MonthOf, asked: Asked) -> Answer:
    period = period_of(of, ctx.today)
    try:
        within = scope_of(ctx.actor, "read_model", via=ctx.via)
        async with ctx.store.reading(ctx, within) as records:
            until = min(period.ended, ctx.today + timedelta(days=1))
            found: SupportMonth = _there(await records.club_figures.months(of.id, period, until))
    except Refusal as no:
        await _denied(ctx, no, SUPPORT_MODEL.name, of.id)
        raise
    return Answer(json.dumps(_shaped(found, SUPPORT_MONTH, asked, _hidden(ctx)), default=str).encode(), 1)


def _there(found: Any) -> Any:
    if found is None:
        raise Refusal("not_found")
    return found


def period_of(of: MonthOf, today: date) -> Period:
    """Raises `invalid` for what is no month or quarter, for both at once, and for what has not begun."""
    if of.quarter is None:
        first = first_day(of.month, today)
        return Period(first, next_month(first))
    if of.month is not None:
        raise flawed("/quarter", "month_or_quarter")
    if not QUARTER.fullmatch(of.quarter):
        raise flawed("/quarter", "not_a_quarter")
    first = date(int(of.quarter[:4]), 3 * int(of.quarter[-1]) - 2, 1)
    if first > today:
        raise flawed("/quarter", "in_the_future")
    return Period(first, next_month(next_month(next_month(first))))


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
    if name == "month":
        return f"{value:%Y-%m}" if line.quarter is None else None
    return value
