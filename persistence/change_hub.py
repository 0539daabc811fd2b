"""Who waits for changes, and what wakes them: one connection a process, whatever the number of those who wait.

Acts do not NOTIFY in their own transaction: PostgreSQL would let commits through one by one. After a commit the
process is stirred in memory; the hub gathers for a moment, tells the other processes by NOTIFY on its own connection,
looks once at what has come (`changes_stirred`: addresses only) and wakes exactly those whom it concerns. What is
committed but still held back by an open transaction is looked at again shortly; a slow tick makes up for a lost NOTIFY.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.change.model import Place as Reached
from domain.change.model import Watch
from domain.reading import Actor, Road
from domain.refusals import Refusal

CHANNEL: Final = "row_change"
GATHERED: Final = 0.05
"""Seconds over which changes are gathered before anyone looks."""
TICK: Final = 5.0
"""Seconds after which the hub looks unasked, while somebody waits."""
HELD_BACK: Final = 0.1
"""Seconds until it looks again at what an open transaction holds back; doubled up to the tick."""
SETTLED: Final = 2.0
"""Seconds between two looks at what was granted, while somebody waits for that: grants begin and end by the clock."""
AGAIN: Final = 1.0
"""Seconds until a lost connection is made anew."""
LOOKED_AT: Final = 2000
"""Rows of one look; with more, everyone is woken and reads for themselves."""
GONE: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
LOOK: Final = "select * from changes_stirred($1, $2)"
SETTLE: Final = "select settle_all_grants()"


@dataclass(eq=False, slots=True)
class Waiter:
    """One request that waits."""

    account_id: UUID
    watch: Watch
    grantees: frozenset[int]
    woken: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    placed: bool = False
    """It is a stream's, counted by its place."""

    def hears(self, change: Mapping[str, Any]) -> bool:
        within = self.watch.within
        if change["noun"] not in self.watch.nouns:
            return False
        if within.road is Road.COUNTRY:
            return change["unit_no"] is not None
        if within.road is Road.GRANT:
            return change["grantee"] in self.grantees
        number = change["made_unit_no"] if within.road is Road.MADE else change["unit_no"]
        return number is not None and within.lo <= number <= within.hi

    def wake(self) -> None:
        if not self.woken.done():
            self.woken.set_result(None)


@dataclass(eq=False, slots=True)
class Place:
    """One stream's place, from its first event to its last, whether it waits or its reader is slow."""

    account_id: UUID
    held: set[Place]

    def leave(self) -> None:
        self.held.discard(self)


class ChangeHub:
    """The waiting room of one process."""

    def __init__(self, dsn: str, *, most: int = 1000, most_each: int = 16) -> None:
        self.dsn = dsn
        self.most = most
        self.most_each = most_each
        self.waiting: set[Waiter] = set()
        self.placed: set[Place] = set()
        self.closing = False
        self._upto = 0
        self._stirred = asyncio.Event()
        self._ours = False
        self._held = 0.0
        self._settle_at = 0.0
        self._pid = 0
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        self._task = asyncio.create_task(self._run())

    def leave(self) -> None:
        """Nobody waits any longer: the service stops."""
        self.closing = True
        for waiter in self.waiting:
            waiter.wake()

    async def close(self) -> None:
        self.leave()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError, *GONE):  # cut in the middle of a message
                await self._task

    def stir(self) -> None:
        """Something was committed by this process."""
        self._ours = True
        self._stirred.set()

    def place(self, account_id: UUID) -> Place:
        """For a stream that begins. Raises `too_many_waiting`."""
        self._refuse_more(account_id)
        place = Place(account_id, self.placed)
        self.placed.add(place)
        return place

    async def wait(self, actor: Actor, watch: Watch, place: Reached, seconds: float, *, placed: bool = False) -> bool:
        """Whether something may have come after the place within the time; `placed`: a stream, which has its place.

        Raises `too_many_waiting`.
        """
        if self.closing:
            return False
        if self.waiting and place.xid < self._upto:
            return True  # the hub has seen more than this reader
        if not placed:
            self._refuse_more(actor.account_id)
        waiter = Waiter(actor.account_id, watch, frozenset(actor.grantees), placed=placed)
        if not self.waiting:
            self._upto = place.xid
            self._stirred.set()
        self.waiting.add(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter.woken
        except TimeoutError:
            return False
        finally:
            self.waiting.discard(waiter)
        return not self.closing

    def _refuse_more(self, account_id: UUID) -> None:
        held = [waiter.account_id for waiter in self.waiting if not waiter.placed]
        held += [place.account_id for place in self.placed]
        if len(held) >= self.most or held.count(account_id) >= self.most_each:
            raise Refusal("too_many_waiting", retry_after=5)

    # -- the one task

    async def _run(self) -> None:
        while not self.closing:
            try:
                await self._serve()
            except GONE:
                if self.closing:
                    return  # the cut itself may come back as a broken connection
                await asyncio.sleep(AGAIN)

    async def _serve(self) -> None:
        connection = await asyncpg.connect(self.dsn)
        try:
            self._pid = connection.get_server_pid()
            await connection.add_listener(CHANNEL, self._notified)
            while True:
                await self._something()
                await self._pass_on(connection)
                if self.waiting:
                    await self._settle(connection)
                    await self._look(connection)
        finally:
            connection.terminate()

    def _notified(self, _connection: Any, pid: int, _channel: str, _payload: str) -> None:
        if pid != self._pid:
            self._stirred.set()

    async def _something(self) -> None:
        """Until something came, the time to look again, or the tick."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._held or TICK):
                await self._stirred.wait()
                await asyncio.sleep(GATHERED)
        self._stirred.clear()

    async def _pass_on(self, connection: Any) -> None:
        if self._ours:
            self._ours = False
            await connection.execute("select pg_notify($1, '')", CHANNEL)

    async def _settle(self, connection: Any) -> None:
        """Nothing is written when a grant begins or ends by the clock: who waits is told within the tick."""
        now = asyncio.get_running_loop().time()
        if now >= self._settle_at and any(waiter.watch.within.road is Road.GRANT for waiter in self.waiting):
            self._settle_at = now + SETTLED
            await connection.execute(SETTLE)

    async def _look(self, connection: Any) -> None:
        rows = await connection.fetch(LOOK, self._upto, LOOKED_AT)
        head = rows[0]
        self._held = min((self._held * 2) or HELD_BACK, TICK) if head["pending"] else 0.0
        self._upto = max(self._upto, head["below"] - 1)
        everyone = head["looked"] >= LOOKED_AT
        for waiter in tuple(self.waiting):
            if everyone or any(waiter.hears(row) for row in rows if row["noun"] is not None):
                waiter.wake()
