"""The way from one state to another over a table of moves: the one that what is told fits best. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from domain.law.life_cycle import LifeCycle, Move

Way = tuple[Move, ...]


def way(
    life: LifeCycle, start: str, to: str, told: Collection[str], said: Callable[[Move], Collection[str]] | None = None
) -> Way | None:
    """The moves in their order: those that lack nothing first, then those that leave nothing unsaid, then the fewest.

    `said` is what is told with a move. None: nothing leads there.
    """

    def worth(found: Way) -> tuple[int, int, int]:
        used = {name for move in found for name in (said(move) if said else ())}
        return len(missing(found, told)), len(set(told) - used), len(found)

    return min(_ways(life, start, to, ()), key=worth, default=None)


def _ways(life: LifeCycle, start: str, to: str, been: tuple[str, ...]) -> Iterator[Way]:
    """Every way that comes through no state twice."""
    if start == to:
        yield ()
        return
    for move in life.allowed(start):
        if move.to not in (*been, start):
            yield from ((move, *rest) for rest in _ways(life, move.to, to, (*been, start)))


def missing(found: Way, told: Collection[str]) -> tuple[str, ...]:
    """What the moves of a way need and nobody tells."""
    return tuple(dict.fromkeys(name for move in found for name in move.requires if name not in told))
