"""What figures count, as types that cannot be mixed up: người (persons) and lượt (contacts, events) are never added.

A person may stand in two groups at once, so persons are counted anew over a larger group and never added, not even to
persons; each contact and each event happened once, so contacts are added to contacts and events to events.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Persons:
    """Different persons on the register."""

    n: int


@dataclass(frozen=True, slots=True, order=True)
class Clients:
    """Different anonymous clients: they may be persons of the register, and nobody can tell."""

    n: int


@dataclass(frozen=True, slots=True, order=True)
class Contacts:
    """Times that somebody was counselled."""

    n: int

    def __add__(self, other: Contacts) -> Contacts:
        if type(other) is not Contacts:
            return NotImplemented
        return Contacts(self.n + other.n)


@dataclass(frozen=True, slots=True, order=True)
class Events:
    """Times that something happened (lượt): a session, a referral, a placement, somebody's coming to one of them."""

    n: int

    def __add__(self, other: Events) -> Events:
        if type(other) is not Events:
            return NotImplemented
        return Events(self.n + other.n)


@dataclass(frozen=True, slots=True, order=True)
class Dong:
    """Money, in whole đồng."""

    n: int

    def __add__(self, other: Dong) -> Dong:
        if type(other) is not Dong:
            return NotImplemented
        return Dong(self.n + other.n)


Measure = Persons | Clients | Contacts | Events | Dong


def figure(value: object) -> object:
    """A measure as it travels: its number; anything else as it is."""
    return value.n if isinstance(value, Measure) else value
