"""The printed page of the policy: equal to the policy, and different as soon as one cell of it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from domain.access import policy, printed
from domain.access.policy import HELD_BY_OTHERS, PERMISSIONS, POLICY, Reach, Role, Sight, may_give
from domain.access.printed import access_page
from domain.nouns import NOUNS
from domain.reading import Kind

PAGE = Path(__file__).resolve().parents[2] / "docs" / "access.md"


def other(cell, choices):
    return next(choice for choice in choices if choice != cell)


@pytest.fixture
def changed(monkeypatch):
    """The page as it would be with one row of the policy replaced."""

    def page(role, **changes):
        row = replace(POLICY[role], **changes)
        monkeypatch.setattr(policy, "POLICY", POLICY | {role: row})
        monkeypatch.setattr(printed, "POLICY", POLICY | {role: row})
        made = access_page()
        monkeypatch.undo()
        return made

    return page


def test_the_page_in_docs_is_the_printed_policy():
    assert PAGE.read_text(encoding="utf-8") == access_page(), "run scripts/print_access.py"


def test_every_cell_of_reach_stands_on_the_page(changed):
    page = access_page()
    for role in Role:
        for permission in PERMISSIONS:
            given = POLICY[role].permissions
            cell = other(given.get(permission, Reach.NONE), (Reach.BELOW, Reach.OWN))
            assert changed(role, permissions={**given, permission: cell}) != page, (role, permission)


def test_every_cell_of_sight_stands_on_the_page(changed):
    page = access_page()
    for role in Role:
        for kind in Kind:
            sight = other(POLICY[role].sights[kind], (Sight.MASKED, Sight.CLEAR))
            assert changed(role, sights={**POLICY[role].sights, kind: sight}) != page, (role, kind)


def test_levels_and_powers_to_pass_on_stand_on_the_page(changed):
    page = access_page()
    for role in Role:
        assert changed(role, levels=POLICY[role].levels ^ {"organisation"}) != page
    for role in Role:
        if POLICY[role].passes_on:
            assert changed(role, passes_on=frozenset()) != page


def test_every_permission_that_a_role_has_is_in_the_list_of_permissions():
    """A permission outside the list would be given and not printed."""
    assert {name for powers in POLICY.values() for name in powers.permissions} <= set(PERMISSIONS)


def test_every_field_relation_and_filter_of_every_noun_stands_on_the_page(monkeypatch):
    table = printed._fields()
    assert table in access_page()
    for name, noun in NOUNS.items():
        for field, kind in noun.fields.items():
            moved = replace(noun, fields={**noun.fields, field: other(kind, (Kind.OPEN, Kind.HEALTH))})
            monkeypatch.setitem(NOUNS, name, moved)
            assert printed._fields() != table, (name, field)
        for relation, of in noun.relations.items():
            moved = replace(of, kind=other(of.kind, (Kind.OPEN, Kind.HEALTH)))
            monkeypatch.setitem(NOUNS, name, replace(noun, relations={**noun.relations, relation: moved}))
            assert printed._fields() != table, (name, relation)
        for asked, kind in noun.filters.items():
            filters = {**noun.filters, asked: other(kind, (Kind.OPEN, Kind.HEALTH))}
            monkeypatch.setitem(NOUNS, name, replace(noun, filters=filters))
            assert printed._fields() != table, (name, asked)
        if noun.sealed:
            monkeypatch.setitem(NOUNS, name, replace(noun, sealed=frozenset()))
            assert printed._fields() != table
        monkeypatch.setitem(NOUNS, name, noun)


def test_every_line_of_a_table_has_as_many_cells_as_its_head():
    width = 0
    for line in access_page().splitlines():
        if not line.startswith("|"):
            width = 0
        elif width:
            assert line.count("|") == width, line
        else:
            width = line.count("|")


def test_nobody_may_give_a_role_that_sees_more_persons_than_they_could_ever_show():
    """Whoever appoints either sees that far or is entrusted with powers and sees no person at all."""
    for giver in Role:
        for given in Role:
            if may_give(giver, given) and len(POLICY[giver].passes_on) <= len(HELD_BY_OTHERS):
                assert all(
                    POLICY[giver].permissions.get(name, Reach.NONE) >= reach or name in POLICY[giver].passes_on
                    for name, reach in POLICY[given].permissions.items()
                )
            if len(POLICY[giver].passes_on) > len(HELD_BY_OTHERS):
                assert POLICY[giver].sights[Kind.IDENTITY] is Sight.ABSENT
            elif POLICY[giver].passes_on:
                assert POLICY[giver].passes_on == HELD_BY_OTHERS, "what the leader appoints for and never does"


def test_a_list_of_persons_is_ordered_by_name_only_for_those_who_see_names():
    """The order of a list tells what it is ordered by: no role that lists persons may see names masked or not at all."""
    for role in Role:
        if POLICY[role].permissions.get("read_person", Reach.NONE) not in (Reach.NONE, Reach.TOTALS):
            assert POLICY[role].sights[Kind.IDENTITY] is Sight.CLEAR
