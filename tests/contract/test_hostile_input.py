"""Hostile input at the doors of REST: a documented problem, never a fault, never an echo, and nothing changes."""

from __future__ import annotations

import random

import pytest

from api.errors import MEDIA_TYPE
from api.problems import PROBLEMS
from tests.contract import hostile, hostile_bodies, hostile_graphql, hostile_requests
from tests.contract.attacking import PROVE, Ledger, attack, some

MUTATED = 50_000 if PROVE else 1_000
"""R1 of safety.md asks for 50,000 malformed requests."""
FAMILIES = (
    hostile_bodies.unreadable,
    hostile_bodies.misshapen,
    hostile_bodies.misread,
    hostile_bodies.miswritten,
    hostile_bodies.ill_worded,
    hostile_bodies.numbers,
)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
async def test_a_hostile_body_is_refused_by_its_name_and_changes_nothing(world, target, out, family):
    inputs = some(one for of in target if of.schema for one in family(of, world))
    faults, asked = await attack(world, out, inputs)
    assert not faults, "\n".join(faults)
    assert len(asked) > 1
    assert asked.total() == len(inputs)


@pytest.mark.parametrize(
    "family",
    [hostile_requests.unconditioned, hostile_requests.misasked, hostile_requests.elsewhere, hostile_requests.misheaded],
    ids=lambda one: one.__name__,
)
async def test_a_hostile_path_query_or_header_is_refused_by_its_name_and_changes_nothing(world, target, out, family):
    inputs = some(one for of in target for one in family(of, world))
    faults, asked = await attack(world, out, inputs)
    assert not faults, "\n".join(faults)
    assert asked.total() == len(inputs)


async def test_a_path_or_method_of_nobody_is_refused_and_never_redirected(world, target, out):
    inputs = list(hostile_requests.wayward(world))
    faults, asked = await attack(world, out, inputs)
    assert not faults, "\n".join(faults)
    assert asked.total() == len(inputs)


def as_anything_documented(told, _codes):
    """Done as only checked, or refused by a problem of the registry."""
    if told.status < 400:
        if told.header("content-type") not in ("application/json", None):
            yield f"{told.status} as {told.header('content-type')}"
        return
    problem = told.json()
    if told.header("content-type") != MEDIA_TYPE or PROBLEMS[problem["code"]].status != told.status:
        yield f"{told.status} as {told.header('content-type')}: {problem['code']}"


async def test_requests_with_a_few_bytes_changed_meet_no_fault_and_change_nothing(world, target, out):
    chance = random.Random(20261102)
    bodied = [of for of in target if of.schema and of.good]
    inputs = [(hostile_bodies.mutated(chance.choice(bodied), world, chance), set()) for _ in range(MUTATED)]
    faults, asked = await attack(world, out, inputs, as_anything_documented)
    assert not faults, "\n".join(faults[:50])
    assert len(asked) > 15


async def test_the_corpus_holds_more_than_five_hundred_inputs_for_each_door(world, target):
    families = (
        *FAMILIES,
        hostile_requests.unconditioned,
        hostile_requests.misasked,
        hostile_requests.elsewhere,
        hostile_requests.misheaded,
    )
    rest = sum(
        1 for family in families for of in target if of.schema or family not in FAMILIES for _ in family(of, world)
    )
    graphql = sum(1 for family in hostile_graphql.FAMILIES for _ in family(world))
    assert rest > 2_500
    assert graphql > 1_000


async def test_the_search_for_an_echo_finds_one_when_there_is_one(world, out):
    """The control: a value that is rightly given back is seen as an echo."""
    person = await world.person("hoa", "Nguyễn Văn qzxabcde")
    of = hostile.Operation(
        "get_person", "get", f"/v1/persons/{person}", "officer", False, None, None, (), True, True, None
    )
    faults, _ = await attack(world, out, [(of.raw(world, "control"), {"not_found"})])
    assert any("echoed in the body" in fault for fault in faults)


async def test_the_ledger_notices_one_letter_that_changed(world, target):
    ledger = Ledger(world)
    before = await ledger.read()
    await world.admin.execute("update residence set address = address || '.'")
    after = await ledger.read()
    assert [name for name in after if after[name] != before[name]] == ["residence", "row_change"]
    assert "person" in after
