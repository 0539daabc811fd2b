"""What the rules on notices ask of storage. Every read demands a scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.course.model import pathway_of
from domain.law.pathways import Pathway
from domain.notice.clocks import NoticeTimes
from domain.reading import Scope
from domain.units.seat import Seat


class NoticeKnown(NamedTuple):
    """A notice on file, locked until the act ends; `content` holds its person block with the numbers in clear."""

    id: UUID
    kind: str
    state: str
    unit_id: UUID
    unit_no: int
    made_unit_no: int
    treatment: str
    order_kind: str | None
    completes_on: date
    told_at: datetime | None
    received_at: datetime | None
    clock_started_at: datetime | None
    changed_at: datetime | None
    change_seen_at: datetime | None
    returned_at: datetime | None
    person_id: UUID | None
    case_id: UUID | None
    source: str
    source_ref: str
    content: Mapping[str, Any]
    alarmed_at: datetime | None = None

    @property
    def pathway(self) -> Pathway:
        pathway = pathway_of(self.treatment, self.order_kind)
        assert pathway is not None, "a notice without pathway is never stored"
        return pathway

    @property
    def times(self) -> NoticeTimes:
        return NoticeTimes(
            self.kind,
            self.pathway,
            self.completes_on,
            self.told_at,
            self.clock_started_at,
            self.changed_at,
            self.change_seen_at,
        )


class NoticeOnFile(NamedTuple):
    """A notice of the same sender under the same number; `same` when it says the same."""

    id: UUID
    same: bool


class Held(NamedTuple):
    """Where a case lies today, and its decision in force."""

    unit_no: int
    decision_id: UUID | None


class NoticeRepository(Protocol):
    async def notice(self, id: UUID, *, within: Scope) -> NoticeKnown | None: ...
    async def on_file(self, source: str, source_ref: str, canonical: str, *, within: Scope) -> NoticeOnFile | None:
        """The notice of this sender under this number; a second push of it waits here for the first."""
        ...

    async def person_by_number(self, number: str, unit_no: int, *, within: Scope) -> UUID | None:
        """Who bears the active personal id in that unit and in scope."""
        ...

    async def sent_by(self, id: UUID, *, within: Scope) -> UUID | None:
        """The unit that sent it; None where the commune recorded it itself."""
        ...

    async def decided(self, id: UUID, *, within: Scope) -> bool:
        """Whether a decision on the notice's case is in force, wherever that case lies today."""
        ...

    async def undecided(self, since: date, until: date, *, within: Scope) -> Sequence[UUID]:
        """Notices of treatments ending in these days, for which no decision is in force and no alarm was sounded."""
        ...

    def beyond(self, case_id: UUID) -> AbstractAsyncContextManager[Held | None]:
        """In the commune of an accepted notice's case, for what its sender has to do there; the rules come first."""
        ...

    async def handed_over(self, decision_id: UUID, minutes: str, at: datetime, *, within: Scope) -> bool:
        """Whether these very minutes are on file."""
        ...

    async def amended_since_return(self, id: UUID, *, within: Scope) -> bool: ...
    async def open_routing(self, id: UUID, *, within: Scope) -> UUID | None: ...
    async def add(self, id: UUID, seat: Seat, content: Mapping[str, Any], more: Mapping[str, Any]) -> None: ...
    async def amend(self, id: UUID, changes: Mapping[str, Any]) -> None: ...
    async def start_routing(self, id: UUID, notice: UUID, facts: Mapping[str, Any]) -> None: ...
    async def amend_routing(self, notice: UUID, changes: Mapping[str, Any]) -> None: ...
    async def add_amendment(self, notice: UUID, facts: Mapping[str, Any]) -> None: ...
    async def send_on(self, notice: UUID, routing: UUID, seat: Seat, reason: str, name: str) -> None: ...
    async def decision_issued(self, case_id: UUID, number: str, at: datetime) -> None: ...
