"""What a sender puts beside a notice: files that two sides read and nobody else, certificates that reach the file."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from domain.ids import new_id
from domain.notice import attaching
from tests.api.test_notices import PATH
from tests.api.test_reconciliations import CENTRE, LEADER, POLICE, accepted, move, push
from tests.case_work import Desk, at, standing
from tests.world import hire

FILES, TRADES = "/v1/notice-attachments", "/v1/training-certificates"
PDF = b"%PDF-1.7 the decision on the treatment"


@pytest.fixture
def desk(world):
    return Desk(world, at("2026-07-20"))


async def attach(desk, notice, content=PDF, user=CENTRE, media="application/pdf", **more):
    given = {"kind": "rehab_decision", "source_ref": "F/1", "sha256": hashlib.sha256(content).hexdigest()} | more
    query = "".join(f"&{name}={value}" for name, value in given.items())
    with standing(desk.world, desk.now):
        headers = desk.world.users[user].headers | {"Content-Type": media}
        return await desk.world.client.post(
            f"{FILES}?notice_id={notice['id']}{query}", content=content, headers=headers
        )


async def attached(desk, notice, content=PDF, **more):
    answer = await attach(desk, notice, content, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def bytes_of(desk, file, user):
    return await desk.call(user, "GET", f"{FILES}/{file['id']}/content")


def certificate(notice, **more):
    return {
        "notice_id": notice["id"],
        "trade": "Sửa chữa xe máy",
        "school_name": "Trung tâm GDNN số 1",
        "certificate_number": "SC-118",
        "enrolled_on": "2026-01-05",
        "finished_on": "2026-04-05",
        "certified_on": "2026-04-20",
        "source_ref": "CC/1",
    } | more


# -- files


async def test_both_sides_read_a_file_of_the_notice_and_each_reading_is_in_the_journal(desk):
    notice = await push(desk, 1)
    file = await attached(desk, notice)
    told = {name: file[name] for name in ("kind", "format", "media_type", "size", "version", "source")}
    assert told == {
        "kind": "rehab_decision",
        "format": "pdf",
        "media_type": "application/pdf",
        "size": len(PDF),
        "version": 1,
        "source": f"unit:{desk.world.units['centre']}",
    }
    for user in (CENTRE, POLICE, "police_head", "officer", LEADER):
        answer = await bytes_of(desk, file, user)
        assert (answer.status_code, answer.content) == (200, PDF), user
        listed = (await desk.get(f"{PATH}/{notice['id']}?include=attachments", user))["attachments"]
        assert [row["id"] for row in listed] == [file["id"]]
    read = "select count(*) from journal_entry where act = 'read_notice_attachment' and outcome = 'read'"
    assert await desk.world.admin.fetchval(read) == 5
    stored = await desk.world.admin.fetchval("select sealed from notice_attachment where id = $1", file["id"])
    assert PDF not in stored
    query = """query($id: UUID!) { dischargeNotice(id: $id) { attachments { nodes { kind size sha256 } } } }"""
    answer = await desk.ask(POLICE, query, {"id": notice["id"]})
    (row,) = answer["data"]["dischargeNotice"]["attachments"]["nodes"]
    assert row == {"kind": "rehab_decision", "size": len(PDF), "sha256": hashlib.sha256(PDF).hexdigest()}


@pytest.mark.parametrize(
    ("user", "status"),
    [
        ("neighbour", 404), ("stranger", 404), ("province_officer", 403), ("country_reader", 403),
        ("volunteer", 403), ("counsellor", 403), ("club_board", 403), ("health_station", 403), ("import_client", 403),
        ("province_admin", 403), ("inspector", 403), ("system_admin", 403),
    ],
)  # fmt: skip
async def test_nobody_else_reads_the_bytes(desk, user, status):
    file = await attached(desk, await push(desk, 1))
    answer = await bytes_of(desk, file, user)
    assert answer.status_code == status, answer.text
    outcome = "absent" if status == 404 else "denied"
    asked = "select count(*) from journal_entry where act = 'read_notice_attachment' and outcome = $1"
    assert await desk.world.admin.fetchval(asked, outcome) == 1


async def test_another_centre_neither_attaches_nor_reads(desk):
    notice = await push(desk, 1)
    file = await attached(desk, notice)
    desk.world.users["other_centre"] = await hire(
        desk.world, f"centre.{new_id().hex[-12:]}", "rehab_centre", "hoa_club"
    )
    assert (await bytes_of(desk, file, "other_centre")).status_code == 404
    assert (await attach(desk, notice, user="other_centre", source_ref="F/9")).status_code == 404
    assert (await attach(desk, notice, user=POLICE)).status_code == 403


async def test_who_held_the_notice_before_reads_no_file_any_more(desk):
    notice = await push(desk, 1)
    file = await attached(desk, notice)
    notice = await move(desk, notice, "received")
    assert (await bytes_of(desk, file, POLICE)).status_code == 200
    notice = await move(desk, notice, "misrouted", reason="nhầm xã")
    notice = await desk.get(f"{PATH}/{notice['id']}", CENTRE)
    await move(desk, notice, "sent", CENTRE, unit_id=str(desk.world.units["binh"]))
    assert (await bytes_of(desk, file, POLICE)).status_code == 404
    assert (await desk.call(POLICE, "GET", f"{FILES}/{file['id']}")).status_code == 404
    assert (await bytes_of(desk, file, "neighbour")).content == PDF
    assert (await bytes_of(desk, file, CENTRE)).content == PDF


async def test_a_notice_kept_back_or_taken_back_shows_its_files_to_the_sender_alone(desk):
    kept = await push(desk, 1, draft=True)
    file = await attached(desk, kept)
    assert (await bytes_of(desk, file, POLICE)).status_code == 404
    assert (await bytes_of(desk, file, CENTRE)).status_code == 200
    sent = await move(desk, kept, "sent", CENTRE)
    assert (await bytes_of(desk, file, POLICE)).status_code == 200
    await move(desk, sent, "cancelled", CENTRE, reason="gia hạn")
    assert (await bytes_of(desk, file, POLICE)).status_code == 404
    refused = await attach(desk, sent, source_ref="F/2")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_move")


async def test_the_same_file_again_is_the_same_file_and_another_under_its_number_is_refused(desk):
    notice = await push(desk, 1)
    first = await attached(desk, notice)
    both = await asyncio.gather(attach(desk, notice), attach(desk, notice))
    assert [(answer.status_code, answer.json()["id"]) for answer in both] == [(200, first["id"])] * 2
    other = await attach(desk, notice, b"%PDF-1.7 another")
    assert (other.status_code, other.json()["code"]) == (409, "reference_differs")
    kind = await attach(desk, notice, kind="cv")
    assert (kind.status_code, kind.json()["code"]) == (409, "reference_differs")
    assert await desk.world.admin.fetchval("select count(*) from notice_attachment") == 1


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"media": "text/html"}, 415, "unsupported_media_type"),
        ({"content": b"<html>"}, 422, "not_of_this_format"),
        ({"content": b""}, 422, "not_of_this_format"),
        ({"sha256": "0" * 64}, 422, "checksum_differs"),
        ({"sha256": "x"}, 422, "not_a_checksum"),
        ({"kind": "photo"}, 400, "not_allowed"),
        ({"source_ref": ""}, 422, "empty"),
    ],
)
async def test_a_bad_file_is_refused_whole(desk, more, status, code):
    answer = await attach(desk, await push(desk, 1), **more)
    assert answer.status_code == status, answer.text
    assert code in (answer.json()["code"], *(flaw["code"] for flaw in answer.json().get("errors", [])))
    assert await desk.world.admin.fetchval("select count(*) from notice_attachment") == 0


async def test_a_file_beyond_10_mb_is_refused_before_it_is_read(desk):
    answer = await attach(desk, await push(desk, 1), b"%PDF-" + b"0" * 10_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_file_attached_in_error_is_out_of_everybodys_sight(desk):
    notice = await push(desk, 1)
    file = await attached(desk, notice)
    path, match = f"{FILES}/{file['id']}", '"1"'
    refused = await desk.call(POLICE, "DELETE", path, {"reason": "nhầm"}, If_Match=match)
    assert refused.status_code == 403
    assert (await desk.call(CENTRE, "DELETE", path, {"reason": "nhầm"})).status_code == 428
    stale = await desk.call(CENTRE, "DELETE", path, {"reason": "nhầm"}, If_Match='"7"')
    assert stale.status_code == 412
    voided = await desk.done(CENTRE, "DELETE", path, {"reason": "của người khác"}, If_Match=match)
    assert voided["void_reason"] == "của người khác"
    for user in (CENTRE, POLICE):
        assert (await bytes_of(desk, file, user)).status_code == 404
        assert (await desk.get(f"{PATH}/{notice['id']}?include=attachments", user))["attachments"] == []
    again = await attach(desk, notice)
    assert (again.status_code, again.json()["code"]) == (409, "reference_differs")
    twice = await desk.call(CENTRE, "DELETE", path, {"reason": "lần nữa"}, If_Match=f'"{voided["version"]}"')
    assert (twice.status_code, twice.json()["code"]) == (409, "already_voided")


async def test_a_notice_holds_so_many_files_and_no_more(desk, monkeypatch):
    monkeypatch.setattr(attaching, "MOST_ATTACHED", 2)
    notice = await push(desk, 1)
    for n in range(2):
        await attached(desk, notice, source_ref=f"F/{n}")
    full = await attach(desk, notice, source_ref="F/2")
    assert [(f["pointer"], f["code"]) for f in full.json()["errors"]] == [("/notice_id", "too_many")]
    assert (await attach(desk, notice, source_ref="F/0")).status_code == 200, "the same file again is no new one"


# -- certificates


async def test_a_certificate_got_in_treatment_is_training_in_rehab_once_the_notice_is_accepted(desk):
    notice = await push(desk, 1)
    own_id = str(new_id())
    made = await desk.done(CENTRE, "POST", TRADES, certificate(notice, id=own_id))
    assert made["id"] == own_id
    assert (made["trade"], made["funding"], made.get("vocational_support_id")) == (
        "Sửa chữa xe máy",
        "rehab_budget",
        None,
    )
    notice = await move(desk, await move(desk, notice, "received"), "accepted")
    assert "certificate_in_file" in {told["kind"] for told in notice["consequences"]}
    page = await desk.done("officer", "GET", f"/v1/vocational-supports?person_id={notice['person_id']}")
    (row,) = page["data"]
    told = {
        name: row[name] for name in ("state", "stage", "trade", "certificate_number", "certified_on", "school_name")
    }
    assert told == {
        "state": "certified",
        "stage": "in_rehab",
        "trade": "Sửa chữa xe máy",
        "certificate_number": "SC-118",
        "certified_on": "2026-04-20",
        "school_name": "Trung tâm GDNN số 1",
    }
    assert (row["source"], row["source_ref"]) == ("training_certificate", own_id)
    (came,) = row["history"]
    days = {name: certificate(notice)[name] for name in ("enrolled_on", "finished_on", "certified_on")}
    assert {name: came[name] for name in ("from", "to", *days)} == {"from": None, "to": "certified"} | days
    seen = await desk.get(f"{TRADES}/{made['id']}", CENTRE)
    assert seen["vocational_support_id"] == row["id"]
    late = await desk.done(CENTRE, "POST", TRADES, certificate(notice, source_ref="CC/2", certificate_number="SC-119"))
    assert late["vocational_support_id"], "of an accepted notice it is there at once"
    page = await desk.done("officer", "GET", f"/v1/vocational-supports?person_id={notice['person_id']}&stage=in_rehab")
    assert len(page["data"]) == 2


async def test_the_police_that_answer_the_notice_see_nothing_of_the_trade(desk):
    notice = await push(desk, 1)
    made = await desk.done(CENTRE, "POST", TRADES, certificate(notice))
    seen = await desk.get(f"{TRADES}/{made['id']}", POLICE)
    assert "Sửa" not in str(seen)
    assert "trade" in seen["masked"]
    whole = await desk.get(f"{PATH}/{notice['id']}?include=certificates", POLICE)
    assert "SC-118" not in str(whole)
    assert (await desk.get(f"{TRADES}/{made['id']}", "officer"))["trade"] == "Sửa chữa xe máy"
    assert (await desk.call("neighbour", "GET", f"{TRADES}/{made['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("more", "pointer", "code"),
    [
        ({"certified_on": "2026-07-21"}, "/certified_on", "in_the_future"),
        ({"finished_on": "2026-01-04"}, "/finished_on", "ends_before_it_starts"),
        ({"certified_on": "2026-04-04"}, "/certified_on", "ends_before_it_starts"),
        ({"enrolled_on": "2025-08-31"}, "/enrolled_on", "not_in_treatment"),
        ({"enrolled_on": "2026-02-29"}, "/enrolled_on", "not_a_date"),
        ({"trade": " "}, "/trade", "empty"),
        ({"trade": "a\u202eb"}, "/trade", "format_character"),
        ({"funding": "somebody"}, "/funding", "not_allowed"),
        ({"school_name": None}, "/school_name", None),
    ],
)
async def test_a_certificate_that_does_not_hold_together_is_refused(desk, more, pointer, code):
    answer = await desk.call(CENTRE, "POST", TRADES, certificate(await push(desk, 1), **more))
    assert answer.status_code == 422, answer.text
    assert [flaw["pointer"] for flaw in answer.json()["errors"]] == [pointer]
    assert code in (None, answer.json()["errors"][0]["code"])
    assert await desk.world.admin.fetchval("select count(*) from training_certificate") == 0


async def test_the_training_ends_within_the_treatment(desk):
    notice = await push(desk, 1)
    desk.on("2026-09-10")
    answer = await desk.call(CENTRE, "POST", TRADES, certificate(notice, certified_on="2026-09-01"))
    assert [(flaw["pointer"], flaw["code"]) for flaw in answer.json()["errors"]] == [
        ("/certified_on", "not_in_treatment")
    ]
    await desk.done(CENTRE, "POST", TRADES, certificate(notice, certified_on="2026-08-31"))


async def test_the_same_certificate_again_is_the_same_and_is_taken_back_from_the_file_too(desk):
    notice = await accepted(desk, 1)
    both = await desk.at_once(2, CENTRE, "POST", TRADES, certificate(notice))
    assert sorted(answer.status_code for answer in both) == [200, 201]
    assert len({answer.json()["id"] for answer in both}) == 1
    differs = await desk.call(CENTRE, "POST", TRADES, certificate(notice, trade="May công nghiệp"))
    assert (differs.status_code, differs.json()["code"]) == (409, "reference_differs")
    files = f"/v1/vocational-supports?person_id={notice['person_id']}&voided=false"
    assert len((await desk.done("officer", "GET", files))["data"]) == 1
    made = await desk.get(f"{TRADES}/{both[0].json()['id']}", CENTRE)
    path, match = f"{TRADES}/{made['id']}", f'"{made["version"]}"'
    await desk.done(CENTRE, "DELETE", path, {"reason": "nhầm người"}, If_Match=match)
    assert (await desk.done("officer", "GET", files))["data"] == []
    gone = await desk.get(f"{TRADES}/{made['id']}", CENTRE)
    assert (bool(gone["voided_at"]), gone["void_reason"]) == (True, "nhầm người")
    again = await desk.call(CENTRE, "DELETE", path, {"reason": "lần nữa"}, If_Match=f'"{gone["version"]}"')
    assert (again.status_code, again.json()["code"]) == (409, "already_voided")


async def test_nobody_takes_back_what_another_centre_sent(desk):
    notice = await push(desk, 1)
    file, made = await attached(desk, notice), await desk.done(CENTRE, "POST", TRADES, certificate(notice))
    desk.world.users["other_centre"] = await hire(
        desk.world, f"centre.{new_id().hex[-12:]}", "rehab_centre", "hoa_club"
    )
    for path in (f"{FILES}/{file['id']}", f"{TRADES}/{made['id']}"):
        for user, target in (("other_centre", path), (CENTRE, f"{path.rpartition('/')[0]}/{new_id()}")):
            refused = await desk.call(user, "DELETE", target, {"reason": "nhầm"}, If_Match='"1"')
            assert (refused.status_code, refused.json()["code"]) == (404, "not_found"), (user, path)


async def test_of_a_notice_taken_back_no_certificate_is_recorded(desk):
    notice = await push(desk, 1)
    await move(desk, notice, "cancelled", CENTRE, reason="gia hạn")
    refused = await desk.call(CENTRE, "POST", TRADES, certificate(notice))
    assert (refused.status_code, refused.json()["code"], refused.json()["allowed"]) == (409, "wrong_move", [])


@pytest.mark.parametrize("user", [POLICE, "officer", "province_officer", "volunteer"])
async def test_only_a_sender_records_certificates_and_only_of_its_own_notices(desk, user):
    notice = await push(desk, 1)
    assert (await desk.call(user, "POST", TRADES, certificate(notice))).status_code == 403
    missing = await desk.call(CENTRE, "POST", TRADES, certificate({"id": str(new_id())}))
    assert missing.status_code == 404


async def test_graphql_does_the_same(desk):
    notice = await push(desk, 1)
    given = {"".join(part.title() if n else part for n, part in enumerate(name.split("_"))): value
             for name, value in certificate(notice).items()}  # fmt: skip
    ask = """mutation($new: NewTrainingCertificate!) { recordTrainingCertificate(new: $new) { id trade version } }"""
    made = (await desk.ask(CENTRE, ask, {"new": given}))["data"]["recordTrainingCertificate"]
    assert (await desk.ask(CENTRE, ask, {"new": given}))["data"]["recordTrainingCertificate"]["id"] == made["id"]
    file = await attached(desk, notice)
    ask = """mutation($id: UUID!, $match: String!) {
        voidNoticeAttachment(id: $id, body: {reason: "nhầm"}, given: {ifMatch: $match}) { voidReason }
    }"""
    voided = await desk.ask(CENTRE, ask, {"id": file["id"], "match": '"1"'})
    assert voided["data"]["voidNoticeAttachment"] == {"voidReason": "nhầm"}
    ask = """{ trainingCertificates { nodes { trade } } noticeAttachments(where: {voided: false}) { nodes { id } } }"""
    seen = (await desk.ask(CENTRE, ask))["data"]
    assert seen == {
        "trainingCertificates": {"nodes": [{"trade": "Sửa chữa xe máy"}]},
        "noticeAttachments": {"nodes": []},
    }
