"""The demo's needs, plans, training, jobs, households and loans in every state, told by the officer's own acts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import cycle
from typing import Any, Final
from uuid import UUID

from domain.household.rules import HOUSEHOLD_STATUSES
from domain.job.rules import JOB_CHECKS, JOB_PLACEMENTS
from domain.keeping import Kept, Shift, Tell
from domain.law.instants import ZONE
from domain.loan.lists import LOAN_LIST_LINES, LOAN_LISTS
from domain.loan.rules import LOAN_SUPPORTS
from domain.need.rules import NEEDS
from domain.plan.rules import PLAN_REVIEWS, PLAN_STEPS, PLANS
from domain.vocational.rules import VOCATIONAL_SUPPORTS
from persistence.demo_cases import CODE
from persistence.demo_desk import Desk, signed_in
from persistence.demo_plan import DEMO
from persistence.records import Register

OFFICER: Final = "commune_officer.00611"
LOCK: Final = 7_302_016
LAST: Final = "loan/of_an_enterprise"
"""Reference of what is told last."""
WANTED: Final = """
select exists (select from person where source = $1) and exists (select from account where user_name = $2)
   and not exists (select from loan_support where source = $1 and source_ref = $3)
"""
PEOPLE: Final = """
select p.id from person p join unit u on u.no = p.unit_no
where u.level = 'commune' and u.code = $1 and u.valid_to is null and p.source = $2 and p.voided_at is null
order by p.source_ref desc limit 80
"""
ON: Final = object()
"""The day of the step."""
Facts = Mapping[str, Any]
Steps = tuple[tuple[str, Facts], ...]
ENROLLED: Final[Steps] = (
    ("enrolled", {"enrolled_on": ON, "trade": "May công nghiệp", "funding": "state_short_course", "cost_vnd": 0}),
)
FINISHED: Final[Steps] = (*ENROLLED, ("finished", {"finished_on": ON}))
PLACED: Final[Steps] = (("placed", {"placed_on": ON, "income_band": "from_5_to_8"}),)
LISTED: Final[Steps] = (("listed", {}),)
APPLIED: Final[Steps] = (*LISTED, ("applied", {"applied_on": ON}))
APPROVED: Final[Steps] = (*APPLIED, ("approved", {"decided_on": ON, "amount_vnd": 80_000_000, "months": 60}))
PAID: Final[Steps] = (*APPROVED, ("disbursed", {"disbursed_on": ON}))
STORIES: Final[tuple[tuple[str, Kept, int, Facts, Steps], ...]] = (
    # name, noun, how many days ago it began, what is told, one step every tenth day
    ("need/open", NEEDS, 12, {"kind": "job", "found_on": ON, "detail": "Muốn làm gần nhà"}, ()),
    ("need/idle", NEEDS, 45, {"kind": "housing", "found_on": ON, "detail": "Nhà dột, chưa có ai giúp"}, ()),
    ("need/met", NEEDS, 60, {"kind": "papers", "found_on": ON}, (("met", {"met_on": ON}),)),
    (
        "need/withdrawn",
        NEEDS,
        50,
        {"kind": "loan", "found_on": ON},
        (("withdrawn", {"withdrawn_on": ON, "reason": "gia đình tự lo được"}),),
    ),
    ("training/advised", VOCATIONAL_SUPPORTS, 9, {"advised_on": ON}, ()),
    ("training/enrolled", VOCATIONAL_SUPPORTS, 40, {"advised_on": ON}, ENROLLED),
    ("training/finished", VOCATIONAL_SUPPORTS, 60, {"advised_on": ON}, FINISHED),
    (
        "training/certified",
        VOCATIONAL_SUPPORTS,
        90,
        {"advised_on": ON},
        (*FINISHED, ("certified", {"certified_on": ON, "certificate_number": "118/CC"})),
    ),
    (
        "training/dropped",
        VOCATIONAL_SUPPORTS,
        70,
        {"advised_on": ON},
        (*ENROLLED, ("dropped", {"dropped_on": ON, "reason": "chăm người ốm"})),
    ),
    ("job/sought", JOB_PLACEMENTS, 15, {"sought_on": ON, "occupation": "thợ hàn"}, ()),
    ("job/placed", JOB_PLACEMENTS, 130, {"sought_on": ON, "employer_name": "Xưởng may Đông Ngạc"}, PLACED),
    (
        "job/ended",
        JOB_PLACEMENTS,
        150,
        {"sought_on": ON},
        (*PLACED, ("ended", {"ended_on": ON, "end_reason": "contract_ended"})),
    ),
    (
        "household/poor",
        HOUSEHOLD_STATUSES,
        30,
        {"year": 2025, "poverty": "poor", "programmes": ("health_insurance",)},
        (),
    ),
    ("household/near_poor", HOUSEHOLD_STATUSES, 30, {"year": 2026, "poverty": "near_poor"}, ()),
)
LOANS: Final[tuple[tuple[str, int, Steps], ...]] = (
    ("need", 10, ()),
    ("listed", 40, LISTED),
    ("applied", 45, APPLIED),
    ("approved", 50, APPROVED),
    ("refused", 55, (*APPLIED, ("refused", {"decided_on": ON, "reason": "đang có nợ quá hạn"}))),
    ("disbursed", 70, PAID),
    ("repaying", 80, (*PAID, ("repaying", {"repaying_on": ON}))),
    ("overdue", 90, (*PAID, ("overdue", {"overdue_on": ON, "overdue_vnd": 2_400_000}))),
    ("closed", 95, (*PAID, ("closed", {"closed_on": ON}))),
    ("withdrawn", 30, (("withdrawn", {"reason": "không vay nữa"}),)),
)
ENTERPRISE: Final[Facts] = {
    "borrower": "enterprise",
    "enterprise_name": "Công ty TNHH Hy Vọng",
    "purpose": "job_creation",
    "asked_vnd": 1_500_000_000,
    "months": 96,
    "staff": 24,
    "staff_post_rehab": 3,
}


async def tell_livelihood(owner: Any, register: Register, now: datetime) -> bool:
    """Whether they were told: not where the demo has them, nor where there is no demo. A broken start goes on."""
    await owner.execute("select pg_advisory_lock($1)", LOCK)
    try:
        if not await owner.fetchval(WANTED, DEMO, OFFICER, LAST):
            return False
        found = [row["id"] for row in await owner.fetch(PEOPLE, CODE, DEMO)]
        people = found[40:] or found  # others' stories are told of the first ones
        async with signed_in(owner, register, (OFFICER,)) as actors:
            await _told(Desk(register, owner, actors, {}, now.astimezone(ZONE)), people)
    finally:
        await owner.execute("select pg_advisory_unlock($1)", LOCK)
    return True


async def _told(desk: Desk, people: list[UUID]) -> None:
    """One person a story, and round again where people are few; the enterprise is nobody's and comes last."""
    turn = cycle(people)
    for person, (name, kept, days, told, steps) in zip(turn, STORIES, strict=False):
        row = await _story(desk, name, kept, days, told, steps, person)
        if name == "job/placed":
            check = {"job_placement_id": row, "months": 3, "checked_on": desk.days_ago(20), "in_work": True}
            await desk.on(desk.days_ago(20)).do(OFFICER, JOB_CHECKS.record, Tell(check, person_id=person))
    await _planned(desk, next(turn))
    await _finished(desk, next(turn))
    await _loans(desk, [next(turn) for _story in LOANS])
    await _story(desk, LAST, LOAN_SUPPORTS, 20, {**ENTERPRISE, "asked_on": ON}, (), None)


async def _story(desk: Desk, name: str, kept: Kept, days: int, told: Facts, steps: Steps, person: UUID | None) -> UUID:
    desk.tell(name)
    desk.on(desk.days_ago(days))
    given = _dated(desk, told) | {"source": DEMO, "source_ref": name}
    row = await desk.do(OFFICER, kept.record, Tell(given, person_id=person))
    for place, (state, facts) in enumerate(steps, 1):
        desk.on(desk.days_ago(max(days - 10 * place, 0)), 10 + place)
        await desk.do(OFFICER, kept.move, Shift(row, state, _dated(desk, facts)))
    return row


def _dated(desk: Desk, facts: Facts) -> dict[str, Any]:
    return {name: desk.now.date() if value is ON else value for name, value in facts.items()}


async def _planned(desk: Desk, person: UUID) -> None:
    """A plan agreed, reviewed, and followed by a second edition; a third is a draft, and one was withdrawn."""
    told = {"drawn_on": ON, "goals": "Có nghề, có việc làm ổn định", "resources": "Gia đình ủng hộ"}
    first = await _story(desk, "plan/first", PLANS, 100, told, (), person)
    steps = [
        await _step(desk, person, first, what, days) for what, days in (("Làm lại căn cước", 70), ("Học nghề may", -20))
    ]
    await _agreed(desk, first, 95)
    await desk.on(desk.days_ago(72)).do(
        OFFICER, PLAN_STEPS.move, Shift(steps[0], "done", {"done_on": desk.days_ago(72)})
    )
    await _reviewed(desk, person, first, 60, "Đã có giấy tờ")
    told |= {"supersedes_id": first, "goals": "Có nghề may, làm gần nhà"}
    second = await _story(desk, "plan/second", PLANS, 40, told, (), person)
    await _agreed(desk, second, 38)
    await _reviewed(desk, person, second, 20, "Đang học nghề, đi học đều")
    await _story(desk, "plan/third", PLANS, 5, told | {"supersedes_id": second}, (), person)
    given: Steps = (("withdrawn", {"reason": "lập trùng"}),)
    del told["supersedes_id"]
    await _story(desk, "plan/withdrawn", PLANS, 30, told, given, person)


async def _finished(desk: Desk, person: UUID) -> None:
    """A plan that was carried through: one step done, one dropped for a better way."""
    told = {"drawn_on": ON, "goals": "Về lại nghề thợ xây"}
    plan = await _story(desk, "plan/completed", PLANS, 200, told, (), person)
    kept = await _step(desk, person, plan, "Tìm tổ thợ nhận việc", 170)
    dropped = await _step(desk, person, plan, "Học lớp xây dựng", 160)
    await _agreed(desk, plan, 198)
    desk.on(desk.days_ago(165))
    await desk.do(OFFICER, PLAN_STEPS.move, Shift(kept, "done", {"done_on": desk.days_ago(165)}))
    await desk.do(OFFICER, PLAN_STEPS.move, Shift(dropped, "dropped", {"reason": "đã có việc, không cần học"}))
    desk.on(desk.days_ago(100))
    await desk.do(OFFICER, PLANS.move, Shift(plan, "completed", {"ended_on": desk.days_ago(100)}))


async def _step(desk: Desk, person: UUID, plan: UUID, what: str, days: int) -> UUID:
    told = {"plan_id": plan, "what": what, "owner": "person", "due_on": desk.days_ago(days)}
    return await desk.do(OFFICER, PLAN_STEPS.record, Tell(told, person_id=person))


async def _reviewed(desk: Desk, person: UUID, plan: UUID, days: int, findings: str) -> None:
    """Looked at with the person; the next look is fifty days on."""
    told = {"plan_id": plan, "held_on": desk.days_ago(days), "with_person": True, "findings": findings}
    told |= {"next_on": desk.days_ago(days - 50)}
    await desk.on(desk.days_ago(days)).do(OFFICER, PLAN_REVIEWS.record, Tell(told, person_id=person))


async def _agreed(desk: Desk, plan: UUID, days: int) -> None:
    told = {"made_with_person": True, "made_with_person_on": desk.days_ago(days)}
    await desk.on(desk.days_ago(days)).do(OFFICER, PLANS.move, Shift(plan, "agreed", told))


async def _loans(desk: Desk, people: list[UUID]) -> None:
    """The list of Decision 08/2026 confirmed, another still a draft, one withdrawn; a loan in each state."""
    told = {"programme": "q08", "made_on": ON, "made_by": "Công an phường"}
    listed = await _story(desk, "loan_list/confirmed", LOAN_LISTS, 120, told, (), None)
    lines = {}
    for person in dict.fromkeys(people):
        lines[person] = await desk.do(OFFICER, LOAN_LIST_LINES.record, Tell({"loan_list_id": listed}, person_id=person))
    desk.on(desk.days_ago(115))
    for line in lines.values():
        await desk.do(OFFICER, LOAN_LIST_LINES.move, Shift(line, "confirmed", {"answered_on": desk.days_ago(115)}))
    shift = Shift(listed, "confirmed", {"confirmed_on": desk.days_ago(115), "confirmed_number": "12/XN-UBND"})
    await desk.do(OFFICER, LOAN_LISTS.move, shift)
    for person, (name, days, steps) in zip(people, LOANS, strict=False):
        told = {"borrower": "person", "purpose": "production", "asked_on": ON, "asked_vnd": 80_000_000}
        told |= {"loan_list_line_id": lines[person], "law_abiding": True}
        await _story(desk, f"loan/{name}", LOAN_SUPPORTS, days, told, steps, person)
    told = {"programme": "q08", "made_on": ON, "made_by": "Công an phường"}
    waiting = await _story(desk, "loan_list/draft", LOAN_LISTS, 6, told, (), None)
    for person in dict.fromkeys(people[:3]):
        line = await desk.do(OFFICER, LOAN_LIST_LINES.record, Tell({"loan_list_id": waiting}, person_id=person))
    rejected = {"answered_on": desk.now.date(), "reason": "đang vay chương trình khác"}
    await desk.do(OFFICER, LOAN_LIST_LINES.move, Shift(line, "rejected", rejected))
    given: Steps = (("withdrawn", {"reason": "lập trùng"}),)
    await _story(desk, "loan_list/withdrawn", LOAN_LISTS, 25, told, given, None)
