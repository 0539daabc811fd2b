"""Many notices at once: each is the single push, in a transaction of its own, with a result of its own."""

from __future__ import annotations

from typing import Final

from domain.bulk import MOST_ROWS, Many
from domain.notice.noun import NOTICE_RESULT
from domain.notice.sending import push_notice

MOST_NOTICES: Final = MOST_ROWS
push_notices: Final = Many(
    push_notice,
    NOTICE_RESULT,
    ("id", "version", "state", "source_ref", "lead_due_on", "warnings"),
    "/notices",
)
