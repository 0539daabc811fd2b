"""The demo's courses, notices, rounds, cases and hand-overs in every state: told once, by the service's own acts."""

from __future__ import annotations

from datetime import datetime
from itertools import cycle
from typing import Any, Final

from domain.law.instants import ZONE
from persistence.demo_case_stories import CASE_STORIES, noticed_fresh
from persistence.demo_desk import Desk, signed_in
from persistence.demo_handover_stories import HANDOVER_STORIES
from persistence.demo_other_stories import NAMING_STORIES, OTHER_STORIES
from persistence.demo_plan import ACCOUNTS, BORDERS_CHANGED, DEMO
from persistence.records import Register

CODE, NEIGHBOUR = "00611", "00602"
STORIES_LOCK = 7_302_005
LAST: Final = "last"
"""The one case that is opened when all else was told: it says that nothing is left to do."""

FOUND = """
select count(*) filter (where source = $1) > 0 as begun, count(*) as cases, bool_or(source = $1 and source_ref = $2)
from management_case
"""
PEOPLE = """
select p.id, p.full_name, p.gender, p.born_on, p.born_precision from person p
join unit u on u.no = p.unit_no join responsibility r on r.person_id = p.id and r.to_at is null
where u.level = 'commune' and u.code = $1 and u.valid_to is null and p.source = $2 and p.voided_at is null
order by r.from_at > $3, p.source_ref
"""
UNITS = """
select 'own' as name, c.id from unit c where c.level = 'commune' and c.code = $1 and c.valid_to is null
union all select 'neighbour', c.id from unit c where c.level = 'commune' and c.code = $2 and c.valid_to is null
union all select 'district', d.id from unit d where d.level = 'district' and d.code = '021'
union all (select 'former', o.id from unit c join unit_lineage e on e.to_id = c.id join unit o on o.id = e.from_id
           where c.level = 'commune' and c.code = $1 and c.valid_to is null and o.level = 'commune'
             and o.valid_to is not null order by o.valid_from, o.code limit 1)
union all (select 'centre', a.unit_id from account a where a.user_name = 'rehab_centre.01')
"""


async def tell_stories(owner: Any, register: Register, now: datetime) -> int:
    """How many stories were told: none where the demo has them, or where somebody works with cases of their own.

    A start that broke off is taken up again: what was done already is not done twice.
    """
    await owner.execute("select pg_advisory_lock($1)", STORIES_LOCK)
    try:
        if not await _wanted(owner):
            return 0
        people = await owner.fetch(PEOPLE, CODE, DEMO, BORDERS_CHANGED)
        if not people:
            return 0
        units = {row["name"]: row["id"] for row in await owner.fetch(UNITS, CODE, NEIGHBOUR)}
        names = [account.user_name for account in ACCOUNTS]
        async with signed_in(owner, register, names) as actors:
            desk = Desk(register, owner, actors, units, now.astimezone(ZONE))
            return await _told(desk, people)
    finally:
        await owner.execute("select pg_advisory_unlock($1)", STORIES_LOCK)


async def _wanted(owner: Any) -> bool:
    begun, cases, finished = await owner.fetchrow(FOUND, DEMO, LAST)
    return not finished and (begun or not cases)


async def _told(desk: Desk, people: list[Any]) -> int:
    """One person a story, as far as there are people; the first person is kept for the last."""
    # those longest in the commune move on: a chain of responsibility never turns back
    stories = (*HANDOVER_STORIES, *CASE_STORIES, *OTHER_STORIES)
    told = list(zip(stories, people[1:], strict=False))
    told += zip(NAMING_STORIES, cycle(people[len(stories) + 1 :] or people), strict=False)
    for story, person in told:
        desk.tell(story.__name__)
        await story(desk, person)
    desk.tell(LAST)
    await noticed_fresh(desk, people[0])
    return len(told) + 1
