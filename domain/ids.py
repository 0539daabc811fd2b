"""Ids made by us: UUIDv7, in order of making (RFC 9562 §5.7, §6.2 method 3). Clients may make their own."""

from __future__ import annotations

import os
import time
from typing import Final
from uuid import UUID, SafeUUID, uuid4

_MADE: Final = 0x7 << 76 | 0b10 << 62
"""Version and variant."""
_MILLISECONDS: Final = 2**48 - 1
_LOW: Final = 2**62 - 1
_number: Final = UUID.__dict__["int"].__set__
_safety: Final = UUID.__dict__["is_safe"].__set__


def new_id() -> UUID:
    """48 bits of milliseconds, 12 bits of the rest of the clock, 62 random bits.

    Rows of one transaction bear one time: where several tell how something went, their ids keep them in order.
    Set field by field: an import makes half a million, and `UUID(int=…)` spends most of its time on looking at it.
    """
    random = int.from_bytes(os.urandom(8), "big")
    made = object.__new__(UUID)
    stamp, rest = divmod(time.time_ns(), 1_000_000)
    _number(made, (stamp & _MILLISECONDS) << 80 | _MADE | (rest << 12) // 1_000_000 << 64 | random & _LOW)
    _safety(made, SafeUUID.unknown)
    return made


def random_id() -> UUID:
    """A UUID that tells nothing of when it was made (version 4)."""
    return uuid4()
