"""Import of loans as they were paid. What does not fit a programme is kept as a warning, never refused for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from domain.imports.kept_work import KeptWork, kept_kind
from domain.imports.kind import Column, Values
from domain.imports.kinds.of_person import EARLIER, FOR_NEED, MODEL, NEED, OF_PERSON, THROUGH
from domain.imports.kinds.persons import spoken
from domain.imports.pointing import Points
from domain.imports.values import Cell, Unreadable, between, day, dong, place, prose, text, truth, word_of
from domain.keeping import Row
from domain.loan.rules import LOAN_SUPPORTS as KEPT
from domain.reading import Kind
from domain.text import fold

BORROWERS: Final = {"person": "Cá nhân", "household": "Hộ gia đình", "enterprise": "Doanh nghiệp"}
PURPOSES: Final = {
    "vocational_training": "Học nghề",
    "production": "Sản xuất",
    "business": "Kinh doanh",
    "job_creation": "Tạo việc làm",
}
PROGRAMMES: Final = {
    "q29": "Quyết định 29/2014",
    "job": "Vay giải quyết việc làm",
    "q08": "Quyết định 08/2026",
}
STATES: Final = {
    "need": "Có nhu cầu",
    "listed": "Đã vào danh sách",
    "applied": "Đã đề nghị vay",
    "approved": "Được duyệt",
    "refused": "Không được duyệt",
    "disbursed": "Đã giải ngân",
    "repaying": "Đang trả nợ",
    "overdue": "Quá hạn",
    "closed": "Đã tất toán",
    "withdrawn": "Không vay nữa",
}
EARLY: Final = ("asked_on", "applied_on", "decided_on", "disbursed_on")
MOVED: Final = (
    "applied_on",
    "decided_on",
    "amount_vnd",
    "disbursed_on",
    "repaying_on",
    "overdue_on",
    "overdue_vnd",
    "closed_on",
    "reason",
)
READ_PROGRAMME: Final = word_of(spoken(PROGRAMMES, qđ_29_2014="q29", qđ_08_2026="q08"))


def programme(cell: Cell) -> str:
    """A programme by its name, or by the code that the rule book gives it: those after today's are met by code."""
    try:
        return str(READ_PROGRAMME(cell))
    except Unreadable:
        code = fold(text(cell))
        if code.isascii() and code.isalnum():
            return code
        raise


def earlier_steps(values: Values, row: Row | None, today: date) -> Mapping[str, Any]:
    """What a list of paid loans leaves out: an earlier step is dated, and its sum taken, from the next one told."""
    if row is not None:
        return {}
    found: dict[str, Any] = {"borrower": values.get("borrower", "person")}
    later: date | None = None
    for name in reversed(EARLY):
        later = values.get(name, later)
        if later is not None and name not in values:
            found[name] = later
    found.setdefault("asked_on", values.get("asked_on") or later or today)
    if "amount_vnd" in values:
        found.setdefault("asked_vnd", values.get("asked_vnd", values["amount_vnd"]))
    return found


COLUMNS: Final = (
    *OF_PERSON,
    Column(
        "borrower",
        word_of(spoken(BORROWERS, hộ="household")),
        "Bên vay",
        "Borrower",
        Kind.LIVELIHOOD,
        ("người vay là",),
        words=BORROWERS,
    ),
    Column("representative", prose, "Người đứng tên hộ", "Representative", Kind.LIVELIHOOD),
    Column("enterprise", prose, "Doanh nghiệp vay", "Enterprise", Kind.LIVELIHOOD),
    Column(
        "unit",
        place,
        "Xã của doanh nghiệp",
        "Unit of the enterprise",
        Kind.OPEN,
        note="bỏ trống là đơn vị của người nhập",
        responsible=True,
    ),
    Column(
        "programme",
        programme,
        "Chương trình vay",
        "Programme",
        Kind.LIVELIHOOD,
        ("chương trình",),
        "tên hoặc mã chương trình trong bộ quy tắc; bỏ trống thì lấy theo ngày",
        words=PROGRAMMES,
    ),
    Column("purpose", word_of(spoken(PURPOSES)), "Mục đích vay", "Purpose", Kind.LIVELIHOOD, words=PURPOSES),
    Column("asked_on", day, "Ngày có nhu cầu", "Asked on", Kind.LIVELIHOOD),
    Column("asked_vnd", dong, "Số tiền đề nghị (đồng)", "Asked in VND", Kind.LIVELIHOOD, ("số tiền đề nghị",)),
    Column("applied_on", day, "Ngày đề nghị vay", "Applied on", Kind.LIVELIHOOD),
    Column("decided_on", day, "Ngày duyệt", "Decided on", Kind.LIVELIHOOD, ("ngày phê duyệt",)),
    Column(
        "amount_vnd",
        dong,
        "Số tiền vay (đồng)",
        "Amount in VND",
        Kind.LIVELIHOOD,
        ("số tiền vay", "số tiền giải ngân", "số tiền", "mức vay"),
    ),
    Column(
        "months",
        between(1, 600),
        "Thời hạn (tháng)",
        "Months",
        Kind.LIVELIHOOD,
        ("thời hạn vay", "thời hạn vay (tháng)"),
    ),
    Column("disbursed_on", day, "Ngày giải ngân", "Disbursed on", Kind.LIVELIHOOD),
    Column("repaying_on", day, "Ngày bắt đầu trả nợ", "Repaying on", Kind.LIVELIHOOD),
    Column("overdue_on", day, "Ngày quá hạn", "Overdue on", Kind.LIVELIHOOD),
    Column("overdue_vnd", dong, "Số tiền quá hạn (đồng)", "Overdue in VND", Kind.LIVELIHOOD, ("số tiền quá hạn",)),
    Column("closed_on", day, "Ngày tất toán", "Closed on", Kind.LIVELIHOOD),
    Column("reason", prose, "Lý do", "Reason", Kind.LIVELIHOOD),
    Column("law_abiding", truth, "Chấp hành tốt pháp luật", "Law abiding", Kind.LIVELIHOOD),
    Column("school_paper", truth, "Có giấy của cơ sở đào tạo", "School paper", Kind.LIVELIHOOD),
    Column("staff", between(0, 10**6), "Số lao động", "Staff", Kind.LIVELIHOOD),
    Column("staff_post_rehab", between(0, 10**6), "Lao động sau cai", "Staff after rehabilitation", Kind.LIVELIHOOD),
    Column("jobs", between(0, 10**6), "Số việc làm tạo ra", "Jobs made", Kind.LIVELIHOOD),
    Column("state", word_of(spoken(STATES)), "Trạng thái", "State", Kind.LIVELIHOOD, ("tình trạng",), words=STATES),
    Column(
        "loan_list_line",
        prose,
        "Dòng danh sách vay",
        "Loan list line",
        Kind.LIVELIHOOD,
        ("mã dòng danh sách",),
        "mã hồ sơ hoặc id của dòng đã được xác nhận của chính người đó",
    ),
    NEED,
    MODEL,
)
LOANS: Final = kept_kind(
    "loans",
    "Khoản vay",
    "Loans",
    KeptWork(
        KEPT,
        same=("asked_on", "disbursed_on", "amount_vnd", "programme"),
        points=(
            Points("enterprise", "enterprise_id", "organisation", words="enterprise_name"),
            Points("loan_list_line", "loan_list_line_id", "loan_list_line", nameless=True),
            FOR_NEED,
            THROUGH,
        ),
        moved=MOVED,
        with_move={"overdue": ("overdue_vnd",)},
        implied=(
            ("closed_on", "closed"),
            ("overdue_on", "overdue"),
            ("repaying_on", "repaying"),
            ("disbursed_on", "disbursed"),
            ("amount_vnd", "approved"),
            ("applied_on", "applied"),
            ("loan_list_line_id", "listed"),
        ),
        corrected=frozenset(MOVED),
        derived=frozenset({"programme"}),
        shape=earlier_steps,
        either=True,
    ),
    COLUMNS,
    "Mỗi dòng một khoản vay; vay của doanh nghiệp thì bỏ trống các cột về người và ghi mã hồ sơ.",
    "Bước trước bỏ trống thì lấy ngày và số tiền của bước sau.",
    EARLIER,
)
