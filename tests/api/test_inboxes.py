"""Tasks of those who help: addressed to their circle, in sight while they see the person, the commune's afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.ids import new_id
from tests.api.test_changes import start, told
from tests.api.test_counselling import TODAY, ZONE, assign, contact, recorded
from tests.api.test_health_visits import visit
from tests.api.test_plans import agreed, plan, step
from tests.club_work import running_club
from tests.referral_work import accepted, answered, caring, sent
from tests.world import hire

SOON = str(TODAY + timedelta(days=7))
NEEDED = {"id", "noun", "subject_id", "person_id", "kind", "due_at", "due_on", "overdue", "state", "held_by"}
"""What somebody needs to know of their own task."""
HIDDEN = {"explanation", "skipped", "moved"}
"""The reasons of a case file."""


@pytest.fixture
async def person(world):
    return await world.person("hoa", "Nguyễn Thị Mai")


async def inbox(world, user, query="mine=true"):
    reply = await world.get(user, f"/v1/tasks?{query}")
    assert reply.status_code == 200, reply.text
    return reply.json()["data"]


async def kinds(world, user, query="mine=true"):
    return {row["kind"] for row in await inbox(world, user, query)}


async def counted(world, user):
    return (await world.get(user, "/v1/tasks:count?mine=true")).json()[0]["open"]


# -- what is whose -------------------------------------------------------------------------------------------------


async def test_a_promise_is_a_task_of_who_promised_and_of_the_commune_by_both_doors(world, person):
    await assign(world, person, "volunteer")
    await recorded(world, person, next_on=SOON)
    (mine,) = await inbox(world, "volunteer", "mine=true&include=person")
    assert (mine["kind"], mine["due_on"], mine["held_by"]) == ("next_contact", SOON, "circle")
    assert mine["person"]["full_name"] == "Nguyễn Thị Mai"
    assert set(mine["masked"]) & NEEDED == set()
    assert set(mine["masked"]) >= HIDDEN
    assert await counted(world, "volunteer") == 1
    query = "{tasks(where: {mine: true}) {nodes {kind dueOn personId explanation}} taskCounts {open}}"
    graph = (await world.ask("volunteer", query))["data"]
    assert graph["tasks"]["nodes"] == [
        {"kind": "next_contact", "dueOn": SOON, "personId": str(person), "explanation": None}
    ]
    assert graph["taskCounts"][0]["open"] == 1
    assert [row["id"] for row in await inbox(world, "officer", "kind=next_contact")] == [mine["id"]]


async def test_no_filter_shows_a_task_of_another_circle_or_of_the_office(world, person):
    """The same person is assigned to two, and has a case: each sees what is their own and nothing else."""
    for user, role in (("volunteer", "volunteer"), ("counsellor", "counsellor")):
        await assign(world, person, user, role)
    await recorded(world, person, "volunteer", next_on=SOON)
    await recorded(world, person, "counsellor", next_on=SOON)
    case = {"person_id": str(person), "trigger": "self_report", "pathway": "voluntary_community"}
    day = str(TODAY - timedelta(days=1))
    opened = await world.call("officer", "POST", "/v1/cases", case | {"completed_on": day, "self_reported_on": day})
    assert opened.status_code == 201, opened.text
    every = await inbox(world, "officer", "limit=200")
    seen = {user: {row["id"] for row in await inbox(world, user, "limit=200")} for user in ("volunteer", "counsellor")}
    assert (len(every), len(seen["volunteer"]), len(seen["counsellor"])) == (len(every), 1, 1)
    assert len(every) > 2
    assert not seen["volunteer"] & seen["counsellor"]
    for row in every:
        narrow = [
            f"person_id={person}",
            f"noun={row['noun']}",
            f"subject_id={row['subject_id']}",
            f"kind={row['kind']}",
        ]
        narrow += ["mine=false", "overdue=true", "overdue=false", "held_by=unit", "due_before=2099-01-01T00:00:00Z"]
        narrow += ["level=own", "level=below", "escalated=false"]
        for user, own in seen.items():
            status = (await world.get(user, f"/v1/tasks/{row['id']}")).status_code
            assert status == (200 if row["id"] in own else 404)
        if row["noun"] != "counselling_contact":
            for one in narrow:
                assert {task["id"] for task in await inbox(world, "volunteer", one)} <= seen["volunteer"], one


async def test_leaving_takes_the_tasks_out_of_sight_at_once_and_back_to_the_commune(world, person):
    care = await assign(world, person, "volunteer")
    await recorded(world, person, next_on=SOON)
    (task,) = await inbox(world, "volunteer")
    assert [row["held_by"] for row in await inbox(world, "officer", "held_by=circle")] == ["circle"]
    end = {"valid_to": str(TODAY), "end_reason": "Rời đội"}
    await world.call("officer", "PATCH", f"/v1/assignments/{care['id']}", end, If_Match='"1"')
    assert await inbox(world, "volunteer") == []
    assert await counted(world, "volunteer") == 0
    assert (await world.get("volunteer", f"/v1/tasks/{task['id']}")).status_code == 404
    (left,) = await inbox(world, "officer", "held_by=unit&kind=next_contact")
    assert left["id"] == task["id"]
    await assign(world, person, "volunteer")
    assert [row["id"] for row in await inbox(world, "volunteer")] == [task["id"]], "who comes back finds it again"


async def test_the_feed_follows_what_is_addressed_and_what_goes_out_of_sight(world, person):
    care = await assign(world, person, "volunteer")
    cursor = await start(world, "volunteer")
    await recorded(world, person, next_on=SOON)
    (task,) = await inbox(world, "volunteer")
    heard = await told(world, "volunteer", cursor)
    assert ("task", task["id"], "upsert") in heard
    cursor = await start(world, "volunteer")
    case = {"person_id": str(person), "trigger": "self_report", "pathway": "voluntary_community"}
    day = str(TODAY - timedelta(days=1))
    await world.call("officer", "POST", "/v1/cases", case | {"completed_on": day, "self_reported_on": day})
    assert [row for row in await told(world, "volunteer", cursor) if row[0] == "task"] == []
    await world.call("officer", "PATCH", f"/v1/assignments/{care['id']}", {"valid_to": str(TODAY)}, If_Match='"1"')
    await told(world, "volunteer", cursor)  # the sight ends with the act's own transaction, and is told once it has
    gone = [row for row in await told(world, "volunteer", cursor) if row[0] == "task"]
    assert gone == [("task", task["id"], "left_scope")]


async def test_a_club_is_told_of_evaluations_that_are_missing_and_sessions_that_are_open(world):
    club = await running_club(world)
    membership = await club.member(days=150)
    assert await kinds(world, "club_board") == {"progress_evaluation"}
    session = await club.session()
    (task,) = await inbox(world, "club_board", "noun=club_session")
    assert (task["subject_id"], task["person_id"], task["overdue"]) == (session["id"], None, True)
    assert [row["id"] for row in await inbox(world, "officer", "noun=club_session")] == [task["id"]]
    await club.attendance(session, {membership["id"]: "present"})
    assert await kinds(world, "club_board") == {"progress_evaluation"}
    await club.move(membership, "left")
    assert await inbox(world, "club_board") == []


async def test_a_session_that_is_moved_moves_its_task_and_a_cancelled_one_ends_it(world):
    club = await running_club(world)
    coming = datetime.combine(TODAY + timedelta(days=5), datetime.min.time(), ZONE).replace(hour=19)
    session = await club.session(starts_at=coming.isoformat())
    assert [row["due_on"] for row in await inbox(world, "club_board")] == [str(coming.date())]
    later = (coming + timedelta(days=2)).isoformat()
    path = f"/v1/club-sessions/{session['id']}"
    row = await club.done("club_board", "PATCH", path, {"starts_at": later}, If_Match='"1"')
    assert [task["due_on"] for task in await inbox(world, "club_board")] == [str(coming.date() + timedelta(days=2))]
    cancel = {"to": "cancelled", "reason": "Mưa bão"}
    await club.done("club_board", "POST", f"{path}/transitions", cancel, If_Match=f'"{row["version"]}"')
    assert await inbox(world, "club_board") == []


async def test_when_the_next_health_visit_is_due_is_told_to_the_station_and_to_no_unit(world, person):
    await caring(world, person, "health_station", "health_station")
    first = (await world.call("health_station", "POST", "/v1/health-visits", visit(person, next_on=SOON))).json()
    (task,) = await inbox(world, "health_station")
    assert (task["kind"], task["due_on"], task["subject_id"]) == ("health_visit", SOON, first["id"])
    for user in ("officer", "leader", "area_officer", "province_officer", "police", "neighbour"):
        assert await kinds(world, user, "limit=200") == set(), user
        assert (await world.get(user, f"/v1/tasks/{task['id']}")).status_code == 404, user
        assert await world.admin.fetchval("select count(*) from row_change where noun = 'task' and unit_no > 0") == 0
    assert (await world.call("health_station", "POST", "/v1/health-visits", visit(person))).status_code == 201
    assert await inbox(world, "health_station") == [], "the visit took place"


async def test_a_referral_reminds_who_sent_it_and_asks_who_was_addressed(world, person):
    await caring(world, person, "volunteer", "volunteer")
    made = await sent(world, person, "volunteer", "hoa_station", kind="health_service")
    assert await kinds(world, "volunteer") == {"referral_step"}
    assert await kinds(world, "health_station") == {"referral_answer"}
    assert await kinds(world, "officer", "noun=referral") == {"referral_step"}, "one of the two is the commune's"
    made = await answered(world, "health_station", made, "received")
    await answered(world, "health_station", made, "declined", decline_reason="not_our_service")
    assert await kinds(world, "volunteer") == set()
    assert await kinds(world, "health_station") == set()


async def test_follow_ups_of_a_referral_are_asked_of_who_sent_it(world, person):
    await caring(world, person, "volunteer", "volunteer")
    made = await accepted(world, person, "volunteer")
    assert "referral_follow_up" in await kinds(world, "volunteer")
    assert (await world.get("volunteer", f"/v1/referrals/{made['id']}")).json()["state"] == "accepted"


async def test_questions_after_3_6_and_12_months_go_to_the_owner_of_a_step_of_the_plan(world, person):
    await assign(world, person, "volunteer")
    draft = await plan(world, person)
    mine = {"owner": "account", "owner_account_id": str(world.users["volunteer"].account_id)}
    await step(world, draft, **mine)
    await step(world, draft, what="Làm lại căn cước", owner="officer")
    assert await kinds(world, "volunteer") == set(), "a draft asks nothing"
    await agreed(world, draft)
    assert [row["kind"] for row in await inbox(world, "volunteer")] == ["plan_step"]
    body = {"person_id": str(person), "sought_on": str(TODAY - timedelta(days=30)), "occupation": "Thợ may"}
    job = (await world.call("officer", "POST", "/v1/job-placements", body)).json()
    placed = {"to": "placed", "placed_on": str(TODAY)}
    path = f"/v1/job-placements/{job['id']}/transitions"
    assert (await world.call("officer", "POST", path, placed, If_Match='"1"')).status_code == 200
    asked = {"plan_step", "job_check_3", "job_check_6", "job_check_12"}
    assert await kinds(world, "volunteer") == asked
    assert len(await inbox(world, "officer", "noun=plan_step")) == 2


@pytest.mark.parametrize("user", ["report_reader", "inspector", "country_reader", "system_admin"])
async def test_who_neither_works_with_cases_nor_helps_has_no_inbox(world, user):
    assert (await world.get(user, "/v1/tasks")).status_code == 403
    assert (await world.get(user, "/v1/tasks:count")).status_code == 403


async def test_a_person_handed_over_takes_their_tasks_along_and_the_helper_sees_none(world, person):
    await assign(world, person, "volunteer")
    await recorded(world, person, next_on=SOON)
    given = {"person_id": str(person), "unit_id": str(world.units["binh"]), "reason": "chuyển", "id": str(new_id())}
    made = (await world.call("officer", "POST", "/v1/handovers", given)).json()
    path = f"/v1/handovers/{made['id']}/transitions"
    assert (await world.call("neighbour", "POST", path, {"to": "accepted"}, If_Match='"1"')).status_code == 200
    assert await inbox(world, "volunteer") == []
    assert await kinds(world, "neighbour", "held_by=unit") == {"next_contact"}
    body = contact(person)
    assert (await world.call("volunteer", "POST", "/v1/counselling-contacts", body)).status_code == 404


async def test_who_helps_in_a_team_and_is_assigned_in_their_own_name_has_the_task_and_hears_of_it(world, person):
    """What they do is kept in the team's circle, while only they themselves see the person."""
    world.users["of_team"] = await hire(world, f"of_team.{new_id().hex[-8:]}", "volunteer", "hoa_club")
    try:
        await assign(world, person, "of_team")
        cursor = await start(world, "of_team")
        made = await recorded(world, person, "of_team", next_on=SOON)
        (mine,) = await inbox(world, "of_team")
        assert (mine["subject_id"], mine["held_by"]) == (made["id"], "circle")
        assert ("task", mine["id"], "upsert") in await told(world, "of_team", cursor)
        assert await inbox(world, "volunteer") == [], "nobody else hears of it"
    finally:
        del world.users["of_team"]
