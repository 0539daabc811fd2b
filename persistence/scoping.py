"""Scope → SQL: the only place. The explicit wall is one equality where the row has the column (rulings 2)."""

from __future__ import annotations

from collections.abc import Callable

from domain.reading import Road, Scope
from persistence.reads import Reads

LIVE_GRANT = "g.valid_from <= now() and now() < g.valid_to"

EQUALITY = {"commune": "unit_no", "area": "area_no", "province": "province_no"}

Argument = Callable[[str, str], str]
"""(source, type) → `$n::type`."""


def wall_key(scope: Scope) -> tuple[Road, str]:
    """What of a scope shapes the statement; the numbers are arguments."""
    return scope.road, scope.level


def wall(reads: Reads, alias: str, road: Road, level: str, argument: Argument) -> str:
    """The first wall on one row of a noun. Reference data has none."""
    if not reads.walls or road in (Road.COUNTRY, Road.ACCESS):
        return "true"
    if road is Road.GRANT:
        return (
            f"exists (select from access_grant g where g.person_id = {alias}.{reads.granted}"
            f" and g.grantee = any({argument('grantees', 'int[]')}) and {LIVE_GRANT})"
        )
    if road is Road.MADE:
        return between(f"{alias}.{reads.made}", argument)
    return unit_wall(reads.walls, alias, level, argument)


def unit_wall(columns: frozenset[str], alias: str, level: str, argument: Argument) -> str:
    """One equality on the level's own column, else the interval."""
    column = EQUALITY.get(level)
    if column in columns and column is not None and not (column == "unit_no" and "province_no" not in columns):
        return f"{alias}.{column} = {argument('lo', 'int')}"
    return between(f"{alias}.unit_no", argument)


def between(column: str, argument: Argument) -> str:
    return f"{column} between {argument('lo', 'int')} and {argument('hi', 'int')}"
