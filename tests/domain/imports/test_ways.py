"""Over which moves a row of a file comes from the state on file to the state it tells."""

from __future__ import annotations

import pytest

from domain.imports.ways import missing, way
from domain.law.life_cycle import LifeCycle, Move

LIFE = LifeCycle(
    "course",
    initial="advised",
    moves=(
        Move("advised", "enrolled", ("enrolled_on",)),
        Move("enrolled", "finished", ("finished_on",)),
        Move("enrolled", "dropped", ("dropped_on", "reason")),
        Move("advised", "dropped", ("reason",)),
        Move("finished", "certified", ("certified_on",)),
        Move("dropped", "enrolled", ("enrolled_on",)),
    ),
)


def said(move):
    return move.requires


def steps(start, to, *told, by=said):
    found = way(LIFE, start, to, told, by)
    return None if found is None else [move.to for move in found]


@pytest.mark.parametrize(
    ("start", "to", "told", "states"),
    [
        ("advised", "advised", (), []),
        ("advised", "certified", ("enrolled_on", "finished_on", "certified_on"), ["enrolled", "finished", "certified"]),
        ("advised", "dropped", ("reason",), ["dropped"]),
        ("advised", "dropped", ("enrolled_on", "dropped_on", "reason"), ["enrolled", "dropped"]),
        ("advised", "dropped", (), ["dropped"]),
        ("dropped", "finished", ("enrolled_on", "finished_on"), ["enrolled", "finished"]),
        ("certified", "advised", (), None),
        ("finished", "dropped", ("reason",), None),
    ],
)
def test_the_way_that_what_is_told_fits_best_is_taken(start, to, told, states):
    assert steps(start, to, *told) == states


def test_where_nothing_is_said_with_a_move_the_shortest_way_that_lacks_nothing_is_taken():
    assert steps("advised", "dropped", "enrolled_on", "dropped_on", "reason", by=None) == ["dropped"]


def test_what_a_way_lacks_is_told_once_in_the_order_of_its_moves():
    found = way(LIFE, "advised", "certified", ("finished_on",), said)
    assert missing(found, ("finished_on",)) == ("enrolled_on", "certified_on")
    again = (*found, found[0])
    assert missing(again, ()) == ("enrolled_on", "finished_on", "certified_on")
