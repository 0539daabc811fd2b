"""Figures of clubs, points and teams, and a member's sheet of rights: one statement each, with its journal row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.club.figures import Period, Right, RightUsed, SupportMonth
from domain.measures import Clients, Contacts, Persons
from domain.reading import Scope
from domain.referral.moves import OPEN
from persistence.clubs import MEMBERSHIPS
from persistence.contacts import CONTACTS
from persistence.health_visits import VISITS
from persistence.livelihoods import VOCATIONALS
from persistence.loans import LOANS
from persistence.reads import Reads
from persistence.referrals import REFERRALS
from persistence.scoping import wall

PEOPLE = ("members", "members_in_all", "joined", "left", "attended_persons", "counselled_persons", "referred_persons")
MEASURES = {
    **dict.fromkeys(PEOPLE, Persons),
    **dict.fromkeys(("attendances", "family_attendances", "counselling_contacts", "anonymous_contacts"), Contacts),
    "anonymous_clients": Clients,
}
JOURNAL = (
    "j as (insert into journal_entry (act, noun, outcome, subject_ids, shown)"
    " select 'read_{noun}', '{noun}', 'read', {ids}, {shown})"
)
OF_MONTHS = (
    "with c as materialized (select * from support_months($1, $2, $3, $4)), "
    + JOURNAL.format(noun="support_model", ids="array[$1::uuid]", shown="(select count(*) from c)")
    + " select * from c"
)
LOCAL = "(t.{} at time zone 'Asia/Ho_Chi_Minh')::date"
REFERRED = {
    "legal_aid": Right.LEGAL,
    **dict.fromkeys(
        ("substitution_treatment", "mental_health", "health_service", "testing_beyond_station"), Right.HEALTH
    ),
    "vocational_training": Right.TRAINING,
    "loan": Right.LOAN,
}
"""To which right a referral of a kind leads."""
LEADS = " ".join(f"when '{kind}' then '{right}'" for kind, right in REFERRED.items())
OPEN_REFERRALS = ", ".join(f"'{state}'" for state in sorted(OPEN))
AWAITED_LOAN = "t.state in ('need', 'listed', 'applied', 'approved')"
AWAITED_COURSE = "t.state in ('advised', 'enrolled')"
PAID = "case when t.funding = 'own_means' then coalesce(t.cost_vnd, 0) else 0 end"
PARTS: tuple[tuple[Reads, str, str], ...] = (
    (CONTACTS, f"'counselling', true, {LOCAL.format('held_at')}, t.next_on >= {{today}}, 0, false", "true"),
    (CONTACTS, f"'legal', true, {LOCAL.format('held_at')}, false, 0, false", "'legal' = any(t.topics)"),
    (VISITS, "'health', true, t.visited_on, false, 0, false", "true"),
    (LOANS, f"'loan', t.disbursed_on is not null, t.disbursed_on, {AWAITED_LOAN}, 0, false", "true"),
    (VOCATIONALS, f"'training', t.enrolled_on is not null, t.enrolled_on, {AWAITED_COURSE}, {PAID}, false", "true"),
    (REFERRALS, f"case t.kind {LEADS} end, false, null::date, false, 0, t.state in ({OPEN_REFERRALS})", "true"),
)
"""(right, used, when, waiting, cost to the member, an open referral) of each row, and which rows."""
SHEET = (
    "with m as materialized (select t.id, t.person_id from club_membership t where t.id = $1 and {wall}),"
    " s (right_, used, on_, waiting, cost, referred) as ({parts}),"
    " c as materialized (select r.word, count(*) filter (where s.used) as used,"
    " max(s.on_) filter (where s.used) as last_on, count(*) filter (where s.waiting) as waiting,"
    " coalesce(sum(s.cost), 0)::bigint as cost, count(*) filter (where s.referred) as referred"
    " from unnest($2::text[]) with ordinality r(word, place) left join s on s.right_ = r.word"
    " where exists (select from m) group by r.word, r.place order by r.place), "
    + JOURNAL.format(
        noun="club_membership",
        ids="array[coalesce((select person_id from m), $1::uuid)]",
        shown="(select count(*) from m)",
    )
    + " select * from c"
)


class ClubFigures:
    """On one transaction."""

    def __init__(self, connection: Any, ctx: Context, enter: Callable[[str], Awaitable[None]]) -> None:
        self.connection = connection
        self.ctx = ctx
        self.enter = enter

    async def months(self, model_id: UUID, period: Period, until: date) -> SupportMonth | None:
        """The figures of a month or quarter up to a day; None for a model out of reach."""
        await self.enter("auto")
        row = await self.connection.fetchrow(OF_MONTHS, model_id, *period, until)
        if row is None:
            return None
        told: dict[str, Any] = {name: MEASURES.get(name, _same)(value) for name, value in row.items()}
        return SupportMonth(**told)

    async def rights(self, membership_id: UUID, *, within: Scope) -> list[RightUsed] | None:
        """The sheet of a member; None for a membership out of reach. Each part stands under its own wall."""
        given: list[Any] = [membership_id, [right.value for right in Right]]
        facts = {"lo": within.lo, "hi": within.hi, "grantees": self.ctx.actor.grantees, "today": self.ctx.today}

        def argument(source: Any, type_: str) -> str:
            given.append(facts[source])
            return f"${len(given)}::{type_}"

        def walled(reads: Reads) -> str:
            return wall(reads, "t", within.road, within.level, argument)

        today = argument("today", "date")
        parts = " union all ".join(
            f"select {told.replace('{today}', today)} from {reads.table} t join m on m.person_id = t.person_id"
            f" where t.voided_at is null and {which} and {walled(reads)}"
            for reads, told, which in PARTS
        )
        sql = SHEET.format(wall=walled(MEMBERSHIPS), parts=parts)
        await self.enter("force_custom_plan")
        rows = await self.connection.fetch(sql, *given)
        return [RightUsed(*row) for row in rows] or None


def _same(value: Any) -> Any:
    return value
