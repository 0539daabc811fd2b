"""Import of work: a job sought, found, ended."""

from __future__ import annotations

from typing import Final

from domain.imports.kept_work import KeptWork, kept_kind
from domain.imports.kind import Column
from domain.imports.kinds.of_person import EARLIER, FOR_NEED, MODEL, NEED, OF_PERSON, ONE_ROW, THROUGH
from domain.imports.kinds.persons import spoken
from domain.imports.pointing import Points
from domain.imports.values import day, prose, word_of
from domain.job.rules import JOB_PLACEMENTS as KEPT
from domain.reading import Kind

STATES: Final = {"sought": "Đang tìm việc", "placed": "Có việc làm", "ended": "Đã kết thúc"}
INCOME: Final = {
    "none": "Không có thu nhập",
    "under_3": "Dưới 3 triệu",
    "from_3_to_5": "Từ 3 đến 5 triệu",
    "from_5_to_8": "Từ 5 đến 8 triệu",
    "from_8_to_12": "Từ 8 đến 12 triệu",
    "over_12": "Trên 12 triệu",
}
ENDS: Final = {
    "another_job": "Sang việc khác",
    "contract_ended": "Hết hợp đồng",
    "laid_off": "Bị cho thôi việc",
    "left": "Tự nghỉ",
    "health": "Sức khỏe",
    "moved": "Chuyển nơi ở",
    "not_found": "Không tìm được việc",
    "no_longer_sought": "Không tìm việc nữa",
    "deceased": "Đã mất",
    "other": "Khác",
}
MOVED: Final = ("placed_on", "ended_on", "end_reason")
COLUMNS: Final = (
    *OF_PERSON,
    Column(
        "sought_on",
        day,
        "Ngày tìm việc",
        "Sought on",
        Kind.LIVELIHOOD,
        ("ngày đăng ký tìm việc",),
        "ngày có nhu cầu hoặc đăng ký tìm việc",
        required=True,
    ),
    Column("occupation", prose, "Công việc", "Occupation", Kind.LIVELIHOOD, ("việc làm", "vị trí")),
    Column(
        "employer",
        prose,
        "Nơi làm việc",
        "Employer",
        Kind.LIVELIHOOD,
        ("doanh nghiệp", "đơn vị sử dụng lao động"),
        "tên tổ chức đã có trong hệ thống, hoặc tên ghi tự do",
    ),
    Column(
        "income_band",
        word_of(spoken(INCOME)),
        "Thu nhập một tháng",
        "Income band",
        Kind.LIVELIHOOD,
        ("thu nhập",),
        words=INCOME,
    ),
    Column("placed_on", day, "Ngày bắt đầu làm việc", "Placed on", Kind.LIVELIHOOD, ("ngày đi làm",)),
    Column("ended_on", day, "Ngày kết thúc", "Ended on", Kind.LIVELIHOOD, ("ngày nghỉ việc",)),
    Column("end_reason", word_of(spoken(ENDS)), "Lý do kết thúc", "End reason", Kind.LIVELIHOOD, words=ENDS),
    Column("state", word_of(spoken(STATES)), "Trạng thái", "State", Kind.LIVELIHOOD, ("tình trạng",), words=STATES),
    NEED,
    MODEL,
)
WORK: Final = kept_kind(
    "work",
    "Việc làm",
    "Work",
    KeptWork(
        KEPT,
        same=("sought_on", "occupation"),
        points=(Points("employer", "employer_id", "organisation", words="employer_name"), FOR_NEED, THROUGH),
        moved=MOVED,
        implied=(("ended_on", "ended"), ("placed_on", "placed")),
        corrected=frozenset(MOVED),
    ),
    COLUMNS,
    ONE_ROW,
    EARLIER,
)
