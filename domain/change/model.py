"""What the change feed tells, and how far a follower has come. Thin: ids and versions, never what was written."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.reading import Scope

MOST_CHANGES = 1000
"""Entries of one page."""


class FeedKind(StrEnum):
    """What became of a row, as the follower sees it."""

    UPSERT = "upsert"
    DELETE = "delete"
    ENTERED_SCOPE = "entered_scope"
    LEFT_SCOPE = "left_scope"


class Place(NamedTuple):
    """How far one has read: every transaction below `xid`, and of that one up to `seq`."""

    xid: int
    seq: int


class Change(NamedTuple):
    """One entry; `cursor` is where to go on after it."""

    noun: str
    id: UUID
    kind: str
    version: int | None
    cursor: str


class Watch(NamedTuple):
    """What a caller may hear of: the rows of these nouns within this scope."""

    within: Scope
    nouns: tuple[str, ...]


class Following(NamedTuple):
    """A question to the feed. Without a cursor it asks where to start."""

    cursor: str | None = None
    nouns: tuple[str, ...] = ()
    """Only these; all that the caller may hear of when empty."""
    most: int = 200
    patient: bool = False
    """An empty answer will not be given but waited over: it leaves no journal row."""


class Batch(NamedTuple):
    """A page of the feed in commit order."""

    changes: tuple[Change, ...]
    next: str
    more: bool
    place: Place
    watch: Watch
