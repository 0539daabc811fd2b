"""What the rules of exports ask of storage. Every read demands a scope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.reading import Scope


class ExportKnown(NamedTuple):
    """An export on file."""

    id: UUID
    unit_no: int
    state: str
    recorded_by: UUID
    acting_appointment: UUID
    streamed: bool


class ExportFile(NamedTuple):
    """What is to be known of a file before its bytes are sent."""

    id: UUID
    format: str
    size: int
    sha256: str
    pieces: int


class ExportRepository(Protocol):
    async def job(self, id: UUID, *, within: Scope) -> ExportKnown | None: ...
    async def file(self, id: UUID, *, within: Scope) -> ExportFile | None: ...
    async def piece(self, id: UUID, no: int, *, within: Scope) -> bytes | None: ...
    async def add(self, id: UUID, facts: Mapping[str, Any]) -> None: ...
    async def decide(self, id: UUID, changes: Mapping[str, Any]) -> None: ...
    async def end_stream(self, id: UUID, changes: Mapping[str, Any], *, within: Scope) -> None: ...
