"""Own figures of a month and what the seats held in it come to; persons and contacts are never added."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.api.test_anonymous_clients import CLIENT, meeting
from tests.api.test_counselling import TODAY, assign, recorded
from tests.api.test_model_work import post, volunteer
from tests.api.test_support_models import made

MONTH = f"{TODAY:%Y-%m}"


@pytest.fixture
async def person(world):
    found = await world.person("hoa", "Nguyễn Thị Mai")
    await assign(world, found, "volunteer")
    return found


@pytest.fixture
async def team(world):
    """A team in a province whose rate is on the books, and the volunteer's seats in it."""
    await world.admin.execute("update unit set code = '89' where no = $1", world.no("north"))
    yield await made(world)
    await world.admin.execute("update unit set code = '01000' where no = $1", world.no("north"))


async def seated(world, team, *periods):
    account = {"account_id": str(world.users["volunteer"].account_id)}
    reply = await post(world, "volunteers", volunteer(team, *periods) | account)
    assert reply.status_code == 201, reply.text
    return reply.json()


async def month(world, user="volunteer", of=MONTH):
    reply = await world.get(user, f"/v1/me/months/{of}")
    assert reply.status_code == 200, reply.text
    return reply.json()


@pytest.mark.parametrize(
    ("of", "code"),
    [("2026-13", "not_a_month"), ("202609", "not_a_month"), ("2026-9", "not_a_month"), ("2199-01", "in_the_future")],
)
async def test_what_is_no_month_or_has_not_begun_is_refused(world, of, code):
    reply = await world.get("volunteer", f"/v1/me/months/{of}")
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (422, code)


@pytest.mark.parametrize("user", ["club_board", "police", "province_officer", "report_reader"])
async def test_who_counsels_nobody_has_no_such_month_and_the_try_is_kept(world, user):
    assert (await world.get(user, f"/v1/me/months/{MONTH}")).status_code == 403
    assert await world.admin.fetchval("select outcome from journal_entry where act = 'read_own_month'") == "denied"


async def test_persons_contacts_and_anonymous_clients_stand_apart_by_both_doors(world, person):
    await recorded(world, person)
    await recorded(world, person, channel="video")
    await recorded(world, person, "officer")
    known = (await world.call("volunteer", "POST", "/v1/anonymous-clients", CLIENT | {"id": str(uuid4())})).json()
    await world.call("volunteer", "POST", "/v1/anonymous-contacts", meeting(known, id=str(uuid4())))
    found = await month(world)
    figures = ("persons", "contacts", "anonymous_clients", "anonymous_contacts")
    assert [found[name] for name in figures] == [1, 2, 1, 1]
    assert found["contact_days"] == [str(TODAY)]
    assert found["seats"] == []
    graph = (await world.ask("volunteer", "{myMonth {month persons times: contacts contactDays}}"))["data"]
    assert graph["myMonth"] == {"month": MONTH, "persons": 1, "times": 2, "contactDays": [str(TODAY)]}
    mine = await month(world, "officer")
    assert (mine["persons"], mine["contacts"]) == (1, 1), "an officer's own, not the commune's"


async def test_work_stays_counted_when_the_person_is_looked_after_by_somebody_else(world, person):
    await recorded(world, person)
    care = (await world.get("officer", f"/v1/assignments?person_id={person}")).json()["data"][0]
    end = {"valid_to": str(TODAY), "end_reason": "Rời đội"}
    await world.call("officer", "PATCH", f"/v1/assignments/{care['id']}", end, If_Match='"1"')
    assert ((await month(world))["persons"], (await month(world))["contacts"]) == (1, 1)
    before = f"{TODAY.replace(day=1) - timedelta(days=1):%Y-%m}"
    assert ((await month(world, of=before))["persons"], (await month(world, of=before))["contact_days"]) == (0, [])


@pytest.mark.parametrize(
    ("since", "until", "of", "days", "whole", "vnd"),
    [
        ("2024-01-01", None, "2025-06", 30, True, 936_000),
        ("2025-06-11", None, "2025-06", 20, False, 936_000),
        ("2024-01-01", "2025-06-10", "2025-06", 10, False, 936_000),
        ("2024-02-29", "2024-02-29", "2024-02", 1, False, 720_000),
        ("2024-01-01", None, "2025-07", 31, True, None),
    ],
)
async def test_days_of_a_seat_and_what_they_come_to(world, team, since, until, of, days, whole, vnd):
    """An Giang's rate for a member, 0.4 of the base salary; after the merger the book is silent and says so."""
    await seated(world, team, ("member", since, until))
    (seat,) = (await month(world, of=of))["seats"]
    assert (seat["days_held"], seat["whole_month"], seat["allowance_vnd"]) == (days, whole, vnd)
    assert seat["silent"] == ([] if vnd else ["pay.volunteer"])


async def test_a_month_without_a_seat_comes_to_nothing_and_others_seats_are_not_shown(world, team):
    await seated(world, team, ("member", "2024-01-01", "2024-12-31"))
    other = await post(world, "volunteers", volunteer(team, ("captain", "2024-01-01", None), full_name="Lê Thị Bình"))
    assert other.status_code == 201
    assert (await month(world, of="2025-06"))["seats"] == []
    assert [seat["role"] for seat in (await month(world, of="2024-06"))["seats"]] == ["member"]
    assert (await month(world, "counsellor", of="2024-06"))["seats"] == []


async def test_a_read_leaves_a_trace_in_the_journal(world, person):
    await recorded(world, person)
    await month(world)
    trace = "select outcome from journal_entry where act = 'count_counselling_contact'"
    assert [row["outcome"] for row in await world.admin.fetch(trace)] == ["read"]
