"""The road back for who cannot follow any more: for each noun of each role the lists that 410 names can be read."""

from __future__ import annotations

import contextlib

import pytest

from api.following import lists_of, parts_of, ways_to
from domain.change.use_cases import followed, watch_of
from domain.refusals import Refusal
from tests.api.test_changes import after, start, watches
from tests.world import POSTS


async def test_every_noun_that_is_followed_has_a_list_or_is_part_of_one_and_never_of_a_kind_of_its_rows_alone(world):
    lists, parts = lists_of(world.app), parts_of(world.app)
    assert followed().keys() <= lists.keys() | parts.keys()
    assert lists["support_model"] == "/v1/support-models", "not the clubs alone"
    assert parts["residence"] == ("/v1/persons", "residences")
    assert ways_to(world.app, ("person_phone", "person", "case_event")) == [
        "/v1/cases?include=events",
        "/v1/persons?include=phones",
    ]


@pytest.mark.parametrize("user", sorted(POSTS))
async def test_whoever_may_follow_may_read_the_lists_that_410_names(world, user):
    """Each noun on its own road, as a follower of that noun would be sent."""
    mine = await watches(world, user)
    asked = set()
    for watch in mine:
        for path in ways_to(world.app, watch.nouns):
            via = ("&" if "?" in path else "?") + f"via={watch.within.road.value}"
            plain = path if watch.within.road.value in ("unit", "country") else path + via
            if plain not in asked:
                asked.add(plain)
                reply = await world.get(user, plain)
                assert reply.status_code == 200, (user, watch.nouns, plain, reply.text)
    assert asked or user in ("report_reader", "system_admin")
    with contextlib.suppress(Refusal):
        actor = await world.house.register.actors.actor(world.users[user].session_id, None)
        whole = watch_of(actor, None)
        assert ways_to(world.app, whole.nouns), user


async def test_cursor_first_and_lists_afterwards_lose_nothing_that_happens_between(world):
    """The order of steps in docs/integrators.md; the other way round a change between them is never heard of."""
    cursor = await start(world)
    listed = (await world.get("officer", "/v1/persons")).json()["data"]
    person = await world.person()
    too_late = await start(world)
    assert str(person) not in {row["id"] for row in listed}
    assert str(person) in {entry["id"] for entry in (await after(world, "officer", cursor))["data"]}
    assert (await after(world, "officer", too_late))["data"] == []
