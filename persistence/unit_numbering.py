"""Preorder numbers of the scope tree: every subtree is one interval, with room left inside (rulings 1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

Key = TypeVar("Key")

ROOM: Mapping[str, int] = {
    "country": 65_536,
    "province": 4_096,
    "area": 1_024,
    "district": 256,
    "commune": 63,
    "organisation": 0,
}
"""Numbers left free behind the last unit inside; with its own number an empty commune is a block of 64."""


class Place(NamedTuple, Generic[Key]):
    """A unit of the scope tree and the unit it stands in."""

    key: Key
    level: str
    home: Key | None


class Numbers(NamedTuple):
    no: int
    last_no: int
    province_no: int | None
    area_no: int | None


def numbers_of(places: Sequence[Place[Key]], first: int = 1) -> dict[Key, Numbers]:
    """Numbers from `first` on, in preorder; siblings keep the order given. Whose home is not among them is a root."""
    numbering = _Numbering(places)
    for root in numbering.inside.get(None, ()):
        first = numbering.give(root, first, None, None) + 1
    if len(numbering.given) != len(places):
        raise ValueError("the scope tree has a circle")
    return numbering.given


class _Numbering(Generic[Key]):
    """What stands where, and the numbers given so far."""

    def __init__(self, places: Sequence[Place[Key]]) -> None:
        self.given: dict[Key, Numbers] = {}
        self.inside: dict[Key | None, list[Place[Key]]] = {}
        known = {place.key for place in places}
        for place in places:
            self.inside.setdefault(place.home if place.home in known else None, []).append(place)

    def give(self, place: Place[Key], no: int, province_no: int | None, area_no: int | None) -> int:
        """Number a unit and all inside it; the last number of its interval. An ended province lies in today's."""
        if place.level == "province" and province_no is None:
            province_no = no
        if place.level == "area":
            area_no = no
        last = no
        for child in self.inside.get(place.key, ()):
            last = self.give(child, last + 1, province_no, area_no)
        last += ROOM[place.level]
        self.given[place.key] = Numbers(no, last, province_no, area_no)
        return last


def in_tree_order(places: Iterable[Place[Key]], numbers: Mapping[Key, Numbers]) -> list[Key]:
    """Keys with every home before what stands in it."""
    return sorted((place.key for place in places), key=lambda key: numbers[key].no)
