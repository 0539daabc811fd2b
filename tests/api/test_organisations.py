"""Organisations are read wherever they stand and changed inside one's own reach; what they give names nobody."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from domain.contribution.rules import GIVING
from tests.api.test_support_models import TODAY, made

PERSONAL = {"person_id", "person", "full_name", "phone"}


@pytest.fixture
async def school(world):
    reply = await world.call("officer", "POST", "/v1/organisations", named())
    assert reply.status_code == 201, reply.text
    return reply.json()


@pytest.fixture
async def model(world):
    return await made(world)


def named(**more):
    return {"name": "Trường Trung cấp nghề Hòa Bình", "kind": "vocational_school", **more}


def pledge(model, school, **more):
    facts = {"kind": "money", "pledged_vnd": 50_000_000, "pledged_on": str(TODAY - timedelta(days=9))}
    return {"support_model_id": model["id"], "organisation_id": school["id"], **facts, **more}


def flaws(reply):
    assert reply.status_code == 422, reply.text
    return [(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]]


async def test_everyone_who_works_with_support_reads_an_organisation_and_only_its_unit_changes_it(world, school):
    path = f"/v1/organisations/{school['id']}"
    for user in ("officer", "neighbour", "stranger", "volunteer", "club_board", "country_reader"):
        assert (await world.get(user, path)).status_code == 200, user
    assert (await world.get("police", path)).status_code == 403
    change = {"name": "Trường khác"}
    assert (await world.call("stranger", "PATCH", path, change, If_Match='"1"')).status_code == 404
    assert (await world.call("volunteer", "PATCH", path, change, If_Match='"1"')).status_code == 403
    assert (await world.call("area_officer", "PATCH", path, change, If_Match='"1"')).status_code == 200


async def test_an_organisation_is_recorded_for_a_unit_in_reach_only(world):
    reply = await world.call("officer", "POST", "/v1/organisations", named(unit_id=str(world.units["binh"])))
    assert flaws(reply) == [("/unit_id", "unit_not_in_scope")]


async def test_an_organisation_is_found_by_part_of_its_name_without_accents(world, school):
    await world.call("officer", "POST", "/v1/organisations", named(name="Công ty May Sông Hồng", kind="enterprise"))
    found = (await world.get("stranger", "/v1/organisations?words=hoa%20binh")).json()["data"]
    assert [row["id"] for row in found] == [school["id"]]


async def test_a_foreign_sponsor_names_its_country(world, school):
    body = named(name="Quỹ Hỗ trợ", kind="sponsor", country="Pháp")
    assert [pointer for pointer, _ in flaws(await world.call("officer", "POST", "/v1/organisations", body))] == [
        "/country"
    ]
    made = await world.call("officer", "POST", "/v1/organisations", body | {"country": "FR"})
    assert (made.status_code, made.json()["foreign"]) == (201, True)
    found = (await world.get("officer", "/v1/organisations?foreign=false")).json()["data"]
    assert [row["id"] for row in found] == [school["id"]]


async def test_an_organisation_has_its_part_in_each_model(world, school, model):
    part = {"support_model_id": model["id"], "organisation_id": school["id"], "part": "teaches"}
    reply = await world.call("officer", "POST", "/v1/model-partners", part | {"valid_from": str(TODAY)})
    assert reply.status_code == 201, reply.text
    listed = f"/v1/model-partners?organisation_id={school['id']}&include=support_model,organisation"
    seen = (await world.get("officer", listed)).json()["data"]
    assert [(one["part"], one["support_model"]["id"], one["organisation"]["name"]) for one in seen] == [
        ("teaches", model["id"], school["name"])
    ]
    assert (await world.get("stranger", listed)).json()["data"] == []
    unknown = part | {"organisation_id": model["id"], "valid_from": str(TODAY)}
    reply = await world.call("officer", "POST", "/v1/model-partners", unknown)
    assert flaws(reply) == [("/organisation_id", "not_an_organisation_on_file")]


async def give(world, body):
    reply = await world.call("officer", "POST", "/v1/contributions", body)
    assert reply.status_code == 201, reply.text
    return reply.json()


async def move(world, gift, to, **told):
    path = f"/v1/contributions/{gift['id']}/transitions"
    return await world.call("officer", "POST", path, {"to": to, **told}, If_Match=f'"{gift["version"]}"')


async def test_a_pledge_comes_in_parts_and_then_whole(world, school, model):
    gift = await give(world, pledge(model, school, due_on=str(TODAY + timedelta(days=20))))
    assert not PERSONAL & gift.keys()
    tasks = (await world.get("officer", f"/v1/tasks?subject_id={gift['id']}")).json()["data"]
    assert [task["kind"] for task in tasks] == ["contribution_due"]
    came = {"received_on": str(TODAY)}
    assert flaws(await move(world, gift, "partly_received", **came)) == [("/received_vnd", "required")]
    whole = await move(world, gift, "partly_received", **came, received_vnd=50_000_000)
    assert flaws(whole) == [("/received_vnd", "not_a_part")]
    gift = (await move(world, gift, "partly_received", **came, received_vnd=20_000_000)).json()
    gift = (await move(world, gift, "partly_received", **came, received_vnd=30_000_000)).json()
    less = await move(world, gift, "received", **came, received_vnd=40_000_000)
    assert flaws(less) == [("/received_vnd", "less_than_pledged")]
    gift = (await move(world, gift, "received", **came)).json()
    assert (gift["state"], gift["received_vnd"], gift["transitions"]) == ("received", 50_000_000, [])
    assert (await world.get("officer", f"/v1/tasks?subject_id={gift['id']}")).json()["data"] == []


async def test_money_is_counted_in_dong_and_jobs_in_numbers(world, school, model):
    jobs = pledge(model, school, kind="jobs")
    assert flaws(await world.call("officer", "POST", "/v1/contributions", jobs)) == [
        ("/pledged_places", "required"),
        ("/pledged_vnd", "not_for_this_kind"),
    ]
    del jobs["pledged_vnd"]
    gift = await give(world, jobs | {"pledged_places": 3})
    gift = (await move(world, gift, "received", received_on=str(TODAY))).json()
    assert (gift["received_places"], gift.get("received_vnd")) == (3, None)


async def test_a_fraction_of_a_dong_is_refused(world, school, model):
    reply = await world.call("officer", "POST", "/v1/contributions", pledge(model, school, pledged_vnd=1.5))
    assert reply.status_code == 422


@pytest.mark.parametrize("seed", range(3))
async def test_a_random_walk_reaches_listed_states_only_and_loses_no_event(world, school, model, seed):
    gift, dice, moves = await give(world, pledge(model, school)), random.Random(seed), 0
    told = {"received_on": str(TODAY), "withdrawn_on": str(TODAY), "withdraw_reason": "Đổi kế hoạch"}
    for _ in range(12):
        to = dice.choice(sorted(GIVING.states))
        amount = {"received_vnd": dice.randrange(1, 50_000_000)} if to == "partly_received" else {}
        reply = await move(world, gift, to, **told, **amount)
        allowed = [one["to"] for one in gift["transitions"]]
        assert reply.status_code == (200 if to in allowed else 409), reply.text
        if reply.status_code == 200:
            gift, moves = reply.json(), moves + 1
        else:
            assert reply.json()["allowed"] == allowed
    journaled = await world.admin.fetchval(
        "select count(*) from journal_entry where act = 'move_contribution' and outcome = 'done'"
    )
    assert (journaled, gift["version"]) == (moves, moves + 1)
