"""Kinds beyond persons, files of each format, options, mappings, the annotated file, templates, progress, both doors."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest
from python_calamine import CalamineWorkbook

from domain.imports.kinds import KINDS
from files import writing
from tests.imports_work import Desk, csv, importer

COURSES = "Mã hồ sơ,Số định danh cá nhân,Họ và tên,Ngày sinh,Hình thức cai nghiện,Căn cứ bắt buộc,Ngày bắt đầu,Ngày kết thúc,Kết quả"


@pytest.fixture
async def desk(world, server, clone):
    async with importer(world, server, clone) as hand:
        yield Desk(world, hand)


async def test_courses_find_their_person_by_number_by_reference_and_by_name_and_birth(desk, world):
    await world.person("hoa", "Lê An", national_id="000190000001")
    await world.person("hoa", "Lê Bình")
    await world.person("bien", "Lê Xa")
    rows = (
        "T1,000190000001,,,bắt buộc,Biện pháp xử lý hành chính,01/01/2024,01/01/2026,Hoàn thành",
        "T2,,Lê Bình,01/01/1990,methadone,,01/01/2024,,",
        "T3,,Lê Xa,01/01/1990,methadone,,01/01/2024,,",
        "T4,,Lê Bình,01/01/1990,methadone,,01/01/2024,,",
        "T5,,Lê Bình,01/01/1990,bắt buộc,,01/01/2024,,",
    )
    job = await desk.previewed(csv(*rows, header=COURSES), "treatment_courses")
    told = {
        row["no"]: (row["verdict"], [(f["pointer"], f["code"]) for f in row["flaws"]]) for row in await desk.rows(job)
    }
    assert told == {
        2: ("create", []),
        3: ("create", []),
        4: ("error", [("", "person_not_found")]),
        5: ("error", [("/started_on", "repeated_in_file")]),
        6: ("error", [("/order_kind", "required")]),
    }
    done = await desk.commit(job)
    assert done["outcomes"] == {"done": 2, "skipped": 3}
    kept = await world.admin.fetch("select kind, outcome, source_ref, province_no from treatment_course order by 3")
    assert [tuple(row) for row in kept] == [
        ("compulsory", "completed", "T1", 1000),
        ("substitution_treatment", "ongoing", "T2", 1000),
    ]
    ended = csv("T2,,Lê Bình,01/01/1990,methadone,,01/01/2024,01/02/2026,Hoàn thành", header=COURSES)
    second = await desk.commit(await desk.previewed(ended, "treatment_courses"))
    assert second["outcomes"] == {"done": 1}
    assert await world.admin.fetchval("select outcome from treatment_course where source_ref = 'T2'") == "completed"
    acts = "select act from journal_entry where noun = 'treatment_course' and outcome = 'done' order by id desc limit 1"
    assert await world.admin.fetchval(acts) == "move_course"
    undone = await desk.undo(second)
    assert undone["outcomes"] == {"undone": 1}
    back = await world.admin.fetchrow("select outcome, ended_on from treatment_course where source_ref = 'T2'")
    assert tuple(back) == ("ongoing", None)


CASES = "Mã hồ sơ,Họ và tên,Ngày sinh,Hình thức đã hoàn thành,Ngày hoàn thành,Ngày trình báo,Số đề nghị,Ngày đề nghị,Số quyết định,Ngày quyết định,Người ký"


async def test_cases_come_with_their_proposal_and_the_draft_of_their_decision(desk, world):
    person = await world.person("hoa", "Lê An")
    row = "H1,Lê An,01/01/1990,Tự nguyện tại cơ sở công lập,01/09/2026,05/09/2026,12/ĐN,08/09/2026,7,10/09/2026,Trần Văn Ký"
    job = await desk.previewed(csv(row, "H2,Lê An,01/01/1990,?,02/09/2026,,,,,,", header=CASES), "cases")
    told = {r["no"]: (r["verdict"], [(f["pointer"], f["code"]) for f in r["flaws"]]) for r in await desk.rows(job)}
    assert told == {2: ("create", []), 3: ("error", [("/pathway", "not_allowed")])}
    assert await world.admin.fetchval("select count(*) from management_case") == 0
    done = await desk.commit(job)
    assert done["outcomes"] == {"done": 1, "skipped": 1}, await desk.rows(done)
    case = await world.admin.fetchrow("select person_id, state, source_ref from management_case")
    assert tuple(case) == (person, "proposed", "H1")
    drafted = await world.admin.fetchrow("select number, state from management_decision")
    assert tuple(drafted) == ("7", "drafted")
    again = await desk.previewed(csv(row, header=CASES), "cases")
    assert again["counts"]["unchanged"] == 1
    spared = await desk.undo(done)
    assert spared["outcomes"]["spared"] == 1, "an officer may not annul"
    await world.person("hoa", "Lê Bình")
    desk.user = "leader"
    other = csv(row.replace("H1,Lê An", "H2,Lê Bình").replace(",7,", ",8,"), header=CASES)
    for _twice in range(2):
        taken = await desk.commit(await desk.previewed(other, "cases"))
        assert taken["outcomes"] == {"done": 1}, await desk.rows(taken)
        back = await desk.undo(taken)
        assert back["outcomes"] == {"undone": 1}, "what nobody touched goes, with its draft, and may come again"
    ended = "select array_agg(distinct state) from {} where person_id <> $1"
    assert await world.admin.fetchval(ended.format("management_case"), person) == ["annulled"]
    assert await world.admin.fetchval(ended.format("management_decision"), person) == ["withdrawn"]


async def test_a_decision_issued_on_paper_is_drafted_by_one_and_signed_by_another_with_the_same_file(desk, world):
    await world.person("hoa", "Lê An")
    await world.person("hoa", "Lê Bình")
    row = "H1,Lê An,01/01/1990,Tự nguyện tại cơ sở công lập,01/09/2026,05/09/2026,12/ĐN,08/09/2026,,,"
    await desk.commit(await desk.previewed(csv(row, header=CASES), "cases"))
    header = (
        "Mã hồ sơ,Họ và tên,Ngày sinh,Số quyết định,Ký hiệu,Ngày quyết định,Người ký,Thời hạn từ ngày,Thời hạn đến ngày"
    )
    content = csv(
        "Q1,Lê An,01/01/1990,07,QĐ-UBND,10/09/2026,Trần Văn Ký,,",
        "Q2,Lê Bình,01/01/1990,8,QĐ-UBND,10/09/2026,Trần Văn Ký,,",
        "Q3,Lê An,01/01/1990,9,QĐ-UBND,10/09/2026,,,",
        header=header,
    )
    job = await desk.previewed(content, "decisions")
    told = [(r["verdict"], [(f["pointer"], f["code"]) for f in r["flaws"]]) for r in await desk.rows(job)]
    assert told == [
        ("create", []),
        ("error", [("/completed_on", "no_case_awaits")]),
        ("error", [("/signer_name", "required")]),
    ]
    drafted = await desk.commit(job)
    state = "select state, number, source_ref from management_decision order by recorded_at desc limit 1"
    assert tuple(await world.admin.fetchrow(state)) == ("drafted", "7", "Q1")
    again = await desk.previewed(content, "decisions")
    assert again["counts"]["unchanged"] == 1, "who drafted it does not sign it"
    assert (await desk.undo(drafted))["outcomes"]["undone"] == 1
    assert await world.admin.fetchval("select state from management_decision") == "withdrawn"
    assert (await desk.commit(await desk.previewed(content, "decisions")))["outcomes"]["done"] == 1
    desk.user = "leader"
    signing = await desk.previewed(content, "decisions", row_source=job["row_source"])
    (first,) = await desk.rows(signing, verdict="update")
    assert first["diff"] == [{"field": "state", "before": "drafted", "after": "signed"}]
    signed = await desk.commit(signing)
    assert (await world.admin.fetchrow(state))["state"] == "signed"
    assert await world.admin.fetchval("select state from management_case") in ("decided", "active")
    other = content.replace("Trần Văn Ký", "Lê Văn Khác")
    frozen = (await desk.rows(await desk.previewed(other, "decisions", row_source=job["row_source"])))[0]
    assert [(f["pointer"], f["code"]) for f in frozen["flaws"]] == [("/signer_name", "content_frozen")]
    assert (await desk.undo(signed))["outcomes"]["spared"] == 1, "a file unsigns nothing"


async def test_a_role_without_the_right_to_what_the_rows_do_is_refused_at_the_door(desk, world):
    desk.user = "import_client"
    sent = await desk.send(csv("x", header=CASES), "cases")
    assert (sent.status_code, sent.json()["code"], sent.json()["permission"]) == (403, "forbidden", "write_case")


async def test_a_spreadsheet_is_read_as_a_clerk_sees_it(desk, world):
    rows = [
        ["DANH SÁCH NGƯỜI", None, None, None, None, None],
        [None, None, None, None, None, None],
        ["STT", "Họ và tên", "Năm sinh", "CCCD", "Nơi ở", "Nơi ở"],
        [None, None, None, None, "Xã", "Địa chỉ"],
        [1, "Nguyễn Văn Đức", 1985, "000185000001", "Hoa", "số 1"],
        [2, "Trần Thị Hoà", 1990, 185000001, "Hoa", "số 2"],
    ]
    job = await desk.previewed(writing.workbook(rows, "Danh sách"), "persons", "xlsx")
    assert job["state"] == "previewed", job
    told = {row["no"]: [(flaw["pointer"], flaw["code"]) for flaw in row["flaws"]] for row in await desk.rows(job)}
    assert told == {5: [], 6: [("/national_id", "leading_zero_lost")]}
    assert [column["field"] for column in job["columns"]] == [
        None,
        "full_name",
        "born_on",
        "national_id",
        "current_unit",
        "current_address",
    ]


async def test_json_lines_are_read_by_their_names(desk, world):
    lines = [
        {"source_ref": "J1", "full_name": "Lê An", "born_on": "1990-02-28"},
        {"source_ref": "J2", "full_name": "K'Brôi"},
    ]
    content = "\n".join(json.dumps(line) for line in lines)
    done = await desk.commit(await desk.previewed(content, "persons", "jsonl"))
    assert done["outcomes"] == {"done": 2}


async def test_a_column_that_is_not_known_is_refused_or_left_out_as_asked(desk, world):
    content = csv("A1,Lê An,xx", header="Mã hồ sơ,Họ và tên,Dân tộc")
    refused = await desk.previewed(content)
    assert (refused["state"], refused["problem"]) == ("refused", {"code": "columns_unknown", "columns": ["Dân tộc"]})
    taken = await desk.previewed(content, unknown_columns="ignore")
    assert taken["counts"]["create"] == 1


async def test_a_saved_mapping_says_what_foreign_headers_are(desk, world):
    columns = [{"header": "Bệnh nhân", "field": "full_name"}, {"header": "Khoa", "field": "-"}]
    saved = await world.call(
        "officer", "POST", "/v1/import-mappings", {"kind": "persons", "name": "phần mềm cũ", "columns": columns}
    )
    assert saved.status_code == 201, saved.text
    job = await desk.previewed(csv("Lê An,x", header="Bệnh nhân,Khoa"), mapping_id=saved.json()["id"])
    assert job["problem"] is None, job["problem"]
    assert job["counts"]["create"] == 1, job
    bad = await world.call(
        "officer",
        "PATCH",
        f"/v1/import-mappings/{saved.json()['id']}",
        {"columns": [{"header": "x", "field": "salary"}]},
        If_Match='"1"',
    )
    assert [flaw["code"] for flaw in bad.json()["errors"]] == ["not_a_column_of_this_kind"]
    twice = await world.call(
        "officer", "POST", "/v1/import-mappings", {"kind": "persons", "name": "phần mềm cũ", "columns": columns}
    )
    assert (twice.status_code, twice.json()["code"]) == (409, "name_taken")
    other = await world.get("stranger", f"/v1/import-mappings/{saved.json()['id']}")
    assert other.status_code == 404


async def test_the_mapping_of_the_rehab_software_reads_its_export(desk, world):
    header = "STT,Mã học viên,Họ tên học viên,Ngày tháng năm sinh,Giới tính,Số CMND/CCCD,Phường/Xã hiện tại,Nơi ở hiện tại,Dân tộc,Ghi chú"
    content = csv("1,HV1,Lê An,00/00/1990,Nam,000190000001,Hoa,số 1,Kinh,x", header=header)
    job = await desk.previewed(content, mapping="rehab_software")
    assert job["problem"] is None, job["problem"]
    assert job["counts"]["create"] == 1, (job["problem"], await desk.rows(job))


async def test_blanks_only_overwrites_nothing(desk, world):
    header = "Mã hồ sơ,Họ và tên,Nghề nghiệp,Quê quán"
    await desk.commit(await desk.previewed(csv("A1,Lê An,thợ mộc,", header=header)))
    await desk.commit(await desk.previewed(csv("A1,Lê Khác,thợ may,Huế", header=header), blanks_only="true"))
    kept = await world.admin.fetchrow("select full_name, occupation, native_place from person")
    assert tuple(kept) == ("Lê An", "thợ mộc", "Huế")


async def test_somebody_alike_is_for_review_and_somebody_decides(desk, world):
    person = await world.person("hoa", "Lê An")
    content = csv("A1,Lê An,01/01/1990,Nữ,,,số 5")
    job = await desk.previewed(content)
    (row,) = await desk.rows(job)
    assert (row["verdict"], row["rule"], row["candidates"]) == (
        "review",
        "name_and_birth",
        [{"id": str(person), "score": 0.95}],
    )
    path = f"/v1/import-rows/{row['id']}/decision"
    stranger = {"decision": "update", "target_id": str(world.units["hoa"])}
    wrong = await world.call("officer", "POST", path, stranger, If_Match='"1"')
    assert [flaw["code"] for flaw in wrong.json()["errors"]] == ["not_a_candidate"]
    decided = await world.call(
        "officer", "POST", path, {"decision": "update", "target_id": str(person)}, If_Match='"1"'
    )
    assert decided.status_code == 200, decided.text
    stale = await desk.move(job, "loading", fingerprint=job["fingerprint"])
    assert stale.status_code == 412
    done = await desk.commit(await desk.job(job["id"]))
    assert done["outcomes"] == {"done": 1}
    assert await world.admin.fetchval("select address from residence where person_id = $1", person) == "số 5"
    believed = await desk.previewed(csv("A2,Lê An,01/01/1990,Nữ,,,số 6"), match="name_and_birth")
    assert believed["counts"]["update"] == 1


async def test_the_file_comes_back_with_a_column_that_a_clerk_understands(desk, world):
    job = await desk.previewed(csv("A1,Lê An,31/02/1990,Nam,,,", "A2,'=cmd,,Nam,,,"))
    got = await world.get("officer", f"/v1/imports/{job['id']}/file?format=csv")
    text = got.content.decode("utf-8-sig")
    assert "Ngày sinh: Không phải ngày có thật: ghi ngày/tháng/năm" in text
    assert got.headers["content-disposition"].startswith("attachment")
    book = (await world.get("officer", f"/v1/imports/{job['id']}/file?only=errors")).content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert sheet[0][0] == "Dòng"
    assert sheet[1][-2:] == ["Có lỗi", "Ngày sinh: Không phải ngày có thật: ghi ngày/tháng/năm, ví dụ 31/12/2025"]
    read = "select count(*) from journal_entry where act = 'read_import_file' and outcome = 'read'"
    assert await world.admin.fetchval(read) == 2
    assert (await world.get("stranger", f"/v1/imports/{job['id']}/file")).status_code == 404
    corrected = text.replace("31/02/1990", "28/02/1990")
    again = await desk.previewed(corrected)
    assert again["counts"]["create"] == 1, again


async def test_a_template_is_read_back_as_it_was_meant(desk, world):
    for kind in KINDS:
        got = await world.get("officer", f"/v1/import-kinds/{kind}/template")
        book = CalamineWorkbook.from_filelike(io.BytesIO(got.content))
        heads = book.get_sheet_by_index(0).to_python()[0]
        job = await desk.previewed(got.content, kind, "xlsx")
        assert (job["state"], job["problem"]["code"]) == ("refused", "no_rows")
        assert all(column["field"] for column in job["columns"])
        assert len(job["columns"]) == len(heads)
    assert (await world.get("officer", "/v1/import-kinds/nothing/template")).status_code == 404


async def test_progress_is_told_as_events_until_nothing_is_under_way(desk, world):
    job = await desk.previewed(csv("A1,Lê An,,,,,"))
    got = await world.get("officer", f"/v1/imports/{job['id']}/events")
    assert got.headers["content-type"].startswith("text/event-stream")
    (event,) = got.text.strip().split("\n\n")
    assert json.loads(event.split("data: ")[1])["state"] == "previewed"
    assert (await world.get("stranger", f"/v1/imports/{job['id']}/events")).status_code == 404


async def test_the_other_door_does_all_but_bytes(desk, world):
    job = await desk.previewed(csv("A1,Lê An,,,,,"))
    asked = (
        "query($id: UUID!) { import(id: $id) { state version fingerprint counts rows { nodes { no verdict diff } } }"
        " importRows(where: {importId: $id}) { nodes { no } } importKinds { kind columns { field } } }"
    )
    told = (await world.ask("officer", asked, {"id": job["id"]}))["data"]
    assert told["import"]["rows"]["nodes"] == [{"no": 2, "verdict": "create", "diff": []}]
    assert told["importRows"]["nodes"] == [{"no": 2}]
    move = (
        "mutation($id: UUID!, $f: String!, $v: String!) { moveImport(id: $id, move: {to: loading, fingerprint: $f},"
        " given: {ifMatch: $v}) { state } }"
    )
    given = {"id": job["id"], "f": told["import"]["fingerprint"], "v": f'"{told["import"]["version"]}"'}
    assert (await world.ask("officer", move, given))["data"]["moveImport"]["state"] == "loading"
    await desk.work()
    assert (await desk.job(job["id"]))["outcomes"] == {"done": 1}


async def test_the_same_upload_under_one_key_is_one_import(desk, world):
    sent = await desk.send(csv("A1,Lê An,,,,,"), key="k1")
    again = await desk.send(csv("A1,Lê An,,,,,"), key="k1")
    assert again.status_code == 200
    assert again.headers["idempotent-replayed"] == "true"
    assert sent.json()["id"] == again.json()["id"]
    other = await desk.send(csv("A1,Lê Bình,,,,,"), key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


async def test_who_lost_the_post_that_began_an_import_loads_nothing(desk, world):
    job = await desk.previewed(csv("A1,Lê An,,,,,"))
    assert (await desk.move(job, "loading", fingerprint=job["fingerprint"])).status_code == 200
    end = "update appointment set valid_to = $2 where id = $1"
    post = world.users["officer"].appointment_id
    await world.admin.execute(end, post, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    try:
        await desk.work()
        state = await world.admin.fetchrow("select state, problem from import_job")
        assert (state["state"], json.loads(state["problem"])) == ("failed", {"code": "no_appointment"})
        assert await world.admin.fetchval("select count(*) from person") == 0
    finally:
        await world.admin.execute(end, post, None)


async def test_nothing_of_a_file_lies_in_clear(desk, world):
    await desk.previewed(csv("A1,Nguyễn Thị Hoàng Yến,,,000190000001,0912345678,"))
    dumped = str(await world.admin.fetch("select * from import_job"))
    for table in ("import_chunk", "import_row", "import_key"):
        dumped += str(await world.admin.fetch(f"select * from {table}"))
    for text in ("Hoàng Yến", "000190000001", "912345678"):
        assert text not in dumped


async def test_what_was_sent_is_dropped_thirty_days_after_it_was_done_with(desk, world):
    job = await desk.commit(await desk.previewed(csv("A1,Lê An,,,,,")))
    done = dt.datetime.fromisoformat(job["finished_at"])
    assert await desk.hand.forget(done + dt.timedelta(days=29)) == 0
    assert await desk.hand.forget(done + dt.timedelta(days=31)) == 1
    for table in ("import_chunk", "import_row", "import_key"):
        assert await world.admin.fetchval(f"select count(*) from {table}") == 0
    assert (await desk.job(job["id"]))["outcomes"] == {"done": 1}
