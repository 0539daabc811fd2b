"""One request that leaves the machine, and what came back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
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


Send = Callable[[Post], Awaitable[Outcome]]
