"""What is told and when it is tried again. Pure: clock and chance are given."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

PATIENCE: Final = timedelta(days=3)
"""How long a delivery is tried, counted from the first attempt; and for how long an endpoint may fail altogether."""
LEASE: Final = timedelta(seconds=60)
"""Who took a delivery and has not reported by then is taken for dead."""
FIRST: Final = timedelta(seconds=5)
LONGEST: Final = timedelta(hours=6)
PING: Final = "ping"


class Told(NamedTuple):
    """One delivery, as it is sent: ids and numbers, nothing of the person."""

    id: UUID
    noun: str | None
    subject_id: UUID | None
    kind: str
    row_version: int | None
    sequence: int | None
    occurred_at: datetime


def type_of(noun: str | None, kind: str) -> str:
    """`management_case.upsert`, or `ping`."""
    return f"{noun}.{kind}" if noun else kind


def body_of(told: Told) -> bytes:
    """The payload: the receiver reads the row itself, under its own rights."""
    data = {
        "noun": told.noun,
        "id": told.subject_id and str(told.subject_id),
        "kind": told.kind,
        "version": told.row_version,
        "sequence": told.sequence,
        "occurred_at": told.occurred_at.isoformat(),
    }
    whole = {"type": type_of(told.noun, told.kind), "timestamp": told.occurred_at.isoformat(), "data": data}
    return json.dumps(whole, separators=(",", ":")).encode()


def message_id(id: UUID) -> str:
    """The same in every attempt and replay: by it a receiver knows what it has had."""
    return f"msg_{id.hex}"


def delay_after(attempts: int, chance: float) -> timedelta:
    """5 s, 20 s, 80 s … up to 6 hours; half of it by chance (0 to 1), so that not all come back at once."""
    whole = min(FIRST * int(4 ** min(attempts - 1, 10)), LONGEST)
    return whole * (0.5 + chance / 2)


def next_try(
    first: datetime, attempts: int, now: datetime, chance: float, wait: timedelta = timedelta(0)
) -> datetime | None:
    """When to try again, not before the time that was asked for (6 hours at most); None: patience is at its end."""
    at = now + max(delay_after(attempts, chance), min(wait, LONGEST))
    return at if at <= first + PATIENCE else None
