"""A list sent as it is read: what a job would make, from one instant, on record before the first byte."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from api.context import local_now
from api.working import by_the_clock
from domain.exports import streaming
from tests.exports_work import Counter, exporter, lines, table

PATH = "/v1/exports:stream"


@pytest.fixture
async def counter(world, server, clone):
    async with exporter(world, server, clone) as hand:
        yield Counter(world, hand)


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(streaming, "PAGE", 2)


async def stream(world, user="officer", collection="persons", purpose="report", key=None, **body):
    headers = ({"Access_Purpose": purpose} if purpose else {}) | ({"Idempotency_Key": key} if key else {})
    return await world.call(user, "POST", PATH, {"collection": collection} | body, **headers)


async def record_of(world, reply, user="officer"):
    """The second call: what the answer's Link names."""
    link = reply.headers["link"].removeprefix("<").partition(">")[0]
    return (await world.get(user, link)).json()


@pytest.mark.parametrize("format", ["csv", "jsonl", "xlsx"])
async def test_a_stream_holds_what_the_job_holds_and_its_record_has_the_checksum(counter, world, small_pages, format):
    for _ in range(5):
        await world.person("hoa", phone="0912345678")
    fields = ["id", "full_name", "born_on", "phone", "unit.name"]
    sent = await stream(world, format=format, fields=fields)
    assert sent.status_code == 200, sent.text
    assert "content-length" not in sent.headers
    made = await counter.file("officer", format=format, fields=fields)
    rows = {"csv": lambda c: table(c)[:2], "jsonl": lambda c: lines(c)[0], "xlsx": _sheet}[format]
    assert rows(sent.content) == rows(made)
    kept = await record_of(world, sent)
    assert (kept["state"], kept["rows"], kept["streamed"], kept["purpose"]) == ("done", 5, True, "report")
    assert kept["sha256"] == hashlib.sha256(sent.content).hexdigest() == kept["manifest"]["sha256"]
    assert kept["size"] == len(sent.content)
    assert kept["started_at"] is not None
    told = {name: kept["manifest"][name] for name in ("masked", "streamed", "via", "collection")}
    assert told == {"masked": ["phone"], "streamed": True, "via": None, "collection": "persons"}
    assert b"0912345678" not in sent.content


def _sheet(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


async def test_a_record_bears_the_number_that_its_caller_gave_it(world):
    kept = await record_of(world, await stream(world, source="kho số liệu", source_ref=" 2026/7 "))
    assert (kept["source"], kept["source_ref"]) == ("kho số liệu", "2026/7")


async def test_more_rows_than_a_file_holds_are_refused_whatever_the_cap(world, monkeypatch):
    monkeypatch.setattr(streaming, "MOST_ROWS", 1)
    for _ in range(2):
        await world.person("hoa")
    refused = await stream(world)
    assert (refused.json()["code"], refused.json()["most"]) == ("too_many_rows", 1)


async def test_the_watermark_and_the_last_line_say_whose_copy_it_is(world):
    sent = await stream(world)
    _, rows, mark = table(sent.content)
    kept = await record_of(world, sent)
    assert rows == []
    assert kept["watermark"] in mark
    assert kept["id"] in mark


async def test_without_a_purpose_or_a_right_nothing_is_sent(world):
    assert (await stream(world, purpose=None)).json()["code"] == "purpose_required"
    assert (await stream(world, "inspector")).status_code == 403
    assert (await stream(world, "rehab_centre", "persons")).status_code == 403
    assert (await stream(world, collection="secrets")).status_code == 422
    assert await world.admin.fetchval("select count(*) from export_job") == 0


async def test_above_the_cap_nothing_is_sent_and_a_job_may_be_asked_for(counter, world):
    await world.admin.execute("insert into export_cap values (current_date, 2)")
    try:
        for _ in range(2):
            await world.person("hoa")
        assert (await stream(world)).status_code == 200
        await world.person("hoa")
        refused = await stream(world)
    finally:
        await world.admin.execute("delete from export_cap where valid_from >= current_date")
    assert (refused.status_code, refused.json()["code"], refused.json()["most"]) == (403, "approval_required", 2)
    kept = await world.admin.fetch("select state, problem, rows from export_job where streamed order by recorded_at")
    assert [tuple(row) for row in kept] == [("done", None, 2), ("refused", "approval_required", 0)]


async def test_the_journal_names_everyone_before_their_page_leaves(world, small_pages, monkeypatch):
    ids = [await world.person("hoa") for _ in range(5)]
    told = []

    async def look(_self):
        sql = "select coalesce(sum(cardinality(subject_ids)), 0) from journal_entry where act = 'export_person'"
        told.append(await world.admin.fetchval(sql))

    monkeypatch.setattr(streaming.Stream, "_still_in_post", look)
    assert (await stream(world)).status_code == 200
    assert told == [2, 4]
    rows = await world.admin.fetch("select subject_ids, purpose from journal_entry where act = 'export_person'")
    assert {id for row in rows for id in row["subject_ids"]} == set(ids)
    assert {row["purpose"] for row in rows} == {"report"}
    begun = await world.admin.fetchval("select count(*) from journal_entry where act = 'begin_stream'")
    assert begun == 1


async def test_what_changes_meanwhile_is_not_in_it(world, small_pages, monkeypatch):
    for _ in range(5):
        await world.person("hoa")
    before = await world.admin.fetchval("select array_agg(id::text order by id) from person")

    async def meddle(_self):
        await world.admin.execute("update person set full_name = 'Zzz', version = version + 1")
        await world.person("hoa", "Yyy")

    monkeypatch.setattr(streaming.Stream, "_still_in_post", meddle)
    _, rows, _ = table((await stream(world, fields=["id", "full_name"])).content)
    assert sorted(row[0] for row in rows) == before
    assert {"Zzz", "Yyy"}.isdisjoint(row[1] for row in rows)


async def test_nothing_that_writes_stays_open_while_a_page_leaves(world, small_pages, monkeypatch):
    """Who follows changes waits for the oldest transaction that writes: a slow client is none."""
    for _ in range(3):
        await world.person("hoa")
    writing = []

    async def look(_self):
        sql = "select count(*) from pg_stat_activity where backend_xid is not null and usename = 'app_rw'"
        writing.append(await world.admin.fetchval(f"{sql} and datname = current_database()"))

    monkeypatch.setattr(streaming.Stream, "_still_in_post", look)
    await stream(world)
    assert writing == [0]


async def test_who_loses_the_post_meanwhile_gets_no_further_page(world, small_pages, monkeypatch):
    for _ in range(5):
        await world.person("hoa")
    me, asked = world.users["officer"].appointment_id, streaming.Stream._still_in_post

    async def ended(self):
        await world.admin.execute("update appointment set valid_to = now() where id = $1", me)
        try:
            await asked(self)
        finally:
            await world.admin.execute("update appointment set valid_to = null where id = $1", me)

    monkeypatch.setattr(streaming.Stream, "_still_in_post", ended)
    cut = await stream(world, fields=["full_name"])  # on a socket: without its last chunk (tests/contract)
    assert len(cut.content.decode("utf-8-sig").splitlines()) == 1 + 2, "the head and one page, no last line"
    kept = await world.admin.fetchrow("select state, problem, rows, manifest from export_job")
    assert tuple(kept) == ("failed", "stream_broken", 2, None)


async def test_who_works_under_other_rights_than_at_the_beginning_is_cut_off_and_the_record_says_so(
    world, small_pages, monkeypatch
):
    """The old rights open no transaction any more: what broke off is written down under those of now."""
    for _ in range(3):
        await world.person("hoa")
    here, asked = world.units["hoa"], streaming.Stream._still_in_post

    async def changed(self):
        await world.admin.execute("update unit set valid_to = '2099-12-31' where id = $1", here)
        await asked(self)

    monkeypatch.setattr(streaming.Stream, "_still_in_post", changed)
    await stream(world, fields=["full_name"])
    await world.admin.execute("update unit set valid_to = null where id = $1", here)
    kept = await world.admin.fetchrow("select state, problem, rows from export_job")
    assert tuple(kept) == ("failed", "stream_broken", 2)


async def test_the_same_key_gets_the_record_and_no_second_file(world):
    first = await stream(world, key="k1")
    again = await stream(world, key="k1")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()["id"] == (await record_of(world, first))["id"]
    assert (await stream(world, collection="units", key="k1")).json()["code"] == "key_reused"
    assert await world.admin.fetchval("select count(*) from export_job") == 1


async def test_what_was_sent_is_not_kept(counter, world):
    kept = await record_of(world, await stream(world))
    gone = await counter.fetch("officer", kept["id"])
    assert (gone.status_code, gone.json()["code"]) == (410, "export_streamed")
    assert await world.admin.fetchval("select count(*) from export_chunk") == 0


async def test_a_worker_leaves_streams_alone_and_notes_those_whose_server_died(counter, world, hand):
    kept = await record_of(world, await stream(world))
    await world.admin.execute("update export_job set state = 'running', finished_at = null")
    assert await counter.work() == 0
    began = await world.admin.fetchval("select updated_at from export_job")
    await by_the_clock(hand, counter.hand, began + timedelta(minutes=15) - timedelta(seconds=1))
    assert (await counter.job("officer", kept["id"]))["state"] == "running"
    await by_the_clock(hand, counter.hand, began + timedelta(minutes=15))
    broken = await counter.job("officer", kept["id"])
    assert (broken["state"], broken["problem"]) == ("failed", "stream_broken")


async def test_what_a_dead_worker_left_is_called_up_after_a_minute_and_what_is_at_work_is_let_be(counter, world, hand):
    asked = await counter.ask("officer")
    await world.admin.execute("delete from pgqueuer")
    since = await world.admin.fetchval("select updated_at from export_job")
    queued = "select entrypoint from pgqueuer where status = 'queued'"
    await by_the_clock(hand, counter.hand, since + timedelta(minutes=1))
    assert await world.admin.fetch(queued) == []
    for _ in range(2):
        await by_the_clock(hand, counter.hand, since + timedelta(minutes=1, seconds=1))
    assert [row[0] for row in await world.admin.fetch(queued)] == ["export"]
    assert asked.json()["state"] == "queued"


# -- by name, number and phone


FILTERS = [
    ({"q": "nguyen duc"}, "Nguyễn Văn Đức"),
    ({"national_id": "001090000017"}, "Trần Thị Hoà"),
    ({"phone": "0912 000 017"}, "Trần Thị Hoà"),
    ({"born_year": 1971, "gender": "female"}, "Lê Hòa"),
]


async def peopled(world):
    await world.person("hoa", "Nguyễn Văn Đức")
    await world.person("hoa", "Trần Thị Hoà", national_id="001090000017", phone="+84912000017")
    await world.person("hoa", "Lê Hòa", born_on=local_now().date().replace(year=1971, month=2, day=1))
    await world.person("binh", "Nguyễn Thị Đức")
    # the register's own words of names
    await world.admin.execute(
        "insert into person_token (person_id, token, unit_no) select p.id, w, p.unit_no from person p,"
        " unnest(vn_tokens(p.full_name)) w on conflict do nothing"
    )


@pytest.mark.parametrize(("filters", "name"), FILTERS)
async def test_a_list_is_narrowed_as_the_search_does_and_nothing_of_it_stands_anywhere(counter, world, filters, name):
    await peopled(world)
    found = (await world.call("officer", "POST", "/v1/persons:search", filters)).json()["data"]
    assert [one["full_name"] for one in found] == [name]
    job = await counter.made("officer", filters=filters, fields=["full_name"])
    assert job["state"] == "done", job
    assert table((await counter.fetch("officer", job["id"])).content)[1] == [[name]]
    sent = await stream(world, filters=filters, fields=["full_name"])
    assert table(sent.content)[1] == [[name]]
    told = {key: value if key == "gender" else "•••••" for key, value in filters.items()}
    assert job["filters"] == job["manifest"]["filters"] == told
    record = await record_of(world, sent)
    assert record["filters"] == record["manifest"]["filters"] == told
    kept = str(await world.admin.fetch("select row_to_json(j)::text from export_job j"))
    kept += str(await world.admin.fetch("select row_to_json(j)::text from journal_entry j"))
    for value in (str(value) for key, value in filters.items() if key != "gender"):
        assert value not in kept
        assert value not in sent.headers["link"]


async def test_who_sees_numbers_masked_takes_nothing_out_by_them(world):
    refused = await stream(world, "country_reader", filters={"national_id": "001090000017"})
    assert refused.status_code in (403, 422)
    assert "001090000017" not in refused.text


async def test_a_search_of_the_country_that_is_cut_short_is_no_file(counter, world, monkeypatch):
    await peopled(world)

    def short(page):
        page["page"]["incomplete"] = True
        return real(page)

    real = streaming.refuse_incomplete
    monkeypatch.setattr(streaming, "refuse_incomplete", short)
    refused = await stream(world, "country_reader", filters={"q": "nguyen duc"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "one_more_word")
    assert UUID(str(await world.admin.fetchval("select id from export_job where state = 'refused'")))
