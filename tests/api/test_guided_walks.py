"""Every state of every life of the support is reached and every listed move taken, through the API.

After each step an unlisted move is tried: it is 409 with the allowed ones, and it changes nothing. The journal and the
version count every move: no event is lost.
"""

from __future__ import annotations

from datetime import date

import pytest

from api.kept import DOORS
from tests.api.test_livelihood_walks import WALKS as LIVELIHOOD
from tests.api.test_livelihood_walks import begun, walk_on
from tests.api.test_referral_walks import RECEIVER, SENDER
from tests.club_work import running_club
from tests.livelihood import ago, made, moved
from tests.referral_work import accepted, ahead
from tests.walking import tours

LIVES = {door.path: door.kept.life for door in DOORS if door.kept.life is not None}
DECIDED = {"decision_number": "1/QĐ-UBND", "decision_on": ago(30), "decision_by": "UBND phường"}
FACTS = {
    "support-models": {
        "active": {"founded_on": ago(20), **DECIDED},
        "closed": {"closed_on": ago(0), "close_reason": "Sáp nhập"},
    },
    "contributions": {
        "partly_received": {"received_on": ago(0), "received_vnd": 10},
        "received": {"received_on": ago(0), "received_vnd": 100},
        "withdrawn": {"withdrawn_on": ago(0), "withdraw_reason": "Đổi kế hoạch"},
    },
    "club-memberships": {"agreed": {"agreed_by": "person"}, "suspended": {"reason": "Đi làm xa"}},
    "club-sessions": {"cancelled": {"reason": "Mưa bão"}},
    "referral-follow-ups": {"done": {"done_on": ago(0), "result": "attending"}},
    "webhook-endpoints": {},
}
"""What a move to a state is told."""


async def model(world):
    body = {"kind": "counselling_point", "name": "Điểm tư vấn", "unit_id": str(world.units["hoa"])}
    return await made(world, "support-models", **body)


async def gift(world):
    point = await moved(world, "support-models", await model(world), "active", founded_on=ago(20), **DECIDED)
    school = await made(world, "organisations", name="Trường nghề Hoa", kind="school")
    told = {"support_model_id": point["id"], "organisation_id": school["id"], "kind": "money"}
    return await made(world, "contributions", **told, pledged_on=ago(9), pledged_vnd=100)


async def membership(world):
    return await (await running_club(world)).asked()


async def session(world):
    return await (await running_club(world)).session(starts_at=f"{ago(1)}T19:00:00+07:00")


async def follow_up(world):
    referral = await accepted(world, await world.person("hoa"))
    told = {"person_id": referral["person_id"], "referral_id": referral["id"], "due_on": ahead(1)}
    return await made(world, "referral-follow-ups", **told)


async def endpoint(world):
    return await made(world, "webhook-endpoints", "leader", url="https://hooks.example.vn/diem-tua")


NEW = {
    "support-models": model,
    "contributions": gift,
    "club-memberships": membership,
    "club-sessions": session,
    "referral-follow-ups": follow_up,
    "webhook-endpoints": endpoint,
}
BY = {"webhook-endpoints": "leader"}


ELSEWHERE = {"field-reports"}
"""Of two sides: walked with their own tests."""


def test_every_life_is_walked():
    assert set(LIVES) == {*NEW, *LIVELIHOOD, *ELSEWHERE, "referrals"}


def edges(path):
    """The moves that somebody makes; an agreed plan is superseded by its next edition alone (below)."""
    return {(move.source, move.to) for move in LIVES[path].moves if move.to != "superseded"}


async def test_an_agreed_plan_is_superseded_by_its_next_edition_alone(world):
    person = {"person_id": str(await world.person("hoa"))}
    facts = {"made_with_person": True, "made_with_person_on": ago(0)}
    told = person | {"drawn_on": ago(1), "goals": "x"}
    first = await moved(
        world, "reintegration-plans", await made(world, "reintegration-plans", **told), "agreed", **facts
    )
    later = await made(world, "reintegration-plans", **told, supersedes_id=first["id"])
    await moved(world, "reintegration-plans", later, "agreed", **facts)
    seen = (await world.get("officer", f"/v1/reintegration-plans/{first['id']}")).json()
    assert (seen["state"], seen["transitions"]) == ("superseded", [])


@pytest.mark.parametrize("path", NEW)
async def test_every_move_is_taken_and_no_other(world, path):
    life, user = LIVES[path], BY.get(path, "officer")
    reached = {life.initial}
    for tour in tours(edges(path), life.initial):
        row = await NEW[path](world)
        for source, to in tour:
            assert row["state"] == source
            await refused(world, path, row, user)
            body = {"to": to} | FACTS[path].get(to, {})
            reply = await move(world, path, row, body, user)
            assert reply.status_code == 200, (source, to, reply.text)
            row = reply.json()
            reached.add(row["state"])
        await refused(world, path, row, user)
        assert row["version"] - 1 == await moves_of(world, life.name, row)
    assert reached == life.states


async def moves_of(world, noun, row):
    """Moves that the journal kept of the row's person; of a row of nobody, of the row."""
    done = (
        "select count(*) from journal_entry where act = $1 and outcome = 'done' and subject_ids && $2::text[]::uuid[]"
    )
    return await world.admin.fetchval(done, f"move_{noun}", [row["id"], *filter(None, [row.get("person_id")])])


async def move(world, path, row, body, user):
    version = f'"{row["version"]}"'
    return await world.call(user, "POST", f"/v1/{path}/{row['id']}/transitions", body, If_Match=version)


async def refused(world, path, row, user):
    """Every move that is not listed, with all facts it could ask for: 409, the allowed ones, nothing changed."""
    life = LIVES[path]
    allowed = {one.to for one in life.allowed(row["state"])}
    for to in sorted(life.states - allowed):
        reply = await move(world, path, row, {"to": to} | FACTS[path].get(to, {}), user)
        assert reply.status_code == 409, (row["state"], to, reply.text)
        assert set(reply.json()["allowed"]) == allowed
    now = (await world.get(user, f"/v1/{path}/{row['id']}")).json()
    assert (now["state"], now["version"]) == (row["state"], row["version"])


@pytest.mark.parametrize("path", LIVELIHOOD)
async def test_every_move_of_needs_plans_work_and_loans_is_taken(world, path):
    life, reached = LIVES[path], {LIVES[path].initial}
    for tour in tours(edges(path), life.initial):
        row = await begun(world, path, await world.person("hoa", born_on=date(1990, 1, 1)))
        for source, to in tour:
            assert row["state"] == source
            reply = await walk_on(world, path, row, to)
            assert reply.status_code == 200, (source, to, reply.text)
            row = reply.json()
            reached.add(row["state"])
        assert row["version"] == len(tour) + 1
    assert reached == life.states - {"superseded"}


def test_the_table_of_a_referral_and_the_walks_know_the_same_sides():
    life = LIVES["referrals"]
    told = {(source, to) for table in (SENDER, RECEIVER) for source, moves in table.items() for to in moves}
    assert told | {(source, "expired") for source in ("sent", "received", "accepted", "no_show")} == edges("referrals")
    assert len(life.states) == 12
