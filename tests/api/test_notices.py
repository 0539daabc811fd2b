"""Discharge notices: from the centre to the commune, through both doors, with the clock always visible."""

from __future__ import annotations

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from domain.ids import new_id
from tests.case_work import Desk, standing
from tests.world import hire

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
NUMBER = "000090123456"
PATH = "/v1/discharge-notices"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


def content(world, **more):
    return {
        "unit_id": str(world.units["hoa"]),
        "kind": "form_51",
        "treatment": "compulsory",
        "order_kind": "administrative_measure",
        "full_name": "Nguyễn Văn Đức",
        "gender": "male",
        "born_on": "1990-05-06",
        "id_kind": "personal_id",
        "id_number": NUMBER,
        "phone": "0912345678",
        "permanent_address": "số 1, tổ 2",
        "started_on": "2025-09-01",
        "completes_on": "2026-08-31",
        "decision_number": "12/QĐ-TA",
        "source_ref": "51/2026",
    } | more


@pytest.fixture
def july(world):
    """Friday 2026-07-31, 16:00: the day of dossier §18, 1."""
    with standing(world, at("2026-07-31T16:00")):
        yield world


async def pushed(world, **more):
    made = await world.call("rehab_centre", "POST", PATH, content(world, **more))
    assert made.status_code == 201, made.text
    return made.json()


async def moved(world, user, notice, to, **more):
    path = f"{PATH}/{notice['id']}/transitions"
    answer = await world.call(user, "POST", path, {"to": to} | more, If_Match=f'"{notice["version"]}"')
    assert answer.status_code == 200, answer.text
    return answer.json()


async def open_tasks(world, notice):
    rows = await world.admin.fetch(
        "select kind, unit_no, due_on, rule, person_id from task where subject_id = $1 and state = 'open' order by kind",
        notice["id"],
    )
    return [(row["kind"], row["unit_no"], row["due_on"] and row["due_on"].isoformat()) for row in rows]


# -- pushing


async def test_a_notice_of_the_centre_reaches_the_commune_and_both_see_the_clock(july):
    sent = await pushed(july)
    assert sent["state"] == "sent"
    assert sent["source"] == f"unit:{july.units['centre']}"
    assert sent["lead_due_on"] == "2026-08-01"
    assert sent["warnings"] == ["synthetic"]
    assert sent["id_number"] == NUMBER
    assert await open_tasks(july, sent) == [("read_notice", july.no("hoa"), "2026-08-04")]
    seen = (await july.get("police", f"{PATH}/{sent['id']}")).json()
    assert (seen["full_name"], seen["due_at"][:10]) == ("Nguyễn Văn Đức", "2026-08-05")
    assert {move["to"] for move in seen["transitions"]} == {"received", "cancelled"}
    received = await moved(july, "police", seen, "received")
    assert received["clocks"]["answer"]["due_on"] == "2026-08-04"
    assert received["clocks"]["answer"]["rule"].startswith("proposal.deadline@")
    assert [day["day"] for day in received["clocks"]["answer"]["skipped"]] == ["2026-08-01", "2026-08-02"]
    assert await open_tasks(july, sent) == [("answer_notice", july.no("hoa"), "2026-08-04")]
    shown = (await july.get("rehab_centre", f"{PATH}/{sent['id']}")).json()
    assert (shown["state"], shown["received_at"]) == ("received", received["received_at"])


async def test_numbers_lie_encrypted_and_are_masked_in_lists(july):
    sent = await pushed(july)
    row = dict(await july.admin.fetchrow("select * from discharge_notice where id = $1", sent["id"]))
    assert NUMBER.encode() not in b"".join(value for value in row.values() if isinstance(value, bytes))
    assert NUMBER not in " ".join(str(value) for value in row.values() if not isinstance(value, bytes))
    page = (await july.get("officer", f"{PATH}?fields=id_number,phone,full_name")).json()
    assert [row["id_number"] for row in page["data"]] == ["•••••••••456"]
    assert page["data"][0]["phone"].endswith("678")
    assert "•" in page["data"][0]["phone"]


@pytest.mark.parametrize(
    ("treatment", "completes_on", "told", "lead", "late"),
    [
        # D116 62(1): 15 days, compulsory only, for ends to 2026-06-30
        ("compulsory", "2026-06-30", "2026-06-15T09:00", "2026-06-15", False),
        ("compulsory", "2026-06-30", "2026-06-16T00:00", "2026-06-15", True),
        ("voluntary_facility_public", "2026-06-30", "2026-06-29T09:00", None, False),
        # D163 93, 94, 97, 123: 30 days, every form, for ends from 2026-07-01
        ("compulsory", "2026-07-01", "2026-06-01T23:00", "2026-06-01", False),
        ("compulsory", "2026-07-01", "2026-06-02T00:00", "2026-06-01", True),
        ("voluntary_facility_public", "2026-07-01", "2026-06-02T00:00", "2026-06-01", True),
        # no figure for substitution treatment at any time
        ("substitution_treatment", "2026-07-01", "2026-06-30T09:00", None, False),
    ],
)
async def test_the_lead_time_follows_the_law_of_the_end_of_treatment(world, treatment, completes_on, told, lead, late):
    compulsory = treatment == "compulsory"
    kind = "substitution_completion" if treatment == "substitution_treatment" else "form_51"
    with standing(world, at(told)):
        sent = await pushed(
            world,
            kind=kind,
            treatment=treatment,
            order_kind="administrative_measure" if compulsory else None,
            completes_on=completes_on,
            id_kind=None,
            id_number=None,
        )
    assert sent["lead_due_on"] == lead
    assert sent["warnings"] == (["sent_late"] if late else [])


async def test_the_same_number_with_the_same_content_is_the_same_notice(july):
    sent = await pushed(july)
    again = await july.call("rehab_centre", "POST", PATH, content(july))
    assert (again.status_code, again.json()["id"]) == (200, sent["id"])
    assert again.headers["idempotent-replayed"] == "true"
    spelled = await july.call("rehab_centre", "POST", PATH, content(july, full_name=" Nguyễn  Văn Đức "))
    assert spelled.status_code == 200, "the same content, spelled otherwise"
    assert await july.admin.fetchval("select count(*) from discharge_notice") == 1


async def test_the_same_number_with_other_content_is_refused_and_says_to_amend(july):
    await pushed(july)
    other = await july.call(
        "rehab_centre", "POST", PATH, content(july, completes_on="2026-09-30"), Accept_Language="en"
    )
    assert (other.status_code, other.json()["code"]) == (409, "notice_differs")
    assert "Amend" in other.json()["detail"]
    assert NUMBER not in other.text


async def test_of_many_equal_pushes_at_once_one_makes_the_notice(july):
    answers = await asyncio.gather(*(july.call("rehab_centre", "POST", PATH, content(july)) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_another_centre_does_not_see_it_and_may_use_the_same_number(july):
    if "other_centre" not in july.users:
        july.users["other_centre"] = await hire(july, "other_centre", "rehab_centre", "hoa_club")
    user = july.users["other_centre"]
    user.token = july.house.tokens.issue(user.account_id, user.session_id, at("2026-07-31T16:00"))
    sent = await pushed(july)
    for path in (f"{PATH}/{sent['id']}", f"{PATH}/{new_id()}"):
        assert (await july.get("other_centre", path)).status_code == 404
    assert (await july.get("other_centre", PATH)).json()["data"] == []
    own = await july.call("other_centre", "POST", PATH, content(july))
    assert own.status_code == 201
    assert own.json()["id"] != sent["id"]
    july.users.pop("other_centre")


async def test_a_neighbour_commune_does_not_see_it(july):
    sent = await pushed(july)
    assert (await july.get("neighbour", f"{PATH}/{sent['id']}")).status_code == 404
    journal = await july.admin.fetch("select outcome, shown from journal_entry where noun = 'discharge_notice'")
    assert len(journal) >= 2


async def test_validate_only_shows_what_it_would_bring_and_stores_nothing(july):
    checked = await july.call("rehab_centre", "POST", PATH, content(july), Prefer="validate-only")
    assert checked.status_code == 200, checked.text
    told = {one["kind"] for one in checked.json()["consequences"]}
    assert told == {"deadline", "gains_access"}
    assert await july.admin.fetchval("select count(*) from discharge_notice") == 0
    assert await july.admin.fetchval("select count(*) from task") == 0


@pytest.mark.parametrize(
    ("more", "pointer", "code"),
    [
        ({"order_kind": None}, "/order_kind", "required"),
        ({"treatment": "pilot_medicine", "order_kind": None}, "/treatment", "no_pathway"),
        ({"treatment": "substitution_treatment", "order_kind": None}, "/kind", "not_for_this_kind"),
        ({"kind": "substitution_completion"}, "/kind", "not_for_this_kind"),
        ({"completes_on": "2025-01-01"}, "/completes_on", "ends_before_it_starts"),
        ({"id_number": "12"}, "/id_number", "not_12_digits"),
        ({"id_kind": None}, "/id_kind", "required"),
        ({"phone": "•••678"}, "/phone", "masked_value"),
        ({"permanent_address": "nhà\u202e"}, "/permanent_address", "format_character"),
    ],
)
async def test_a_notice_that_does_not_hold_together_is_refused(july, more, pointer, code):
    refused = await july.call("rehab_centre", "POST", PATH, content(july, **more))
    assert refused.status_code == 422, refused.text
    assert [(flaw["pointer"], flaw["code"]) for flaw in refused.json()["errors"]] == [(pointer, code)]


async def test_a_notice_goes_to_a_commune_of_today_alone(july):
    for unit in ("old_commune", "north", "hoa_club"):
        refused = await july.call("rehab_centre", "POST", PATH, content(july, unit_id=str(july.units[unit])))
        assert refused.json()["errors"][0]["code"] == "not_a_commune_of_today"


@pytest.mark.parametrize(
    "user", ["officer", "police_head", "volunteer", "province_officer", "system_admin", "inspector"]
)
async def test_only_a_centre_pushes(july, user):
    assert (await july.call(user, "POST", PATH, content(july))).status_code == 403


@pytest.mark.parametrize(
    "user", ["club_board", "volunteer", "counsellor", "health_station", "inspector", "country_reader"]
)
async def test_those_who_support_never_see_notices(july, user):
    sent = await pushed(july)
    for path in (PATH, f"{PATH}/{sent['id']}", "/v1/notice-routings", "/v1/notice-amendments"):
        assert (await july.get(user, path)).status_code == 403


# -- answering


async def accepted(world, **more):
    sent = await pushed(world, **more)
    received = await moved(world, "police", sent, "received")
    return await moved(world, "officer", received, "accepted")


async def test_acceptance_puts_the_person_on_the_register_and_opens_the_case(july):
    taken = await accepted(july)
    assert taken["state"] == "accepted"
    person = (
        await july.get("officer", f"/v1/persons/{taken['person_id']}?include=identifiers,phones,residences")
    ).json()
    assert (person["full_name"], person["national_id"], person["phone"]) == ("Nguyễn Văn Đức", NUMBER, "+84912345678")
    assert [home["address"] for home in person["residences"]] == ["số 1, tổ 2"]
    case = await july.admin.fetchrow("select * from management_case where id = $1", taken["case_id"])
    assert (case["state"], case["pathway"], case["trigger"]) == ("noticed", "compulsory_adult", "discharge_notice")
    assert case["completed_on"].isoformat() == "2026-08-31"
    assert case["notice_received_at"] == at("2026-07-31T16:00")
    assert await open_tasks(july, taken) == []
    told = {one["kind"] for one in taken["consequences"]}
    assert {"person_added", "deadline"} <= told


async def test_acceptance_finds_the_person_by_the_national_id_inside_the_unit(july):
    person = await july.person("hoa", national_id=NUMBER)
    elsewhere = await july.person("bien", national_id=NUMBER)
    taken = await accepted(july)
    assert taken["person_id"] == str(person) != str(elsewhere)
    assert taken["consequences"][0] == {"kind": "person_found", "person_id": str(person)}


async def test_a_person_on_file_elsewhere_is_not_found(july):
    elsewhere = await july.person("binh", national_id=NUMBER)
    taken = await accepted(july)
    assert taken["person_id"] != str(elsewhere)


async def test_the_officer_names_the_person_and_a_stranger_is_refused(july):
    own, stranger = await july.person("hoa"), await july.person("binh")
    received = await moved(july, "police", await pushed(july), "received")
    path = f"{PATH}/{received['id']}/transitions"
    match = f'"{received["version"]}"'
    refused = await july.call("officer", "POST", path, {"to": "accepted", "person_id": str(stranger)}, If_Match=match)
    assert refused.json()["errors"][0]["code"] == "person_not_in_scope"
    taken = await july.call("officer", "POST", path, {"to": "accepted", "person_id": str(own)}, If_Match=match)
    assert taken.json()["person_id"] == str(own)


async def test_a_second_end_of_treatment_is_never_merged_unasked(july):
    first = await accepted(july)
    received = await moved(july, "police", await pushed(july, source_ref="52/2026"), "received")
    path, match = f"{PATH}/{received['id']}/transitions", f'"{received["version"]}"'
    refused = await july.call("officer", "POST", path, {"to": "accepted"}, If_Match=match)
    assert (refused.status_code, refused.json()["code"]) == (409, "case_open")
    linked = {"to": "accepted", "case_id": first["case_id"]}
    taken = await july.call("officer", "POST", path, linked, If_Match=match)
    assert (taken.status_code, taken.json()["case_id"]) == (200, first["case_id"])


async def test_of_two_officers_who_accept_at_once_one_does(july):
    received = await moved(july, "police", await pushed(july), "received")
    path, match = f"{PATH}/{received['id']}/transitions", f'"{received["version"]}"'
    answers = await asyncio.gather(
        *(july.call(user, "POST", path, {"to": "accepted"}, If_Match=match) for user in ("officer", "leader"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert await july.admin.fetchval("select count(*) from management_case") == 1
    assert await july.admin.fetchval("select count(*) from person") == 1


async def test_a_wrong_move_lists_the_right_ones(july):
    sent = await pushed(july)
    path, match = f"{PATH}/{sent['id']}/transitions", f'"{sent["version"]}"'
    refused = await july.call("officer", "POST", path, {"to": "accepted"}, If_Match=match)
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_move")
    assert refused.json()["allowed"] == ["received", "cancelled"]
    assert (await july.call("officer", "POST", path, {"to": "received"})).status_code == 428
    stale = await july.call("officer", "POST", path, {"to": "received"}, If_Match='"77"')
    assert stale.status_code == 412


async def test_the_sender_does_not_answer_and_the_receiver_does_not_cancel(july):
    sent = await pushed(july)
    path, match = f"{PATH}/{sent['id']}/transitions", f'"{sent["version"]}"'
    own = await july.call("rehab_centre", "POST", path, {"to": "received"}, If_Match=match)
    assert (own.status_code, own.json()["code"]) == (409, "not_the_receiver")
    cancel = await july.call("officer", "POST", path, {"to": "cancelled", "reason": "nhầm"}, If_Match=match)
    assert (cancel.status_code, cancel.json()["code"]) == (409, "not_the_sender")


async def test_the_centre_sees_that_the_decision_was_issued(july):
    taken = await accepted(july)
    desk = Desk(july, at("2026-08-03T09:00"))
    case = {"id": taken["case_id"]}
    await desk.propose(case)
    await desk.step(await desk.draft(case, number="88"), "signed")
    shown = (await july.get("rehab_centre", f"{PATH}/{taken['id']}")).json()
    assert shown["management_decision"] == "88/QĐ-UBND"
    assert datetime.fromisoformat(shown["decision_issued_at"]) == at("2026-08-03T09:00")


# -- returned, amended, cancelled


async def test_a_returned_notice_comes_again_only_amended_and_its_clock_runs_on(july):
    received = await moved(july, "police", await pushed(july), "received")
    back = await moved(july, "police", received, "returned", reason="thiếu địa chỉ")
    assert (back["state"], back["reason"], back["due_at"]) == ("returned", "thiếu địa chỉ", received["due_at"])
    assert await open_tasks(july, back) == []
    path, match = f"{PATH}/{back['id']}/transitions", f'"{back["version"]}"'
    early = await july.call("rehab_centre", "POST", path, {"to": "sent"}, If_Match=match)
    assert (early.status_code, early.json()["missing"]) == (422, ["amendment"])
    with standing(july, at("2026-08-03T09:00")):
        patch = {"current_address": "số 9, tổ 7", "reason": "bổ sung địa chỉ"}
        amended = await july.call("rehab_centre", "PATCH", f"{PATH}/{back['id']}", patch, If_Match=match)
        assert amended.status_code == 200, amended.text
        again = await moved(july, "rehab_centre", amended.json(), "sent")
        assert (again["told_at"], again["clock_started_at"]) == (back["told_at"], back["clock_started_at"])
        assert again["due_at"] == received["due_at"], "returning and sending anew gives nobody new time"
        received = await moved(july, "police", again, "received")
        assert received["due_at"] == back["due_at"]


async def test_an_amendment_says_what_changed_and_why_and_tells_who_holds_it(july):
    taken = await accepted(july)
    patch = {"completes_on": "2026-09-15", "id_number": "000090123999", "reason": "gia hạn"}
    with standing(july, at("2026-08-10T09:00")):
        answer = await july.call(
            "rehab_centre", "PATCH", f"{PATH}/{taken['id']}", patch, If_Match=f'"{taken["version"]}"'
        )
        assert answer.status_code == 200, answer.text
        amended = answer.json()
        assert amended["lead_due_on"] == "2026-08-16"
        assert await open_tasks(july, amended) == [("see_notice_change", july.no("hoa"), "2026-08-12")]
        shown = (await july.get("officer", f"{PATH}/{taken['id']}?include=amendments")).json()
        [change] = shown["amendments"]
        assert (change["place"], change["reason"], change["state_then"]) == (1, "gia hạn", "accepted")
        assert change["changes"] == [
            {"field": "completes_on", "was": "2026-08-31", "now": "2026-09-15"},
            {"field": "id_number", "was": "•••••••••456", "now": "•••••••••999"},
        ]
        seen = await july.call("officer", "POST", f"{PATH}/{taken['id']}/seen", If_Match=f'"{amended["version"]}"')
        assert seen.status_code == 200, seen.text
        assert await open_tasks(july, amended) == []
    unchanged = await july.call(
        "rehab_centre",
        "PATCH",
        f"{PATH}/{taken['id']}",
        {"full_name": "Nguyễn Văn Đức", "reason": "x"},
        If_Match=seen.headers["etag"],
    )
    assert unchanged.json()["errors"][0]["code"] == "nothing_changes"
    silent = await july.call(
        "rehab_centre", "PATCH", f"{PATH}/{taken['id']}", {"full_name": "Nguyễn Văn An"}, If_Match=seen.headers["etag"]
    )
    assert silent.json()["errors"] == [{"pointer": "/reason", "code": "required", "message": "Bắt buộc phải có"}]


async def test_who_receives_an_amended_notice_reads_it_as_it_stands(july):
    sent = await pushed(july)
    patch = {"completes_on": "2026-09-15", "reason": "gia hạn"}
    amended = await july.call("rehab_centre", "PATCH", f"{PATH}/{sent['id']}", patch, If_Match=f'"{sent["version"]}"')
    received = await moved(july, "police", amended.json(), "received")
    assert [kind for kind, *_ in await open_tasks(july, received)] == ["answer_notice"]


@pytest.mark.parametrize("noun", ["discharge-notices", "notice-routings", "notice-amendments"])
async def test_every_road_answers(july, noun):
    """A commune sees what lies with it; granted to it or made by it is nothing of this notice."""
    sent = await pushed(july)
    await july.call(
        "rehab_centre",
        "PATCH",
        f"{PATH}/{sent['id']}",
        {"phone": None, "reason": "sai số"},
        If_Match=f'"{sent["version"]}"',
    )
    assert len((await july.get("officer", f"/v1/{noun}")).json()["data"]) == 1
    assert len((await july.get("rehab_centre", f"/v1/{noun}")).json()["data"]) == 1
    for road in ("grant", "made"):
        answer = await july.get("officer", f"/v1/{noun}?via={road}")
        assert (answer.status_code, answer.json()["data"]) == (200, [])


async def test_a_province_sees_addresses_and_numbers_with_a_purpose_alone(july):
    sent = await pushed(july)
    plain = (await july.get("province_officer", f"{PATH}/{sent['id']}")).json()
    assert (plain["full_name"], plain["id_number"], plain["permanent_address"]) == (
        "Nguyễn Văn Đức",
        "•••••••••456",
        None,
    )
    assert {"id_number", "phone", "permanent_address"} <= set(plain["masked"])
    named = (await july.get("province_officer", f"{PATH}/{sent['id']}", Access_Purpose="inspection")).json()
    assert (named["id_number"], named["permanent_address"]) == (NUMBER, "số 1, tổ 2")


async def test_the_amended_content_pushed_again_is_still_the_same_notice(july):
    sent = await pushed(july)
    patch = {"completes_on": "2026-09-15", "reason": "gia hạn"}
    await july.call("rehab_centre", "PATCH", f"{PATH}/{sent['id']}", patch, If_Match=f'"{sent["version"]}"')
    for body in (content(july), content(july, completes_on="2026-09-15")):
        again = await july.call("rehab_centre", "POST", PATH, body)
        assert (again.status_code, again.json()["id"]) == (200, sent["id"])


async def test_a_receiver_does_not_amend_what_a_centre_sent(july):
    sent = await pushed(july)
    refused = await july.call(
        "officer", "PATCH", f"{PATH}/{sent['id']}", {"full_name": "A", "reason": "b"}, If_Match=f'"{sent["version"]}"'
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "not_the_sender")


async def test_a_cancelled_notice_tells_the_commune_that_had_accepted_it(july):
    taken = await accepted(july)
    gone = await moved(july, "rehab_centre", taken, "cancelled", reason="gia hạn thời gian cai nghiện")
    assert gone["state"] == "cancelled"
    assert [kind for kind, *_ in await open_tasks(july, gone)] == ["see_notice_change"]
    page = (await july.get("officer", f"{PATH}?changed=true&state=cancelled")).json()
    assert [row["id"] for row in page["data"]] == [taken["id"]]


async def cancelled_with_case(world):
    """A notice that was accepted and taken back, and the case it had opened."""
    taken = await accepted(world)
    gone = await moved(world, "rehab_centre", taken, "cancelled", reason="gia hạn thời gian cai nghiện")
    return gone, (await world.get("officer", f"/v1/cases/{taken['case_id']}")).json()


async def annulled(world, case, user="officer", **more):
    body = {"to": "annulled"} | more
    path = f"/v1/cases/{case['id']}/transitions"
    return await world.call(user, "POST", path, body, If_Match=f'"{case["version"]}"')


async def test_the_case_of_a_cancelled_notice_is_annulled_in_one_act_with_the_notice_as_ground(july):
    gone, case = await cancelled_with_case(july)
    offer = next(move for move in case["transitions"] if move["to"] == "annulled")
    said = {"requires": ["notice_id"], "because": "notice_cancelled", "notice_id": gone["id"]}
    assert offer == {"to": "annulled", "allowed": True} | said
    task = (await july.get("officer", f"/v1/tasks?subject_id={gone['id']}")).json()["data"][0]
    [offered] = task["explanation"]["offers"]
    assert (offered["id"], offered["to"], offered["notice_id"]) == (case["id"], "annulled", gone["id"])
    checked = await july.call(
        "officer",
        "POST",
        f"/v1/cases/{case['id']}/transitions",
        {"to": offered["to"], "notice_id": offered["notice_id"]},
        If_Match=f'"{case["version"]}"',
        Prefer="validate-only",
    )
    assert checked.status_code == 200, checked.text
    done = await annulled(july, case, notice_id=gone["id"])
    assert (done.status_code, done.json()["state"]) == (200, "annulled"), done.text
    sender = (await july.get("officer", f"/v1/units/{july.units['centre']}")).json()["name"]
    assert done.json()["end_document"] == {"number": "51/2026", "dated": "2026-07-31", "authority": sender}
    assert (await july.get("officer", "/v1/tasks")).json()["data"] == []
    offers = done.json()["transitions"]
    assert offers == []


async def test_once_decided_only_a_court_or_a_superior_annuls(july):
    gone, case = await cancelled_with_case(july)
    desk = Desk(july, at("2026-07-31T16:00"))
    case = await desk.propose(case)
    assert "notice_id" in next(move for move in case["transitions"] if move["to"] == "annulled")
    await desk.step(await desk.draft(case), "signed")
    case = await desk.case(case)
    assert "notice_id" not in next(move for move in case["transitions"] if move["to"] == "annulled")
    refused = await annulled(july, case, notice_id=gone["id"])
    assert (refused.status_code, refused.json()["missing"]) == (422, ["annulment_document"])


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"notice_id": "00000000-0000-7000-8000-000000000000"}, "not_a_cancelled_notice_of_this_case"),
        ({"reason": "vì"}, "ground_is_the_notice"),
        ({"document": {"number": "1", "dated": "2026-07-31", "authority": "Tòa"}}, "ground_is_the_notice"),
    ],
)
async def test_another_ground_beside_the_notice_is_refused(july, more, code):
    gone, case = await cancelled_with_case(july)
    refused = await annulled(july, case, **({"notice_id": gone["id"]} | more))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)


async def test_a_standing_notice_is_no_ground(july):
    taken = await accepted(july)
    case = (await july.get("officer", f"/v1/cases/{taken['case_id']}")).json()
    assert "notice_id" not in next(move for move in case["transitions"] if move["to"] == "annulled")
    refused = await annulled(july, case, notice_id=taken["id"])
    assert refused.json()["errors"][0]["code"] == "not_a_cancelled_notice_of_this_case"


# -- misrouted


async def test_a_misrouted_notice_is_sent_on_and_the_clock_runs_on(july):
    received = await moved(july, "police", await pushed(july), "received")
    with standing(july, at("2026-08-03T10:00")):
        body = {"unit_id": str(july.units["bien"]), "reason": "người này cư trú ở xã khác"}
        path = f"{PATH}/{received['id']}/routings"
        sent_on = await july.call("police", "POST", path, body, If_Match=f'"{received["version"]}"')
        assert sent_on.status_code == 200, sent_on.text
        stretch = sent_on.json()
        assert (stretch["unit_id"], stretch["sent_on_to"]) == (str(july.units["hoa"]), str(july.units["bien"]))
        assert stretch["to_at"] is not None
        assert stretch["name_then"] == "Nguyễn Văn Đức"
        assert (await july.get("police", f"{PATH}/{received['id']}")).status_code == 404
        kept = (await july.get("police", "/v1/notice-routings?ended=true")).json()["data"]
        assert [row["id"] for row in kept] == [stretch["id"]]
        there = (await july.get("stranger", f"{PATH}/{received['id']}?include=routings")).json()
        assert (there["state"], there["received_at"]) == ("sent", None)
        assert (there["clock_started_at"], there["due_at"]) == (received["clock_started_at"], received["due_at"])
        assert [row["unit_id"] for row in there["routings"]] == [str(july.units["bien"])]
        assert await open_tasks(july, received) == [("read_notice", july.no("bien"), "2026-08-04")]
        again = await moved(july, "stranger", there, "received")
        assert again["due_at"] == received["due_at"]
        shown = (await july.get("rehab_centre", f"{PATH}/{received['id']}?include=routings")).json()
        assert {row["unit_id"] for row in shown["routings"]} == {str(july.units["hoa"]), str(july.units["bien"])}
    own = await july.admin.fetchval("select due_at from notice_routing where unit_no = $1", july.no("bien"))
    assert own == at("2026-08-06T00:00"), "counted from the second receiver's own receipt"


async def test_the_centre_corrects_the_address_of_a_misrouted_notice_without_a_second_one(july):
    received = await moved(july, "police", await pushed(july), "received")
    lost = await moved(july, "police", received, "misrouted", reason="không cư trú tại đây")
    assert [kind for kind, *_ in await open_tasks(july, lost)] == ["send_notice_on"]
    shown = (await july.get("rehab_centre", f"{PATH}/{lost['id']}")).json()
    assert (shown["state"], shown["reason"]) == ("misrouted", "không cư trú tại đây")
    path, match = f"{PATH}/{lost['id']}/transitions", f'"{lost["version"]}"'
    bare = await july.call("rehab_centre", "POST", path, {"to": "sent"}, If_Match=match)
    assert (bare.status_code, bare.json()["missing"]) == (422, ["receiving_unit"])
    same = {"to": "sent", "unit_id": str(july.units["hoa"])}
    assert (await july.call("rehab_centre", "POST", path, same, If_Match=match)).status_code == 422
    sent = await moved(july, "rehab_centre", lost, "sent", unit_id=str(july.units["bien"]))
    assert (sent["unit_id"], sent["due_at"]) == (str(july.units["bien"]), received["due_at"])
    assert await july.admin.fetchval("select count(*) from discharge_notice") == 1
    assert await open_tasks(july, sent) == [("read_notice", july.no("bien"), "2026-08-04")]


async def test_the_commune_is_told_how_to_send_on(july):
    received = await moved(july, "police", await pushed(july), "received")
    lost = await moved(july, "police", received, "misrouted", reason="không cư trú tại đây")
    path, match = f"{PATH}/{lost['id']}/transitions", f'"{lost["version"]}"'
    body = {"to": "sent", "unit_id": str(july.units["bien"])}
    refused = await july.call("police", "POST", path, body, If_Match=match)
    assert (refused.status_code, refused.json()["code"]) == (409, "send_on_instead")


# -- recorded by the commune


async def test_a_paper_of_the_methadone_clinic_is_recorded_and_its_clock_runs_from_receipt(july):
    body = content(july, kind="substitution_completion", treatment="substitution_treatment", order_kind=None)
    body |= {"received_at": "2026-07-30T08:00:00+07:00"}
    made = await july.call("officer", "POST", f"{PATH}:record", body)
    assert made.status_code == 201, made.text
    notice = made.json()
    assert (notice["state"], notice["sender_unit_id"]) == ("received", str(july.units["hoa"]))
    assert notice["clocks"]["answer"]["rule"] == "proposal.deadline@2"
    assert notice["clocks"]["answer"]["due_on"] == "2026-08-03"
    taken = await moved(july, "officer", notice, "accepted")
    trigger = await july.admin.fetchval("select trigger from management_case where id = $1", taken["case_id"])
    assert trigger == "substitution_treatment_completion"
    again = await july.call("officer", "POST", f"{PATH}:record", body)
    assert (again.status_code, again.json()["id"]) == (200, notice["id"])


async def test_a_self_report_under_the_old_law_starts_the_clock_of_the_dossier(world):
    """Dossier §18, 3: reported Thu 2025-04-24, dossier within 3 working days with the make-up Saturday."""
    with standing(world, at("2025-05-10T09:00")):
        body = content(world, kind="self_report", completes_on="2025-04-20", started_on="2024-04-20", id_issued_on=None)
        body |= {"received_at": "2025-04-24T09:00:00+07:00", "unit_id": str(world.units["hoa"])}
        made = await world.call("officer", "POST", f"{PATH}:record", body)
        assert made.status_code == 201, made.text
        clock = made.json()["clocks"]["answer"]
        assert clock["rule"] == "dossier.deadline@1"
        assert clock["due_on"] == "2025-04-28"
        taken = await moved(world, "officer", made.json(), "accepted")
        case = await world.admin.fetchrow("select * from management_case where id = $1", taken["case_id"])
        assert (case["trigger"], case["self_reported_on"].isoformat()) == ("self_report", "2025-04-24")


async def test_a_commune_records_for_itself_and_not_for_tomorrow(july):
    other = await july.call("officer", "POST", f"{PATH}:record", content(july, unit_id=str(july.units["bien"])))
    assert other.json()["errors"][0]["code"] == "unit_not_in_scope"
    ahead = await july.call("officer", "POST", f"{PATH}:record", content(july, received_at="2026-08-01T08:00:00+07:00"))
    assert ahead.json()["errors"][0]["code"] == "in_the_future"


async def test_a_commune_corrects_and_cancels_what_it_recorded(july):
    made = (await july.call("officer", "POST", f"{PATH}:record", content(july))).json()
    patch = {"full_name": "Nguyễn Văn Đực", "reason": "ghi nhầm tên"}
    amended = await july.call("officer", "PATCH", f"{PATH}/{made['id']}", patch, If_Match=f'"{made["version"]}"')
    assert amended.status_code == 200, amended.text
    gone = await moved(july, "officer", amended.json(), "cancelled", reason="ghi trùng")
    assert gone["state"] == "cancelled"


# -- both doors


async def test_graphql_pushes_and_answers_the_same_way(july):
    push = """mutation($new: NewNotice!) { pushDischargeNotice(new: $new) {
        id version state leadDueOn idNumber transitions consequences masked } }"""
    new = {
        "unitId": str(july.units["hoa"]),
        "treatment": "compulsory",
        "orderKind": "administrative_measure",
        "fullName": "Nguyễn Văn Đức",
        "completesOn": "2026-08-31",
        "sourceRef": "51/2026",
        "idKind": "personal_id",
        "idNumber": NUMBER,
    }
    sent = (await july.ask("rehab_centre", push, {"new": new}))["data"]["pushDischargeNotice"]
    assert (sent["state"], sent["leadDueOn"], sent["idNumber"]) == ("sent", "2026-08-01", NUMBER)
    move = """mutation($id: UUID!, $v: String!, $to: NoticeState!) {
        moveDischargeNotice(id: $id, move: {to: $to}, given: {ifMatch: $v}) { id version state personId caseId } }"""
    for user, to in (("police", "received"), ("officer", "accepted")):
        answer = await july.ask(user, move, {"id": sent["id"], "v": str(sent["version"]), "to": to})
        assert "errors" not in answer, answer
        sent = answer["data"]["moveDischargeNotice"]
    assert sent["caseId"] is not None
    rest = (await july.get("officer", f"{PATH}/{sent['id']}?fields=state,case_id,due_at&include=routings")).json()
    query = """query($id: UUID!) { dischargeNotice(id: $id) { state caseId dueAt
        routings { nodes { unitId fromAt } } person { fullName } } }"""
    graph = (await july.ask("officer", query, {"id": sent["id"]}))["data"]["dischargeNotice"]
    assert (graph["state"], graph["caseId"], graph["dueAt"]) == (rest["state"], rest["case_id"], rest["due_at"])
    assert [row["unitId"] for row in graph["routings"]["nodes"]] == [row["unit_id"] for row in rest["routings"]]
    hidden = await july.ask("neighbour", query, {"id": sent["id"]})
    assert hidden["errors"][0]["extensions"]["code"] == "not_found"


async def test_everything_of_a_notice_can_be_asked_at_once(july):
    sent = await pushed(july)
    whole = await july.get("officer", f"{PATH}/{sent['id']}?include=unit,sender_unit,person,routings,amendments")
    assert whole.status_code == 200, whole.text
    assert whole.json()["person"] is None


async def test_the_journal_names_the_notice_until_it_knows_the_person(july):
    taken = await accepted(july)
    acts = await july.admin.fetch(
        "select act, subject_ids from journal_entry where noun = 'discharge_notice' and outcome = 'done' order by id"
    )
    assert [row["act"] for row in acts] == ["push_notice", "answer_notice", "answer_notice"]
    assert [str(row["subject_ids"][0]) for row in acts] == [taken["id"], taken["id"], taken["person_id"]]
