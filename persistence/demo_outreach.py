"""The demo's trainings, places, outreach, press, awards and inspections: planned and held, open, late and put right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from domain.keeping import Kept, Tell
from domain.law.instants import ZONE
from domain.outreach.recognition import AWARDS, INSPECTION_VISITS
from domain.outreach.rules import OUTREACH_ACTIVITIES, PLACES, PRESS_ITEMS, TRAININGS
from persistence.demo_desk import Desk, signed_in
from persistence.demo_models import unit
from persistence.demo_plan import DEMO
from persistence.records import Register

OFFICER: Final = "commune_officer.00611"
LOCK: Final = 7_302_019
LAST: Final = "inspection/late"
"""Reference of the row that is made last."""
WANTED: Final = """
select exists (select from person where source = $1) and exists (select from account where user_name = $2)
   and not exists (select from inspection_visit where source = $1 and source_ref = $3)
"""
TEAM: Final = "select id from support_model where source = $1 and source_ref = 'team' and state = 'active'"


async def tell_outreach(owner: Any, register: Register, now: datetime) -> bool:
    """Whether it was told: not where the demo has it, nor where there is no demo. A broken start goes on."""
    await owner.execute("select pg_advisory_lock($1)", LOCK)
    try:
        if not await owner.fetchval(WANTED, DEMO, OFFICER, LAST):
            return False
        async with signed_in(owner, register, (OFFICER,)) as actors:
            desk = Desk(register, owner, actors, {}, now.astimezone(ZONE))
            desk.tell("outreach")
            team = await owner.fetchval(TEAM, DEMO)
            await _trainings(desk, team)
            await _outreach(desk)
            await _awards(desk)
            await _inspections(desk)
    finally:
        await owner.execute("select pg_advisory_unlock($1)", LOCK)
    return True


async def _keep(desk: Desk, noun: Kept, ref: str, **told: Any) -> UUID:
    return await desk.do(OFFICER, noun.record, Tell(told | {"source": DEMO, "source_ref": ref}))


def _ago(desk: Desk, days: int) -> date:
    return desk.days_ago(days)


async def _trainings(desk: Desk, team: UUID | None) -> None:
    came: tuple[Mapping[str, Any], ...] = (
        {"group": "volunteers", "persons": 24},
        {"group": "club_board", "persons": 6},
    )
    held = {"title": "Kỹ năng tiếp cận, tư vấn ban đầu", "attendance": came, "certified": 28, "cost": 18_500_000}
    await _keep(
        desk,
        TRAININGS,
        "training/held",
        kind="course",
        audience=("volunteers", "club_board"),
        curriculum="Lắng nghe; không kỳ thị; chuyển gửi khi có đồng ý; giữ kín thông tin.",
        staff_names=("Trần Thị Thu", "Lê Thị Hạnh"),
        held_from=_ago(desk, 120),
        held_to=_ago(desk, 118),
        place="Nhà văn hóa phường",
        organiser="Chi cục Phòng, chống tệ nạn xã hội",
        certificate="Giấy chứng nhận tập huấn",
        support_model_id=team,
        **held,
    )
    await _keep(
        desk,
        TRAININGS,
        "training/planned",
        kind="study_visit",
        title="Tham quan mô hình câu lạc bộ B93",
        audience=("club_board", "commune_officers"),
        held_from=desk.today + timedelta(days=30),
    )


async def _outreach(desk: Desk) -> None:
    named = (
        ("zone", "industrial_zone", "Khu công nghiệp Nam Thăng Long", None),
        ("school", "school", "Trường THPT Xuân Đỉnh", None),
        ("venue", "entertainment_venue", "Cụm dịch vụ giải trí cũ", _ago(desk, 200)),
    )
    places = {
        ref: await _keep(desk, PLACES, f"place/{ref}", kind=kind, name=name, valid_from=date(2024, 1, 1), valid_to=end)
        for ref, kind, name, end in named
    }
    play = {"title": "Kịch ngắn “Đường về”", "form": "stage_play", "commissioned_body": "Nhà hát kịch Hà Nội"}
    await _keep(
        desk,
        OUTREACH_ACTIVITIES,
        "outreach/play",
        campaign="Tháng hành động phòng, chống ma túy",
        topics=("coming_home", "hiv_prevention", "prostitution_prevention"),
        place_ids=(places["zone"], places["school"]),
        held_from=_ago(desk, 90),
        audience=("workers", "students"),
        reached=650,
        sessions=2,
        cost=45_000_000,
        **play,
    )
    await _keep(
        desk,
        OUTREACH_ACTIVITIES,
        "outreach/loudspeaker",
        title="Phát thanh phường",
        form="loudspeaker",
        topics=("law", "drug_prevention"),
        held_from=_ago(desk, 30),
        held_to=_ago(desk, 1),
        audience=("residents",),
        sessions=12,
    )
    await _keep(
        desk,
        PRESS_ITEMS,
        "press/return",
        title="Nơi người trở về không thấy mình lạc lõng",
        published_on=_ago(desk, 60),
        outlet="Báo minh họa",
        level="province",
        link="https://bao.example.vn/duong-ve",
        topics=("coming_home",),
    )


async def _awards(desk: Desk) -> None:
    kinds = {"kind": "commendation", "awarded_by": "Chủ tịch UBND phường Xuân Đỉnh", "awarded_on": _ago(desk, 100)}
    person = {"recipient_kind": "individual", "title": "Gương tái hòa nhập"}
    named: tuple[tuple[str, Mapping[str, Any]], ...] = (
        (
            "unit",
            {"title": "Trạm y tế tiêu biểu", "recipient_kind": "unit", "recipient_unit_id": unit("health_station")},
        ),
        ("team", {"title": "Đội tình nguyện", "recipient_kind": "collective", "recipient_name": "Đội công tác xã hội"}),
        ("staff", person | {"title": "Cán bộ", "individual_kind": "staff", "recipient_name": "Lê Thị Hạnh"}),
        ("example", person | _example(desk)),
        ("withdrawn", person | _example(desk) | {"consent_withdrawn_on": _ago(desk, 10)}),
    )
    for ref, told in named:
        await _keep(desk, AWARDS, f"award/{ref}", **kinds, **told)


def _example(desk: Desk) -> dict[str, Any]:
    """Somebody made up, who agreed to be named."""
    return {"individual_kind": "good_example", "recipient_name": "Nguyễn Văn Minh Họa", "consent_on": _ago(desk, 105)}


async def _inspections(desk: Desk) -> None:
    body = {"kind": "inspection", "body": "Đoàn kiểm tra thành phố", "subject": "Sổ sách của đội và câu lạc bộ"}
    found = {"findings": "Thiếu sổ theo dõi lượt tư vấn", "remedy": "Lập sổ theo dõi"}
    await _keep(desk, INSPECTION_VISITS, "inspection/fine", **body, visited_on=_ago(desk, 300), findings="Đạt yêu cầu")
    done = {"remedied_on": _ago(desk, 150), "remedied_how": "Đã lập sổ"}
    right = body | found | {"visited_on": _ago(desk, 180), "remedy_due_on": _ago(desk, 140)}
    await _keep(desk, INSPECTION_VISITS, "inspection/right", **right, **done)
    coming = body | found | {"visited_on": _ago(desk, 20), "remedy_due_on": desk.today + timedelta(days=20)}
    await _keep(desk, INSPECTION_VISITS, "inspection/open", **coming)
    late = body | found | {"visited_on": _ago(desk, 80), "remedy_due_on": _ago(desk, 20)}
    await _keep(desk, INSPECTION_VISITS, LAST, **late)
