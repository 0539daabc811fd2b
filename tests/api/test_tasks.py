"""The inbox, and the worker that keeps it true."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from api.context import LOCAL
from api.working import follow_law, sweep
from tests.case_work import Desk, at


async def given(world, to="binh", **more):
    person = await world.person("hoa")
    body = {"person_id": str(person), "unit_id": str(world.units[to]), "reason": "chuyển"} | more
    made = await world.call("officer", "POST", "/v1/handovers", body)
    assert made.status_code == 201, made.text
    return person, made.json()["id"]


async def test_the_inbox_is_sorted_by_time_left_and_says_why_and_by_which_rule(world):
    await given(world, left_on="2026-06-29")
    await given(world, left_on="2026-06-01")
    page = (await world.get("neighbour", "/v1/tasks?include=person")).json()["data"]
    assert [row["kind"] for row in page] == ["handover_answer", "handover_answer"]
    assert page[0]["due_at"] < page[1]["due_at"]
    assert page[0]["overdue"] is True
    assert page[0]["rule"].startswith("move.notice@")
    assert page[0]["explanation"]["steps"][-1]["kind"] == "result"
    assert page[0]["skipped"], "a weekend lies inside five working days"
    graph = await world.ask("neighbour", "{tasks {nodes {kind dueAt rule overdue unit {id}}}}")
    assert [node["dueAt"] for node in graph["data"]["tasks"]["nodes"]] == [row["due_at"] for row in page]


@pytest.mark.parametrize(("user", "rows"), [("neighbour", 1), ("officer", 0), ("province_officer", 1), ("stranger", 0)])
async def test_a_task_stands_in_the_inbox_of_its_unit_and_those_above(world, user, rows):
    await given(world)
    assert len((await world.get(user, "/v1/tasks")).json()["data"]) == rows


@pytest.mark.parametrize("user", ["inspector", "report_reader", "system_admin"])
async def test_others_have_no_inbox(world, user):
    assert (await world.get(user, "/v1/tasks")).status_code == 403


async def test_an_unanswered_hand_over_expires_goes_to_the_province_and_the_person_stays(world, hand):
    person, id = await given(world, left_on="2026-06-01")
    for _ in range(2):  # safe to run twice
        await sweep(hand, datetime.now(LOCAL))
    seen = (await world.get("province_officer", f"/v1/handovers/{id}")).json()
    assert (seen["state"], seen["escalated_at"] is not None) == ("expired", True)
    tasks = (await world.get("province_officer", "/v1/tasks?escalated=true")).json()["data"]
    assert [(row["kind"], row["unit_id"]) for row in tasks] == [("handover_expired", str(world.units["north"]))]
    assert (await world.get("officer", f"/v1/persons/{person}")).status_code == 200
    late = await world.call(
        "neighbour", "POST", f"/v1/handovers/{id}/transitions", {"to": "accepted"}, If_Match=f'"{seen["version"]}"'
    )
    assert (late.status_code, late.json()["code"]) == (409, "wrong_move")


async def test_what_is_overdue_goes_up_once_and_what_is_not_stays(world, hand):
    await given(world)
    soon = datetime.now(LOCAL) + timedelta(hours=1)
    assert await hand.escalate(soon) == 0
    later = datetime.now(LOCAL) + timedelta(days=30)
    assert await hand.escalate(later) == 1
    assert await hand.escalate(later) == 0


async def test_a_corrected_calendar_moves_an_open_clock_and_leaves_a_trace(world, hand):
    """Left on 2026-06-25: five working days end on 2 July; a new holiday on 29 June makes it 3 July."""
    _, id = await given(world, left_on="2026-06-25")
    before = (await world.get("neighbour", f"/v1/handovers/{id}")).json()["due_at"]
    await world.admin.execute(
        "insert into calendar_day (id, day, kind, reason, name_vi, name_en, source, confidence, layer)"
        " values (gen_random_uuid(), '2026-06-29', 'off', 'holiday', 'Nghỉ', 'Off', 'test', 'U', 'override')"
    )
    await world.admin.execute("update law_state set version = version + 1")
    try:
        for _ in range(2):
            await follow_law(hand, datetime.now(LOCAL))
        after = (await world.get("neighbour", f"/v1/handovers/{id}")).json()["due_at"]
        task = (await world.get("neighbour", "/v1/tasks")).json()["data"][0]
    finally:
        await world.admin.execute("delete from calendar_day where source = 'test'")
        await world.admin.execute("update law_state set version = version + 1")
    assert (before[:10], after[:10]) == ("2026-07-03", "2026-07-04")
    assert task["due_at"] == after
    assert [datetime.fromisoformat(moved["due_at"]) for moved in task["moved"]] == [datetime.fromisoformat(before)]


async def test_the_worker_reads_no_more_than_a_unit_at_a_time(world, hand):
    await world.person("hoa")
    async with hand.pool.acquire() as connection:
        with pytest.raises(Exception, match="permission denied"):
            await connection.fetch("select * from person")


async def test_a_law_that_changed_moves_the_clocks_of_notices_and_cases_too(world, hand):
    """A self-report of Thursday 2025-04-24: three working days are 28 April; a day off on the 25th moves them."""
    person = await world.person("hoa")
    body = {
        "person_id": str(person),
        "pathway": "compulsory_adult",
        "trigger": "self_report",
        "completed_on": "2025-04-20",
        "self_reported_on": "2025-04-24",
    }
    made = await world.call("officer", "POST", "/v1/cases", body)
    assert made.status_code == 201, made.text
    before = (await world.get("officer", "/v1/tasks?noun=management_case&kind=dossier")).json()["data"]
    await world.admin.execute(
        "insert into calendar_day (id, day, kind, reason, name_vi, name_en, source, confidence, layer)"
        " values (gen_random_uuid(), '2025-04-25', 'off', 'holiday', 'Nghỉ', 'Off', 'test', 'U', 'override')"
    )
    await world.admin.execute("update law_state set version = version + 1")
    try:
        await follow_law(hand, datetime.now(LOCAL))
        after = (await world.get("officer", "/v1/tasks?noun=management_case&kind=dossier")).json()["data"]
    finally:
        await world.admin.execute("delete from calendar_day where source = 'test'")
        await world.admin.execute("update law_state set version = version + 1")
    assert [row["due_on"] for row in before] == ["2025-04-28"]
    assert [row["due_on"] for row in after] == ["2025-04-29"]


async def test_idempotency_keys_end_after_a_day_and_ids_of_callers_stay_taken(world, hand):
    made = await world.call("officer", "POST", "/v1/persons", {"full_name": "Lê Hòa"}, Idempotency_Key="once")
    await world.admin.execute("update idempotency set recorded_at = recorded_at - interval '25 hours'")
    body = {"full_name": "Lê An", "id": str(made.json()["id"])[:-4] + "0001"}
    await world.call("officer", "POST", "/v1/persons", body)
    await world.admin.execute("update idempotency set recorded_at = recorded_at - interval '25 hours'")
    await sweep(hand, datetime.now(LOCAL))
    assert [row["key"] for row in await world.admin.fetch("select key from idempotency")] == [f"id:{body['id']}"]


@pytest.mark.parametrize("once_more", range(5))
async def test_a_database_that_is_gone_is_503_with_retry_after_and_comes_back(world, once_more):
    """Connections cut under the service: one refusal at most each, then it works again."""
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app_rw' and datname = current_database()"
    await world.admin.execute(cut)
    answers = [await world.get("officer", "/v1/persons") for _ in range(12)]
    await world.house.pool.expire_connections()  # those that nobody has touched yet are cut as well
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert all("retry-after" in answer.headers for answer in answers if answer.status_code == 503)
    assert answers[-1].status_code == 200


# -- whose, and how many


@pytest.fixture
def desk(world):
    return Desk(world, at("2026-08-03 09:00"))


async def kinds(desk, user, query="mine=true"):
    page = (await desk.get(f"/v1/tasks?{query}", user))["data"]
    return [row["kind"] for row in page]


async def test_what_i_opened_proposed_or_drafted_is_mine_until_the_next_hand_takes_it(desk):
    case = await desk.open()
    assert set(await kinds(desk, "officer")) == {"decision_latest", "proposal"}
    assert await kinds(desk, "police") == await kinds(desk, "leader") == []
    await desk.propose(case)
    assert await kinds(desk, "officer") == [], "the proposal is the police's"
    assert "decision_latest" in await kinds(desk, "police")
    await desk.draft(case)
    assert "decision_latest" in await kinds(desk, "officer")
    assert "decision_latest" in await kinds(desk, "police"), "who proposed waits for the answer"
    assert await kinds(desk, "leader") == []
    rest = await kinds(desk, "officer", "mine=false")
    assert not set(rest) & set(await kinds(desk, "officer"))


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "mine"),
    [
        ("2026-08-03", None, True),
        ("2026-08-01", "2026-08-03", True),
        ("2026-08-01", "2026-08-02", False),
        ("2026-08-04", None, False),
    ],
)
async def test_a_person_assigned_to_me_today_is_mine_on_both_sides_of_the_dates(desk, valid_from, valid_to, mine):
    case = await desk.open()
    body = {"name": "Lê An", "decided_on": "2026-08-01", "valid_from": valid_from, "valid_to": valid_to}
    body["account_id"] = str(desk.world.users["leader"].account_id)
    await desk.done("officer", "POST", f"/v1/cases/{case['id']}/assignments", body)
    assert bool(await kinds(desk, "leader")) is mine
    graph = await desk.ask("leader", "{tasks(where: {mine: true}) {nodes {kind}}}")
    assert bool(graph["data"]["tasks"]["nodes"]) is mine


async def test_one_s_own_unit_and_the_units_below_are_told_apart(desk):
    await desk.open()
    for user, own, below in (("officer", True, False), ("province_officer", False, True), ("stranger", False, False)):
        assert bool(await kinds(desk, user, "level=own")) is own
        assert bool(await kinds(desk, user, "level=below")) is below
    graph = await desk.ask("province_officer", "{tasks(where: {level: below}) {nodes {unit {id}}}}")
    assert {node["unit"]["id"] for node in graph["data"]["tasks"]["nodes"]} == {str(desk.world.units["hoa"])}


@pytest.mark.parametrize(
    ("now", "overdue", "today", "week"),
    [
        # the proposal is due on Wednesday 2026-08-05, whole day
        ("2026-08-03 09:00", 0, 0, 1),
        ("2026-08-04 23:59", 0, 0, 1),
        ("2026-08-05 00:00", 0, 1, 1),
        ("2026-08-05 23:59", 0, 1, 1),
        ("2026-08-06 00:01", 1, 0, 0),
    ],
)
async def test_badges_count_what_is_due_today_this_week_and_overdue(desk, now, overdue, today, week):
    await desk.open(completed_on="2026-12-31")
    assert (await desk.get("/v1/tasks?kind=proposal", "officer"))["data"][0]["due_on"] == "2026-08-05"
    counts = await desk.on(now).done("officer", "GET", "/v1/tasks:count")
    row = next(row for row in counts if (row["kind"], row["unit_id"]) == ("proposal", None))
    assert (row["open"], row["overdue"], row["due_today"], row["due_this_week"]) == (1, overdue, today, week)


async def test_badges_stand_by_kind_and_by_unit_below_and_agree_with_the_list(desk):
    for unit in ("hoa", "hoa", "binh"):
        person = await desk.world.person(unit)
        user = "officer" if unit == "hoa" else "neighbour"
        body = {"person_id": str(person), "trigger": "discharge_notice", "pathway": "voluntary_community"}
        body |= {"completed_on": "2026-12-31", "notice_received_at": desk.now.isoformat()}
        await desk.done(user, "POST", "/v1/cases", body)
    counts = await desk.get("/v1/tasks:count?level=below", "province_officer")
    told = {(row["kind"], row["unit_id"]): row["open"] for row in counts}
    hoa, binh = str(desk.world.units["hoa"]), str(desk.world.units["binh"])
    assert (told["proposal", None], told["proposal", hoa], told["proposal", binh]) == (3, 2, 1)
    listed = await desk.get("/v1/tasks?count=exact&level=below", "province_officer")
    assert told[None, None] == listed["total"] == told[None, hoa] + told[None, binh]
    mine = await desk.ask("neighbour", "{taskCounts(of: {mine: true}) {kind unitId open __typename}}")
    whole = next(row for row in mine["data"]["taskCounts"] if row["kind"] is None and row["unitId"] is None)
    assert (whole["open"], whole["__typename"]) == (told[None, binh], "TaskCount")


async def test_nobody_counts_an_empty_inbox_as_somebody_elses(desk):
    await desk.open()
    assert [row["open"] for row in await desk.get("/v1/tasks:count", "stranger")] == [0]
    assert (await desk.call("report_reader", "GET", "/v1/tasks:count")).status_code == 403
    refused = await desk.call("officer", "GET", "/v1/tasks:count?level=above")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/level")
