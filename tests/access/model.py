"""The third opinion: who sees what, told from the policy's table and the tree of units alone.

Nothing here makes a scope, reads a road, compares a unit number or compiles a selection: it walks from unit to parent
and looks cells up. It keeps the policy as it stood at import, so that a change made later is noticed.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from domain.access.policy import POLICY, Reach, Role, Sight
from domain.nouns import NOUNS
from domain.person.identity import masked_tail
from domain.reading import Kind
from tests.access.register import ANY, Maybe, Register, Row
from tests.world import UNITS

LAW = copy.deepcopy(dict(POLICY))
DECLARED = copy.deepcopy(dict(NOUNS))
REGISTER = ("unit", "identifiers", "phones", "residences", "responsibilities")
DECLARED["person"] = replace(
    DECLARED["person"], relations={name: DECLARED["person"].relations[name] for name in REGISTER}
)
"""Of a person what the register itself keeps; the case file is told in test_case_sights and test_support_sights."""
REFERENCE = frozenset({"unit", "unit_lineage"})
CHILDREN = {
    ("person", "identifiers"): "person_identifier",
    ("person", "phones"): "person_phone",
    ("person", "residences"): "residence",
    ("person", "responsibilities"): "responsibility",
    ("responsibility", "residences"): "residence",
    ("account", "appointments"): "appointment",
}
MOST_INCLUDED = 100


@dataclass(frozen=True)
class Post:
    """Somebody who looks: their name, role and unit."""

    name: str
    role: str
    unit: str


@dataclass(frozen=True)
class How:
    """How something is asked: by which road, for which purpose, with which relations, through which door."""

    via: str | None = None
    purpose: str | None = None
    include: bool = False
    door: str = "rest"


# -- reach ---------------------------------------------------------------------------------------------------------


def reach(post: Post, permission: str) -> Reach:
    return LAW[Role(post.role)].permissions.get(permission, Reach.NONE)


def under(unit: str, top: str) -> bool:
    """Whether `top` stands on the way from `unit` up to the country."""
    at: str | None = unit
    while at is not None and at != top:
        at = UNITS[at][4]
    return at == top


def strictly_below(unit: str, top: str) -> bool:
    return unit != top and under(unit, top)


def includes(giver: str, given: str) -> bool:
    """Whether every power of the given role is one that the giver has as far, or is entrusted to pass on."""
    mine, theirs = LAW[Role(giver)], LAW[Role(given)]
    own = {name for name, how_far in theirs.permissions.items() if mine.permissions.get(name, Reach.NONE) >= how_far}
    return "appoint" in mine.permissions and set(theirs.permissions) <= own | mine.passes_on


def ended(unit: str) -> bool:
    last: date | None = UNITS[unit][5]
    return last is not None and last < date(2026, 1, 1)


def road(post: Post, permission: str, via: str | None) -> str:
    how_far = reach(post, permission)
    if how_far is Reach.ASSIGNED or via == "grant":
        return "grant"
    if how_far is Reach.MADE or ended(post.unit) or via == "made":
        return "made"
    return "country" if UNITS[post.unit][0] == "country" else "unit"


def granted(register: Register, post: Post, row: Row) -> bool:
    return any(
        grant.live
        and grant.person == row.subject
        and (grant.user == post.name or grant.unit == post.unit)
        and (row.noun == "person" or row.noun in grant.nouns)
        for grant in register.grants
    )


def in_reach(register: Register, post: Post, row: Row, permission: str, via: str | None) -> bool:
    """Whether this post may meet this row. No permission at all is for the caller to ask."""
    if row.noun in REFERENCE:
        return True
    way = road(post, permission, via)
    if way == "grant":
        return granted(register, post, row)
    if way == "made":
        return row.noun != "person" and _covers(post, permission, row.made)
    return way == "country" or _covers(post, permission, row.at)


def _covers(post: Post, permission: str, unit: str) -> bool:
    return unit == post.unit if reach(post, permission) in (Reach.OWN, Reach.MADE) else under(unit, post.unit)


def relation(register: Register, post: Post, row: Row | None) -> str:
    """What the target is to the caller's unit."""
    if row is None:
        return "missing"
    if granted(register, post, row):
        return "granted"
    if row.at == post.unit:
        return "own"
    if under(row.at, post.unit):
        return "below"
    if under(row.made, post.unit):
        return "former"
    if under(post.unit, row.at):
        return "above"
    return "sibling" if UNITS[row.at][4] == UNITS[post.unit][4] else "elsewhere"


# -- sight ---------------------------------------------------------------------------------------------------------


def shown(post: Post, kind: Kind, *, purpose: bool) -> str:
    """clear, masked or absent."""
    sight = LAW[Role(post.role)].sights[kind]
    if sight is Sight.ON_PURPOSE:
        return "clear" if purpose else "masked"
    return str(sight.value)


def view(
    register: Register, post: Post, row: Row, permission: str, how: How, *, listed: bool = False
) -> dict[str, Any]:
    """The JSON of one row for this caller; fields that may hold any value hold ANY."""
    noun, hidden, told = DECLARED[row.noun], [], {}
    for name, kind in noun.fields.items():
        show = shown(post, kind, purpose=how.purpose is not None and not listed)
        if show == "clear" and listed and name in noun.sealed:
            show = "masked"
        if show != "clear":
            hidden.append(name)
        if show == "absent":
            told |= {name: None} if how.door == "graphql" else {}
        else:
            value = _value(register, post, row, name, permission, how)
            told[name] = value if show == "clear" else _mask(name, value, sealed=name in noun.sealed)
    for name, of in noun.relations.items() if how.include else ():
        if shown(post, of.kind, purpose=how.purpose is not None and not listed) != "clear":
            hidden.append(name)
            told |= {name: None} if how.door == "graphql" else {}
        else:
            told[name] = _related(register, post, row, name, permission, how)
    return told | {"masked": sorted(hidden)}


def _value(register: Register, post: Post, row: Row, name: str, permission: str, how: How) -> Any:
    """The value on file; the two that come from other rows only when those rows are in reach on the same road."""
    sources = {
        ("person", "national_id"): ("person_identifier", "status"),
        ("person", "phone"): ("person_phone", "valid_to"),
    }
    if (row.noun, name) not in sources:
        return row.facts[name]
    noun, mark = sources[row.noun, name]
    live = {"status": "active", "valid_to": None}[mark]
    found = [
        fact.facts["number"]
        for fact in register.of(noun, row.id)
        if fact.facts[mark] == live and in_reach(register, post, fact, permission, how.via)
    ]
    return found[0] if found else None


def _mask(name: str, value: Any, *, sealed: bool) -> Any:
    if sealed and value is not None:
        return masked_tail(value)
    return str(value).split()[-1][0] + "." if name == "full_name" else None


def _related(register: Register, post: Post, row: Row, name: str, permission: str, how: How) -> Any:
    noun = CHILDREN.get((row.noun, name))
    if noun is None:
        return ANY
    inner = How(how.via, how.purpose, False, how.door)
    return [
        view(register, post, child, permission, inner, listed=True)
        for child in register.of(noun, row.subject)
        if in_reach(register, post, child, permission, how.via)
    ]


def difference(expected: Any, actual: Any, at: str = "") -> str | None:
    """Where an answer departs from the model; None where it does not."""
    if expected is ANY:
        return None if actual is not None else f"{at}: nothing there"
    if isinstance(expected, Maybe):
        return None if expected.of is None or actual is None else difference(expected.of, actual, at)
    if isinstance(expected, dict):
        if not isinstance(actual, dict) or expected.keys() != actual.keys():
            return f"{at}: fields {sorted(expected)} are {sorted(actual) if isinstance(actual, dict) else actual!r}"
        found = (difference(value, actual[name], f"{at}/{name}") for name, value in expected.items())
        return next((fault for fault in found if fault), None)
    if isinstance(expected, list) and expected and isinstance(expected[0], dict):
        return _list_difference(expected, actual, at)
    return None if expected == actual else f"{at}: {expected!r} is {actual!r}"


def shape(post: Post, noun_name: str, how: How) -> dict[str, Any]:
    """The fields of one row of a list for this caller, whatever stands in them."""
    noun, hidden, told = DECLARED[noun_name], [], {}
    nested = noun.relations if how.include else {}
    for name, kind in noun.fields.items() | {(name, of.kind) for name, of in nested.items()}:
        show = shown(post, kind, purpose=False)
        show = "masked" if show == "clear" and name in noun.sealed else show
        hidden += [name] if show != "clear" else []
        if show != "absent" and not (name in nested and show != "clear"):
            inner = shape(post, nested[name].noun, How(door=how.door)) if name in nested else None
            told[name] = Maybe(inner)
        elif how.door == "graphql":
            told[name] = None
    return told | {"masked": sorted(hidden)}


def _list_difference(expected: list[Any], actual: Any, at: str) -> str | None:
    if not isinstance(actual, list) or {row["id"] for row in expected} != {row["id"] for row in actual}:
        return f"{at}: {len(expected)} rows expected"
    if len(actual) != len(expected):
        return f"{at}: a row comes twice"
    known = {row["id"]: row for row in actual}
    found = (difference(row, known[row["id"]], f"{at}/{row['id']}") for row in expected)
    return next((fault for fault in found if fault), None)
