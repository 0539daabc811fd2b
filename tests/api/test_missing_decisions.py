"""The alarm at 48 hours before a release, on both sides, and everything that settles it."""

from __future__ import annotations

from datetime import datetime

import pytest

from api.working import sweep
from tests.api.test_notices import PATH
from tests.api.test_reconciliations import CENTRE, POLICE, accepted, decided, move, push
from tests.case_work import Desk, at

QUIET, LOUD = "2026-08-28 23:30", "2026-08-29 00:30"


@pytest.fixture
def desk(world):
    return Desk(world, at("2026-07-20"))


async def swept(desk, hand, when):
    desk.on(when)
    await sweep(hand, desk.now)


async def alarmed(desk, user=CENTRE):
    page = await desk.done(user, "GET", f"{PATH}?alarmed=true")
    return {row["source_ref"] for row in page["data"]}


async def tasks(desk):
    page = await desk.done(POLICE, "GET", "/v1/tasks?kind=decision_missing&state=open")
    return {row["subject_id"]: row for row in page["data"]}


async def test_the_worker_sounds_it_for_both_sides_and_once(desk, hand):
    waiting, decided_in_time = await accepted(desk, 1), await accepted(desk, 2)
    await decided(desk, decided_in_time)
    unread = await push(desk, 3)
    await push(desk, 4, draft=True)
    await swept(desk, hand, QUIET)
    assert (await alarmed(desk), await tasks(desk)) == (set(), {})
    await swept(desk, hand, LOUD)
    assert await alarmed(desk) == await alarmed(desk, POLICE) == {"51/1", "51/3"}
    found = await tasks(desk)
    assert set(found) == {waiting["id"], unread["id"]}
    assert found[waiting["id"]]["rule"] == "decision.alarm@1"
    assert found[waiting["id"]]["due_on"] == "2026-08-30"
    seen = await desk.get(f"{PATH}/{waiting['id']}", CENTRE)
    assert at("2026-08-29 00:30").timestamp() == pytest.approx(
        datetime.fromisoformat(seen["clocks"]["alarm"]["since"]).timestamp()
    )
    assert seen["version"] > waiting["version"]
    await swept(desk, hand, "2026-08-29 01:30")
    again = await desk.get(f"{PATH}/{waiting['id']}", CENTRE)
    assert (again["version"], again["clocks"]["alarm"]) == (seen["version"], seen["clocks"]["alarm"])
    act = "select count(*) from journal_entry where act = 'alarm_missing_decision'"
    assert await desk.world.admin.fetchval(act) == 2
    told = "select count(*) from row_change where noun = 'discharge_notice' and subject_id = $1 and kind = 'upsert'"
    assert await desk.world.admin.fetchval(told + f" and version = {seen['version']}", waiting["id"]) >= 1


async def test_it_ends_when_the_decision_is_signed(desk, hand):
    notice = await accepted(desk, 1)
    await swept(desk, hand, LOUD)
    await decided(desk, notice)
    seen = await desk.get(f"{PATH}/{notice['id']}", CENTRE)
    assert "alarm" not in seen["clocks"]
    assert seen["management_decision"]
    assert (await alarmed(desk), await tasks(desk)) == (set(), {})
    await swept(desk, hand, "2026-08-30 08:00")
    assert await alarmed(desk) == set()


async def test_it_ends_when_the_notice_is_cancelled(desk, hand):
    notice = await accepted(desk, 1)
    await swept(desk, hand, LOUD)
    notice = await desk.get(f"{PATH}/{notice['id']}", CENTRE)
    await move(desk, notice, "cancelled", CENTRE, reason="gia hạn")
    assert (await alarmed(desk), await tasks(desk)) == (set(), {})


async def test_it_ends_when_the_day_moves_away_and_sounds_at_once_when_it_moves_near(desk, hand):
    notice = await accepted(desk, 1)
    await swept(desk, hand, LOUD)

    async def amend(day):
        known = await desk.get(f"{PATH}/{notice['id']}", CENTRE)
        body = {"completes_on": day, "reason": "đổi ngày"}
        return await desk.done(CENTRE, "PATCH", f"{PATH}/{notice['id']}", body, If_Match=f'"{known["version"]}"')

    assert "alarm" not in (await amend("2026-09-30"))["clocks"]
    assert (await alarmed(desk), await tasks(desk)) == (set(), {})
    assert "alarm" in (await amend("2026-08-31"))["clocks"], "no hour is waited for"
    assert set(await tasks(desk)) == {notice["id"]}


async def test_a_notice_sent_too_late_alarms_with_the_sending(desk):
    desk.on("2026-08-30 09:00")
    sent = await push(desk, 1)
    assert {"decision_missing"} <= {told.get("task") for told in sent["consequences"]}
    assert await alarmed(desk) == {"51/1"}
