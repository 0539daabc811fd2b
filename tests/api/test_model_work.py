"""Boards and teams, reviews, volunteers: what stands in a support model, and what the database refuses of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.test_support_models import TODAY, made


@pytest.fixture
async def model(world):
    return await made(world, kind="club", name="B93 Hoa", unit_id=str(world.units["hoa_club"]))


def seat(model, **more):
    facts = {"full_name": "Nguyễn Thị Lan", "role": "chair", "valid_from": str(TODAY - timedelta(days=20))}
    return {"support_model_id": model["id"], **facts, **more}


def review(model, **more):
    return {"support_model_id": model["id"], "reviewed_on": str(TODAY), "rating": "fair", **more}


def volunteer(model, *periods, **more):
    told = [{"role": role, "since": since, "until": until} for role, since, until in periods]
    return {"support_model_id": model["id"], "full_name": "Trần Văn Bình", "periods": told, **more}


async def post(world, path, body, user="officer"):
    return await world.call(user, "POST", f"/v1/{path}", body)


def flaws(reply):
    assert reply.status_code == 422, reply.text
    return [(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]]


async def test_a_seat_stands_on_the_unit_of_its_model(world, model):
    made = await post(world, "model-members", seat(model, task_areas=["outreach", "family"], body="Hội Cựu chiến binh"))
    assert made.status_code == 201, made.text
    assert made.json()["unit_id"] == str(world.units["hoa_club"])
    seen = (await world.get("club_board", f"/v1/support-models/{model['id']}?include=members")).json()
    assert [(one["full_name"], one["task_areas"]) for one in seen["members"]] == [
        ("Nguyễn Thị Lan", ["outreach", "family"])
    ]
    assert (await post(world, "model-members", seat(model), "club_board")).status_code == 403
    assert (await post(world, "model-members", seat(model), "neighbour")).status_code == 404


async def test_a_model_has_one_head_at_a_time(world, model):
    first = (await post(world, "model-members", seat(model))).json()
    reply = await post(world, "model-members", seat(model, full_name="Lê Văn Ba", role="captain"))
    assert (reply.status_code, reply.json()["code"]) == (409, "head_taken")
    last = {"valid_to": str(TODAY - timedelta(days=1)), "end_reason": "Hết nhiệm kỳ"}
    await world.call("officer", "PATCH", f"/v1/model-members/{first['id']}", last, If_Match='"1"')
    after = seat(model, full_name="Lê Văn Ba", valid_from=str(TODAY))
    assert (await post(world, "model-members", after)).status_code == 201
    assert (await post(world, "model-members", seat(model, role="member"))).status_code == 201
    held = await world.get("officer", f"/v1/model-members?support_model_id={model['id']}&as_of={TODAY}&role=chair")
    assert [row["full_name"] for row in held.json()["data"]] == ["Lê Văn Ba"]


async def test_a_voided_head_leaves_the_seat_free(world, model):
    first = (await post(world, "model-members", seat(model))).json()
    await world.call("officer", "DELETE", f"/v1/model-members/{first['id']}", {"reason": "nhầm"}, If_Match='"1"')
    assert (await post(world, "model-members", seat(model))).status_code == 201


async def test_an_account_of_a_seat_works_in_the_commune(world, model):
    there = {"account_id": str(world.users["club_board"].account_id)}
    assert (await post(world, "model-members", seat(model, **there))).status_code == 201
    elsewhere = {"account_id": str(world.users["neighbour"].account_id), "role": "member"}
    assert flaws(await post(world, "model-members", seat(model, **elsewhere))) == [("/account_id", "not_of_this_unit")]


async def test_a_seat_ends_after_it_begins_and_names_no_area_twice(world, model):
    body = seat(model, valid_to=str(TODAY - timedelta(days=30)), task_areas=["family", "family"])
    assert flaws(await post(world, "model-members", body)) == [
        ("/valid_to", "ends_before_it_starts"),
        ("/task_areas", "repeated"),
    ]


async def test_a_remedy_is_a_task_until_it_is_done(world, model):
    due = str(TODAY + timedelta(days=30))
    body = review(model, rating="weak", limits="Ít buổi sinh hoạt", remedy="Sinh hoạt hằng tháng", remedy_due_on=due)
    made = (await post(world, "model-reviews", body)).json()
    tasks = (await world.get("officer", f"/v1/tasks?subject_id={made['id']}")).json()["data"]
    assert [(task["kind"], task["due_on"]) for task in tasks] == [("model_remedy", due)]
    later = {"remedy_due_on": str(TODAY + timedelta(days=60))}
    await world.call("officer", "PATCH", f"/v1/model-reviews/{made['id']}", later, If_Match='"1"')
    tasks = (await world.get("officer", f"/v1/tasks?subject_id={made['id']}")).json()["data"]
    assert [(task["due_on"], len(task["moved"])) for task in tasks] == [(later["remedy_due_on"], 1)]
    done = {"remedied_on": str(TODAY)}
    await world.call("officer", "PATCH", f"/v1/model-reviews/{made['id']}", done, If_Match='"2"')
    assert (await world.get("officer", f"/v1/tasks?subject_id={made['id']}")).json()["data"] == []


@pytest.mark.parametrize(
    ("more", "flaw"),
    [
        ({"rating": "weak"}, ("/limits", "required")),
        ({"remedy": "Củng cố"}, ("/remedy_due_on", "required")),
        ({"remedy_due_on": "2099-01-01"}, ("/remedy", "required")),
        ({"reviewed_on": "2099-01-01"}, ("/reviewed_on", "in_the_future")),
        ({"copied_from_id": "01890000-0000-7000-8000-000000000000"}, ("/copied_from_id", "not_in_scope")),
    ],
)
async def test_a_review_that_does_not_hold_together_is_refused(world, model, more, flaw):
    assert flaws(await post(world, "model-reviews", review(model, **more))) == [flaw]


async def test_a_review_says_whose_words_it_repeats(world, model):
    first = (await post(world, "model-reviews", review(model))).json()
    second = await post(world, "model-reviews", review(model, copied_from_id=first["id"]))
    assert second.json()["copied_from_id"] == first["id"]
    theirs = await made(world, "neighbour")
    reply = await post(world, "model-reviews", review(theirs, copied_from_id=first["id"]), "neighbour")
    assert flaws(reply) == [("/copied_from_id", "not_in_scope")]


async def test_a_volunteer_serves_in_periods_with_the_seat_of_each(world, model):
    since = str(TODAY - timedelta(days=10))
    body = volunteer(model, ("captain", since, None), ("member", "2024-01-01", "2024-06-30"))
    reply = await post(world, "volunteers", body | {"trainings": [{"topic": "Kỹ năng tư vấn", "on": "2024-03-01"}]})
    assert reply.status_code == 201, reply.text
    made = reply.json()
    assert [part["role"] for part in made["periods"]] == ["member", "captain"]
    assert (made["role"], made["active"], made["trainings"][0]["topic"]) == ("captain", True, "Kỹ năng tư vấn")
    left = {"periods": [{"role": "member", "since": "2024-01-01", "until": "2024-06-30"}]}
    reply = await world.call("officer", "PATCH", f"/v1/volunteers/{made['id']}", left, If_Match='"1"')
    assert (reply.json()["role"], reply.json()["active"]) == (None, False)
    listed = (await world.get("officer", "/v1/volunteers?active=true")).json()["data"]
    assert listed == []


@pytest.mark.parametrize(
    ("periods", "flaw"),
    [
        ((), ("/periods", "required")),
        ((("member", "2024-02-01", "2024-01-01"),), ("/periods/0/until", "ends_before_it_starts")),
        ((("member", "2024-01-01", None), ("captain", "2024-03-01", None)), ("/periods/1/since", "overlaps")),
        ((("captain", "2024-03-01", None), ("member", "2024-01-01", "2024-03-01")), ("/periods/0/since", "overlaps")),
    ],
)
async def test_periods_of_a_volunteer_do_not_contradict(world, model, periods, flaw):
    assert flaws(await post(world, "volunteers", volunteer(model, *periods))) == [flaw]


async def test_periods_may_touch_but_not_share_a_day(world, model):
    periods = (("member", "2024-01-01", "2024-02-29"), ("captain", "2024-03-01", None))
    assert (await post(world, "volunteers", volunteer(model, *periods))).status_code == 201


async def test_a_training_lies_in_the_past_and_names_its_topic(world, model):
    told = {"trainings": [{"topic": "x", "on": "2099-01-01"}, {"topic": " ", "on": "2024-01-01"}]}
    body = volunteer(model, ("member", "2024-01-01", None), **told)
    assert flaws(await post(world, "volunteers", body)) == [
        ("/trainings/0/on", "in_the_future"),
        ("/trainings/1/topic", "empty"),
    ]


async def test_what_must_stand_is_not_cleared_by_a_correction(world, model):
    first = (await post(world, "model-members", seat(model))).json()
    body = {"full_name": None, "valid_from": None}
    reply = await world.call("officer", "PATCH", f"/v1/model-members/{first['id']}", body, If_Match='"1"')
    assert flaws(reply) == [("/full_name", "required"), ("/valid_from", "required")]


async def test_graphql_tells_a_model_with_all_that_stands_in_it_in_one_question(world, model):
    await post(world, "model-members", seat(model))
    await post(world, "model-reviews", review(model))
    await post(world, "volunteers", volunteer(model, ("member", "2024-01-01", None)))
    told = await world.ask(
        "officer",
        f'{{supportModel(id: "{model["id"]}") {{ name kind state members {{ nodes {{ fullName role }} }}'
        " reviews { nodes { rating } } volunteers { nodes { fullName active } } partners { nodes { part } } } }",
    )
    assert "errors" not in told, told
    found = told["data"]["supportModel"]
    assert found["members"]["nodes"] == [{"fullName": "Nguyễn Thị Lan", "role": "chair"}]
    assert found["volunteers"]["nodes"] == [{"fullName": "Trần Văn Bình", "active": True}]
    assert found["reviews"]["nodes"] == [{"rating": "fair"}]
    assert (await world.ask("police", "{supportModels { nodes { id } }}"))["errors"]
