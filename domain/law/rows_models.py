"""Rules on support models: when one counts as stable and effective, and what volunteers are paid."""

from __future__ import annotations

from domain.law.rule import Rule
from domain.law.rule_value import at_least, at_most, exactly
from domain.law.subject import Subject

_BOARD = Subject("model.board", "today", "Số người tối thiểu trong ban hoặc đội", "Least members of a board or team")
_PAY = Subject(
    "pay.volunteer",
    "month",
    "Mức hỗ trợ tình nguyện viên (lần lương cơ sở)",
    "Allowance of a volunteer (times base salary)",
)
_STABLE = "Plans ask for stable and effective models (dossier §13 #25) and do not define it: our written definition."
_NOBODY = "No text names a least number; the boards of 2021 had 5 to 7 people (dossier §7.1)."
_PLACE = "Resolution of the province's council; day of effect not verified, taken to end when the province was merged."


def _pay(version: int, role: str, rate: str) -> Rule:
    scope = (("province", "89"), ("role", role))
    return _PAY.row(
        version,
        "2019-01-01/2025-06-30",
        exactly(rate, "ratio"),
        "provincial_council",
        "AG34",
        scope=scope,
        mark="L",
        note=_PLACE,
    )


def _board(version: int, kind: str, least: int) -> Rule:
    scope = (("kind", kind),)
    return _BOARD.row(
        version, "1996-01-01/..", at_least(least, "person"), "none", "HOUSE", scope=scope, mark="U", note=_NOBODY
    )


def _stable(code: str, vi: str, en: str, months: int) -> Rule:
    return Subject(f"model.{code}", "today", vi, en).row(
        1, "1996-01-01/..", at_least(months, "m"), "none", "HOUSE", mark="U", note=_STABLE
    )


ROWS: list[Rule] = [
    _stable("age", "Mô hình ổn định: đã hoạt động", "Stable model: at work for", 6),
    _stable("activity", "Mô hình ổn định: có hoạt động trong từng tháng", "Stable model: active in each of", 3),
    Subject("model.review", "today", "Mô hình ổn định: đánh giá gần nhất", "Stable model: latest review within").row(
        1, "1996-01-01/..", at_most(12, "m"), "none", "HOUSE", mark="U", note=_STABLE
    ),
    _board(1, "club", 5),
    _board(2, "counselling_point", 2),
    _board(3, "volunteer_team", 3),
    _pay(1, "captain", "0.6"),
    _pay(2, "deputy", "0.5"),
    _pay(3, "member", "0.4"),
]
