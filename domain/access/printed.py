"""The policy as a page a lawyer can read: docs/access.md is printed from here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.access.policy import PERMISSIONS, POLICY, Reach, Role, may_give, reach_of, sight_of
from domain.nouns import NOUNS
from domain.reading import Kind, Noun, Road

_HEAD = """# Who may do what, how far, and what they see

Printed from `domain/access/policy.py` by `scripts/print_access.py`; do not edit. Two walls keep it: the statement's own
condition and row-level security in PostgreSQL. What is out of reach is absent (404, the same answer as missing); what
is in reach without the permission is forbidden (403)."""

_REACHES = (Reach.BELOW, Reach.OWN, Reach.MADE, Reach.ASSIGNED, Reach.TOTALS)
_REACH_WORDS = """*below* = the unit and all under it; *own* = the caller's own unit; *made* = what the caller's own
unit made, whoever is responsible today; *assigned* = only persons granted to the caller or to the caller's
organisation; *totals* = figures without names. A role that is not named is refused."""
_SIGHT_WORDS = """*clear*; *on purpose* = in clear on a single resource when `Access-Purpose` names a reason, else
masked; *masked* = the mask stands for the value, and the name stands in `masked`; empty = absent, and the name stands
in `masked`. Fields encrypted at rest are masked in every list. A class of field that a caller sees masked or not at
all cannot be filtered on, and cannot be written."""
_ROADS: dict[Road, tuple[str, str]] = {
    Road.UNIT: ("rows whose responsible unit today is the caller's or lies under it", "a unit that stands today"),
    Road.MADE: (
        "what the unit made or was responsible for in its own period; never the person as of today",
        "reach *made*, a unit that has ended, or `via=made`",
    ),
    Road.GRANT: (
        "persons granted to the caller or the caller's organisation, and the nouns that the grant names",
        "reach *assigned*, or `via=grant`",
    ),
    Road.COUNTRY: ("every row", "a unit of the level country"),
    Road.JOURNAL: ("entries of those who sit in the caller's unit or under it", "`read_journal`"),
    Road.ACCESS: (
        "entries about one person in reach, whichever unit the reader sat in; of their subjects that person alone",
        "`read_access_log`",
    ),
}
_DEPTH = ("country", "province", "district", "area", "commune", "organisation")
_SOURCES = """- Roles, classes and reach: dossier §10 (role → data) and §17; rulings 1, 2, 4, 6, 7, 32.
- Confidentiality of personal information about those who use drugs: Law on Drug Control 73/2021/QH14; Law on Personal
  Data Protection 91/2025/QH15. Article numbers stand in the dossier with their marks.
- Commune police read and write the decision file and formal minutes and see nothing of counselling, clubs, health
  visits, loans or work (rulings 32)."""


def access_page() -> str:
    """The whole policy as Markdown; equal policies print equal pages."""
    parts = [
        _HEAD,
        "## Roles and the levels of unit at which they are held\n\n" + _held(),
        "## Permission × role\n\n" + _REACH_WORDS + "\n\n" + _reaches(),
        "## Role × class of field\n\n" + _SIGHT_WORDS + "\n\n" + _sights(),
        "## Which field is of which class\n\n" + _fields(),
        "## Who may appoint whom\n\nOnly at a unit strictly below the giver's own.\n\n" + _appointing(),
        "## Roads to a row\n\nEach is a database role with one policy a table.\n\n" + _roads(),
        "## Sources\n\n" + _SOURCES,
    ]
    return "\n\n".join(parts) + "\n"


def _held() -> str:
    return _table(("role", "at"), ((role.value, ", ".join(_levels(role))) for role in Role))


def _reaches() -> str:
    rows = (
        (permission, *(", ".join(_reaching(permission, reach)) for reach in _REACHES)) for permission in PERMISSIONS
    )
    return _table(("permission", *(reach.name.lower() for reach in _REACHES)), rows)


def _reaching(permission: str, reach: Reach) -> list[str]:
    return [role.value for role in Role if reach_of(role, permission) is reach]


def _levels(role: Role) -> list[str]:
    return [level for level in _DEPTH if level in POLICY[role].levels]


def _sights() -> str:
    rows = ((role.value, *(_sight(role, kind) for kind in Kind)) for role in Role)
    return _table(("role", *(kind.value for kind in Kind)), rows)


def _sight(role: Role, kind: Kind) -> str:
    word = sight_of(role, kind).value.replace("_", " ")
    return "" if word == "absent" else word


def _fields() -> str:
    rows = (
        (noun.name, kind.value, ", ".join(names))
        for noun in NOUNS.values()
        for kind in Kind
        if (names := _of(noun, kind))
    )
    return _table(("noun", "class", "fields, → relations, ? filters; ● encrypted at rest"), rows)


def _of(noun: Noun, kind: Kind) -> list[str]:
    fields = [f"{name}{' ●' if name in noun.sealed else ''}" for name, of in noun.fields.items() if of is kind]
    relations = [f"→ {name}" for name, relation in noun.relations.items() if relation.kind is kind]
    return fields + relations + [f"? {name}" for name, of in noun.filters.items() if of is kind]


def _appointing() -> str:
    rows = ((giver.value, _given(giver)) for giver in Role if any(may_give(giver, given) for given in Role))
    return _table(("giver", "may give"), rows)


def _given(giver: Role) -> str:
    """Roles whose powers are included, where they can be held at a level below one of the giver's."""
    highest = min(_DEPTH.index(level) for level in POLICY[giver].levels)
    below = frozenset(_DEPTH[highest + 1 :])
    return ", ".join(role.value for role in Role if may_give(giver, role) and POLICY[role].levels & below)


def _roads() -> str:
    return _table(
        ("road", "database role", "rows", "taken by"),
        ((road, f"road_{road}", *words) for road, words in _ROADS.items()),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
