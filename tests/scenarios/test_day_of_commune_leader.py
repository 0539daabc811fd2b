"""A day of the commune's leader: signs and confirms, appoints those who help, sees what support comes to."""

from __future__ import annotations

import pytest

from tests.case_work import Desk, at
from tests.livelihood import look_after, made, moved, try_move

LEADER = "leader"


@pytest.fixture
def desk(world):
    return Desk(world, at("2026-07-31 16:00"))


async def test_the_inbox_the_signature_and_the_list_of_the_loans(desk):
    world = desk.world
    case = await desk.open(completed_on="2026-08-31")
    await desk.propose(case)
    desk.on("2026-08-03")
    (task,) = (await desk.get("/v1/tasks?kind=decision_latest", LEADER))["data"]
    assert task["due_on"] <= "2026-08-31"
    draft = await desk.draft(case)
    assert (await desk.try_step(draft, "signed", "officer")).status_code == 403, "the officer drafts"
    signed = await desk.step(draft, "signed", LEADER)
    assert signed["state"] == "signed"

    person = (await desk.get(f"/v1/cases/{case['id']}", LEADER))["person_id"]
    roll = await made(world, "loan-lists", LEADER, programme="q08", made_on="2026-08-01", made_by="Công an phường Hoà")
    line = await made(world, "loan-list-lines", LEADER, person_id=person, loan_list_id=roll["id"])
    waiting = await try_move(world, "loan-lists", roll, "confirmed", LEADER, confirmed_on="2026-08-03")
    assert waiting.json()["code"] == "lines_waiting"
    await moved(world, "loan-list-lines", line, "confirmed", LEADER, answered_on="2026-08-02")
    roll = await moved(world, "loan-lists", roll, "confirmed", LEADER, confirmed_on="2026-08-03")
    assert roll["state"] == "confirmed"


async def test_who_helps_is_appointed_and_leaving_cuts_access_at_once(world):
    person = await world.person("hoa", "Nguyễn Thị Mai")
    care = await look_after(world, person)
    assert (await world.get("volunteer", f"/v1/persons/{person}")).status_code == 200
    path = f"/v1/assignments/{care['id']}"
    end = await world.call(LEADER, "DELETE", path, {"reason": "Rời đội"}, If_Match=f'"{care["version"]}"')
    assert end.status_code == 200
    assert (await world.get("volunteer", f"/v1/persons/{person}")).status_code == 404


async def test_figures_of_the_commune_and_what_stays_shut(world):
    person = await world.person("hoa")
    await look_after(world, person)
    at_noon = "2026-06-02T12:00:00+07:00"
    told = {"person_id": str(person), "held_at": at_noon, "channel": "phone", "topics": ["legal"]}
    talk = await made(world, "counselling-contacts", "volunteer", **told, advice="riêng")
    counted = (await world.get(LEADER, "/v1/counselling-contacts:count?since=2026-06")).json()[-1]
    assert (counted["persons"], counted["contacts"]) == (1, 1)
    seen = (await world.get(LEADER, f"/v1/counselling-contacts/{talk['id']}")).json()
    assert not {"advice", "promise", "need", "notes"} & seen.keys(), "what was said stays in its author's circle"
    for path in ("anonymous-clients", "anonymous-contacts"):
        assert (await world.get(LEADER, f"/v1/{path}")).status_code == 403
    elsewhere = await world.person("binh")
    assert (await world.get(LEADER, f"/v1/persons/{elsewhere}")).status_code == 404
    assert (await world.get(LEADER, "/v1/journal")).status_code in (200, 403)
