"""Before anything is measured: do all servers answer the same?"""

from __future__ import annotations

import json
from typing import Any

from persistence.projections import splice
from persistence.reads import SEALED_PLACES
from persistence.sealing import Sealer

PASSING = frozenset({"id", "recorded_at"})
"""What two writes of the same fact cannot share."""


def opened(body: bytes, sealer: Sealer) -> Any:
    """A body as JSON. The limit passes sealed values on as they are; here they are opened, and cursors made alike."""

    def fill(kind: bytes, payload: bytes) -> bytes:
        if kind == b"c":
            return b'"<cursor>"'
        from uuid import UUID

        table, column = SEALED_PLACES[payload[0]]
        row = UUID(bytes=payload[1:17])
        return json.dumps(sealer.open(payload[17:], table=table, row=row, column=column)).encode()

    return json.loads(splice(body, fill))


def comparable(answer: Any, *, write: bool) -> Any:
    """Without what differs between two right answers."""
    if write:
        return {name: value for name, value in answer.items() if name not in PASSING}
    if isinstance(answer, dict) and isinstance(answer.get("page"), dict) and answer["page"].get("next"):
        return answer | {"page": answer["page"] | {"next": "<cursor>"}}
    return answer
