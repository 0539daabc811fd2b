"""Journal entries, as they travel."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import UUID

import strawberry.pydantic
from pydantic import BaseModel, ConfigDict, Field

from api.asking import PageQuery
from api.civil import Instant
from api.schemas.accounts import AccountFacts


class JournalEntryFacts(BaseModel):
    """Who read, wrote or was refused what."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    id: int
    masked: list[str]
    happened_at: dt.datetime | None = None
    account_id: UUID | None = None
    appointment_id: UUID | None = None
    unit_id: UUID | None = None
    """Unit of who acted."""
    act: str | None = None
    noun: str | None = None
    outcome: str | None = None
    """read, done, replayed, checked, denied, absent."""
    road: str | None = None
    subject_ids: list[UUID] | None = None
    """Persons shown or asked for."""
    shown: int | None = None
    purpose: str | None = None
    request_id: str | None = None


class JournalEntry(JournalEntryFacts):
    account: AccountFacts | None = None


@strawberry.pydantic.input
class JournalFilter(BaseModel):
    """Which entries."""

    model_config = ConfigDict(extra="forbid")
    account_id: UUID | None = None
    act: Annotated[str | None, Field(max_length=60)] = None
    noun: Annotated[str | None, Field(max_length=40)] = None
    outcome: Annotated[str | None, Field(max_length=20)] = None
    happened_from: Instant | None = None
    happened_before: Instant | None = None


class JournalQuery(PageQuery, JournalFilter):
    """The journal, newest first."""
