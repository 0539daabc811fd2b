"""Writes queued without a signal, as they travel."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.base import Given

MOST_WRITES = 50


class QueuedWrite(Given):
    """One write as its own route would have it."""

    key: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,255}$")]
    """Its Idempotency-Key: the same at every try."""
    method: Literal["POST", "PATCH", "DELETE"]
    path: Annotated[str, Field(pattern=r"^/v1/[A-Za-z0-9/:?=&_.,%-]{1,400}$")]
    body: dict[str, Any] | None = None
    if_match: Annotated[str | None, Field(pattern=r'^"[0-9]{1,9}"$')] = None


class SyncPush(Given):
    """A queue of writes, in the order in which they were made."""

    writes: Annotated[list[QueuedWrite], Field(min_length=1, max_length=MOST_WRITES)]
    on_refusal: Literal["stop", "go_on"] = "stop"
    """Whether the writes behind a refused one are still tried."""


class WriteResult(BaseModel):
    """What became of one write: what its own route answered."""

    model_config = ConfigDict(use_attribute_docstrings=True)
    key: str
    status: int
    etag: str | None = None
    """For If-Match of the next change."""
    replayed: bool
    """It had been done by an earlier try."""
    body: dict[str, Any]
    """The resource, or the problem."""


class SyncResult(BaseModel):
    """Results in the order of the writes; those behind a stop are not among them and were not tried."""

    results: list[WriteResult]
    untried: int
