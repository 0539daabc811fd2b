"""Random walks: whatever is tried in whatever order, no row stands in an unlisted state and no event is lost."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from domain.job.rules import JOB_LIFE
from domain.loan.moves import LINE_LIFE, LIST_LIFE, LOAN_LIFE
from domain.need.rules import NEED_LIFE
from domain.plan.rules import PLAN_LIFE, STEP_LIFE
from domain.vocational.rules import VOCATIONAL_LIFE
from tests.livelihood import M, ago, made

FACTS: dict[str, Any] = {
    "met_on": ago(0),
    "withdrawn_on": ago(0),
    "reason": "lý do",
    "made_with_person": True,
    "made_with_person_on": ago(0),
    "ended_on": ago(0),
    "done_on": ago(0),
    "enrolled_on": ago(0),
    "finished_on": ago(0),
    "certified_on": ago(0),
    "dropped_on": ago(0),
    "trade": "Hàn",
    "funding": "own_means",
    "placed_on": ago(0),
    "end_reason": "left",
    "answered_on": ago(0),
    "confirmed_on": ago(0),
    "applied_on": ago(0),
    "decided_on": ago(0),
    "disbursed_on": ago(0),
    "repaying_on": ago(0),
    "overdue_on": ago(0),
    "closed_on": ago(0),
    "programme": "q08",
    "asked_vnd": 300 * M,
    "amount_vnd": 300 * M,
    "months": 130,
}
WALKS = {
    "needs": (NEED_LIFE, {"kind": "job", "found_on": ago(1)}),
    "reintegration-plans": (PLAN_LIFE, {"drawn_on": ago(1), "goals": "x"}),
    "plan-steps": (STEP_LIFE, {"what": "x", "owner": "person", "due_on": ago(0)}),
    "vocational-supports": (VOCATIONAL_LIFE, {"advised_on": ago(1)}),
    "job-placements": (JOB_LIFE, {"sought_on": ago(1)}),
    "loan-lists": (LIST_LIFE, {"programme": "q08", "made_on": ago(1)}),
    "loan-list-lines": (LINE_LIFE, {}),
    "loan-supports": (LOAN_LIFE, {"borrower": "person", "asked_on": ago(1)}),
}
STEPS = 14


async def begun(world, path, person):
    """A fresh row and what its moves may need to point to."""
    _life, told = WALKS[path]
    whose = {} if path == "loan-lists" else {"person_id": str(person)}
    if path == "plan-steps":
        plan = await made(world, "reintegration-plans", **whose, drawn_on=ago(1), goals="x")
        row = await made(world, path, **whose, plan_id=plan["id"], **told)
        await walk_on(world, "reintegration-plans", plan, "agreed")
        return row
    if path == "loan-list-lines":
        list_ = await made(world, "loan-lists", programme="q08", made_on=ago(1))
        return await made(world, path, **whose, loan_list_id=list_["id"])
    if path == "loan-supports":
        list_ = await made(world, "loan-lists", programme="q08", made_on=ago(1))
        line = await made(world, "loan-list-lines", **whose, loan_list_id=list_["id"])
        line = (await walk_on(world, "loan-list-lines", line, "confirmed")).json()
        return await made(world, path, **whose, **told, loan_list_line_id=line["id"])
    return await made(world, path, **whose, **told)


async def walk_on(world, path, row, to):
    """The move with exactly those facts that some move to that state takes."""
    life = WALKS[path][0]
    needed = {name for move in life.moves if move.to == to for name in move.requires} | {"reason"}
    extra = {"made_with_person"} if to == "agreed" else set()
    body = {name: FACTS[name] for name in sorted(needed | extra) if name in FACTS}
    body = {name: value for name, value in body.items() if name in ALLOWED[path]}
    target = f"/v1/{path}/{row['id']}/transitions"
    return await world.call("officer", "POST", target, {"to": to} | body, If_Match=f'"{row["version"]}"')


def _allowed() -> dict[str, set[str]]:
    from api.kept import DOORS

    return {door.path: set(door.move.model_fields) for door in DOORS if door.path in WALKS}


ALLOWED = _allowed()


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("path", WALKS)
async def test_a_walk_never_leaves_the_table_and_the_journal_keeps_every_step(world, path, seed):
    chance, (life, _told) = random.Random(f"{path}/{seed}"), WALKS[path]
    person = await world.person("hoa", born_on=date(1990, 1, 1))
    row, done = await begun(world, path, person), 0
    for _step in range(STEPS):
        to = chance.choice(sorted(life.states))
        reply = await walk_on(world, path, row, to)
        listed = to in {move.to for move in life.allowed(row["state"])}
        if reply.status_code == 200:
            assert listed, (row["state"], to)
            row, done = reply.json(), done + 1
            assert row["state"] == to
            continue
        assert reply.status_code in (409, 422), reply.text
        if not listed:
            assert reply.json()["code"] in ("wrong_move", "list_closed"), reply.text
        now = (await world.get("officer", f"/v1/{path}/{row['id']}")).json()
        assert (now["state"], now["version"]) == (row["state"], row["version"])
    kept = await world.admin.fetch(
        "select act from journal_entry where outcome = 'done' and noun = $1 order by id", life.name
    )
    assert [entry["act"] for entry in kept] == [f"record_{life.name}", *[f"move_{life.name}"] * done]
    assert row["version"] == done + 1
    if "history" in row:
        assert len(row["history"]) == done + 1
        states = [life.initial, *(move["to"] for move in row["history"][1:])]
        assert [move["from"] for move in row["history"][1:]] == states[:-1]


def test_every_life_of_this_slice_is_walked():
    lives = {NEED_LIFE, PLAN_LIFE, STEP_LIFE, VOCATIONAL_LIFE, JOB_LIFE, LIST_LIFE, LINE_LIFE, LOAN_LIFE}
    assert {life for life, _told in WALKS.values()} == lives
