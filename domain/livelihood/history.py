"""The moves a row has made, kept on the row: when, from where to where, and what was told of it."""

from __future__ import annotations

from typing import Any

from domain.keeping import Doing


def history(doing: Doing, *told: str) -> dict[str, Any]:
    """The row's history with the move that is being made; nothing where the state stays."""
    before = None if doing.known is None else doing.known["state"]
    if before == doing.row["state"]:
        return {}
    kept = () if doing.known is None else doing.known["history"]
    facts = {name: str(doing.row[name]) for name in told if doing.row.get(name) is not None}
    move = {"at": doing.ctx.now.isoformat(), "from": before, "to": doing.row["state"], **facts}
    return {"history": [*kept, move]}
