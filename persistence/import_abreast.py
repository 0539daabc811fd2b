"""Rows of an import whose acts run on the database itself: many abreast, and alone whoever holds the others up.

What the database refuses of many it does not say of whom; so they are tried again in smaller sets, at last one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Final, Protocol

from domain.refusals import Refusal
from persistence.abreast import NotAbreast, RowConnection, Walker, walked
from persistence.set_statements import FEW

AT_ONCE: Final = 500
"""Rows that walk abreast at most: each keeps its act, its answers and its row in memory until the last is done."""
PIECES: Final = 8
"""Into how many parts rows fall of which the database refuses some."""
RowAct = Callable[[Any], Coroutine[Any, Any, Any]]
"""The act of a row, on the records it is given."""


class HeldUp(Exception):  # noqa: N818 - an answer about rows
    """Rows that were refused after they had written: they go alone, and the rest without them."""

    def __init__(self, places: Iterable[int]) -> None:
        super().__init__()
        self.places = frozenset(places)


class Transaction(Protocol):
    """The records of an import, as far as rows need them."""

    connection: Any
    told: list[Any]

    def savepoint(self, *, kept: bool) -> Any: ...
    async def ended(self) -> None: ...
    def row(self, connection: RowConnection, *, trying: bool) -> Any: ...


class Rows:
    """The rows of a batch on one transaction."""

    def __init__(self, records: Transaction, acts: Sequence[RowAct], *, kept: bool) -> None:
        self.records = records
        self.acts = acts
        self.kept = kept
        self.came_to: dict[int, Any] = {}
        self.told: dict[int, list[Any]] = {}

    async def done(self, rounds: Sequence[Sequence[int]]) -> list[Any]:
        """What each came to, in the order of the file; and so is told what they did."""
        for places in rounds:
            for start in range(0, len(places), AT_ONCE):
                await self._tried(places[start : start + AT_ONCE])
        for place in sorted(self.told):
            self.records.told.extend(self.told[place])
        await self.records.ended()
        return [self.came_to[place] for place in range(len(self.acts))]

    async def _tried(self, places: Sequence[int]) -> None:
        """As many at once as the database takes."""
        if len(places) < FEW:
            await self._one_by_one(places)
            return
        try:
            await self._abreast(places)
        except HeldUp as held:
            await self._tried([place for place in places if place not in held.places])
            await self._one_by_one(sorted(held.places))
        except NotAbreast:
            await self._one_by_one(places)
        except Refusal:
            size = max(len(places) // PIECES, 1)
            for start in range(0, len(places), size):
                await self._tried(places[start : start + size])

    async def _abreast(self, places: Sequence[int]) -> None:
        """Raises `HeldUp`, and what the database refuses; then nothing of them is stored."""
        async with self.records.savepoint(kept=self.kept):
            rows = [self.records.row(RowConnection(), trying=not self.kept) for _ in places]
            walkers = [Walker(self.acts[at](row), row.connection) for at, row in zip(places, rows, strict=True)]
            found = dict(zip(places, await walked(self.records.connection, walkers), strict=True))
            if self.kept:
                self._all_whole(found, dict(zip(places, rows, strict=True)))
        self.came_to |= found

    def _all_whole(self, found: dict[int, Any], rows: dict[int, Any]) -> None:
        late = [at for at, one in found.items() if isinstance(one, Refusal) and rows[at].connection.wrote]
        if late:
            raise HeldUp(late)
        self.told |= {at: row.told for at, row in rows.items()}

    async def _one_by_one(self, places: Iterable[int]) -> None:
        for place in places:
            await self._alone(place)

    async def _alone(self, place: int) -> None:
        """On the connection itself, in a savepoint of its own."""
        before, self.records.told = self.records.told, []
        try:
            async with self.records.savepoint(kept=self.kept):
                self.came_to[place] = await self.acts[place](self.records)
            self.told[place] = self.records.told
        except Refusal as refusal:
            self.came_to[place] = refusal
        self.records.told = before
