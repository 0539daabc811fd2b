"""A list that leaves with the columns of the rehab-management software comes back by its mapping as it was."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from python_calamine import CalamineWorkbook

from domain.exports import streaming
from domain.exports.layouts import LAYOUTS
from domain.exports.model import MARK
from domain.imports.model import SHIPPED
from persistence import export_reading
from tests.exports_work import Counter, exporter, lines, table
from tests.imports_work import Desk, csv, importer

PEOPLE = "Mã học viên,Họ tên học viên,Tên thường gọi,Ngày tháng năm sinh,Giới tính,Số CMND/CCCD,Ngày cấp,Nơi cấp,Phường/Xã hiện tại,Nơi ở hiện tại,Điện thoại liên hệ,Nghề nghiệp,Quê quán"
COURSES = "Mã học viên,Mã đợt,Họ tên học viên,Hình thức cai nghiện,Căn cứ,Cơ sở cai nghiện,Ngày vào cơ sở,Ngày ra cơ sở,Kết quả"
ONE = 'HV1,Nguyễn Văn Đức,"Tý; Đức \'còi\'",05/1985,Nam,000185000001,01/02/2021,Cục Cảnh sát,Hoa,"số 1, tổ 2",0912345678,thợ mộc,Huế'
TWO = "HV2,Trần Thị Hoà,,1990,Nữ,,,,,,,,"
STAY = (
    "HV1,D1,Nguyễn Văn Đức,Cai nghiện bắt buộc,Biện pháp xử lý hành chính,Cơ sở số 1,01/02/2023,01/02/2025,Hoàn thành"
)
NOW = "HV2,D2,Trần Thị Hoà,Điều trị thay thế,,,05/03/2026,,Đang thực hiện"


@pytest.fixture
async def desks(world, server, clone):
    async with importer(world, server, clone) as hand, exporter(world, server, clone) as clerk:
        yield Desk(world, hand), Counter(world, clerk)


WAYS = [(way, format) for way in ("job", "stream") for format in ("csv", "xlsx")]
LAYOUT = ["@rehab_software"]


async def streamed(world, collection="persons", user="officer", **body):
    """POST /v1/exports:stream with the columns of the software; the answer."""
    asked = {"collection": collection, "fields": LAYOUT} | body
    return await world.call(user, "POST", "/v1/exports:stream", asked, Access_Purpose="report")


async def taken_out(desks, way, collection, format):
    """The bytes of a list with those columns, one way or the other."""
    _desk, counter = desks
    if way == "job":
        return await counter.file("officer", collection, fields=LAYOUT, format=format)
    sent = await streamed(counter.world, collection, format=format)
    assert sent.status_code == 200, sent.text
    return sent.content


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(streaming, "PAGE", 1)
    monkeypatch.setattr(export_reading, "PAGE", 1)


@pytest.mark.parametrize(("way", "format"), WAYS)
async def test_what_leaves_with_the_columns_of_the_software_comes_back_unchanged(
    desks, world, small_pages, way, format
):
    desk, _counter = desks
    as_theirs = {"mapping": "rehab_software"}
    await desk.commit(await desk.previewed(csv(ONE, TWO, header=PEOPLE), **as_theirs))
    done = await desk.commit(await desk.previewed(csv(STAY, NOW, header=COURSES), "treatment_courses", **as_theirs))
    assert done["outcomes"] == {"done": 2}, await desk.rows(done)
    for collection, kind in (("persons", "persons"), ("treatment-courses", "treatment_courses")):
        content = await taken_out(desks, way, collection, format)
        job = await desk.previewed(content, kind, format, **as_theirs)
        assert job["problem"] is None, job
        assert job["counts"]["unchanged"] == 2, [(r["verdict"], r["diff"], r["flaws"]) for r in await desk.rows(job)]
        taken = [column["header"] for column in job["columns"]]
        assert taken == list(SHIPPED["rehab_software"][kind])


async def test_numbers_that_every_list_masks_stand_empty_and_the_manifest_says_so(desks, world):
    desk, counter = desks
    await desk.commit(await desk.previewed(csv(ONE, header=PEOPLE), mapping="rehab_software"))
    job = await counter.made("officer", fields=["@rehab_software"])
    assert job["fields"] == ["@rehab_software"]
    assert job["manifest"]["masked"] == ["Số CMND/CCCD", "Điện thoại liên hệ"]
    content = (await counter.fetch("officer", job["id"])).content
    head, (row,), _mark = table(content)
    told = dict(zip(head, row, strict=True))
    assert (told["Số CMND/CCCD"], told["Điện thoại liên hệ"], told["Dân tộc"]) == ("", "", "")
    assert (told["Ngày tháng năm sinh"], told["Ngày cấp"], told["Giới tính"]) == ("05/1985", "01/02/2021", "Nam")
    assert "912345678" not in content.decode()


async def test_a_list_without_such_columns_is_refused_by_name(desks, world):
    _desk, counter = desks
    for collection, fields in (
        ("tasks", ["@rehab_software"]),
        ("persons", ["@other"]),
        ("persons", ["id", "@rehab_software"]),
    ):
        refused = await counter.ask("officer", collection, fields=fields)
        assert [(f["pointer"], f["code"]) for f in refused.json()["errors"]] == [("/fields", "unknown_layout")]


async def test_a_stream_without_such_columns_is_refused_by_name_before_anything_is_sent(world):
    for collection, fields in (("tasks", LAYOUT), ("persons", ["@other"]), ("persons", ["id", *LAYOUT])):
        refused = await streamed(world, collection, fields=fields)
        assert [(f["pointer"], f["code"]) for f in refused.json()["errors"]] == [("/fields", "unknown_layout")]
    assert await world.admin.fetchval("select count(*) from export_job") == 0


async def test_a_stream_with_those_columns_masks_tells_and_marks_as_the_job_does(desks, world):
    desk, counter = desks
    await desk.commit(await desk.previewed(csv(ONE, TWO, header=PEOPLE), mapping="rehab_software"))
    sent = await streamed(world)
    head, rows, mark = table(sent.content)
    assert head == list(SHIPPED["rehab_software"]["persons"])
    assert table(await counter.file("officer", fields=LAYOUT))[:2] == (head, rows)
    assert b"912345678" not in sent.content
    assert b"000185000001" not in sent.content
    kept = (await world.get("officer", sent.headers["link"][1:].partition(">")[0])).json()
    assert (kept["fields"], kept["manifest"]["columns"], kept["rows"]) == (LAYOUT, head, 2)
    assert kept["manifest"]["masked"] == ["Số CMND/CCCD", "Điện thoại liên hệ"]
    assert (mark, kept["watermark"].startswith(MARK)) == (f"# {kept['watermark']}", True)
    objects, last = lines((await streamed(world, format="jsonl")).content)
    assert [list(row) for row in objects] == [head, head]
    assert objects[1]["Họ tên học viên"] == rows[1][head.index("Họ tên học viên")]
    assert last["watermark"].startswith(MARK)


BITES = ("=1+1", "+84 912", "-1+1", "@SUM(A1)", "\tTab", "\rReturn", '=HYPERLINK("http://evil","x")', "  =1+1", "＝1+1")


@pytest.mark.parametrize("fields", [LAYOUT, ["full_name", "native_place"]])
async def test_no_cell_of_a_streamed_csv_begins_a_formula_in_whatever_columns(world, fields):
    for name in BITES:
        await world.person("hoa", name, native_place=name, occupation=name, source_ref=f"={name}")
    sent = (await streamed(world, fields=fields)).content
    assert sent.startswith(b"\xef\xbb\xbf")
    head, rows, _mark = table(sent)
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))]
    named = head.index("full_name" if "full_name" in head else "Họ tên học viên")
    assert sorted(row[named].removeprefix("'") for row in rows) == sorted(BITES)


@pytest.mark.parametrize("fields", [LAYOUT, ["full_name", "born_on", "recorded_at"]])
async def test_a_streamed_workbook_holds_texts_as_texts_and_days_as_days(world, fields):
    for name in BITES:
        await world.person("hoa", name)
    sent = (await streamed(world, fields=fields, format="xlsx")).content
    book = CalamineWorkbook.from_filelike(io.BytesIO(sent))
    head, *rows = book.get_sheet_by_index(0).to_python()
    named = head.index("full_name" if "full_name" in head else "Họ tên học viên")
    assert sorted(row[named] for row in rows) == sorted(BITES)
    parts = zipfile.ZipFile(io.BytesIO(sent))
    data = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in data
    assert 'state="frozen"' in data
    assert MARK in data[data.index("<oddFooter>") :]
    if fields != LAYOUT:
        assert {row[1] for row in rows} == {date(1990, 1, 1)}
        assert all(isinstance(row[2], datetime) for row in rows)
    else:
        assert {row[head.index("Ngày tháng năm sinh")] for row in rows} == {date(1990, 1, 1)}
    origin = dict(row[:2] for row in book.get_sheet_by_index(1).to_python())
    assert (origin["rows"], origin["purpose"], origin["Điểm Tựa"].startswith(MARK)) == (str(len(BITES)), "report", True)


async def test_days_of_a_layout_are_native_where_they_are_whole_and_texts_where_they_are_not(desks, world):
    desk, _counter = desks
    leap = "HV3,Lê Hòa,,29/02/1988,Nữ,000185000002,28/02/2021,Cục Cảnh sát,,,,,"
    await desk.commit(await desk.previewed(csv(ONE, TWO, leap, header=PEOPLE), mapping="rehab_software"))
    sent = (await streamed(world, format="xlsx")).content
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(sent)).get_sheet_by_index(0).to_python()
    told = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    born = {ref: row["Ngày tháng năm sinh"] for ref, row in told.items()}
    assert born == {"HV1": "05/1985", "HV2": "1990", "HV3": date(1988, 2, 29)}
    assert [told[ref]["Ngày cấp"] for ref in ("HV1", "HV2", "HV3")] == [date(2021, 2, 1), "", date(2021, 2, 28)]


def test_every_layout_has_the_columns_of_its_mapping():
    kinds = {"persons": "persons", "treatment-courses": "treatment_courses"}
    assert {mapping for _, mapping in LAYOUTS} == set(SHIPPED)
    for (collection, mapping), layout in LAYOUTS.items():
        assert list(layout.cells) == list(SHIPPED[mapping][kinds[collection]])
