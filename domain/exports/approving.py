"""A list above the cap waits for a unit above: the task in its inbox, and how long it waits."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from domain.access.policy import POLICY
from domain.law.wording import Bilingual
from domain.task.due import TaskDue
from domain.task.setting import asked_for

APPROVAL: Final = "export_approval"
DAYS: Final = 3
WAITS_DAYS: Final = 14
"""Then the request ends by itself."""
APPROVERS: Final = sorted(
    role.value for role, powers in POLICY.items() if {"approve_export", "read_task"} <= powers.permissions.keys()
)
"""Roles that decide and have an inbox; above them `GET /v1/exports?state=awaiting` tells."""


def approval(rows: int, most: int, collection: str, purpose: str, at: datetime) -> TaskDue:
    """What the unit above is asked: how much, of which list, for what."""
    fact = Bilingual(
        f"đơn vị cấp dưới xin kết xuất {rows} dòng của danh sách {collection}, quá mức {most} dòng",
        f"a unit below asks to take out {rows} rows of the list {collection}, above the cap of {most}",
    )
    return asked_for(APPROVAL, "export.cap", fact, at, DAYS, rows=rows, most=most, purpose=purpose)
