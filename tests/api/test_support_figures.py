"""Totals of support for those above the commune: persons and times apart, no names, one statement, both doors."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from api.counting import COUNTED_DOORS
from domain.figures import counting
from domain.figures.noun import COUNTED
from domain.ids import new_id
from persistence.figure_sources import SOURCES
from tests.access.gates import camel
from tests.world import insert

SPRING = "since=2024-02&until=2024-03"
LEAP, MARCH = date(2024, 2, 29), date(2024, 3, 1)
ABOVE = ("province_officer", "country_reader", "area_officer", "leader")
PATHS = [door.path for door in COUNTED_DOORS]


async def counted(world, path, user="province_officer", query=SPRING):
    reply = await world.get(user, f"/v1/{path}:count?{query}")
    assert reply.status_code == 200, reply.text
    return {
        tuple(line[name] for name in ("measure", "period", "part") if line.get(name)): (
            line.get("persons"),
            line["events"],
        )
        for line in reply.json()
    }


async def put(world, table, person=None, unit="hoa", **facts):
    no = world.no(unit)
    row = {
        "id": new_id(),
        "unit_no": no,
        "made_unit_no": no,
        "circle_no": no,
        "province_no": world._above(unit, "province"),
    }
    row |= {"person_id": person} if person else {}
    await insert(world.admin, table, row | facts)
    return row["id"]


@pytest.fixture
async def spring(world):
    """Two persons: three courses over the end of a February of 29 days, and one of the commune beside it."""
    hoa, mai, binh = await world.person("hoa"), await world.person("hoa"), await world.person("binh")
    for person, unit, day, stage in (
        (hoa, "hoa", LEAP, "in_rehab"),
        (hoa, "hoa", MARCH, "after"),
        (mai, "hoa", MARCH, "after"),
        (binh, "binh", MARCH, "after"),
    ):
        await put(world, "vocational_support", person, unit, advised_on=day, stage=stage)
    return world


async def test_persons_of_months_are_not_the_sum_of_months(spring):
    found = await counted(spring, "vocational-supports", query=f"{SPRING}&period=month")
    assert found["advised", "2024-02"] == (1, 1)
    assert found["advised", "2024-03"] == (3, 3)
    assert found[("advised",)] == (3, 4)
    assert found[("certified",)] == (0, 0), "nought is told, not left out"


async def test_quarters_and_stages(spring):
    query = "since=2024-01&until=2024-06&period=quarter&parts=true"
    found = await counted(spring, "vocational-supports", query=query)
    assert found["advised", "2024-Q1", "after"] == (3, 3)
    assert found["advised", "2024-Q1", "in_rehab"] == (1, 1)
    assert found["advised", "2024-Q1"] == found[("advised",)] == (3, 4)
    assert not [key for key in found if "2024-Q2" in key]


async def test_units_stand_apart_and_their_persons_are_counted_anew_above(spring):
    for user, level, names in (
        ("province_officer", "commune", ("hoa", "binh")),
        ("country_reader", "province", ("north",)),
    ):
        reply = await spring.get(user, f"/v1/vocational-supports:count?{SPRING}&level={level}")
        lines = {line.get("unit_id"): line["persons"] for line in reply.json() if line["measure"] == "advised"}
        assert lines.pop(None) == 3
        assert set(lines) == {str(spring.units[name]) for name in names}


async def test_jobs_still_in_work_loans_in_dong_and_referrals_that_fell_silent(world):
    person = await world.person("hoa")
    job = await put(world, "job_placement", person, sought_on=LEAP, placed_on=LEAP, stage="after", state="placed")
    for months, in_work in ((3, True), (6, False)):
        facts = {"months": months, "checked_on": MARCH, "in_work": in_work}
        await put(world, "job_check", person, job_placement_id=job, **facts)
    jobs = await counted(world, "job-placements")
    assert [jobs[(f"in_work_after_{n}",)] for n in (3, 6, 12)] == [(1, 1), (0, 0), (0, 0)]
    assert [jobs[(f"checked_after_{n}",)] for n in (3, 6, 12)] == [(1, 1), (1, 1), (0, 0)]
    paid = {"asked_on": LEAP, "decided_on": LEAP, "disbursed_on": MARCH, "amount_vnd": 31_100_001, "months": 60}
    await put(world, "loan_support", person, borrower="household", programme="q29", state="disbursed", **paid)
    firm = {"enterprise_name": "HTX Hoa Sen", "borrower": "enterprise", "programme": "q08", "state": "disbursed"}
    await put(world, "loan_support", None, **firm, **paid)
    reply = await world.get("province_officer", f"/v1/loan-supports:count?{SPRING}")
    (line,) = [line for line in reply.json() if line["measure"] == "disbursed"]
    assert (line["persons"], line["events"], line["amount_vnd"]) == (1, 2, 62_200_002)
    told = {"kind": "loan", "to_unit_id": world.units["centre"], "to_unit_no": world.no("centre")}
    told |= {"consent_on": LEAP, "consent_scope": ["identity"], "due_rule": "x"}
    at = datetime(2024, 2, 29, 16, 59, 59, tzinfo=UTC)
    for state, more in (
        ("sent", {"due_on": MARCH}),
        ("expired", {"due_rule": None}),
        ("accepted", {"due_on": MARCH, "answered_at": at}),
        ("draft", {"due_on": MARCH, "sent_at": None}),
    ):
        await put(world, "referral", person, **(told | {"state": state, "sent_at": at} | more))
    referrals = await counted(world, "referrals", query=f"{SPRING}&period=month")
    assert referrals["sent", "2024-02"] == (1, 3), "one second before midnight here"
    assert referrals["silent", "2024-02"] == (1, 2)
    assert referrals[("answered",)] == referrals[("accepted",)] == (1, 1)


async def test_models_and_members_count_in_every_period_they_stood_in_and_once_over_all(world):
    model = await put(
        world,
        "support_model",
        unit="hoa_club",
        kind="club",
        name="B93",
        state="active",
        founded_on=LEAP,
        commune_ids=[world.units["hoa"], world.units["binh"]],
    )
    person = await world.person("hoa")
    joined = {
        "club_id": model,
        "state": "left",
        "since": MARCH,
        "asked_on": LEAP,
        "agreed_on": LEAP,
        "agreed_by": "person",
    }
    await put(world, "club_membership", person, **joined, joined_on=LEAP, left_on=MARCH)
    query = "since=2024-01&until=2024-04&period=month"
    found = await counted(world, "support-models", query=query)
    assert [found.get(("running", f"2024-0{n}")) for n in (1, 2, 3, 4)] == [None, (None, 1), (None, 1), (None, 1)]
    assert (found[("running",)], found[("communes_served",)]) == ((None, 1), (None, 2))
    members = await counted(world, "club-memberships", query=query)
    assert [members.get(("members", f"2024-0{n}")) for n in (1, 2, 3, 4)] == [None, (1, 1), (1, 1), None]
    assert members[("members",)] == (1, 1)


@pytest.mark.parametrize("path", PATHS)
async def test_whoever_has_totals_counts_by_both_doors_and_other_places_count_nothing(spring, path):
    for user in ABOVE:
        rest = (await spring.get(user, f"/v1/{path}:count?{SPRING}")).json()
        noun = next(door.one for door in COUNTED_DOORS if door.path == path)
        assert {line["measure"] for line in rest} == set(COUNTED[noun].measures)
    root = camel(f"{noun}_counts")
    ask = f'{{ {root}(count: {{since: "2024-02", until: "2024-03"}}) {{ m: measure persons events amountVnd __typename }} }}'
    told = (await spring.ask("leader", ask))["data"][root]
    assert {row["__typename"] for row in told} == {"SupportCount"}
    assert [(row["m"], row["persons"], row["events"]) for row in told] == [
        (row["measure"], row.get("persons"), row["events"]) for row in rest
    ]
    assert set((await counted(spring, path, "south_officer")).values()) <= {(0, 0), (None, 0)}


@pytest.mark.parametrize("path", PATHS)
async def test_who_has_no_part_in_it_is_refused_and_who_has_totals_reads_no_row(world, path):
    permission = next(COUNTED[door.one].permission for door in COUNTED_DOORS if door.path == path)
    refused = ["police", "police_head", "inspector", "report_reader", "province_admin"]
    for user in refused:
        assert (await world.get(user, f"/v1/{path}:count")).status_code == 403, user
    last = "select outcome from journal_entry where act like 'count_%' order by id desc limit 1"
    assert await world.admin.fetchval(last) == "denied"
    if permission not in ("read_model", "read_outreach", "read_organisation"):
        for user in ("province_officer", "country_reader"):
            assert (await world.get(user, f"/v1/{path}")).status_code == 403


async def test_a_count_leaves_one_row_in_the_journal_and_names_nobody(spring):
    await counted(spring, "vocational-supports")
    sql = "select outcome, subject_ids, shown from journal_entry where act = 'count_vocational_support'"
    rows = await spring.admin.fetch(sql)
    assert [tuple(row) for row in rows] == [("read", [], 1)]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("since=2024-13", "/since"),
        ("since=2024-03&until=2024-02", "/until"),
        ("since=2001-01&until=2024-02", "/until"),
        ("period=day", "/period"),
        ("level=club", "/level"),
        ("parts=true", "/parts"),
        ("person_id=0", ""),
    ],
)
async def test_only_whole_months_are_counted_and_only_by_what_the_noun_has(world, query, pointer):
    reply = await world.get("officer", f"/v1/club-sessions:count?{query}")
    assert reply.status_code in (400, 422), reply.text
    assert [flaw["pointer"] for flaw in reply.json()["errors"]] == [pointer]


@pytest.mark.parametrize(("query", "pointer"), [("", "/until"), ("&level=commune", "/level")])
async def test_too_many_lines_are_refused_where_fewer_can_be_asked_for(spring, monkeypatch, query, pointer):
    monkeypatch.setattr(counting, "MOST_LINES", 1)
    reply = await spring.get("province_officer", f"/v1/vocational-supports:count?{SPRING}{query}")
    assert reply.status_code == 422, reply.text
    assert [(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]] == [(pointer, "too_many")]


def test_every_measure_has_its_rows_and_no_more():
    for name, of in COUNTED.items():
        assert [rows.measure for rows in SOURCES[name]] == [*of.measures], name
        assert bool(of.parts) == any(rows.part != "null" for rows in SOURCES[name]), name
