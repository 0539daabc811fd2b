"""Lists taken out as files: never more than the list shows, from one snapshot, for a purpose, traceable to one person."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date, datetime, timedelta
from typing import get_type_hints

import pytest
from python_calamine import CalamineWorkbook

from api.app import ROUTERS
from api.asking import PageQuery
from api.exported import COLLECTIONS
from domain.access.policy import Reach, reach_of
from domain.exports.model import LEFT_OUT
from files import sheet as sheet_file
from files.sheet import HERE
from persistence import export_laying
from tests.exports_work import Counter, exporter, lines, table
from tests.imports_work import Desk, importer
from tests.imports_work import csv as sheet
from tests.world import POSTS


@pytest.fixture
async def counter(world, server, clone):
    async with exporter(world, server, clone) as hand:
        yield Counter(world, hand)


async def test_a_list_is_asked_for_made_and_fetched(counter, world):
    ids = {str(await world.person("hoa")) for _ in range(3)}
    asked = await counter.ask("officer", fields=["id", "full_name", "born_on"])
    assert (asked.status_code, asked.headers["retry-after"]) == (202, "1")
    assert asked.headers["location"] == f"/v1/exports/{asked.json()['id']}"
    assert asked.json()["state"] == "queued"
    await counter.work()
    job = await counter.job("officer", asked.json()["id"])
    assert (job["state"], job["rows"]) == ("done", 3), job
    got = await counter.fetch("officer", job["id"])
    head, rows, mark = table(got.content)
    assert head == ["id", "full_name", "born_on"]
    assert {row[0] for row in rows} == ids
    assert rows[0][2] == "1990-01-01"
    assert job["sha256"] == hashlib.sha256(got.content).hexdigest() == job["manifest"]["sha256"]
    assert int(got.headers["content-length"]) == len(got.content) == job["size"]
    assert job["id"] in mark
    assert "officer" in mark
    assert "report" in mark


async def test_without_a_purpose_nothing_leaves_and_the_refusal_is_kept(counter, world):
    refused = await counter.ask("officer", purpose=None)
    assert (refused.status_code, refused.json()["code"]) == (403, "purpose_required")
    assert await world.admin.fetchval("select count(*) from export_job") == 0
    kept = await world.admin.fetch("select act, outcome from journal_entry")
    assert [tuple(row) for row in kept] == [("request_export", "denied")]


async def test_the_journal_names_everyone_in_the_file_and_the_purpose(counter, world):
    ids = {await world.person("hoa") for _ in range(3)}
    await counter.file("officer")
    rows = await world.admin.fetch("select * from journal_entry where act = 'export_person'")
    assert {id for row in rows for id in row["subject_ids"]} == ids
    assert {(row["account_id"], row["purpose"]) for row in rows} == {(world.users["officer"].account_id, "report")}
    fetched = await world.admin.fetchval("select count(*) from journal_entry where act = 'read_export_content'")
    assert fetched == 1


async def test_json_lines_hold_the_list_as_it_is_and_end_with_who_and_why(counter, world):
    await world.person("hoa", "=HYPERLINK(1)")
    rows, last = lines(await counter.file("officer", format="jsonl"))
    page = (await world.get("officer", "/v1/persons")).json()["data"]
    assert [row["full_name"] for row in rows] == ["=HYPERLINK(1)"]
    assert rows[0]["id"] == page[0]["id"]
    assert json.loads(last["made_by"])["user_name"] == "officer"
    assert last["purpose"] == "report"


# -- cells that bite

NASTY = (
    '=HYPERLINK("http://evil","x")',
    "+84 912",
    "-1+1",
    "@SUM(A1)",
    "\tTab",
    "\rReturn",
    "  =1+1",
    "＝1+1",
    "a;b,c\"d'e",
    "hai\ndòng",
    "_x000D_ thật",
    "]]>&<b>",
    "Nguyễn Thuý 🙂 \u202eđảo",
    "\x0bdọc",
    "007",
    "2024-01-01",
)


async def test_no_cell_of_a_csv_begins_a_formula_and_every_value_comes_back(counter, world):
    for name in NASTY:
        await world.person("hoa", name)
    _, rows, _ = table(await counter.file("officer", fields=["full_name"]))
    cells = [row[0] for row in rows]
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]
    assert sorted(cell.removeprefix("'") for cell in cells) == sorted(NASTY)


async def test_a_workbook_holds_texts_as_texts_days_as_days_and_nothing_that_is_run(counter, world):
    for name in NASTY:
        await world.person("hoa", name)
    content = await counter.file("officer", format="xlsx", fields=["full_name", "born_on", "recorded_at", "version"])
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert head == ["full_name", "born_on", "recorded_at", "version"]
    assert sorted(row[0] for row in rows) == sorted(NASTY)
    assert {row[1] for row in rows} == {date(1990, 1, 1)}
    kept = await world.admin.fetchval("select max(recorded_at) from person")
    assert abs(max(row[2] for row in rows) - kept.astimezone(HERE).replace(tzinfo=None)) < timedelta(seconds=1)
    assert {row[3] for row in rows} == {1.0}
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert parts.testzip() is None
    data = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in data
    assert 'state="frozen"' in data
    assert "officer" in parts.read("docProps/core.xml").decode()
    assert "officer" in data[data.index("<oddFooter>") :]
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    origin = dict(row[:2] for row in book.get_sheet_by_index(1).to_python())
    assert (origin["rows"], origin["purpose"]) == (str(len(NASTY)), "report")


async def test_what_an_officer_takes_out_can_be_brought_back_without_a_change(counter, world, server, clone):
    async with importer(world, server, clone) as hand:
        desk = Desk(world, hand)
        sent = "A1,Nguyễn Văn Đức,01/02/1985,Nam,Huế,thợ mộc,Út Đức; Đức Lớn", "A2,Trần Thị Hoà,03/04/1990,Nữ,,,"
        header = "source_ref,full_name,born_on,gender,native_place,occupation,aliases"
        await desk.commit(await desk.previewed(sheet(*sent, header=header), row_source="so-cu"))
        people = await world.admin.fetch("select * from person order by id")
        assert len(people) == 2
        fields = ["source_ref", "full_name", "born_on", "gender", "native_place", "occupation", "aliases"]
        content = await counter.file("officer", fields=fields)
        job = await desk.previewed(content, row_source="so-cu")
        assert job["counts"] == {"create": 0, "update": 0, "unchanged": 2, "review": 0, "error": 0}, job
        assert await world.admin.fetch("select * from person order by id") == people


# -- never more than the list


async def listed(world, user, collection, **headers):
    """Every row of a list as its door gives it, and the answer's status."""
    rows, path = [], f"/v1/{collection}?limit=200"
    got = await world.get(user, path, **headers)
    if got.status_code != 200:
        return got.status_code, []
    rows += got.json()["data"]
    while cursor := got.json()["page"]["next"]:
        got = await world.get(user, f"{path}&cursor={cursor}", **headers)
        rows += got.json()["data"]
    return 200, rows


def told(row):
    return {name: value for name, value in row.items() if name not in LEFT_OUT}


@pytest.mark.parametrize("user", sorted(POSTS))
async def test_what_a_role_takes_out_is_its_list_and_what_it_may_not_list_it_may_not_take_out(counter, world, user):
    if reach_of(POSTS[user][0], "run_export") is Reach.NONE:
        asked = await counter.ask(user, "units")
        assert asked.status_code == 403
        return
    for unit in ("hoa", "binh", "lam", "bien"):
        person = await world.person(unit, national_id=None, was="old_commune" if unit == "lam" else None)
        await world.residence(person, unit)
    for name in ("club_board", "volunteer", "counsellor", "health_station"):
        person = await world.person("hoa", phone="0912345678")
        await world.grant(person, name)
    for collection in ("persons", "responsibilities", "units", "tasks", "users", "discharge-notices"):
        status, rows = await listed(world, user, collection, Access_Purpose="report")
        asked = await counter.ask(user, collection, format="jsonl")
        assert (asked.status_code == 202) == (status == 200), (collection, asked.text)
        if status == 200:
            await counter.work()
            got = await counter.fetch(user, asked.json()["id"])
            assert got.status_code == 200, (collection, await counter.job(user, asked.json()["id"]))
            assert lines(got.content)[0] == [told(row) for row in rows], collection


@pytest.mark.parametrize("collection", sorted(COLLECTIONS))
async def test_every_list_can_be_taken_out_by_whoever_may_see_it(counter, world, collection):
    for user in ("leader", "rehab_centre", "volunteer"):
        status, rows = await listed(world, user, collection, Access_Purpose="report")
        asked = await counter.ask(user, collection)
        assert (asked.status_code == 202) == (status == 200), (user, asked.text)
        if status == 200:
            await counter.work()
            job = await counter.job(user, asked.json()["id"])
            assert (job["state"], job["rows"]) == ("done", len(rows)), job


def test_no_list_is_forgotten():
    """Every page of rows under /v1 can be taken out, but for those named here with their reason."""
    apart = {
        "clubs": "the rows of support-models with kind=club",
        "exports": "the list of what was taken out",
        "imports": "the caller's own traffic",
        "import-rows": "an import tells its rows itself, with errors (/file)",
        "import-mappings": "the caller's own settings",
        "journal": "the record of reads: it is shown, not taken away",
        "law-changes": "proposals to change the law, for who decides on them",
        "webhook-deliveries": "the caller's own traffic",
    }
    pages = set()
    for module in ROUTERS:
        for route in module.router.routes:
            hints = get_type_hints(route.endpoint) if "GET" in route.methods and "{" not in route.path else {}
            if isinstance(hints.get("query"), type) and issubclass(hints["query"], PageQuery):
                pages.add(route.path.removeprefix("/v1/"))
    assert pages - set(apart) - set(COLLECTIONS) == set()


async def test_a_filter_narrows_as_the_list_does_and_is_told_in_the_manifest(counter, world):
    await world.person("hoa", "Nam", gender="male")
    await world.person("hoa", "Nữ", gender="female")
    job = await counter.made("officer", filters={"gender": "male"}, fields=["full_name"], sort="newest")
    _, rows, _ = table((await counter.fetch("officer", job["id"])).content)
    assert rows == [["Nam"]]
    assert (job["manifest"]["filters"], job["manifest"]["sort"], job["manifest"]["rows"]) == (
        {"gender": "male"},
        "newest",
        1,
    )


async def test_masked_fields_leave_masked_and_absent_ones_have_no_column(counter, world):
    person = await world.person("hoa", phone="0912345678", national_id="001090000001")
    await world.grant(person, "health_station", to_unit=True)
    job = await counter.made("officer", fields=["full_name", "phone", "national_id"])
    content = (await counter.fetch("officer", job["id"])).content
    assert b"0912345678" not in content
    assert b"001090000001" not in content
    assert job["manifest"]["masked"] == ["phone", "national_id"]
    rows, _ = lines(await counter.file("country_reader", format="jsonl", fields=["phone", "full_name"]))
    assert rows[0]["phone"] != "0912345678"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"collection": "secrets"}, "/collection", "not_allowed"),
        ({"filters": {"full_name": "x"}}, "/filters", "unknown_parameter"),
        ({"filters": {"limit": 1}}, "/filters", "unknown_parameter"),
        ({"filters": {"gender": "x"}}, "/filters/gender", None),
        ({"filters": [1]}, "/filters", "unknown_parameter"),
        (
            {"collection": "responsibilities", "filters": {"national_id": "001090000001"}},
            "/filters",
            "unknown_parameter",
        ),
        ({"filters": {"phone": "12"}}, "/filters/phone", None),
        ({"filters": {"q": " "}}, "/filters/q", None),
        ({"filters": {"q": 1}}, "/filters/q", "wrong_type"),
        ({"fields": ["nothing"]}, "/fields", "unknown_field"),
        ({"fields": ["identifiers"]}, "/fields", "not_a_column"),
        ({"fields": ["full_name,phone.number"]}, "/fields", None),
        ({"sort": "weight"}, "/sort", "unknown_order"),
        ({"via": "else"}, "/via", "not_allowed"),
        ({"format": "pdf"}, "/format", None),
    ],
)
async def test_what_no_list_could_be_asked_is_refused_by_name_and_nothing_is_stored(
    counter, world, body, pointer, code
):
    refused = await counter.ask("officer", **body)
    assert refused.status_code == 422, refused.text
    flaw = refused.json()["errors"][0]
    assert flaw["pointer"] == pointer
    assert code in (None, flaw["code"])
    assert "001090000001" not in refused.text
    assert await world.admin.fetchval("select count(*) from export_job") == 0


async def test_a_single_relation_is_told_beside_its_row(counter, world):
    await world.person("hoa", "Lê Mai")
    head, rows, _ = table(
        await counter.file("officer", "responsibilities", fields=["name_then", "unit.name"], sort=None)
    )
    assert (head, rows) == (["name_then", "unit.name"], [["Lê Mai", "Hoa"]])


# -- who may fetch


async def test_the_file_is_for_who_asked_and_for_nobody_else(counter, world):
    await world.person("hoa")
    job = await counter.made("officer")
    assert (await counter.fetch("leader", job["id"])).status_code == 403
    assert (await counter.fetch("police", job["id"])).status_code == 403
    assert (await counter.fetch("area_officer", job["id"])).status_code == 403
    assert (await counter.fetch("neighbour", job["id"])).status_code == 404
    assert (await counter.fetch("stranger", job["id"])).status_code == 404
    assert (await counter.fetch(None, job["id"])).status_code == 401
    denied = await world.admin.fetchval("select count(*) from journal_entry where outcome = 'denied'")
    assert denied == 3


async def test_who_holds_the_post_no_longer_gets_no_file(counter, world):
    asked = await counter.ask("officer")
    me = world.users["officer"].appointment_id
    try:
        await world.admin.execute("update appointment set valid_to = now() where id = $1", me)
        await counter.work()
    finally:
        await world.admin.execute("update appointment set valid_to = null where id = $1", me)
    job = await counter.job("officer", asked.json()["id"])
    assert (job["state"], job["problem"]) == ("refused", "no_appointment")
    assert (await counter.fetch("officer", job["id"])).json()["code"] == "export_not_ready"


async def test_the_same_key_asks_for_one_file(counter, world):
    first = await counter.ask("officer", key="k1")
    again_ = await counter.ask("officer", key="k1")
    other = await counter.ask("officer", "units", key="k1")
    assert first.json()["id"] == again_.json()["id"]
    assert other.status_code == 422
    assert await world.admin.fetchval("select count(*) from export_job") == 1


async def test_after_seven_days_the_file_is_gone_and_its_record_stays(counter, world):
    await world.person("hoa")
    job = await counter.made("officer")
    ends = datetime.fromisoformat(job["expires_at"])
    assert await counter.hand.forget(ends - timedelta(seconds=1)) == 0
    assert await counter.hand.forget(ends) == 1
    gone = await counter.fetch("officer", job["id"])
    assert (gone.status_code, gone.json()["code"]) == (410, "export_expired")
    assert await world.admin.fetchval("select count(*) from export_chunk") == 0
    assert (await counter.job("officer", job["id"]))["manifest"] == job["manifest"]


# -- above the cap


@pytest.fixture
async def cap(world):
    """At most two rows leave without a unit above, from today on; a row of tomorrow does not count yet."""
    await world.admin.execute("insert into export_cap values (current_date, 2), (current_date + 1, 1)")
    yield 2
    await world.admin.execute("delete from export_cap where valid_from >= current_date")


@pytest.mark.parametrize(("rows", "state"), [(2, "done"), (3, "awaiting")])
async def test_the_cap_is_the_last_number_of_rows_that_leaves_alone(counter, world, cap, rows, state):
    for _ in range(rows):
        await world.person("hoa")
    job = await counter.made("officer")
    assert (job["state"], job["rows"], job["most"]) == (state, rows, cap)


async def test_above_the_cap_a_unit_strictly_above_decides_and_the_asker_alone_fetches(counter, world, cap):
    for _ in range(3):
        await world.person("hoa")
    job = await counter.made("officer")
    refused = await counter.fetch("officer", job["id"])
    assert (refused.status_code, refused.json()["code"]) == (403, "approval_required")
    assert await world.admin.fetchval("select count(*) from export_chunk") == 0
    assert (await counter.decide("officer", job, "queued")).status_code == 403
    own = await counter.decide("leader", job, "queued")
    assert (own.status_code, own.json()["code"]) == (422, "move_needs")
    assert (await counter.decide("neighbour", job, "queued")).status_code == 403
    assert (await counter.decide("south_officer", job, "queued")).status_code == 404
    assert (await counter.decide("area_officer", job, "queued")).status_code == 200
    await counter.work()
    done = await counter.job("officer", job["id"])
    assert (done["state"], done["rows"]) == ("done", 3)
    assert done["approved_by"] == str(world.users["area_officer"].account_id) == done["manifest"]["approved_by"]
    assert (await counter.fetch("officer", job["id"])).status_code == 200
    assert (await counter.fetch("area_officer", job["id"])).status_code == 403
    assert (await counter.decide("area_officer", done, "queued")).json()["code"] == "wrong_move"


async def test_a_unit_above_may_refuse(counter, world, cap):
    for _ in range(3):
        await world.person("hoa")
    job = await counter.made("officer")
    stale = await counter.decide("province_officer", job | {"version": 1}, "refused")
    assert stale.status_code == 412
    assert (await counter.decide("province_officer", job, "refused")).json()["problem"] == "not_approved"
    assert await counter.work() == 0


async def test_above_the_country_there_is_no_unit_so_a_second_person_decides(counter, world, cap):
    for unit in ("hoa", "binh", "bien"):
        await world.person(unit)
    job = await counter.made("country_reader")
    assert (await counter.decide("country_reader", job, "queued")).json()["code"] == "move_needs"


# -- the file itself


async def test_a_workbook_that_can_hold_no_more_is_refused_by_name_and_csv_is_not(counter, world, monkeypatch):
    monkeypatch.setattr(sheet_file, "MOST_BYTES", 3_000)
    for _ in range(20):
        await world.person("hoa")
    full = await counter.made("officer", format="xlsx")
    assert (full["state"], full["problem"], full["manifest"]) == ("refused", "too_many_rows", None)
    assert await world.admin.fetchval("select count(*) from export_chunk") == 0
    assert (await counter.made("officer"))["state"] == "done"


async def test_a_fault_of_ours_is_tried_five_times_and_then_told(counter, world):
    asked = (await counter.ask("officer")).json()
    await world.admin.execute("update export_job set attempts = 5")
    await counter.work()
    job = await counter.job("officer", asked["id"])
    assert (job["state"], job["problem"]) == ("failed", "worker_failed")


async def test_a_file_of_several_pieces_is_sent_whole(counter, world, monkeypatch):
    monkeypatch.setattr(export_laying, "PIECE", 100)
    for _ in range(5):
        await world.person("hoa")
    job = await counter.made("officer", format="xlsx")
    assert await world.admin.fetchval("select pieces from export_job") > 5
    content = (await counter.fetch("officer", job["id"])).content
    assert hashlib.sha256(content).hexdigest() == job["sha256"]
    assert (
        await world.admin.fetchval("select count(*) from export_chunk where position('PK'::bytea in sealed) = 1") == 0
    )


async def test_graphql_asks_decides_and_reads_the_same(counter, world, cap):
    for _ in range(3):
        await world.person("hoa")
    ask = (
        'mutation { requestExport(new: {collection: "persons", filters: {gender: "female"}, format: jsonl})'
        " { id state collection filters } }"
    )
    missing = await world.ask("officer", ask)
    assert missing["errors"][0]["extensions"]["code"] == "purpose_required"
    made = (await world.ask("officer", ask, Access_Purpose="report"))["data"]["requestExport"]
    assert (made["state"], made["filters"]) == ("queued", {"gender": "female"})
    await counter.work()
    version = (await counter.job("officer", made["id"]))["version"]
    move = "mutation M($id: UUID!, $v: String!) { decideExport(id: $id, move: {to: queued}, given: {ifMatch: $v}) { state } }"
    moved = await world.ask("area_officer", move, {"id": made["id"], "v": f'"{version}"'})
    assert moved["data"]["decideExport"]["state"] == "queued"
    await counter.work()
    shown = await world.ask("officer", "{ exports(first: 5) { nodes { id state rows manifest unit { name } } } }")
    (node,) = shown["data"]["exports"]["nodes"]
    assert (node["state"], node["rows"], node["unit"]["name"]) == ("done", 3, "Hoa")
    assert node["manifest"]["made_by"]["role"] == "commune_officer"
