"""Ids made by us: UUIDv7, in order of making (RFC 9562 §5.7). Clients may make their own."""

from __future__ import annotations

import os
import time
from uuid import UUID, uuid4


def new_id() -> UUID:
    """48 bits of milliseconds, 74 random bits."""
    stamp = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (stamp & (2**48 - 1)) << 80 | 0x7 << 76 | (random >> 68 & 0xFFF) << 64 | 0b10 << 62 | random & (2**62 - 1)
    return UUID(int=value)


def random_id() -> UUID:
    """A UUID that tells nothing of when it was made (version 4)."""
    return uuid4()
