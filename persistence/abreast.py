"""Acts of many rows that walk abreast: whenever all of them wait, what they ask is asked at once, set by set.

An act is written for one row and asks the database question by question. Here many of them run side by side on one
transaction; a question that several ask in the same words goes as one statement over all of their arguments, and so do
rows that are added and changed. The acts, and what they store, are those of a single write. Rows that depend on each
other must not walk abreast (`rounds`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Generator, Hashable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple, Protocol

from domain.refusals import Refusal
from persistence.set_statements import Statement, asked_by_set, only_reads
from persistence.transfer import transferring


class Ask:
    """What a row asks of the database; awaited, it comes back with the answer."""

    def __init__(self, row: RowConnection, how: str, sql: str, given: tuple[Any, ...]) -> None:
        self.row = row
        self.how = how
        self.sql = sql
        self.given = given
        self.crossing = row.crossing

    def __await__(self) -> Generator[Ask, Any, Any]:
        return (yield self)


class SetOfRows(Protocol):
    """What many rows do in one call, in the order of the rows."""

    def __call__(self, connection: Any, told: Sequence[Any], /) -> Awaitable[None]: ...


class Doing(Ask):
    """What a row does by a statement made for many, each about something else."""

    def __init__(self, row: RowConnection, does: SetOfRows, about: Hashable, told: Any) -> None:
        super().__init__(row, "do", "", (told,))
        self.does = does
        self.about = about


class NotAbreast(Exception):  # noqa: N818 - an answer about an act
    """An act that waits for something else than the database."""


class RowConnection:
    """The connection as one of many rows sees it."""

    def __init__(self) -> None:
        self.crossing = False
        """Whether it asks under the role that crosses units (persistence/transfer.py)."""
        self.wrote = False

    async def fetch(self, sql: str, *given: Any) -> Any:
        return await self._ask("fetch", sql, given)

    async def fetchrow(self, sql: str, *given: Any) -> Any:
        found = await self._ask("fetch", sql, given)
        return found[0] if found else None

    async def fetchval(self, sql: str, *given: Any) -> Any:
        found = await self._ask("fetch", sql, given)
        return found[0][0] if found else None

    async def execute(self, sql: str, *given: Any) -> None:
        await self._ask("execute", sql, given)

    async def do(self, does: SetOfRows, about: Hashable, told: Any) -> None:
        self.wrote = True
        await Doing(self, does, about, told)

    async def _ask(self, how: str, sql: str, given: tuple[Any, ...]) -> Any:
        return await Ask(self, how, sql, given)


class Walker(NamedTuple):
    """A row's act, and the connection it asks by."""

    act: Coroutine[Any, Any, Any]
    connection: RowConnection


async def walked(connection: Any, walkers: Sequence[Walker]) -> list[Any]:
    """What each act came to, or the Refusal it ended with.

    Raises what the database refuses, and `NotAbreast`; then none is done.
    """
    came_to: list[Any] = [None] * len(walkers)
    waiting: dict[int, Ask] = {}

    def on(place: int, answer: Any) -> None:
        try:
            asked = walkers[place].act.send(answer)
        except StopIteration as end:
            came_to[place] = end.value
        except Refusal as refusal:
            came_to[place] = refusal
        else:
            if not isinstance(asked, Ask):
                raise NotAbreast
            waiting[place] = asked

    try:
        for place in range(len(walkers)):
            on(place, None)
        while waiting:
            answers = await _answered(connection, waiting)
            asking, waiting = waiting, {}
            for place in asking:
                on(place, answers.get(place))
    finally:
        for walker in walkers:
            walker.act.close()
    return came_to


async def _answered(connection: Any, waiting: Mapping[int, Ask]) -> dict[int, Any]:
    alike: dict[Any, list[int]] = {}
    for place, ask in waiting.items():
        what = ask.does if isinstance(ask, Doing) else (ask.how, ask.crossing, ask.sql)
        alike.setdefault(what, []).append(place)
    answers: dict[int, Any] = {}
    for places in alike.values():
        asks = [waiting[place] for place in places]
        if isinstance(asks[0], Doing):
            await _do(connection, asks)
        else:
            async with transferring(connection) if asks[0].crossing else nullcontext():
                statement = Statement(asks[0].how, asks[0].sql)
                if not await only_reads(connection, statement.sql):
                    for ask in asks:
                        ask.row.wrote = True
                found = await asked_by_set(connection, statement, [ask.given for ask in asks])
            answers.update(zip(places, found, strict=True))
    return answers


async def _do(connection: Any, asks: Sequence[Any]) -> None:
    for places in rounds([ask.about for ask in asks]):
        await asks[0].does(connection, [told for place in places for told in asks[place].given])


def rounds(keys: Sequence[Hashable]) -> Iterator[list[int]]:
    """Places of rows that may walk abreast: of the same key one a round, in their order."""
    turns: dict[Hashable, int] = {}
    found: list[list[int]] = []
    for place, key in enumerate(keys):
        turn = turns[key] = turns.get(key, -1) + 1
        if turn == len(found):
            found.append([])
        found[turn].append(place)
    yield from found
