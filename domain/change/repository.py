"""What following asks of storage."""

from __future__ import annotations

from typing import Protocol

from domain.change.model import Batch, Following, Watch
from domain.reading import Scope


class Changes(Protocol):
    """The feed, in one transaction."""

    async def after(self, asked: Following, watch: Watch, *, within: Scope) -> Batch:
        """Raises `bad_cursor`, `scope_changed`, `changes_forgotten`."""
        ...
