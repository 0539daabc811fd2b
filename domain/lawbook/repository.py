"""What the rules on changing the law ask of storage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.law.rule import Rule
from domain.law.rule_book import RuleBook
from domain.law.working_days import CalendarRow


class ChangeKnown(NamedTuple):
    id: UUID
    kind: str
    payload: Mapping[str, Any]
    state: str
    proposed_by: UUID


class LawBookRepository(Protocol):
    async def propose(
        self, id: UUID, kind: str, payload: Mapping[str, Any], reason: str | None, by: UUID, at: datetime
    ) -> None: ...
    async def change(self, id: UUID) -> ChangeKnown | None: ...
    async def decide(self, id: UUID, to: str, by: UUID, at: datetime) -> None: ...
    async def put_rule(self, rule: Rule, book: RuleBook, change_id: UUID) -> None:
        """Store the row, and the ends of those it succeeds, as the book after the change has them."""
        ...

    async def put_day(self, row: CalendarRow, change_id: UUID) -> None:
        """Store the override; the one before it stays, superseded."""
        ...
