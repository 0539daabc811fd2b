"""The register a second time: rows fetched whole by plain SQL under the caller's scope, everything else in Python.

Independent of the compiled road on purpose: own order, own pages, own masks. Slow, and easy to believe.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from graphql import GraphQLUnionType

from domain.access.policy import POLICY, Role, Sight
from domain.nouns import NOUNS
from persistence.records import opening

TABLES = (
    "person",
    "person_identifier",
    "person_phone",
    "residence",
    "responsibility",
    "account",
    "appointment",
    "unit",
    "unit_lineage",
)
NEWEST = ("recorded_at", True)
ORDERS = {
    "person": {"name": ("name_sort_key", False), "newest": NEWEST},
    "person_identifier": {"newest": NEWEST},
    "person_phone": {"newest": NEWEST},
    "residence": {"newest": NEWEST},
    "responsibility": {"name": ("name_sort_key", False), "newest": ("from_at", True)},
    "account": {"user_name": ("user_name", False)},
    "appointment": {"newest": NEWEST},
    "unit": {"name": ("name_sort_key", False)},
    "unit_lineage": {"effective": ("effective_on", False)},
}
MANY = {
    ("person", "identifiers"): ("person_identifier", "person_id", "id"),
    ("person", "phones"): ("person_phone", "person_id", "id"),
    ("person", "residences"): ("residence", "person_id", "id"),
    ("person", "responsibilities"): ("responsibility", "person_id", "id"),
    ("responsibility", "residences"): ("residence", "person_id", "person_id"),
    ("unit", "children"): ("unit", "parent_id", "id"),
    ("unit", "successions"): ("unit_lineage", "from_id", "id"),
    ("unit", "origins"): ("unit_lineage", "to_id", "id"),
    ("account", "appointments"): ("appointment", "account_id", "id"),
}
ONE = {
    ("person", "unit"): ("unit", "no", "unit_no"),
    ("residence", "unit"): ("unit", "id", "unit_id"),
    ("responsibility", "unit"): ("unit", "id", "unit_id"),
    ("account", "unit"): ("unit", "id", "unit_id"),
    ("appointment", "unit"): ("unit", "id", "unit_id"),
    ("unit", "parent"): ("unit", "id", "parent_id"),
    ("unit_lineage", "origin"): ("unit", "id", "from_id"),
    ("unit_lineage", "successor"): ("unit", "id", "to_id"),
}
TYPES = {
    "Person": "person",
    "PersonIdentifier": "person_identifier",
    "PersonPhone": "person_phone",
    "Residence": "residence",
    "Responsibility": "responsibility",
    "Account": "account",
    "Appointment": "appointment",
    "Unit": "unit",
    "UnitLineage": "unit_lineage",
}


def snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: "_" + found.group(1).lower(), name)


@dataclass(frozen=True)
class Seen:
    """A row, and whether it stands in a list (then sealed fields are masked)."""

    noun: str
    row: dict[str, Any]
    listed: bool


@dataclass(frozen=True)
class PageSeen:
    """A page of rows: what is shown, whether more follow, how many there are."""

    rows: list[Seen]
    more: bool
    before: bool
    total: int


@dataclass(frozen=True)
class InMemory:
    """All rows one caller reaches on one road."""

    role: str
    purpose: bool
    tables: dict[str, list[dict[str, Any]]]
    sealer: Any
    open_cursor: Any

    # -- what is shown -------------------------------------------------------------------------------------------

    def sight(self, noun: str, name: str, *, listed: bool) -> str:
        """clear, masked or absent, from the two tables of the policy alone."""
        declared = NOUNS[noun]
        kind = declared.fields.get(name) or (declared.relations[name].kind if name in declared.relations else None)
        if kind is None:
            return "clear"
        sight = POLICY[Role(self.role)].sights[kind]
        shown = "masked" if sight is Sight.ON_PURPOSE and (listed or not self.purpose) else sight.value
        shown = "clear" if shown == "on_purpose" else shown
        if name in declared.relations:
            return "clear" if shown == "clear" else "absent"
        return "masked" if shown == "clear" and listed and name in declared.sealed else shown

    def value(self, seen: Seen, name: str) -> Any:
        shown = self.sight(seen.noun, name, listed=seen.listed)
        if shown == "absent":
            return None
        if name in NOUNS[seen.noun].sealed:
            return self.number(seen, name, clear=shown == "clear")
        if shown == "masked":
            return f"{seen.row[name].split(' ')[-1][0]}." if name == "full_name" else None
        if name == "unit_id" and seen.noun == "person":
            return str(next(unit["id"] for unit in self.tables["unit"] if unit["no"] == seen.row["unit_no"]))
        return written(seen.row[name]) if name not in ("activation_code", "secret") else None

    def number(self, seen: Seen, name: str, *, clear: bool) -> str | None:
        row, table = seen.row, seen.noun
        if seen.noun == "person":
            table = "person_identifier" if name == "national_id" else "person_phone"
            mine = [one for one in self.tables[table] if one["person_id"] == row["id"]]
            if name == "national_id":
                mine = [one for one in mine if one["status"] == "active" and one["kind"] == "personal_id"]
            else:
                living = [one for one in mine if one["valid_to"] is None]
                mine = sorted(living, key=lambda one: (-one["recorded_at"].timestamp(), one["id"]))
            if not mine:
                return None
            row = mine[0]
        if not clear:
            return str(row["number_tail"])
        return str(self.sealer.open(row["number_sealed"], table=table, row=row["id"], column="number"))

    # -- rows ----------------------------------------------------------------------------------------------------

    def page(self, noun: str, rows: list[dict[str, Any]], order: str, first: int, after: str | None) -> PageSeen:
        column, descending = ORDERS[noun][order]

        def key(row: dict[str, Any]) -> tuple[Any, str]:
            return row[column], str(row["id"])

        ordered, total = sorted(rows, key=key, reverse=descending), len(rows)
        if after is not None:
            text, id = self.open_cursor(after)
            mark = (read_like(text, rows[0][column]) if rows else None, id)
            ordered = [row for row in ordered if (key(row) < mark if descending else key(row) > mark)]
        shown = [Seen(noun, row, listed=True) for row in ordered[:first]]
        return PageSeen(shown, len(ordered) > first, after is not None, total)

    def one(self, noun: str, id: str) -> Seen | None:
        found = [row for row in self.tables[noun] if str(row["id"]) == id]
        return Seen(noun, found[0], listed=False) if found else None

    # -- the one resolver ------------------------------------------------------------------------------------------

    def resolve(self, source: Any, info: Any, **given: Any) -> Any:
        name = snake(info.field_name)
        if isinstance(source, Seen):
            return self.of_row(source, name, given)
        if isinstance(source, PageSeen):
            return self.of_page(source, name)
        if isinstance(source, dict):  # the facts of a page
            return source[info.field_name]
        if isinstance(source, tuple):  # an edge
            return source[0] if name == "node" else f"cursor:{source[0].row['id']}"
        return self.of_root(name, info, given)

    def of_row(self, seen: Seen, name: str, given: dict[str, Any]) -> Any:
        if name == "masked":
            return ["§"]  # told by the comparison, which knows what stands beside it
        if name in NOUNS[seen.noun].relations and self.sight(seen.noun, name, listed=seen.listed) != "clear":
            return None
        if (seen.noun, name) in MANY:
            noun, theirs, mine = MANY[seen.noun, name]
            rows = [row for row in self.tables[noun] if row[theirs] == seen.row[mine]]
            return self.page(noun, rows, next(iter(ORDERS[noun])), given["first"], given.get("after"))
        if (seen.noun, name) in ONE:
            noun, theirs, mine = ONE[seen.noun, name]
            found = [row for row in self.tables[noun] if row[theirs] == seen.row[mine]]
            return Seen(noun, found[0], seen.listed) if found else None
        return self.value(seen, name)

    def of_page(self, page: PageSeen, name: str) -> Any:
        return {
            "nodes": page.rows,
            "edges": [(row,) for row in page.rows],
            "total_count": page.total,
            "page_info": {
                "hasNextPage": page.more,
                "hasPreviousPage": page.before,
                "startCursor": f"cursor:{page.rows[0].row['id']}" if page.rows else None,
                "endCursor": f"cursor:{page.rows[-1].row['id']}" if page.rows else None,
                "incomplete": False,
            },
        }[name]

    def of_root(self, name: str, info: Any, given: dict[str, Any]) -> Any:
        if not isinstance(info.return_type, GraphQLUnionType) and "id" in given:
            return self.one(TYPES[info.return_type.name], given["id"])
        noun = TYPES[info.return_type.name.removesuffix("Connection")]
        where = {snake(key): value for key, value in (given.get("where") or {}).items() if value is not None}
        if noun == "person" and given.get("where") is None:
            where["voided"] = False
        rows = [row for row in self.tables[noun] if self.fits(noun, row, where)]
        order = given.get("order") or next(iter(ORDERS[noun]))
        return self.page(noun, rows, order, given["first"], given.get("after"))

    def fits(self, noun: str, row: dict[str, Any], where: dict[str, Any]) -> bool:
        return all(self.holds(noun, row, name, value) for name, value in where.items())

    def holds(self, noun: str, row: dict[str, Any], name: str, value: Any) -> bool:
        if name == "voided":
            return (row["voided_at"] is not None) is value
        if name == "ended":
            return (row["to_at"] is not None) is value
        if name == "born_year":
            return row["born_on"] is not None and row["born_on"].year == value
        if name == "as_of":
            day = date.fromisoformat(value)
            return row["valid_from"] <= day and (row["valid_to"] is None or day <= row["valid_to"])
        if name == "unit_id" and noun == "person":
            return any(unit["no"] == row["unit_no"] for unit in self.tables["unit"] if str(unit["id"]) == value)
        return written(row[name]) == value


def written(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def read_like(text: str, sample: Any) -> Any:
    """A sort key of a cursor, as the value it was."""
    if isinstance(sample, datetime):
        return datetime.fromisoformat(text)
    return date.fromisoformat(text) if isinstance(sample, date) else text


async def load(world: Any, ctx: Any, within: Any, *, purpose: bool, open_cursor: Any) -> InMemory:
    """Everything the second wall lets this caller see on this road: one plain SELECT a table."""
    connection = await world.house.pool.acquire()
    try:
        tables = {}
        for table in TABLES:
            await connection.execute(opening(replace(ctx, purpose="care" if purpose else None), within))
            readable = await connection.fetchval("select has_table_privilege(current_user, $1, 'select')", table)
            rows = await connection.fetch(f"select * from {table}") if readable else []
            tables[table] = [dict(row) for row in rows]
            await connection.execute("rollback")
    finally:
        await world.house.pool.release(connection)
    return InMemory(ctx.actor.role, purpose, tables, world.house.register.sealer, open_cursor)
