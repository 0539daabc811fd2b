"""An import, edits, an undo: whatever nobody touched stands as before the import, to the last bit."""

from __future__ import annotations

import random

import pytest

from tests.imports.test_parity import rows, table
from tests.imports.test_ready import changed
from tests.imports_work import Desk, importer

MOVING = {"version", "updated_at", "valid_to"}
"""What goes on by itself; of facts only those that last are looked at."""
LIVING = {
    "person": ("id", "t.voided_at is null"),
    "person_identifier": ("person_id", "t.status = 'active'"),
    "person_phone": ("person_id", "t.valid_to is null"),
    "residence": ("person_id", "t.valid_to is null"),
    "responsibility": ("person_id", "t.to_at is null"),
    "person_token": ("person_id", "true"),
}


@pytest.fixture
async def desk(world, server, clone):
    async with importer(world, server, clone) as hand:
        yield Desk(world, hand)


async def standing(world):
    """Person → every column of what lasts of them, sealed columns too."""
    found = {}
    for name, (key, lasting) in LIVING.items():
        told = await world.admin.fetch(
            f"select t.* from {name} t join person p on p.id = t.{key} and p.voided_at is null where {lasting}"
        )
        for row in told:
            facts = sorted((column, repr(value)) for column, value in row.items() if column not in MOVING)
            found.setdefault(row[key], []).append((name, facts))
    return {id: sorted(rows) for id, rows in found.items()}


async def edited(world, chance):
    """Some of whom the import made or changed are worked with before it is taken back."""
    told = await world.admin.fetch("select id, version from person where voided_at is null order by source_ref")
    touched = chance.sample(told, 5)
    for row in touched:
        path, match = f"/v1/persons/{row['id']}", f'"{row["version"]}"'
        sent = await world.call("officer", "PATCH", path, {"native_place": "Hội An"}, If_Match=match)
        assert sent.status_code == 200, sent.text
    return {row["id"] for row in touched}


@pytest.mark.parametrize("seed", [1, 2])
async def test_an_import_an_edit_and_an_undo_restore_untouched_people_bit_for_bit(desk, world, seed):
    chance = random.Random(seed)
    first = list(rows(chance))
    await desk.commit(await desk.previewed(table(first), row_source="ready"))
    before = await standing(world)
    second = await desk.commit(await desk.previewed(table(list(changed(chance, first))), row_source="ready"))
    assert second["outcomes"]["done"] >= 10
    moved = {id for id, facts in (await standing(world)).items() if before.get(id) != facts}
    assert len(moved) >= 10, "the import changed something to take back"
    touched = await edited(world, chance)
    assert touched & moved
    undone = await desk.undo(second)
    assert undone["rows_done"] == sum(undone["outcomes"][word] for word in ("undone", "spared")), "its progress is told"
    after = await standing(world)
    spared = {row["made_id"] for row in await desk.rows(undone, outcome="spared")}
    assert spared == {str(id) for id in touched & moved}, "what was touched is spared and listed"
    assert {id for id in before.keys() | after.keys() if before.get(id) != after.get(id)} == touched
