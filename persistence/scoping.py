"""Scope → SQL: the only place. The explicit wall is one equality where the row has the column (rulings 2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.reading import Road, Scope
from persistence.reads import Reads

LIVE_GRANT = "g.valid_from <= now() and now() < g.valid_to"

EQUALITY = {"commune": "unit_no", "area": "area_no", "province": "province_no"}

SEEN_WITH_A_PERSON = frozenset({"journal_entry", "account"})
"""What an access log shows wherever it was written: bounded by the person asked for, not by a unit."""

Argument = Callable[[str, str], str]
"""(source, type) → `$n::type`."""


def wall_key(scope: Scope) -> tuple[Road, str]:
    """What of a scope shapes the statement; the numbers are arguments."""
    return scope.road, scope.level


def wall(reads: Reads, alias: str, road: Road, level: str, argument: Argument) -> str:
    """The first wall on one row of a noun. Reference data has none."""
    if reads.addressed:
        return addressed(reads, alias, road, level, argument)
    return plain_wall(reads, alias, road, level, argument)


def addressed(reads: Reads, alias: str, road: Road, level: str, argument: Argument) -> str:
    """Rows for a circle: its own, of persons it sees or of nobody; units see what is not for the circle only.

    What is due about a row tells of that row: nobody is told who could not read it (rulings 32).
    """
    known = f"{alias}.noun <> all({argument('unread', 'text[]')})"
    if road is not Road.GRANT:
        return f"{plain_wall(reads, alias, road, level, argument)} and not {alias}.circle_only and {known}"
    seen = granted(f"{alias}.{reads.granted}", class_of(reads), argument)
    mine = f"{alias}.circle_no = any({argument('grantees', 'int[]')})"
    return f"{mine} and ({alias}.{reads.granted} is null or {seen}) and {known}"


def plain_wall(reads: Reads, alias: str, road: Road, level: str, argument: Argument) -> str:
    """The wall of a road, as most nouns have it."""
    if not reads.walls or road is Road.COUNTRY or (road is Road.ACCESS and reads.noun.name in SEEN_WITH_A_PERSON):
        return "true"
    if road is Road.GRANT:
        return granted(f"{alias}.{reads.granted}", class_of(reads), argument, own_circle(reads, alias))
    if road is Road.MADE and not reads.made:
        return "false"
    if road is Road.MADE:
        return inside(f"{alias}.{reads.made}", lies_on_units(reads, level), argument)
    return unit_wall(reads, alias, level, argument)


def class_of(reads: Reads) -> str | None:
    """The class of field that a grant must name; the person itself needs none."""
    return None if reads.granted == "id" else reads.noun.name


def own_circle(reads: Reads, alias: str) -> str:
    """What a grant must be besides, where an organisation sees its own circle's rows alone, or those sent to it."""
    if not reads.circle:
        return ""
    sent = f" or g.origin_id = {alias}.{reads.origin}" if reads.origin else ""
    return f" and (g.grantee = {alias}.circle_no or g.grantee < 0{sent})"


def granted(person: str, class_: str | None, argument: Argument, own: str = "") -> str:
    """EXISTS on the grants; `own` says what a grant must be besides."""
    return f"exists (select {live_grants(class_, argument)} and g.person_id = {person}{own})"


def live_grants(class_: str | None, argument: Argument) -> str:
    """The actor's grants of today, as the rest of a select."""
    of_class = f" and '{class_}' = any(g.classes)" if class_ else ""
    return f"from access_grant g where g.grantee = any({argument('grantees', 'int[]')}) and {LIVE_GRANT}{of_class}"


def walled(reads: Reads, within: Scope, grantees: list[int], *given: Any) -> tuple[str, list[Any]]:
    """The first wall on alias `t` for a look-up of our own, and its arguments: those given, then the wall's."""
    values, facts = list(given), {"lo": within.lo, "hi": within.hi, "grantees": grantees, "unread": within.unread}

    def argument(source: str, type_: str) -> str:
        values.append(facts[source])
        return f"${len(values)}::{type_}"

    return wall(reads, "t", within.road, within.level, argument), values


def wall_of_write(reads: Reads, within: Scope) -> tuple[str, tuple[Any, ...]]:
    """The first wall on a row to be changed, `$1` being its id: the interval on the column of the road.

    On the granted road one changes what was written in one's own circle, while the grant lasts.
    """
    column = reads.made if within.road is Road.MADE else "unit_no"
    if within.road is Road.COUNTRY:
        return "true", ()
    if within.road is Road.GRANT and "circle_no" in reads.row.model_fields:
        own = own_circle(reads, "t")
        seen = granted(f"t.{reads.granted}", class_of(reads), lambda _source, _type: "$2::int[]", own)
        answers = reads.answered is not None and reads.answered[0] == within.permission
        mine = reads.answered[1] if reads.answered and answers else "circle_no"
        return f"t.{mine} = any($2::int[]) and {seen}", (list(within.grantees),)
    if within.road is Road.GRANT or not column:
        return "false", ()
    others = " and not t.circle_only" if reads.addressed else ""
    return f"t.{column} between $2 and $3{others}", (within.lo, within.hi)


def wall_inside(reads: Reads, alias: str, road: Road, level: str, argument: Argument) -> str:
    """The first wall on a row reached through its parent or as a candidate, kept away from the choice of an index.

    As an index condition it would multiply with the policy's, and a few rows known by their ids would be looked for in
    the index of the whole unit.
    """
    here = wall(reads, alias, road, level, argument)
    for column in {*EQUALITY.values(), reads.made}:
        here = here.replace(f"{alias}.{column} ", f"({alias}.{column} + 0) ")
    return here


def unit_wall(reads: Reads, alias: str, level: str, argument: Argument) -> str:
    """One equality on the level's own column, else the interval."""
    column = EQUALITY.get(level, "unit_no")
    if column != "unit_no" and column in reads.walls:
        return f"{alias}.{column} = {argument('lo', 'int')}"
    return inside(f"{alias}.unit_no", lies_on_units(reads, level), argument)


def lies_on_units(reads: Reads, level: str) -> bool:
    """Whether every row in reach bears the very number of the unit.

    An organisation has nothing inside; persons and facts about them stand on the commune itself, accounts below it too.
    """
    return level == "organisation" or (
        level == "commune" and ("province_no" in reads.walls or reads.granted == "person_id")
    )


def inside(column: str, equal: bool, argument: Argument) -> str:
    if equal:
        return f"{column} = {argument('lo', 'int')}"
    return f"{column} between {argument('lo', 'int')} and {argument('hi', 'int')}"
