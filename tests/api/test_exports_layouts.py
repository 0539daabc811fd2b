"""A list that leaves with the columns of the rehab-management software comes back by its mapping as it was."""

from __future__ import annotations

import pytest

from domain.exports.layouts import LAYOUTS
from domain.imports.model import SHIPPED
from tests.exports_work import Counter, exporter, table
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


@pytest.mark.parametrize("format", ["csv", "xlsx"])
async def test_what_leaves_with_the_columns_of_the_software_comes_back_unchanged(desks, world, format):
    desk, counter = desks
    as_theirs = {"mapping": "rehab_software"}
    await desk.commit(await desk.previewed(csv(ONE, TWO, header=PEOPLE), **as_theirs))
    done = await desk.commit(await desk.previewed(csv(STAY, NOW, header=COURSES), "treatment_courses", **as_theirs))
    assert done["outcomes"] == {"done": 2}, await desk.rows(done)
    for collection, kind in (("persons", "persons"), ("treatment-courses", "treatment_courses")):
        content = await counter.file("officer", collection, fields=["@rehab_software"], format=format)
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


def test_every_layout_has_the_columns_of_its_mapping():
    kinds = {"persons": "persons", "treatment-courses": "treatment_courses"}
    assert {mapping for _, mapping in LAYOUTS} == set(SHIPPED)
    for (collection, mapping), layout in LAYOUTS.items():
        assert list(layout.cells) == list(SHIPPED[mapping][kinds[collection]])
