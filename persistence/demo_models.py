"""The demo's support models in every state, with boards, volunteers, reviews, partners and contributions.

Other slices find a model by its reference: `club`, `team`, `point`, `pilot`, `new_club`, `old_club` of source DEMO.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from domain.contribution.rules import CONTRIBUTIONS
from domain.keeping import Kept, Shift, Tell
from domain.law.instants import ZONE
from domain.model_member.rules import MODEL_MEMBERS
from domain.model_partner.rules import MODEL_PARTNERS
from domain.model_review.rules import MODEL_REVIEWS
from domain.organisation.rules import ORGANISATIONS
from domain.support_model.rules import SUPPORT_MODEL_KINDS, SUPPORT_MODELS
from domain.volunteer.rules import VOLUNTEERS
from persistence.demo_cases import CODE, NEIGHBOUR
from persistence.demo_cases import UNITS as OWN_AND_NEIGHBOUR
from persistence.demo_desk import Desk, signed_in
from persistence.demo_plan import DEMO
from persistence.demo_plan import ORGANISATIONS as UNITS
from persistence.records import Register

OFFICER: Final = "commune_officer.00611"
AREA: Final = "district_officer.01-1"
LOCK: Final = 7_302_013
TOLD: Final = "told"
"""Reference of the row that is made last."""
WANTED: Final = """
select exists (select from person where source = $1) and exists (select from account where user_name = $2)
   and not exists (select from contribution where source = $1 and source_ref = $3)
"""
ISSUER: Final = "UBND phường Xuân Đỉnh"


def unit(kind: str) -> UUID:
    """The unit of the commune of the stories whose users work for a model."""
    return next(one.id for one in UNITS if one.kind == kind and one.parent_code == "00611")


async def keep(desk: Desk, noun: Kept, ref: str, **told: Any) -> UUID:
    """Record a row of the demo."""
    return await desk.do(OFFICER, noun.record, Tell(told | {"source": DEMO, "source_ref": ref}))


async def move(desk: Desk, noun: Kept, id: UUID, to: str, **told: Any) -> UUID:
    return await desk.do(OFFICER, noun.move, Shift(id, to, told))


async def tell_models(owner: Any, register: Register, now: datetime) -> bool:
    """Whether they were told: not where the demo has them, nor where there is no demo. A broken start goes on."""
    await owner.execute("select pg_advisory_lock($1)", LOCK)
    try:
        if not await owner.fetchval(WANTED, DEMO, OFFICER, TOLD):
            return False
        units = {row["name"]: row["id"] for row in await owner.fetch(OWN_AND_NEIGHBOUR, CODE, NEIGHBOUR)}
        async with signed_in(owner, register, (OFFICER, AREA)) as actors:
            desk = Desk(register, owner, actors, units, now.astimezone(ZONE))
            desk.tell("support_models")
            await _told(desk)
    finally:
        await owner.execute("select pg_advisory_unlock($1)", LOCK)
    return True


async def _told(desk: Desk) -> None:
    models = {
        "team": await _team(desk),
        "point": await _point(desk),
        "club": await _club(desk),
    }
    await _pilot(desk)
    await _others(desk)
    await _organisations(desk, models)


async def _founded(desk: Desk, ref: str, days: int, **told: Any) -> UUID:
    """A model that has been at work for so many days."""
    day = desk.days_ago(days)
    model = await keep(desk.on(day), SUPPORT_MODELS, ref, **told)
    decided = {"decision_number": desk.number("QĐ-UBND"), "decision_on": day, "decision_by": ISSUER}
    return await move(desk, SUPPORT_MODELS, model, "active", founded_on=day, **decided)


async def _team(desk: Desk) -> UUID:
    """Volunteers: one led before, one paused, one is trained anew."""
    team = await _founded(
        desk,
        "team",
        900,
        unit_id=unit("volunteer_team"),
        kind="volunteer_team",
        name="Đội công tác xã hội tình nguyện phường Xuân Đỉnh",
        host_kind="commune",
        host_name=ISSUER,
        meeting_rhythm="monthly",
        meeting_when="Sáng thứ Bảy tuần đầu",
        place="Nhà văn hóa phường",
    )
    trained = {"topic": "Kỹ năng tiếp cận, tư vấn", "on": desk.days_ago(700), "hours": 24, "certificate": "12/GCN"}
    seats = (
        ("Nguyễn Văn Hải", [_held("member", desk, 900, 401), _held("captain", desk, 400)], (trained,)),
        ("Trần Thị Thu", [_held("captain", desk, 900, 401), _held("deputy", desk, 400)], (trained,)),
        ("Lê Thị Hạnh", [_held("member", desk, 800)], ()),
        ("Phạm Quốc Dũng", [_held("member", desk, 900, 600), _held("member", desk, 200)], (trained,)),
        ("Đỗ Minh Châu", [_held("member", desk, 700, 120)], ()),
    )
    for place, (name, periods, trainings) in enumerate(seats):
        facts = {"support_model_id": team, "full_name": name, "periods": periods, "trainings": trainings}
        await keep(desk.on(desk.days_ago(100)), VOLUNTEERS, f"volunteer/{place}", **facts)
    await _reviewed(desk, team, 90, "team", rating="good", results="Tiếp cận đủ các tổ dân phố.")
    return team


def _held(role: str, desk: Desk, since: int, until: int | None = None) -> Mapping[str, Any]:
    period: dict[str, Any] = {"role": role, "since": desk.days_ago(since)}
    return period if until is None else period | {"until": desk.days_ago(until)}


async def _point(desk: Desk) -> UUID:
    """The counselling point: its review names a limit, and the remedy is due soon."""
    point = await _founded(
        desk,
        "point",
        500,
        unit_id=unit("counselling_point"),
        kind="counselling_point",
        name="Điểm tư vấn phường Xuân Đỉnh",
        host_kind="health_station",
        host_name="Trạm y tế phường Xuân Đỉnh",
        meeting_rhythm="weekly",
        meeting_when="Chiều thứ Ba, thứ Năm",
        place="Trạm y tế phường",
    )
    board = (
        ("BS. Vũ Thị Mai", "chair", ("health", "referral"), "Trạm y tế"),
        ("Nguyễn Thị Lan", "counsellor", ("counselling", "family"), "Hội Phụ nữ"),
    )
    await _seated(desk, point, "point", 500, board)
    await _reviewed(
        desk,
        point,
        20,
        "point",
        rating="fair",
        limits="Ít khách hàng ngoài giờ hành chính.",
        remedy="Mở thêm một buổi tối mỗi tuần.",
        remedy_due_on=desk.today + timedelta(days=25),
    )
    return point


async def _club(desk: Desk) -> UUID:
    club = await _founded(
        desk,
        "club",
        400,
        unit_id=unit("club"),
        kind="club",
        name="Câu lạc bộ Điểm Tựa phường Xuân Đỉnh (B93)",
        host_kind="mass_organisation",
        host_name="Hội Cựu chiến binh phường",
        meeting_rhythm="monthly",
        meeting_when="Tối ngày 10",
        place="Nhà văn hóa tổ 5",
        regulations="Hội viên tham gia tự nguyện. Sinh hoạt mỗi tháng một lần. Không hỏi chuyện cũ.",
    )
    board = (
        ("Hoàng Văn Thắng", "chair", ("outreach", "reporting"), "Hội Cựu chiến binh"),
        ("Bùi Thị Nga", "deputy_chair", ("family", "communication"), "Hội Phụ nữ"),
        ("Đặng Quang Minh", "secretary", ("reporting",), "Đoàn Thanh niên"),
        ("Ngô Thị Hiền", "treasurer", ("finance",), "Mặt trận Tổ quốc"),
        ("Trịnh Văn Sơn", "member", ("work_and_training", "loans"), "Hội Nông dân"),
    )
    await _seated(desk, club, "club", 400, board)
    await keep(
        desk,
        MODEL_MEMBERS,
        "club/former",
        support_model_id=club,
        full_name="Lương Văn Phúc",
        role="member",
        valid_from=desk.days_ago(400),
        valid_to=desk.days_ago(150),
        end_reason="Chuyển nơi ở",
    )
    first = await _reviewed(
        desk, club, 210, "club/first", rating="weak", limits="Sinh hoạt không đều.", **_remedied(desk)
    )
    await _reviewed(
        desk, club, 30, "club/second", rating="good", results="Sinh hoạt đều hằng tháng.", copied_from_id=first
    )
    return club


def _remedied(desk: Desk) -> dict[str, Any]:
    due = desk.days_ago(150)
    return {"remedy": "Cố định lịch tối ngày 10.", "remedy_due_on": due, "remedied_on": due - timedelta(days=5)}


async def _seated(desk: Desk, model: UUID, name: str, days: int, board: tuple[Any, ...]) -> None:
    for place, (full_name, role, areas, body) in enumerate(board):
        facts = {"full_name": full_name, "role": role, "task_areas": areas, "body": body}
        since = {"support_model_id": model, "valid_from": desk.days_ago(days)}
        await keep(desk.on(desk.days_ago(days)), MODEL_MEMBERS, f"{name}/member/{place}", **facts, **since)


async def _reviewed(desk: Desk, model: UUID, days: int, ref: str, **told: Any) -> UUID:
    on = desk.days_ago(days)
    period = {"period_from": on - timedelta(days=180), "period_to": on - timedelta(days=1), "reviewed_by": ISSUER}
    # what was remedied since then was recorded later
    desk.on(told.get("remedied_on") or on)
    return await keep(desk, MODEL_REVIEWS, f"review/{ref}", support_model_id=model, reviewed_on=on, **period, **told)


async def _pilot(desk: Desk) -> None:
    """A kind that an area tries, and a model of it that serves two communes."""
    kind = {
        "code": "school_prevention",
        "name_vi": "Trường học phòng ngừa (thí điểm)",
        "name_en": "School for prevention (pilot)",
        "pilot": True,
        "legal_basis": "Kế hoạch của Thành phố (minh họa)",
        "valid_from": date(2025, 9, 1),
    }
    desk.on(desk.days_ago(60))
    await desk.do(AREA, SUPPORT_MODEL_KINDS.record, Tell(kind | {"source": DEMO, "source_ref": "school_prevention"}))
    facts = {
        "unit_id": desk.units["own"],
        "kind": "school_prevention",
        "name": "Trường THPT Xuân Đỉnh phòng ngừa từ sớm",
        "host_kind": "school",
        "host_name": "Trường THPT Xuân Đỉnh",
        "source": DEMO,
        "source_ref": "pilot",
    }
    await desk.do(AREA, SUPPORT_MODELS.record, Tell(facts))


async def _others(desk: Desk) -> None:
    """A club that is planned, and one that was closed."""
    own = {"unit_id": desk.units["own"], "kind": "club"}
    await keep(desk.on(desk.days_ago(10)), SUPPORT_MODELS, "new_club", name="Câu lạc bộ Bạn đồng hành", **own)
    old = await _founded(desk, "old_club", 1500, name="Câu lạc bộ B93 tổ 12", **own)
    end = {"closed_on": desk.days_ago(420), "close_reason": "Nhập vào câu lạc bộ của phường"}
    await move(desk.on(desk.days_ago(420)), SUPPORT_MODELS, old, "closed", **end)


PARTNERS: Final = (
    ("school", "Trường Trung cấp nghề số 1 (minh họa)", "vocational_school", None, "teaches", "team"),
    ("factory", "Công ty May Hồ Tây (minh họa)", "enterprise", None, "employs", "club"),
    ("sponsor", "Quỹ Bạn đồng hành (minh họa)", "sponsor", "FR", "funds", "club"),
    ("front", "Ủy ban Mặt trận Tổ quốc phường Xuân Đỉnh", "fatherland_front", None, "mobilises", "club"),
    ("bank", "Điểm giao dịch VBSP phường Xuân Đỉnh (minh họa)", "policy_bank", None, "lends", "club"),
    ("legal", "Trung tâm Trợ giúp pháp lý (minh họa)", "legal_service", None, "advises", "point"),
)


async def _organisations(desk: Desk, models: Mapping[str, UUID]) -> None:
    known = {}
    for ref, name, kind, country, part, model in PARTNERS:
        facts = {"name": name, "kind": kind} | ({"country": country} if country else {})
        known[ref] = await keep(desk.on(desk.days_ago(300)), ORGANISATIONS, ref, **facts)
        told = {"support_model_id": models[model], "organisation_id": known[ref], "part": part}
        await keep(desk, MODEL_PARTNERS, f"{ref}/part", valid_from=desk.days_ago(300), **told)
    await _contributions(desk, models["club"], known)


async def _contributions(desk: Desk, club: UUID, known: Mapping[str, UUID]) -> None:
    """One of each state: pledged, come in part, received, withdrawn."""
    on = desk.days_ago(120)
    pledged = {"support_model_id": club, "pledged_on": on}
    money = pledged | {"organisation_id": known["sponsor"], "kind": "money"}
    part = await keep(desk.on(on), CONTRIBUTIONS, "money/part", pledged_vnd=60_000_000, **money)
    await move(
        desk.on(desk.days_ago(60)), CONTRIBUTIONS, part, "partly_received", received_on=desk.days_ago(60),
        received_vnd=25_000_000,
    )  # fmt: skip
    whole = await keep(desk.on(on), CONTRIBUTIONS, "money/whole", pledged_vnd=15_000_000, purpose="Sách, loa", **money)
    await move(desk.on(desk.days_ago(90)), CONTRIBUTIONS, whole, "received", received_on=desk.days_ago(90))
    jobs = pledged | {"organisation_id": known["factory"], "kind": "jobs", "pledged_places": 4}
    gone = await keep(desk.on(on), CONTRIBUTIONS, "jobs/gone", **jobs)
    left = {"withdrawn_on": desk.days_ago(40), "withdraw_reason": "Xưởng chuyển địa điểm"}
    await move(desk.on(desk.days_ago(40)), CONTRIBUTIONS, gone, "withdrawn", **left)
    places = pledged | {"organisation_id": known["school"], "kind": "training_places", "pledged_places": 10}
    await keep(desk.on(on), CONTRIBUTIONS, TOLD, due_on=desk.today + timedelta(days=30), **places)
