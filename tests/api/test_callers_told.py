"""Those who call are told by a task: an endpoint that stopped, a list that waits for the unit above."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from api.context import local_now
from domain.exports.approving import WAITS_DAYS
from domain.webhook.watching import heard_by
from tests.api.test_changes import start, told
from tests.exports_work import Counter, exporter
from tests.feeding import settled
from tests.livelihood import ago
from tests.livelihood import made as livelihood
from tests.webhook_work import PATH, Clock, Receiver, dispatching, endpoint, seen


async def inbox(world, user, query=""):
    reply = await world.get(user, f"/v1/tasks?limit=200{query}")
    assert reply.status_code == 200, reply.text
    return reply.json()["data"]


async def stopped(world, server, clone, user="leader"):
    """An endpoint whose receiver has said that it is gone."""
    made = await endpoint(world, user, nouns=["person"] if user != "rehab_centre" else [])
    sending = f"{PATH}/{made['id']}/pings" if user == "rehab_centre" else "/v1/persons"
    body = None if user == "rehab_centre" else {"full_name": "Lê Thị Xuân"}
    assert (await world.call(user, "POST", sending, body)).status_code == 201
    await settled(world.admin)
    async with dispatching(world, server, clone, Receiver(lambda *_: 410)) as hand:
        await hand.step(Clock())
    assert (await seen(world, made, user))["state"] == "disabled"
    return made


@pytest.mark.parametrize("user", ["leader", "rehab_centre", "import_client"])
async def test_an_endpoint_that_stopped_stands_in_the_inbox_of_its_unit_until_it_starts_again(
    world, server, clone, user
):
    made = await stopped(world, server, clone, user)
    (task,) = await inbox(world, user, "&noun=webhook_endpoint")
    assert (task["kind"], task["subject_id"], task["state"]) == ("webhook_disabled", made["id"], "open")
    assert "person_id" not in task or task["person_id"] is None
    stood = await seen(world, made, user)
    again = {"to": "active"}
    started = await world.call(
        user, "POST", f"{PATH}/{made['id']}/transitions", again, If_Match=f'"{stood["version"]}"'
    )
    assert started.status_code == 200, started.text
    assert await inbox(world, user, "&noun=webhook_endpoint") == []
    kept = await world.admin.fetchrow("select state, done_at from task where subject_id = $1", UUID(made["id"]))
    assert kept["state"] == "done"
    assert kept["done_at"] is not None


async def test_a_stopped_endpoint_that_is_voided_asks_for_nothing_more(world, server, clone):
    made = await stopped(world, server, clone)
    stood = await seen(world, made)
    gone = await world.call(
        "leader", "DELETE", f"{PATH}/{made['id']}", {"reason": "thôi dùng"}, If_Match=f'"{stood["version"]}"'
    )
    assert gone.status_code == 200, gone.text
    assert await inbox(world, "leader", "&noun=webhook_endpoint") == []


async def test_words_about_a_stopped_endpoint_leave_the_task_open(world, server, clone):
    made = await stopped(world, server, clone)
    stood = await seen(world, made)
    said = await world.call(
        "leader", "PATCH", f"{PATH}/{made['id']}", {"description": "máy mới"}, If_Match=f'"{stood["version"]}"'
    )
    assert said.status_code == 200
    assert len(await inbox(world, "leader", "&noun=webhook_endpoint")) == 1


async def test_who_stops_an_endpoint_by_hand_is_not_told_of_it(world):
    made = await endpoint(world)
    body = {"to": "disabled"}
    await world.call("leader", "POST", f"{PATH}/{made['id']}/transitions", body, If_Match='"1"')
    assert await inbox(world, "leader", "&noun=webhook_endpoint") == []


async def test_the_unit_is_told_when_the_post_of_its_owner_has_ended(world, server, clone):
    made = await endpoint(world, "import_client", nouns=["person"])
    post = world.users["import_client"].appointment_id
    await world.admin.execute("update appointment set valid_to = now() where id = $1", post)
    async with dispatching(world, server, clone, Receiver()) as hand:
        await hand.step(Clock())
        await hand.step(Clock())
    await world.admin.execute("update appointment set valid_to = null where id = $1", post)
    (task,) = await inbox(world, "leader", "&noun=webhook_endpoint")
    assert (task["subject_id"], task["explanation"]["reason"]) == (made["id"], "owner_ended")
    asked = await world.ask("leader", '{ tasks(where: {kind: "webhook_disabled"}) { nodes { subjectId kind } } }')
    assert asked["data"]["tasks"]["nodes"] == [{"subjectId": made["id"], "kind": "webhook_disabled"}]


async def test_the_neighbour_and_the_volunteer_see_nothing_of_it(world, server, clone):
    await stopped(world, server, clone)
    assert await inbox(world, "neighbour", "&noun=webhook_endpoint") == []
    told = await world.get("volunteer", "/v1/tasks?noun=webhook_endpoint")
    assert told.status_code == 403 or told.json()["data"] == []


CALLERS = ("import_client", "rehab_centre", "province_admin")
"""Who has an inbox for their own endpoints and jobs, and works with no case."""


async def test_who_calls_by_software_sees_tasks_of_its_own_traffic_and_none_about_persons(world, server, clone):
    """An import client of a commune records needs and loans: what the office has to do about them is not its to read."""
    made = await stopped(world, server, clone, "import_client")
    person = await world.person("hoa", "Nguyễn Thị Mai")
    await livelihood(world, "needs", person_id=str(person), kind="job", found_on=ago(40))
    case = {"person_id": str(person), "trigger": "self_report", "pathway": "voluntary_community"}
    case |= {"completed_on": ago(1), "self_reported_on": ago(1)}
    assert (await world.call("officer", "POST", "/v1/cases", case)).status_code == 201
    office = await inbox(world, "officer", f"&person_id={person}")
    assert {"need", "management_case"} <= {task["noun"] for task in office}
    narrowed = [
        "",
        f"&person_id={person}",
        "&noun=need",
        "&mine=false",
        "&mine=true",
        "&held_by=unit",
        "&include=person",
    ]
    narrowed += [f"&subject_id={office[0]['subject_id']}", "&overdue=true", "&level=own"]
    for user in CALLERS:
        for query in narrowed:
            reply = await world.get(user, f"/v1/tasks?limit=200&count=exact{query}")
            if reply.status_code == 200:
                assert {task["subject_id"] for task in reply.json()["data"]} <= {made["id"]}, (user, query)
                assert reply.json()["total"] == len(reply.json()["data"])
        counted = (await world.get(user, "/v1/tasks:count")).json()
        assert counted[0]["open"] == len(await inbox(world, user)) == (user == "import_client")
        for task in office:
            assert (await world.get(user, f"/v1/tasks/{task['id']}")).status_code == 404
        graph = await world.ask(user, f'{{ task(id: "{office[0]["id"]}") {{ id }} tasks {{ nodes {{ subjectId }} }} }}')
        assert graph["data"]["task"] is None
        assert {task["subjectId"] for task in graph["data"]["tasks"]["nodes"]} <= {made["id"]}


@pytest.mark.parametrize("user", CALLERS)
async def test_who_calls_by_software_does_not_hear_when_the_office_has_something_to_do(world, user):
    assert (await world.get(user, "/v1/changes?start=now&nouns=task")).status_code == 403
    with pytest.raises(AssertionError, match="forbidden"):
        await endpoint(world, user, nouns=["task"])
    actor = await world.house.register.actors.actor(world.users[user].session_id, None)
    heard = {noun for part in heard_by(actor) for noun in part.nouns}
    assert heard
    assert "task" not in heard


async def test_an_import_client_hears_of_the_needs_it_reads_and_not_of_the_tasks_behind_them(world):
    cursor = await start(world, "import_client")
    person = await world.person("hoa")
    await livelihood(world, "needs", person_id=str(person), kind="job", found_on=ago(40))
    heard = {noun for noun, _, _ in await told(world, "import_client", cursor)}
    assert "need" in heard
    assert "task" not in heard


# -- a list above the cap


@pytest.fixture
async def counter(world, server, clone):
    await world.admin.execute("insert into export_cap values (current_date, 1)")
    async with exporter(world, server, clone) as hand:
        yield Counter(world, hand)
    await world.admin.execute("delete from export_cap where valid_from >= current_date")


async def waiting(counter, world, user="officer"):
    for _ in range(2):
        await world.person("hoa")
    job = await counter.made(user)
    assert job["state"] == "awaiting"
    return job


@pytest.mark.parametrize("to", ["queued", "refused"])
async def test_the_nearest_unit_above_has_a_task_until_it_decides(counter, world, to):
    job = await waiting(counter, world)
    (task,) = await inbox(world, "area_officer", "&noun=export_job")
    assert (task["kind"], task["subject_id"]) == ("export_approval", job["id"])
    facts = task["explanation"]
    assert (facts["rows"], facts["most"], facts["purpose"]) == (2, 1, "report")
    assert await inbox(world, "officer", "&noun=export_job") == []
    assert await inbox(world, "province_officer", "&noun=export_job&level=own") == []
    assert (await counter.decide("area_officer", job, to)).status_code == 200
    assert await inbox(world, "area_officer", "&noun=export_job") == []
    await counter.work()
    assert await inbox(world, "area_officer", "&noun=export_job") == []


async def test_where_the_unit_above_has_nobody_the_one_above_it_is_asked(counter, world):
    post = world.users["area_officer"].appointment_id
    await world.admin.execute("update appointment set valid_to = now() where id = $1", post)
    try:
        job = await waiting(counter, world)
    finally:
        await world.admin.execute("update appointment set valid_to = null where id = $1", post)
    (task,) = await inbox(world, "province_officer", "&noun=export_job&level=own")
    assert task["subject_id"] == job["id"]


async def test_what_nobody_decides_ends_by_itself_and_asks_no_longer(counter, world):
    job = await waiting(counter, world)
    almost = local_now() + timedelta(days=WAITS_DAYS, seconds=-60)
    await counter.hand.forget(almost)
    assert (await counter.job("officer", job["id"]))["state"] == "awaiting"
    await counter.hand.forget(almost + timedelta(minutes=2))
    ended = await counter.job("officer", job["id"])
    assert (ended["state"], ended["problem"]) == ("expired", "not_decided")
    assert await inbox(world, "area_officer", "&noun=export_job") == []
    late = await counter.decide("area_officer", ended, "queued")
    assert (late.status_code, late.json()["code"]) == (409, "wrong_move")
