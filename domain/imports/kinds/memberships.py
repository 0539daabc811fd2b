"""Import of memberships of clubs, with the state that each has come to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from domain.club.memberships import MEMBERSHIPS as KEPT
from domain.imports.kept_work import KeptWork, kept_kind
from domain.imports.kind import Column, Values
from domain.imports.kinds.of_person import EARLIER, OF_PERSON, ONE_ROW
from domain.imports.kinds.persons import spoken
from domain.imports.pointing import Points
from domain.imports.values import day, prose, truth, word_of
from domain.keeping import Row
from domain.reading import Kind
from domain.support_model.noun import StandingKind

STATES: Final = {
    "asked": "Đã vận động",
    "agreed": "Đồng ý cho liên hệ",
    "invited": "Đã mời",
    "joined": "Đang tham gia",
    "suspended": "Tạm dừng",
    "left": "Đã rời",
    "refused": "Từ chối",
}
ROLES: Final = {"member": "Thành viên", "group_leader": "Nhóm trưởng", "peer_supporter": "Đồng đẳng viên"}
AGREED_BY: Final = {"person": "Bản thân", "representative": "Người đại diện"}
DAYS: Final = {"agreed": "agreed_on", "joined": "joined_on", "left": "left_on", "refused": "left_on"}
COLUMNS: Final = (
    *OF_PERSON,
    Column(
        "club",
        prose,
        "Câu lạc bộ",
        "Club",
        Kind.CLUB,
        ("clb", "tên câu lạc bộ", "clb b93"),
        "tên, mã hoặc id của câu lạc bộ đang hoạt động",
        required=True,
    ),
    Column("role", word_of(spoken(ROLES)), "Vai trò", "Role", Kind.CLUB, words=ROLES),
    Column("namesake", truth, "Chỉ trùng tên ban chủ nhiệm", "Namesake of the board", Kind.CLUB),
    Column("asked_on", day, "Ngày vận động", "Asked on", Kind.CLUB),
    Column("agreed_by", word_of(spoken(AGREED_BY)), "Người đồng ý", "Agreed by", Kind.CLUB, words=AGREED_BY),
    Column("agreed_on", day, "Ngày đồng ý", "Agreed on", Kind.CLUB),
    Column(
        "joined_on", day, "Ngày tham gia", "Joined on", Kind.CLUB, ("ngày vào câu lạc bộ", "ngày vào", "ngày gia nhập")
    ),
    Column("left_on", day, "Ngày rời", "Left on", Kind.CLUB, ("ngày ra khỏi câu lạc bộ",)),
    Column("state", word_of(spoken(STATES)), "Trạng thái", "State", Kind.CLUB, ("tình trạng",), words=STATES),
    Column("reason", prose, "Lý do", "Reason", Kind.CLUB),
)


def asked(values: Values, row: Row | None, today: date) -> Mapping[str, Any]:
    """Nobody joins unasked: where the file does not say when, it was on the first day that it knows."""
    if row is not None or "asked_on" in values:
        return {}
    return {"asked_on": min((values[name] for name in DAYS.values() if name in values), default=today)}


def since(to: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The day of a move: its own, else that of the last one before it of which the file knows."""
    days = [given[name] for name in ("asked_on", "agreed_on", "joined_on") if given.get(name) is not None]
    before = {"agreed": days[:1], "invited": days[:2] if "agreed_on" in given else days[:1]}.get(str(to), [])
    own = given.get(DAYS.get(str(to), ""))
    told = own or (before[-1] if before else None)
    return {"since": told} if told is not None else {}


MEMBERSHIPS: Final = kept_kind(
    "memberships",
    "Thành viên câu lạc bộ",
    "Club memberships",
    KeptWork(
        KEPT,
        same=("club_id", "asked_on"),
        points=(Points("club", "club_id", "support_model", {"kind": StandingKind.CLUB.value}),),
        moved=("agreed_by", "agreed_on", "joined_on", "left_on", "reason"),
        with_move={"left": ("reason",), "refused": ("reason",)},
        stepped={state: (name,) for state, name in DAYS.items()},
        implied=(("left_on", "left"), ("joined_on", "joined"), ("agreed_on", "agreed")),
        shape=asked,
        step=since,
    ),
    COLUMNS,
    ONE_ROW,
    "Chỉ người đã đồng ý mới được ghi là tham gia: cột Người đồng ý là bắt buộc khi đó.",
    EARLIER,
    pointers={"/since": "joined_on"},
)
