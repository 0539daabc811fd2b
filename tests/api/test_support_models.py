"""Support models: founded, run, closed; who may name one; a unit of their own for those who work in them."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from domain.support_model.rules import MODEL_LIFE
from tests.world import User, insert

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()
DECIDED = {
    "decision_number": "12/QĐ-UBND",
    "decision_on": str(TODAY - timedelta(days=40)),
    "decision_by": "UBND phường",
}


def team(**more):
    return {"kind": "volunteer_team", "name": "Đội tình nguyện phường Hoa", **more}


async def made(world, user="officer", **more):
    reply = await world.call(user, "POST", "/v1/support-models", team(**more))
    assert reply.status_code == 201, reply.text
    return reply.json()


async def active(world, **more):
    model = await made(world, **more)
    move = {"to": "active", "founded_on": str(TODAY - timedelta(days=30)), **DECIDED}
    reply = await world.call("officer", "POST", f"/v1/support-models/{model['id']}/transitions", move, If_Match='"1"')
    assert reply.status_code == 200, reply.text
    return reply.json()


async def test_a_model_is_planned_then_founded_by_its_decision(world):
    model = await made(world)
    assert (model["state"], model["commune_ids"]) == ("planned", [str(world.units["hoa"])])
    assert [move["to"] for move in model["transitions"]] == ["active", "closed"]
    path = f"/v1/support-models/{model['id']}/transitions"
    reply = await world.call("officer", "POST", path, {"to": "active"}, If_Match='"1"')
    assert reply.status_code == 422, reply.text
    assert reply.json()["missing"] == ["founded_on", "decision_number", "decision_on", "decision_by"]
    founded = {"to": "active", "founded_on": str(TODAY), **DECIDED}
    assert (await world.call("officer", "POST", path, founded, If_Match='"1"')).json()["state"] == "active"
    reply = await world.call("officer", "POST", path, {"to": "planned"}, If_Match='"2"')
    assert (reply.status_code, reply.json()["allowed"]) == (409, ["closed"])


async def test_a_commune_may_have_several_models_and_a_model_serve_several_communes(world):
    communes = [str(world.units[name]) for name in ("hoa", "binh")]
    model = await made(world, "area_officer", unit_id=communes[0], commune_ids=communes)
    await made(world)
    assert model["commune_ids"] == communes
    listed = (await world.get("area_officer", f"/v1/support-models?commune_id={communes[1]}")).json()["data"]
    assert [row["id"] for row in listed] == [model["id"]]
    assert len((await world.get("officer", "/v1/support-models")).json()["data"]) == 2


async def test_communes_named_by_who_reaches_them_stay_when_who_does_not_puts_the_rest_right(world):
    communes = [str(world.units[name]) for name in ("hoa", "binh")]
    model = await made(world, "area_officer", unit_id=communes[0], commune_ids=communes)
    path = f"/v1/support-models/{model['id']}"
    patch = {"commune_ids": communes, "name": "Đội liên xã"}
    kept = await world.call("officer", "PATCH", path, patch, If_Match='"1"')
    assert (kept.status_code, kept.json()["commune_ids"]) == (200, communes)
    wider = {"commune_ids": [*communes, str(world.units["lam"])]}
    refused = await world.call("officer", "PATCH", path, wider, If_Match='"2"')
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/commune_ids", "unit_not_in_scope")
    ]


async def test_a_model_stands_in_a_commune_and_nowhere_above(world):
    reply = await world.call("area_officer", "POST", "/v1/support-models", team(unit_id=str(world.units["area"])))
    assert [(one["pointer"], one["code"]) for one in reply.json()["errors"]] == [("/unit_id", "not_a_commune")]


async def test_what_its_founding_needed_is_not_taken_off_a_model_that_runs(world):
    model = await active(world)
    path = f"/v1/support-models/{model['id']}"
    cleared = dict.fromkeys(("founded_on", "decision_number", "decision_by"))
    reply = await world.call("officer", "PATCH", path, cleared, If_Match='"2"')
    assert [(one["pointer"], one["code"]) for one in reply.json()["errors"]] == [
        (f"/{name}", "required") for name in cleared
    ]


async def test_a_model_may_be_planned_for_a_day_to_come_and_runs_from_none(world):
    tomorrow = str(TODAY + timedelta(days=1))
    planned = await made(world, founded_on=tomorrow)
    assert planned["founded_on"] == tomorrow
    path = f"/v1/support-models/{planned['id']}/transitions"
    move = {"to": "active", "founded_on": tomorrow, **DECIDED}
    reply = await world.call("officer", "POST", path, move, If_Match='"1"')
    assert [(one["pointer"], one["code"]) for one in reply.json()["errors"]] == [("/founded_on", "in_the_future")]


async def test_what_named_a_model_names_it_still_where_the_person_has_moved_to(world):
    person, model = await world.person("hoa"), await active(world)
    need = {"person_id": str(person), "kind": "job", "found_on": str(TODAY), "support_model_id": model["id"]}
    row = (await world.call("officer", "POST", "/v1/needs", need)).json()
    asked = {"person_id": str(person), "unit_id": str(world.units["binh"]), "reason": "chuyển nơi cư trú"}
    given = (await world.call("officer", "POST", "/v1/handovers", asked)).json()
    path = f"/v1/handovers/{given['id']}/transitions"
    assert (await world.call("neighbour", "POST", path, {"to": "accepted"}, If_Match='"1"')).status_code == 200
    here = (await world.get("neighbour", f"/v1/needs/{row['id']}")).json()
    match = f'"{here["version"]}"'
    kept = await world.call("neighbour", "PATCH", f"/v1/needs/{row['id']}", {"detail": "gần nhà"}, If_Match=match)
    assert (kept.status_code, kept.json()["support_model_id"]) == (200, model["id"])
    refused = await world.call("neighbour", "POST", "/v1/needs", need)
    assert [one["code"] for one in refused.json()["errors"]] == ["no_model_here"]


async def test_an_officer_names_no_commune_out_of_reach(world):
    body = team(commune_ids=[str(world.units["binh"])])
    reply = await world.call("officer", "POST", "/v1/support-models", body)
    assert reply.json()["errors"][0]["pointer"] == "/commune_ids"


async def test_a_unit_is_opened_inside_the_commune_for_those_who_work_in_it(world):
    model = await made(world, kind="club", name="Câu lạc bộ B93 Hoa", opens_unit=True)
    unit = (await world.get("officer", f"/v1/units/{model['organisation_unit_id']}")).json()
    assert (unit["level"], unit["unit_type"], unit["name"]) == ("organisation", "club", "Câu lạc bộ B93 Hoa")
    assert (model["unit_id"], model["commune_id"]) == (unit["id"], str(world.units["hoa"]))
    assert (await world.get("club_board", f"/v1/support-models/{model['id']}")).status_code == 404
    no = await world.admin.fetchval("select no from unit where id = $1::uuid", unit["id"])
    assert no == 1113


async def test_those_who_work_in_a_model_see_their_own(world):
    club = await made(world, kind="club", name="B93", unit_id=str(world.units["hoa_club"]))
    assert (await world.get("club_board", f"/v1/support-models/{club['id']}")).json()["name"] == "B93"
    assert (await world.get("health_station", f"/v1/support-models/{club['id']}")).status_code == 404
    assert (await world.get("police", "/v1/support-models")).status_code == 403


async def test_no_unit_is_opened_outside_ones_own_interval(world):
    body = team(opens_unit=True, unit_id=str(world.units["binh"]))
    reply = await world.call("officer", "POST", "/v1/support-models", body)
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (422, "unit_not_in_scope")
    assert await world.admin.fetchval("select count(*) from unit where code is null") == 0


async def test_trying_opens_no_unit(world):
    reply = await world.call("officer", "POST", "/v1/support-models", team(opens_unit=True), Prefer="validate-only")
    assert (reply.status_code, reply.json()["kind"]) == (200, "volunteer_team")
    assert await world.admin.fetchval("select count(*) from unit where code is null") == 0


async def test_an_assignment_names_a_model_that_serves_the_commune_or_none(world):
    person = await world.person("hoa")
    model, planned = await active(world), await made(world)
    elsewhere = await made(world, "neighbour")
    whom = {"account_id": str(world.users["volunteer"].account_id), "role": "volunteer"}
    body = {"person_id": str(person), "valid_from": str(TODAY), **whom}
    for unfit in (planned["id"], elsewhere["id"], str(uuid4())):
        reply = await world.call("officer", "POST", "/v1/assignments", body | {"support_model_id": unfit})
        assert [flaw["code"] for flaw in reply.json()["errors"]] == ["no_model_here"]
    reply = await world.call("officer", "POST", "/v1/assignments", body | {"support_model_id": model["id"]})
    assert reply.status_code == 201, reply.text


@pytest.mark.parametrize("seed", range(3))
async def test_a_random_walk_reaches_listed_states_only_and_loses_no_event(world, seed):
    model, dice, moves = await made(world), random.Random(seed), 0
    told = {"founded_on": str(TODAY), "closed_on": str(TODAY), "close_reason": "Sáp nhập xã", **DECIDED}
    for _ in range(10):
        to = dice.choice(sorted(MODEL_LIFE.states))
        path = f"/v1/support-models/{model['id']}/transitions"
        needs = {name: told[name] for move in MODEL_LIFE.moves if move.to == to for name in move.requires}
        reply = await world.call("officer", "POST", path, {"to": to, **needs}, If_Match=f'"{model["version"]}"')
        allowed = [one["to"] for one in model["transitions"]]
        assert reply.status_code == (200 if to in allowed else 409), reply.text
        if reply.status_code == 200:
            model, moves = reply.json(), moves + 1
        else:
            assert reply.json()["allowed"] == allowed
    kept = "select count(*) from journal_entry where act = 'move_support_model' and outcome = 'done'"
    assert (await world.admin.fetchval(kept), model["version"]) == (moves, moves + 1)


@pytest.mark.parametrize(
    ("more", "flaw"),
    [
        ({"kind": "no_such_kind"}, ("/kind", "not_in_catalogue")),
        ({"kind": "club", "founded_on": "1995-12-31"}, ("/kind", "not_in_catalogue")),
        ({"decision_on": "2024-03-01", "founded_on": "2024-02-29"}, ("/founded_on", "ends_before_it_starts")),
        ({"name": "a\u200bb"}, ("/name", "format_character")),
        ({"name": "   "}, ("/name", "empty")),
    ],
)
async def test_a_model_that_does_not_hold_together_is_refused(world, more, flaw):
    reply = await world.call("officer", "POST", "/v1/support-models", team(**more))
    assert reply.status_code == 422, reply.text
    assert [(one["pointer"], one["code"]) for one in reply.json()["errors"]] == [flaw]
    assert await world.admin.fetchval("select count(*) from support_model") == 0


async def test_a_club_could_be_founded_from_the_first_day_of_its_kind(world):
    assert (await made(world, kind="club", founded_on="1996-01-01"))["founded_on"] == "1996-01-01"


async def test_a_pilot_kind_is_used_below_the_unit_that_tries_it(world):
    pilot = {"name_vi": "Trường học không ma túy", "name_en": "School without drugs", "valid_from": "2024-01-01"}
    body = pilot | {"code": "school_pilot", "unit_id": str(world.units["area"])}
    backward = await world.call("area_officer", "POST", "/v1/support-model-kinds", body | {"valid_to": "2023-12-31"})
    assert [(f["pointer"], f["code"]) for f in backward.json()["errors"]] == [("/valid_to", "ends_before_it_starts")]
    assert (await world.call("area_officer", "POST", "/v1/support-model-kinds", body)).status_code == 201
    again = await world.call("stranger", "POST", "/v1/support-model-kinds", pilot | {"code": "school_pilot"})
    assert (again.status_code, again.json()["code"]) == (409, "code_taken")
    assert (await made(world, kind="school_pilot", opens_unit=True))["organisation_unit_id"]
    reply = await world.call("stranger", "POST", "/v1/support-models", team(kind="school_pilot"))
    assert reply.json()["errors"][0]["code"] == "not_in_catalogue"
    listed = (await world.get("stranger", f"/v1/support-model-kinds?as_of={TODAY}")).json()["data"]
    assert {row["code"] for row in listed} == {"school_pilot", "club", "counselling_point", "volunteer_team"}


async def test_nobody_changes_the_kinds_of_the_plans(world):
    listed = (await world.get("officer", "/v1/support-model-kinds?code=club")).json()["data"]
    for user in ("officer", "area_officer", "province_officer"):
        path = f"/v1/support-model-kinds/{listed[0]['id']}"
        reply = await world.call(user, "PATCH", path, {"name_vi": "Khác"}, If_Match='"1"')
        assert reply.status_code == 404


async def test_a_stale_version_and_a_second_click_change_nothing(world):
    id = str(uuid4())
    first = await world.call("officer", "POST", "/v1/support-models", team(id=id))
    second = await world.call("officer", "POST", "/v1/support-models", team(id=id))
    assert (first.status_code, second.status_code) == (201, 200)
    path = f"/v1/support-models/{id}"
    assert (await world.call("officer", "PATCH", path, {"name": "Đội A"}, If_Match='"1"')).status_code == 200
    stale = await world.call("officer", "PATCH", path, {"name": "Đội B"}, If_Match='"1"')
    assert (stale.status_code, (await world.get("officer", path)).json()["name"]) == (412, "Đội A")


async def test_when_all_numbers_of_a_commune_are_given_out_no_unit_is_opened(world):
    bound = "update unit set last_no = $2 where no = $1"
    await world.admin.execute(bound, world.no("lam"), world.no("lam"))
    try:
        body = team(opens_unit=True, unit_id=str(world.units["lam"]))
        reply = await world.call("province_officer", "POST", "/v1/support-models", body)
        assert (reply.status_code, reply.json()["code"]) == (409, "no_number_free")
    finally:
        await world.admin.execute(bound, world.no("lam"), 1339)


async def test_units_opened_at_once_get_numbers_of_their_own(world):
    made_both = await asyncio.gather(*(made(world, opens_unit=True, name=f"Đội {n}") for n in (1, 2)))
    numbers = await world.admin.fetch(
        "select no from unit where id = any($1::uuid[])", [one["organisation_unit_id"] for one in made_both]
    )
    assert sorted(row["no"] for row in numbers) == [1113, 1114]


@pytest.fixture
async def board(world):
    """Makes the leader appoint somebody to the board of a unit, and signs them in."""
    names = []

    async def appoint(unit):
        body = {"user_name": "ban.moi", "display_name": "Nguyễn Thị Lan", "unit_id": unit, "role": "club_board"}
        reply = await world.call("leader", "POST", "/v1/users", body)
        assert reply.status_code == 201, reply.text
        account, session, now = UUID(reply.json()["id"]), uuid4(), datetime.now(UTC)
        await world.admin.execute("update account set state = 'active' where id = $1", account)
        facts = {"id": session, "account_id": account, "refresh_hash": b"y", "expires_at": now + timedelta(days=1)}
        await insert(world.admin, "session", facts)
        token = world.house.tokens.issue(account, session, now)
        user = User("board", "club_board", "hoa", account, 0, account, session, token)
        names.append(account)
        world.users["new_board"] = user

    yield appoint
    world.users.pop("new_board", None)
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        for table, column in (("session", "account_id"), ("appointment", "account_id"), ("account", "id")):
            await connection.execute(f"delete from {table} where {column} = any($1)", names)


async def test_whoever_is_appointed_at_the_unit_of_a_model_sees_it_and_no_other(world, board):
    club = await made(world, kind="club", name="B93 mới", opens_unit=True)
    other = await made(world, kind="club", name="B93 cũ", unit_id=str(world.units["hoa_club"]))
    await board(club["organisation_unit_id"])
    listed = (await world.get("new_board", "/v1/support-models")).json()["data"]
    assert [row["id"] for row in listed] == [club["id"]]
    assert (await world.get("new_board", f"/v1/support-models/{other['id']}")).status_code == 404
