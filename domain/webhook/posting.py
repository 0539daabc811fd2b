"""One request that leaves the machine, and what came back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import NamedTuple

from domain.webhook.noun import DeliveryFault


class Post(NamedTuple):
    """What is sent."""

    url: str
    headers: Mapping[str, str]
    body: bytes


class Outcome(NamedTuple):
    """What the receiver said, or why nothing was heard."""

    status: int | None
    fault: DeliveryFault | None
    wait: timedelta = timedelta(0)
    """For how long the receiver asked to be left alone (RFC 9110, Retry-After)."""


Send = Callable[[Post], Awaitable[Outcome]]
