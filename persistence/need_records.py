"""Open needs and what was done for them lately: `records.needs`, on one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.need.noun import NeedKind
from domain.need.waiting import ANSWERED_BY, OpenNeed
from domain.reading import Scope
from domain.referral.moves import OPEN
from domain.referral.noun import ReferralState
from persistence.transfer import transferring

LOCAL = "at time zone 'Asia/Ho_Chi_Minh')::date"
RUNNING = ", ".join(f"'{state}'" for state in sorted(OPEN - {ReferralState.DRAFT}))


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _fits(column: str, which: int) -> str:
    """That a word of another noun answers a need of this kind."""
    cases = (
        f"when '{kind}' then {column} in ({_quoted(words)})"
        for kind in NeedKind
        if (words := [*map(str, ANSWERED_BY[kind][which])])
    )
    return f"case n.kind {' '.join(cases)} else false end"


def _named(table: str, kinds: str, under_way: str, day: str) -> str:
    """Support that names its need; unnamed, it answers the needs of its kind."""
    return (
        f"select {under_way}, (x.updated_at {LOCAL} from {table} x where x.person_id = n.person_id"
        f" and x.voided_at is null and (x.need_id = n.id or (x.need_id is null and n.kind in ({kinds})"
        f" and x.{day} >= n.found_on))"
    )


SUPPORT = " union all ".join(
    (
        _named("vocational_support", "'vocational_training', 'education'", "x.state = 'enrolled'", "advised_on"),
        _named("job_placement", "'job'", "false", "sought_on"),
        _named("loan_support", "'loan'", "false", "asked_on"),
        (
            f"select x.state in ({RUNNING}), (x.state_at {LOCAL} from referral x where x.person_id = n.person_id"
            f" and x.voided_at is null and x.state <> 'draft' and {_fits('x.kind', 0)}"
        ),
        (
            f"select false, (x.held_at {LOCAL} from counselling_contact x where x.person_id = n.person_id"
            f" and x.voided_at is null and exists (select from unnest(x.topics) o(topic) where {_fits('o.topic', 1)})"
        ),
        (
            "select false, x.visited_on from health_visit x where x.person_id = n.person_id and x.voided_at is null"
            " and n.kind = 'health_service'"
        ),
    )
)
OPEN_NEEDS = (
    "select n.id, n.person_id, n.unit_no, n.circle_no, n.found_on, coalesce(s.under_way, false), s.last_on from need n"
    " cross join lateral (select bool_or(a.under_way), max(a.on_day) from ("
    + SUPPORT
    + ") a(under_way, on_day)) s(under_way, last_on)"
    " where n.state = 'open' and n.voided_at is null and {which} order by n.id"
)
OF_PERSON = OPEN_NEEDS.format(which="n.person_id = $1")
IN_UNITS = OPEN_NEEDS.format(which="n.unit_no between $1 and $2")
SILENT = OPEN_NEEDS.format(
    which="n.unit_no between $1 and $2 and not exists (select from task k where k.noun = 'need'"
    " and k.subject_id = n.id and k.state = 'open')"
)


class Needs:
    """Look-ups beside the kept rows. Who records support under a grant does not see what others did for the need."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def open_of(self, person_id: UUID) -> list[OpenNeed]:
        return await self._found(OF_PERSON, person_id)

    async def all_open(self, *, within: Scope) -> list[OpenNeed]:
        return await self._found(IN_UNITS, within.lo, within.hi)

    async def silent(self, *, within: Scope) -> list[OpenNeed]:
        """Those without a task: nothing is due for them, or nobody said yet what is."""
        return await self._found(SILENT, within.lo, within.hi)

    async def _found(self, sql: str, *given: Any) -> list[OpenNeed]:
        async with transferring(self.connection):
            return [OpenNeed(*row) for row in await self.connection.fetch(sql, *given)]
