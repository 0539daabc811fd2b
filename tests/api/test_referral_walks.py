"""Random walks over the life of a referral, through the API, by both sides and the clock: no unlisted state, no lost event.

The table stands here a second time, written from the issue and not from the code.
"""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from api.context import local_now
from domain.referral.noun import ReferralState
from domain.referral.sweep import expire_referrals
from tests.referral_work import TODAY, drafted
from tests.walking import tours

SENDER = {
    "draft": {"sent"},
    "sent": {"recalled"},
    "received": {"recalled"},
    "accepted": {"recalled"},
    "no_show": {"recalled", "discontinued"},
    "attended": {"discontinued"},
    "in_service": {"discontinued"},
}
RECEIVER = {
    "sent": {"received"},
    "received": {"accepted", "declined"},
    "accepted": {"attended", "no_show"},
    "no_show": {"accepted", "attended", "discontinued"},
    "attended": {"in_service", "completed", "discontinued"},
    "in_service": {"completed", "discontinued"},
}
EXPIRES = {"sent", "received", "accepted", "no_show"}
YESTERDAY = TODAY - timedelta(days=1)
CLOSED = {"completed", "discontinued", "declined", "recalled", "expired"}
STATES = [state.value for state in ReferralState]
WALKS, STEPS = 10, 16


def facts(side, to):
    """All that a move to this state may need."""
    if side == "sender":
        told = {"recalled": {"recall_reason": "no_longer_needed"}, "discontinued": {"outcome": "consent_withdrawn"}}
        return {"to": to} | told.get(to, {})
    told = {
        "declined": {"decline_reason": "no_capacity"},
        "accepted": {"appointment_on": str(TODAY)},
        "attended": {"attended_on": str(TODAY)},
        "in_service": {"service_from": str(TODAY)},
        "completed": {"outcome": "need_met"},
        "discontinued": {"outcome": "person_stopped"},
    }
    return {"to": to} | told.get(to, {})


async def told(world, id):
    return (await world.get("officer", f"/v1/referrals/{id}?include=follow_ups")).json()


def holds(referral):
    """What is true of every referral at every step."""
    assert referral["state"] in STATES
    closed = referral["state"] in CLOSED
    assert (referral.get("due_on") is None) == closed, referral["state"]
    assert (referral.get("closed_at") is None) == (not closed)
    due = [one for one in referral["follow_ups"] if one["state"] == "due"]
    assert bool(due) == (referral["state"] in ("accepted", "no_show", "attended", "in_service"))
    if due:
        assert referral["due_on"] == min(one["due_on"] for one in due)
    listed = {side: {m["to"] for m in referral["transitions"] if side in m["sides"]} for side in ("sender", "receiver")}
    assert listed["sender"] == SENDER.get(referral["state"], set())
    assert listed["receiver"] == RECEIVER.get(referral["state"], set())


async def stepped(world, hand, dice, now):
    """One attempt by somebody; whether it was a move, by the table above."""
    turn = dice.choice(
        ["sender", "receiver", "receiver", "receiver", "clock"] if now["state"] != "draft" else ["sender"]
    )
    if turn == "clock" and dice.random() < 0.1:
        await world.admin.execute("update referral set expires_on = $1 where expires_on is not null", YESTERDAY)
        await hand.every_unit(expire_referrals, local_now())
        return now["state"] in EXPIRES
    side, user, door = (
        ("sender", "officer", "transitions") if turn == "sender" else ("receiver", "rehab_centre", "answers")
    )
    legal = (SENDER if side == "sender" else RECEIVER).get(now["state"], set())
    ahead = sorted(legal - CLOSED) or sorted(legal)
    to = dice.choice(ahead) if ahead and dice.random() < 0.7 else dice.choice(STATES)
    match = {"If_Match": f'"{now["version"] + dice.choice([0, 0, 0, 0, 1])}"'}
    reply = await world.call(user, "POST", f"/v1/referrals/{now['id']}/{door}", facts(side, to), **match)
    unseen = side == "receiver" and (now["state"] == "draft" or now["state"] in CLOSED)
    if unseen:
        assert reply.status_code == 404
    elif match["If_Match"] != f'"{now["version"]}"':
        assert reply.status_code == 412
    elif to in legal:
        assert reply.status_code == 200, reply.text
    else:
        assert reply.status_code == 409, reply.text
        assert set(reply.json()["allowed"]) == legal
    return reply.status_code == 200


@pytest.mark.parametrize("seed", range(4))
async def test_no_walk_leaves_the_table_or_loses_an_event(world, hand, seed):
    dice = random.Random(seed)
    reached = set()
    for _ in range(WALKS):
        one = await drafted(world, await world.person("hoa"))
        before, moves = await told(world, one["id"]), 0
        for _ in range(STEPS):
            holds(before)
            done = await stepped(world, hand, dice, before)
            after = await told(world, one["id"])
            assert (after["version"] > before["version"]) == done
            assert done or after["state"] == before["state"]
            before, moves = after, moves + done
            reached.add(after["state"])
        holds(before)
        events = await world.admin.fetchval(
            "select count(*) from journal_entry where outcome = 'done' and noun = 'referral'"
            " and act in ('move_referral', 'answer_referral', 'expire_referral') and $1 = any(subject_ids)",
            before["person_id"],
        )
        assert events == moves
    assert len(reached) >= 9, reached


BY_ALL = sorted(
    {
        (source, to, side)
        for side, table in (("sender", SENDER), ("receiver", RECEIVER))
        for source in table
        for to in table[source]
    }
    | {(source, "expired", "clock") for source in EXPIRES}
)


async def taken(world, hand, now, to, side):
    """One listed move by the side whose it is."""
    if side == "clock":
        await world.admin.execute("update referral set expires_on = $1 where id = $2::text::uuid", YESTERDAY, now["id"])
        await hand.every_unit(expire_referrals, local_now())
        return
    user, door = ("officer", "transitions") if side == "sender" else ("rehab_centre", "answers")
    match = {"If_Match": f'"{now["version"]}"'}
    reply = await world.call(user, "POST", f"/v1/referrals/{now['id']}/{door}", facts(side, to), **match)
    assert reply.status_code == 200, (now["state"], to, side, reply.text)


async def test_every_listed_move_is_taken_by_each_side_and_every_state_is_reached(world, hand):
    reached, done = set(), 0
    for tour in tours(BY_ALL, "draft"):
        before = await drafted(world, await world.person("hoa"))
        reached.add(before["state"])
        for _source, to, side in tour:
            await taken(world, hand, before, to, side)
            before, done = await told(world, before["id"]), done + 1
            assert before["state"] == to
            holds(before)
            reached.add(to)
    assert reached == set(STATES)
    events = await world.admin.fetchval(
        "select count(*) from journal_entry where outcome = 'done' and noun = 'referral'"
        " and act in ('move_referral', 'answer_referral', 'expire_referral')"
    )
    assert events == done
