"""Guided walks over a table of moves: between them they take every move, so every state is reached."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Hashable, Iterator, Sequence
from typing import TypeVar

E = TypeVar("E", bound=tuple[Hashable, ...])


def tours(moves: Collection[E], initial: Hashable) -> list[list[E]]:
    """Walks from the initial state over edges (source, to, …), each as long as something untaken can be reached."""
    left, found = set(moves), []
    while left:
        walk = list(_walk(moves, left, initial))
        assert walk, f"no way to {left}"
        found.append(walk)
    return found


def _walk(moves: Collection[E], left: set[E], at: Hashable) -> Iterator[E]:
    while way := _way(moves, left, at):
        for edge in way:
            left.discard(edge)
            yield edge
        at = way[-1][1]


def _way(moves: Collection[E], left: set[E], at: Hashable) -> Sequence[E]:
    """The shortest way from a state that ends with an edge not taken yet."""
    waiting: deque[tuple[Hashable, list[E]]] = deque([(at, [])])
    seen = {at}
    while waiting:
        state, way = waiting.popleft()
        for edge in sorted((one for one in moves if one[0] == state), key=str):
            if edge in left:
                return [*way, edge]
            if edge[1] not in seen:
                seen.add(edge[1])
                waiting.append((edge[1], [*way, edge]))
    return []
