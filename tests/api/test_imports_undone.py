"""What an undo leaves behind: a row in the journal for everybody it took back, and nothing of what it must not touch."""

from __future__ import annotations

import pytest

from tests.api.test_imports_kinds import CASES
from tests.imports_work import Desk, csv, importer

ROW = "H1,Lê An,01/01/1990,Tự nguyện tại cơ sở công lập,01/09/2026,05/09/2026,,,,,"
DRAFTED = (
    "H1,Lê An,01/01/1990,Tự nguyện tại cơ sở công lập,01/09/2026,05/09/2026,12/ĐN,08/09/2026,7,10/09/2026,Trần Văn Ký"
)


@pytest.fixture
async def desk(world, server, clone):
    async with importer(world, server, clone) as hand:
        yield Desk(world, hand)


async def test_everybody_whom_an_undo_takes_back_or_puts_back_stands_in_the_journal_and_is_told_of(desk, world):
    header = "Mã hồ sơ,Họ và tên,Nghề nghiệp"
    await desk.commit(await desk.previewed(csv("A1,Nguyễn Văn Đức,thợ mộc", header=header)))
    file = csv("A1,Nguyễn Văn Đức,thợ may", "A2,Lê Mới,", header=header)
    await desk.undo(await desk.commit(await desk.previewed(file)))
    both = {row["id"] for row in await world.admin.fetch("select id from person")}
    told = await world.admin.fetch(
        "select subject_ids, account_id from journal_entry where act = 'undo_import' and noun = 'person'"
    )
    assert sorted(row["subject_ids"] for row in told) == sorted([id] for id in both)
    assert {row["account_id"] for row in told} == {world.users["officer"].account_id}
    outbox = await world.admin.fetch("select subject_id, unit_no from outbox where act = 'undo_import'")
    assert {tuple(row) for row in outbox} == {(id, world.no("hoa")) for id in both}


async def test_a_case_taken_back_is_annulled_in_the_journal_and_one_that_went_on_is_spared(desk, world):
    await world.person("hoa", "Lê An")
    desk.user = "leader"
    done = await desk.commit(await desk.previewed(csv(ROW, header=CASES), "cases"))
    await desk.undo(done)
    acts = "select act from journal_entry where noun = 'management_case' and outcome = 'done' order by id"
    assert [row["act"] for row in await world.admin.fetch(acts)] == ["open_case", "annul_case"]
    again = await desk.commit(await desk.previewed(csv(ROW, header=CASES), "cases"))
    await world.admin.execute("update management_case set version = version + 1 where state <> 'annulled'")
    spared = await desk.undo(again)
    assert spared["outcomes"] == {"spared": 1}
    states = await world.admin.fetch("select state from management_case order by recorded_at")
    assert [row["state"] for row in states] == ["annulled", "noticed"]


async def test_a_file_that_is_read_again_forgets_its_preview_and_begins_at_its_first_row(desk):
    job = await desk.previewed(csv("A1,Nguyễn Văn Đức,1985,,,,"))
    assert job["fingerprint"]
    begun = (await desk.move(job, "uploaded")).json()
    assert (begun["state"], begun["fingerprint"], begun["rows_done"]) == ("uploaded", None, 0)
    stale = await desk.move(begun, "loading", fingerprint=job["fingerprint"])
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("user", "status", "outcome"),
    [("officer", 200, "read"), ("leader", 200, "read"), ("neighbour", 404, "absent"), ("import_client", 403, "denied")],
)
async def test_a_file_is_fetched_again_by_its_sender_and_by_who_sees_all_of_it_and_every_try_is_kept(
    desk, world, user, status, outcome
):
    job = await desk.previewed(csv("A1,Nguyễn Văn Đức,1985,,,,"))
    assert (await world.get(user, f"/v1/imports/{job['id']}/file")).status_code == status
    kept = await world.admin.fetch("select outcome from journal_entry where act = 'read_import_file'")
    assert [row["outcome"] for row in kept] == [outcome]


async def test_a_draft_that_a_file_only_corrected_is_not_withdrawn_with_that_file(desk, world):
    await world.person("hoa", "Lê An")
    await desk.commit(
        await desk.previewed(csv(DRAFTED.replace(",7,10/09/2026,Trần Văn Ký", ",,,"), header=CASES), "cases")
    )
    header = "Mã hồ sơ,Họ và tên,Ngày sinh,Số quyết định,Ngày quyết định,Người ký"
    row = "Q1,Lê An,01/01/1990,07,10/09/2026,Trần Văn Ký"
    drafted = await desk.commit(await desk.previewed(csv(row, header=header), "decisions"))
    assert drafted["outcomes"] == {"done": 1}, await desk.rows(drafted)
    right = csv(row.replace("Văn Ký", "Văn Khác"), header=header)
    corrected = await desk.commit(await desk.previewed(right, "decisions", row_source=drafted["row_source"]))
    assert corrected["outcomes"] == {"done": 1}, await desk.rows(corrected)
    assert (await desk.undo(corrected))["outcomes"] == {"spared": 1}
    kept = await world.admin.fetchrow("select state, signer_name from management_decision")
    assert tuple(kept) == ("drafted", "Trần Văn Khác")
