"""Rules on training, work and the loan programmes: what the rows on caps and lengths (rows_rates) do not say."""

from __future__ import annotations

from domain.law.rule import Rule
from domain.law.rule_value import at_least, at_most, between, exactly, says
from domain.law.subject import Subject

_FUNDING = Subject("training.funding", "enrolment_date", "Nguồn kinh phí học nghề", "Who pays for vocational training")
_AGE = Subject("training.age", "enrolment_date", "Tuổi học nghề được hỗ trợ", "Age at which training is supported")
_CHECK = Subject(
    "work.check",
    "placement_date",
    "Hỏi lại: còn việc làm và mức thu nhập",
    "Still in work, and income band: when to ask",
)
_IDLE = Subject("need.idle", "found_date", "Nhu cầu chưa được hỗ trợ: nhắc", "A need without support: reminder")
_NOT_LAW = "No text sets it: the outcome levels of the dossier (§8) and of issue 4."
_START = "Content read; first day from memory."
_STATE = (("source", "state_short_course"),)
_REHAB = (("source", "rehab_budget"),)


def _loan(code: str, vi: str, en: str) -> Subject:
    return Subject(f"loan.{code}", "loan_date", vi, en)


_Q08, _Q29, _PILOT = "2026-05-01/..", "2014-06-15/2026-04-30", "2014-06-15/2016-12-31"
_D74, _D338 = "2019-11-08/2025-12-31", "2026-01-01/.."
_Q29_NOTE = "End date of the decision not verified; taken as the day before Q08."
_DRAFT = "The household's representative borrows for the person (draft text); its cap is taken as the person's."
_JOB = _loan("programme.job", "Chương trình: vay giải quyết việc làm", "Programme: job-creation loans")
_FIRM = _loan("job.enterprise_cap", "Vay giải quyết việc làm: cơ sở, dự án", "Job loan, for an enterprise or project")
_EACH = _loan("job.per_job_cap", "Vay giải quyết việc làm: cho một việc làm", "Job loan, for each job")
_RATE = _loan("job.rate", "Vay giải quyết việc làm: lãi suất", "Job loan, interest rate")

ROWS: list[Rule] = [
    _FUNDING.row(1, "2016-01-01/..", says("short_course"), "none", "Q46; TT152", scope=_STATE, mark="L", note=_START),
    _FUNDING.row(
        2,
        "2022-11-19/..",
        says("without_trade_or_unsuitable"),
        "none",
        "TT62 9",
        scope=_REHAB,
        note="No trade, or an unsuitable one.",
    ),
    Subject("training.length", "enrolment_date", "Thời gian khóa học nghề ngắn hạn", "Length of a short course").row(
        1,
        "2016-01-01/..",
        at_most(3, "m"),
        "none",
        "Q46",
        scope=_STATE,
        mark="L",
        note="Sơ cấp, or under three months.",
    ),
    Subject("training.amount", "enrolment_date", "Mức hỗ trợ học nghề một khóa", "Support for one course").row(
        1,
        "2016-12-01/..",
        at_most(2_000_000, "vnd"),
        "none",
        "TT152",
        scope=_STATE,
        mark="U",
        note="For other learners.",
    ),
    _AGE.row(
        1,
        "2016-12-01/..",
        between(180, 660, "m"),
        "none",
        "TT152",
        scope=(("gender", "female"),),
        mark="L",
        note=_START,
    ),
    _AGE.row(
        2, "2016-12-01/..", between(180, 720, "m"), "none", "TT152", scope=(("gender", "male"),), mark="L", note=_START
    ),
    _CHECK.row(
        1, "../..", exactly(3, "m"), "commune_chair", "HOUSE", scope=(("turn", "first"),), mark="U", note=_NOT_LAW
    ),
    _CHECK.row(
        2, "../..", exactly(6, "m"), "commune_chair", "HOUSE", scope=(("turn", "second"),), mark="U", note=_NOT_LAW
    ),
    _CHECK.row(
        3, "../..", exactly(12, "m"), "commune_chair", "HOUSE", scope=(("turn", "third"),), mark="U", note=_NOT_LAW
    ),
    _IDLE.row(1, "../..", at_most(30, "d"), "commune_chair", "HOUSE", mark="U", note=_NOT_LAW),
    # -- loan programmes: `loan.programme.<code>` says for whom; the rest of a programme stands under `loan.<code>.`
    _loan("programme.q08", "Chương trình: QĐ 08/2026", "Programme: Decision 08/2026").row(
        1, _Q08, says("post_rehab"), "vbsp", "Q08"
    ),
    _loan("programme.q29", "Chương trình: QĐ 29/2014", "Programme: Decision 29/2014").row(
        1, _Q29, says("post_rehab"), "vbsp", "Q29", mark="U", note=_Q29_NOTE
    ),
    _JOB.row(1, "2015-09-01/2025-12-31", says("worker"), "vbsp", "D61; D74"),
    _JOB.row(2, _D338, says("worker"), "vbsp", "D338"),
    _loan("q08.household_cap", "Vay theo QĐ 08/2026: hộ gia đình", "Loan of Decision 08/2026, for a household").row(
        1, _Q08, at_most(200_000_000, "vnd"), "vbsp", "Q08", mark="U", note=_DRAFT
    ),
    _loan("q08.age", "Vay theo QĐ 08/2026: tuổi", "Loan of Decision 08/2026, age").row(
        1, _Q08, at_least(144, "m"), "vbsp", "Q08"
    ),
    _loan("q08.purposes", "Vay theo QĐ 08/2026: mục đích", "Loan of Decision 08/2026, purposes").row(
        1, _Q08, says("vocational_training production business job_creation"), "vbsp", "Q08"
    ),
    _loan("q08.list", "Vay theo QĐ 08/2026: danh sách được xác nhận", "Loan of Decision 08/2026, confirmed list").row(
        1,
        _Q08,
        says("required"),
        "vbsp",
        "Q08",
        note="Made by the commune police, confirmed by the People's Committee.",
    ),
    _loan("q08.law_abiding", "Vay theo QĐ 08/2026: chấp hành pháp luật", "Loan of Decision 08/2026, law-abiding").row(
        1, _Q08, says("required"), "vbsp", "Q08", mark="L"
    ),
    _loan(
        "q08.training_outstanding", "Vay theo QĐ 08/2026: dư nợ cùng mục đích", "Loan of Decision 08/2026, other loan"
    ).row(1, _Q08, says("none_for_the_same_purpose"), "vbsp", "Q08", mark="L", note="For training."),
    _loan(
        "q08.training_certificate",
        "Vay theo QĐ 08/2026: giấy của cơ sở đào tạo",
        "Loan of Decision 08/2026, school paper",
    ).row(1, _Q08, says("required"), "vbsp", "Q08", mark="L", note="For training."),
    _loan("q08.rate", "Vay theo QĐ 08/2026: lãi suất", "Loan of Decision 08/2026, interest rate").row(
        1, _Q08, says("poor_household_rate"), "vbsp", "Q08"
    ),
    _loan("q08.overdue_rate", "Vay theo QĐ 08/2026: lãi quá hạn", "Loan of Decision 08/2026, overdue rate").row(
        1, _Q08, exactly("1.3", "ratio"), "vbsp", "Q08"
    ),
    _loan("q29.rate", "Vay theo QĐ 29/2014: lãi suất", "Loan of Decision 29/2014, interest rate").row(
        1, _Q29, says("poor_household_rate"), "vbsp", "Q29", mark="U", note=_Q29_NOTE
    ),
    _loan("q29.max_months", "Vay theo QĐ 29/2014: thời hạn vay", "Loan of Decision 29/2014, length").row(
        2, _PILOT, at_most(36, "m"), "vbsp", "Q29", scope=(("phase", "pilot"),), note="Pilot in 15 provinces."
    ),
    _FIRM.row(1, _D74, at_most(2_000_000_000, "vnd"), "vbsp", "D74"),
    _FIRM.row(2, _D338, at_most(10_000_000_000, "vnd"), "vbsp", "D338"),
    _EACH.row(1, _D74, at_most(100_000_000, "vnd"), "vbsp", "D74"),
    _EACH.row(2, _D338, at_most(200_000_000, "vnd"), "vbsp", "D338"),
    _loan("job.age", "Vay giải quyết việc làm: tuổi", "Job loan, age").row(
        1, _D338, at_least(180, "m"), "vbsp", "D338"
    ),
    _RATE.row(1, _D74, says("near_poor_household_rate"), "vbsp", "D74", note="Half of it for priority groups."),
    _RATE.row(
        2,
        _D338,
        exactly("1.27", "ratio"),
        "vbsp",
        "D338",
        note="Of the poor-household rate; that rate for priority groups.",
    ),
    _loan("job.overdue_rate", "Vay giải quyết việc làm: lãi quá hạn", "Job loan, overdue rate").row(
        1, _D74, exactly("1.3", "ratio"), "vbsp", "D74"
    ),
    _loan("job.collateral", "Vay giải quyết việc làm: bảo đảm tiền vay", "Job loan, collateral").row(
        1, _D74, at_least(100_000_000, "vnd"), "vbsp", "D74", note="From this amount on."
    ),
]
