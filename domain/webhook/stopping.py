"""What whoever manages an endpoint is told when it stops: a task that ends when it starts again or is given up."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from domain.law.wording import Bilingual
from domain.task.due import TaskDue
from domain.task.setting import asked_for
from domain.webhook.noun import DisabledReason

STOPPED: Final = "webhook_disabled"
DAYS: Final = 3
WHY: Final = {
    DisabledReason.FAILING: Bilingual(
        "địa chỉ nhận thay đổi không nhận được gì trong ba ngày nên đã dừng",
        "the address that is told of changes received nothing for three days and was stopped",
    ),
    DisabledReason.GONE: Bilingual(
        "địa chỉ nhận thay đổi trả lời 410 (không còn nữa) nên đã dừng",
        "the address that is told of changes answered 410 (gone) and was stopped",
    ),
    DisabledReason.OWNER_ENDED: Bilingual(
        "người đặt địa chỉ nhận thay đổi không còn giữ nhiệm vụ nên đã dừng",
        "whoever set up the address that is told of changes holds the post no longer, and it was stopped",
    ),
}
"""What stops by itself; who stops it by hand needs no telling."""


def stopped(reason: DisabledReason, at: datetime) -> TaskDue:
    """Mend and start it again, or void it; then `POST …/replays` brings what was missed."""
    return asked_for(STOPPED, "webhook_endpoint.disabled", WHY[reason], at, DAYS, reason=reason.value)
