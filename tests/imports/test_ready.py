"""What a preview made ready is stored as it stands where nothing has moved; else its rows are judged again (0009)."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from api.context import local_now
from persistence import import_steps
from tests.imports.test_parity import rows, table
from tests.imports_work import Desk, csv, importer

FILE = csv("A1,Nguyễn Văn Đức,01/02/1985,Nam,000185000001,,", "A2,Trần Thị Hoà,1990,Nữ,,,")
COLUMNS = {
    "person": "full_name, aliases, gender, born_on, born_precision, native_place, occupation, no_id_reason, source,"
    " source_ref, unit_no, made_unit_no, province_no, area_no, version, recorded_by, voided_at",
    "person_identifier": "kind, number_tail, number_blind, issued_on, issued_by, status, warnings, version, unit_no,"
    " made_unit_no, recorded_by, source",
    "person_phone": "number_tail, number_blind, belongs_to, valid_to, version, unit_no, made_unit_no, recorded_by",
    "residence": "kind, unit_id, address, valid_from, valid_to, version, unit_no, made_unit_no, recorded_by",
    "responsibility": "unit_no, unit_id, to_at, reason, name_then",
    "person_token": "token",
    "handover": "kind, state, made_unit_no",
}
BESIDE = (
    "select act, noun, outcome, account_id, purpose, shown from journal_entry",
    "select noun, act, unit_no from outbox where noun not like 'import%'",
    "select noun, kind, version, unit_no from row_change where noun not like 'import%'",
    "select no, verdict, outcome, made_version, made_id is null, trace is null, flaws::text, target_noun from import_row",
)


@pytest.fixture
async def desk(world, server, clone):
    async with importer(world, server, clone) as hand:
        yield Desk(world, hand)


@pytest.fixture
def again(monkeypatch):
    """Rows that were judged again at the commit."""
    told = []
    done = import_steps.done

    async def seen(task, kind, given):
        told.extend(row.no for row in given if (row.decision or row.verdict) in ("create", "update"))
        return await done(task, kind, given)

    monkeypatch.setattr(import_steps, "done", seen)
    return told


async def everything(world):
    """All that is stored, without ids and instants, in an order of its own."""
    found = {}
    for name, columns in COLUMNS.items():
        key = "id" if name == "person" else "person_id"
        of = f"(select p.source_ref from person p where p.id = t.{key})" if name != "handover" else "null"
        found[name] = await world.admin.fetch(f"select {of}, {columns} from {name} t")
    for sql in BESIDE:
        found[sql] = await world.admin.fetch(sql)
    return {name: sorted(repr(tuple(row)) for row in given) for name, given in found.items()}


def changed(chance, given):
    """The same people in a second file: some as they were, some corrected, some new, some refused."""
    for row in given:
        roll = chance.random()
        if roll < 0.3:
            yield row | {"occupation": "thợ may", "full_name": row["full_name"]}
        elif roll < 0.5:
            yield row | {"current_address": "số 77", "phone": "0912345999"}
        elif roll < 0.7:
            yield row
        else:
            yield row | {"source_ref": f"{row['source_ref']}-new"}


async def taken(world, desk, again, *, ready):
    """Two files, one after the other, over people of here and of elsewhere."""
    await world.sweep()
    chance = random.Random(7)
    first = list(rows(chance))
    second = list(changed(chance, first))
    for n in (3, 9, 12):
        await world.person("bien", f"Lê Xa {'ABC'[n % 3]}n", national_id=f"0001920000{n:02}")
        second[n] |= {"source_ref": f"E{n}", "full_name": "Lê Xa Nào", "national_id": f"0001920000{n:02}"}
    counts = {}
    for given in (first, second):
        job = await desk.previewed(table(given), row_source="ready")
        assert await world.admin.fetchval("select count(*) from import_ready") > 0
        if not ready:
            await world.admin.execute("delete from import_ready")
        again.clear()
        counts = (job["counts"], (await desk.commit(job))["outcomes"])
        assert await world.admin.fetchval("select count(*) from import_ready") == 0
    return counts, list(again), await everything(world)


async def test_what_was_made_ready_is_stored_as_if_each_row_were_judged_again(desk, world, again, monkeypatch):
    monkeypatch.setattr(import_steps, "BATCH", 25)
    counts, by_row, stored = await taken(world, desk, again, ready=True)
    slow_counts, every, reference = await taken(world, desk, again, ready=False)
    assert counts == slow_counts
    assert {name: value for name, value in stored.items() if value != reference[name]} == {}
    verdicts, outcomes = counts
    assert min(verdicts.values()) > 0, verdicts
    assert outcomes["requested"] > 0
    assert len(by_row) < len(every), "some batches went by the short road"


async def law(world):
    await world.admin.execute("update law_state set version = version + 1")


async def unit(world):
    await world.admin.execute("update unit set version = version + 1 where id = $1", world.units["lam"])


async def number(world):
    await world.person("hoa", "Ai Đó", national_id="000185000001")


async def reference(world):
    await world.person("hoa", "Ai Đó", source="ready", source_ref="A2")


async def name(world):
    await world.admin.execute(
        "update person set full_name = 'Trần Thị Hoà', born_on = null, born_precision = null where full_name = 'Y Ban'"
    )


async def edited(world):
    await world.admin.execute("update person set version = version + 1, occupation = 'thợ' where source_ref = 'A0'")


async def phone_added(world):
    id = await world.admin.fetchval("select id from person where source_ref = 'A0'")
    await world.admin.execute(
        "insert into person_phone (id, person_id, unit_no, made_unit_no, number_sealed, number_tail, number_blind)"
        " select gen_random_uuid(), id, unit_no, unit_no, '', '', 'x' from person where id = $1",
        id,
    )


async def nothing(world):
    pass


MOVED = {
    nothing: ("", {"done": 3}),
    law: ("again", {"done": 3}),
    unit: ("again", {"done": 3}),
    number: ("again", {"done": 2, "moved": 1}),
    reference: ("again", {"done": 2, "moved": 1}),
    name: ("again", {"done": 2, "moved": 1}),
    edited: ("again", {"done": 2, "moved": 1}),
    phone_added: ("again", {"done": 3}),
}


@pytest.mark.parametrize("move", MOVED, ids=lambda move: move.__name__)
async def test_a_batch_is_judged_again_when_anything_it_stood_on_has_moved(desk, world, again, move):
    await world.person("hoa", "Lê Văn Cũ", source="ready", source_ref="A0")
    await world.person("hoa", "Y Ban")
    job = await desk.previewed(FILE + "A0,Lê Văn Cũ,1970,,,,\n", row_source="ready")
    assert (job["counts"]["create"], job["counts"]["update"]) == (2, 1)
    assert (await desk.move(job, "loading", fingerprint=job["fingerprint"])).status_code == 200
    await move(world)
    await desk.work()
    road, outcomes = MOVED[move]
    assert ("again" if again else "", (await desk.job(job["id"]))["outcomes"]) == (road, outcomes)


async def test_what_was_made_ready_yesterday_or_for_somebody_else_is_judged_again(desk, world, again):
    cases = (({"now": lambda: local_now() + timedelta(days=1)}, "done"), ({"user": "area_officer"}, "failed"))
    for number, (change, outcome) in enumerate(cases):  # an area has no register: a single write is refused there too
        job = await desk.previewed(csv(f"B{number},Lê Mới {'AB'[number]}n,1990,Nam,,,"))
        other = Desk(world, desk.hand, **({"user": desk.user, "now": desk.now} | change))
        assert (await other.commit(await other.job(job["id"])))["outcomes"] == {outcome: 1}
        assert again, change
        again.clear()


async def test_whose_appointment_has_ended_stores_nothing_that_was_made_ready(desk, world, again):
    job = await desk.previewed(FILE)
    await desk.move(job, "loading", fingerprint=job["fingerprint"])
    ending = "update appointment set valid_to = {} where id = (select acting_appointment from import_job)"
    await world.admin.execute(ending.format("now()"))
    await desk.work()
    await world.admin.execute(ending.format("null"))
    assert (await world.admin.fetchval("select state from import_job"), again) == ("failed", [])
    assert await world.admin.fetchval("select count(*) from person") == 0


async def test_what_was_made_ready_is_sealed_and_forgotten_the_day_after(desk, world):
    await desk.previewed(FILE)
    blob = await world.admin.fetchval("select sealed from import_ready")
    assert "Đức".encode() not in blob
    assert b"000185000001" not in blob
    await desk.hand.forget(local_now() + timedelta(days=2))
    assert await world.admin.fetchval("select count(*) from import_ready") == 0


async def test_a_person_meant_by_two_rows_is_changed_in_turn(desk, world, again):
    await world.person("hoa", "Lê Văn Cũ", source="ready", source_ref="A0", national_id="000185000001")
    header = "Mã hồ sơ,Họ và tên,Số định danh cá nhân,Nghề nghiệp"
    file = csv("A0,Lê Văn Cũ,,thợ may", "Z9,Lê Văn Cũ,000185000001,thợ mộc", header=header)
    done = await desk.commit(await desk.previewed(file, row_source="ready"))
    assert (done["outcomes"], again) == ({"done": 2}, [])
    person = await world.admin.fetchrow("select version, occupation from person")
    assert tuple(person) == (3, "thợ mộc")
    assert [row[0] for row in await world.admin.fetch("select made_version from import_row")] == [3, 3]
