"""Import of vocational support: the advice, the course, the certificate."""

from __future__ import annotations

from typing import Final

from domain.imports.kept_work import KeptWork, kept_kind
from domain.imports.kind import Column
from domain.imports.kinds.of_person import EARLIER, FOR_NEED, MODEL, NEED, OF_PERSON, ONE_ROW, THROUGH
from domain.imports.kinds.persons import spoken
from domain.imports.pointing import Points
from domain.imports.values import day, dong, prose, word_of
from domain.reading import Kind
from domain.vocational.rules import VOCATIONAL_SUPPORTS as KEPT

STATES: Final = {
    "advised": "Đã tư vấn",
    "enrolled": "Đang học",
    "finished": "Đã học xong",
    "certified": "Đã được cấp chứng chỉ",
    "dropped": "Bỏ dở",
}
FUNDING: Final = {
    "state_short_course": "Hỗ trợ đào tạo dưới 3 tháng",
    "rehab_budget": "Kinh phí cai nghiện",
    "loan": "Vốn vay",
    "sponsor": "Nhà tài trợ",
    "employer": "Nơi sử dụng lao động",
    "own_means": "Tự túc",
}
DAYS: Final = ("enrolled_on", "finished_on", "certified_on", "certificate_number", "dropped_on", "reason")
COLUMNS: Final = (
    *OF_PERSON,
    Column("advised_on", day, "Ngày tư vấn học nghề", "Advised on", Kind.LIVELIHOOD, ("ngày tư vấn",), required=True),
    Column("trade", prose, "Nghề", "Trade", Kind.LIVELIHOOD, ("nghề học", "nghề đào tạo")),
    Column(
        "school",
        prose,
        "Cơ sở dạy nghề",
        "School",
        Kind.LIVELIHOOD,
        ("nơi học", "trường"),
        "tên tổ chức đã có trong hệ thống, hoặc tên ghi tự do",
    ),
    Column(
        "funding",
        word_of(spoken(FUNDING)),
        "Nguồn kinh phí",
        "Funding",
        Kind.LIVELIHOOD,
        ("nguồn hỗ trợ",),
        words=FUNDING,
    ),
    Column("cost_vnd", dong, "Chi phí (đồng)", "Cost in VND", Kind.LIVELIHOOD, ("chi phí", "kinh phí")),
    Column("enrolled_on", day, "Ngày nhập học", "Enrolled on", Kind.LIVELIHOOD, ("ngày khai giảng",)),
    Column("finished_on", day, "Ngày học xong", "Finished on", Kind.LIVELIHOOD, ("ngày bế giảng",)),
    Column("certified_on", day, "Ngày cấp chứng chỉ", "Certified on", Kind.LIVELIHOOD),
    Column("certificate_number", prose, "Số chứng chỉ", "Certificate number", Kind.LIVELIHOOD),
    Column("dropped_on", day, "Ngày bỏ dở", "Dropped on", Kind.LIVELIHOOD, ("ngày nghỉ học",)),
    Column("reason", prose, "Lý do", "Reason", Kind.LIVELIHOOD),
    Column("state", word_of(spoken(STATES)), "Trạng thái", "State", Kind.LIVELIHOOD, ("tình trạng",), words=STATES),
    NEED,
    MODEL,
)
VOCATIONAL: Final = kept_kind(
    "vocational",
    "Hỗ trợ học nghề",
    "Vocational support",
    KeptWork(
        KEPT,
        same=("advised_on", "trade"),
        points=(Points("school", "school_id", "organisation", words="school_name"), FOR_NEED, THROUGH),
        moved=DAYS,
        with_move={"certified": ("certificate_number",)},
        implied=(
            ("dropped_on", "dropped"),
            ("certified_on", "certified"),
            ("finished_on", "finished"),
            ("enrolled_on", "enrolled"),
        ),
        corrected=frozenset(DAYS),
    ),
    COLUMNS,
    ONE_ROW,
    EARLIER,
)
