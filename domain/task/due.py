"""What is due: made and closed by events, by those who change a case, a notice or a hand-over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from domain.reading import Scope


@dataclass(frozen=True)
class TaskDue:
    """One thing to be done by an instant, with the rule that says so and the explanation of the date."""

    kind: str
    due_at: datetime
    due_on: date | None
    rule: str
    """`id@version` of the rule."""
    explanation: Mapping[str, Any]
    skipped: Sequence[Mapping[str, Any]] = ()
    opens_at: datetime | None = None
    circle_no: int | None = None
    """Whom it is for, beside the commune: an organisation, or minus an account; while they see the person."""
    circle_only: bool = False
    """Whether it would tell the commune what only that circle knows."""

    def of(self, circle_no: int | None, *, only: bool = False) -> TaskDue:
        """The same for a circle, which has it beside the commune, or `only` it."""
        return replace(self, circle_no=circle_no, circle_only=only)


class Tasks(Protocol):
    """The inbox as those who cause it see it."""

    async def settle(
        self, noun: str, id: UUID, *, person_id: UUID | None, unit_no: int, due: Sequence[TaskDue], now: datetime
    ) -> None:
        """Make the open tasks of a subject equal to `due`: new ones open, moved ones leave a trace, others are done."""
        ...

    async def open_subjects(self, noun: str, *, within: Scope) -> Sequence[UUID]:
        """Of one noun, the subjects with something due in these units."""
        ...
