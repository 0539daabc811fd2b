"""Figures of counselling: persons and contacts stand apart, anonymous clients are never persons."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.api.test_anonymous_clients import client, met
from tests.api.test_counselling import TODAY, ZONE, assign, recorded

FEBRUARY = datetime(2024, 2, 29, 23, 59, 59, tzinfo=ZONE).isoformat()
MARCH = datetime(2024, 3, 1, 0, 0, tzinfo=ZONE).isoformat()
SPRING = "since=2024-02&until=2024-03"


@pytest.fixture
async def work(world):
    """Two persons, three contacts, over the end of a February of 29 days; a client met twice."""
    hoa, mai = await world.person("hoa", "Trần Thị Hoà"), await world.person("hoa", "Nguyễn Thị Mai")
    for person in (hoa, mai):
        await assign(world, person, "volunteer")
    await recorded(world, hoa, held_at=FEBRUARY, topics=["legal", "family"], client_group="after_rehab")
    await recorded(world, hoa, held_at=MARCH, topics=["legal"], channel="video")
    await recorded(world, mai, held_at=MARCH, topics=["health"])
    known = await client(world)
    for day in ("2024-02-29", "2024-03-01"):
        await met(world, known, held_on=day, topics=["legal"])
    return world


async def counted(world, user="officer", query=SPRING):
    reply = await world.get(user, f"/v1/counselling-contacts:count?{query}")
    assert reply.status_code == 200, reply.text
    names = ("persons", "contacts", "anonymous_clients", "anonymous_contacts", "contacts_in_all")
    return {(row["whole"] and "all") or row["group"]: [row[name] for name in names] for row in reply.json()}


async def test_persons_of_months_are_not_the_sum_of_months(work):
    """29 February, one second before midnight, is February; one second later is March."""
    assert await counted(work) == {
        "2024-02": [1, 1, 1, 1, 2],
        "2024-03": [2, 2, 1, 1, 3],
        "all": [2, 3, 1, 2, 5],
    }


async def test_a_contact_about_two_things_counts_under_both_and_once_in_all(work):
    found = await counted(work, query=f"{SPRING}&by=topic")
    assert found == {
        "family": [1, 1, 0, 0, 1],
        "health": [1, 1, 0, 0, 1],
        "legal": [1, 2, 1, 2, 4],
        "all": [2, 3, 1, 2, 5],
    }


async def test_figures_by_group_channel_and_model(work):
    assert (await counted(work, query=f"{SPRING}&by=client_group"))["at_risk"] == [0, 0, 1, 2, 2]
    assert (await counted(work, query=f"{SPRING}&by=client_group"))["none"] == [2, 2, 0, 0, 2]
    assert (await counted(work, query=f"{SPRING}&by=channel"))["video"] == [1, 1, 0, 0, 1]
    assert await counted(work, query=f"{SPRING}&by=model") == {"none": [2, 3, 1, 2, 5], "all": [2, 3, 1, 2, 5]}


@pytest.mark.parametrize("user", ["province_officer", "country_reader", "area_officer", "leader"])
async def test_totals_reach_those_who_see_no_contact(work, user):
    assert (await counted(work, user))["all"] == [2, 3, 1, 2, 5]
    if user in ("province_officer", "country_reader"):
        assert (await work.get(user, "/v1/counselling-contacts")).status_code == 403


@pytest.mark.parametrize("user", ["neighbour", "stranger", "south_officer"])
async def test_other_places_count_nothing_of_it(work, user):
    assert await counted(work, user) == {"all": [0, 0, 0, 0, 0]}


@pytest.mark.parametrize("user", ["police", "police_head", "club_board", "rehab_centre", "province_admin", "inspector"])
async def test_who_has_no_part_in_it_is_refused(work, user):
    reply = await work.get(user, f"/v1/counselling-contacts:count?{SPRING}")
    assert reply.status_code == 403
    last = "select outcome from journal_entry where act = 'count_counselling_contact' order by id desc limit 1"
    assert await work.admin.fetchval(last) == "denied"


async def test_a_volunteers_figures_are_their_own_and_stay_when_they_leave_the_person(work):
    person = await work.person("hoa", "Lê Văn Ba")
    await assign(work, person, "counsellor", "counsellor")
    await recorded(work, person, "counsellor", held_at=MARCH)
    before = await counted(work, "volunteer")
    assert before["all"] == [2, 3, 1, 2, 5]
    assert (await counted(work, "counsellor"))["all"] == [1, 1, 0, 0, 1]
    await work.admin.execute("update access_grant set valid_to = now()")
    assert await counted(work, "volunteer") == before


async def test_voided_contacts_are_not_counted(work):
    row = (await work.get("volunteer", "/v1/counselling-contacts?topic=health")).json()["data"][0]
    path = f"/v1/counselling-contacts/{row['id']}"
    await work.call("volunteer", "DELETE", path, {"reason": "Nhầm"}, If_Match='"1"')
    assert (await counted(work))["all"] == [1, 2, 1, 2, 4]


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("since=2024-13", "/since", "not_allowed"),
        ("since=2024-02-01", "/since", "too_long"),
        ("since=2024-03&until=2024-02", "/until", "ends_before_it_starts"),
        ("since=2010-01&until=2024-02", "/until", "too_many"),
        ("by=person", "/by", "not_allowed"),
        ("day=2024-02-29", "", "unknown_parameter"),
    ],
)
async def test_only_whole_months_are_counted(work, query, pointer, code):
    reply = await work.get("officer", f"/v1/counselling-contacts:count?{query}")
    assert reply.status_code in (400, 422), reply.text
    assert [flaw["pointer"] for flaw in reply.json()["errors"]] == [pointer]
    assert code in {flaw["code"] for flaw in reply.json()["errors"]} | {"not_allowed"}


async def test_both_doors_count_the_same(work):
    ask = '{ counsellingCounts(count: {since: "2024-02", until: "2024-03", by: topic}) { g: group whole persons contacts } }'
    told = (await work.ask("officer", ask))["data"]["counsellingCounts"]
    rest = (await work.get("officer", f"/v1/counselling-contacts:count?{SPRING}&by=topic")).json()
    assert [(row["g"], row["whole"], row["persons"], row["contacts"]) for row in told] == [
        (row["group"], row["whole"], row["persons"], row["contacts"]) for row in rest
    ]


async def test_this_month_is_counted_when_nothing_is_asked(world):
    person = await world.person("hoa")
    await assign(world, person, "volunteer")
    await recorded(world, person)
    assert f"{TODAY:%Y-%m}" in await counted(world, "volunteer", "")


async def test_a_count_leaves_its_row_in_the_journal(work):
    await counted(work)
    row = await work.admin.fetchrow(
        "select outcome, subject_ids, shown from journal_entry where act = 'count_counselling_contact'"
        " order by id desc limit 1"
    )
    assert (row["outcome"], row["subject_ids"], row["shown"]) == ("read", [], 3)
