"""Rules on referrals: reminders, expiry, adherence follow-ups. No instrument sets them: the house's defaults."""

from __future__ import annotations

from domain.law.rule import Rule
from domain.law.rule_value import at_most, exactly
from domain.law.subject import Subject

_ALWAYS = "../.."
_NOTE = "House default: no instrument sets a figure; change it by a rule of the deployment."
_DUE = Subject("referral.due", "state_date", "Chuyển gửi: nhắc bước tiếp theo", "Referral: reminder of the next step")
_EXPIRY = Subject(
    "referral.expiry",
    "state_date",
    "Chuyển gửi: hết hiệu lực khi không có trả lời",
    "Referral: expiry without an answer",
)
_FOLLOW_UP = Subject(
    "referral.follow_up",
    "acceptance_date",
    "Chuyển gửi: theo dõi tuân thủ",
    "Referral: adherence follow-up",
)


def _due(version: int, state: str, days: int) -> Rule:
    return _DUE.row(
        version,
        _ALWAYS,
        at_most(days, "d"),
        "commune_chair",
        "HOUSE",
        scope=(("state", state),),
        mark="U",
        note="Reminds after 14 days (dossier §17). " + _NOTE,
    )


def _expiry(version: int, state: str, days: int) -> Rule:
    return _EXPIRY.row(
        version, _ALWAYS, at_most(days, "d"), "commune_chair", "HOUSE", scope=(("state", state),), mark="U", note=_NOTE
    )


def _follow_up(version: int, turn: str, days: int, note: str = "") -> Rule:
    return _FOLLOW_UP.row(
        version,
        _ALWAYS,
        exactly(days, "d"),
        "commune_chair",
        "HOUSE",
        scope=(("turn", turn),),
        mark="U",
        note=note + _NOTE,
    )


ROWS: list[Rule] = [
    _due(1, "draft", 14),
    _due(2, "sent", 14),
    _due(3, "received", 14),
    _expiry(1, "sent", 60),
    _expiry(2, "received", 60),
    _expiry(3, "accepted", 90),
    _expiry(4, "no_show", 60),
    _follow_up(1, "1", 14),
    _follow_up(2, "2", 45),
    _follow_up(3, "3", 90),
    _follow_up(4, "later", 90, "Counted from the day of the follow-up before it. "),
]
