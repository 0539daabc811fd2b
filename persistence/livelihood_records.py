"""What rules on needs, plans, training and work look up, and how needs are counted: one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.keeping import Row
from domain.livelihood.fields import Stage
from domain.measures import Persons
from domain.need.counting import NeedCount, NeedPeriod
from domain.need.noun import NEED
from domain.reading import Scope
from persistence.livelihoods import JOB_CHECKS
from persistence.needs import NEEDS
from persistence.plans import PLAN_REVIEWS, PLAN_STEPS
from persistence.scoping import walled
from persistence.transfer import transferring

IN_REHAB = (
    "select exists (select from treatment_course c where c.person_id = $1 and c.voided_at is null"
    " and c.kind in ('compulsory', 'voluntary_facility_public', 'voluntary_facility_private', 'voluntary_community')"
    " and c.started_on <= $2 and coalesce(c.ended_on > $2, true))"
)
LAST = (
    "case born_precision when 'year' then born_on + interval '1 year - 1 day'"
    " when 'month' then born_on + interval '1 month - 1 day' else born_on end::date"
)
WORKS = (
    "select exists (select from account a join appointment p on p.account_id = a.id where a.id = $1"
    " and a.state = 'active' and p.valid_from <= now() and coalesce(p.valid_to, 'infinity') > now()"
    " and p.unit_no between $2 and (select last_no from unit where no = $2))"
)

ASKS = (
    "select circle_of_account(s.owner_account_id) from plan_step s join reintegration_plan p on p.id = s.plan_id"
    " where s.owner_account_id is not null and s.person_id = $1 and s.voided_at is null"
    " and p.state = 'agreed' and p.voided_at is null order by s.recorded_at desc, s.id desc limit 1"
)


class Livelihood:
    """Look-ups around one person who was found in reach before."""

    def __init__(self, connection: Any, ctx: Context, enter: Callable[[str], Awaitable[None]]) -> None:
        self.connection = connection
        self.ctx = ctx
        self.enter = enter

    async def stage(self, person_id: UUID, on: date) -> str:
        """Whether treatment was going on that day. Who writes under a grant does not see the courses themselves."""
        async with transferring(self.connection):
            found = await self.connection.fetchval(IN_REHAB, person_id, on)
        return (Stage.IN_REHAB if found else Stage.AFTER).value

    async def born(self, person_id: UUID) -> Row:
        """Gender, and the first and last day on which the person may have been born."""
        found = await self.connection.fetchrow(
            f"select gender, born_on, {LAST} as born_last from person where id = $1", person_id
        )
        return dict(found)

    async def works_at(self, account_id: UUID, unit_no: int) -> bool:
        """Whether somebody holds an appointment in a unit or below it today."""
        return bool(await self.connection.fetchval(WORKS, account_id, unit_no))

    async def circle_of(self, account_id: UUID) -> int | None:
        """The number under which something is granted or addressed to an account alone."""
        async with transferring(self.connection):
            found: int | None = await self.connection.fetchval("select circle_of_account($1)", account_id)
        return found

    async def asks(self, person_id: UUID) -> int | None:
        """Who owns a step of the plan agreed with the person, and so asks how it goes; the latest, of several."""
        async with transferring(self.connection):
            found: int | None = await self.connection.fetchval(ASKS, person_id)
        return found

    async def steps(self, plan_id: UUID, *, within: Scope) -> list[Row]:
        where, given = walled(PLAN_STEPS, within, self.ctx.actor.grantees, plan_id)
        rows = await self.connection.fetch(
            f"select t.* from plan_step t where t.plan_id = $1 and t.voided_at is null and {where}"
            " order by t.due_on, t.id",
            *given,
        )
        return [dict(row) for row in rows]

    async def next_review(self, plan_id: UUID, *, within: Scope) -> date | None:
        """The day the latest review set for the next one."""
        where, given = walled(PLAN_REVIEWS, within, self.ctx.actor.grantees, plan_id)
        found: date | None = await self.connection.fetchval(
            f"select t.next_on from plan_review t where t.plan_id = $1 and t.voided_at is null and {where}"
            " order by t.held_on desc, t.id desc limit 1",
            *given,
        )
        return found

    async def checked_months(self, job_id: UUID, *, within: Scope) -> frozenset[int]:
        where, given = walled(JOB_CHECKS, within, self.ctx.actor.grantees, job_id)
        rows = await self.connection.fetch(
            f"select t.months from job_check t where t.job_placement_id = $1 and t.voided_at is null and {where}",
            *given,
        )
        return frozenset(row["months"] for row in rows)

    async def need_counts(self, period: NeedPeriod, *, within: Scope) -> list[NeedCount]:
        """One statement under both walls, with its journal row; a line for each kind and one for all."""
        where, given = walled(NEEDS, within, self.ctx.actor.grantees, period.since, period.until)
        if period.kind is not None:
            given.append(period.kind)
            where += f" and t.kind = ${len(given)}::text"
        await self.enter("force_custom_plan")
        rows = await self.connection.fetch(COUNTS.format(where=where), *given)
        return [
            NeedCount(kind, Persons(n), Persons(n - waiting), Persons(waiting), needs, met)
            for kind, n, waiting, needs, met in rows
        ]


COUNTS = (
    "with n as materialized (select t.kind, t.person_id, t.met_on is not null and t.met_on <= $2::date as met"
    " from need t where {where} and t.voided_at is null and t.found_on <= $2::date"
    " and coalesce(t.met_on >= $1::date, true) and coalesce(t.withdrawn_on > $2::date, true)),"
    " c as materialized (select n.kind, count(distinct n.person_id) as persons,"
    " count(distinct n.person_id) filter (where not n.met) as waiting, count(*) as needs,"
    " count(*) filter (where n.met) as met from n group by grouping sets ((n.kind), ()) order by n.kind nulls last),"
    " j as (insert into journal_entry (act, noun, outcome, subject_ids, shown)"
    f" select 'count_{NEED.name}', '{NEED.name}', 'read', '{{{{}}}}'::uuid[], count(*) from c)"
    " select c.kind, c.persons, c.waiting, c.needs, c.met from c"
)
"""Needs that stood open at some time between $1 and $2 and were not withdrawn by then."""
