"""Rules on the clubs: when a member's month is evaluated."""

from __future__ import annotations

from domain.law.rule import Rule
from domain.law.rule_value import at_most
from domain.law.subject import Subject

ROWS: list[Rule] = [
    Subject(
        "club.evaluation",
        "month",
        "Đánh giá sự tiến bộ hằng tháng của hội viên câu lạc bộ",
        "Monthly progress evaluation of a club member",
    ).row(
        1,
        "1996-01-01/..",
        at_most(5, "day_of_month"),
        "board_of_club",
        "HOUSE",
        mark="U",
        note="Plans say monthly and periodic (dossier §7.1, seed 26) and name no day: the 5th of the month after.",
    ),
]
"""Of the month that follows the one evaluated."""
