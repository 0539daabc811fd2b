"""The demo's club from the inside: memberships and sessions in every state, attendance, evaluations, a code.

Told by the officer who asks and the board that keeps its own house, on days of the past half year.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from domain.club.evaluations import EVALUATIONS
from domain.club.life import first_of
from domain.club.memberships import MEMBERSHIPS
from domain.club.reading_code import GiveCode, give_reading_code
from domain.club.sessions import SESSIONS, Came, Family, TakeAttendance, taking_attendance
from domain.keeping import Shift, Tell
from domain.law.instants import ZONE
from persistence.demo_cases import CODE
from persistence.demo_desk import Desk, instant, signed_in
from persistence.demo_plan import DEMO
from persistence.records import Register

OFFICER: Final = "commune_officer.00611"
BOARD: Final = "club_board.00611"
LOCK: Final = 7_302_014
TOLD: Final = "told"
"""Reference of the row that is made last."""
CLUB: Final = "select id from support_model where source = $1 and source_ref = 'club' and state = 'active'"
WANTED: Final = "select not exists (select from club_session where source = $1 and source_ref = $2)"
PEOPLE: Final = """
select p.id from person p join unit u on u.no = p.unit_no
where u.level = 'commune' and u.code = $1 and u.valid_to is null and p.source = $2 and p.voided_at is null
  and not exists (select from model_member b where vn_fold(b.full_name) = vn_fold(p.full_name))
order by p.source_ref desc limit 12
"""
JOINS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("agreed", {"agreed_by": "person"}),
    ("invited", {}),
    ("joined", {}),
)
AFTER: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "suspended": ("suspended", {"reason": "Đi làm xa một thời gian"}),
    "left": ("left", {"reason": "Đã chuyển sang câu lạc bộ nghề nghiệp"}),
}
STATES: Final = ("joined", "joined", "suspended", "left", "invited", "agreed", "asked", "refused", *["joined"] * 3)
"""One person each."""
TOPICS: Final = (
    "Tìm việc làm trong phường",
    "Thủ tục vay vốn",
    "Gia đình và tôi",
    "Quyền được trợ giúp pháp lý",
    "Tết",
)


async def tell_clubs(owner: Any, register: Register, now: datetime) -> bool:
    """Whether they were told: not where the demo has them, nor where it has no club. A broken start goes on."""
    await owner.execute("select pg_advisory_lock($1)", LOCK)
    try:
        club = await owner.fetchval(CLUB, DEMO)
        if club is None or not await owner.fetchval(WANTED, DEMO, TOLD):
            return False
        people = [row["id"] for row in await owner.fetch(PEOPLE, CODE, DEMO)]
        async with signed_in(owner, register, (OFFICER, BOARD)) as actors:
            desk = Desk(register, owner, actors, {}, now.astimezone(ZONE))
            desk.tell("clubs")
            await _told(desk, club, people)
    finally:
        await owner.execute("select pg_advisory_unlock($1)", LOCK)
    return True


async def _told(desk: Desk, club: UUID, people: list[UUID]) -> None:
    members = [
        await _member(desk, club, person, state, place)
        for place, (person, state) in enumerate(zip(people, STATES, strict=False))
    ]
    present = [id for id, state in zip(members, STATES, strict=False) if state == "joined"]
    await _sessions(desk, club, present)
    await _evaluations(desk, present)
    await _last(desk, club, present)


async def _member(desk: Desk, club: UUID, person: UUID, state: str, place: int) -> UUID:
    """Asked half a year ago, and then as far as they came."""
    day = desk.days_ago(180 - place)
    told = {"club_id": club, "asked_on": day, "source": DEMO, "source_ref": f"membership/{place}"}
    id = await desk.on(day).do(OFFICER, MEMBERSHIPS.record, Tell(told, person_id=person))
    if state == "refused":
        await desk.do(OFFICER, MEMBERSHIPS.move, Shift(id, state, {"reason": "Chưa muốn tham gia"}))
        return id
    last = "joined" if state in AFTER else state
    for to, facts in JOINS:
        if state == "asked":
            break
        who = OFFICER if to == "agreed" else BOARD
        await desk.do(who, MEMBERSHIPS.move, Shift(id, to, facts))
        if to == last:
            break
    if state in AFTER:
        to, facts = AFTER[state]
        await desk.on(desk.days_ago(30)).do(BOARD, MEMBERSHIPS.move, Shift(id, to, facts))
    return id


async def _sessions(desk: Desk, club: UUID, members: list[UUID]) -> None:
    """The evening of the 10th: four held, one cancelled for rain."""
    for back, topic in enumerate(TOPICS, 1):
        day = _month(desk, back).replace(day=10)
        told = {"club_id": club, "starts_at": instant(day, 19), "topic": topic, "place": "Nhà văn hóa tổ 5"}
        session = await desk.on(day - timedelta(days=5)).do(BOARD, SESSIONS.record, Tell(told))
        desk.on(day, 21)
        if back == len(TOPICS):
            await desk.do(BOARD, SESSIONS.move, Shift(session, "cancelled", {"reason": "Mưa lớn, ngập đường"}))
            continue
        marks = [Came(id, "present" if (place + back) % 4 else "excused") for place, id in enumerate(members)]
        await desk.do(
            BOARD, taking_attendance, TakeAttendance(session, marks, (Family("partner", 2), Family("parent", 1)))
        )


async def _evaluations(desk: Desk, members: list[UUID]) -> None:
    """Each member for the last two whole months, but for one that is missing."""
    for back in (2, 1):
        for place, id in enumerate(members[back - 1 :]):
            scores = {"taking_part": 2 + (place + back) % 3, "family": 3, "work": 1 + place % 4}
            told = {"membership_id": id, "month": _month(desk, back), "changed": "Tham gia đều, vui vẻ hơn"} | scores
            await desk.on(_month(desk, back - 1).replace(day=3)).do(BOARD, EVALUATIONS.record, Tell(told))


async def _last(desk: Desk, club: UUID, members: list[UUID]) -> None:
    """A code for one member, and the session to come."""
    desk.on(desk.today)
    for id in members[:1]:
        await desk.do(BOARD, give_reading_code, GiveCode(id))
    coming = {"starts_at": instant(desk.today + timedelta(days=9), 19), "topic": "Học nghề ngắn hạn"}
    told = coming | {"club_id": club, "source": DEMO, "source_ref": TOLD}
    await desk.do(BOARD, SESSIONS.record, Tell(told))


def _month(desk: Desk, back: int) -> date:
    """The first day of a month before this one."""
    first = first_of(desk.today)
    for _ in range(back):
        first = first_of(first - timedelta(days=1))
    return first
