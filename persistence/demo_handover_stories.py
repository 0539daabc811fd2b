"""Hand-overs of the demo between two communes, under the law before and from 2026-07-01."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.handover.use_cases import GivePerson, MoveHandover, TakePerson, give_person, move_handover, take_person
from domain.reading import Road
from persistence.demo_desk import Desk, instant
from persistence.demo_plan import DEMO
from persistence.demo_steps import OFFICER, Story, active

NEIGHBOUR: Final = "commune_officer.00602"


async def _given(desk: Desk, person: Any, *, left: int, hour: int = 9) -> UUID:
    """The person moved to the neighbour; the clock runs from the hour of leaving (24 h, L120 Art 48(2))."""
    give = GivePerson(
        person["id"],
        desk.units["neighbour"],
        "chuyển nơi thường trú",
        left_at=min(instant(desk.days_ago(left), hour), desk.latest),
        source=DEMO,
        source_ref=desk.story,
    )
    return await desk.do(OFFICER, give_person, give)


async def _moved(desk: Desk, who: str, handover: UUID, to: str, reason: str | None = None) -> None:
    await desk.do(who, move_handover, MoveHandover(handover, to, reason))


async def handover_due_today(desk: Desk, person: Any) -> None:
    await active(desk, person, desk.days_ago(70))
    await _given(desk.on(desk.today), person, left=1, hour=23)


async def handover_acknowledged(desk: Desk, person: Any) -> None:
    handover = await _given(desk.on(desk.today), person, left=0)
    await _moved(desk, NEIGHBOUR, handover, "acknowledged")


async def handover_overdue(desk: Desk, person: Any) -> None:
    """Unanswered: the worker lets it expire and the unit above decides."""
    await _given(desk.on(desk.days_ago(3)), person, left=4)


async def handover_effective(desk: Desk, person: Any) -> None:
    """The case goes on in the next commune; the former one keeps its own period readable."""
    await active(desk, person, date(2026, 4, 20))
    handover = await _given(desk.on(desk.today), person, left=0)
    await _moved(desk, NEIGHBOUR, handover, "accepted")


async def handover_declined(desk: Desk, person: Any) -> None:
    handover = await _given(desk.on(desk.days_ago(6)), person, left=6, hour=8)
    await _moved(desk, NEIGHBOUR, handover, "declined", "chưa đến cư trú tại địa bàn")


async def handover_withdrawn(desk: Desk, person: Any) -> None:
    handover = await _given(desk.on(desk.days_ago(5)), person, left=5, hour=8)
    back = MoveHandover(handover, "withdrawn", "người đó không chuyển đi nữa")
    await desk.do(OFFICER, move_handover, back, via=Road.MADE)


async def handover_of_june(desk: Desk, person: Any) -> None:
    """Under L73: five working days; declined."""
    desk.on(date(2026, 6, 10))
    reason, ref = "chuyển nơi tạm trú", desk.story
    give = GivePerson(
        person["id"], desk.units["neighbour"], reason, left_on=date(2026, 6, 9), source=DEMO, source_ref=ref
    )
    handover = await desk.do(OFFICER, give_person, give)
    await _moved(desk.on(date(2026, 6, 12)), NEIGHBOUR, handover, "declined", "không thuộc địa bàn")


async def handover_asked_for(desk: Desk, person: Any) -> None:
    """The neighbour asks for a person who showed their document there."""
    row = await desk.owner.fetchrow(OF_PERSON, person["id"])
    if row is None:
        return
    sealer = desk.register.sealer
    number = sealer.open(row["number_sealed"], table="person_identifier", row=row["id"], column="number")
    take = TakePerson(number, "đến đăng ký cư trú", left_on=desk.today, source=DEMO, source_ref=desk.story)
    await desk.on(desk.today).do(NEIGHBOUR, take_person, take)


OF_PERSON: Final = (
    "select id, number_sealed from person_identifier where person_id = $1 and kind = 'personal_id'"
    " and valid_to is null order by id limit 1"
)

HANDOVER_STORIES: Final[tuple[Story, ...]] = (
    *(handover_due_today, handover_acknowledged, handover_overdue, handover_effective, handover_declined),
    *(handover_withdrawn, handover_of_june, handover_asked_for),
)
