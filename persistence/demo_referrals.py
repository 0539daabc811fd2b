"""The demo's referrals in every state, sent by the commune and answered by the centre, the station and the commune."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from domain.keeping import Shift, Tell
from domain.law.instants import ZONE
from domain.referral.adherence import ReportAdherence, report_adherence
from domain.referral.following import FOLLOW_UPS
from domain.referral.rules import REFERRALS
from persistence.demo_cases import CODE, NEIGHBOUR
from persistence.demo_cases import UNITS as PLACES
from persistence.demo_desk import Desk, signed_in
from persistence.demo_models import unit
from persistence.demo_plan import DEMO
from persistence.records import Register

OFFICER, CENTRE, STATION = "commune_officer.00611", "rehab_centre.01", "health_station.00611"
LOCK: Final = 7_302_018
LAST: Final = "referral/declined"
"""Reference of the story that is told last; its answer is its last act."""
WANTED: Final = """
select exists (select from person where source = $1) and exists (select from account where user_name = $2)
   and not exists (select from referral where source = $1 and source_ref = $3 and state = 'declined')
"""
PEOPLE: Final = """
select p.id from person p join unit u on u.no = p.unit_no
where u.level = 'commune' and u.code = $1 and u.valid_to is null and p.source = $2 and p.voided_at is null
order by p.source_ref desc offset 12 limit 16
"""
Steps = tuple[tuple[str, Mapping[str, Any]], ...]
RECEIVED: Final[Steps] = (("sent", {}), ("received", {}))
TAKEN: Final[Steps] = (*RECEIVED, ("accepted", {}))
STORIES: Final[tuple[tuple[str, str, str, int, Steps], ...]] = (
    # name, kind, to whom, how many days ago it began, one step every other day
    ("draft", "legal_aid", "own", 3, ()),
    ("sent", "substitution_treatment", CENTRE, 5, (("sent", {}),)),
    ("expired", "education", "own", 75, (("sent", {}),)),  # by the worker's next round
    ("recalled", "loan", "own", 30, (("sent", {}), ("recalled", {"recall_reason": "consent_withdrawn"}))),
    ("received", "id_or_residence_paper", "own", 8, RECEIVED),
    ("accepted", "mental_health", CENTRE, 10, TAKEN),
    ("no_show", "testing_beyond_station", STATION, 20, (*TAKEN, ("no_show", {}))),
    ("attended", "voluntary_rehab", CENTRE, 25, (*TAKEN, ("attended", {"attended_on": 0}))),
    (
        "in_service",
        "substitution_treatment",
        CENTRE,
        40,
        (*TAKEN, ("attended", {"attended_on": 0}), ("in_service", {"service_from": 0})),
    ),
    (
        "completed",
        "health_service",
        STATION,
        60,
        (*TAKEN, ("attended", {"attended_on": 0}), ("completed", {"outcome": "need_met"})),
    ),
    (
        "discontinued",
        "vocational_training",
        "own",
        50,
        (*TAKEN, ("attended", {"attended_on": 0}), ("discontinued", {"outcome": "moved_away"})),
    ),
    ("declined", "social_assistance", "own", 15, (*RECEIVED, ("declined", {"decline_reason": "not_eligible"}))),
)
OF_SENDER: Final = frozenset({"sent", "recalled"})


async def tell_referrals(owner: Any, register: Register, now: datetime) -> bool:
    """Whether they were told: not where the demo has them, nor where there is no demo. A broken start goes on."""
    await owner.execute("select pg_advisory_lock($1)", LOCK)
    try:
        if not await owner.fetchval(WANTED, DEMO, OFFICER, LAST):
            return False
        people = [row["id"] for row in await owner.fetch(PEOPLE, CODE, DEMO)]
        units = {row["name"]: row["id"] for row in await owner.fetch(PLACES, CODE, NEIGHBOUR)}
        units |= {CENTRE: units["centre"], STATION: unit("health_station")}
        async with signed_in(owner, register, (OFFICER, CENTRE, STATION)) as actors:
            desk = Desk(register, owner, actors, units, now.astimezone(ZONE))
            for person, story in zip(people, STORIES, strict=False):
                await _told(desk, person, *story)
    finally:
        await owner.execute("select pg_advisory_unlock($1)", LOCK)
    return True


async def _told(desk: Desk, person: UUID, name: str, kind: str, to: str, days: int, steps: Steps) -> None:
    desk.tell(f"referral/{name}")
    desk.on(desk.days_ago(days))
    told = {
        "kind": kind,
        "to_unit_id": desk.units[to],
        "consent_on": desk.now.date(),
        "consent_scope": ("identity", "phone"),
        "source": DEMO,
        "source_ref": desk.story,
    }
    id = await desk.do(OFFICER, REFERRALS.record, Tell(told, person_id=person))
    for place, (state, facts) in enumerate(steps, 1):
        desk.on(desk.days_ago(days - 2 * place), 14)
        given = {key: desk.now.date() if value == 0 else value for key, value in facts.items()}
        who = OFFICER if state in OF_SENDER or to == "own" else to
        act = REFERRALS.move if state in OF_SENDER else REFERRALS.answer
        await desk.do(who, act, Shift(id, state, given))
    if name == "in_service":
        await _followed(desk, id)


async def _followed(desk: Desk, referral: UUID) -> None:
    """Of the one in service the sender asked the first time, the clinic answered the second, the next is due."""
    first = await desk.owner.fetchval("select id from referral_follow_up where referral_id = $1 and turn = 1", referral)
    done = desk.on(desk.days_ago(20)).now.date()
    await desk.do(OFFICER, FOLLOW_UPS.move, Shift(first, "done", {"done_on": done, "result": "attending"}))
    second = await desk.owner.fetchval(
        "select id from referral_follow_up where referral_id = $1 and turn = 2", referral
    )
    said = ReportAdherence(second, "attending_with_gaps", desk.on(desk.days_ago(2)).now.date(), f"TT/{second}")
    await desk.do(CENTRE, report_adherence, said)
