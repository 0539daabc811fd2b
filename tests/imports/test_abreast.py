"""Rows of a file that are done abreast: who depends on whom, and who is refused, changes nothing for the others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from api.context import local_now
from persistence import import_abreast
from tests.api.test_support_models import made as new_model
from tests.club_work import ago, running_club
from tests.imports_work import Desk, importer

MEMBERSHIPS = "source_ref,person_ref,club,asked_on,agreed_by,agreed_on,joined_on,state"


@pytest.fixture
async def desk(world, server, clone):
    async with importer(world, server, clone) as hand:
        yield Desk(world, hand)


async def people(world, count):
    return {f"P{n}": await world.person("hoa", source="file", source_ref=f"P{n}") for n in range(count)}


def lines(header, *rows):
    return "\n".join([header, *rows]) + "\n"


async def test_contacts_of_one_person_are_done_in_the_order_of_the_file_and_the_last_promise_is_due(desk, world):
    """Every row of a person settles the one before; abreast, none would see the others."""
    found = await people(world, 4)
    header = "source_ref,person_ref,held_at,channel,topics,minutes,next_on"
    rows = [
        f"C{turn}{ref},{ref},{ago(30 - turn)}T09:00:00+07:00,phone,legal,20,{ago(-2 - turn)}"
        for turn in range(5)
        for ref in found
    ]
    done = await desk.commit(await desk.previewed(lines(header, *rows), "contacts", row_source="file"))
    assert done["outcomes"] == {"done": 20}
    due = await world.admin.fetch(
        "select t.person_id, c.source_ref, t.due_on::text from task t join counselling_contact c on c.id = t.subject_id"
        " where t.kind = 'next_contact' and t.state = 'open'"
    )
    assert {row["person_id"]: (row["source_ref"], row["due_on"]) for row in due} == {
        id: (f"C4{ref}", ago(-6)) for ref, id in found.items()
    }
    assert len(due) == len(found), "what was promised before is done with"


async def test_a_second_head_of_a_team_is_refused_alone_by_the_database(desk, world):
    model = (await new_model(world, name="Đội tình nguyện", founded_on=ago(300)))["id"]
    rows = [
        f"S{n},{model},Trần Văn {'ABCDEGHIKL'[n]},{'captain' if n in (2, 7) else 'member'},{ago(90)}" for n in range(10)
    ]
    content = lines("source_ref,support_model,full_name,role,valid_from", *rows)
    done = await desk.commit(await desk.previewed(content, "staff", row_source="file"))
    assert done["outcomes"] == {"done": 9, "failed": 1}
    kept = await world.admin.fetch("select source_ref from model_member order by source_ref")
    assert [row[0] for row in kept] == [f"S{n}" for n in range(10) if n != 7]
    (failed,) = await desk.rows(done, outcome="failed")
    assert [flaw["code"] for flaw in failed["flaws"]] == ["head_taken"]


async def test_a_row_refused_after_its_first_write_leaves_nothing_of_itself_and_nobody_else_is_held_up(
    world, server, clone
):
    """Recorded, then its move refused: the clock of the commit is behind that of the preview."""
    found, club = await people(world, 6), await running_club(world)
    late = {"P1", "P4"}
    rows = [f"{ref},{ref},{club.id},{ago(9)},person,{ago(0 if ref in late else 5)},,agreed" for ref in found]
    async with importer(world, server, clone) as hand:
        desk = Desk(world, hand)
        job = await desk.previewed(lines(MEMBERSHIPS, *rows), "memberships", row_source="file")
        assert job["counts"]["create"] == 6
        done = await Desk(world, hand, now=lambda: local_now() - timedelta(days=2)).commit(job)
    assert done["outcomes"] == {"done": 4, "failed": 2}
    of_rows = "select source_ref from club_membership order by source_ref"
    assert [row[0] for row in await world.admin.fetch(of_rows)] == sorted(found.keys() - late)
    for table, many in (("membership_event", 8), ("access_grant", 4)):
        assert await world.admin.fetchval(f"select count(*) from {table}") == many, table
    told = "select act, count(*) from journal_entry where outcome = 'done' and noun = 'club_membership' group by 1"
    assert dict(await world.admin.fetch(told)) == {"record_club_membership": 4, "move_club_membership": 4}


@pytest.mark.parametrize("few", [3, 1_000])
async def test_what_is_done_abreast_and_what_is_done_one_by_one_is_stored_alike(desk, world, monkeypatch, few):
    """The road of single rows stays the reference."""
    monkeypatch.setattr(import_abreast, "FEW", few)
    await people(world, 5)
    header = "source_ref,person_ref,advised_on,trade,funding,school,enrolled_on,state"
    rows = [f"V{n},P{n},{ago(90)},May,own_means,Lớp học,{ago(50)},enrolled" for n in range(5)]
    job = await desk.previewed(lines(header, *rows), "vocational", row_source="file")
    await desk.commit(job)
    stored = await world.admin.fetch("select * from vocational_support order by source_ref")
    assert [(row["source_ref"], row["state"], row["version"], len(row["history"]) > 9) for row in stored] == [
        (f"V{n}", "enrolled", 2, True) for n in range(5)
    ]
