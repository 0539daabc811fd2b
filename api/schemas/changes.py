"""The change feed, as it travels."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.base import worded
from domain.change.model import MOST_CHANGES, FeedKind, Following

worded(FeedKind)


class Change(BaseModel):
    """One row that changed. Nothing personal: read the row itself for what it says now."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    noun: str
    """`person`, `management_case`, `task`, …"""
    id: UUID
    kind: FeedKind
    """What to do: read it (`upsert`, `entered_scope`), or let it go (`delete`: voided; `left_scope`: another's)."""
    version: int | None = None
    """The version this change made, where rows of the noun carry one."""
    cursor: str
    """Where to go on after this entry."""


class ChangesPage(BaseModel):
    """Where to go on."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    next: str
    """The next cursor, always; keep it even where nothing was told."""
    more: bool
    """Whether there is more to be read at once."""


class Changes(BaseModel):
    """A page of the feed, in commit order."""

    data: list[Change]
    page: ChangesPage


class ChangesQuery(BaseModel):
    """From where on, of which nouns, and how long to wait."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    cursor: Annotated[str | None, Field(max_length=2000)] = None
    """`page.next` of the answer before. Without one the answer is empty and tells where to start."""
    start: Literal["now"] | None = None
    """`now`: only the cursor to start from. Take it *before* reading the lists, then follow from it."""
    nouns: Annotated[str | None, Field(max_length=1000)] = None
    """Comma-separated nouns; all that may be followed when left out. A cursor belongs to its nouns."""
    limit: Annotated[int, Field(ge=1, le=MOST_CHANGES)] = 200
    """Entries of a page."""
    wait: Annotated[int, Field(ge=0, le=30)] = 0
    """Seconds to wait where there is nothing yet."""
    via: Literal["grant", "made"] | None = None
    """Another road: what is granted to me, what was made under my unit."""

    def following(self) -> Following:
        nouns = tuple(sorted({part for part in (self.nouns or "").split(",") if part}))
        return Following(None if self.start else self.cursor, nouns, self.limit)
