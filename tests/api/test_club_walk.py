"""Random walks over a membership through the API: never an unlisted state, never a lost event."""

from __future__ import annotations

import asyncio
import random

import pytest

from domain.club.life import MEMBERSHIP_LIFE, SEEN_BY_BOARD
from tests.club_work import running_club

STATES = sorted(MEMBERSHIP_LIFE.states)
STEPS = 14


@pytest.mark.parametrize("seed", range(6))
async def test_a_walk_stays_in_the_table_and_keeps_every_event(world, seed):
    dice = random.Random(seed)
    club = await running_club(world)
    membership = await club.asked()
    state, moves = "asked", 0
    for _ in range(STEPS):
        to, user = dice.choice(STATES), dice.choice(("officer", "club_board"))
        reply = await club.try_move(membership, to, user, reason="Theo nguyện vọng")
        listed = [move.to for move in MEMBERSHIP_LIFE.allowed(state)]
        if user == "club_board" and state not in SEEN_BY_BOARD:
            assert reply.status_code == 404
        elif to not in listed:
            assert (reply.status_code, reply.json()["allowed"]) == (409, listed)
        else:
            assert reply.status_code == 200, reply.text
            state, moves = to, moves + 1
        await as_it_should_be(world, membership, state, moves)


async def as_it_should_be(world, membership, state, moves):
    """The row, its history, the journal and the grant say the same."""
    row = await world.admin.fetchrow("select id, state, person_id from club_membership")
    assert (str(row["id"]), row["state"]) == (membership["id"], state)
    events = await world.admin.fetch("select from_state, to_state from membership_event order by recorded_at, id")
    assert len(events) == moves + 1
    assert [event["from_state"] for event in events[1:]] == [event["to_state"] for event in events[:-1]]
    assert events[-1]["to_state"] == state
    done = "select count(*) from journal_entry where act = 'move_club_membership' and outcome = 'done'"
    assert await world.admin.fetchval(done) == moves
    live = "select count(*) from access_grant where valid_from <= now() and now() < valid_to"
    assert await world.admin.fetchval(live) == (1 if state in SEEN_BY_BOARD else 0)


async def test_two_who_move_at_once_make_one_move(world):
    club = await running_club(world)
    membership = await club.member(until="invited")
    path = f"/v1/club-memberships/{membership['id']}/transitions"
    version = f'"{membership["version"]}"'
    replies = await asyncio.gather(
        world.call("officer", "POST", path, {"to": "joined"}, If_Match=version),
        world.call("club_board", "POST", path, {"to": "refused"}, If_Match=version),
    )
    assert sorted(reply.status_code for reply in replies) == [200, 412]
    assert await world.admin.fetchval("select count(*) from membership_event") == 4
