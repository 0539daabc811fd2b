"""A register in which every fact is a canary: rows in every relation to every post, each with marks of its own."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.ids import new_id
from domain.person.identity import masked_tail
from tests.world import UNITS, World, hire, insert

MORE_POSTS = {
    "old_leader": ("commune_leader", "old_commune"),
    "old_inspector": ("inspector", "north"),
    "neighbour_leader": ("commune_leader", "binh"),
    "area_import": ("import_client", "area"),
    "province_import": ("import_client", "south"),
    "country_inspector": ("inspector", "country"),
    "club_volunteer": ("volunteer", "hoa_club"),
    "binh_volunteer": ("volunteer", "binh"),
    "old_import": ("import_client", "old_district"),
    "south_admin": ("province_admin", "south"),
    "club_rehab": ("rehab_centre", "hoa_club"),
}
"""Roles at further levels of unit: ended, historical, the country's."""
FACTS = ("person_identifier", "person_phone", "residence")
THEN = datetime(2024, 1, 1, tzinfo=UTC)
TURN = datetime(2025, 7, 1, tzinfo=UTC)


class Anything:
    """A value that is there, whatever it is."""

    def __repr__(self) -> str:
        return "…"


ANY = Anything()


@dataclass(frozen=True)
class Maybe:
    """Nothing, or something of this shape; without a shape, whatever it is."""

    of: Any = None


MAYBE = Maybe()


@dataclass(frozen=True)
class Row:
    """One row as the model sees it: the unit it belongs to today, the unit it was made under, its values by field."""

    noun: str
    id: UUID
    subject: UUID
    at: str
    made: str
    facts: dict[str, Any]

    def __hash__(self) -> int:
        return hash(self.id)


@dataclass(frozen=True)
class Grant:
    person: UUID
    user: str | None
    unit: str | None
    nouns: frozenset[str]
    live: bool


@dataclass
class Register:
    """The rows, the grants, and the posts that look at them."""

    world: World
    rows: dict[str, list[Row]] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)
    names: dict[str, UUID] = field(default_factory=dict)
    """Persons by what the test calls them."""
    marks: Any = field(default_factory=lambda: itertools.count(1))

    canaries: set[str] = field(default_factory=set)
    """Every mark that stands in some row: what is not among them is nobody's."""

    def keep(self, row: Row) -> Row:
        self.rows.setdefault(row.noun, []).append(row)
        self.canaries |= marked(row.facts)
        return row

    def of(self, noun: str, subject: UUID) -> list[Row]:
        return [row for row in self.rows.get(noun, ()) if row.subject == subject]

    def row(self, noun: str, id: UUID) -> Row:
        return next(row for row in self.rows[noun] if row.id == id)

    def person(self, name: str) -> Row:
        return self.row("person", self.names[name])

    def word(self) -> str:
        """A word that stands in one fact of one row and nowhere else."""
        number, letters = next(self.marks), ""
        for _ in range(6):
            number, place = divmod(number, 26)
            letters += chr(97 + place)
        return f"qz{letters}"

    # -- building ------------------------------------------------------------------------------------------------

    async def add_person(self, name: str, unit: str, *, was: str | None = None, voided: bool = False) -> None:
        """A person with papers, phone and residence; `was` = the unit responsible before."""
        world, id, place = self.world, new_id(), next(self.marks)
        facts: dict[str, Any] = {
            "full_name": f"{self.word().title()} {self.word().title()}",
            "aliases": [self.word()],
            "gender": "female",
            "born_on": date(1930, 1, 1) + timedelta(days=place),
            "born_precision": "day",
            "native_place": self.word(),
            "occupation": self.word(),
            "no_id_reason": self.word(),
            "source": "matrix",
            "source_ref": self.word(),
            "voided_at": THEN if voided else None,
            "void_reason": self.word() if voided else None,
        }
        numbers = {"unit_no": world.no(unit), "made_unit_no": world.no(was or unit)}
        seat = {"province_no": world._above(unit, "province"), "area_no": world._above(unit, "area")}
        seat["province_no"] = seat["province_no"] or world.no(unit)
        self.names[name] = id
        async with world.admin.acquire() as connection, connection.transaction():
            await insert(connection, "person", {"id": id} | numbers | seat | facts)
            for held, since, until in ([(was, THEN, TURN)] if was else []) + [(unit, TURN, None)]:
                await self._stretch(connection, id, held, since, until)
            for made in ([was] if was else []) + [unit]:
                await self._facts(connection, id, unit, made, place, active=made == unit)
        self.keep(
            Row("person", id, id, unit, was or unit, _told(facts) | {"id": str(id), "version": 1, "recorded_at": ANY}
                | {"updated_at": ANY, "unit_id": str(world.units[unit]), "voided_at": ANY if voided else None})
        )  # fmt: skip

    async def _stretch(self, connection: Any, person: UUID, unit: str, since: datetime, until: datetime | None) -> None:
        id, name = new_id(), f"{self.word().title()} {self.word().title()}"
        facts = {"unit_id": self.world.units[unit], "reason": "registered", "name_then": name}
        row = {"id": id, "person_id": person, "unit_no": self.world.no(unit), "from_at": since, "to_at": until} | facts
        await insert(connection, "responsibility", row)
        told = _told(facts) | {"id": str(id), "person_id": str(person), "from_at": ANY, "to_at": until and ANY}
        self.keep(Row("responsibility", id, person, unit, unit, told))

    async def _facts(self, connection: Any, person: UUID, unit: str, made: str, place: int, *, active: bool) -> None:
        """Made under `made`: an active number and a current phone only under the unit of today."""
        number = f"0007{place:04}{next(self.marks):04}"
        status = "active" if active else "ended"
        paper = {"kind": "personal_id", "issued_by": self.word(), "status": status}
        await self._fact(connection, "person_identifier", person, unit, made, paper, number=number)
        paper = {"kind": "old_id_9", "issued_by": self.word(), "status": "ended"}
        await self._fact(connection, "person_identifier", person, unit, made, paper, number=f"98{next(self.marks):07}")
        ended = {} if active else {"valid_to": date(2025, 1, 1)}
        phone = {"belongs_to": "self", "valid_from": None, "valid_to": None} | ended
        await self._fact(connection, "person_phone", person, unit, made, phone, number=f"+8430{next(self.marks):07}")
        home = made if UNITS[made][0] == "commune" else "hoa"
        flat = {"kind": "permanent", "unit_id": self.world.units[home], "address": self.word()}
        await self._fact(connection, "residence", person, unit, made, flat | {"valid_from": date(2024, 1, 1)})

    async def _fact(
        self, connection: Any, noun: str, person: UUID, unit: str, made: str, facts: dict[str, Any], number: str = ""
    ) -> None:
        id, world = new_id(), self.world
        facts |= {"source": "matrix", "source_ref": self.word()}
        row = {"id": id, "person_id": person, "unit_no": world.no(unit), "made_unit_no": world.no(made)} | facts
        told = _told(facts) | {"id": str(id), "person_id": str(person), "version": 1, "recorded_at": ANY}
        if number:
            sealer = world.house.register.sealer
            row["number_sealed"] = sealer.seal(number, table=noun, row=id, column="number")
            row |= {"number_tail": masked_tail(number), "number_blind": sealer.blind(noun, number)}
            told["number"] = number
        defaults = {
            "person_identifier": {"issued_on": None, "valid_from": None, "valid_to": None, "warnings": []},
            "residence": {"valid_to": None},
        }.get(noun, {})
        await insert(connection, noun, row)
        self.keep(Row(noun, id, person, unit, made, defaults | told))

    async def grant(
        self, person: str, *nouns: str, user: str | None = None, unit: str | None = None, days: int = 30
    ) -> None:
        world, now = self.world, datetime.now(UTC)
        grantee = -world.users[user].account_no if user else world.no(str(unit))
        row = {"id": new_id(), "person_id": self.names[person], "grantee": grantee, "reason": "assignment"}
        dates = {"valid_from": now - timedelta(days=60), "valid_to": now + timedelta(days=days)}
        await insert(world.admin, "access_grant", row | dates | {"classes": list(nouns), "name_sort_key": "x"})
        self.grants.append(Grant(self.names[person], user, unit, frozenset(nouns), days > 0))

    async def learn_accounts(self) -> None:
        """Accounts and appointments as they stand."""
        units = {no: name for name, (_l, _t, no, *_rest) in UNITS.items()}
        for row in await self.world.admin.fetch("select * from account"):
            told = {name: row[name] for name in ("version", "kind", "user_name", "display_name", "state")}
            told |= {"id": str(row["id"]), "unit_id": str(row["unit_id"]), "recorded_at": ANY}
            told |= dict.fromkeys(("last_sign_in_at", "closed_at", "activation_code", "secret"))
            told["closed_at"] = row["closed_at"] and ANY
            unit = units[row["unit_no"]]
            self.keep(Row("account", row["id"], row["id"], unit, unit, told))
        for row in await self.world.admin.fetch("select * from appointment"):
            told = {"id": str(row["id"]), "version": row["version"], "account_id": str(row["account_id"])}
            told |= {"role": row["role"], "unit_id": str(row["unit_id"]), "valid_from": ANY, "recorded_at": ANY}
            told |= {"valid_to": row["valid_to"] and ANY, "given_by": row["given_by"] and str(row["given_by"])}
            unit = units[row["unit_no"]]
            self.keep(Row("appointment", row["id"], row["account_id"], unit, unit, told))


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON has them."""
    return {
        name: str(value) if isinstance(value, UUID) else value.isoformat() if isinstance(value, date) else value
        for name, value in facts.items()
    }


TOKENS = re.compile(
    r"qz[a-z]{6}|(?<!\d)0007\d{8}(?!\d)|(?<!\d)98\d{7}(?!\d)|\+8430\d{7}|\b19[3-7]\d-\d\d-\d\d\b"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}",
)


def tokens(text: str) -> frozenset[str]:
    """Every canary in a text, whatever its case."""
    return frozenset(TOKENS.findall(text.lower()))


def marked(value: Any) -> frozenset[str]:
    return tokens(json.dumps(value, default=str, ensure_ascii=False))


async def build(world: World) -> Register:
    """Persons in every relation to every post, what was granted of them, and further posts."""
    register = Register(world)
    for name, (role, unit) in MORE_POSTS.items():
        world.users[name] = await hire(world, name, role, unit)
    for name, unit, was in (
        ("own", "hoa", None),
        ("voided", "hoa", None),
        ("neighbours", "binh", None),
        ("outside_area", "lam", None),
        ("elsewhere", "bien", None),
        ("province_itself", "north", None),
        ("moved_away", "bien", "hoa"),
        ("moved_in", "hoa", "old_commune"),
        ("moved_beside", "binh", "hoa"),
        ("moved_far", "bien", "old_commune"),
        ("granted_whole", "bien", None),
        ("granted_bare", "lam", None),
        ("granted_once", "bien", None),
        ("granted_to_club", "lam", None),
        ("granted_near", "hoa", "bien"),
    ):
        await register.add_person(name, unit, was=was, voided=name == "voided")
    whole = (*FACTS, "responsibility")
    for user in ("volunteer", "counsellor", "officer", "country_reader", "club_volunteer", "rehab_centre"):
        await register.grant("granted_whole", *whole, user=user)
        await register.grant("granted_bare", user=user)
        await register.grant("granted_once", *whole, user=user, days=-1)
    await register.grant("granted_to_club", "person_phone", unit="hoa_club")
    await register.grant("granted_near", *whole, unit="hoa_club")
    await register.grant("granted_near", "residence", unit="hoa_station")
    await register.grant("granted_near", "residence", user="volunteer")
    await above_home(world, "club_volunteer", "province_officer", "north")
    await register.learn_accounts()
    return register


async def above_home(world: World, user: str, role: str, unit: str) -> None:
    """A further post of an account, at a unit that does not lie under its home; the first stays the one it acts as."""
    account = world.users[user].account_id
    row = {"id": new_id(), "account_id": account, "role": role, "unit_id": world.units[unit], "unit_no": world.no(unit)}
    await insert(world.admin, "appointment", row)


async def unbuild(register: Register) -> None:
    """Everything the register brought, gone: other tests count accounts."""
    world = register.world
    ids = [world.users.pop(name).account_id for name in MORE_POSTS]
    await world.sweep()
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        for table, column in (("session", "account_id"), ("appointment", "account_id"), ("account", "id")):
            await connection.execute(f"delete from {table} where {column} = any($1)", ids)
