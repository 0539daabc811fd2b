"""A day of the province officer (dossier §17): counts first, names only with a purpose, and every look is in the journal."""

from __future__ import annotations

import pytest

from tests.case_work import Desk, at
from tests.livelihood import look_after, made, moved

PROVINCE = "province_officer"


@pytest.fixture
def desk(world):
    return Desk(world, at("2026-07-31 16:00"))


async def overdue(desk, kind):
    """Late tasks of a kind by unit below."""
    rows = await desk.get("/v1/tasks:count?level=below", PROVINCE)
    return {row["unit_id"]: row["overdue"] for row in rows if row["kind"] == kind and row["unit_id"]}


async def test_counts_first_then_the_names_behind_them_with_a_purpose(desk):
    world, hoa = desk.world, str(desk.world.units["hoa"])
    mai = await world.person("hoa", "Nguyễn Thị Mai", national_id="001190000001", phone="+84912345678")
    case = await desk.open(mai, completed_on="2026-08-10")

    # notices without a proposal, decisions after release: counts by commune, no names
    desk.on("2026-08-12 09:00")
    assert (await overdue(desk, "proposal"))[hoa] == 1
    assert (await overdue(desk, "decision_latest"))[hoa] == 1
    counted = await desk.call(PROVINCE, "GET", "/v1/tasks:count")
    assert "Mai" not in counted.text
    assert str(mai) not in counted.text

    # hand-overs that nobody accepted within the day
    moving = {"person_id": str(mai), "unit_id": str(world.units["binh"]), "reason": "chuyển nơi cư trú"}
    await desk.done("officer", "POST", "/v1/handovers", moving | {"left_at": "2026-08-12T08:00:00+07:00"})
    desk.on("2026-08-14 09:00")
    late = await desk.get("/v1/tasks:count?noun=handover", PROVINCE)
    assert late[0]["overdue"] >= 1
    (waiting,) = (await desk.get("/v1/handovers?state=proposed", PROVINCE))["data"]
    assert waiting["person_id"] == str(mai)

    # whose it is: numbers stay masked until a purpose is named, and the purpose stands in the journal
    (task,) = (await desk.get("/v1/tasks?kind=proposal&include=person", PROVINCE))["data"]
    assert task["person_id"] == str(mai)
    path = f"/v1/persons/{mai}?include=identifiers,phones"
    blind = await desk.get(path, PROVINCE)
    assert blind["full_name"] == "Nguyễn Thị Mai"
    assert "001190000001" not in str(blind)
    assert "912345678" not in str(blind)
    clear = await desk.call(PROVINCE, "GET", path, Access_Purpose="inspection")
    assert "001190000001" in clear.text
    rows = await world.admin.fetch(
        "select purpose from journal_entry where account_id = $1 and act = 'read_person' order by id",
        world.users[PROVINCE].account_id,
    )
    assert [row["purpose"] for row in rows][-2:] == [None, "inspection"]

    # the province watches; it neither opens nor decides
    assert (await desk.try_move(case, "proposed", PROVINCE)).status_code == 403


async def test_communes_without_a_counsellor_and_totals_of_support(world):
    hoa = await world.person("hoa")
    binh = await world.person("binh")
    await look_after(world, hoa, "counsellor")
    await made(world, "needs", person_id=str(hoa), kind="job", found_on="2026-06-02")
    job = await made(world, "job-placements", person_id=str(hoa), sought_on="2026-06-03")
    await moved(world, "job-placements", job, "placed", placed_on="2026-06-20")

    lines = (await world.get(PROVINCE, "/v1/assignments:count?level=commune&parts=true")).json()
    with_one = {line["unit_id"] for line in lines if line.get("part") == "counsellor" and line.get("unit_id")}
    communes = (await world.get(PROVINCE, "/v1/units?level=commune")).json()["data"]
    without = {unit["id"] for unit in communes} - with_one
    assert str(world.units["binh"]) in without
    assert str(world.units["hoa"]) not in without
    jobs = (await world.get(PROVINCE, "/v1/job-placements:count?since=2026-06")).json()
    assert {line["measure"]: (line["persons"], line["events"]) for line in jobs}["placed"] == (1, 1)
    needs = (await world.get(PROVINCE, "/v1/needs:count")).json()
    assert needs[-1]["persons"] == 1

    # behind a total of support stands no list: not one row, by neither door
    for path in ("needs", "job-placements", "assignments", "referrals", "loan-supports", "club-memberships"):
        assert (await world.get(PROVINCE, f"/v1/{path}")).status_code == 403
        assert (await world.get(PROVINCE, f"/v1/{path}", Access_Purpose="inspection")).status_code == 403
    names = "needs,job_placements,referrals,counselling_contacts"
    seen = (await world.get(PROVINCE, f"/v1/persons/{binh}?include={names}", Access_Purpose="inspection")).json()
    assert not {*names.split(",")} & seen.keys()
    told = await world.ask(PROVINCE, "{ needs { nodes { id } } jobPlacementCounts(count: {}) { measure persons } }")
    assert [error["extensions"]["code"] for error in told["errors"]] == ["forbidden"]
    south = (await world.get("south_officer", "/v1/job-placements:count?since=2026-06")).json()
    assert {line["persons"] for line in south} == {0}
