"""Joining a club is the person's own choice, and its board sees who agreed, as long as they are there (issue 4 §2)."""

from __future__ import annotations

import pytest

from tests.club_work import TODAY, ago, running_club


@pytest.fixture
async def club(world):
    return await running_club(world)


@pytest.fixture
async def person(world):
    return await world.person("hoa", "Nguyễn Thị Mai", phone="+84912345678")


async def board_sees(world, person):
    return (await world.get("club_board", f"/v1/persons/{person}")).status_code == 200


async def test_the_board_hears_of_nobody_before_they_agreed(world, club, person):
    asked = await club.asked(person)
    assert asked["state"] == "asked"
    assert asked["consequences"] is None
    assert not await board_sees(world, person)
    assert (await world.get("club_board", f"/v1/club-memberships/{asked['id']}")).status_code == 404
    assert (await world.get("club_board", "/v1/club-memberships")).json()["data"] == []
    agreed = await club.move(asked, "agreed", since=ago(3))
    (gained,) = agreed["consequences"]
    assert (gained["kind"], gained["person_id"], gained["club_id"]) == ("gains_access", str(person), club.id)
    assert {"club_membership", "club_attendance"} <= set(gained["nouns"])
    assert agreed["agreed_on"] == ago(3)
    assert await board_sees(world, person)
    listed = (await world.get("club_board", "/v1/club-memberships?include=person")).json()["data"]
    assert [row["person"]["full_name"] for row in listed] == ["Nguyễn Thị Mai"]


@pytest.mark.parametrize("last", ["left", "refused"])
async def test_leaving_and_refusing_end_the_boards_sight_at_once_and_the_act_still_answers(world, club, person, last):
    membership = await club.member(person, until="joined" if last == "left" else "invited")
    assert await board_sees(world, person)
    gone = await club.move(membership, last, "club_board")
    assert gone["state"] == last
    assert gone["left_on"] == str(TODAY)
    assert gone["consequences"][0]["kind"] == "loses_access"
    assert not await board_sees(world, person)
    assert (await world.get("club_board", f"/v1/club-memberships/{membership['id']}")).status_code == 404


async def test_a_club_never_sees_another_clubs_membership(world, club, person):
    """A grant shows the person; of memberships it shows one's own circle's alone, on both walls."""
    await club.member(person)
    number = await world.admin.fetchval("select circle_no from club_membership")
    assert number == world.no("hoa_club")
    await world.admin.execute("update club_membership set circle_no = 1112")
    assert (await world.get("club_board", "/v1/club-memberships")).json()["data"] == []
    seen = (await world.get("club_board", f"/v1/persons/{person}?include=memberships")).json()
    assert seen["memberships"] == []


async def test_a_volunteer_who_looks_after_the_person_sees_the_membership_and_no_evaluation(world, club, person):
    membership = await club.member(person)
    await club.evaluate(membership)
    await world.grant(person, "volunteer", "club_membership")
    told = (await world.get("volunteer", f"/v1/club-memberships/{membership['id']}?include=evaluations,events")).json()
    assert told["state"] == "joined"
    assert told["evaluations"] == []
    assert told["events"] == []
    assert (await world.call("volunteer", "POST", "/v1/club-memberships", {})).status_code in (403, 422)


async def test_the_board_asks_nobody_itself(world, club, person):
    body = {"person_id": str(person), "club_id": club.id}
    assert (await world.call("club_board", "POST", "/v1/club-memberships", body)).status_code == 403
    await club.member(person)
    assert (await world.call("club_board", "POST", "/v1/club-memberships", body)).status_code == 403


async def test_membership_is_separate_from_any_decision(world, club, person):
    """Past the term, still in care, never decided: nothing of a case is asked; and what is refused stays refused."""
    assert await world.admin.fetchval("select count(*) from management_case") == 0
    asked = await club.asked(person)
    refused = await club.move(asked, "refused")
    assert refused["transitions"] == []
    again = await club.asked(person)
    assert again["id"] != asked["id"]


async def test_one_open_membership_a_club_and_person(world, club, person):
    await club.asked(person)
    body = {"person_id": str(person), "club_id": club.id}
    reply = await world.call("officer", "POST", "/v1/club-memberships", body)
    assert (reply.status_code, reply.json()["code"]) == (409, "membership_open")


async def test_who_is_on_the_board_is_no_member_and_a_namesake_is_looked_at(world, club, person):
    seat = {
        "support_model_id": club.id,
        "full_name": "Nguyễn  Thị Mai",
        "role": "chair",
        "valid_from": ago(300),
    }
    await club.done("officer", "POST", "/v1/model-members", seat)
    body = {"person_id": str(person), "club_id": club.id}
    reply = await world.call("officer", "POST", "/v1/club-memberships", body)
    assert [(f["pointer"], f["code"]) for f in reply.json()["errors"]] == [("/person_id", "on_the_board")]
    made = await world.call("officer", "POST", "/v1/club-memberships", body | {"namesake": True})
    assert made.status_code == 201


async def test_a_club_that_only_is_planned_or_stands_elsewhere_takes_nobody(world, club, person):
    planned = {"name": "CLB dự kiến", "opens_unit": False, "unit_id": str(world.units["hoa_club"])}
    made = await club.done("officer", "POST", "/v1/clubs", planned)
    neighbour = await world.person("binh")
    for user, whom, which in (("officer", person, made["id"]), ("neighbour", neighbour, club.id)):
        body = {"person_id": str(whom), "club_id": which}
        reply = await world.call(user, "POST", "/v1/club-memberships", body)
        assert [(f["pointer"], f["code"]) for f in reply.json()["errors"]] == [("/club_id", "no_club_here")], user


async def test_history_keeps_every_move_with_its_day_and_reason(world, club, person):
    membership = await club.member(person, days=90)
    await club.move(membership, "suspended", "club_board", since=ago(30), reason="Đi làm xa")
    await club.move(membership, "joined", "club_board", since=ago(10))
    path = f"/v1/club-memberships/{membership['id']}?include=events"
    told = (await world.get("club_board", path)).json()
    moves = [(e["from_state"], e["to_state"], e["happened_on"], e["reason"]) for e in reversed(told["events"])]
    assert moves == [
        (None, "asked", ago(90), None),
        ("asked", "agreed", ago(90), None),
        ("agreed", "invited", ago(90), None),
        ("invited", "joined", ago(90), None),
        ("joined", "suspended", ago(30), "Đi làm xa"),
        ("suspended", "joined", ago(10), None),
    ]
    assert told["joined_on"] == ago(90)
    assert told["reason"] is None


@pytest.mark.parametrize(
    ("to", "facts", "status", "code"),
    [
        ("joined", {}, 409, "wrong_move"),
        ("suspended", {}, 409, "wrong_move"),
        ("agreed", {"agreed_by": None}, 422, "move_needs"),
        ("agreed", {"since": ago(-3)}, 422, "invalid"),
        ("refused", {"since": ago(300)}, 422, "invalid"),
    ],
)
async def test_a_wrong_move_lists_the_right_ones_and_changes_nothing(world, club, person, to, facts, status, code):
    asked = await club.asked(person)
    body = {k: v for k, v in ({"agreed_by": "person", "reason": "x"} | facts).items() if v is not None}
    path = f"/v1/club-memberships/{asked['id']}/transitions"
    reply = await world.call("officer", "POST", path, {"to": to, **body}, If_Match='"1"')
    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text
    if code == "wrong_move":
        assert reply.json()["allowed"] == ["agreed", "refused"]
    assert (await world.get("officer", f"/v1/club-memberships/{asked['id']}")).json()["version"] == 1
    assert await world.admin.fetchval("select count(*) from membership_event") == 1


async def test_no_move_comes_before_the_one_it_follows(world, club, person):
    asked = await club.asked(person)
    agreed = await club.move(asked, "agreed", since=ago(20))
    reply = await club.try_move(agreed, "invited", since=ago(21))
    assert [(f["pointer"], f["code"]) for f in reply.json()["errors"]] == [("/since", "before_the_last_move")]
    assert (await club.move(agreed, "invited", since=ago(20)))["since"] == ago(20)


async def test_a_suspension_tells_its_own_reason(world, club, person):
    membership = await club.member(person)
    await club.move(membership, "suspended", reason="Đi làm xa")
    await club.move(membership, "joined")
    reply = await club.try_move(membership, "suspended", reason=None)
    assert reply.json()["code"] == "move_needs"


async def test_a_closed_club_sees_nobody_any_more(world, club, person):
    await club.member(person)
    version = (await world.get("officer", f"/v1/clubs/{club.id}")).json()["version"]
    body = {"to": "closed", "closed_on": str(TODAY), "close_reason": "Sáp nhập"}
    await club.done("officer", "POST", f"/v1/support-models/{club.id}/transitions", body, If_Match=f'"{version}"')
    assert not await board_sees(world, person)


async def test_a_voided_membership_shows_nobody(world, club, person):
    membership = await club.member(person)
    path = f"/v1/club-memberships/{membership['id']}"
    version = (await world.get("officer", path)).json()["version"]
    await club.done("officer", "DELETE", path, {"reason": "nhầm"}, If_Match=f'"{version}"')
    assert not await board_sees(world, person)
    assert await world.admin.fetchval("select count(*) from task where state = 'open'") == 0


@pytest.mark.parametrize("user", ["police", "police_head", "province_officer", "rehab_centre", "health_station"])
async def test_who_has_nothing_to_do_with_clubs_is_refused(world, club, user):
    assert (await world.get(user, "/v1/club-memberships")).status_code == 403


async def test_a_second_click_is_a_stale_version(world, club, person):
    asked = await club.asked(person)
    body = {"to": "agreed", "agreed_by": "person"}
    path = f"/v1/club-memberships/{asked['id']}/transitions"
    await club.done("officer", "POST", path, body, If_Match='"1"')
    assert (await world.call("officer", "POST", path, body, If_Match='"1"')).status_code == 412


async def test_both_doors_tell_the_same(world, club, person):
    made = await club.member(person)
    query = (
        f'{{ clubMembership(id: "{made["id"]}") {{ state person {{ fullName }} club {{ name }} events {{ nodes {{ toState }} }} }}'
        f' clubs {{ nodes {{ id }} }} club(id: "{club.id}") {{ name kind }} }}'
    )
    told = await world.ask("officer", query)
    assert "errors" not in told, told
    assert told["data"]["clubMembership"]["person"] == {"fullName": "Nguyễn Thị Mai"}
    assert told["data"]["clubs"]["nodes"] == [{"id": club.id}]
    act = (
        f'mutation {{ moveClubMembership(id: "{made["id"]}", move: {{to: suspended, reason: "Đi làm xa"}},'
        f' given: {{ifMatch: "{made["version"]}"}}) {{ state since reason }} }}'
    )
    told = await world.ask("club_board", act)
    assert told["data"]["moveClubMembership"] == {"state": "suspended", "since": str(TODAY), "reason": "Đi làm xa"}


async def test_a_case_file_holds_memberships_in_one_statement(world, club, person):
    await club.member(person)
    told = (await world.get("officer", f"/v1/persons/{person}?include=memberships")).json()
    assert [m["state"] for m in told["memberships"]] == ["joined"]


async def test_only_clubs_are_read_as_clubs(world, club):
    team = {"kind": "volunteer_team", "name": "Đội tình nguyện"}
    made = await club.done("officer", "POST", "/v1/support-models", team)
    assert (await world.get("officer", f"/v1/clubs/{made['id']}")).status_code == 404
    assert [row["id"] for row in (await world.get("officer", "/v1/clubs")).json()["data"]] == [club.id]
    assert (await world.get("officer", f"/v1/support-models/{club.id}")).json()["kind"] == "club"


async def test_a_board_is_told_once_that_a_member_came_into_sight_and_then_of_each_move_alone(world, club, person):
    membership = await club.member(person, until="agreed")
    entered = "select array_agg(noun order by noun) from row_change where kind = 'entered_scope' and grantee = $1"
    first = await world.admin.fetchval(entered, world.no("hoa_club"))
    assert {"club_membership", "person", "person_phone"} <= set(first)
    for state in ("invited", "joined"):
        await club.move(membership, state)
    assert await world.admin.fetchval(entered, world.no("hoa_club")) == first
    moved = "select count(*) from row_change where noun = 'club_membership' and kind = 'upsert' and grantee = $1"
    assert await world.admin.fetchval(moved, world.no("hoa_club")) == 2
    since = "select valid_from = (select updated_at from club_membership) from access_grant"
    assert await world.admin.fetchval(since), "the grant stands as the last move found it"
