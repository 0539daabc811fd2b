"""Stable and effective: five conditions, each with what it was judged by; the same for whoever sees the model."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.ids import new_id
from tests.api.test_model_work import seat
from tests.api.test_support_models import TODAY, made
from tests.world import insert


def months_ago(count, day=1):
    month = TODAY.year * 12 + TODAY.month - 1 - count
    return date(month // 12, month % 12 + 1, day)


@pytest.fixture
async def club(world):
    """A club in which everything is in order."""
    model = await made(world, kind="club", name="B93 Hoa", unit_id=str(world.units["hoa_club"]))
    founded = months_ago(7)
    decided = {"decision_number": "1/QĐ-UBND", "decision_on": str(founded), "decision_by": "UBND phường"}
    move = {"to": "active", "founded_on": str(founded), **decided}
    await done(world, "POST", f"/v1/support-models/{model['id']}/transitions", move, If_Match='"1"')
    for place in range(5):
        await done(world, "POST", "/v1/model-members", seat(model, role="member" if place else "chair"))
    await reviewed(world, model, "fair")
    for ago in (1, 2, 3):
        await met(world, model, months_ago(ago, 10))
    return model


async def done(world, method, path, body, **headers):
    reply = await world.call("officer", method, path, body, **headers)
    assert reply.status_code in (200, 201), reply.text
    return reply.json()


async def reviewed(world, model, rating, on=TODAY, **more):
    body = {"support_model_id": model["id"], "reviewed_on": str(on), "rating": rating, **more}
    return await done(world, "POST", "/v1/model-reviews", body)


async def met(world, model, day, state="held", hour=12):
    no = world.no("hoa_club")
    row = {"id": new_id(), "unit_no": no, "made_unit_no": no, "circle_no": no, "club_id": model["id"]}
    starts = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    await insert(world.admin, "club_session", row | {"starts_at": starts, "topic": "Sinh hoạt", "state": state})


async def judged(world, model, user="officer"):
    found = (await world.get(user, f"/v1/support-models/{model['id']}")).json()
    met = {one["condition"]: one["met"] for one in found["stability"]}
    assert found["stable_and_effective"] is all(met.values())
    return found["stable_and_effective"], {name for name, fine in met.items() if not fine}


async def test_a_model_is_stable_when_every_condition_is_met_whoever_looks(world, club):
    for user in ("officer", "area_officer", "province_officer", "country_reader", "club_board"):
        assert await judged(world, club, user) == (True, set()), user
    for stable, found in ((True, [club["id"]]), (False, [])):
        reply = await world.get("officer", f"/v1/support-models?stable_and_effective={str(stable).lower()}")
        assert [row["id"] for row in reply.json()["data"]] == found


async def test_a_planned_model_is_neither_active_nor_old_enough(world):
    stable, wanting = await judged(world, await made(world))
    assert (stable, wanting) == (False, {"active", "age", "board", "activity", "review"})


async def test_a_model_counts_from_the_day_it_is_six_months_old(world, club):
    for days, wanting in ((0, set()), (1, {"age"})):
        sql = (
            "update support_model set founded_on = ($2::date - interval '6 months')::date + $3::int where id = $1::uuid"
        )
        await world.admin.execute(sql, club["id"], TODAY, days)
        assert (await judged(world, club))[1] == wanting


async def test_a_month_without_a_meeting_is_named(world, club):
    await world.admin.execute(
        "update club_session set state = 'cancelled' where starts_at = $1",
        datetime(*months_ago(2, 10).timetuple()[:3], 12, tzinfo=UTC),
    )
    assert await judged(world, club) == (False, {"activity"})
    seen = (await world.get("officer", f"/v1/support-models/{club['id']}")).json()
    activity = next(one for one in seen["stability"] if one["condition"] == "activity")
    assert [month["meetings"] for month in activity["months"]] == [1, 0, 1]
    assert activity["months"][1]["month"] == f"{months_ago(2):%Y-%m}"


async def test_a_meeting_belongs_to_the_month_in_which_it_was_held_here(world, club):
    """17:00 UTC is midnight in Việt Nam: the last evening of a month by UTC is the first of the next one here."""
    await world.admin.execute("delete from club_session")
    for ago in (1, 2, 3):
        await met(world, club, months_ago(ago) - timedelta(days=1), hour=17)
    assert await judged(world, club) == (True, set())


async def test_a_club_that_meets_weekly_is_held_to_its_own_rhythm(world, club):
    path = f"/v1/support-models/{club['id']}"
    await done(world, "PATCH", path, {"meeting_rhythm": "weekly"}, If_Match='"2"')
    assert await judged(world, club) == (False, {"activity"})
    for ago in (1, 2, 3):
        for day in (3, 17, 24):
            await met(world, club, months_ago(ago, day))
    assert await judged(world, club) == (True, set())


async def test_a_board_without_a_head_or_with_too_few_seats_is_not_complete(world, club):
    chair = (await world.get("officer", "/v1/model-members?role=chair")).json()["data"][0]
    gone = {"valid_to": str(TODAY - timedelta(days=1))}
    await done(world, "PATCH", f"/v1/model-members/{chair['id']}", gone, If_Match='"1"')
    assert await judged(world, club) == (False, {"board"})
    await done(world, "POST", "/v1/model-members", seat(club, valid_from=str(TODAY)))
    assert await judged(world, club) == (True, set())
    members = (await world.get("officer", "/v1/model-members?role=member")).json()["data"]
    await done(world, "DELETE", f"/v1/model-members/{members[0]['id']}", {"reason": "nhầm"}, If_Match='"1"')
    assert await judged(world, club) == (False, {"board"})


async def test_the_latest_review_counts_and_a_weak_one_ends_it(world, club):
    await reviewed(world, club, "weak", limits="Ít buổi")
    assert await judged(world, club) == (False, {"review"})
    await reviewed(world, club, "good")
    assert await judged(world, club) == (True, set())


async def test_a_review_counts_for_twelve_months(world, club):
    for days, wanting in ((0, set()), (-1, {"review"})):
        sql = "update model_review set reviewed_on = ($1::date - interval '12 months')::date + $2::int"
        await world.admin.execute(sql, TODAY, days)
        assert (await judged(world, club))[1] == wanting


async def test_contacts_keep_a_counselling_point_active(world, club):
    await world.admin.execute("delete from club_session")
    person, no = await world.person("hoa"), world.no("hoa")
    for ago in (1, 2, 3):
        row = {"id": new_id(), "person_id": person, "unit_no": no, "made_unit_no": no, "circle_no": -1}
        held = {"held_at": datetime(*months_ago(ago, 5).timetuple()[:3], tzinfo=UTC), "channel": "face_to_face"}
        more = {"topics": ["social"], "support_model_id": club["id"]}
        await insert(world.admin, "counselling_contact", row | held | more)
    assert await judged(world, club) == (True, set())
    assert (await judged(world, club, "club_board"))[0] is True


async def test_a_closed_model_is_not_stable(world, club):
    end = {"to": "closed", "closed_on": str(TODAY), "close_reason": "Sáp nhập"}
    await done(world, "POST", f"/v1/support-models/{club['id']}/transitions", end, If_Match='"2"')
    assert await judged(world, club) == (False, {"active"})
