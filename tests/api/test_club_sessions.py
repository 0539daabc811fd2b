"""Sessions and attendance: one call for the whole list, replaced as a whole, counted even when members are gone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.club_work import TODAY, ZONE, running_club


@pytest.fixture
async def club(world):
    return await running_club(world)


@pytest.fixture
async def members(world, club):
    return [await club.member(await world.person("hoa")) for _ in range(3)]


def marks(members, *words):
    return {member["id"]: word for member, word in zip(members, words, strict=False)}


async def attended(world, session, user="club_board"):
    rows = (await world.get(user, f"/v1/club-attendances?session_id={session['id']}")).json()["data"]
    return {row["membership_id"]: row["mark"] for row in rows}


async def test_the_board_plans_holds_and_counts_a_session(world, club, members):
    session = await club.session(guests="Công an phường, Trạm y tế")
    assert session["state"] == "planned"
    assert session["present"] is None
    family = [{"role": "parent", "number": 2}, {"role": "partner", "number": 1}]
    taken = await club.attendance(session, marks(members, "present", "excused", "present"), family=family)
    assert (taken["state"], taken["present"], taken["excused"], taken["absent"]) == ("held", 2, 1, 0)
    assert (taken["family"], taken["family_members"]) == (family, 3)
    assert await attended(world, session) == marks(members, "present", "excused", "present")
    assert (await world.get("officer", f"/v1/club-sessions/{session['id']}")).json()["present"] == 2


async def test_a_session_stands_on_the_unit_of_its_club_whoever_plans_it(world, club):
    planned = await club.session("officer")
    assert planned["unit_id"] == str(world.units["hoa_club"])
    assert (await world.get("club_board", f"/v1/club-sessions/{planned['id']}")).status_code == 200


async def test_the_commune_takes_the_list_of_a_club_too(world, club, members):
    session = await club.session()
    taken = await club.attendance(session, marks(members, "present", "absent"), "officer")
    assert (taken["present"], taken["absent"]) == (1, 1)
    assert taken["updated_at"] > session["recorded_at"]
    assert await attended(world, session) == marks(members, "present", "absent")


async def test_a_planned_session_waits_to_be_closed_until_it_is_held_cancelled_or_voided(world, club):
    """Due on its day, of the commune, for the club; a session moved to another day takes its task along."""
    open_ = "select kind, due_on, unit_no, circle_no, rule from task where state = 'open'"

    async def waiting():
        return [tuple(row) for row in await world.admin.fetch(open_)]

    session = await club.session()
    place = world.no("hoa"), world.no("hoa_club"), "club_session.starts_at@1"
    assert await waiting() == [("club_session", TODAY - timedelta(days=1), *place)]
    path = f"/v1/club-sessions/{session['id']}"
    moved = {"starts_at": f"{TODAY}T00:30:00+07:00"}
    await club.done("club_board", "PATCH", path, moved, If_Match='"1"')
    assert await waiting() == [("club_session", TODAY, *place)]
    await club.done("club_board", "POST", f"{path}/transitions", {"to": "held"}, If_Match='"2"')
    assert await waiting() == []
    other = await club.session()
    assert len(await waiting()) == 1
    reason = {"reason": "ghi nhầm"}
    await club.done("club_board", "DELETE", f"/v1/club-sessions/{other['id']}", reason, If_Match='"1"')
    assert await waiting() == []


async def test_a_second_list_takes_the_place_of_the_first_and_keeps_what_is_the_same(world, club, members):
    session = await club.session()
    first = await club.attendance(session, marks(members, "present", "present"))
    again = await club.attendance(first, {members[0]["id"]: "present", members[2]["id"]: "absent"})
    assert (again["present"], again["absent"]) == (1, 1)
    rows = await world.admin.fetch("select membership_id, version, voided_at from club_attendance")
    stand = {str(row["membership_id"]): (row["version"], row["voided_at"] is None) for row in rows}
    assert [stand[member["id"]] for member in members] == [(1, True), (2, False), (1, True)]
    back = await club.attendance(again, marks(members, "absent", "present"))
    assert (back["present"], back["absent"]) == (1, 1)
    assert await attended(world, session) == marks(members, "absent", "present")


async def test_the_same_list_sent_twice_is_taken_once(world, club, members):
    session = await club.session()
    body = {"members": [{"membership_id": members[0]["id"], "mark": "present"}]}
    path = f"/v1/club-sessions/{session['id']}/attendance"
    given = {"If_Match": '"1"', "Idempotency_Key": "abend-1"}
    first = await world.call("club_board", "POST", path, body, **given)
    second = await world.call("club_board", "POST", path, body, **given)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.json()["version"] == second.json()["version"]
    stale = await world.call("club_board", "POST", path, body, If_Match='"1"')
    assert stale.status_code == 412
    assert await world.admin.fetchval("select count(*) from club_attendance") == 1


async def test_who_left_stays_counted_and_out_of_the_boards_sight(world, club, members):
    session = await club.session()
    taken = await club.attendance(session, marks(members, "present", "present"))
    await club.move(members[0], "left")
    assert await attended(world, session) == {members[1]["id"]: "present"}
    again = await club.attendance(taken, {members[1]["id"]: "excused"})
    assert (again["present"], again["excused"]) == (1, 1)
    assert len(await attended(world, session, "officer")) == 2


async def test_a_stranger_on_the_list_is_refused_with_its_place_and_nothing_is_stored(world, club, members):
    session = await club.session()
    asked = await club.asked(await world.person("hoa"))
    body = marks(members, "present") | {asked["id"]: "present"}
    reply = await club.try_attendance(session, body)
    assert [(f["pointer"], f["code"]) for f in reply.json()["errors"]] == [
        ("/members/1/membership_id", "not_of_this_club")
    ]
    assert await world.admin.fetchval("select count(*) from club_attendance") == 0
    assert (await world.get("club_board", f"/v1/club-sessions/{session['id']}")).json()["state"] == "planned"


async def test_nobody_is_named_twice(world, club, members):
    session = await club.session()
    row = {"membership_id": members[0]["id"], "mark": "present"}
    body = {"members": [row, row], "family": [{"role": "child", "number": 1}, {"role": "child", "number": 2}]}
    reply = await world.call(
        "club_board", "POST", f"/v1/club-sessions/{session['id']}/attendance", body, If_Match='"1"'
    )
    pointers = [f["pointer"] for f in reply.json()["errors"]]
    assert pointers == [f"/members/{n}/membership_id" for n in (0, 1)] + [f"/family/{n}/role" for n in (0, 1)]


async def test_no_attendance_of_a_cancelled_session_or_one_to_come(world, club, members):
    later = datetime.combine(TODAY + timedelta(days=3), datetime.min.time(), ZONE)
    coming = await club.session(starts_at=later.isoformat())
    reply = await club.try_attendance(coming, marks(members, "present"))
    assert [f["code"] for f in reply.json()["errors"]] == ["in_the_future"]
    path = f"/v1/club-sessions/{coming['id']}/transitions"
    needs = await world.call("club_board", "POST", path, {"to": "cancelled"}, If_Match='"1"')
    assert needs.json()["code"] == "move_needs"
    gone = await club.done("club_board", "POST", path, {"to": "cancelled", "reason": "Mưa bão"}, If_Match='"1"')
    reply = await club.try_attendance(gone, marks(members, "present"))
    assert (reply.status_code, reply.json()["code"], reply.json()["allowed"]) == (409, "wrong_move", [])


async def test_minutes_are_of_a_session_that_was_held(world, club):
    session = await club.session()
    path = f"/v1/club-sessions/{session['id']}"
    early = await world.call("club_board", "PATCH", path, {"minutes": "Họp về việc làm"}, If_Match='"1"')
    assert [(f["pointer"], f["code"]) for f in early.json()["errors"]] == [("/minutes", "not_yet")]
    held = {"to": "held", "minutes": "Họp về việc làm"}
    told = await club.done("club_board", "POST", f"{path}/transitions", held, If_Match='"1"')
    assert told["minutes"] == "Họp về việc làm"


async def test_a_club_keeps_its_own_house_and_no_other(world, club):
    session = await club.session()
    for user in ("health_station", "volunteer", "police", "province_officer"):
        assert (await world.get(user, f"/v1/club-sessions/{session['id']}")).status_code == 403, user
    for user in ("neighbour", "stranger"):
        assert (await world.get(user, f"/v1/club-sessions/{session['id']}")).status_code == 404, user
    body = {"club_id": club.id, "starts_at": "2026-01-05T19:00:00+07:00", "topic": "x"}
    reply = await world.call("neighbour", "POST", "/v1/club-sessions", body)
    assert [(f["pointer"], f["code"]) for f in reply.json()["errors"]] == [("/club_id", "no_club_here")]


async def test_graphql_takes_attendance_the_same_way(world, club, members):
    session = await club.session()
    act = (
        "mutation ($id: UUID!, $taken: Attendance!) {"
        ' takeAttendance(id: $id, taken: $taken, given: {ifMatch: "1"}) { state present familyMembers } }'
    )
    taken = {"members": [{"membershipId": members[0]["id"], "mark": "present"}]}
    told = await world.ask("club_board", act, {"id": session["id"], "taken": taken})
    assert told["data"]["takeAttendance"] == {"state": "held", "present": 1, "familyMembers": 0}
