"""Who follows changes waits for no list that leaves, and nothing of what changes meanwhile is in the list."""

from __future__ import annotations

import pytest

from domain.exports import streaming
from persistence import export_laying, export_reading, instants
from tests.exports_work import Counter, exporter, table
from tests.feeding import settled


@pytest.fixture
async def counter(world, server, clone):
    async with exporter(world, server, clone) as hand:
        yield Counter(world, hand)


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(export_reading, "PAGE", 2)


async def changed(world, cursor):
    """What a follower is told behind a cursor."""
    await settled(world.admin)
    page = (await world.get("officer", f"/v1/changes?cursor={cursor}")).json()
    return [(event["noun"], event["id"], event["kind"]) for event in page["data"]], page["page"]["next"]


@pytest.mark.parametrize(("made", "place"), [("job", export_laying.Turn), ("stream", streaming.Stream)])
async def test_a_write_made_while_a_list_leaves_is_told_to_followers_before_the_list_ends(
    counter, world, small_pages, monkeypatch, made, place
):
    """After every page; and none of what was written meanwhile is in the list."""
    monkeypatch.setattr(streaming, "PAGE", 2)
    before = {str(await world.person("hoa")) for _ in range(5)}
    await settled(world.admin)
    cursor = (await world.get("officer", "/v1/changes?start=now")).json()["page"]["next"]
    name = "still" if made == "job" else "_still_in_post"
    seen, real = [], getattr(place, name)

    async def meanwhile(self):
        nonlocal cursor
        wrote = await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Thị Mới"})
        told, cursor = await changed(world, cursor)
        assert ("person", wrote.json()["id"], "upsert") in told
        seen.append(wrote.json()["id"])
        await real(self)

    monkeypatch.setattr(place, name, meanwhile)
    if made == "job":
        content = await counter.file("officer", fields=["id"])
    else:
        body = {"collection": "persons", "fields": ["id"]}
        content = (await world.call("officer", "POST", "/v1/exports:stream", body, Access_Purpose="report")).content
    assert len(seen) >= 2
    assert {row[0] for row in table(content)[1]} == before


async def test_the_same_check_sees_a_list_that_is_read_by_a_transaction_that_writes(
    counter, world, small_pages, monkeypatch
):
    """The control: an instant held with a transaction id tells followers nothing until it ends."""
    monkeypatch.setattr(instants, "HOLD", "begin isolation level repeatable read; select pg_current_xact_id()")
    for _ in range(5):
        await world.person("hoa")
    await settled(world.admin)
    cursor = (await world.get("officer", "/v1/changes?start=now")).json()["page"]["next"]
    made, told, real = [], [], export_laying.Turn.still

    async def meanwhile(turn):
        wrote = await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Thị Mới"})
        made.append(("person", wrote.json()["id"], "upsert"))
        page = (await world.get("officer", f"/v1/changes?cursor={cursor}")).json()
        told.extend(page["data"])
        await real(turn)

    monkeypatch.setattr(export_laying.Turn, "still", meanwhile)
    await counter.file("officer", fields=["id"])
    assert told == []
    assert set(made) <= set((await changed(world, cursor))[0])
