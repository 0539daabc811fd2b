"""What those who help pass on: information for officer and police to confirm, which changes no status by itself."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from domain.field_report.noun import FIELD_REPORT
from domain.field_report.rules import LIFE
from domain.ids import new_id
from tests.api.test_counselling import TODAY, assign, flaws

PATH = "/v1/field-reports"


@pytest.fixture
async def person(world):
    found = await world.person("hoa", "Nguyễn Thị Mai")
    await assign(world, found, "volunteer")
    return found


def report(person, **more):
    facts = {"person_id": str(person), "kind": "moved_away", "noticed_on": str(TODAY), "what": "Cần giúp chuyển sổ."}
    return {name: value for name, value in (facts | more).items() if value is not None}


async def reported(world, person, user="volunteer", **more):
    reply = await world.call(user, "POST", PATH, report(person, **more))
    assert reply.status_code == 201, reply.text
    return reply.json()


async def answered(world, made, to="confirmed", user="police", *, status=200, **facts):
    body = {"to": to, "answered_on": str(TODAY)} | facts
    body = {name: value for name, value in body.items() if value is not None}
    reply = await world.call(user, "POST", f"{PATH}/{made['id']}/answers", body, If_Match=f'"{made["version"]}"')
    assert reply.status_code == status, reply.text
    return reply.json()


async def withdrawn(world, made, user="volunteer", to="withdrawn"):
    path = f"{PATH}/{made['id']}/transitions"
    return await world.call(user, "POST", path, {"to": to}, If_Match=f'"{made["version"]}"')


async def due(world, user="officer"):
    rows = (await world.get(user, "/v1/tasks?noun=field_report")).json()["data"]
    return [(row["subject_id"], row["due_on"]) for row in rows]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"noticed_on": str(TODAY + timedelta(days=1))}, "/noticed_on", "in_the_future"),
        ({"what": "a\u202eb"}, "/what", "format_character"),
    ],
)
async def test_what_does_not_hold_together_is_refused_and_nothing_is_stored(world, person, change, pointer, code):
    assert flaws(await world.call("volunteer", "POST", PATH, report(person, **change))) == [(pointer, code)]
    assert await world.admin.fetchval("select count(*) from field_report") == 0


@pytest.mark.parametrize("name", ["person_id", "kind", "noticed_on"])
async def test_who_what_and_on_which_day_is_needed_and_a_kind_unknown_is_refused(world, person, name):
    less = {key: value for key, value in report(person).items() if key != name}
    assert (await world.call("volunteer", "POST", PATH, less)).status_code == 422
    odd = report(person, kind="relapsed")
    assert (await world.call("volunteer", "POST", PATH, odd)).status_code == 422


@pytest.mark.parametrize("field", ["place", "address", "at", "latitude", "hour"])
async def test_support_is_no_surveillance_no_place_and_no_hour_can_be_told(world, person, field):
    """Ruling 32."""
    body = report(person) | {field: "10:30"}
    assert (await world.call("volunteer", "POST", PATH, body)).status_code == 422
    assert field not in FIELD_REPORT.fields


async def test_a_report_longer_than_a_few_words_is_refused(world, person):
    assert (await world.call("volunteer", "POST", PATH, report(person, what="x" * 301))).status_code == 422
    assert (await world.call("volunteer", "POST", PATH, report(person, what="x" * 300))).status_code == 201


@pytest.mark.parametrize("user", ["officer", "leader", "police", "club_board", "health_station", "import_client"])
async def test_only_those_who_look_after_people_in_person_report(world, person, user):
    assert (await world.call(user, "POST", PATH, report(person))).status_code == 403


async def test_of_whom_one_does_not_look_after_nothing_is_reported(world, person):
    other = await world.person("hoa", "Lê Văn Ba")
    assert (await world.call("volunteer", "POST", PATH, report(other))).status_code == 404


async def test_it_is_a_task_of_the_commune_and_changes_nothing_else(world, person):
    before = await world.admin.fetchrow("select version, unit_no from person where id = $1", person)
    made = await reported(world, person)
    assert await due(world) == await due(world, "police") == [(made["id"], str(TODAY + timedelta(days=3)))]
    assert await due(world, "volunteer") == []
    assert await world.admin.fetchrow("select version, unit_no from person where id = $1", person) == before
    assert await world.admin.fetchval("select count(*) from residence") == 0
    assert (await world.get("volunteer", f"/v1/persons/{person}")).status_code == 200
    await answered(world, made)
    assert await due(world) == []
    assert await world.admin.fetchrow("select version, unit_no from person where id = $1", person) == before


async def test_a_concern_for_safety_is_answered_the_day_after(world, person):
    made = await reported(world, person, kind="safety_concern")
    assert await due(world) == [(made["id"], str(TODAY + timedelta(days=1)))]


async def test_who_reported_sees_how_it_stands_and_not_what_was_answered(world, person):
    made = await reported(world, person)
    told = await answered(world, made, answer="Đã chuyển đến phường khác.")
    assert (told["state"], told["answered_on"], told["answer"]) == (
        "confirmed",
        str(TODAY),
        "Đã chuyển đến phường khác.",
    )
    seen = (await world.get("volunteer", f"{PATH}/{made['id']}")).json()
    assert (seen["state"], seen["what"]) == ("confirmed", "Cần giúp chuyển sổ.")
    assert {"answered_on", "answer"} <= set(seen["masked"])
    assert not {"answered_on", "answer"} & seen.keys()
    graph = await world.ask("volunteer", f'{{fieldReport(id: "{made["id"]}") {{state answer answeredOn what}}}}')
    assert graph["data"]["fieldReport"] == {
        "state": "confirmed",
        "answer": None,
        "answeredOn": None,
        "what": "Cần giúp chuyển sổ.",
    }


async def test_police_see_the_report_and_nothing_of_the_support(world, person):
    made = await reported(world, person)
    seen = (await world.get("police", f"{PATH}?state=reported&include=person")).json()["data"]
    assert [(row["id"], row["kind"], row["person"]["full_name"]) for row in seen] == [
        (made["id"], "moved_away", "Nguyễn Thị Mai")
    ]
    for path in ("assignments", "counselling-contacts", "needs", "referrals", "club-memberships", "volunteers"):
        assert (await world.get("police", f"/v1/{path}")).status_code == 403, path
    for user in ("neighbour", "stranger"):
        assert (await world.get(user, f"{PATH}/{made['id']}")).status_code == 404


async def test_the_answer_needs_a_day_that_has_come_and_follows_the_report(world, person):
    made = await reported(world, person)
    assert (await answered(world, made, answered_on=None, status=422))["missing"] == ["answered_on"]
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        await answered(world, made, answered_on=str(day), status=422)
    await answered(world, made | {"version": 9}, status=412)
    await answered(world, made, to="not_confirmed")
    wrong = await answered(world, made | {"version": 2}, status=409)
    assert (wrong["code"], wrong["allowed"]) == ("wrong_move", [])


async def test_each_side_has_its_own_moves_by_both_doors(world, person):
    made = await reported(world, person)
    refused = await withdrawn(world, made, to="confirmed")
    assert (refused.status_code, refused.json()["allowed"]) == (409, ["withdrawn"])
    refused = await answered(world, made, "withdrawn", status=409)
    assert refused["allowed"] == ["confirmed", "not_confirmed"]
    for user in ("volunteer", "counsellor"):
        await answered(world, made, user=user, status=403)
    query = f'mutation {{answerFieldReport(id: "{made["id"]}", said: {{to: withdrawn}}, given: {{ifMatch: "\\"1\\""}}) {{id}}}}'
    codes = [error["extensions"]["code"] for error in (await world.ask("officer", query))["errors"]]
    assert codes == ["wrong_move"]
    assert (await withdrawn(world, made)).json()["state"] == "withdrawn"
    assert await due(world) == []


async def test_a_report_is_corrected_by_its_author_until_it_is_answered_and_by_nobody_else(world, person):
    await assign(world, person, "counsellor", "counsellor")
    made = await reported(world, person)
    path, better = f"{PATH}/{made['id']}", {"what": "Gia đình báo đã về quê."}
    assert (await world.call("counsellor", "PATCH", path, better, If_Match='"1"')).status_code == 404
    assert (await world.call("police", "PATCH", path, better, If_Match='"1"')).status_code == 403
    told = (await world.call("volunteer", "PATCH", path, better, If_Match='"1"')).json()
    assert (told["what"], told["version"]) == (better["what"], 2)
    assert len(await due(world)) == 1
    await answered(world, told)
    late = await world.call("volunteer", "PATCH", path, {"what": "x"}, If_Match='"3"')
    assert flaws(late) == [("/what", "not_changeable")]


async def test_leaving_takes_the_reports_out_of_sight_and_a_second_click_makes_no_second_one(world, person):
    id = str(new_id())
    for status in (201, 200):
        assert (await world.call("volunteer", "POST", PATH, report(person, id=id))).status_code == status
    care = (await world.get("officer", f"/v1/assignments?person_id={person}")).json()["data"][0]
    end = {"valid_to": str(TODAY), "end_reason": "Rời đội"}
    await world.call("officer", "PATCH", f"/v1/assignments/{care['id']}", end, If_Match='"1"')
    assert (await world.get("volunteer", f"{PATH}/{id}")).status_code == 404
    assert [row[0] for row in await due(world)] == [id]


async def test_random_walks_never_leave_the_table_of_moves_nor_lose_a_task(world, person):
    chance = random.Random(17)
    acts = {
        "confirmed": ("police", "answers"),
        "not_confirmed": ("officer", "answers"),
        "withdrawn": ("volunteer", "transitions"),
    }
    for _ in range(6):
        row = await reported(world, person)
        for _ in range(3):
            to = chance.choice(sorted(acts))
            user, door = acts[to]
            body = {"to": to} | ({"answered_on": str(TODAY)} if door == "answers" else {})
            reply = await world.call(user, "POST", f"{PATH}/{row['id']}/{door}", body, If_Match=f'"{row["version"]}"')
            allowed = {move.to for move in LIFE.allowed(row["state"])}
            assert reply.status_code == (200 if to in allowed else 409), reply.text
            row = (await world.get("officer", f"{PATH}/{row['id']}")).json()
            assert row["state"] in LIFE.states
            open_tasks = [id for id, _ in await due(world) if id == row["id"]]
            assert bool(open_tasks) == (row["state"] == "reported")
