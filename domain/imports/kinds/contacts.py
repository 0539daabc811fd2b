"""Import of counselling of persons on the register: when, how and about what. Notes stay with their author."""

from __future__ import annotations

from typing import Final

from domain.contact.rules import CONTACTS as KEPT
from domain.contact.rules import MOST_MINUTES
from domain.imports.kept_work import KeptWork, kept_kind
from domain.imports.kind import Column
from domain.imports.kinds.of_person import MODEL, OF_PERSON, ONE_ROW, THROUGH
from domain.imports.kinds.persons import spoken
from domain.imports.values import between, day, moment, truth, word_of, words_of
from domain.reading import Kind

TOPICS: Final = {
    "psychological": "Tâm lý",
    "social": "Xã hội",
    "legal": "Pháp lý",
    "health": "Sức khỏe",
    "relapse_prevention": "Dự phòng tái sử dụng",
    "vocational": "Học nghề và việc làm",
    "family": "Gia đình",
}
CHANNELS: Final = {
    "face_to_face": "Trực tiếp",
    "phone": "Điện thoại",
    "message": "Tin nhắn",
    "video": "Gọi hình",
    "group": "Nhóm",
}
PLACES: Final = {
    "counselling_point": "Điểm tư vấn",
    "club": "Câu lạc bộ",
    "home": "Tại nhà",
    "commune_office": "Trụ sở xã",
    "community": "Cộng đồng",
    "other": "Khác",
}
GIVERS: Final = {
    "volunteers": "Đội tình nguyện",
    "counselling_point": "Điểm tư vấn",
    "club": "Câu lạc bộ",
    "assigned_counsellor": "Cán bộ tư vấn được phân công",
    "office": "Cơ quan",
}
GROUPS: Final = {
    "in_use": "Đang sử dụng",
    "in_treatment": "Đang điều trị",
    "after_rehab": "Sau cai nghiện",
    "at_risk": "Nguy cơ",
    "family_member": "Người nhà",
}
COLUMNS: Final = (
    *OF_PERSON,
    Column(
        "held_at",
        moment,
        "Ngày tư vấn",
        "Held at",
        Kind.COUNSELLING,
        ("ngày giờ tư vấn", "thời gian tư vấn", "thời điểm"),
        "ngày/tháng/năm, có thể kèm giờ: 05/01/2026 14:30",
        required=True,
    ),
    Column(
        "channel",
        word_of(spoken(CHANNELS, tại_chỗ="face_to_face", gọi_điện="phone")),
        "Hình thức tư vấn",
        "Channel",
        Kind.COUNSELLING,
        ("hình thức",),
        required=True,
        words=CHANNELS,
    ),
    Column(
        "topics",
        words_of(
            spoken(TOPICS, học_nghề="vocational", việc_làm="vocational", dự_phòng_tái_nghiện="relapse_prevention")
        ),
        "Nội dung tư vấn",
        "Topics",
        Kind.COUNSELLING,
        ("chủ đề", "nội dung"),
        f"nhiều nội dung cách nhau bằng dấu ; ({'; '.join(TOPICS.values())})",
        required=True,
    ),
    Column("place", word_of(spoken(PLACES)), "Nơi tư vấn", "Place", Kind.COUNSELLING, ("địa điểm",), words=PLACES),
    Column("given_by", word_of(spoken(GIVERS)), "Bên tư vấn", "Given by", Kind.COUNSELLING, words=GIVERS),
    Column("client_group", word_of(spoken(GROUPS)), "Nhóm khách hàng", "Client group", Kind.COUNSELLING, words=GROUPS),
    Column("minutes", between(1, MOST_MINUTES), "Số phút", "Minutes", Kind.COUNSELLING, ("thời lượng (phút)",)),
    Column("next_on", day, "Hẹn gặp lại", "Next on", Kind.COUNSELLING, ("ngày hẹn",)),
    Column("referral_consent", truth, "Đồng ý chuyển gửi", "Referral consent", Kind.COUNSELLING),
    MODEL,
)
CONTACTS: Final = kept_kind(
    "contacts",
    "Lượt tư vấn",
    "Counselling contacts",
    KeptWork(KEPT, same=("held_at",), points=(THROUGH,)),
    COLUMNS,
    ONE_ROW,
    "Lời tư vấn, lời hứa, nhu cầu không nhập bằng tệp: chỉ người tư vấn ghi và đọc.",
    "Khách hàng ẩn danh không nhập bằng tệp: chỉ ghi trực tiếp theo mã khách hàng giữ.",
)
