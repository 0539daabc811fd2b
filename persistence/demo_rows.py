"""Rows of one invented person, as they are copied: the person, the chain of responsibility, papers, phones, residences.

About a third were registered before 2025-07-01 by a commune that has ended since, so that the roads of the old unit and
of its district lead somewhere (rulings 2-4). Every chain is whole: each link begins where the one before ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from domain.person.identity import IdentityKind, masked_tail, personal_id_warnings
from domain.person.phone import masked_phone
from persistence.demo_plan import BORDERS_CHANGED, DEMO, HANOI_TIME, words
from persistence.sealing import Sealer

CARRIED_BACK_TO: Final = date(2004, 7, 8)  # no unit is known to have stood before
YEARS_LATER: Final = 15  # what began before that day is told as many years later: 1990 becomes 2005
LAST_REGISTERED: Final = date(2026, 10, 31)
ISSUED_BY: Final = "Cục Cảnh sát quản lý hành chính về trật tự xã hội"
OCCUPATIONS: Final = (
    *("làm nông", "thợ xây", "công nhân", "lái xe", "buôn bán nhỏ", "thợ sửa xe", "phụ bếp", "làm tự do"),
    *(None,) * 8,
)


class OldCommune(NamedTuple):
    """A commune that a commune of today came from, with its first and last day."""

    unit_id: UUID
    no: int
    valid_from: date
    valid_to: date

    def stood_on(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_to


class HomeCommune(NamedTuple):
    """A commune of today; the first six fields are what a population is made from."""

    unit_id: UUID
    no: int
    province_code: str
    name: str
    province_name: str
    weight: float
    code: str
    province_id: UUID
    province_no: int
    area_no: int | None
    came_from: tuple[OldCommune, ...]

    def standing_on(self, day: date) -> OldCommune | None:
        return next((old for old in self.came_from if old.stood_on(day)), None)


class Link(NamedTuple):
    """One responsible unit, from an instant on."""

    unit_id: UUID
    no: int
    from_at: datetime
    reason: str


COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "person": words(
        "id unit_no province_no area_no made_unit_no full_name aliases gender born_on born_precision native_place"
        " occupation no_id_reason source source_ref recorded_at updated_at"
    ),
    "responsibility": ("id", "person_id", "unit_no", "unit_id", "from_at", "to_at", "reason", "name_then"),
    "person_identifier": words(
        "id person_id unit_no made_unit_no kind number_sealed number_tail number_blind issued_on issued_by valid_to"
        " status warnings recorded_at"
    ),
    "person_phone": words(
        "id person_id unit_no made_unit_no number_sealed number_tail number_blind belongs_to valid_from recorded_at"
    ),
    "residence": words("id person_id unit_no made_unit_no kind unit_id address valid_from valid_to recorded_at"),
}
"""Tables in the order in which they are copied."""


class Rows:
    """Rows of one batch, by table."""

    def __init__(self, sealer: Sealer, random: Random, communes: Sequence[HomeCommune]) -> None:
        self._sealer = sealer
        self._random = random
        self._communes = communes
        self.of: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}

    def add(self, ordinal: int, person: Any) -> None:
        chain = self._chain(person.commune)
        made = chain[0]
        self._add_person(ordinal, person, made)
        self.of["responsibility"] += _links(person, chain)
        for place, identifier in enumerate(person.identifiers):
            self._add_identifier(person, place, identifier, made)
        for place, phone in enumerate(person.phones):
            # a family's phone is often noted later, by whom the person has come to
            self._add_phone(person, place, phone, chain[-1] if place else made)
        for place, residence in enumerate(person.residences):
            self._add_residence(person, place, residence, made)

    def _chain(self, commune: HomeCommune) -> list[Link]:
        chance = self._random.random()
        if chance < 0.35 and (old := self._old_chain(commune)):
            return old
        begun = self._at(date(2025, 7, 1), LAST_REGISTERED)
        if chance < 0.92:
            return [Link(commune.unit_id, commune.no, begun, "registered")]
        before = self._communes[int(self._random.random() * len(self._communes))]
        moved = max(begun, self._at(date(2025, 9, 1), LAST_REGISTERED) + timedelta(minutes=1))
        if before is commune or moved == begun:
            return [Link(commune.unit_id, commune.no, begun, "registered")]
        return [
            Link(before.unit_id, before.no, begun, "registered"),
            Link(commune.unit_id, commune.no, moved, "handover"),
        ]

    def _old_chain(self, commune: HomeCommune) -> list[Link]:
        """Registered by a commune of before; a split is sometimes open for some weeks, with the province."""
        begun = self._at(date(2021, 1, 1), date(2025, 5, 31))
        standing = [old for old in commune.came_from if old.stood_on(begun.astimezone(HANOI_TIME).date())]
        if not standing:
            return []
        old = standing[int(self._random.random() * len(standing))]
        chain = [Link(old.unit_id, old.no, begun, "registered")]
        settled = BORDERS_CHANGED
        if self._random.random() < 0.1:
            chain.append(Link(commune.province_id, commune.province_no, BORDERS_CHANGED, "split_open"))
            settled = self._at(date(2025, 7, 7), date(2025, 8, 15))
        return [*chain, Link(commune.unit_id, commune.no, settled, "unit_reorganised")]

    def _at(self, first: date, last: date) -> datetime:
        """An instant of office hours of a working day."""
        day = first + timedelta(days=int(self._random.random() * ((last - first).days + 1)))
        day = max(first, day - timedelta(days=max(0, day.weekday() - 4)))
        minute = 8 * 60 + int(self._random.random() * 8 * 60)
        return datetime.combine(day, time(minute // 60, minute % 60), HANOI_TIME).astimezone(UTC)

    def _add_person(self, ordinal: int, person: Any, made: Link) -> None:
        commune = person.commune
        row = (
            *(person.id, commune.no, commune.province_no, commune.area_no, made.no),
            *(person.full_name, person.aliases, person.gender, person.born_on, person.born_precision),
            *(person.native_place, OCCUPATIONS[int(self._random.random() * len(OCCUPATIONS))], person.no_id_reason),
            *(DEMO, f"P{ordinal:07d}", made.from_at, made.from_at),
        )
        self.of["person"].append(row)

    def _add_identifier(self, person: Any, place: int, paper: Any, made: Link) -> None:
        row_id = uuid5(person.id, f"identifier/{place}")
        warnings: tuple[str, ...] = ()
        if paper.kind is IdentityKind.PERSONAL_ID:
            warnings = personal_id_warnings(paper.number, born_on=person.born_on, gender=person.gender)
        row = (
            *(row_id, person.id, person.commune.no, made.no, paper.kind.value),
            *(self._sealed("person_identifier", row_id, paper.number, masked_tail(paper.number))),
            *(paper.issued_on, ISSUED_BY if paper.issued_on else None, _last_day(paper.valid_to)),
            *("ended" if paper.valid_to else "active", warnings, made.from_at),
        )
        self.of["person_identifier"].append(row)

    def _add_phone(self, person: Any, place: int, number: str, made: Link) -> None:
        row_id = uuid5(person.id, f"phone/{place}")
        row = (
            *(row_id, person.id, person.commune.no, made.no),
            *(self._sealed("person_phone", row_id, number, masked_phone(number))),
            *("family" if place else "self", made.from_at.astimezone(HANOI_TIME).date(), made.from_at),
        )
        self.of["person_phone"].append(row)

    def _add_residence(self, person: Any, place: int, residence: Any, made: Link) -> None:
        since = _told(residence.valid_from)
        until = _last_day(residence.valid_to)
        unit_id, since = _commune_then(residence.commune, since)
        if until is not None and until < since:
            return
        row = (
            *(uuid5(person.id, f"residence/{place}"), person.id, person.commune.no, made.no),
            *(residence.kind, unit_id, residence.address, since, until, made.from_at),
        )
        self.of["residence"].append(row)

    def _sealed(self, noun: str, id: UUID, number: str, tail: str) -> tuple[bytes, str, bytes]:
        return self._sealer.seal(number, table=noun, row=id, column="number"), tail, self._sealer.blind(noun, number)


def _links(person: Any, chain: Sequence[Link]) -> Iterator[tuple[Any, ...]]:
    """The first link has the person's id, as where persons are written one by one."""
    for place, link in enumerate(chain):
        row_id = uuid5(person.id, f"link/{place}") if place else person.id
        to_at = chain[place + 1].from_at if place + 1 < len(chain) else None
        yield row_id, person.id, link.no, link.unit_id, link.from_at, to_at, link.reason, person.full_name


def _told(day: date) -> date:
    return day if day >= CARRIED_BACK_TO else day + timedelta(days=YEARS_LATER * 365 + 4)


def _last_day(first_day_after: date | None) -> date | None:
    return None if first_day_after is None else first_day_after - timedelta(days=1)


def _commune_then(commune: HomeCommune, day: date) -> tuple[UUID, date]:
    """The commune of an address as of its first day; where none is known to have stood, from the day one did."""
    if day >= BORDERS_CHANGED.astimezone(HANOI_TIME).date():
        return commune.unit_id, day
    old = commune.standing_on(day)
    if old is not None:
        return old.unit_id, day
    later = min(commune.came_from, key=lambda known: known.valid_from, default=None)
    if later is None or later.valid_from < day:
        return commune.unit_id, BORDERS_CHANGED.astimezone(HANOI_TIME).date()
    return later.unit_id, later.valid_from
