"""Papers through the doors: listed before they are printed, sealed, journaled, and only for who sees all they say."""

from __future__ import annotations

import hashlib
import io
from uuid import UUID

import pytest
from pypdf import PdfReader

from domain.ids import new_id
from tests.case_work import Desk, at

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)
PAPER = {
    "paper_responsible": "Ông Lê Văn Đạt, Công an phường",
    "paper_tasks": "Trạm y tế theo dõi sức khỏe",
    "paper_measures": "Tư vấn tâm lý; hỗ trợ học nghề",
}


@pytest.fixture
async def desk(world):
    await world.admin.execute(
        "update form_confirmation set confirmed_at = null, gazette = null, confirmed_by = null, version = 1"
    )
    return Desk(world, at("2026-07-31 16:00"))


async def somebody(world, **facts):
    person = await world.person(
        "hoa", "Nguyễn Thị Thuỳ Ưởng", national_id="001190012345", **({"occupation": "thợ may"} | facts)
    )
    await world.residence(person, address="Số 12, đường Lê Lợi")
    return person


async def signed(desk, **facts):
    return await desk.decided(person=await somebody(desk.world), **(PAPER | facts))


async def printed(desk, form, subject, format="pdf", user="officer", **more):
    body = {"form": form, "subject_id": subject["id"], "format": format} | more
    return await desk.call(user, "POST", "/v1/documents", body)


async def bytes_of(desk, document, user="officer", **headers):
    return await desk.call(user, "GET", f"/v1/documents/{document['id']}/content", **headers)


def words(pdf):
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", " ")


def upload(desk, decision, content, media="application/pdf", user="officer", sha256=None, **more):
    given = sha256 or hashlib.sha256(content).hexdigest()
    query = "".join(f"&{name}={value}" for name, value in more.items())
    path = f"/v1/documents:upload?decision_id={decision['id']}&sha256={given}{query}"
    headers = desk.world.users[user].headers | {"Content-Type": media}
    return desk.world.client.post(path, content=content, headers=headers)


async def test_a_decision_is_printed_from_the_data_alone_sealed_and_read_again(desk, database):
    _case, decision = await signed(desk)
    answer = await printed(desk, "D163/V/53", decision)
    assert answer.status_code == 201, answer.text
    document = answer.json()
    assert answer.headers["location"] == f"/v1/documents/{document['id']}"
    facts = {name: document[name] for name in ("kind", "form", "format", "media_type", "confirmed")}
    assert facts == {
        "kind": "rendered",
        "form": "D163/V/53",
        "format": "pdf",
        "media_type": "application/pdf",
        "confirmed": False,
    }
    assert document["content_hash"] == decision["content_hash"]
    assert document["decision_id"] == decision["id"]
    content = await bytes_of(desk, document)
    assert content.status_code == 200
    assert content.headers["content-type"] == "application/pdf"
    assert content.headers["content-disposition"] == f'attachment; filename="{document["id"]}.pdf"'
    assert hashlib.sha256(content.content).hexdigest() == document["sha256"]
    assert len(content.content) == document["size"]
    text = words(content.content)
    for said in (
        "NGUYỄN THỊ THUỲ ƯỞNG",
        "001190012345",
        "ngày 31 tháng 8 năm 2026",
        "Công báo",
        "Số 12, đường Lê Lợi, phường Hoa",
    ):
        assert said in text
    sealed = await database.fetchval("select sealed from case_document where id = $1", UUID(document["id"]))
    assert content.content[:200] not in sealed
    assert b"%PDF" not in sealed


async def test_every_reading_of_bytes_is_in_the_journal_with_its_person(desk, database):
    case, decision = await signed(desk)
    document = (await printed(desk, "D163/V/53", decision)).json()
    await bytes_of(desk, document, "police")
    row = await database.fetchrow(
        "select outcome, subject_ids, account_id from journal_entry where act = 'read_document_content'"
    )
    assert (row["outcome"], row["subject_ids"]) == ("read", [UUID(case["person_id"])])
    assert row["account_id"] == desk.world.users["police"].account_id


async def test_what_is_missing_is_listed_before_and_refused_when_printing(desk):
    person = await desk.world.person("hoa", "Lê Hòa")
    case, decision = await desk.decided(person=person)
    check = await desk.get(f"/v1/documents:check?form=D163/V/53&subject_id={decision['id']}", "officer")
    pointers = [flaw["pointer"] for flaw in check["missing"]]
    wanted = ["/decision/responsible", "/person/residence", "/person/occupation", "/decision/tasks"]
    assert (check["complete"], sorted(pointers)) == (False, sorted(wanted))
    for headers in ({}, {"Prefer": "validate-only"}):
        body = {"form": "D163/V/53", "subject_id": case["id"]}
        refused = await desk.call("officer", "POST", "/v1/documents", body, **headers)
        assert (refused.status_code, refused.json()["code"]) == (422, "document_incomplete")
        assert [flaw["pointer"] for flaw in refused.json()["errors"]] == pointers
    asked = await desk.ask(
        "officer",
        'query($id: UUID!) { documentCheck(form: "D163/V/53", subjectId: $id) { complete missing { pointer } } }',
        {"id": decision["id"]},
    )
    assert [flaw["pointer"] for flaw in asked["data"]["documentCheck"]["missing"]] == pointers


async def test_only_checked_nothing_is_kept(desk, database):
    _case, decision = await signed(desk)
    body = {"form": "D163/V/53", "subject_id": decision["id"]}
    answer = await desk.call("officer", "POST", "/v1/documents", body, Prefer="validate-only")
    assert (answer.status_code, answer.headers["preference-applied"]) == (200, "validate-only")
    assert await database.fetchval("select count(*) from case_document") == 0


@pytest.mark.parametrize("form", ["D163/V/51", "D116/V/53", "53", "D163/V/53/x", ""])
async def test_a_form_that_is_not_printed_is_refused(desk, form):
    _case, decision = await signed(desk)
    answer = await printed(desk, form, decision)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/form"


async def test_a_form_is_printed_only_for_days_on_which_it_was_in_use(desk):
    _case, decision = await signed(desk)
    answer = await printed(desk, "D116/II/51", decision)
    assert answer.json()["code"] == "document_incomplete"
    assert [(flaw["pointer"], flaw["code"]) for flaw in answer.json()["errors"]] == [
        ("/decision/decided_on", "form_not_of_that_day")
    ]


async def test_a_signed_decision_prints_what_was_signed_and_not_what_changed_since(desk):
    case, decision = await signed(desk)
    await desk.world.admin.execute(
        "update person set full_name = 'Nguyễn Đổi Tên' where id = $1", UUID(case["person_id"])
    )
    document = (await printed(desk, "D163/V/53", case)).json()
    text = words((await bytes_of(desk, document)).content)
    assert "NGUYỄN THỊ THUỲ ƯỞNG" in text
    assert "ĐỔI TÊN" not in text
    assert document["content_hash"] == decision["content_hash"]


async def test_the_mark_stands_until_an_administrator_confirms_the_form(desk):
    _case, decision = await signed(desk)
    rows = (await desk.get("/v1/document-forms", "officer"))["data"]
    form = next(row for row in rows if row["form"] == "D163/V/53")
    assert (len(rows), form["confirmed"], form["title_vi"]) == (8, False, "Quyết định quản lý sau cai nghiện")
    path, body = f"/v1/document-forms/{form['id']}/confirmation", {"gazette": "Công báo số 567+568"}
    assert (await desk.call("officer", "POST", path, body, If_Match='"1"')).status_code == 403
    assert (await desk.call("system_admin", "POST", path, body)).status_code == 428
    confirmed = await desk.call("system_admin", "POST", path, body, If_Match='"1"')
    assert (confirmed.status_code, confirmed.json()["confirmed"]) == (200, True)
    document = (await printed(desk, "D163/V/53", decision)).json()
    assert document["confirmed"] is True
    assert "Công báo" not in words((await bytes_of(desk, document)).content)


async def test_a_form_is_confirmed_by_graphql(desk):
    forms = await desk.ask("system_admin", "{ documentForms { nodes { id version form } } }")
    row = forms["data"]["documentForms"]["nodes"][0]
    done = await desk.ask(
        "system_admin",
        'mutation($id: UUID!) { confirmForm(id: $id, body: {gazette: "Công báo 1"}, given: {ifMatch: "1"})'
        " { confirmed gazette } }",
        {"id": row["id"]},
    )
    assert done["data"]["confirmForm"] == {"confirmed": True, "gazette": "Công báo 1"}


async def test_papers_are_made_and_listed_through_both_doors(desk):
    case, decision = await signed(desk)
    made = await desk.ask(
        "officer",
        'mutation($s: UUID!) { makeDocument(new: {form: "D163/V/53", subjectId: $s, format: docx})'
        " { id format case { id } decision { number } } }",
        {"s": case["id"]},
    )
    paper = made["data"]["makeDocument"]
    assert (paper["format"], paper["case"]["id"], paper["decision"]["number"]) == (
        "docx",
        case["id"],
        decision["number"],
    )
    for name in ("person_id", "case_id", "decision_id"):
        value = {"person_id": case["person_id"], "case_id": case["id"], "decision_id": decision["id"]}[name]
        listed = await desk.get(f"/v1/documents?{name}={value}", "officer")
        assert [row["id"] for row in listed["data"]] == [paper["id"]]
    asked = await desk.ask("officer", "{ documents(where: {kind: rendered}) { nodes { id sha256 } } }")
    assert [row["id"] for row in asked["data"]["documents"]["nodes"]] == [paper["id"]]


async def test_the_same_paper_sent_again_under_its_id_is_one(desk, database):
    _case, decision = await signed(desk)
    id = str(new_id())
    first = await printed(desk, "D163/V/53", decision, id=id)
    again = await printed(desk, "D163/V/53", decision, id=id)
    assert (first.status_code, again.status_code, again.headers["idempotent-replayed"]) == (201, 200, "true")
    assert await database.fetchval("select count(*) from case_document") == 1


# -- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["neighbour", "stranger", "south_officer"])
async def test_a_paper_elsewhere_does_not_exist(desk, user):
    _case, decision = await signed(desk)
    document = (await printed(desk, "D163/V/53", decision)).json()
    assert (await bytes_of(desk, document, user, Access_Purpose="inspection")).status_code == 404
    assert (await desk.call(user, "GET", f"/v1/documents/{document['id']}")).status_code == 404


@pytest.mark.parametrize("user", ["neighbour", "stranger"])
async def test_nobody_prints_or_checks_a_case_elsewhere(desk, user):
    _case, decision = await signed(desk)
    for answer in (
        await printed(desk, "D163/V/53", decision, user=user),
        await desk.call(user, "GET", f"/v1/documents:check?form=D163/V/53&subject_id={decision['id']}"),
    ):
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/subject_id")


@pytest.mark.parametrize(
    "user", ["club_board", "volunteer", "counsellor", "health_station", "rehab_centre", "country_reader", "inspector"]
)
async def test_support_and_oversight_read_no_papers_and_the_refusal_is_kept(desk, user, database):
    _case, decision = await signed(desk)
    document = (await printed(desk, "D163/V/53", decision)).json()
    assert (await bytes_of(desk, document, user)).status_code == 403
    assert (await printed(desk, "D163/V/53", decision, user=user)).status_code == 403
    acts = await database.fetch("select act from journal_entry where outcome = 'denied'")
    assert {row["act"] for row in acts} == {"read_document_content", "make_document"}


async def test_a_province_reads_bytes_only_for_a_purpose_for_they_hold_numbers_and_addresses(desk):
    _case, decision = await signed(desk)
    document = (await printed(desk, "D163/V/53", decision)).json()
    refused = await bytes_of(desk, document, "province_officer")
    assert (refused.status_code, refused.json()["code"]) == (403, "purpose_required")
    assert (await bytes_of(desk, document, "province_officer", Access_Purpose="inspection")).status_code == 200


# -- the other papers -------------------------------------------------------------------------------------------------


async def test_the_proposal_of_the_police_is_printed_under_their_name(desk):
    case = await desk.open(await somebody(desk.world))
    proposal = {
        "number": "15/ĐN-CAP",
        "proposed_on": "2026-07-31",
        "received_on": "2026-07-31",
        "proposed_by": "Đỗ Văn Ước",
        "measures": "Tư vấn tâm lý",
        "from_on": "2026-08-31",
        "to_on": "2027-08-31",
    }
    case = await desk.move(case, "proposed", "police", proposal=proposal)
    document = await printed(desk, "D163/V/52", case, user="police")
    assert document.status_code == 201, document.text
    text = words((await bytes_of(desk, document.json())).content)
    for said in ("CÔNG AN PHƯỜNG", "Số: 15/ĐN-CAP", "Đỗ Văn Ước", "Từ ngày 31 tháng 8 năm 2026"):
        assert said in text


async def test_a_certificate_takes_what_the_register_does_not_know_from_the_caller(desk):
    case, _decision = await signed(desk)
    answer = await printed(desk, "D163/V/56", case)
    missing = {flaw["pointer"] for flaw in answer.json()["errors"]}
    assert missing == {"/certificate/number", "/certificate/dated", "/certificate/signer_name"}
    paper = {"number": "9/GXN-UBND", "dated": "2027-08-30", "signer_name": "Trần Thị Hoà"}
    made = await printed(desk, "D163/V/56", case, **paper)
    assert made.status_code == 201, made.text
    assert "ngày 30 tháng 8 năm 2027" in words((await bytes_of(desk, made.json())).content)


@pytest.mark.parametrize("left", [{"left_at": "2026-09-29T08:00:00+07:00"}, {"left_on": "2026-09-29"}])
async def test_a_move_is_told_to_the_police_of_the_commune_a_hand_over_names(desk, left):
    case, _decision = await signed(desk)
    paper = {"number": "21/TB-CAP", "dated": "2026-09-30", "signer_name": "Đỗ Văn Ước", "new_address": "Thôn 3"}
    answer = await printed(desk, "D163/V/54", case, user="police", **paper)
    assert {flaw["pointer"] for flaw in answer.json()["errors"]} == {"/transfer/to_unit", "/transfer/left_on"}
    desk.on("2026-09-30")
    given = {
        "person_id": case["person_id"],
        "unit_id": str(desk.world.units["binh"]),
        "reason": "chuyển nơi cư trú",
    } | left
    await desk.done("officer", "POST", "/v1/handovers", given)
    made = await printed(desk, "D163/V/54", case, user="police", **paper)
    assert made.status_code == 201, made.text
    text = words((await bytes_of(desk, made.json())).content)
    assert "Rời nơi cư trú cũ: Ngày 29 tháng 9 năm 2026" in text
    assert "Nơi cư trú mới: Thôn 3" in text


async def test_papers_go_with_the_person_and_the_old_unit_keeps_its_own_period(desk):
    case, decision = await signed(desk)
    document = (await printed(desk, "D163/V/53", decision)).json()
    desk.on("2026-09-30")
    given = {"person_id": case["person_id"], "unit_id": str(desk.world.units["binh"]), "reason": "chuyển nơi cư trú"}
    handover = await desk.done("officer", "POST", "/v1/handovers", given | {"left_on": "2026-09-29"})
    path = f"/v1/handovers/{handover['id']}/transitions"
    for version, to in (('"1"', "acknowledged"), ('"2"', "accepted")):
        await desk.done("neighbour", "POST", path, {"to": to}, If_Match=version)
    assert (await bytes_of(desk, document, "neighbour")).status_code == 200
    assert (await bytes_of(desk, document, "officer")).status_code == 404
    made = await desk.call("officer", "GET", f"/v1/documents/{document['id']}/content?via=made")
    assert made.status_code == 200


# -- scans ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "media", "format"),
    [(PDF, "application/pdf", "pdf"), (PNG, "image/png", "png"), (JPEG, "image/jpeg", "jpeg")],
)
async def test_the_signed_scan_is_kept_with_its_checksum(desk, content, media, format):
    _case, decision = await signed(desk)
    answer = await upload(desk, decision, content, media)
    assert answer.status_code == 201, answer.text
    scan = answer.json()
    assert (scan["kind"], scan["format"], scan["size"]) == ("signed_scan", format, len(content))
    assert scan["content_hash"] == decision["content_hash"]
    again = await bytes_of(desk, scan)
    assert (again.content, again.headers["content-type"]) == (content, media)


@pytest.mark.parametrize(
    ("content", "media", "sha256", "status", "code", "pointer"),
    [
        (PDF, "text/plain", None, 415, "unsupported_media_type", None),
        (PDF, "application/json", None, 415, "unsupported_media_type", None),
        (PNG, "application/pdf", None, 422, "not_of_this_format", ""),
        (b"MZ" + PDF, "application/pdf", None, 422, "not_of_this_format", ""),
        (b"", "application/pdf", None, 422, "not_of_this_format", ""),
        (PDF, "application/pdf", "0" * 64, 422, "checksum_differs", "/sha256"),
        (PDF, "application/pdf", "A" * 64, 422, "not_a_checksum", "/sha256"),
    ],
)
async def test_a_scan_that_is_not_what_it_says_is_refused(desk, content, media, sha256, status, code, pointer):
    _case, decision = await signed(desk)
    answer = await upload(desk, decision, content, media, sha256=sha256)
    assert answer.status_code == status, answer.text
    told = answer.json()
    assert code == told["code"] or (told["errors"][0]["code"], told["errors"][0]["pointer"]) == (code, pointer)


async def test_a_scan_may_be_ten_megabytes_and_not_a_byte_more(desk):
    _case, decision = await signed(desk)
    most = PDF + bytes(10_000_000 - len(PDF))
    assert (await upload(desk, decision, most)).status_code == 201
    assert (await upload(desk, decision, most + b"x")).status_code == 413


async def test_a_scan_belongs_to_a_signed_decision_in_reach(desk):
    case = await desk.open(await somebody(desk.world))
    await desk.propose(case)
    draft = await desk.draft(case)
    assert (await upload(desk, draft, PDF)).json()["code"] == "decision_not_signed"
    assert (await upload(desk, {"id": case["id"]}, PDF)).json()["errors"][0]["pointer"] == "/decision_id"
    assert (await upload(desk, draft, PDF, user="neighbour")).json()["errors"][0]["pointer"] == "/decision_id"


async def test_a_scan_sent_again_under_its_id_is_one_and_other_bytes_are_refused(desk, database):
    _case, decision = await signed(desk)
    id = str(new_id())
    answers = [await upload(desk, decision, content, id=id) for content in (PDF, PDF, PDF + b" ")]
    assert [answer.status_code for answer in answers] == [201, 200, 409]
    assert await database.fetchval("select count(*) from case_document") == 1


async def test_a_paper_is_never_changed_or_deleted(desk, database):
    _case, decision = await signed(desk)
    await upload(desk, decision, PDF)
    for statement in ("update case_document set sha256 = 'x'", "delete from case_document"):
        with pytest.raises(Exception, match="kept as it is"):
            await database.execute(statement)
