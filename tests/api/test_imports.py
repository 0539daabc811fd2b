"""Files taken in: preview, commit, report, undo; safe to run twice, and never more than a single write may do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.imports_work import Desk, csv, importer

TWO = (
    "A1,Nguyễn Văn Đức,01/02/1985,Nam,000185000001,0912345678,số 1 tổ 2",
    "A2,Trần Thị Hoà,1990,Nữ,,,",
)


@pytest.fixture
async def desk(world, server, clone):
    async with importer(world, server, clone) as hand:
        yield Desk(world, hand)


async def test_a_file_is_previewed_committed_and_reported(desk, world):
    job = await desk.previewed(csv(*TWO))
    assert job["state"] == "previewed", job
    assert job["counts"] == {"create": 2, "update": 0, "unchanged": 0, "review": 0, "error": 0}
    assert await world.admin.fetchval("select count(*) from person") == 0
    done = await desk.commit(job)
    assert (done["state"], done["outcomes"]) == ("loaded", {"done": 2})
    people = await world.admin.fetch("select full_name, born_precision, source_ref from person order by source_ref")
    assert [tuple(row) for row in people] == [("Nguyễn Văn Đức", "day", "A1"), ("Trần Thị Hoà", "year", "A2")]


async def test_the_same_file_again_changes_nothing(desk, world):
    await desk.commit(await desk.previewed(csv(*TWO)))
    before = await world.admin.fetch("select * from person order by id")
    job = await desk.previewed(csv(*TWO))
    assert job["counts"]["unchanged"] == 2
    await desk.commit(job)
    assert await world.admin.fetch("select * from person order by id") == before


async def test_an_edit_by_a_second_file_shows_a_field_diff_and_only_that_is_written(desk, world):
    await desk.commit(await desk.previewed(csv(*TWO)))
    before = await world.admin.fetch("select * from person where source_ref = 'A2'")
    job = await desk.previewed(csv("A1,Nguyễn Văn Đức,01/02/1985,Nam,000185000001,0987654321,số 9", TWO[1]))
    (row,) = await desk.rows(job, verdict="update")
    assert (row["rule"], row["score"], row["no"]) == ("source_ref", 1.0, 2)
    assert row["diff"] == [
        {"field": "phone", "before": None, "after": "•••••••••321"},
        {"field": "current_address", "before": None, "after": "số 9"},
    ]
    await desk.commit(job)
    assert await world.admin.fetchval("select count(*) from person_phone") == 2
    assert await world.admin.fetch("select * from person where source_ref = 'A2'") == before


async def test_undo_restores_what_nobody_touched_and_spares_and_lists_the_rest(desk, world):
    first = await desk.commit(await desk.previewed(csv(*TWO)))
    assert first["outcomes"] == {"done": 2}
    before = await world.admin.fetch(
        "select id, full_name, gender, born_on, born_precision, occupation from person order by id"
    )
    header = "Mã hồ sơ,Họ và tên,Nghề nghiệp"
    second = await desk.commit(
        await desk.previewed(csv("A1,Nguyễn Văn Đức,thợ mộc", "A2,Trần Thị Hòa,thợ may", "A3,Lê Mới,", header=header))
    )
    assert second["outcomes"] == {"done": 3}
    touched = await world.admin.fetchrow("select id, version from person where source_ref = 'A1'")
    path = f"/v1/persons/{touched['id']}"
    sent = await world.call("officer", "PATCH", path, {"native_place": "Huế"}, If_Match=f'"{touched["version"]}"')
    assert sent.status_code == 200
    undone = await desk.undo(second)
    assert (undone["state"], undone["outcomes"]) == ("undone", {"undone": 2, "spared": 1})
    (spared,) = await desk.rows(undone, outcome="spared")
    assert spared["target_id"] == str(touched["id"])
    after = await world.admin.fetch(
        "select id, full_name, gender, born_on, born_precision, occupation from person"
        " where voided_at is null order by id"
    )
    assert {row["id"]: row for row in after} == {
        row["id"]: row if row["id"] != touched["id"] else after[[a["id"] for a in after].index(touched["id"])]
        for row in before
    }
    assert await world.admin.fetchval("select occupation from person where source_ref = 'A1'") == "thợ mộc"
    assert await world.admin.fetchval("select count(*) from person where voided_at is not null") == 1


async def test_an_import_taken_back_can_be_done_again(desk, world):
    await desk.undo(await desk.commit(await desk.previewed(csv(*TWO))))
    again = await desk.commit(await desk.previewed(csv(*TWO)))
    assert again["outcomes"] == {"done": 2}
    living = "select count(*) from person where voided_at is null"
    assert await world.admin.fetchval(living) == 2


async def test_a_commit_names_the_preview_it_saw_and_is_told_which_rows_have_moved(desk, world):
    await desk.commit(await desk.previewed(csv(*TWO)))
    job = await desk.previewed(csv("A1,Nguyễn Văn Đức,,,,,số 9", "A2,Trần Thị Hoà,,,,,số 7"))
    wrong = await desk.move(job, "loading", fingerprint="0" * 64)
    assert (wrong.status_code, wrong.json()["code"]) == (412, "stale_preview")
    none = await desk.move(job, "loading")
    assert (none.status_code, none.json()["code"], none.json()["missing"]) == (422, "move_needs", ["fingerprint"])
    await world.admin.execute("update person set version = version + 1 where source_ref = 'A2'")
    stale = await desk.move(job, "loading", fingerprint=job["fingerprint"])
    assert (stale.status_code, stale.json()["code"], stale.json()["rows"]) == (412, "stale_preview", [3])
    assert (await desk.move(job, "uploaded")).status_code == 200
    await desk.work()
    fresh = await desk.job(job["id"])
    assert fresh["state"] == "previewed"
    assert (await desk.commit(fresh))["outcomes"] == {"done": 2}


async def test_a_row_that_moves_between_commit_and_work_is_left_and_reported(desk, world):
    await desk.commit(await desk.previewed(csv(*TWO)))
    job = await desk.previewed(csv("A1,Nguyễn Văn Đức,,,,,số 9", "A2,Trần Thị Hoà,,,,,số 7"))
    assert (await desk.move(job, "loading", fingerprint=job["fingerprint"])).status_code == 200
    await world.admin.execute("update person set version = version + 1 where source_ref = 'A2'")
    await desk.work()
    done = await desk.job(job["id"])
    assert done["outcomes"] == {"done": 1, "moved": 1}
    assert await world.admin.fetchval("select count(*) from residence where address = 'số 7'") == 0


async def test_all_or_nothing_leaves_nothing_when_one_row_cannot_be_done(desk, world):
    job = await desk.previewed(csv(*TWO, "A3,Lê An,31/02/1990,,,,"), mode="atomic")
    assert job["counts"]["error"] == 1
    refused = await desk.move(job, "loading", fingerprint=job["fingerprint"])
    assert (refused.status_code, refused.json()["code"], refused.json()["missing"]) == (409, "rows_in_error", 1)
    whole = await desk.previewed(csv(*TWO), mode="atomic")
    assert (await desk.move(whole, "loading", fingerprint=whole["fingerprint"])).status_code == 200
    elsewhere = await world.person("binh", "Người Khác", source=whole["row_source"], source_ref="A2")
    await desk.work()
    back = await desk.job(whole["id"])
    assert (back["state"], back["problem"]) == ("previewed", {"code": "rows_failed", "rows": 1})
    (bad,) = await desk.rows(back, outcome="failed")
    assert [(flaw["pointer"], flaw["code"]) for flaw in bad["flaws"]] == [("", "source_ref_taken")]
    assert await world.admin.fetchval("select array_agg(id) from person") == [elsewhere]


async def test_rows_in_error_say_why_by_column_and_the_rest_is_done(desk, world):
    rows = (
        "B1,Lê An,13/13/1990,Nam,,,",
        "B2,Lê Bình,1990,đàn ông,,,",
        "B3,,1990,Nam,,,",
        "B4,Lê Dung,1990,Nữ,85000001,,",
        "B5,Lê Em,1990,Nữ,,912345678,",
        "B6,Lê 6,1990,Nữ,,,",
        "B7,Lê Giang,2990,Nữ,,,",
        "B8,=HYPERLINK(1),1990,Nữ,,,",
        "B9,Lê Hà,1990,Nữ,,,",
        "B9,Lê Hạ,1990,Nữ,,,",
    )
    job = await desk.previewed(csv(*rows))
    told = {row["no"]: [(flaw["pointer"], flaw["code"]) for flaw in row["flaws"]] for row in await desk.rows(job)}
    assert told == {
        2: [("/born_on", "not_a_day")],
        3: [("/gender", "not_allowed")],
        4: [("/full_name", "required")],
        5: [("/national_id", "not_12_digits")],
        6: [("/phone", "leading_zero_lost")],
        7: [("/full_name", "digits")],
        8: [("/born_on", "in_the_future")],
        9: [("/full_name", "formula")],
        10: [],
        11: [("/source_ref", "repeated_in_file")],
    }
    done = await desk.commit(job)
    assert done["outcomes"] == {"done": 1, "skipped": 9}


async def test_somebody_on_file_elsewhere_is_asked_for_and_the_preview_does_not_tell(desk, world):
    there = await world.person("bien", "Lê An", national_id="000190000001")
    job = await desk.previewed(csv("C1,Lê An,1990,Nam,000190000001,,", "C2,Lê Bình,1990,Nam,000190000002,,"))
    assert {row["verdict"] for row in await desk.rows(job)} == {"create"}
    done = await desk.commit(job)
    assert done["outcomes"] == {"requested": 1, "done": 1}
    asked = await world.admin.fetchrow("select kind, state, person_id, made_unit_no from handover")
    assert tuple(asked) == ("take", "proposed", there, world.no("hoa"))
    assert await world.admin.fetchval("select count(*) from person") == 2
    undone = await desk.undo(done)
    assert undone["outcomes"] == {"undone": 2}
    assert await world.admin.fetchval("select state from handover") == "withdrawn"


async def test_past_the_day_s_number_of_questions_rows_wait_for_another_day(desk, world, monkeypatch):
    monkeypatch.setattr("domain.handover.use_cases.MOST_ASKED_A_DAY", 1)
    for number in (1, 2):
        await world.person("bien", "Lê An", national_id=f"00019000000{number}")
    rows = [f"C{n},Lê An,1990,Nam,00019000000{n},," for n in (1, 2)]
    done = await desk.commit(await desk.previewed(csv(*rows)))
    assert done["outcomes"] == {"requested": 1, "waiting": 1}
    monkeypatch.setattr("domain.handover.use_cases.MOST_ASKED_A_DAY", 9)
    assert (await desk.move(done, "loading")).status_code == 200
    await desk.work()
    assert (await desk.job(done["id"]))["outcomes"] == {"requested": 2}


async def test_each_row_leaves_the_journal_and_the_outbox_of_a_single_write(desk, world):
    single = {"full_name": "Lê An", "gender": "male", "phones": [{"number": "0912345678"}]}
    await world.call("officer", "POST", "/v1/persons", single)
    like = "select act, noun, outcome, account_id, unit_no, shown, cardinality(subject_ids) from journal_entry where act = 'create_person'"
    one = await world.admin.fetch(like)
    await world.sweep()
    await desk.commit(await desk.previewed(csv("D1,Lê An,,Nam,,0912345678,")))
    assert await world.admin.fetch(like) == one
    person = await world.admin.fetchval("select id from person")
    told = await world.admin.fetch("select act, noun, subject_id, unit_no from outbox where noun = 'person'")
    assert [tuple(row) for row in told] == [("create_person", "person", person, world.no("hoa"))]
    subjects = "select subject_ids from journal_entry where act = 'create_person'"
    assert await world.admin.fetchval(subjects) == [person]


async def test_who_sits_in_no_commune_is_told_that_a_row_must_name_one(desk, world):
    desk.user = "province_officer"
    (row,) = await desk.rows(await desk.previewed(csv("A1,Lê An,1990,Nam,,,")))
    assert row["flaws"] == [{"pointer": "/unit", "code": "required"}]
    single = await world.call("province_officer", "POST", "/v1/persons", {"full_name": "Lê An"})
    assert single.json()["errors"][0]["code"] == "required"


async def test_an_import_that_a_dead_worker_left_is_called_up_after_a_minute_and_one_at_work_is_let_be(
    desk, world, hand
):
    sent = (await desk.send(csv("A1,Lê An,1990,Nam,,,"))).json()
    await world.admin.execute("delete from pgqueuer")
    since = await world.admin.fetchval("select updated_at from import_job")
    await hand.call_up(since + timedelta(minutes=1))
    assert await world.admin.fetchval("select count(*) from pgqueuer") == 0
    await hand.call_up(since + timedelta(minutes=1, seconds=1))
    assert await world.admin.fetchval("select entrypoint from pgqueuer where status = 'queued'") == "import"
    await desk.work()
    assert (await desk.job(sent["id"]))["state"] == "previewed"
    await world.admin.execute("delete from pgqueuer")
    await hand.call_up(since + timedelta(hours=1))
    assert await world.admin.fetchval("select count(*) from pgqueuer") == 0, "a preview waits for somebody to decide"
