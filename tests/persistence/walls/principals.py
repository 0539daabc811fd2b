"""A tree in the database and people who stand on its roads, stratified by road and level, odd settings included."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.reading import Actor, Road, Scope
from persistence.records import opening
from tests.persistence.walls.ground import actor, context
from tests.persistence.walls.model import ROADS, TABLES, Principal, Row
from tests.persistence.walls.trees import NOW, Tree, Unit
from tests.world import insert

STRATA: tuple[tuple[str, str], ...] = (
    *(("unit", level) for level in ("province", "area", "commune", "organisation", "commune")),
    *(("made", level) for level in ("district", "ended", "commune", "province")),
    *(("grant", level) for level in ("commune", "organisation", "commune", "organisation")),
    ("country", "country"),
    ("journal", "province"),
    ("access", "province"),
    ("own", "commune"),
)
SETTINGS: dict[str, dict[str, str]] = {
    "unset": {},
    "empty": {"app.lo": "", "app.hi": "", "app.account": "", "app.grantees": "", "app.subject": ""},
    "only_lo": {"app.lo": "1"},
    "only_hi": {"app.hi": "100000"},
}
"""Transactions in which nobody was named; whatever is left out was set before on the same connection (scope.md §5)."""
CLEARED = SETTINGS["empty"]


@dataclass
class Standing:
    """A principal as the model sees it, and how to open a transaction as it."""

    principal: Principal
    actor: Actor | None
    within: Scope | None
    settings: dict[str, str] = field(default_factory=dict)

    def first_message(self) -> str:
        if self.actor is not None and self.within is not None:
            return opening(context(self.actor, self.principal.subject), self.within)
        given = CLEARED | self.settings
        settings = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in given.items())
        return f"begin; select {settings}; set local role road_{self.principal.road}"


@dataclass
class Peopled:
    """What the model and the database both know of one tree."""

    tree: Tree
    standing: list[Standing]

    @property
    def rows(self) -> dict[str, list[Row]]:
        return self.tree.rows


async def people(admin: Any, tree: Tree, count: int, persons: int = 14) -> Peopled:
    """Empty the database, put the tree into it, and let `count` principals take their places."""
    async with admin.transaction():
        await admin.execute("set local session_replication_role = replica")
        for table in ("session", *reversed(TABLES), "unit"):
            await admin.execute(f"delete from {table}")
        for row in tree.unit_rows():
            await insert(admin, "unit", row)
    chosen = [STRATA[place % len(STRATA)] for place in range(count)]
    seated = [(road, await actor(admin, _unit(tree, level).no)) for road, level in chosen]
    tree.people([who.account_no for road, who in seated if road == "grant"], persons)
    await _fill(admin, tree, [who for _, who in seated])
    subjects = [row["id"] for row in tree.rows["person"][:4]]
    standing = [_stand(tree, road, who, tree.random.choice(subjects)) for road, who in seated]
    return Peopled(tree, standing + odd(tree))


def _unit(tree: Tree, level: str) -> Unit:
    if level == "ended":
        return tree.random.choice(tree.ended)
    fits = [unit for unit in tree.units if unit.level == level and (level == "district" or not unit.ended)]
    return tree.random.choice(fits or tree.communes)


async def _fill(admin: Any, tree: Tree, actors: list[Actor]) -> None:
    """Rows of the tree, then a journal, a key and an outbox entry for each account."""
    subjects = [row["id"] for row in tree.rows["person"][:4]]
    for who in actors:
        about = [tree.random.choice(subjects)]
        entry = {"account_id": who.account_id, "unit_no": who.unit_no, "act": "read", "noun": "person"}
        tree.add("journal_entry", **entry, outcome="read", subject_ids=about)
        tree.add("idempotency", account_id=who.account_id, key="k", digest=b"x", noun="person", subject_id=about[0])
        tree.add("outbox", noun="person", subject_id=about[0], act="made", unit_no=who.unit_no)
        told = {"noun": "person", "subject_id": about[0], "kind": "upsert", "person_id": about[0]}
        made = tree.random.choice(tree.units).no
        tree.add("row_change", **told, unit_no=who.unit_no, made_unit_no=made, grantee=None)
        tree.add("row_change", **told, unit_no=None, made_unit_no=None, grantee=who.grantees[-1])
    async with admin.transaction():
        await admin.execute("set local session_replication_role = replica")
        for table, rows in tree.rows.items():
            for row in rows:
                await insert(admin, table, row)
    for table in ("account", "appointment", "journal_entry", "row_change"):
        tree.rows[table] = [dict(row) for row in await admin.fetch(f"select * from {table}")]


def _stand(tree: Tree, road: str, who: Actor, subject: UUID) -> Standing:
    own = road == "own"
    road = "unit" if own else road
    hi = who.unit_no if own else who.last_no
    level = "country" if road == "country" else who.level
    principal = Principal(
        road,
        who.unit_no,
        hi,
        tuple(who.grantees),
        who.account_id,
        tree.rows.get("access_grant", []),
        subject,
        f"{road} at {who.level} {who.unit_no}..{hi}",
    )
    return Standing(principal, who, Scope(Road(road), level, who.unit_no, hi, "test", tuple(who.grantees)))


def odd(tree: Tree) -> list[Standing]:
    """Every road under settings that name nobody: only a road without a condition shows anything."""
    made = []
    for road in ROADS:
        for label, settings in SETTINGS.items():
            lo, hi = (int(settings[name]) if settings.get(name) else None for name in ("app.lo", "app.hi"))
            principal = Principal(road, lo, hi, (), None, tree.rows.get("access_grant", []), None, f"{road} {label}")
            made.append(Standing(principal, None, None, settings))
    return made


@asynccontextmanager
async def standing_in(connection: Any, standing: Standing) -> AsyncIterator[Any]:
    """A transaction of this principal, undone at the end."""
    await connection.execute(standing.first_message())
    try:
        yield connection
    finally:
        await connection.execute("rollback")


def attempts(tree: Tree, account: UUID | None) -> list[tuple[str, Row]]:
    """Rows somebody might try to write: for every unit, of every table that is written."""
    person = tree.rows["person"][0]["id"]
    commune, tried = tree.communes[0], []
    sealed = {"number_sealed": b"x", "number_tail": "*", "number_blind": tree.id().bytes}
    staff = tree.rows["account"][0]["id"]
    for unit in tree.units:
        where = {"unit_no": unit.no, "made_unit_no": tree.random.choice(tree.units).no}
        tried += [
            ("person", {"id": tree.id(), "full_name": "An", "province_no": 1, **where}),
            ("person_token", {"person_id": person, "token": "new", "unit_no": unit.no}),
            ("person_identifier", {"id": tree.id(), "person_id": person, "kind": "passport", **where, **sealed}),
            ("person_phone", {"id": tree.id(), "person_id": person, **where, **sealed}),
            ("residence", {"id": tree.id(), "person_id": person, **where, **_lives(commune)}),
            ("responsibility", {"id": tree.id(), "person_id": person, **_link(unit)}),
            ("account", {"id": tree.id(), "kind": "person", **_named(tree), "unit_id": unit.id, "unit_no": unit.no}),
            (
                "appointment",
                {"id": tree.id(), "account_id": staff, **_post(tree), "unit_id": unit.id, "unit_no": unit.no},
            ),
        ]
        due = {"noun": "x", "subject_id": tree.id(), "kind": "x", "due_at": NOW, "rule": "x@1", **where}
        for circle, only in ((None, False), (tree.circle(), True)):
            meant = {"circle_no": circle, "circle_only": only, "person_id": person}
            tried.append(("task", due | {"id": tree.id(), "subject_id": tree.id()} | meant))
    for grant in tree.rows.get("access_grant", ()):  # live, over and to come, of this class and of others
        where = {"unit_no": commune.no, "made_unit_no": commune.no, "circle_no": grant["grantee"]}
        facts = {"role": "health_station", "carer_unit_id": commune.id, "valid_from": NOW.date()}
        tried.append(("assignment", {"id": tree.id(), "person_id": grant["person_id"], **where, **facts}))
    names = {"act": "read", "noun": "person", "outcome": "read"}
    for writer in {account, staff, None}:
        tried.append(("journal_entry", {"account_id": writer, **names}))
        if writer is not None:
            tried.append(
                ("idempotency", {"account_id": writer, "key": "new", "digest": b"x", "noun": "x", "subject_id": person})
            )
    told = {"noun": "person", "subject_id": person, "kind": "upsert"}
    tried += [("row_change", told | {"unit_no": unit.no}) for unit in tree.units[:2]]
    tried.append(("outbox", {"noun": "person", "subject_id": person, "act": "made"}))
    grant = {"id": tree.id(), "person_id": person, "reason": "self-service", "classes": [], "name_sort_key": "x"}
    tried += [("access_grant", grant | {"grantee": unit.no, "valid_from": NOW}) for unit in tree.units[:2]]
    return tried


def _lives(unit: Unit) -> Row:
    return {"kind": "current", "unit_id": unit.id, "address": "x", "valid_from": NOW.date()}


def _link(unit: Unit) -> Row:
    early = NOW.replace(year=2001)
    facts = {"from_at": early.replace(month=1, day=1), "to_at": early.replace(month=2, day=1), "reason": "x"}
    return {"unit_no": unit.no, "unit_id": unit.id, "name_then": "x", **facts}


def _named(tree: Tree) -> Row:
    return {"user_name": str(tree.id()), "display_name": "x"}


def _post(tree: Tree) -> Row:
    return {"role": str(tree.id()), "valid_from": NOW}
