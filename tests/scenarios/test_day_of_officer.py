"""A day of the commune officer (dossier §17, step 5), through the public API alone: from what counsellors report over
training, jobs and the list of Decision 08/2026 to a loan file that explains itself.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.case_work import Desk, at
from tests.livelihood import M, flaws, look_after, made, moved, try_move

TODAY = "2026-11-20"


@pytest.fixture
async def desk(world):
    return Desk(world, at("2026-03-20"))


async def managed(desk, name):
    """A person under a decision of this year."""
    person = await desk.world.person("hoa", name, born_on=date(1991, 5, 4))
    await desk.decided(person=person, completed_on="2026-03-31", paper_decided_on="2026-03-20")
    return person


async def test_what_a_counsellor_reports_becomes_training_work_and_a_loan(world, desk):
    mai, ba = await managed(desk, "Nguyễn Thị Mai"), await managed(desk, "Lê Văn Ba")
    await look_after(world, mai)
    for kind in ("vocational_training", "job", "loan"):
        await made(world, "needs", "volunteer", person_id=str(mai), kind=kind, found_on="2026-06-02")

    # 5. looks at the needs reported by counsellors …
    waiting = (await world.get("officer", "/v1/needs?state=open&include=person")).json()["data"]
    needs = {row["kind"]: row for row in waiting}
    assert {row["person"]["full_name"] for row in waiting} == {"Nguyễn Thị Mai"}
    assert set(needs) == {"vocational_training", "job", "loan"}

    # … makes the plan with the person, and it feeds the inbox
    plan = await made(
        world, "reintegration-plans", person_id=str(mai), drawn_on="2026-06-05", goals="Có nghề may, có việc"
    )
    step = {"person_id": str(mai), "plan_id": plan["id"], "what": "Nộp hồ sơ học nghề", "owner": "officer"}
    await made(world, "plan-steps", **step, due_on="2026-06-20")
    plan = await moved(
        world, "reintegration-plans", plan, "agreed", made_with_person=True, made_with_person_on="2026-06-05"
    )
    inbox = (await world.get("officer", "/v1/tasks?kind=plan_step")).json()["data"]
    assert [task["due_on"] for task in inbox] == ["2026-06-20"]

    # … opens the vocational file: free, by the rule of that day, in the stage of that day
    file = await made(
        world,
        "vocational-supports",
        person_id=str(mai),
        need_id=needs["vocational_training"]["id"],
        advised_on="2026-06-08",
    )
    enrolled = {"enrolled_on": "2026-06-22", "trade": "May công nghiệp", "funding": "state_short_course", "cost_vnd": 0}
    file = await moved(world, "vocational-supports", file, "enrolled", **enrolled)
    assert (file["stage"], file["cost_vnd"], file["funding_rule"]) == ("after", 0, "training.funding@1")
    file = await moved(world, "vocational-supports", file, "finished", finished_on="2026-08-21")
    await moved(world, "vocational-supports", file, "certified", certified_on="2026-08-28")
    await moved(world, "needs", needs["vocational_training"], "met", met_on="2026-08-28")

    # … a job, and the tasks that ask again
    job = await made(world, "job-placements", person_id=str(mai), need_id=needs["job"]["id"], sought_on="2026-07-01")
    job = await moved(world, "job-placements", job, "placed", placed_on="2026-08-15", income_band="from_5_to_8")
    await moved(world, "needs", needs["job"], "met", met_on="2026-08-15")
    due = (await world.get("officer", "/v1/tasks?noun=job_placement")).json()["data"]
    assert [task["due_on"] for task in due] == ["2026-11-15", "2027-02-15", "2027-08-15"]
    check = {"person_id": str(mai), "job_placement_id": job["id"], "months": 3, "checked_on": "2026-11-16"}
    await made(world, "job-checks", "volunteer", **check, in_work=True, income_band="from_5_to_8")
    due = (await world.get("officer", "/v1/tasks?noun=job_placement")).json()["data"]
    assert [task["kind"] for task in due] == ["job_check_6", "job_check_12"]

    # … asks what a loan would come to before anybody walks to the bank
    asked = {"person_id": str(mai), "borrower": "person", "loan_on": TODAY, "amount_vnd": 80 * M}
    asked |= {"months": 60, "purpose": "production", "law_abiding": True}
    answer = (await world.call("officer", "POST", "/v1/loan-supports:check", asked)).json()
    assert [line["code"] for line in answer["lines"] if line["verdict"] != "met"] == ["list"]

    # … and confirms the police-made list of Decision 08/2026 line by line
    roll = await made(world, "loan-lists", programme="q08", made_on="2026-09-01", made_by="Công an phường Hoà")
    lines = {
        name: await made(world, "loan-list-lines", person_id=str(who), loan_list_id=roll["id"])
        for name, who in (("mai", mai), ("ba", ba))
    }
    early = await try_move(world, "loan-lists", roll, "confirmed", confirmed_on="2026-09-05")
    assert (early.status_code, early.json()["code"]) == (409, "lines_waiting")
    await moved(world, "loan-list-lines", lines["mai"], "confirmed", answered_on="2026-09-05")
    told = {"answered_on": "2026-09-05", "reason": "đang vay chương trình khác"}
    await moved(world, "loan-list-lines", lines["ba"], "rejected", **told)
    roll = await moved(world, "loan-lists", roll, "confirmed", confirmed_on="2026-09-05", confirmed_number="21/XN-UBND")
    answer = (await world.call("officer", "POST", "/v1/loan-supports:check", asked)).json()
    assert answer["verdict"] == "met"

    # the loan file
    told = {"person_id": str(mai), "borrower": "household", "representative": "bà Nguyễn Thị Tư", "law_abiding": True}
    loan = await made(
        world,
        "loan-supports",
        **told,
        need_id=needs["loan"]["id"],
        asked_on="2026-09-06",
        asked_vnd=80 * M,
        purpose="production",
    )
    loan = await moved(world, "loan-supports", loan, "listed", loan_list_line_id=lines["mai"]["id"])
    loan = await moved(world, "loan-supports", loan, "applied", applied_on="2026-09-10")
    loan = await moved(world, "loan-supports", loan, "approved", decided_on="2026-10-01", amount_vnd=80 * M, months=60)
    loan = await moved(world, "loan-supports", loan, "disbursed", disbursed_on="2026-10-15")
    assert (loan["programme"], loan["warnings"]) == ("q08", [])
    await moved(world, "needs", needs["loan"], "met", met_on="2026-10-15")

    # "100 % of those with need"
    figures = (await world.get("officer", "/v1/needs:count?since=2026-01-01&until=2026-11-20")).json()
    assert {row["kind"]: (row["persons"], row["persons_met"]) for row in figures}[None] == (1, 1)

    # the case file in one answer, by both doors
    names = "needs,reintegration_plans,vocational_supports,job_placements,loan_supports"
    read = (await world.get("officer", f"/v1/persons/{mai}?include={names}")).json()
    assert [len(read[name]) for name in names.split(",")] == [3, 1, 1, 1, 1]
    told = await world.ask(
        "officer",
        f'{{ person(id: "{mai}") {{ needs {{ nodes {{ kind state }} }} loanSupports {{ nodes {{ amountVnd state }} }} }} }}',
    )
    assert told["data"]["person"]["loanSupports"]["nodes"] == [{"amountVnd": 80 * M, "state": "disbursed"}]


async def test_what_the_day_refuses(world, desk):
    mai = await managed(desk, "Nguyễn Thị Mai")
    row = {"person_id": str(mai), "kind": "loan", "found_on": "2026-06-02"}
    assert (await world.call("volunteer", "POST", "/v1/needs", row)).status_code == 404, "not assigned"
    assert (await world.call("police", "POST", "/v1/needs", row)).status_code == 403
    assert (await world.call("neighbour", "POST", "/v1/needs", row)).status_code == 404
    need = await made(world, "needs", **row)
    told = {"person_id": str(mai), "need_id": need["id"], "sought_on": "2026-06-02"}
    assert flaws(await world.call("officer", "POST", "/v1/job-placements", told)) == [
        ("/need_id", "need_of_another_kind")
    ]
    loan = await made(world, "loan-supports", person_id=str(mai), borrower="person", asked_on="2026-06-02")
    skipped = await try_move(world, "loan-supports", loan, "disbursed", disbursed_on="2026-06-03")
    assert (skipped.status_code, skipped.json()["code"]) == (409, "wrong_move")
    assert skipped.json()["allowed"] == ["listed", "applied", "withdrawn"]
    roll = await made(world, "loan-lists", programme="q08", made_on="2026-06-02")
    line = await made(world, "loan-list-lines", person_id=str(mai), loan_list_id=roll["id"])
    for user in ("police", "volunteer", "club_board", "neighbour"):
        reply = await try_move(world, "loan-list-lines", line, "confirmed", user, answered_on="2026-06-03")
        assert reply.status_code in (403, 404), user
