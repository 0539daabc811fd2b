"""What rules on loans look up: implements domain.loan.repository on one transaction."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.acts import Context
from domain.loan.facts import Owed
from domain.loan.repository import About, Whose
from domain.reading import Scope
from persistence.livelihood_records import LAST
from persistence.loans import LOAN_LINES, LOAN_LISTS, LOANS
from persistence.scoping import walled

DECIDED = (
    "select max(d.decided_on) from management_decision d where d.person_id = $1 and d.decided_on <= $2"
    " and d.state in ('signed', 'delivered', 'superseded', 'corrected')"
)
LISTED = (
    "select exists (select from loan_list_line t join loan_list l on l.id = t.loan_list_id"
    " where t.person_id = $1 and t.answered_on <= $2 and l.programme = $3"
    " and t.state = 'confirmed' and t.voided_at is null and l.voided_at is null and l.state <> 'withdrawn' and {where})"
)
OWED = (
    "select t.programme, t.purpose, t.amount_vnd from loan_support t where t.{whose} = $1 and t.disbursed_on <= $2"
    " and coalesce(t.closed_on > $2, true) and t.voided_at is null and t.id is distinct from $3 and {where}"
)


class Loans:
    """Look-ups around one borrower who was found in reach before."""

    def __init__(self, connection: Any, ctx: Context) -> None:
        self.connection = connection
        self.ctx = ctx

    async def about(self, whose: Whose, programme: str | None, on: date, *, within: Scope) -> About:
        if whose.person_id is None:
            return About(owed=await self._owed("enterprise_id", whose.enterprise_id, whose, on, within))
        decided = await self.connection.fetchval(DECIDED, whose.person_id, on)
        born = await self.connection.fetchval(f"select {LAST} from person where id = $1", whose.person_id)
        where, given = walled(LOAN_LINES, within, self.ctx.actor.grantees, whose.person_id, on, programme)
        listed = await self.connection.fetchval(LISTED.format(where=where), *given)
        return About(decided, born, listed, await self._owed("person_id", whose.person_id, whose, on, within))

    async def programme_of(self, loan_list_id: UUID, *, within: Scope) -> str | None:
        where, given = walled(LOAN_LISTS, within, self.ctx.actor.grantees, loan_list_id)
        found: str | None = await self.connection.fetchval(
            f"select t.programme from loan_list t where t.id = $1 and {where}", *given
        )
        return found

    async def waiting_lines(self, loan_list_id: UUID, *, within: Scope) -> int:
        where, given = walled(LOAN_LINES, within, self.ctx.actor.grantees, loan_list_id)
        sql = "select count(*) from loan_list_line t where t.loan_list_id = $1 and t.state = 'waiting'"
        return int(await self.connection.fetchval(f"{sql} and t.voided_at is null and {where}", *given))

    async def _owed(self, column: str, id: UUID | None, whose: Whose, on: date, within: Scope) -> tuple[Owed, ...]:
        where, given = walled(LOANS, within, self.ctx.actor.grantees, id, on, whose.loan_id)
        rows = await self.connection.fetch(OWED.format(whose=column, where=where), *given)
        return tuple(Owed(*row) for row in rows)
