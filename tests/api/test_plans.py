"""The reintegration plan: made with the person, in editions; its steps and reviews feed the inbox."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.livelihood import TODAY, ago, amended, flaws, look_after, made, moved, tasks, try_move

SOON = str(TODAY + timedelta(days=14))
LATER = str(TODAY + timedelta(days=60))


@pytest.fixture
async def person(world):
    return await world.person("hoa", "Nguyễn Thị Mai")


async def plan(world, person, user="officer", **more):
    told = {"person_id": str(person), "drawn_on": ago(5), "goals": "Có nghề, có việc làm ổn định"}
    return await made(world, "reintegration-plans", user, **(told | more))


async def step(world, draft, user="officer", **more):
    told = {"person_id": draft["person_id"], "plan_id": draft["id"], "what": "Đăng ký học nghề", "owner": "person"}
    return await made(world, "plan-steps", user, **(told | {"due_on": SOON} | more))


async def agreed(world, draft, user="officer", **more):
    told = {"made_with_person": True, "made_with_person_on": ago(1)} | more
    return await moved(world, "reintegration-plans", draft, "agreed", user, **told)


async def test_steps_become_tasks_when_the_plan_is_agreed_and_not_before(world, person):
    draft = await plan(world, person)
    first = await step(world, draft)
    assert await tasks(world, first["id"]) == {}
    row = await agreed(world, draft)
    assert [told["due_on"] for told in row["consequences"]] == [SOON]
    assert await tasks(world, first["id"]) == {"plan_step": SOON}
    inbox = (await world.get("officer", "/v1/tasks?include=person")).json()["data"]
    assert [(task["noun"], task["person"]["full_name"]) for task in inbox] == [("plan_step", "Nguyễn Thị Mai")]
    assert inbox[0]["explanation"]["sentence"]["vi"].startswith("hạn ghi trong kế hoạch")


async def test_a_step_done_or_dropped_leaves_the_inbox_and_comes_back_when_it_was_an_error(world, person):
    draft = await plan(world, person)
    one, other = await step(world, draft), await step(world, draft, what="Làm lại căn cước", owner="officer")
    await agreed(world, draft)
    one = await moved(world, "plan-steps", one, "done", done_on=ago(0))
    await moved(world, "plan-steps", other, "dropped", reason="đã có căn cước")
    assert (await tasks(world, one["id"]), await tasks(world, other["id"])) == ({}, {})
    await moved(world, "plan-steps", one, "open", reason="ghi nhầm")
    assert await tasks(world, one["id"]) == {"plan_step": SOON}


async def test_a_plan_that_was_not_made_with_the_person_is_not_agreed(world, person):
    draft = await plan(world, person)
    reply = await try_move(world, "reintegration-plans", draft, "agreed", made_with_person_on=ago(1))
    assert flaws(reply) == [("/made_with_person", "required")]
    reply = await try_move(world, "reintegration-plans", draft, "agreed", made_with_person=True)
    assert (reply.status_code, reply.json()["missing"]) == (422, ["made_with_person_on"])


async def test_an_agreed_plan_is_not_rewritten_nor_its_steps(world, person):
    draft = await plan(world, person)
    only = await step(world, draft)
    row = await agreed(world, draft)
    for reply in (
        await amended(world, "reintegration-plans", row, goals="khác"),
        await amended(world, "plan-steps", only, due_on=LATER),
        await world.call("officer", "POST", "/v1/plan-steps", {
            "person_id": str(person), "plan_id": row["id"], "what": "thêm", "owner": "person", "due_on": SOON,
        }),
    ):  # fmt: skip
        assert (reply.status_code, reply.json()["code"]) == (409, "plan_agreed")


async def test_a_new_edition_takes_over_what_is_open_and_ends_the_old_one(world, person):
    draft = await plan(world, person)
    done, still = await step(world, draft), await step(world, draft, what="Tìm việc", due_on=LATER)
    old = await agreed(world, draft)
    await moved(world, "plan-steps", done, "done", done_on=ago(0))
    new = await plan(world, person, supersedes_id=old["id"], goals="Việc làm gần nhà")
    assert new["edition"] == 2
    assert (await world.get("officer", f"/v1/reintegration-plans/{old['id']}")).json()["state"] == "agreed"
    await agreed(world, new)
    read = (await world.get("officer", f"/v1/reintegration-plans/{new['id']}?include=steps,supersedes")).json()
    assert read["supersedes"]["state"] == "superseded"
    assert [(row["what"], row["carried_from_id"]) for row in read["steps"]] == [("Tìm việc", still["id"])]
    assert await tasks(world, still["id"]) == {}
    assert await tasks(world, read["steps"][0]["id"]) == {"plan_step": LATER}


async def test_nobody_moves_a_plan_to_superseded_by_hand_and_only_what_is_agreed_is_followed(world, person):
    draft = await plan(world, person)
    row = await agreed(world, draft)
    reply = await try_move(world, "reintegration-plans", row, "superseded")
    assert (reply.status_code, reply.json()["missing"]) == (422, ["next_edition"])
    row = await moved(world, "reintegration-plans", row, "completed", ended_on=ago(0))
    body = {"person_id": str(person), "drawn_on": ago(0), "goals": "x", "supersedes_id": row["id"]}
    reply = await world.call("officer", "POST", "/v1/reintegration-plans", body)
    assert flaws(reply) == [("/supersedes_id", "plan_not_in_force")]


async def test_one_plan_is_agreed_at_a_time_even_when_two_are_agreed_at_once(world, person):
    drafts = [await plan(world, person), await plan(world, person)]
    told = {"made_with_person": True, "made_with_person_on": ago(1)}
    replies = await asyncio.gather(*(try_move(world, "reintegration-plans", d, "agreed", **told) for d in drafts))
    assert sorted(reply.status_code for reply in replies) == [200, 409]
    assert {reply.json().get("code") for reply in replies} == {None, "plan_in_force"}


async def test_the_next_review_is_a_task_until_it_is_held_or_the_plan_ends(world, person):
    row = await agreed(world, await plan(world, person))
    told = {"person_id": str(person), "plan_id": row["id"], "with_person": True, "findings": "Đang học tốt"}
    await made(world, "plan-reviews", **told, held_on=ago(3), next_on=SOON)
    assert await tasks(world, row["id"]) == {"plan_review": SOON}
    await made(world, "plan-reviews", **told, held_on=ago(1), next_on=LATER)
    assert await tasks(world, row["id"]) == {"plan_review": LATER}
    await moved(world, "reintegration-plans", row, "withdrawn", reason="chuyển đi nơi khác")
    assert await tasks(world, row["id"]) == {}


async def test_a_review_needs_an_agreed_plan_of_the_same_person(world, person):
    draft = await plan(world, person)
    told = {"plan_id": draft["id"], "held_on": ago(0), "with_person": True, "findings": "x"}
    reply = await world.call("officer", "POST", "/v1/plan-reviews", told | {"person_id": str(person)})
    assert (reply.status_code, reply.json()["code"]) == (409, "plan_not_agreed")
    other = await world.person("hoa")
    reply = await world.call("officer", "POST", "/v1/plan-reviews", told | {"person_id": str(other)})
    assert flaws(reply) == [("/plan_id", "of_another_person")]


@pytest.mark.parametrize(
    ("owner", "account", "flaw"),
    [
        ("account", None, ("/owner_account_id", "required")),
        ("person", "officer", ("/owner_account_id", "not_for_this_kind")),
        ("account", "neighbour", ("/owner_account_id", "not_of_this_unit")),
    ],
)
async def test_a_step_belongs_to_somebody_who_is_there(world, person, owner, account, flaw):
    draft = await plan(world, person)
    named = {"owner_account_id": str(world.users[account].account_id)} if account else {}
    body = {"person_id": str(person), "plan_id": draft["id"], "what": "x", "owner": owner, "due_on": SOON} | named
    assert flaws(await world.call("officer", "POST", "/v1/plan-steps", body)) == [flaw]


async def test_a_volunteer_drafts_with_the_assigned_and_names_nobody_but_themselves(world, person):
    await look_after(world, person)
    draft = await plan(world, person, "volunteer")
    own = str(world.users["volunteer"].account_id)
    assert (await step(world, draft, "volunteer", owner="account", owner_account_id=own))["owner"] == "account"
    body = {"person_id": str(person), "plan_id": draft["id"], "what": "x", "owner": "account", "due_on": SOON}
    officer = {"owner_account_id": str(world.users["officer"].account_id)}
    assert flaws(await world.call("volunteer", "POST", "/v1/plan-steps", body | officer)) == [
        ("/owner_account_id", "not_of_this_unit")
    ]
    assert (await agreed(world, draft, "volunteer"))["state"] == "agreed"


async def test_a_volunteer_takes_no_officers_plan_away(world, person):
    row = await agreed(world, await plan(world, person))
    await look_after(world, person)
    new = await plan(world, person, "volunteer", supersedes_id=row["id"])
    told = {"made_with_person": True, "made_with_person_on": ago(0)}
    reply = await try_move(world, "reintegration-plans", new, "agreed", "volunteer", **told)
    assert flaws(reply) == [("/supersedes_id", "plan_not_in_force")]
    assert (await agreed(world, new))["state"] == "agreed"


async def test_a_case_file_reads_plan_steps_and_reviews_in_one_statement_through_both_doors(world, person):
    draft = await plan(world, person)
    await step(world, draft)
    row = await agreed(world, draft)
    query = f'{{ reintegrationPlan(id: "{row["id"]}") {{ edition steps {{ nodes {{ what owner }} }} reviews {{ nodes {{ id }} }} }} }}'
    told = (await world.ask("officer", query))["data"]["reintegrationPlan"]
    assert told["steps"]["nodes"] == [{"what": "Đăng ký học nghề", "owner": "person"}]
    person_read = (await world.get("officer", f"/v1/persons/{person}?include=reintegration_plans")).json()
    assert [found["id"] for found in person_read["reintegration_plans"]] == [row["id"]]
