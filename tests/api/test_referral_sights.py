"""Who sees a referral: its writer's circle, the unit addressed, who is assigned in person, the commune; nobody else."""

from __future__ import annotations

import pytest

from tests.referral_work import answered, caring, drafted, moved, referral, sent


@pytest.fixture
async def person(world):
    return await world.person("hoa", "Nguyễn Thị Mai", phone="+84912345678", national_id="001190000017")


async def member(world, person, **more):
    """The person on the club's list, as a membership would grant it."""
    await world.grant(person, "club_board", "referral", "referral_follow_up", to_unit=True, **more)


async def test_a_club_board_sees_its_own_referrals_and_never_anothers(world, person):
    await member(world, person)
    others = await sent(world, person, kind="mental_health")
    own = await drafted(world, person, "club_board", to="hoa", kind="loan")
    listed = (await world.get("club_board", "/v1/referrals?count=exact")).json()
    assert ([row["id"] for row in listed["data"]], listed["total"]) == ([own["id"]], 1)
    assert (await world.get("club_board", f"/v1/referrals/{others['id']}")).status_code == 404
    told = await world.ask("club_board", "{ referrals { nodes { id } } }")
    assert [node["id"] for node in told["data"]["referrals"]["nodes"]] == [own["id"]]


async def test_the_second_wall_alone_hides_what_another_circle_wrote(world, person):
    """As the database has it, whatever our own conditions say."""
    await member(world, person)
    await sent(world, person, kind="mental_health")
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local role road_grant")
        await connection.execute(f"select set_config('app.grantees', '{{{world.no('hoa_club')}}}', true)")
        assert await connection.fetchval("select count(*) from referral") == 0
        await connection.execute(f"select set_config('app.grantees', '{{{world.no('centre')}}}', true)")
        assert await connection.fetchval("select count(*) from referral") == 1


async def test_another_referrals_address_sees_only_its_own(world, person):
    own = await sent(world, person, to="hoa_station", kind="health_service")
    others = await sent(world, person, to="centre", kind="mental_health")
    listed = (await world.get("health_station", "/v1/referrals")).json()["data"]
    assert [row["id"] for row in listed] == [own["id"]]
    assert (await world.get("health_station", f"/v1/referrals/{others['id']}")).status_code == 404
    await answered(world, "health_station", others, "received", status=404)


async def test_who_is_assigned_sees_every_referral_and_changes_only_their_own(world, person):
    await caring(world, person, "volunteer", "volunteer")
    await caring(world, person, "counsellor", "counsellor")
    made = await sent(world, person, "volunteer", kind="mental_health")
    seen = (await world.get("counsellor", f"/v1/referrals/{made['id']}")).json()
    assert seen["kind"] == "mental_health"
    await moved(world, "counsellor", made, "recalled", recall_reason="no_longer_needed", status=404)
    await moved(world, "volunteer", made, "recalled", recall_reason="no_longer_needed")


async def test_volunteers_of_the_commune_do_not_see_what_was_sent_to_the_commune(world, person):
    await sent(world, person, to="hoa", kind="social_assistance")
    assert (await world.get("volunteer", "/v1/referrals")).json()["data"] == []
    assert await world.admin.fetchval("select count(*) from access_grant") == 0


@pytest.mark.parametrize("user", ["police", "police_head", "province_officer", "country_reader", "report_reader"])
async def test_who_has_no_part_in_support_is_refused(world, person, user):
    made = await drafted(world, person)
    assert (await world.get(user, "/v1/referrals")).status_code == 403
    assert (await world.get(user, f"/v1/referrals/{made['id']}")).status_code == 403
    assert (await world.call(user, "POST", "/v1/referrals", referral(world, person))).status_code == 403


@pytest.mark.parametrize("user", ["volunteer", "club_board"])
async def test_who_may_not_answer_is_refused(world, person, user):
    made = await sent(world, person)
    reply = await world.call(user, "POST", f"/v1/referrals/{made['id']}/answers", {"to": "received"}, If_Match='"2"')
    assert reply.status_code == 403


async def test_a_rehab_centre_answers_and_never_refers(world, person):
    assert (await world.call("rehab_centre", "POST", "/v1/referrals", referral(world, person))).status_code == 403


async def test_the_commune_answers_what_was_sent_to_it_or_to_a_unit_below(world, person):
    for to in ("hoa", "hoa_station"):
        made = await answered(world, "officer", await sent(world, person, to=to, kind="health_service"), "received")
        assert made["state"] == "received"


async def heard(world, user, start):
    """What became of referrals since then, as somebody follows it."""
    page = (await world.get(user, f"/v1/changes?cursor={start}&via=grant")).json()
    return [(one["noun"], one["id"], one["kind"]) for one in page["data"] if one["noun"].startswith("referral")]


async def cursor_of(world, user):
    reply = await world.get(user, "/v1/changes?start=now&via=grant")
    assert reply.status_code == 200, reply.text
    return reply.json()["page"]["next"]


async def test_who_cannot_see_a_referral_does_not_hear_of_it(world, person):
    await member(world, person)
    start = {user: await cursor_of(world, user) for user in ("club_board", "rehab_centre", "health_station")}
    made = await sent(world, person, kind="mental_health")
    assert await heard(world, "club_board", start["club_board"]) == []
    assert await heard(world, "health_station", start["health_station"]) == []
    assert ("referral", made["id"], "entered_scope") in await heard(world, "rehab_centre", start["rehab_centre"])
    own = await drafted(world, person, "club_board", to="hoa", kind="loan")
    assert {id for _, id, _ in await heard(world, "club_board", start["club_board"])} == {own["id"]}
    assert own["id"] not in {id for _, id, _ in await heard(world, "rehab_centre", start["rehab_centre"])}
