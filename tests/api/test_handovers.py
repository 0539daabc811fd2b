"""Hand-overs: two-sided, with a clock, and one transaction in which responsibility moves."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from domain.handover.use_cases import answer_clock
from domain.law.in_force import Law
from domain.law.rows import shipped_book
from reference.calendar_overrides import shipped_calendar
from tests.world import hire

NUMBER = "000190123456"


async def give(world, person, to="binh", **more):
    body = {"person_id": str(person), "unit_id": str(world.units[to]), "reason": "chuyển nơi cư trú"} | more
    return await world.call("officer", "POST", "/v1/handovers", body)


async def move(world, user, id, to, version=1, via="", **more):
    path = f"/v1/handovers/{id}/transitions" + (f"?via={via}" if via else "")
    return await world.call(user, "POST", path, {"to": to} | more, If_Match=f'"{version}"')


async def test_a_person_given_and_accepted_belongs_to_the_other_commune_with_all_facts(world):
    person = await world.person("hoa", "Lê Thị Hoà", national_id=NUMBER, phone="+84301234567")
    residence = await world.residence(person)
    made = await give(world, person, left_on="2026-06-29")
    assert made.status_code == 201, made.text
    assert made.json()["state"] == "proposed"
    id = made.json()["id"]
    seen = await world.get("neighbour", f"/v1/handovers/{id}")
    assert seen.json()["name_told"] == "Lê Thị Hoà"
    assert {step["to"] for step in seen.json()["transitions"]} == {
        "acknowledged", "accepted", "declined", "withdrawn", "expired",
    }  # fmt: skip
    taken = await move(world, "neighbour", id, "accepted")
    assert (taken.status_code, taken.json()["state"]) == (200, "effective"), taken.text
    assert (await world.get("officer", f"/v1/persons/{person}")).status_code == 404
    now = (await world.get("neighbour", f"/v1/persons/{person}?include=residences,identifiers,phones")).json()
    assert [row["id"] for row in now["residences"]] == [str(residence)]
    assert len(now["identifiers"]) == len(now["phones"]) == 1
    found = await world.call("neighbour", "POST", "/v1/persons:search", {"q": "hoa le"})
    assert [row["id"] for row in found.json()["data"]] == [str(person)]


ANSWERS = {"acknowledged", "accepted", "declined"}


@pytest.mark.parametrize(
    ("user", "via", "moves"),
    [
        ("neighbour", "", ANSWERS),
        ("officer", "?via=made", {"withdrawn"}),
        ("province_officer", "", ANSWERS | {"withdrawn"}),
    ],
)
async def test_each_side_is_offered_its_own_moves_and_told_whose_the_others_are(world, user, via, moves):
    made = (await give(world, await world.person("hoa"))).json()
    assert {move["to"] for move in made["transitions"] if move["allowed"]} == {"withdrawn"}, "the asking side's answer"
    told = (await world.get(user, f"/v1/handovers/{made['id']}{via}")).json()["transitions"]
    assert {move["to"] for move in told if move["allowed"]} == moves
    others = {move["to"]: move["because"] for move in told if not move["allowed"]}
    whose = dict.fromkeys(ANSWERS, "the_asked_side") | {"withdrawn": "the_asking_side", "expired": "deadline_passed"}
    assert others == {to: because for to, because in whose.items() if to not in moves}
    graph = await world.ask(
        user,
        "query($id: UUID!, $via: Via) {handover(id: $id, via: $via) {transitions}}",
        {"id": made["id"], "via": via[5:] or None},
    )
    assert graph["data"]["handover"]["transitions"] == told


async def test_the_old_unit_keeps_its_own_period_readable(world):
    person = await world.person("hoa", "Lê Hòa")
    id = (await give(world, person)).json()["id"]
    await move(world, "neighbour", id, "accepted")
    old = (await world.get("officer", "/v1/responsibilities?ended=true")).json()["data"]
    assert [(row["person_id"], row["name_then"]) for row in old] == [(str(person), "Lê Hòa")]


@pytest.mark.parametrize(
    ("left", "due"),
    [
        (date(2026, 6, 29), "2026-07-06"),  # 5 working days (L73 43(2)); dossier §18 case 4
        (date(2026, 6, 30), "2026-07-07"),
        (date(2026, 7, 1), "2026-07-02"),  # 24 hours (L120 48(2)), strictest hour of the day
        (date(2026, 7, 2), "2026-07-03"),
    ],
)
def test_the_clock_changes_from_working_days_to_hours_on_2026_07_01(left, due):
    clock = answer_clock(Law(shipped_book(), shipped_calendar()), left)
    assert clock.due_on.isoformat() == due


async def test_the_answer_is_in_the_inbox_of_the_asked_side_until_it_is_given(world):
    person = await world.person("hoa")
    id = (await give(world, person)).json()["id"]
    rows = await world.admin.fetch("select unit_no, kind, state from task")
    assert [tuple(row) for row in rows] == [(world.no("binh"), "handover_answer", "open")]
    await move(world, "neighbour", id, "declined", reason="không cư trú tại đây")
    assert await world.admin.fetchval("select state from task") == "done"


async def test_sides_do_not_answer_for_each_other(world):
    person = await world.person("hoa")
    id = (await give(world, person)).json()["id"]
    own = await move(world, "officer", id, "accepted", via="made")
    assert (own.status_code, own.json()["code"]) == (409, "wrong_move")
    theirs = await move(world, "neighbour", id, "withdrawn", reason="x")
    assert (theirs.status_code, theirs.json()["code"]) == (409, "wrong_move")
    assert (await move(world, "stranger", id, "accepted")).status_code == 404
    silent = await move(world, "neighbour", id, "declined")
    assert (silent.status_code, silent.json()["code"], silent.json()["missing"]) == (422, "move_needs", ["reason"])
    gone = await move(world, "officer", id, "withdrawn", via="made", reason="nhầm")
    assert gone.json()["state"] == "withdrawn", gone.text
    late = await move(world, "neighbour", id, "accepted", version=2)
    assert (late.status_code, late.json()["code"], late.json()["allowed"]) == (409, "wrong_move", [])


async def test_a_second_hand_over_waits_for_the_first(world):
    person = await world.person("hoa")
    await give(world, person)
    second = await give(world, person, to="lam")
    assert (second.status_code, second.json()["code"]) == (409, "handover_open")


async def test_asking_by_number_gives_one_receipt_whether_anyone_is_on_file_or_not(world):
    person = await world.person("bien", "Trần Văn Tám", national_id=NUMBER)
    body = {"national_id": NUMBER, "reason": "đến trình diện"}
    known = await world.call("officer", "POST", "/v1/handovers:request", body)
    other = await world.call("officer", "POST", "/v1/handovers:request", body | {"national_id": "000190999999"})
    assert known.status_code == other.status_code == 201, known.text
    changing = {"id", "told_at", "due_at", "recorded_at", "explanation"}
    assert {k: v for k, v in known.json().items() if k not in changing} == {
        k: v for k, v in other.json().items() if k not in changing
    }
    assert "Tám" not in known.text
    id = known.json()["id"]
    asked = await world.get("stranger", f"/v1/handovers/{id}")
    assert asked.json()["person_id"] == str(person)
    assert (await move(world, "stranger", id, "accepted")).json()["state"] == "effective"
    assert (await world.get("officer", f"/v1/persons/{person}")).status_code == 200
    told = (await world.get("officer", f"/v1/handovers/{id}?via=made")).json()
    assert told["person_id"] == str(person)


async def test_questions_by_number_are_counted_and_slowed_down(world):
    for place in range(20):
        body = {"national_id": f"0001900000{place:02}", "reason": "x"}
        assert (await world.call("officer", "POST", "/v1/handovers:request", body)).status_code == 201
    more = await world.call("officer", "POST", "/v1/handovers:request", {"national_id": NUMBER, "reason": "x"})
    assert (more.status_code, more.json()["code"]) == (429, "too_many_requests")
    assert int(more.headers["retry-after"]) > 0


async def test_32_concurrent_hand_overs_of_one_person_leave_exactly_one_responsible_unit(world):
    if "lam_officer" not in world.users:
        world.users["lam_officer"] = await hire(world, "lam_officer", "commune_officer", "lam")
    person = await world.person("hoa")
    await world.admin.execute("drop index if exists uq_handover_open")  # as if 32 had slipped in at once
    try:
        ids = []
        for place in range(32):
            to = ("binh", "lam")[place % 2]
            await world.admin.execute("update handover set state = 'withdrawn' where state = 'proposed'")
            ids.append(((await give(world, person, to=to)).json()["id"], to))
        await world.admin.execute("update handover set state = 'proposed'")
        answers = await asyncio.gather(
            *(move(world, {"binh": "neighbour", "lam": "lam_officer"}[to], id, "accepted") for id, to in ids)
        )
    finally:
        await world.admin.execute("delete from handover")
        await world.admin.execute(
            "create unique index uq_handover_open on handover (person_id)"
            " where state in ('proposed', 'acknowledged', 'accepted')"
        )
    codes = sorted({(answer.status_code, answer.json().get("code")) for answer in answers}, key=str)
    assert sum(answer.status_code == 200 for answer in answers) == 1, codes
    assert {code for status, code in codes if status != 200} <= {"person_moved", "still_running", "overloaded"}
    rows = await world.admin.fetch("select unit_no from responsibility where person_id = $1 and to_at is null", person)
    assert len(rows) == 1
    assert rows[0]["unit_no"] == await world.admin.fetchval("select unit_no from person where id = $1", person)


async def test_graphql_gives_and_accepts_alike(world):
    person = await world.person("hoa")
    made = await world.ask(
        "officer",
        "mutation($new: NewGiving!) {givePerson(new: $new) {id state dueAt askedUnit {name}}}",
        {"new": {"personId": str(person), "unitId": str(world.units["binh"]), "reason": "chuyển"}},
    )
    id = made["data"]["givePerson"]["id"]
    taken = await world.ask(
        "neighbour",
        'mutation($id: UUID!) {moveHandover(id: $id, move: {to: accepted}, given: {ifMatch: "1"}) {state}}',
        {"id": id},
    )
    assert taken["data"]["moveHandover"]["state"] == "effective", taken
    listed = await world.ask("officer", "{handovers(via: made) {nodes {id state personId}}}")
    assert listed["data"]["handovers"]["nodes"] == [{"id": id, "state": "effective", "personId": str(person)}]


@pytest.mark.parametrize("user", ["volunteer", "club_board", "health_station", "country_reader", "report_reader"])
async def test_others_neither_see_nor_propose(world, user):
    person = await world.person("hoa")
    assert (await world.get(user, "/v1/handovers")).status_code == 403
    body = {"person_id": str(person), "unit_id": str(world.units["binh"]), "reason": "x"}
    assert (await world.call(user, "POST", "/v1/handovers", body)).status_code == 403


async def test_checking_an_acceptance_tells_who_gains_and_loses_access_and_moves_nothing(world):
    person = await world.person("hoa")
    id = (await give(world, person)).json()["id"]
    path = f"/v1/handovers/{id}/transitions"
    checked = await world.call("neighbour", "POST", path, {"to": "accepted"}, If_Match='"1"', Prefer="validate-only")
    assert checked.headers["preference-applied"] == "validate-only", checked.text
    told = checked.json()["consequences"]
    assert {"kind": "gains_access", "unit_id": str(world.units["binh"])} in told
    assert {"kind": "loses_access", "unit_id": str(world.units["hoa"])} in told
    assert (await world.get("officer", f"/v1/persons/{person}")).status_code == 200
    assert (await world.get("neighbour", f"/v1/handovers/{id}")).json()["state"] == "proposed"
