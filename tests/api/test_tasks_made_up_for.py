"""Sessions and visits recorded before they had tasks: the hourly sweep makes those that are missing, once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from api.context import local_now
from tests.api.test_counselling import TODAY, ZONE
from tests.api.test_health_visits import visit
from tests.api.test_inboxes import inbox
from tests.club_work import running_club
from tests.referral_work import caring

DAY = timedelta(days=1)
SHAPE = ("noun", "subject_id", "person_id", "kind", "due_at", "due_on", "overdue", "state", "held_by")


@pytest.fixture
async def person(world):
    found = await world.person("hoa", "Nguyễn Thị Mai")
    await caring(world, found, "health_station", "health_station")
    return found


async def forget(world):
    """As the register was before tasks of these kinds were made."""
    await world.admin.execute("delete from task")


async def visited(world, person, days, following=None):
    """A visit so many days ago, and in how many days the next one is due."""
    more = {} if following is None else {"next_on": str(TODAY + following * DAY)}
    body = visit(person, visited_on=str(TODAY - days * DAY), **more)
    reply = await world.call("health_station", "POST", "/v1/health-visits", body)
    assert reply.status_code == 201, reply.text
    return reply.json()


def shapes(rows):
    return [tuple(row.get(name) for name in SHAPE) for row in rows]


async def test_a_planned_session_gets_the_task_it_would_have_today_and_a_held_or_cancelled_one_none(world, hand):
    club = await running_club(world)
    coming = datetime.combine(TODAY + 5 * DAY, datetime.min.time(), ZONE).replace(hour=19)
    planned, other, void = [await club.session(starts_at=(coming + place * DAY).isoformat()) for place in range(3)]
    held = await club.session()
    await club.attendance(held, {})
    cancel = {"to": "cancelled", "reason": "mưa bão"}
    path = f"/v1/club-sessions/{other['id']}"
    await club.done("club_board", "POST", f"{path}/transitions", cancel, If_Match='"1"')
    await club.done("club_board", "DELETE", f"/v1/club-sessions/{void['id']}", {"reason": "nhầm"}, If_Match='"1"')
    before = {user: shapes(await inbox(world, user, "noun=club_session")) for user in ("club_board", "officer")}
    assert [row[1] for row in before["club_board"]] == [planned["id"]]
    await forget(world)
    assert await hand.remind_at_last(local_now()) == 1
    assert {user: shapes(await inbox(world, user, "noun=club_session")) for user in before} == before
    assert await hand.remind_at_last(local_now()) == 0, "safe to run twice"
    await club.attendance(await club.session(), {})
    await club.done("club_board", "DELETE", f"/v1/club-sessions/{planned['id']}", {"reason": "nhầm"}, If_Match='"1"')
    assert await inbox(world, "club_board", "noun=club_session") == [], "and it ends as every task does"


async def test_only_the_latest_visit_of_a_station_waits_and_nobody_else_is_told(world, hand, person):
    await visited(world, person, 20, 3)
    latest = await visited(world, person, 10, 7)
    without = await world.person("hoa")
    await caring(world, without, "health_station", "health_station")
    await visited(world, without, 20, 3)
    await visited(world, without, 1)
    before = shapes(await inbox(world, "health_station"))
    assert [row[1] for row in before] == [latest["id"]]
    await forget(world)
    assert await hand.remind_at_last(local_now()) == 1
    assert shapes(await inbox(world, "health_station")) == before
    for user in ("officer", "leader", "area_officer", "province_officer", "club_board"):
        assert [row for row in await inbox(world, user, "limit=200") if row["noun"] == "health_visit"] == []
    await visited(world, person, 0)
    assert await inbox(world, "health_station") == []
    assert await hand.remind_at_last(local_now()) == 0, "what was done is not asked for again"
