"""Rules on lengths of treatment, pay, loans and the calendar of reports."""

from __future__ import annotations

from domain.law.rows_term import NEW, OLD
from domain.law.rule import Rule
from domain.law.rule_value import at_least, at_most, between, exactly, says
from domain.law.subject import Subject

_LENGTH = Subject("rehab.length", "rehab_decision_date", "Thời hạn cai nghiện", "Length of treatment")
_CAP = Subject(
    "pay.counsellor.cap",
    "month",
    "Mức tối đa hỗ trợ người được phân công (lần lương cơ sở)",
    "Cap on the pay of an assigned counsellor (times base salary)",
)
_BASE = Subject("base_salary", "month", "Lương cơ sở", "Base salary")
_WORKER = Subject(
    "loan.job.worker_cap", "loan_date", "Vay giải quyết việc làm: người lao động", "Job loan, for a worker"
)
_WORKER_MONTHS = Subject("loan.job.max_months", "loan_date", "Vay giải quyết việc làm: thời hạn", "Job loan, length")


def _loan(code: str, vi: str, en: str) -> Subject:
    return Subject(f"loan.{code}", "loan_date", vi, en)


_Q08, _Q29 = "2026-05-01/..", "2014-06-15/2026-04-30"
_Q29_NOTE = "End date of the decision not verified; taken as the day before Q08."
_TT05, _D09 = "2011-06-01/..", "2019-03-01/.."

ROWS: list[Rule] = [
    _LENGTH.row(1, OLD, between(6, 12, "m"), "none", "L73 30(2); L73 31(1)", scope=(("measure", "voluntary"),)),
    _LENGTH.row(2, OLD, between(6, 12, "m"), "court", "L73 33(3)", scope=(("measure", "compulsory_minor"),)),
    _LENGTH.row(3, OLD, between(12, 24, "m"), "court", "XLVPHC 95", scope=(("measure", "compulsory_adult"),), mark="L"),
    _LENGTH.row(4, NEW, exactly(24, "m"), "none", "L120 29(1)", scope=(("turn", "first"),)),
    _LENGTH.row(5, NEW, exactly(36, "m"), "none", "L120 29(1)", scope=(("turn", "later"),)),
    _CAP.row(1, OLD, at_most("0.6", "ratio"), "provincial_council", "D116 34(4)(a); TT62 8(3)"),
    _CAP.row(2, NEW, at_most("0.6", "ratio"), "provincial_council", "D163 130(4)"),
    _BASE.row(1, "2019-07-01/2023-06-30", exactly(1_490_000, "vnd"), "government", "UNREAD", mark="L"),
    _BASE.row(2, "2023-07-01/2024-06-30", exactly(1_800_000, "vnd"), "government", "UNREAD", mark="L"),
    _BASE.row(3, "2024-07-01/2026-06-30", exactly(2_340_000, "vnd"), "government", "UNREAD"),
    _BASE.row(4, NEW, exactly(2_530_000, "vnd"), "government", "D161"),
    _loan("q08.person_cap", "Vay theo QĐ 08/2026: cá nhân", "Loan of Decision 08/2026, for a person").row(
        1, _Q08, at_most(200_000_000, "vnd"), "vbsp", "Q08"
    ),
    _loan("q08.enterprise_cap", "Vay theo QĐ 08/2026: cơ sở", "Loan of Decision 08/2026, for an enterprise").row(
        1, _Q08, at_most(2_000_000_000, "vnd"), "vbsp", "Q08"
    ),
    _loan("q08.max_months", "Vay theo QĐ 08/2026: thời hạn vay", "Loan of Decision 08/2026, length").row(
        1, _Q08, at_most(120, "m"), "vbsp", "Q08"
    ),
    _loan(
        "q08.decision_age", "Vay theo QĐ 08/2026: tuổi của quyết định quản lý", "Loan of Decision 08/2026, decision age"
    ).row(1, _Q08, at_most(120, "m"), "vbsp", "Q08"),
    _loan(
        "q08.staff_share", "Vay theo QĐ 08/2026: tỷ lệ lao động sau cai nghiện", "Loan of Decision 08/2026, staff share"
    ).row(1, _Q08, at_least("0.1", "ratio"), "vbsp", "Q08"),
    _loan("q29.person_cap", "Vay theo QĐ 29/2014: cá nhân", "Loan of Decision 29/2014, for a person").row(
        1, _Q29, at_most(20_000_000, "vnd"), "vbsp", "Q29", mark="U", note=_Q29_NOTE
    ),
    _loan("q29.household_cap", "Vay theo QĐ 29/2014: hộ gia đình", "Loan of Decision 29/2014, for a household").row(
        1, _Q29, at_most(30_000_000, "vnd"), "vbsp", "Q29", mark="U", note=_Q29_NOTE
    ),
    _loan("q29.max_months", "Vay theo QĐ 29/2014: thời hạn vay", "Loan of Decision 29/2014, length").row(
        1, _Q29, at_most(60, "m"), "vbsp", "Q29", mark="U", note=_Q29_NOTE
    ),
    _WORKER.row(1, "2019-11-08/2025-12-31", at_most(100_000_000, "vnd"), "vbsp", "D74"),
    _WORKER.row(2, "2026-01-01/..", at_most(200_000_000, "vnd"), "vbsp", "D338"),
    _WORKER_MONTHS.row(1, "2019-11-08/2025-12-31", at_most(120, "m"), "vbsp", "D74"),
    _WORKER_MONTHS.row(2, "2026-01-01/..", at_most(120, "m"), "vbsp", "D338"),
    Subject("report.closing", "period", "Kỳ chốt số liệu báo cáo hành chính", "Closing of administrative reports").row(
        1, _D09, says("day_15_to_day_14"), "government", "D09", mark="L"
    ),
    Subject("report.closing.stat", "period", "Kỳ chốt số liệu biểu BCN", "Closing of the BCN forms").row(
        1, _TT05, says("first_to_last_day"), "government", "TT05", mark="L", note="In force? (dossier §15 Q7)"
    ),
    Subject("report.due.commune", "period", "Hạn báo cáo của cấp xã", "Monthly report of the commune").row(
        1, _TT05, at_most(3, "day_of_month"), "commune_chair", "TT05", mark="L", note="Before the 3rd."
    ),
    Subject("report.due.district", "period", "Hạn báo cáo của cấp huyện", "Report of the district").row(
        1, "2011-06-01/2025-06-30", at_most(7, "day_of_month"), "district", "TT05", mark="L", note="7 July, 7 January."
    ),
    Subject("report.due.province", "period", "Hạn báo cáo của cấp tỉnh", "Report of the province").row(
        1, _TT05, at_most(15, "day_of_month"), "province", "TT05", mark="L", note="15 July, 15 January."
    ),
]
