"""Monthly evaluations, their reminders, and the member who reads their own (rulings 8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.club_work import TODAY, ago, back, running_club


@pytest.fixture
async def club(world):
    return await running_club(world)


@pytest.fixture
async def member(club):
    return await club.member(days=(TODAY - back(3)).days)


async def due(world, membership):
    return await world.admin.fetchval(
        "select due_on from task where subject_id = $1::text::uuid and state = 'open'", membership["id"]
    )


def fifth_after(month):
    return ((month + timedelta(days=31)).replace(day=1)).replace(day=5)


async def test_the_board_evaluates_a_month_named_by_any_of_its_days(world, club, member):
    made = await club.evaluate(
        member, month=str(back(1) + timedelta(days=10)), changed="Đi làm đều", next_step="Học nghề"
    )
    assert made["month"] == str(back(1))
    assert (made["taking_part"], made["family"], made["work"]) == (3, 2, None)
    listed = await world.get("club_board", f"/v1/progress-evaluations?membership_id={member['id']}&month={back(1)}")
    assert [row["id"] for row in listed.json()["data"]] == [made["id"]]
    again = await club.try_evaluate(member)
    assert (again.status_code, again.json()["code"]) == (409, "evaluated_already")


async def test_what_the_commune_writes_of_a_member_belongs_to_the_club_and_is_read_there(world, club, member):
    made = await club.evaluate(member, "officer")
    listed = await world.get("club_board", f"/v1/progress-evaluations?membership_id={member['id']}")
    assert [row["id"] for row in listed.json()["data"]] == [made["id"]]


async def test_a_voided_membership_is_not_evaluated_and_gets_no_code(world, club, member):
    path = f"/v1/club-memberships/{member['id']}"
    version = (await world.get("officer", path)).json()["version"]
    await club.done("officer", "DELETE", path, {"reason": "nhầm"}, If_Match=f'"{version}"')
    reply = await club.try_evaluate(member, "officer")
    assert [(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]] == [("/membership_id", "not_in_scope")]
    code = await world.call("officer", "POST", f"{path}/reading-code", {}, If_Match=f'"{version + 1}"')
    assert (code.status_code, code.json()["code"]) == (409, "already_voided")


async def test_the_reminder_goes_from_the_first_missing_month_to_the_next(world, club, member):
    assert await due(world, member) == fifth_after(back(3))
    await club.evaluate(member, month=str(back(2)))
    assert await due(world, member) == fifth_after(back(3))
    await club.evaluate(member, month=str(back(3)))
    assert await due(world, member) == fifth_after(back(1))
    rows = await world.admin.fetch("select kind, rule, unit_no from task where state = 'open'")
    assert [tuple(row) for row in rows] == [("progress_evaluation", "club.evaluation@1", world.no("hoa"))]


async def test_who_is_suspended_or_left_is_neither_evaluated_nor_reminded_of(world, club, member):
    await club.move(member, "suspended", since=ago(1))
    assert await due(world, member) is None
    reply = await club.try_evaluate(member)
    assert (reply.status_code, reply.json()["code"]) == (409, "not_a_member_now")
    await club.move(member, "joined")
    assert await due(world, member) == fifth_after(back(3))
    await club.move(member, "left")
    assert await due(world, member) is None
    assert (await club.try_evaluate(member, "officer")).status_code == 409


async def test_a_voided_evaluation_is_missing_again(world, club, member):
    made = await club.evaluate(member, month=str(back(3)))
    assert await due(world, member) == fifth_after(back(2))
    path = f"/v1/progress-evaluations/{made['id']}"
    await club.done("club_board", "DELETE", path, {"reason": "nhầm người"}, If_Match='"1"')
    assert await due(world, member) == fifth_after(back(3))
    await club.evaluate(member, month=str(back(3)))


@pytest.mark.parametrize(
    ("facts", "pointer", "code"),
    [
        ({"month": str(back(4))}, "/month", "not_a_member_then"),
        ({"month": str(TODAY + timedelta(days=40))}, "/month", "in_the_future"),
        ({"taking_part": None, "family": None}, "/taking_part", "required"),
        ({"taking_part": 0}, "/taking_part", "out_of_range"),
        ({"work": 5}, "/work", "out_of_range"),
        ({"membership_id": "00000000-0000-7000-8000-000000000000"}, "/membership_id", "not_in_scope"),
        ({"changed": "a\u200bb"}, "/changed", "format_character"),
    ],
)
async def test_what_cannot_be_an_evaluation_is_refused_where_it_is_wrong(world, club, member, facts, pointer, code):
    reply = await club.try_evaluate(member, **facts)
    assert (pointer, code) in [(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]], reply.text
    assert await world.admin.fetchval("select count(*) from progress_evaluation") == 0


async def test_members_without_an_evaluation_are_listed(world, club, member):
    other = await club.member(await world.person("hoa"), days=(TODAY - back(3)).days)
    await club.evaluate(member)
    listed = await world.get("club_board", f"/v1/club-memberships?not_evaluated_in={back(1)}")
    assert [row["id"] for row in listed.json()["data"]] == [other["id"]]


# -- the member reads their own


async def code_of(world, membership, user="club_board"):
    version = (await world.get("officer", f"/v1/club-memberships/{membership['id']}")).json()["version"]
    path = f"/v1/club-memberships/{membership['id']}/reading-code"
    reply = await world.call(user, "POST", path, {}, If_Match=f'"{version}"')
    assert reply.status_code == 200, reply.text
    return reply.json()


async def read_it(world, evaluation, code, user="club_board", **facts):
    path = f"/v1/progress-evaluations/{evaluation['id']}"
    version = (await world.get("officer", path)).json()["version"]
    return await world.call(user, "POST", f"{path}/reading", {"code": code, **facts}, If_Match=f'"{version}"')


async def test_the_member_reads_with_the_code_they_keep_and_says_what_they_think(world, club, member):
    made = await club.evaluate(member)
    given = await code_of(world, member)
    code = given["reading_code"]
    assert len(code) == 9
    assert given["has_reading_code"] is True
    shown = (await world.get("club_board", f"/v1/club-memberships/{member['id']}")).json()
    assert shown["reading_code"] is None
    stored = await world.admin.fetchval("select reading_code from club_membership")
    assert len(stored) == 32
    assert code.replace("-", "").encode() not in stored
    told = await read_it(world, made, code.lower().replace("-", " "), said="Tôi đồng ý")
    assert told.status_code == 200, told.text
    assert told.json()["member_said"] == "Tôi đồng ý"
    assert told.json()["read_by_member_at"] is not None


async def test_a_wrong_code_or_an_old_one_reads_nothing_and_leaves_a_trace(world, club, member):
    made = await club.evaluate(member)
    assert (await read_it(world, made, "0000-0000")).status_code == 422
    old = (await code_of(world, member))["reading_code"]
    await code_of(world, member, "officer")
    reply = await read_it(world, made, old)
    assert [(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]] == [("/code", "wrong_code")]
    assert old not in reply.text
    assert (await world.get("officer", f"/v1/progress-evaluations/{made['id']}")).json()["read_by_member_at"] is None
    tries = await world.admin.fetchval(
        "select count(*) from journal_entry where act = 'wrong_reading_code' and outcome = 'denied'"
    )
    assert tries == 2


async def test_what_a_member_says_is_a_text_as_any_other(world, club, member):
    made = await club.evaluate(member)
    code = (await code_of(world, member))["reading_code"]
    reply = await read_it(world, made, code, said="Tôi\u200bđồng ý")
    assert [(flaw["pointer"], flaw["code"]) for flaw in reply.json()["errors"]] == [("/said", "format_character")]


async def test_another_members_code_does_not_read_it(world, club, member):
    made = await club.evaluate(member)
    other = await club.member(await world.person("hoa"))
    code = (await code_of(world, other))["reading_code"]
    assert (await read_it(world, made, code)).status_code == 422


async def test_a_code_is_for_members_alone(world, club):
    asked = await club.asked()
    path = f"/v1/club-memberships/{asked['id']}/reading-code"
    reply = await world.call("officer", "POST", path, {}, If_Match='"1"')
    assert (reply.status_code, reply.json()["code"]) == (409, "not_a_member_now")


async def test_graphql_gives_the_code_and_reads_by_it(world, club, member):
    made = await club.evaluate(member)
    act = f'mutation {{ giveReadingCode(id: "{member["id"]}", given: {{ifMatch: "{member["version"]}"}}) {{ readingCode }} }}'
    code = (await world.ask("club_board", act))["data"]["giveReadingCode"]["readingCode"]
    act = (
        f'mutation {{ readWithMember(id: "{made["id"]}", reading: {{code: "{code}"}}, given: {{ifMatch: "1"}})'
        " { readByMemberAt memberSaid } }"
    )
    told = (await world.ask("club_board", act))["data"]["readWithMember"]
    assert told["readByMemberAt"] is not None
    assert told["memberSaid"] is None
