"""Rules on personal data and on the levels of government."""

from __future__ import annotations

from domain.law.rule import Rule
from domain.law.rule_value import at_most, says
from domain.law.subject import Subject

_SINCE = "2026-01-01/.."
_TWICE = "May be extended once by the same length; longer where a processor is involved."


def _request(code: str, vi: str, en: str) -> Subject:
    return Subject(f"dsr.{code}", "request_date", f"Yêu cầu của chủ thể dữ liệu: {vi}", f"Data-subject request: {en}")


ROWS: list[Rule] = [
    Subject(
        "breach.notice", "detection_date", "Thông báo vi phạm dữ liệu cá nhân", "Notice of a personal-data breach"
    ).row(
        1, _SINCE, at_most(72, "h"), "controller", "PDPL 23(1)", note="To the unit of the Ministry of Public Security."
    ),
    _request("acknowledge", "xác nhận đã nhận", "acknowledge").row(
        1, _SINCE, at_most(2, "wd"), "controller", "D356 5", mark="L"
    ),
    _request("view", "xem, sửa, cung cấp", "view, correct, provide").row(
        1, _SINCE, at_most(10, "d"), "controller", "D356 5", mark="L", note=_TWICE
    ),
    _request("object", "rút đồng ý, hạn chế, phản đối", "withdraw, restrict, object").row(
        1, _SINCE, at_most(15, "d"), "controller", "D356 5", mark="L", note=_TWICE
    ),
    _request("delete", "xóa", "delete").row(1, _SINCE, at_most(20, "d"), "controller", "D356 5", mark="L", note=_TWICE),
    Subject("org.level.district", "date", "Cấp huyện", "District level").row(
        1, "../2025-06-30", says("exists"), "none", "L72"
    ),
]
