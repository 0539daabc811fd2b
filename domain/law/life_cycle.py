"""A life cycle as a table of moves: which state may follow which, and what each move needs."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from domain.refusals import Refusal


class Move(NamedTuple):
    """One permitted step. `requires` are codes of what must be at hand; `because` cites why the step exists."""

    source: str
    to: str
    requires: tuple[str, ...] = ()
    because: str = ""


class LifeCycle:
    """Moves between the states of one noun. Raises ValueError when the table contradicts itself."""

    def __init__(self, name: str, *, initial: str, moves: Collection[Move]) -> None:
        self.name = name
        self.initial = initial
        self._moves = {(move.source, move.to): move for move in moves}
        self.states = frozenset({initial, *(state for pair in self._moves for state in pair)})
        if len(self._moves) != len(moves):
            raise ValueError(f"{name}: a move stands twice")
        if missing := self.states - self._reachable():
            raise ValueError(f"{name}: no way to {sorted(missing)}")

    @property
    def finals(self) -> frozenset[str]:
        """The states nothing leads out of."""
        return self.states - {source for source, _ in self._moves}

    @property
    def moves(self) -> tuple[Move, ...]:
        return tuple(self._moves.values())

    def allowed(self, state: str) -> tuple[Move, ...]:
        """The moves out of a state, in the order of the table."""
        return tuple(move for move in self._moves.values() if move.source == state)

    def move(self, state: str, to: str, given: Collection[str] = ()) -> Move:
        """The move, if the table has it and all it requires is given.

        Raises Refusal `wrong_move` with the states that may follow, `move_needs` with what is missing.
        """
        found = self._moves.get((state, to))
        if found is None:
            raise Refusal(
                "wrong_move", noun=self.name, state=state, to=to, allowed=[move.to for move in self.allowed(state)]
            )
        if missing := [code for code in found.requires if code not in given]:
            raise Refusal("move_needs", noun=self.name, state=state, to=to, missing=missing)
        return found

    def _reachable(self) -> set[str]:
        seen, waiting = {self.initial}, [self.initial]
        while waiting:
            following = {move.to for move in self.allowed(waiting.pop())} - seen
            seen |= following
            waiting += following
        return seen
