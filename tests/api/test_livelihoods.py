"""Training, jobs and households: levels of outcome, the stage frozen, the checks that ask again."""

from __future__ import annotations

from datetime import date

import pytest

from domain.law.instants import plus_months
from tests.case_work import Desk, at
from tests.livelihood import TODAY, ago, amended, course, flaws, look_after, made, moved, tasks, try_move


@pytest.fixture
async def person(world):
    return await world.person("hoa", "Nguyễn Thị Mai", born_on=date(1990, 1, 1))


async def training(world, person, user="officer", **more):
    return await made(world, "vocational-supports", user, **({"person_id": str(person), "advised_on": ago(40)} | more))


ENROLLED = {"enrolled_on": ago(30), "trade": "May công nghiệp", "funding": "state_short_course", "cost_vnd": 0}


async def test_training_goes_from_advice_to_certificate_each_level_dated(world, person):
    row = await training(world, person)
    row = await moved(world, "vocational-supports", row, "enrolled", **ENROLLED)
    assert (row["cost_vnd"], row["funding_rule"], row["warnings"]) == (0, "training.funding@1", [])
    row = await moved(world, "vocational-supports", row, "finished", finished_on=ago(3))
    row = await moved(world, "vocational-supports", row, "certified", certified_on=ago(1), certificate_number="12/CC")
    assert [move["to"] for move in row["history"]] == ["advised", "enrolled", "finished", "certified"]
    assert row["transitions"] == []


@pytest.mark.parametrize(
    ("start", "to", "told", "missing"),
    [
        ("advised", "enrolled", {"enrolled_on": ago(1)}, ["trade", "funding"]),
        ("advised", "finished", {}, None),
        ("advised", "certified", {}, None),
        ("advised", "dropped", {"dropped_on": ago(1)}, ["reason"]),
    ],
)
async def test_no_level_is_skipped(world, person, start, to, told, missing):
    row = await training(world, person)
    reply = await try_move(world, "vocational-supports", row, to, **told)
    assert reply.status_code == (422 if missing else 409)
    assert reply.json().get("missing") == missing


async def test_who_left_training_takes_it_up_again(world, person):
    row = await moved(world, "vocational-supports", await training(world, person), "enrolled", **ENROLLED)
    row = await moved(world, "vocational-supports", row, "dropped", dropped_on=ago(9), reason="ốm")
    row = await moved(world, "vocational-supports", row, "enrolled", enrolled_on=ago(2), reason="khỏe lại")
    assert (row["state"], row["enrolled_on"], row.get("dropped_on")) == ("enrolled", ago(2), None)


@pytest.mark.parametrize(
    ("facts", "on", "stage"),
    [
        ({}, "2026-03-01", "in_rehab"),
        ({}, "2026-01-04", "after"),
        ({"ended_on": date(2026, 3, 1), "outcome": "completed"}, "2026-02-28", "in_rehab"),
        ({"ended_on": date(2026, 3, 1), "outcome": "completed"}, "2026-03-01", "after"),
        ({"kind": "substitution_treatment"}, "2026-03-01", "after"),
    ],
)
async def test_the_stage_is_that_of_the_first_day(world, person, facts, on, stage):
    await course(world, person, **facts)
    assert (await training(world, person, advised_on=on))["stage"] == stage
    job = await made(world, "job-placements", person_id=str(person), sought_on=on)
    assert job["stage"] == stage


async def test_the_stage_is_frozen_and_follows_no_later_fact(world, person):
    row = await training(world, person, advised_on="2026-03-01")
    await course(world, person)
    row = (await amended(world, "vocational-supports", row, trade="Hàn")).json()
    assert row["stage"] == "after"
    row = await moved(world, "vocational-supports", row, "enrolled", **ENROLLED)
    assert row["stage"] == "after"


async def test_the_stage_is_of_the_case_and_so_no_volunteers_to_see(world, person):
    await look_after(world, person)
    row = await training(world, person, "volunteer")
    assert "stage" not in row
    assert "stage" in row["masked"]
    assert (await world.get("counsellor", "/v1/vocational-supports?stage=after")).status_code == 200
    assert (await world.get("volunteer", "/v1/vocational-supports?stage=after")).status_code == 422


@pytest.mark.parametrize(
    ("enrolled", "funding", "cost", "rule", "warned"),
    [
        ("2015-12-31", "state_short_course", 0, None, []),
        ("2016-01-01", "state_short_course", 0, "training.funding@1", []),
        ("2026-01-05", "state_short_course", 2_000_000, "training.funding@1", []),
        ("2026-01-05", "state_short_course", 2_000_001, "training.funding@1", ["over_amount"]),
        ("2022-11-18", "rehab_budget", 5_000_000, None, []),
        ("2022-11-19", "rehab_budget", 5_000_000, "training.funding@2", []),
        ("2026-01-05", "sponsor", 9_000_000, None, []),
    ],
)
async def test_the_funding_rule_is_that_of_the_day_of_enrolment(world, person, enrolled, funding, cost, rule, warned):
    row = await training(world, person, advised_on=enrolled)
    told = {"enrolled_on": enrolled, "trade": "Hàn", "funding": funding, "cost_vnd": cost}
    row = await moved(world, "vocational-supports", row, "enrolled", **told)
    assert row.get("funding_rule") == rule
    assert [warning["code"] for warning in row["warnings"]] == warned


@pytest.mark.parametrize(
    ("gender", "born", "warned"),
    [
        ("female", date(1970, 2, 1), False),
        ("female", date(1970, 1, 5), True),
        ("male", date(1970, 1, 5), False),
        ("male", date(2011, 1, 5), False),
        ("male", date(2011, 1, 6), True),
    ],
)
async def test_who_is_outside_the_age_is_recorded_with_a_warning(world, gender, born, warned):
    someone = await world.person("hoa", born_on=born, gender=gender)
    row = await training(world, someone, advised_on="2026-01-05")
    told = ENROLLED | {"enrolled_on": "2026-01-05"}
    row = await moved(world, "vocational-supports", row, "enrolled", **told)
    assert bool(row["warnings"]) is warned


async def test_a_need_is_met_by_its_own_kind_and_of_the_same_person(world, person):
    job = await made(world, "needs", person_id=str(person), kind="job", found_on=ago(50))
    learn = await made(world, "needs", person_id=str(person), kind="vocational_training", found_on=ago(50))
    assert (await training(world, person, need_id=learn["id"]))["need_id"] == learn["id"]
    body = {"person_id": str(person), "advised_on": ago(1), "need_id": job["id"]}
    assert flaws(await world.call("officer", "POST", "/v1/vocational-supports", body)) == [
        ("/need_id", "need_of_another_kind")
    ]
    body |= {"person_id": str(await world.person("hoa")), "need_id": learn["id"]}
    assert flaws(await world.call("officer", "POST", "/v1/vocational-supports", body)) == [
        ("/need_id", "of_another_person")
    ]
    body |= {"need_id": "0199f3a0-6c1e-7d20-8a51-3f0c5f6f2a10"}
    assert flaws(await world.call("officer", "POST", "/v1/vocational-supports", body)) == [("/need_id", "not_in_scope")]


async def test_a_school_is_an_organisation_on_file_or_a_name(world, person):
    school = await made(world, "organisations", name="Trường Trung cấp nghề số 1", kind="school")
    assert (await training(world, person, school_id=school["id"]))["school_id"] == school["id"]
    body = {"person_id": str(person), "advised_on": ago(1), "school_id": school["id"], "school_name": "Trường khác"}
    assert flaws(await world.call("officer", "POST", "/v1/vocational-supports", body)) == [
        ("/school_name", "one_place")
    ]
    body = {"person_id": str(person), "advised_on": ago(1), "school_id": str(person)}
    assert flaws(await world.call("officer", "POST", "/v1/vocational-supports", body)) == [
        ("/school_id", "not_in_scope")
    ]


# -- work


async def job(world, person, placed=None, **more):
    row = await made(world, "job-placements", person_id=str(person), sought_on="2025-06-01", **more)
    return row if placed is None else await moved(world, "job-placements", row, "placed", placed_on=placed)


@pytest.mark.parametrize(
    ("placed", "months"),
    [
        ("2026-01-15", {3: "2026-04-15", 6: "2026-07-15", 12: "2027-01-15"}),
        ("2025-11-30", {3: "2026-02-28", 6: "2026-05-30", 12: "2026-11-30"}),
        ("2025-08-31", {3: "2025-11-30", 6: "2026-02-28", 12: "2026-08-31"}),
    ],
)
async def test_tasks_ask_after_three_six_and_twelve_months(world, person, placed, months):
    row = await job(world, person, placed)
    assert await tasks(world, row["id"]) == {f"job_check_{n}": day for n, day in months.items()}
    assert {told["task"] for told in row["consequences"]} == {f"job_check_{n}" for n in months}
    assert {told["rule"] for told in row["consequences"]} == {"work.check@1", "work.check@2", "work.check@3"}


async def check(world, row, months, on, user="officer", **more):
    body = {"person_id": row["person_id"], "job_placement_id": row["id"], "months": months, "checked_on": on}
    return await world.call(
        user, "POST", "/v1/job-checks", body | {"in_work": True, "income_band": "from_5_to_8"} | more
    )


async def test_a_check_that_was_made_is_asked_no_more_and_made_once(world, person):
    row = await job(world, person, "2026-01-15")
    made_check = await check(world, row, 3, "2026-04-20")
    assert made_check.status_code == 201, made_check.text
    assert set(await tasks(world, row["id"])) == {"job_check_6", "job_check_12"}
    again = await check(world, row, 3, "2026-04-21")
    assert (again.status_code, again.json()["code"]) == (409, "checked_already")
    path = f"/v1/job-checks/{made_check.json()['id']}"
    voided = await world.call("officer", "DELETE", path, {"reason": "ghi nhầm"}, If_Match='"1"')
    assert voided.status_code == 200, voided.text
    assert set(await tasks(world, row["id"])) == {"job_check_3", "job_check_6", "job_check_12"}


@pytest.mark.parametrize(
    ("months", "on", "more", "flaw"),
    [
        (3, "2026-04-14", {}, ("/checked_on", "before_it_is_due")),
        (4, "2026-06-01", {}, ("/months", "not_allowed")),
        (3, "2026-04-15", {"in_work": False}, ("/income_band", "not_with_this_outcome")),
    ],
)
async def test_a_check_comes_after_its_months_and_says_what_can_be(world, person, months, on, more, flaw):
    row = await job(world, person, "2026-01-15")
    assert flaws(await check(world, row, months, on, **more)) == [flaw]


async def test_a_job_that_was_not_found_cannot_be_asked_about(world, person):
    reply = await check(world, await job(world, person), 3, ago(1))
    assert (reply.status_code, reply.json()["code"]) == (409, "job_not_placed")


async def test_a_job_that_ended_is_asked_no_more(world, person):
    row = await job(world, person, "2026-01-15")
    reply = await try_move(world, "job-placements", row, "ended", ended_on="2026-05-01")
    assert reply.json()["missing"] == ["end_reason"]
    row = await moved(world, "job-placements", row, "ended", ended_on="2026-05-01", end_reason="contract_ended")
    assert await tasks(world, row["id"]) == {}
    assert (await check(world, row, 3, "2026-04-16")).status_code == 201


async def test_a_corrected_first_day_moves_the_checks(world, person):
    row = await job(world, person, "2026-01-15")
    await amended(world, "job-placements", row, placed_on="2026-02-01")
    assert (await tasks(world, row["id"]))["job_check_3"] == "2026-05-01"


async def test_the_checks_that_are_due_stand_in_the_inbox_of_that_day(world, person):
    await job(world, person, "2026-01-15")
    desk = Desk(world, at("2026-04-15"))
    counts = await desk.get("/v1/tasks:count", "officer")
    assert next(row for row in counts if row["kind"] == "job_check_3")["due_today"] == 1


async def test_the_checks_of_a_job_are_read_with_it(world, person):
    row = await job(world, person, "2026-01-15")
    await check(world, row, 3, "2026-04-20")
    read = (await world.get("officer", f"/v1/job-placements/{row['id']}?include=checks")).json()
    assert [(one["months"], one["in_work"], one["income_band"]) for one in read["checks"]] == [(3, True, "from_5_to_8")]
    query = f'{{ jobPlacement(id: "{row["id"]}") {{ state checks {{ nodes {{ months inWork }} }} }} }}'
    told = (await world.ask("officer", query))["data"]["jobPlacement"]
    assert told["checks"]["nodes"] == [{"months": 3, "inWork": True}]


# -- households


async def test_a_household_has_one_status_a_year_and_its_programmes(world, person):
    told = {"person_id": str(person), "year": 2025, "poverty": "near_poor", "programmes": ["poverty_reduction"]}
    row = await made(world, "household-statuses", **told, enrolled_on="2025-03-01")
    assert row["programmes"] == ["poverty_reduction"]
    again = await world.call("officer", "POST", "/v1/household-statuses", told)
    assert (again.status_code, again.json()["code"]) == (409, "year_on_file")
    await made(world, "household-statuses", **(told | {"year": 2026, "poverty": "neither", "programmes": []}))
    poor = (await world.get("officer", "/v1/household-statuses?programme=poverty_reduction")).json()["data"]
    assert [found["year"] for found in poor] == [2025]


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        ({"year": TODAY.year + 1}, ("/year", "out_of_range")),
        ({"year": 1999}, ("/year", "out_of_range")),
        ({"enrolled_on": "2025-01-01"}, ("/programmes", "required")),
        ({"programmes": ["magic"]}, ("/programmes/0", "not_allowed")),
    ],
)
async def test_a_status_that_cannot_be_is_refused(world, person, change, flaw):
    body = {"person_id": str(person), "year": 2025, "poverty": "poor"} | change
    assert flaw in flaws(await world.call("officer", "POST", "/v1/household-statuses", body))


async def test_programmes_are_emptied_not_cleared(world, person):
    row = await made(
        world, "household-statuses", person_id=str(person), year=2025, poverty="poor", programmes=["other"]
    )
    assert flaws(await amended(world, "household-statuses", row, programmes=None)) == [("/programmes", "required")]
    assert (await amended(world, "household-statuses", row, programmes=[])).json()["programmes"] == []


# -- who sees it


PATHS = ("vocational-supports", "job-placements", "job-checks", "household-statuses")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("user", ["police", "club_board", "health_station", "rehab_centre", "province_officer"])
async def test_who_has_no_part_in_it_is_refused_at_every_door(world, path, user):
    assert (await world.get(user, f"/v1/{path}")).status_code == 403


async def test_a_case_file_shows_it_to_the_office_and_hides_it_from_the_police(world, person):
    await training(world, person)
    row = await job(world, person, "2026-01-15")
    await made(world, "household-statuses", person_id=str(person), year=2025, poverty="poor")
    names = "needs,vocational_supports,job_placements,household_statuses,loan_supports"
    file = (await world.get("officer", f"/v1/persons/{person}?include={names}")).json()
    assert [found["id"] for found in file["job_placements"]] == [row["id"]]
    assert (len(file["vocational_supports"]), len(file["household_statuses"]), file["needs"]) == (1, 1, [])
    seen = (await world.get("police", f"/v1/persons/{person}?include={names}")).json()
    assert set(names.split(",")) <= set(seen["masked"])
    assert set(names.split(",")).isdisjoint(seen)


async def test_rows_move_with_the_person(world, person):
    """What is due moves too; the commune that made a row no longer sees it."""
    row = await job(world, person, "2026-01-15")
    body = {"person_id": str(person), "unit_id": str(world.units["binh"]), "reason": "chuyển nơi cư trú"}
    given = await made(world, "handovers", **body)
    taken = await try_move(world, "handovers", given, "accepted", "neighbour")
    assert (taken.status_code, taken.json()["state"]) == (200, "effective"), taken.text
    assert (await world.get("officer", f"/v1/job-placements/{row['id']}")).status_code == 404
    assert (await world.get("neighbour", f"/v1/job-placements/{row['id']}")).status_code == 200
    assert (await check(world, row, 3, "2026-04-20", "neighbour")).status_code == 201
    due = (await world.get("neighbour", "/v1/tasks")).json()["data"]
    assert {task["kind"] for task in due} >= {"job_check_6", "job_check_12"}


def test_months_end_with_the_month():
    assert plus_months(date(2025, 11, 30), 3) == date(2026, 2, 28)
