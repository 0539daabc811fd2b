"""Invented people for demonstration and measuring: always the same for a seed, and nobody's.

Identity numbers and telephones come from prefixes that no authority or operator gives out. People come one by one, a
household after another, so any number of them fits in memory; a smaller population is the beginning of a larger one.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, count, islice
from random import Random
from typing import Final, NamedTuple
from uuid import UUID

from cli.population_names import (
    ALIASES,
    HAMLETS,
    KINH,
    PEOPLES,
    SETTLED,
    STREETS,
    VILLAGES,
    NameStock,
    Region,
    region_of,
)
from domain.person.identity import SYNTHETIC_PREFIX, IdentityKind
from domain.person.phone import SYNTHETIC_PHONE_PREFIX

AS_OF: Final = date(2026, 11, 1)
"""The day on which these people are 12 to 70 years old; nothing about them is later."""

MOST_PEOPLE: Final = 5_000_000
"""Above this the invented numbers would repeat."""

_FIRST_INSTANT: Final = 1_782_838_800_000  # 2026-07-01T00:00+07:00 in milliseconds: when the first id was made
_OLD_CARD_ENDED: Final = date(2025, 1, 1)  # from this day the 9-digit card is not valid
_OLD_CARDS, _PHONES = 1000, 1001  # series of serials; those of personal numbers are below
_URBAN: Final = ("Phường", "Thị trấn", "Đặc khu")


class CommuneSeat(NamedTuple):
    """A commune that people can live in; `weight` is its size against the others."""

    unit_id: UUID
    no: int
    province_code: str
    name: str
    province_name: str
    weight: float = 1


@dataclass(frozen=True, slots=True)
class SyntheticIdentifier:
    """A number on a paper; `valid_to` is the first day on which it does not hold any more."""

    kind: IdentityKind
    number: str
    issued_on: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class SyntheticResidence:
    """A dated fact: `kind` is permanent, temporary or current; `valid_to` is the first day after.

    The address is the part below the commune.
    """

    kind: str
    commune: CommuneSeat
    address: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class SyntheticPerson:
    """One invented person; `commune` is the responsible one, where they live now."""

    id: UUID
    household_no: int
    commune: CommuneSeat
    full_name: str
    aliases: tuple[str, ...]
    gender: str
    born_on: date
    born_precision: str
    native_place: str
    identifiers: tuple[SyntheticIdentifier, ...]
    no_id_reason: str | None
    phones: tuple[str, ...]
    residences: tuple[SyntheticResidence, ...]


class _Household(NamedTuple):
    no: int
    commune: CommuneSeat
    people: str | None
    address: str
    phone: str | None
    settled_on: date


def population(seed: int, size: int, communes: Sequence[CommuneSeat]) -> Iterator[SyntheticPerson]:
    """Yield `size` people of these communes; ValueError without communes or above MOST_PEOPLE."""
    if not communes or size > MOST_PEOPLE:
        raise ValueError("a population needs communes and at most 5,000,000 people")
    return islice(_Making(seed, communes).everyone(), size)


class _Serials:
    """Six-digit serials that look drawn; none repeats in its series before a million of it are given out."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._given: dict[int, int] = {}

    def next(self, series: int) -> int:
        ordinal = self._given[series] = self._given.get(series, self._first + series * 7_919) + 1
        return ordinal * 389_017 % 1_000_000  # 389,017 shares no factor with a million: a permutation


class _Making:
    """The chances of one population and the numbers it has given out."""

    def __init__(self, seed: int, communes: Sequence[CommuneSeat]) -> None:
        self._random = Random(seed)  # noqa: S311 - invented people, not secrets
        self._chance = self._random.random
        self._communes = communes
        # A few communes carry much of the burden: sizes are spread once more, widely.
        spread = (seat.weight * self._random.lognormvariate(0, 0.7) for seat in communes)
        self._reach = list(accumulate(spread))
        self._serials = _Serials(self._random.randrange(1_000_000))
        self._people = count()

    def everyone(self) -> Iterator[SyntheticPerson]:
        for household_no in count(1):
            yield from self._members(self._household(household_no))

    def _members(self, household: _Household) -> Iterator[SyntheticPerson]:
        family: str | None = None
        for _ in range(1 + (self._chance() < 0.05) + (self._chance() < 0.01)):
            person, family = self._person(household, family)
            yield person

    def _household(self, no: int) -> _Household:
        commune = self._commune()
        people = self._people_of(commune.province_code)
        phone = self._phone() if self._chance() < 0.5 else None
        return _Household(no, commune, people, self._address(commune, people), phone, self._day(1990, 2025))

    def _person(self, household: _Household, family: str | None) -> tuple[SyntheticPerson, str | None]:
        gender = self._gender()
        born_on, precision = self._birth()
        called = "female" if gender == "female" else "male"
        full_name, family = self._name(household, called, born_on, family)
        identifiers = self._identifiers(called, born_on)
        residences = self._residences(household, born_on)
        person = SyntheticPerson(
            id=self._id(),
            household_no=household.no,
            commune=residences[-1].commune,
            full_name=full_name,
            aliases=self._aliases(household, full_name),
            gender=gender,
            born_on=born_on,
            born_precision=precision,
            native_place=self._native_place(household.commune),
            identifiers=identifiers,
            no_id_reason=None if identifiers else self._pick("never_registered", "papers_lost", "being_issued"),
            phones=self._phones(household),
            residences=residences,
        )
        return person, family

    def _id(self) -> UUID:
        """Make a UUID of version 7 whose instant grows from person to person."""
        instant = _FIRST_INSTANT + 137 * next(self._people)
        high, low = self._random.getrandbits(12), self._random.getrandbits(62)
        return UUID(int=instant << 80 | 7 << 76 | high << 64 | 2 << 62 | low)

    def _commune(self) -> CommuneSeat:
        return self._communes[min(bisect(self._reach, self._chance() * self._reach[-1]), len(self._communes) - 1)]

    def _people_of(self, province_code: str) -> str | None:
        left = self._chance() * 100
        for people, share in SETTLED.get(province_code, {}).items():
            left -= share
            if left < 0:
                return people
        return None

    def _gender(self) -> str:
        chance = self._chance()
        return "male" if chance < 0.92 else "female" if chance < 0.998 else "other"

    def _birth(self) -> tuple[date, str]:
        born_on = AS_OF - timedelta(days=int(self._random.triangular(12.1, 70, 31) * 365.25))
        chance = self._chance()
        if chance < (0.16 if born_on.year < 1980 else 0.03):
            return date(born_on.year, 1, 1), "year"
        return (born_on.replace(day=1), "month") if chance > 0.98 else (born_on, "day")

    def _name(self, household: _Household, called: str, born_on: date, family: str | None) -> tuple[str, str | None]:
        stock = self._stock(household, born_on)
        words = [pool.pick(self._chance()) for pool in (stock.male if called == "male" else stock.female)]
        if stock.family_at is not None:
            family = words[stock.family_at] = family if family is not None else words[stock.family_at]
        return " ".join(dict.fromkeys(filter(None, words))), family

    def _stock(self, household: _Household, born_on: date) -> NameStock:
        if household.people:
            return PEOPLES[household.people]
        return KINH[region_of(household.commune.province_code), born_on.year < 1985]

    def _aliases(self, household: _Household, full_name: str) -> tuple[str, ...]:
        if self._chance() > 0.12:
            return ()
        region = region_of(household.commune.province_code)
        called = ALIASES[region].pick(self._chance())
        return (f"{called} {full_name.rpartition(' ')[2]}" if region is Region.SOUTH else called,)

    def _native_place(self, home: CommuneSeat) -> str:
        place = home if self._chance() < 0.8 else self._commune()
        return f"{place.name}, {place.province_name}"

    def _identifiers(self, called: str, born_on: date) -> tuple[SyntheticIdentifier, ...]:
        chance = self._chance()
        if chance < 0.03:
            return ()
        if chance < 0.12 and born_on.year < 1999:
            old = self._old_card(born_on.year)
            return (old,) if chance < 0.06 else (old, self._personal_id(called, born_on.year))
        return (self._personal_id(called, born_on.year),)

    def _personal_id(self, called: str, year: int) -> SyntheticIdentifier:
        issued_on = self._day(max(2016, year + 15), 2025) if year < 2011 else None
        number_year, female = year, called == "female"
        if self._chance() < 0.01:  # what an officer is warned of: a gender or a year that does not fit
            number_year, female = (year + 1, female) if self._chance() < 0.5 else (year, not female)
        group = 200 * (number_year // 100 - 19) + 100 * female + number_year % 100
        number = f"{SYNTHETIC_PREFIX}{group:03}{self._serials.next(group):06}"
        return SyntheticIdentifier(IdentityKind.PERSONAL_ID, number, issued_on)

    def _old_card(self, year: int) -> SyntheticIdentifier:
        number = f"{SYNTHETIC_PREFIX}{self._serials.next(_OLD_CARDS):06}"
        return SyntheticIdentifier(IdentityKind.OLD_ID_9, number, self._day(year + 15, year + 17), _OLD_CARD_ENDED)

    def _phones(self, household: _Household) -> tuple[str, ...]:
        own = (self._phone(),) if self._chance() < 0.6 else ()
        return own + ((household.phone,) if household.phone else ())

    def _phone(self) -> str:
        series = self._below(10)
        return f"{SYNTHETIC_PHONE_PREFIX}{series}{self._serials.next(_PHONES + series):06}"

    def _residences(self, household: _Household, born_on: date) -> tuple[SyntheticResidence, ...]:
        """Return what is on file, the current residence last."""
        home, since = household.commune, max(household.settled_on, born_on)
        permanent = SyntheticResidence("permanent", home, household.address, since)
        if self._chance() > 0.12:
            return permanent, SyntheticResidence("current", home, household.address, since)
        commune, moved_on = self._commune(), max(self._day(2019, 2025), since + timedelta(days=60))
        address = self._address(commune, None)
        temporary = SyntheticResidence("temporary", commune, address, moved_on)
        before = SyntheticResidence("current", home, household.address, since, moved_on)
        return permanent, temporary, before, SyntheticResidence("current", commune, address, moved_on)

    def _address(self, commune: CommuneSeat, people: str | None) -> str:
        region = region_of(commune.province_code)
        if people:
            return VILLAGES[region].pick(self._chance())
        if commune.name.startswith(_URBAN):
            return self._street(region)
        group = f"Tổ {1 + self._below(14)}, " if self._chance() < 0.4 else ""
        return group + HAMLETS[region].pick(self._chance())

    def _street(self, region: Region) -> str:
        house, lane, group = 1 + self._below(400), 1 + self._below(200), 1 + self._below(24)
        street = STREETS.pick(self._chance())
        if region is Region.NORTH:
            return f"Số {house}, ngõ {lane}, phố {street}, tổ dân phố {group}"
        if region is Region.CENTRAL:
            return f"Số {house}, đường {street}, tổ dân phố {group}"
        return f"{house}/{lane} {street}, khu phố {group}"

    def _day(self, first_year: int, last_year: int) -> date:
        first, after = date(first_year, 1, 1).toordinal(), date(last_year + 1, 1, 1).toordinal()
        return date.fromordinal(first + self._below(after - first))

    def _below(self, limit: int) -> int:
        return int(self._chance() * limit)

    def _pick(self, *words: str) -> str:
        return words[self._below(len(words))]
