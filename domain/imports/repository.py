"""What the rules of imports ask of storage. Every read demands a scope."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.imports.people import Looked, PersonFound
from domain.reading import Scope


class ImportKnown(NamedTuple):
    """A job on file, under lock."""

    id: UUID
    unit_no: int
    state: str
    kind: str
    mode: str
    fingerprint: str | None
    recorded_by: UUID | None
    waiting: int
    done: int
    format: str


class RowKnown(NamedTuple):
    """A row of a preview, under lock."""

    id: UUID
    import_id: UUID
    state: str
    kind: str
    verdict: str
    candidates: Sequence[Mapping[str, Any]]


class ImportRepository(Protocol):
    async def job(self, id: UUID, *, within: Scope) -> ImportKnown | None: ...
    async def row(self, id: UUID, *, within: Scope) -> RowKnown | None: ...
    async def mapping(self, id: UUID, *, within: Scope) -> Mapping[str, Any] | None: ...
    async def errors(self, id: UUID, *, within: Scope) -> int: ...
    async def moved(self, id: UUID, *, within: Scope) -> Sequence[int]: ...
    async def people(
        self, source: str, looked: Sequence[Looked], *, within: Scope, locking: bool, since: datetime | None
    ) -> Sequence[PersonFound]: ...
    async def held_outside(self, blinds: Sequence[bytes], *, within: Scope) -> frozenset[bytes]: ...
    async def progress(self, id: UUID, *, within: Scope) -> Any: ...
    async def told(self, id: UUID, *, errors_only: bool, within: Scope) -> Sequence[Any]: ...
    async def add(self, id: UUID, facts: Mapping[str, Any], chunks: AsyncIterable[bytes]) -> None: ...
    async def amend(self, id: UUID, changes: Mapping[str, Any]) -> None: ...
    async def decide(self, id: UUID, import_id: UUID, changes: Mapping[str, Any]) -> None: ...
    async def add_mapping(self, id: UUID, facts: Mapping[str, Any]) -> None: ...
    async def amend_mapping(self, id: UUID, changes: Mapping[str, Any]) -> None: ...
