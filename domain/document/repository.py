"""What the rules of documents ask of storage. Every read demands a scope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.law.documents import FormKey
from domain.reading import Scope


class Subject(NamedTuple):
    """What a document is about, and every fact the forms may print."""

    case_id: UUID
    decision_id: UUID | None
    person_id: UUID
    unit_no: int
    content_hash: str | None
    """Of the signed content the decision's facts were taken from."""
    facts: Mapping[str, Any]


class Content(NamedTuple):
    """The bytes of a document, in clear."""

    id: UUID
    media_type: str
    format: str
    sha256: str
    content: bytes


class DocumentRepository(Protocol):
    async def facts_of(self, subject: UUID, *, within: Scope) -> Subject | None: ...
    async def content(self, id: UUID, *, within: Scope) -> Content | None: ...
    async def signed_paper(self, decision_id: UUID, *, within: Scope) -> UUID | None: ...
    async def confirmed(self, form: FormKey, *, within: Scope) -> bool: ...
    async def add(self, id: UUID, subject: Subject, facts: Mapping[str, Any], content: bytes) -> None: ...
    async def confirm(self, id: UUID, changes: Mapping[str, Any]) -> None: ...
