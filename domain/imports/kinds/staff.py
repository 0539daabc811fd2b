"""Import of boards and teams of support models: staff lists, dated and separate from users."""

from __future__ import annotations

from typing import Final

from domain.imports.kept_work import KeptWork, kept_kind
from domain.imports.kind import Column
from domain.imports.kinds.of_person import THROUGH
from domain.imports.kinds.persons import REF, spoken
from domain.imports.kinds.volunteers import OF_MODEL, OWN_NAME, UNIT
from domain.imports.values import day, prose, word_of, words_of
from domain.model_member.noun import MemberRole
from domain.model_member.rules import MODEL_MEMBERS as KEPT
from domain.reading import Kind

ROLES: Final = {
    "chair": "Chủ nhiệm",
    "deputy_chair": "Phó chủ nhiệm",
    "captain": "Đội trưởng",
    "deputy": "Đội phó",
    "secretary": "Thư ký",
    "treasurer": "Thủ quỹ",
    MemberRole.COUNSELLOR.value: "Tư vấn viên",
    "member": "Thành viên",
}
AREAS: Final = {
    "outreach": "Tiếp cận cộng đồng",
    "counselling": "Tư vấn",
    "legal_advice": "Pháp lý",
    "health": "Sức khỏe",
    "referral": "Chuyển gửi",
    "work_and_training": "Học nghề và việc làm",
    "loans": "Vay vốn",
    "family": "Gia đình",
    "communication": "Truyền thông",
    "finance": "Tài chính",
    "reporting": "Báo cáo",
}
COLUMNS: Final = (
    REF,
    OF_MODEL,
    UNIT,
    OWN_NAME,
    Column(
        "role",
        word_of(spoken(ROLES, trưởng_ban="chair", phó_ban="deputy_chair", ủy_viên="member")),
        "Chức danh",
        "Role",
        Kind.OPEN,
        ("vai trò", "chức vụ"),
        required=True,
        words=ROLES,
    ),
    Column(
        "task_areas",
        words_of(spoken(AREAS)),
        "Mảng việc",
        "Task areas",
        Kind.OPEN,
        ("nhiệm vụ", "phụ trách"),
        f"nhiều mảng cách nhau bằng dấu ; ({'; '.join(AREAS.values())})",
    ),
    Column("body", prose, "Cơ quan cử", "Body", Kind.OPEN, ("đơn vị cử", "tổ chức")),
    Column("valid_from", day, "Từ ngày", "From", Kind.OPEN, ("ngày bắt đầu",), required=True),
    Column("valid_to", day, "Đến ngày", "To", Kind.OPEN, ("ngày kết thúc",), "ngày cuối cùng"),
    Column("end_reason", prose, "Lý do thôi", "End reason", Kind.OPEN),
)
STAFF: Final = kept_kind(
    "staff",
    "Ban chủ nhiệm, nhân sự của mô hình",
    "Staff of support models",
    KeptWork(KEPT, same=("full_name", "role", "valid_from"), holder="support_model_id", points=(THROUGH,)),
    COLUMNS,
    "Mỗi dòng một người với một chức danh.",
)
