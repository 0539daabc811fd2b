"""Which facts of the moves stand in which state: what a correction may say, and what it cannot clear."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from domain.keeping import Row
from domain.refusals import Flaw

States = Mapping[str, Collection[str]]
"""Fact → states."""


def standing(row: Row, *, may: States, must: States) -> list[Flaw]:
    """Flaws of facts before their move (`not_yet`), and of those missing after it (`required`)."""
    state = row["state"]
    early = [name for name, states in may.items() if row.get(name) is not None and state not in states]
    gone = [name for name, states in must.items() if row.get(name) is None and state in states]
    return [*(Flaw(f"/{name}", "not_yet") for name in early), *(Flaw(f"/{name}", "required") for name in gone)]
