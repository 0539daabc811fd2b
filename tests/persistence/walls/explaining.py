"""What PostgreSQL really did for one of our statements, as facts a test can hold against a bound."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.reading import Actor, Asked, Scope
from persistence.projections import Plan, plan
from persistence.records import arguments
from tests.persistence.walls.ground import opened

OPTIONS = "explain (analyze, format json, costs off, timing off, buffers off)"


@dataclass(frozen=True)
class Explained:
    """The nodes of one plan."""

    sql: str
    nodes: tuple[dict[str, Any], ...]

    def scans(self, table: str | None = None) -> list[dict[str, Any]]:
        return [n for n in self.nodes if n.get("Relation Name") and table in (None, n["Relation Name"])]

    @property
    def seq_scans(self) -> set[str]:
        return {n["Relation Name"] for n in self.scans() if n["Node Type"] == "Seq Scan"}

    @property
    def touched(self) -> int:
        """Rows that index and table scans produced or threw away: the work, whatever the machine."""
        return sum(produced(n) + removed(n) for n in self.scans())

    @property
    def filtered(self) -> int:
        return sum(removed(n) for n in self.nodes)

    @property
    def most_sorted(self) -> int:
        return max((produced(n) for n in self.nodes if n["Node Type"] in ("Sort", "Incremental Sort")), default=0)

    @property
    def sorted_input(self) -> int:
        """The most rows that any sort took in (top-N gives out fewer than it takes)."""
        sorts = [n for n in self.nodes if n["Node Type"] in ("Sort", "Incremental Sort")]
        return max((produced(n["Plans"][0]) for n in sorts), default=0)

    @property
    def bitmaps(self) -> int:
        return sum("Bitmap" in n["Node Type"] for n in self.nodes)

    @property
    def widest_join(self) -> int:
        return max((produced(n) + removed(n) for n in self.nodes if n["Node Type"] in JOINS), default=0)

    def indexes(self, table: str) -> set[str]:
        return {n["Index Name"] for n in self.scans(table) if "Index Name" in n}


JOINS = ("Nested Loop", "Hash Join", "Merge Join")
REMOVED = ("Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")


def produced(node: dict[str, Any]) -> int:
    return round(node["Actual Rows"] * node["Actual Loops"])


def removed(node: dict[str, Any]) -> int:
    return round(sum(node.get(name, 0) for name in REMOVED) * node["Actual Loops"])


def nodes_of(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from nodes_of(inner)


def statement(asked: Asked, within: Scope, grantees: list[int], act: str = "read") -> tuple[Plan, list[Any]]:
    made = plan(asked.selection, within.road, within.level, act)
    facts = {"lo": within.lo, "hi": within.hi, "grantees": grantees, "today": date(2026, 8, 1), "unread": within.unread}
    return made, list(arguments(made, asked.values, facts))


async def explained(
    service: Any, who: Actor, within: Scope, asked: Asked, grantees: list[int] | None = None
) -> Explained:
    """EXPLAIN ANALYZE under the road's role, in a transaction opened as the service opens it."""
    made, values = statement(asked, within, grantees or [within.lo])
    async with opened(service, who, within, made.mode) as connection:
        found = json.loads(await connection.fetchval(f"{OPTIONS} {made.sql}", *values))
    return Explained(made.sql, tuple(nodes_of(found[0]["Plan"])))
