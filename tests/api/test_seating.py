"""A model that began without users gets a unit of its own, and all that stands in it goes along."""

from __future__ import annotations

import pytest

from domain.ids import new_id
from tests.api.test_model_work import post, review, seat
from tests.api.test_support_models import made
from tests.world import insert


@pytest.fixture
async def model(world):
    found = await made(world, kind="club", name="B93")
    for path, body in (("model-members", seat(found)), ("model-reviews", review(found))):
        assert (await post(world, path, body)).status_code == 201
    return found


async def sit(world, model, unit=None, user="officer", version=1):
    body = {"unit_id": str(world.units[unit])} if unit else {}
    return await world.call(user, "POST", f"/v1/support-models/{model['id']}/unit", body, If_Match=f'"{version}"')


async def test_a_unit_is_opened_and_all_that_stands_in_the_model_goes_along(world, model):
    reply = await sit(world, model)
    assert reply.status_code == 200, reply.text
    unit = reply.json()["organisation_unit_id"]
    opened = (await world.get("officer", f"/v1/units/{unit}")).json()
    assert (opened["name"], opened["unit_type"], reply.json()["version"]) == ("B93", "club", 2)
    for path in ("model-members", "model-reviews"):
        listed = (await world.get("officer", f"/v1/{path}?support_model_id={model['id']}")).json()["data"]
        assert [row["unit_id"] for row in listed] == [unit], path
    assert (await sit(world, model, version=2)).json()["code"] == "already_seated"


async def test_users_of_a_unit_that_stands_there_see_the_model_from_then_on(world, model):
    assert (await world.get("club_board", f"/v1/support-models/{model['id']}")).status_code == 404
    assert (await sit(world, model, "hoa_club")).status_code == 200
    seen = await world.get("club_board", f"/v1/support-models/{model['id']}?include=members,reviews")
    assert (len(seen.json()["members"]), len(seen.json()["reviews"])) == (1, 1)


async def test_facts_about_persons_stay_with_the_commune(world, model):
    person, no = await world.person("hoa"), world.no("hoa")
    row = {"id": new_id(), "person_id": person, "unit_no": no, "made_unit_no": no, "circle_no": -1}
    facts = {"role": "volunteer", "account_id": world.users["volunteer"].account_id, "support_model_id": model["id"]}
    day = await world.admin.fetchval("select current_date")
    await insert(world.admin, "assignment", row | facts | {"valid_from": day})
    await sit(world, model, "hoa_club")
    assert await world.admin.fetchval("select unit_no from assignment where id = $1", row["id"]) == no


@pytest.mark.parametrize("unit", ["binh", "hoa", "centre", "area"])
async def test_a_model_stands_on_no_unit_but_an_organisation_of_its_commune(world, model, unit):
    reply = await sit(world, model, unit, user="province_officer")
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (422, "not_of_this_unit")


async def test_only_those_who_run_models_in_reach_give_them_a_unit(world, model):
    for user, status in (("volunteer", 403), ("police", 403), ("neighbour", 404), ("country_reader", 403)):
        assert (await sit(world, model, user=user)).status_code == status, user
    assert (await sit(world, model, version=9)).status_code == 412


async def test_a_voided_model_gets_no_unit(world, model):
    gone = await world.call(
        "officer", "DELETE", f"/v1/support-models/{model['id']}", {"reason": "ghi nhầm"}, If_Match='"1"'
    )
    assert gone.status_code == 200, gone.text
    reply = await sit(world, model, version=2)
    assert (reply.status_code, reply.json()["code"]) == (409, "already_voided")


async def test_graphql_opens_a_unit_too(world, model):
    query = (
        f'mutation {{ seatSupportModel(id: "{model["id"]}", seat: {{}}, given: {{ifMatch: "\\"1\\""}})'
        " { version unit { name level } } }"
    )
    told = await world.ask("officer", query)
    assert told["data"]["seatSupportModel"] == {"version": 2, "unit": {"name": "B93", "level": "organisation"}}
