"""The board of a club are not its members (dossier §7.1): refused in both directions, and a namesake is looked at."""

from __future__ import annotations

import pytest

from tests.club_work import TODAY, running_club


@pytest.fixture
async def club(world):
    return await running_club(world)


@pytest.fixture
async def person(world):
    return await world.person("hoa", "Nguyễn Thị Mai")


async def seat(world, club, name="Nguyễn Thị Mai", **more):
    body = {"support_model_id": club.id, "full_name": name, "role": "secretary", "valid_from": str(TODAY)} | more
    return await world.call("officer", "POST", "/v1/model-members", body)


def told(reply):
    return reply.status_code, [(flaw["pointer"], flaw["code"]) for flaw in reply.json().get("errors", ())]


@pytest.mark.parametrize("until", ["agreed", "invited", "joined"])
@pytest.mark.parametrize("name", ["Nguyễn Thị Mai", "NGUYỄN THỊ MAI", "nguyễn  thị mai"])
async def test_a_member_is_not_seated_on_the_board_before_leaving(world, club, person, until, name):
    membership = await club.member(person, until=until)
    assert told(await seat(world, club, name)) == (422, [("/full_name", "is_a_member")])
    await club.move(membership, "left" if until == "joined" else "refused")
    assert told(await seat(world, club, name)) == (201, [])


async def test_who_was_only_asked_is_not_seated_either(world, club, person):
    await club.asked(person)
    assert told(await seat(world, club)) == (422, [("/full_name", "is_a_member")])


async def test_a_namesake_of_a_member_is_seated_when_it_is_said(world, club, person):
    await club.member(person)
    assert told(await seat(world, club, namesake=True)) == (201, [])
    assert told(await seat(world, club, "Lê Văn Ba")) == (201, [])


async def test_a_seat_is_not_renamed_into_a_member(world, club, person):
    await club.member(person)
    made = (await seat(world, club, "Lê Văn Ba")).json()
    path = f"/v1/model-members/{made['id']}"
    refused = await world.call("officer", "PATCH", path, {"full_name": "Nguyễn Thị Mai"}, If_Match='"1"')
    assert told(refused) == (422, [("/full_name", "is_a_member")])
    kept = await world.call("officer", "PATCH", path, {"body": "Hội Phụ nữ"}, If_Match='"1"')
    assert kept.status_code == 200


async def test_who_sits_on_the_board_joins_only_after_the_seat_has_ended(world, club, person):
    made = (await seat(world, club, valid_from="2024-01-01")).json()
    body = {"person_id": str(person), "club_id": club.id}
    refused = await world.call("officer", "POST", "/v1/club-memberships", body)
    assert told(refused) == (422, [("/person_id", "on_the_board")])
    end = {"valid_to": "2025-12-31", "end_reason": "Thôi tham gia"}
    await world.call("officer", "PATCH", f"/v1/model-members/{made['id']}", end, If_Match='"1"')
    assert (await world.call("officer", "POST", "/v1/club-memberships", body)).status_code == 201


async def test_the_same_by_graphql(world, club, person):
    await club.member(person)
    new = f'supportModelId: "{club.id}", fullName: "Nguyễn Thị Mai", role: member, validFrom: "{TODAY}"'
    query = f"mutation {{recordModelMember(new: {{{new}}}) {{id}}}}"
    (error,) = (await world.ask("officer", query))["errors"]
    assert error["extensions"]["errors"][0]["code"] == "is_a_member"
