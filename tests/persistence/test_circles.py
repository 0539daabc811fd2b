"""What is written in a circle moves with its person, is renumbered with its unit, and is read by that circle alone."""

from __future__ import annotations

import pytest

from persistence.circles import NOTED
from persistence.registry import READS
from persistence.transfer import moving
from persistence.unit_drawing import number_columns

CIRCLES = sorted({*NOTED, "anonymous_client", "assignment"})


def test_what_is_about_a_person_moves_with_them_and_what_is_not_stays():
    tables = {name for name, _columns in moving()}
    assert {"counselling_contact", "health_visit"} <= tables
    assert not [name for name in tables if name.startswith(("anonymous_", "client_"))]


def test_a_redraw_takes_circles_along_wherever_they_stand():
    """A circle is an organisation's number: forgotten in a redraw, its notes would be another's."""
    found = {columns.table: set(columns.numbers) for columns in number_columns()}
    tables = [READS[noun].table for noun in CIRCLES] + [notes.table for notes in NOTED.values()] + ["client_link"]
    assert [table for table in tables if "circle_no" not in found[table]] == []


@pytest.mark.parametrize("table", [notes.table for notes in NOTED.values()])
async def test_every_road_to_a_note_asks_for_its_circle(database, table):
    rows = await database.fetch("select policyname, qual from pg_policies where tablename = $1", table)
    assert len(rows) >= 2
    for row in rows:
        assert "circle_no = ANY" in row["qual"], row["policyname"]
        assert "app.grantees" in row["qual"]
        assert " OR " not in row["qual"]


@pytest.mark.parametrize("table", [notes.table for notes in NOTED.values()])
async def test_nobody_changes_or_removes_a_version(database, table):
    rights = await database.fetch(
        "select a.grantee::regrole::text as role, a.privilege_type from pg_class c, aclexplode(c.relacl) a"
        " where c.relname = $1 and a.grantee <> c.relowner",
        table,
    )
    assert {row["privilege_type"] for row in rights} == {"SELECT", "INSERT"}
