"""A need for which nothing happens comes into its unit's inbox; whatever is done for it begins the days anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.context import local_now
from domain.need.waiting import find_idle_needs, resettle_needs
from tests.livelihood import TODAY, ago, look_after, made, moved, tasks
from tests.referral_work import answered, drafted
from tests.referral_work import moved as sent_on

DAYS = 30


def after(days):
    """The day on which silence that began so many days ago is looked at."""
    return str(TODAY - timedelta(days=days) + timedelta(days=DAYS))


@pytest.fixture
async def person(world):
    return await world.person("hoa", "Nguyễn Thị Mai")


async def need(world, person, kind="job", days=40, user="officer"):
    return await made(world, "needs", user, person_id=str(person), kind=kind, found_on=ago(days))


async def due(world, row):
    return (await tasks(world, row["id"])).get("need_idle")


async def test_a_need_that_is_found_is_due_by_the_dated_rule(world, person):
    row = await need(world, person)
    task = (await world.get("officer", "/v1/tasks?kind=need_idle")).json()["data"]
    assert [(one["subject_id"], one["due_on"], one["rule"]) for one in task] == [(row["id"], after(40), "need.idle@1")]
    assert task[0]["overdue"] is True


@pytest.mark.parametrize(
    ("to", "told"),
    [("met", {"met_on": ago(0)}), ("withdrawn", {"withdrawn_on": ago(0), "reason": "thôi"})],
)
async def test_what_is_met_or_withdrawn_waits_for_nothing_until_it_comes_up_again(world, person, to, told):
    row = await moved(world, "needs", await need(world, person), to, **told)
    assert await due(world, row) is None
    row = await moved(world, "needs", row, "open", reason="lại cần")
    assert await due(world, row) == after(40)


async def test_a_void_need_waits_for_nothing(world, person):
    row = await need(world, person)
    await world.call("officer", "DELETE", f"/v1/needs/{row['id']}", {"reason": "nhầm"}, If_Match='"1"')
    assert await due(world, row) is None


async def test_work_sought_for_it_begins_the_days_anew_and_other_work_does_not(world, person):
    job, loan = await need(world, person), await need(world, person, "loan")
    await made(world, "job-placements", person_id=str(person), need_id=job["id"], sought_on=ago(2))
    assert (await due(world, job), await due(world, loan)) == (after(0), after(40))


async def test_a_course_under_way_answers_it_until_it_is_dropped(world, person):
    row = await need(world, person, "vocational_training")
    course = await made(world, "vocational-supports", person_id=str(person), need_id=row["id"], advised_on=ago(3))
    assert await due(world, row) == after(0)
    told = {"enrolled_on": ago(2), "trade": "May", "funding": "own_means"}
    course = await moved(world, "vocational-supports", course, "enrolled", **told)
    assert await due(world, row) is None
    await moved(world, "vocational-supports", course, "dropped", dropped_on=ago(0), reason="ốm")
    assert await due(world, row) == after(0)


async def test_an_open_referral_answers_it_and_a_declined_one_does_not(world, person):
    row = await need(world, person, "health_service")
    other = await need(world, person, "papers")
    referral = await drafted(world, person)
    assert await due(world, row) == after(40), "a draft is nothing the person has"
    referral = await sent_on(world, "officer", referral, "sent")
    assert await due(world, row) is None
    referral = await answered(world, "rehab_centre", referral, "received")
    await answered(world, "rehab_centre", referral, "declined", decline_reason="no_capacity")
    assert (await due(world, row), await due(world, other)) == (after(0), after(40))


async def test_a_talk_about_it_by_who_looks_after_the_person_counts(world, person):
    row, job = await need(world, person, "family"), await need(world, person)
    await look_after(world, person)
    talk = {"person_id": str(person), "held_at": datetime.now(UTC).isoformat(), "channel": "phone"}
    await made(world, "counselling-contacts", "volunteer", **talk, topics=["legal"])
    assert await due(world, row) == after(40)
    await made(world, "counselling-contacts", "volunteer", **talk, topics=["family"])
    assert (await due(world, row), await due(world, job)) == (after(0), after(40))


async def test_the_worker_finds_needs_that_came_without_a_task_and_is_safe_to_run_twice(world, hand, person):
    row = await need(world, person)
    await world.admin.execute("delete from task")
    for _ in range(2):
        await hand.every_unit(find_idle_needs, local_now())
        assert await due(world, row) == after(40)
    before = await world.admin.fetchrow("select * from task")
    await hand.every_unit(resettle_needs, local_now())
    assert await world.admin.fetchrow("select * from task") == before
    await world.admin.execute("update task set due_on = due_on + 3, due_at = due_at + interval '3 days'")
    await hand.every_unit(resettle_needs, local_now())
    assert await due(world, row) == after(40), "by the book as it stands"
