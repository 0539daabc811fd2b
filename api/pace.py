"""How fast one caller may ask: a steady rate with room for a burst, for each account and process (api.md, "rate").

GCRA: of every caller one number is kept, the time at which their next request would have been due at the steady rate.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from time import monotonic
from uuid import UUID

from domain.refusals import Refusal

MOST_CALLERS = 10_000


class Pace:
    """Refuses who is faster than `rate` requests a second after `burst` at once. A rate of 0 knows no limit."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = monotonic) -> None:
        self.step = 1 / rate if rate else 0.0
        self.room = self.step * burst
        self.clock = clock
        self.due: OrderedDict[UUID, float] = OrderedDict()

    def step_in(self, caller: UUID) -> None:
        """Raises `too_many_requests` with the seconds to wait; a refused request costs nothing."""
        if not self.step:
            return
        now = self.clock()
        due = max(self.due.get(caller, now), now) + self.step
        if due - now > self.room:
            raise Refusal("too_many_requests", retry_after=ceil(due - now - self.room))
        self.due[caller] = due
        self.due.move_to_end(caller)
        if len(self.due) > MOST_CALLERS:
            self.due.popitem(last=False)
