"""Review rounds: the commune asks, centres answer, every person gets one outcome, nobody is forgotten."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.case_work import standing

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
NUMBER = "000090123456"
ROUNDS, REQUESTS, PERSONS = "/v1/review-rounds", "/v1/review-requests", "/v1/reviewed-persons"


@pytest.fixture
def autumn(world):
    with standing(world, datetime(2026, 10, 5, 9, tzinfo=HERE)):
        yield world


def entry(name="Lê Văn Ân", **more):
    return {"full_name": name, "treatment": "voluntary_facility_public", "completes_on": "2026-11-20"} | more


async def started(world, **more):
    body = {
        "period_from": "2026-11-01",
        "period_to": "2026-11-30",
        "due_on": "2026-10-20",
        "asked_unit_ids": [str(world.units["centre"])],
    }
    made = await world.call("officer", "POST", ROUNDS, body | more)
    assert made.status_code == 201, made.text
    return made.json()


async def asked(world, user="rehab_centre"):
    [request] = (await world.get(user, REQUESTS)).json()["data"]
    return request


async def answered(world, *persons):
    request = await asked(world)
    answer = await world.call(
        "rehab_centre",
        "POST",
        f"{REQUESTS}/{request['id']}/answers",
        {"persons": list(persons)},
        If_Match=f'"{request["version"]}"',
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def decided(world, person, to, user="police", **more):
    row = (await world.get(user, f"{PERSONS}/{person['id']}")).json()
    path = f"{PERSONS}/{person['id']}/transitions"
    return await world.call(user, "POST", path, {"to": to} | more, If_Match=f'"{row["version"]}"')


async def closing(world, made, **headers):
    row = (await world.get("officer", f"{ROUNDS}/{made['id']}")).json()
    path = f"{ROUNDS}/{made['id']}/transitions"
    return await world.call("officer", "POST", path, {"to": "closed"}, If_Match=f'"{row["version"]}"', **headers)


async def test_a_round_from_the_question_to_the_last_outcome(autumn):
    made = await started(autumn)
    assert (made["state"], made["units_asked"], made["persons"]) == ("open", 1, 0)
    due = await autumn.admin.fetchrow("select kind, due_on, unit_no from task where state = 'open'")
    assert tuple(due) == ("close_review_round", date(2026, 10, 20), autumn.no("hoa"))
    answer = await answered(autumn, entry(id_number=NUMBER, address="số 5"), entry("Trần Thị Hoà"), entry("Đỗ An"))
    assert (answer["state"], answer["answered_at"] is not None) == ("answered", True)
    rows = (await autumn.get("police", f"{PERSONS}?round_id={made['id']}&outcome=unanswered")).json()["data"]
    named = {row["full_name"]: row for row in rows}
    assert named["Lê Văn Ân"]["id_number"] == "•••••••••456"
    early = await closing(autumn, made)
    assert (early.status_code, early.json()["code"], early.json()["missing"]) == (409, "review_entries_open", 3)
    opened = await decided(autumn, named["Lê Văn Ân"], "opens_case")
    assert opened.status_code == 200, opened.text
    case = await autumn.admin.fetchrow("select * from management_case where id = $1", opened.json()["case_id"])
    assert (case["pathway"], case["completed_on"]) == ("voluntary_facility_public", date(2026, 11, 20))
    person = (await autumn.get("officer", f"/v1/persons/{opened.json()['person_id']}?include=residences")).json()
    assert (person["national_id"], person["residences"][0]["address"]) == (NUMBER, "số 5")
    bare = await decided(autumn, named["Trần Thị Hoà"], "not_ours")
    assert (bare.status_code, bare.json()["missing"]) == (422, ["reason"])
    assert (await decided(autumn, named["Trần Thị Hoà"], "not_ours", reason="cư trú nơi khác")).status_code == 200
    early = await closing(autumn, made)
    assert early.json()["missing"] == 1
    assert (await decided(autumn, named["Đỗ An"], "unknown", reason="chưa liên hệ được")).status_code == 200
    closed = await closing(autumn, made)
    assert closed.status_code == 200, closed.text
    figures = [
        closed.json()[f"persons{part}"] for part in ("", "_unanswered", "_opening_a_case", "_not_ours", "_unknown")
    ]
    assert figures == [3, 0, 1, 1, 1]
    assert (
        await autumn.admin.fetchval("select count(*) from task where state = 'open' and noun = 'review_round'")
    ) == 0
    assert (await asked(autumn))["state"] == "ended"


async def test_the_centre_sees_what_it_is_asked_and_nothing_of_the_round(autumn):
    made = await started(autumn)
    request = await asked(autumn)
    assert (request["unit_id"], request["period_from"], request["due_on"]) == (
        str(autumn.units["hoa"]),
        "2026-11-01",
        "2026-10-20",
    )
    assert (await autumn.get("rehab_centre", f"{ROUNDS}/{made['id']}")).status_code == 404
    await answered(autumn, entry())
    own = await autumn.call(
        "officer", "POST", f"{ROUNDS}/{made['id']}/persons", {"persons": [entry("B")]}, If_Match='"1"'
    )
    assert own.status_code == 200, own.text
    seen = (await autumn.get("rehab_centre", PERSONS)).json()["data"]
    assert [row["full_name"] for row in seen] == ["Lê Văn Ân"]
    assert (await autumn.get("neighbour", f"{ROUNDS}/{made['id']}")).status_code == 404
    assert (await autumn.get("neighbour", PERSONS)).json()["data"] == []


async def test_a_late_answer_after_the_end_is_refused_until_the_round_opens_again(autumn):
    made = await started(autumn)
    request = await asked(autumn)
    closed = await closing(autumn, made)
    assert closed.status_code == 200
    path = f"{REQUESTS}/{request['id']}/answers"
    late = await autumn.call("rehab_centre", "POST", path, {"persons": [entry()]}, If_Match='"2"')
    assert (late.status_code, late.json()["code"]) == (409, "round_not_open")
    reopen = {"to": "open", "reason": "cơ sở trả lời muộn"}
    again = await autumn.call(
        "officer", "POST", f"{ROUNDS}/{made['id']}/transitions", reopen, If_Match=closed.headers["etag"]
    )
    assert again.status_code == 200, again.text
    assert (await asked(autumn))["state"] == "asked"
    await answered(autumn, entry())
    assert (await closing(autumn, made)).json()["missing"] == 1


async def test_an_answer_and_a_closing_at_once_forget_nobody(autumn):
    made = await started(autumn)
    request = await asked(autumn)
    answer, closed = await asyncio.gather(
        autumn.call(
            "rehab_centre", "POST", f"{REQUESTS}/{request['id']}/answers", {"persons": [entry()]}, If_Match='"1"'
        ),
        closing(autumn, made),
    )
    assert {answer.status_code, closed.status_code} in ({200, 409}, {412, 200}, {409, 200})
    state = await autumn.admin.fetchval("select state from review_round")
    unanswered = await autumn.admin.fetchval("select count(*) from reviewed_person where outcome = 'unanswered'")
    assert not (state == "closed" and unanswered)


async def test_an_outcome_is_taken_back_with_a_reason_while_the_round_runs(autumn):
    made = await started(autumn)
    await answered(autumn, entry())
    [person] = (await autumn.get("police", PERSONS)).json()["data"]
    await decided(autumn, person, "unknown", reason="chưa rõ")
    back = await decided(autumn, person, "unanswered", reason="đã liên hệ được")
    assert (back.status_code, back.json()["decided_at"]) == (200, None)
    wrong = await decided(autumn, person, "unanswered", reason="x")
    assert (wrong.status_code, wrong.json()["allowed"]) == (409, ["opens_case", "not_ours", "unknown"])
    await decided(autumn, person, "not_ours", reason="nơi khác")
    await closing(autumn, made)
    late = await decided(autumn, person, "unanswered", reason="x")
    assert (late.status_code, late.json()["code"]) == (409, "round_not_open")


async def test_the_person_named_by_the_officer_keeps_their_open_case(autumn):
    await started(autumn)
    known = await autumn.person("hoa", national_id=NUMBER)
    await answered(autumn, entry(id_number=NUMBER), entry("Cùng một người"))
    first, second = sorted(
        (await autumn.get("police", PERSONS)).json()["data"], key=lambda row: row["full_name"] != "Lê Văn Ân"
    )
    opened = (await decided(autumn, first, "opens_case")).json()
    assert opened["person_id"] == str(known)
    twice = await decided(autumn, second, "opens_case", person_id=str(known))
    assert (twice.status_code, twice.json()["code"]) == (409, "case_open")
    linked = await decided(autumn, second, "opens_case", person_id=str(known), case_id=opened["case_id"])
    assert (linked.status_code, linked.json()["case_id"]) == (200, opened["case_id"])
    foreign = await autumn.person("bien")
    assert foreign != known


@pytest.mark.parametrize(
    ("more", "pointer", "code"),
    [
        ({"period_to": "2026-10-01"}, "/period_to", "ends_before_it_starts"),
        ({"due_on": "2026-10-04"}, "/due_on", "in_the_past"),
    ],
)
async def test_a_round_must_hold_together(autumn, more, pointer, code):
    body = {"period_from": "2026-11-01", "period_to": "2026-11-30", "due_on": "2026-10-20"} | more
    refused = await autumn.call("officer", "POST", ROUNDS, body)
    assert [(flaw["pointer"], flaw["code"]) for flaw in refused.json()["errors"]] == [(pointer, code)]


async def test_only_organisations_are_asked_and_each_once(autumn):
    body = {"period_from": "2026-11-01", "period_to": "2026-11-30", "due_on": "2026-10-20"}
    centre = str(autumn.units["centre"])
    for units, pointer, code in (
        ([str(autumn.units["binh"])], "/asked_unit_ids/0", "not_an_organisation_of_today"),
        ([centre, centre], "/asked_unit_ids", "repeated"),
    ):
        refused = await autumn.call("officer", "POST", ROUNDS, body | {"asked_unit_ids": units})
        assert [(flaw["pointer"], flaw["code"]) for flaw in refused.json()["errors"]] == [(pointer, code)]


async def test_an_entry_is_checked_where_it_stands(autumn):
    await started(autumn)
    request = await asked(autumn)
    body = {"persons": [entry(), entry(treatment="compulsory"), entry(id_number="1")]}
    refused = await autumn.call("rehab_centre", "POST", f"{REQUESTS}/{request['id']}/answers", body, If_Match='"1"')
    assert [(flaw["pointer"], flaw["code"]) for flaw in refused.json()["errors"]] == [
        ("/persons/1/order_kind", "required")
    ]
    assert await autumn.admin.fetchval("select count(*) from reviewed_person") == 0


@pytest.mark.parametrize(
    "user", ["volunteer", "club_board", "counsellor", "inspector", "country_reader", "rehab_centre"]
)
async def test_who_does_not_run_rounds_is_refused(autumn, user):
    body = {"period_from": "2026-11-01", "period_to": "2026-11-30", "due_on": "2026-10-20"}
    assert (await autumn.call(user, "POST", ROUNDS, body)).status_code == 403


async def test_validate_only_shows_who_would_be_asked_and_stores_nothing(autumn):
    body = {"period_from": "2026-11-01", "period_to": "2026-11-30", "due_on": "2026-10-20"}
    body |= {"asked_unit_ids": [str(autumn.units["centre"])]}
    checked = await autumn.call("officer", "POST", ROUNDS, body, Prefer="validate-only")
    assert [one["kind"] for one in checked.json()["consequences"]] == ["deadline", "gains_access"]
    assert await autumn.admin.fetchval("select count(*) from review_round") == 0


async def test_graphql_runs_a_round_the_same_way(autumn):
    start = """mutation($new: NewReviewRound!) { startReviewRound(new: $new) { id version state unitsAsked } }"""
    new = {
        "periodFrom": "2026-11-01",
        "periodTo": "2026-11-30",
        "dueOn": "2026-10-20",
        "askedUnitIds": [str(autumn.units["centre"])],
    }
    made = (await autumn.ask("officer", start, {"new": new}))["data"]["startReviewRound"]
    assert (made["state"], made["unitsAsked"]) == ("open", 1)
    asked = (await autumn.ask("rehab_centre", "{ reviewRequests { nodes { id version state } } }"))["data"]
    [request] = asked["reviewRequests"]["nodes"]
    answer = """mutation($id: UUID!, $v: String!, $answer: ReviewAnswer!) {
        answerReviewRequest(id: $id, answer: $answer, given: {ifMatch: $v}) {
            state entries { nodes { fullName idNumber outcome } } } }"""
    persons = [
        {"fullName": "Lê Văn Ân", "treatment": "voluntary_community", "completesOn": "2026-11-02", "idNumber": NUMBER}
    ]
    variables = {"id": request["id"], "v": str(request["version"]), "answer": {"persons": persons}}
    given = (await autumn.ask("rehab_centre", answer, variables))["data"]["answerReviewRequest"]
    assert given["entries"]["nodes"] == [{"fullName": "Lê Văn Ân", "idNumber": "•••••••••456", "outcome": "unanswered"}]
    query = "query($id: UUID!) { reviewRound(id: $id) { personsUnanswered entries { nodes { id version } } } }"
    shown = (await autumn.ask("officer", query, {"id": made["id"]}))["data"]["reviewRound"]
    assert shown["personsUnanswered"] == 1
    [person] = shown["entries"]["nodes"]
    move = """mutation($id: UUID!, $v: String!) { moveReviewedPerson(
        id: $id, move: {to: opens_case}, given: {ifMatch: $v}) { outcome personId caseId } }"""
    opened = await autumn.ask("police", move, {"id": person["id"], "v": str(person["version"])})
    assert opened["data"]["moveReviewedPerson"]["caseId"] is not None
    close = """mutation($id: UUID!, $v: String!) { moveReviewRound(
        id: $id, move: {to: closed}, given: {ifMatch: $v}) { state personsOpeningACase } }"""
    closed = await autumn.ask("officer", close, {"id": made["id"], "v": str(made["version"])})
    assert closed["data"]["moveReviewRound"] == {"state": "closed", "personsOpeningACase": 1}
