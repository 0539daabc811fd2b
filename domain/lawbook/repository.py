"""What the rules on changing the law ask of storage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.law.rule import Rule
from domain.law.rule_book import RuleBook
from domain.law.working_days import CalendarRow
from domain.reading import Scope


class ChangeKnown(NamedTuple):
    id: UUID
    kind: str
    payload: Mapping[str, Any]
    state: str
    proposed_by: UUID
    unit_no: int
    """The province whose rate it is; 0: of the whole country."""


class LawBookRepository(Protocol):
    async def propose(
        self,
        id: UUID,
        kind: str,
        payload: Mapping[str, Any],
        reason: str | None,
        by: UUID,
        at: datetime,
        *,
        unit_no: int,
    ) -> None: ...
    async def change(self, id: UUID, *, within: Scope) -> ChangeKnown | None: ...
    async def province(self, *, within: Scope) -> str | None:
        """The official code of the caller's province; None where the caller is of no province."""
        ...

    async def decide(self, id: UUID, to: str, by: UUID, at: datetime) -> None: ...
    async def put_rule(self, rule: Rule, book: RuleBook, change_id: UUID) -> None:
        """Store the row, and the ends of those it succeeds, as the book after the change has them."""
        ...

    async def put_rate(self, rule: Rule, change_id: UUID) -> None:
        """Store a province's own rate on the province's road; its open predecessor ends the day before."""
        ...

    async def put_day(self, row: CalendarRow, change_id: UUID) -> None:
        """Store the override; the one before it stays, superseded."""
        ...
