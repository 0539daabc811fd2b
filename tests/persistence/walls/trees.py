"""Small random registers: trees of units, persons who moved between them, grants live and over, accounts everywhere."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

NOW = datetime.now(UTC)
WINDOWS = ((-9, 9), (-9, 9), (-9, -1), (1, 9))
"""Days around today of a grant: live, over, not begun."""
CLASSES = ("person_identifier", "person_phone", "residence", "responsibility", "assignment", "task")
Row = dict[str, Any]


@dataclass
class Unit:
    id: UUID
    no: int
    level: str
    home: Unit | None
    ended: bool
    last_no: int = 0

    def above(self, level: str) -> int | None:
        return self.no if self.level == level else self.home.above(level) if self.home else None


@dataclass
class Tree:
    """Units and the rows of every protected table, as the model and the database both get them."""

    seed: int
    units: list[Unit] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    circles: list[int] = field(default_factory=lambda: [-1])

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.next_no = 1
        self._country()
        self.communes = [unit for unit in self.units if unit.level == "commune" and not unit.ended]
        self.ended = [unit for unit in self.units if unit.level == "commune" and unit.ended]

    def id(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    # -- units -----------------------------------------------------------------------------------------------------

    def _unit(self, level: str, home: Unit | None, *, ended: bool = False) -> Unit:
        unit = Unit(self.id(), self.next_no, level, home, ended)
        self.next_no += 1
        self.units.append(unit)
        return unit

    def _close(self, unit: Unit) -> None:
        """No room behind most units, so that a wall one too wide shows the neighbour's rows."""
        if self.random.random() < 0.2 and unit.level != "organisation":
            self.next_no += self.random.randint(1, 3)
        unit.last_no = self.next_no - 1

    def _country(self) -> None:
        country = self._unit("country", None)
        for _ in range(2):
            province = self._unit("province", country)
            for _ in range(self.random.randint(1, 2)):
                self._around("area", province)
            self._commune(province)
            self._around("district", province, ended=True)
            self._close(province)
        self._close(country)

    def _around(self, level: str, home: Unit, *, ended: bool = False) -> None:
        around = self._unit(level, home, ended=ended)
        for _ in range(self.random.randint(1, 2)):
            self._commune(around, ended=ended)
        self._close(around)

    def _commune(self, home: Unit, *, ended: bool = False) -> None:
        commune = self._unit("commune", home, ended=ended)
        for _ in range(0 if ended else self.random.randint(0, 1)):
            self._close(self._unit("organisation", commune))
        self._close(commune)

    def unit_rows(self) -> list[Row]:
        return [
            {
                "id": unit.id,
                "no": unit.no,
                "last_no": unit.last_no,
                "province_no": unit.above("province"),
                "area_no": unit.above("area"),
                "level": unit.level,
                "unit_type": unit.level,
                "name": f"{unit.level} {unit.no}",
                "home_id": unit.home and unit.home.id,
                "valid_from": date(2004, 1, 1),
                "valid_to": date(2025, 6, 30) if unit.ended else None,
            }
            for unit in self.units
        ]

    # -- rows ------------------------------------------------------------------------------------------------------

    def add(self, table: str, **facts: Any) -> Row:
        self.rows.setdefault(table, []).append(facts)
        return facts

    def people(self, accounts: list[int], count: int = 14) -> None:
        """Persons, some of whom moved from an ended unit or a neighbour; `accounts` are numbers that may hold grants."""
        organisations = [unit.no for unit in self.units if unit.level == "organisation"]
        self.circles = [*(-number for number in accounts), *organisations] or [-1]
        for place in range(count):
            unit = self.random.choice(self.communes)
            made = self.random.choice([unit, self.random.choice(self.communes), self.random.choice(self.ended)])
            person = self._person(unit, made, place)
            for _ in range(self.random.choice((0, 1, 2, 3))):
                grantee = self.circle()
                self._grant(person, grantee)
                self._cared(person, unit, made, self.random.choice([grantee, self.circle()]))
                self._due(self.random.choice([person, person, None]), unit, made, grantee)

    def circle(self) -> int:
        """Who writes on the granted road: an organisation, or minus the number of an account."""
        return self.random.choice(self.circles)

    def _cared(self, person: UUID, unit: Unit, made: Unit, circle: int) -> None:
        facts = {"role": "health_station", "carer_unit_id": unit.id, "valid_from": date(2024, 1, 1)}
        where = {
            "unit_no": unit.no,
            "made_unit_no": made.no,
            "circle_no": circle,
            "province_no": unit.above("province"),
        }
        self.add("assignment", id=self.id(), person_id=person, **where, **facts)

    def _due(self, person: UUID | None, unit: Unit, made: Unit, circle: int) -> None:
        """A task for the unit, one for a circle beside it, one for the circle alone."""
        where = {"unit_no": unit.no, "made_unit_no": made.no, "province_no": unit.above("province")}
        facts = {"noun": "x", "kind": "x", "due_at": NOW, "rule": "x@1"}
        for circle_no, only in ((None, False), (circle, False), (circle, True)):
            meant = {"circle_no": circle_no, "circle_only": only, "subject_id": self.id()}
            self.add("task", id=self.id(), person_id=person, **where, **facts, **meant)

    def _person(self, unit: Unit, made: Unit, place: int) -> UUID:
        id = self.id()
        where = {"unit_no": unit.no, "made_unit_no": made.no}
        above = {"province_no": unit.above("province"), "area_no": unit.above("area")}
        self.add("person", id=id, full_name=f"Lê Thị {place}", **where, **above)
        self.add("person_token", person_id=id, token=f"w{place}", unit_no=unit.no)
        sealed = {"number_sealed": b"x", "number_tail": "*", "number_blind": id.bytes}
        self.add("person_identifier", id=self.id(), person_id=id, kind="personal_id", **where, **sealed)
        self.add("person_phone", id=self.id(), person_id=id, **where, **sealed)
        for by in {made.no, unit.no}:
            facts = {"kind": "current", "unit_id": unit.id, "address": "x", "valid_from": date(2024, 1, 1)}
            self.add("residence", id=self.id(), person_id=id, unit_no=unit.no, made_unit_no=by, **facts)
        self._responsibility(id, unit, NOW - timedelta(days=90), None)
        if made is not unit:
            self._responsibility(id, made, NOW - timedelta(days=900), NOW - timedelta(days=90))
        return id

    def _responsibility(self, person: UUID, unit: Unit, since: datetime, until: datetime | None) -> None:
        facts = {"from_at": since, "to_at": until, "reason": "registered", "name_then": "Lê Thị"}
        self.add("responsibility", id=self.id(), person_id=person, unit_no=unit.no, unit_id=unit.id, **facts)

    def _grant(self, person: UUID, grantee: int) -> None:
        since, until = self.random.choice(WINDOWS)
        self.add(
            "access_grant",
            id=self.id(),
            person_id=person,
            grantee=grantee,
            reason="assignment",
            classes=[name for name in CLASSES if self.random.random() < 0.5],
            valid_from=NOW + timedelta(days=since),
            valid_to=NOW + timedelta(days=until),
            name_sort_key="x",
        )
