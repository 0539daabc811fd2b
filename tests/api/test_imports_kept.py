"""Kinds of import of what the support is made of: each row judged, done by the acts of a single write, taken back."""

from __future__ import annotations

import pytest

from tests.api.test_loans import confirmed as confirmed_line
from tests.api.test_support_models import made as new_model
from tests.club_work import ago, running_club
from tests.imports_work import Desk, csv, importer
from tests.livelihood import made

WHO = "Mã hồ sơ,Số định danh cá nhân,Họ và tên,Ngày sinh"
FOUNDED = {"founded_on": ago(300), "decision_number": "1", "decision_on": ago(301), "decision_by": "UBND phường Hòa"}
AN, BINH, XA = ",000190000001,,", ",,Lê Bình,01/01/1990", ",,Lê Xa,01/01/1990"


@pytest.fixture
async def desk(world, server, clone):
    await world.person("hoa", "Lê An", national_id="000190000001", phone="+84912345678")
    await world.person("hoa", "Lê Bình")
    await world.person("bien", "Lê Xa")
    async with importer(world, server, clone) as hand:
        yield Desk(world, hand)


def dmy(days: int) -> str:
    """So many days ago, as a clerk writes it."""
    return "/".join(reversed(ago(days).split("-")))


async def told(desk, job):
    """Line → verdict and flaws."""
    assert job["state"] == "previewed", job
    rows = await desk.rows(job)
    return [(row["verdict"], [(flaw["pointer"], flaw["code"]) for flaw in row["flaws"]]) for row in rows]


GOOD = ("create", [])


def error(pointer: str, code: str):
    return ("error", [(pointer, code)])


async def walked(desk, kind, content, expected, table, **query):
    """Previewed as expected; done; the same file again changes nothing; taken back; done once more."""
    job = await desk.previewed(content, kind, **query)
    assert await told(desk, job) == expected
    assert await desk.world.admin.fetchval(f"select count(*) from {table}") == 0
    good = sum(one == GOOD for one in expected)
    done = await desk.commit(job)
    assert done["outcomes"].get("done") == good, [(r["no"], r["outcome"], r["flaws"]) for r in await desk.rows(done)]
    again = await desk.previewed(content, kind, **query)
    assert again["counts"]["unchanged"] == good, await desk.rows(again)
    assert again["counts"]["create"] + again["counts"]["update"] == 0
    return done


async def undone(desk, job, table, good):
    back = await desk.undo(job)
    assert back["outcomes"].get("undone") == good, await desk.rows(back)
    assert await desk.world.admin.fetchval(f"select count(*) from {table} where voided_at is null") == 0


async def test_memberships_come_to_the_state_that_the_file_names(desk, world):
    club = await running_club(world)
    head = f"{WHO},Câu lạc bộ,Ngày vận động,Người đồng ý,Ngày tham gia,Trạng thái,Lý do"
    name, day = "clb b93 phường hoà", dmy(90)
    content = csv(
        f"M1{AN},{name},{dmy(99)},Bản thân,{day},Đang tham gia,",
        f"M2{BINH},{club.id},{day},,,Đã vận động,",
        f"M3{XA},{name},{day},,,,",
        f"M4{BINH},Câu lạc bộ khác,{day},,,,",
        f"M5{BINH},{name},{dmy(80)},,{day},Đang tham gia,",
        f"M6{BINH},{name},31/02/2026,,,,",
        f"M7{BINH},{name},{dmy(70)},Bản thân,{dmy(75)},Đang tham gia,",
        f"M2{AN},{name},{dmy(60)},,,,",
        header=head,
    )
    expected = [
        GOOD,
        GOOD,
        error("", "person_not_found"),
        error("/club", "none_of_this_name"),
        error("/agreed_by", "required"),
        error("/asked_on", "not_a_day"),
        error("/joined_on", "ends_before_it_starts"),
        error("/source_ref", "repeated_in_file"),
    ]
    done = await walked(desk, "memberships", content, expected, "club_membership")
    sql = "select state, asked_on::text, agreed_on::text, joined_on::text from club_membership where source_ref = 'M1'"
    assert tuple(await world.admin.fetchrow(sql)) == ("joined", ago(99), ago(99), ago(90))
    events = "select array_agg(to_state order by happened_on, recorded_at, id) from membership_event where person_id = (select person_id from club_membership where source_ref = 'M1')"
    assert await world.admin.fetchval(events) == ["asked", "agreed", "invited", "joined"]
    assert len((await world.get("club_board", "/v1/club-memberships")).json()["data"]) == 1
    later = csv(f"M1{AN},{name},{dmy(99)},,,Đã rời,Đi làm xa", header=head)
    left = await desk.commit(await desk.previewed(later, "memberships"))
    assert left["outcomes"] == {"done": 1}, await desk.rows(left)
    assert (await world.get("club_board", "/v1/club-memberships")).json()["data"] == []
    back = csv(f"M1{AN},{name},{dmy(99)},,,Đồng ý cho liên hệ,", header=head)
    assert await told(desk, await desk.previewed(back, "memberships")) == [error("/state", "wrong_move")]
    await desk.undo(left)
    assert tuple(await world.admin.fetchrow(sql)) == ("joined", ago(99), ago(99), ago(90))
    assert len((await world.get("club_board", "/v1/club-memberships")).json()["data"]) == 1
    spared = await desk.undo(done)
    assert spared["outcomes"] == {"undone": 1, "spared": 1, "skipped": 6}, "a later import has touched it"


async def test_contacts_are_counted_and_what_was_said_is_no_column(desk, world):
    team = await new_model(world, name="Đội tình nguyện Hòa", **FOUNDED)
    active = f"/v1/support-models/{team['id']}/transitions"
    assert (await world.call("officer", "POST", active, {"to": "active"}, If_Match='"1"')).status_code == 200
    head = f"{WHO},Ngày tư vấn,Hình thức tư vấn,Nội dung tư vấn,Số phút,Nhóm khách hàng,Hẹn gặp lại,Mô hình hỗ trợ"
    content = csv(
        f"C1{AN},{dmy(9)} 14:30,Trực tiếp,Tâm lý; gia đình,45,Sau cai nghiện,{dmy(-9)},Đội tình nguyện Hòa",
        f"C2{AN},{dmy(9)},Điện thoại,pháp lý,,,,",
        f"{BINH},{dmy(8)},gọi điện,Học nghề và việc làm,,,,{team['id']}",
        f"C4{XA},{dmy(8)},Trực tiếp,Tâm lý,,,,",
        f"C5{BINH},{dmy(-2)},Trực tiếp,Tâm lý,,,,",
        f"C6{BINH},{dmy(7)},Trực tiếp,Bói toán,,,,",
        f"C7{BINH},{dmy(7)},Trực tiếp,Tâm lý;Tâm lý,,,,",
        f"C8{BINH},{dmy(7)},Trực tiếp,Tâm lý,601,,,",
        f"C9{BINH},{dmy(7)},Trực tiếp,Tâm lý,,Nạn nhân mua bán người,,",
        f"D1{BINH},{dmy(8)},Trực tiếp,Xã hội,,,,",
        header=head,
    )
    expected = [
        GOOD,
        GOOD,
        GOOD,
        error("", "person_not_found"),
        error("/held_at", "in_the_future"),
        error("/topics", "not_allowed"),
        error("/topics", "named_twice"),
        error("/minutes", "out_of_range"),
        error("/client_group", "not_allowed"),
        GOOD,
    ]
    await walked(desk, "contacts", content, expected, "counselling_contact")
    kept = await world.admin.fetchrow(
        "select (held_at at time zone 'Asia/Ho_Chi_Minh')::text, topics, minutes, support_model_id::text"
        " from counselling_contact where source_ref = 'C1'"
    )
    assert tuple(kept) == (f"{ago(9)} 14:30:00", ["psychological", "family"], 45, team["id"])
    assert await world.admin.fetchval("select count(*) from task where kind = 'next_contact' and state = 'open'") == 1
    second = csv(f"C1{AN},{dmy(9)} 14:30,Trực tiếp,Tâm lý; gia đình,50,,,", header=head)
    job = await desk.previewed(second, "contacts")
    (row,) = await desk.rows(job)
    assert (row["rule"], row["diff"]) == ("source_ref", [{"field": "minutes", "before": 45, "after": 50}])
    changed = await desk.commit(job)
    assert await world.admin.fetchval("select minutes from counselling_contact where source_ref = 'C1'") == 50
    assert (await desk.undo(changed))["outcomes"] == {"undone": 1}
    assert await world.admin.fetchval("select minutes from counselling_contact where source_ref = 'C1'") == 45
    machine = Desk(world, desk.hand, "import_client")
    sent = csv(f"X1{BINH},{dmy(3)},Trực tiếp,Tâm lý,,,,", header=head)
    assert (await machine.commit(await machine.previewed(sent, "contacts")))["outcomes"] == {"done": 1}
    head = f"{WHO},Lời khuyên"
    refused = await desk.previewed(csv(f"C1{AN},x", header=head), "contacts")
    assert refused["problem"] == {"code": "columns_unknown", "columns": ["Lời khuyên"]}


async def test_vocational_support_goes_as_far_as_its_days_say(desk, world):
    school = await made(world, "organisations", name="Trường nghề Hòa Bình", kind="vocational_school")
    for number in ("1", "2"):
        await made(
            world, "organisations", name="Trung tâm dạy nghề", kind="vocational_school", registration_number=number
        )
    head = f"{WHO},Ngày tư vấn học nghề,Nghề,Cơ sở dạy nghề,Nguồn kinh phí,Chi phí (đồng),Ngày nhập học,Ngày học xong,Ngày cấp chứng chỉ,Số chứng chỉ,Trạng thái"
    content = csv(
        f"V1{AN},{dmy(200)},May,trường nghề hoà bình,Nhà tài trợ,3.000.000,{dmy(190)},{dmy(90)},{dmy(80)},CC-1,",
        f"V2{BINH},{dmy(100)},Hàn,Lớp học của phường,Tự túc,,{dmy(90)},,,,Đang học",
        f"V3{BINH},{dmy(300)},May,Trung tâm dạy nghề,Tự túc,,{dmy(90)},,,,",
        f"V4{BINH},{dmy(301)},May,,,,,{dmy(90)},,,Đang học",
        f"V5{BINH},{dmy(302)},May,,Tự túc,,{dmy(310)},,,,",
        f"V6{BINH},{dmy(303)},May,,Tự túc,ba triệu,,,,,",
        f"V7{BINH},{dmy(304)},May,,,,,,,CC-9,",
        f"V8{XA},{dmy(300)},May,,,,,,,,",
        header=head,
    )
    expected = [
        GOOD,
        GOOD,
        error("/school", "several_of_this_name"),
        ("error", [("/enrolled_on", "required"), ("/funding", "required")]),
        error("/enrolled_on", "ends_before_it_starts"),
        error("/cost_vnd", "not_a_number"),
        error("/certificate_number", "not_yet"),
        error("", "person_not_found"),
    ]
    done = await walked(desk, "vocational", content, expected, "vocational_support")
    sql = "select state, school_id::text, school_name, cost_vnd, certificate_number from vocational_support order by source_ref"
    assert [tuple(row) for row in await world.admin.fetch(sql)] == [
        ("certified", school["id"], None, 3_000_000, "CC-1"),
        ("enrolled", None, "Lớp học của phường", None, None),
    ]
    (bad,) = await desk.rows(done, verdict="error", limit=1)
    assert len(bad["flaws"][0]["candidates"]) == 2
    before = await world.admin.fetch("select * from vocational_support order by id")
    later = csv(f"V2{BINH},{dmy(100)},Hàn,Lớp học của phường,Tự túc,,{dmy(90)},{dmy(10)},,,Đã học xong", header=head)
    finished = await desk.commit(await desk.previewed(later, "vocational"))
    assert finished["outcomes"] == {"done": 1}, await desk.rows(finished)
    acts = (
        "select act from journal_entry where noun = 'vocational_support' and outcome = 'done' order by id desc limit 1"
    )
    assert await world.admin.fetchval(acts) == "move_vocational_support"
    assert (await desk.undo(finished))["outcomes"] == {"undone": 1}
    own = {"version", "updated_at"}
    after = await world.admin.fetch("select * from vocational_support order by id")
    assert [{n: v for n, v in row.items() if n not in own} for row in after] == [
        {n: v for n, v in row.items() if n not in own} for row in before
    ]
    spared = await desk.undo(done)
    assert spared["outcomes"]["undone"] == spared["outcomes"]["spared"] == 1


async def test_work_found_asks_again_after_its_months(desk, world):
    head = f"{WHO},Ngày tìm việc,Công việc,Nơi làm việc,Thu nhập một tháng,Ngày bắt đầu làm việc,Ngày kết thúc,Lý do kết thúc,Trạng thái"
    content = csv(
        f"W1{AN},{dmy(60)},Thợ may,Công ty May,Từ 5 đến 8 triệu,{dmy(50)},,,",
        f"{BINH},{dmy(60)},Bảo vệ,,,,,,Đang tìm việc",
        f"W3{BINH},{dmy(59)},Thợ,,,{dmy(50)},{dmy(40)},,Đã kết thúc",
        f"W4{BINH},{dmy(58)},Thợ,,,{dmy(65)},,,",
        f"W5{BINH},{dmy(57)},Thợ,,Rất cao,,,,",
        header=head,
    )
    expected = [
        GOOD,
        GOOD,
        error("/end_reason", "required"),
        error("/placed_on", "ends_before_it_starts"),
        error("/income_band", "not_allowed"),
    ]
    done = await walked(desk, "work", content, expected, "job_placement")
    checks = "select count(*) from task where noun = 'job_placement' and state = 'open'"
    assert await world.admin.fetchval(checks) == 3
    await undone(desk, done, "job_placement", 2)
    assert await world.admin.fetchval(checks) == 0


async def test_loans_are_recorded_as_paid_and_what_is_over_the_cap_is_a_warning(desk, world):
    head = f"{WHO},Bên vay,Doanh nghiệp vay,Chương trình vay,Số tiền vay (đồng),Thời hạn (tháng),Ngày giải ngân,Ngày quá hạn,Ngày tất toán,Trạng thái"
    paid = dmy(30)
    content = csv(
        f"L1{AN},,,Quyết định 08/2026,500.000.000,36,{paid},,,",
        f"L2{BINH},Hộ gia đình,,q08,50.000.000,24,{dmy(40)},{dmy(10)},,Quá hạn",
        f"L3,,,,Doanh nghiệp,Công ty May,,100.000.000,24,{paid},,,",
        f",,,,Doanh nghiệp,Công ty May,,100.000.000,24,{dmy(29)},,,",
        f"L5{BINH},,,q99,50.000.000,24,{dmy(41)},,,",
        f"L6{BINH},,,q08,50.000.000,,{dmy(42)},,,",
        f"L7{BINH},,,q08,50.000.000,24,{dmy(-3)},,,",
        f"L8{BINH},Doanh nghiệp,,q08,50.000.000,24,{dmy(43)},,,",
        f"L9{XA},,,q08,50.000.000,24,{paid},,,",
        header=head,
    )
    job = await desk.previewed(content, "loans")
    assert (await told(desk, job))[:3] == [GOOD, GOOD, GOOD]
    expected = [
        GOOD,
        GOOD,
        GOOD,
        error("/source_ref", "required"),
        error("/programme", "unknown_programme"),
        error("/months", "required"),
        error("/asked_on", "in_the_future"),
        ("error", [("/full_name", "not_for_this_kind"), ("/enterprise", "required")]),
        error("", "person_not_found"),
    ]
    done = await walked(desk, "loans", content, expected, "loan_support")
    sql = "select state, borrower, amount_vnd, asked_vnd, asked_on::text, warnings::text from loan_support order by source_ref"
    first, second, third = await world.admin.fetch(sql)
    assert tuple(first)[:5] == ("disbursed", "person", 500_000_000, 500_000_000, ago(30))
    assert "person_cap" in first["warnings"]
    assert tuple(second)[:2] == ("overdue", "household")
    assert tuple(third)[:3] == ("disbursed", "enterprise", 100_000_000)
    await undone(desk, done, "loan_support", 3)


async def test_volunteers_and_staff_stand_in_the_model_that_the_row_names(desk, world):
    await new_model(world, name="Đội tình nguyện", founded_on=ago(300))
    await new_model(world, "neighbour", name="Đội tình nguyện", founded_on=ago(300))
    head = "Mã hồ sơ,Mô hình hỗ trợ,Họ và tên,Vai trò,Từ ngày,Đến ngày,Lớp tập huấn,Ngày tập huấn"
    content = csv(
        f"T1,Đội tình nguyện,Trần Văn Bình,Đội trưởng,{dmy(99)},,Kỹ năng tư vấn,{dmy(50)}",
        f",Đội tình nguyện,Lê Thị Lan,,{dmy(99)},{dmy(9)},,",
        f"T3,Đội khác,Lê Thị Hoa,,{dmy(99)},,,",
        f"T4,Đội tình nguyện,Lê Thị Hoa,,{dmy(9)},{dmy(99)},,",
        f"T5,Đội tình nguyện,Lê Thị Hoa,Giám đốc,{dmy(99)},,,",
        header=head,
    )
    expected = [
        GOOD,
        GOOD,
        error("/support_model", "none_of_this_name"),
        error("/since", "ends_before_it_starts"),
        error("/role", "not_allowed"),
    ]
    done = await walked(desk, "volunteers", content, expected, "volunteer")
    again = csv(f"T1,Đội tình nguyện,Trần Văn Bình,Thành viên,{dmy(5)},,,", header=head)
    assert await told(desk, await desk.previewed(again, "volunteers")) == [error("/since", "overlaps")]
    await undone(desk, done, "volunteer", 2)
    head = "Mã hồ sơ,Mô hình hỗ trợ,Họ và tên,Chức danh,Mảng việc,Cơ quan cử,Từ ngày"
    content = csv(
        f"S1,Đội tình nguyện,Trần Văn Bình,Đội trưởng,Tư vấn; Gia đình,Hội Cựu chiến binh,{dmy(99)}",
        f"S2,Đội tình nguyện,Lê Thị Lan,Thư ký,,,{dmy(99)}",
        f"S3,Đội tình nguyện,Lê Thị Hoa,Thư ký,Bói toán,,{dmy(99)}",
        f"S4,Đội tình nguyện,,Thư ký,,,{dmy(99)}",
        header=head,
    )
    expected = [GOOD, GOOD, error("/task_areas", "not_allowed"), error("/full_name", "required")]
    done = await walked(desk, "staff", content, expected, "model_member")
    await undone(desk, done, "model_member", 2)
    both = Desk(world, desk.hand, "area_officer")
    unsure = csv(f"S5,Đội tình nguyện,Trần Văn Ba,Thư ký,,,{dmy(99)}", header=head)
    (row,) = await both.rows(await both.previewed(unsure, "staff"))
    assert (row["flaws"][0]["code"], len(row["flaws"][0]["candidates"])) == ("several_of_this_name", 2)
    named = csv(f"S5,Đội tình nguyện,Trần Văn Ba,Thư ký,,,{dmy(99)},Binh", header=f"{head},Xã của mô hình")
    placed = await both.commit(await both.previewed(named, "staff"))
    assert placed["outcomes"] == {"done": 1}
    assert await world.admin.fetchval("select unit_no from model_member where source_ref = 'S5'") == world.no("binh")


async def test_what_is_done_names_the_need_that_it_meets_and_the_line_of_the_list(desk, world):
    by_name = "select id from person where full_name = $1"
    an, binh = await world.admin.fetchval(by_name, "Lê An"), await world.admin.fetchval(by_name, "Lê Bình")
    need = await made(world, "needs", person_id=str(an), kind="loan", found_on=ago(9), source="ward", source_ref="N1")
    learns = await made(world, "needs", person_id=str(binh), kind="vocational_training", found_on=ago(9))
    line = await confirmed_line(world, an)
    head = f"{WHO},Nhu cầu đã ghi,Dòng danh sách vay,Chương trình vay,Số tiền vay (đồng),Thời hạn (tháng),Ngày giải ngân,Ngày có nhu cầu"
    paid = f"50.000.000,24,{dmy(3)},{dmy(7)}"
    content = csv(
        f"L1{AN},N1,{line['id']},q08,{paid}",
        f"L2{BINH},N1,,q08,{paid}",
        f"L3{BINH},{learns['id']},,q08,{paid}",
        f"L4{BINH},N9,,q08,{paid}",
        f"L5{BINH},,{line['id']},q08,{paid}",
        f"L6{BINH},,{need['id']},q08,{paid}",
        f"L7{AN},,{line['id']},,,,,{dmy(7)}",
        header=head,
    )
    expected = [
        GOOD,
        error("/need", "of_another_person"),
        error("/need", "need_of_another_kind"),
        error("/need", "not_in_scope"),
        error("/loan_list_line", "of_another_person"),
        error("/loan_list_line", "not_in_scope"),
        GOOD,
    ]
    done = await walked(desk, "loans", content, expected, "loan_support", row_source="ward")
    sql = "select state, need_id::text, loan_list_line_id::text from loan_support where person_id = $1 order by source_ref"
    assert [tuple(row) for row in await world.admin.fetch(sql, an)] == [
        ("disbursed", need["id"], line["id"]),
        ("listed", None, line["id"]),
    ]
    steps = "select act from outbox where noun = 'loan_support' and act like 'move%'"
    assert len(await world.admin.fetch(steps)) == 5, "the first by way of the list, the second onto it"
    await undone(desk, done, "loan_support", 2)
