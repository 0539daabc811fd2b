"""What doing a row came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Made:
    """`done`, or `requested` where another unit must answer; what was made or changed, and how it is taken back."""

    outcome: str
    noun: str
    id: UUID
    person_id: UUID | None
    created: bool = True
    version: int = 1
    """Of what was made, when the row was done: it may have moved on from its first."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """Of a change: the values that stood before."""
    added: tuple[tuple[str, UUID], ...] = ()
    """Of a change: facts that came beside it, as (noun, id)."""
