"""What time does to referrals: reminders, follow-ups, expiry, and a move of the person."""

from __future__ import annotations

from datetime import date, timedelta

import asyncpg
import pytest

from api.context import local_now
from domain.law.rows import shipped_book
from domain.referral.sweep import expire_referrals
from tests.referral_work import TODAY, accepted, ahead, answered, moved, sent


@pytest.fixture
async def person(world):
    return await world.person("hoa", "Nguyễn Thị Mai", phone="+84912345678", national_id="001190000017")


async def test_the_clock_expires_what_nobody_answered_and_ends_the_access(world, hand, person):
    made = await sent(world, person)
    assert made["expires_on"] == ahead(60)
    await hand.every_unit(expire_referrals, local_now() + timedelta(days=60))
    assert (await world.get("officer", f"/v1/referrals/{made['id']}")).json()["state"] == "sent"
    await world.admin.execute("update referral set expires_on = $1", TODAY - timedelta(days=1))
    for _ in range(2):
        await hand.every_unit(expire_referrals, local_now())
    assert (await world.get("rehab_centre", f"/v1/referrals/{made['id']}")).status_code == 404
    told = (await world.get("officer", f"/v1/referrals/{made['id']}")).json()
    assert (told["state"], told["version"], told["transitions"]) == ("expired", 3, [])
    assert await world.admin.fetchval("select count(*) from task where state = 'open'") == 0
    acts = await world.admin.fetch("select act from journal_entry where act = 'expire_referral'")
    assert len(acts) == 1


async def test_what_is_under_way_does_not_expire(world, hand, person):
    made = await answered(world, "rehab_centre", await accepted(world, person), "attended", attended_on=str(TODAY))
    assert made.get("expires_on") is None
    await hand.every_unit(expire_referrals, local_now() + timedelta(days=800))
    assert (await world.get("officer", f"/v1/referrals/{made['id']}")).json()["state"] == "attended"


async def test_a_reminder_after_fourteen_days_stands_in_the_inbox_and_moves_with_the_state(world, person):
    made = await sent(world, person)
    tasks = (await world.get("officer", "/v1/tasks?noun=referral&state=open")).json()["data"]
    assert [(task["kind"], task["due_on"], task["rule"]) for task in tasks] == [
        ("referral_step", ahead(14), "referral.due@2")
    ]
    made = await answered(world, "rehab_centre", made, "received")
    tasks = (await world.get("officer", "/v1/tasks?noun=referral&state=open")).json()["data"]
    assert [task["rule"] for task in tasks] == ["referral.due@3"]


async def test_the_database_keeps_no_open_referral_without_a_next_day(world, person):
    made = await accepted(world, person)
    for column in ("due_on", "due_rule"):
        with pytest.raises(asyncpg.CheckViolationError):
            await world.admin.execute(f"update referral set {column} = null where id = $1", made["id"])
    with pytest.raises(asyncpg.CheckViolationError):
        await world.admin.execute("update referral set state = 'completed', due_on = null, due_rule = null")
    with pytest.raises(asyncpg.CheckViolationError):
        await world.admin.execute("update referral set consent_on = null")


async def test_when_the_person_moves_the_service_beyond_the_commune_goes_on_and_the_one_inside_ends(world, person):
    beyond, inside = await accepted(world, person), await sent(world, person, to="hoa_station", kind="health_service")
    body = {"person_id": str(person), "unit_id": str(world.units["binh"]), "reason": "Chuyển nơi ở"}
    given = (await world.call("officer", "POST", "/v1/handovers", body)).json()
    path = f"/v1/handovers/{given['id']}/transitions"
    took = await world.call("neighbour", "POST", path, {"to": "accepted"}, If_Match='"1"')
    assert took.status_code == 200, took.text
    assert (await world.get("health_station", f"/v1/referrals/{inside['id']}")).status_code == 404
    assert (await world.get("officer", f"/v1/referrals/{beyond['id']}")).status_code == 404
    seen = (await world.get("rehab_centre", f"/v1/referrals/{beyond['id']}")).json()
    await answered(world, "rehab_centre", seen, "attended", attended_on=str(TODAY))
    told = (await world.get("neighbour", f"/v1/referrals/{beyond['id']}?include=follow_ups")).json()
    assert (told["state"], len(told["follow_ups"])) == ("attended", 3)
    await moved(world, "neighbour", told, "discontinued", outcome="moved_away")


async def test_follow_ups_are_made_on_acceptance_by_dated_rules_each_with_its_task(world, person):
    made = await accepted(world, person)
    page = (await world.get("officer", f"/v1/referral-follow-ups?referral_id={made['id']}&sort=due")).json()["data"]
    assert [(one["turn"], one["due_on"], one["due_rule"]) for one in page] == [
        (1, ahead(14), "referral.follow_up@1"),
        (2, ahead(45), "referral.follow_up@2"),
        (3, ahead(90), "referral.follow_up@3"),
    ]
    tasks = (await world.get("officer", "/v1/tasks?noun=referral_follow_up&state=open")).json()["data"]
    assert {(task["due_on"], task["person_id"]) for task in tasks} == {(ahead(n), str(person)) for n in (14, 45, 90)}
    assert all(task["explanation"]["steps"] for task in tasks)


async def test_every_follow_up_done_brings_the_next_day_as_long_as_the_service_goes_on(world, person):
    made = await accepted(world, person)
    for turn in (1, 2, 3, 4):
        page = (await world.get("officer", "/v1/referral-follow-ups?state=due&sort=due")).json()["data"]
        assert page[0]["turn"] == turn
        body = {"to": "done", "done_on": str(TODAY), "result": "attending"}
        path = f"/v1/referral-follow-ups/{page[0]['id']}/transitions"
        reply = await world.call("officer", "POST", path, body, If_Match=f'"{page[0]["version"]}"')
        assert reply.status_code == 200, reply.text
        told = (await world.get("officer", f"/v1/referrals/{made['id']}")).json()
        assert told["due_on"] == {1: ahead(45), 2: ahead(90)}.get(turn, ahead(90))
    assert told["due_rule"] == "referral.follow_up@4"


async def test_a_follow_up_needs_a_day_and_a_result(world, person):
    await accepted(world, person)
    one = (await world.get("officer", "/v1/referral-follow-ups?sort=due")).json()["data"][0]
    path = f"/v1/referral-follow-ups/{one['id']}/transitions"
    reply = await world.call("officer", "POST", path, {"to": "done"}, If_Match='"1"')
    assert (reply.status_code, reply.json()["missing"]) == (422, ["done_on", "result"])
    future = {"to": "done", "done_on": ahead(1), "result": "attending"}
    reply = await world.call("officer", "POST", path, future, If_Match='"1"')
    assert reply.json()["errors"][0]["code"] == "in_the_future"


async def test_a_follow_up_set_by_hand_moves_the_next_day_and_needs_a_referral_under_way(world, person):
    made = await sent(world, person)
    body = {"person_id": str(person), "referral_id": made["id"], "due_on": ahead(2)}
    reply = await world.call("officer", "POST", "/v1/referral-follow-ups", body)
    assert reply.json()["errors"][0]["code"] == "not_under_way"
    made = await answered(world, "rehab_centre", await answered(world, "rehab_centre", made, "received"), "accepted")
    assert (await world.call("officer", "POST", "/v1/referral-follow-ups", body)).status_code == 201
    assert (await world.get("officer", f"/v1/referrals/{made['id']}")).json()["due_on"] == ahead(2)
    other = await world.person("hoa")
    reply = await world.call("officer", "POST", "/v1/referral-follow-ups", body | {"person_id": str(other)})
    assert reply.status_code == 422


async def test_a_referral_dated_29_february_counts_its_days_over_it():
    rule = shipped_book().rule("referral.due", date(2028, 2, 15), state="sent")
    assert date(2028, 2, 15) + timedelta(days=rule.value.whole) == date(2028, 2, 29)


async def done(world, turn, done_on):
    """The follow-up that is due next is done on a day."""
    page = (await world.get("officer", "/v1/referral-follow-ups?state=due&sort=due")).json()["data"]
    assert page[0]["turn"] == turn
    body = {"to": "done", "done_on": done_on, "result": "attending"}
    path = f"/v1/referral-follow-ups/{page[0]['id']}/transitions"
    reply = await world.call("officer", "POST", path, body, If_Match=f'"{page[0]["version"]}"')
    assert reply.status_code == 200, reply.text


async def test_the_next_follow_up_counts_from_the_day_the_last_was_done_and_not_from_when_it_was_put_on_file(
    world, person
):
    made = await accepted(world, person)
    for turn in (1, 2, 3):
        await done(world, turn, ahead(-4))
    told = (await world.get("officer", f"/v1/referrals/{made['id']}")).json()
    later = shipped_book().rule("referral.follow_up", TODAY, turn="later").value.whole
    assert (told["due_on"], told["due_rule"]) == (ahead(later - 4), "referral.follow_up@4")


async def test_where_the_last_is_dropped_the_next_counts_from_today(world, person):
    made = await accepted(world, person)
    for turn in (1, 2):
        await done(world, turn, ahead(-4))
    (last,) = (await world.get("officer", "/v1/referral-follow-ups?state=due")).json()["data"]
    path = f"/v1/referral-follow-ups/{last['id']}/transitions"
    reply = await world.call("officer", "POST", path, {"to": "dropped"}, If_Match=f'"{last["version"]}"')
    assert reply.status_code == 200, reply.text
    later = shipped_book().rule("referral.follow_up", TODAY, turn="later").value.whole
    assert (await world.get("officer", f"/v1/referrals/{made['id']}")).json()["due_on"] == ahead(later)


BROKEN = [
    ("state = 'sent', due_on = null, due_rule = null", "open_is_due"),
    ("state = 'recalled'", "open_is_due"),
    ("state = 'completed', due_on = null, due_rule = null", "ended_with_outcome"),
    ("state = 'discontinued', due_on = null, due_rule = null", "ended_with_outcome"),
    ("consent_on = null", "consent_first"),
    ("consent_scope = '{phone}'", "consent_first"),
    ("consent_scope = '{}'", "consent_first"),
]


async def test_the_database_itself_refuses_by_the_constraint_that_is_meant(world, person):
    made = await sent(world, person)
    for broken, constraint in BROKEN:
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await world.admin.execute(f"update referral set {broken} where id = $1", made["id"])
        assert refused.value.constraint_name == f"ck_referral_{constraint}", broken
    row = await world.admin.fetchrow("select state, due_on is null, consent_on is null from referral")
    assert tuple(row) == ("sent", False, False)


async def test_what_the_constraints_ask_for_is_all_they_ask(world, person):
    """A draft needs no consent, a voided row no day, and one that is over has an outcome and none."""
    made = await sent(world, person)
    async with world.admin.acquire() as connection:
        for whole in (
            "state = 'draft', consent_on = null, consent_scope = '{}'",
            "state = 'completed', outcome = 'need_met', due_on = null, due_rule = null",
            "due_on = null, due_rule = null, voided_at = now(), void_reason = 'x'",
        ):
            transaction = connection.transaction()
            await transaction.start()
            try:
                told = await connection.execute(f"update referral set {whole} where id = $1", made["id"])
                assert told == "UPDATE 1"
            finally:
                await transaction.rollback()
