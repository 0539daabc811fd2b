"""Seeded walks over what happens to contacts, clients and visits: no event is lost, no version skipped."""

from __future__ import annotations

import random

import pytest

from tests.api.test_anonymous_clients import client, code_of, meeting
from tests.api.test_counselling import assign, recorded

SEEDS = pytest.mark.parametrize("seed", [7, 2026, 110])
TOPICS = ("psychological", "social", "legal", "health", "relapse_prevention", "vocational", "family")


async def events(world, act):
    return await world.admin.fetchval("select count(*) from journal_entry where act = $1 and outcome = 'done'", act)


@SEEDS
async def test_a_contact_corrected_at_random_loses_no_version_and_no_event(world, seed):
    chance = random.Random(seed)
    person = await world.person("hoa")
    await assign(world, person, "volunteer")
    row = await recorded(world, person, advice="0")
    path, changes, said, voided = f"/v1/counselling-contacts/{row['id']}", [], ["0"], False
    for step in range(1, 25):
        user = chance.choice(["volunteer", "officer", "counsellor"])
        void = chance.random() < 0.05
        change = {"minutes": chance.randint(1, 600), "topics": chance.sample(TOPICS, chance.randint(1, 3))}
        if user == "volunteer" and chance.random() < 0.5:
            change["advice"] = str(step)
        stale = chance.random() < 0.2
        mark = f'"{row["version"] - stale}"'
        body = {"reason": "Nhầm"} if void else change
        reply = await world.call(user, "DELETE" if void else "PATCH", path, body, If_Match=mark)
        wanted = 404 if user == "counsellor" else 412 if stale else 409 if voided else 200
        assert reply.status_code == wanted, (step, reply.text)
        if wanted == 200:
            changes.append(body)
            said += [change["advice"]] if "advice" in body else []
            voided = voided or void
            row = row | {"version": row["version"] + 1}
    told = (await world.get("volunteer", path)).json()
    assert told["version"] == len(changes) + 1
    assert [note["advice"] for note in told["notes"]] == said
    assert await events(world, "amend_counselling_contact") + await events(world, "void_counselling_contact") == len(
        changes
    )
    kept = await world.admin.fetchval("select count(*) from counselling_revision where row_id = $1", row["id"])
    assert kept == len(told["revisions"] or []) <= len(changes)
    last = {key: value for key, value in changes[-1].items() if key not in ("advice", "reason")} if changes else {}
    assert {name: told[name] for name in last} == last


@SEEDS
async def test_a_client_linked_and_unlinked_at_random_is_always_one_person_or_nobody(world, seed):
    chance = random.Random(seed)
    people = [await world.person("hoa") for _ in range(3)]
    for person in people:
        await assign(world, person, "volunteer")
    made = await client(world)
    path, linked, done = f"/v1/anonymous-clients/{made['id']}/link", None, {"link": 0, "unlink": 0}
    for step in range(30):
        act = chance.choice(["link", "unlink", "meet"])
        if act == "meet":
            assert (await world.call("volunteer", "POST", "/v1/anonymous-contacts", meeting(made))).status_code == 201
            continue
        right = chance.random() < 0.7
        person = chance.choice(people)
        body = {"code": code_of(made) if right else "0000-0000", "person_id": str(person), "consent": "spoken"}
        method, body = ("POST", body) if act == "link" else ("DELETE", None)
        reply = await world.call("volunteer", method, path, body, If_Match='"1"')
        taken = 409 if linked else 200
        wanted = {"link": taken if right else 422, "unlink": 200 if linked else 409}[act]
        assert reply.status_code == wanted, (step, act, reply.text)
        if wanted == 200:
            linked = str(person) if act == "link" else None
            done[act] += 1
        told = (await world.get("volunteer", f"/v1/anonymous-clients/{made['id']}")).json()
        assert told["linked_person_id"] == linked
    assert await events(world, "link_anonymous_client") == done["link"]
    assert await events(world, "unlink_anonymous_client") == done["unlink"]
    assert await world.admin.fetchval("select count(*) from client_link") == done["link"]
