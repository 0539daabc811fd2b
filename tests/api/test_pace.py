"""How fast one caller may ask: a burst, then a steady rate, told in seconds (api.md, "rate")."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from api.pace import MOST_CALLERS, Pace
from domain.refusals import Refusal


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def asked(pace, caller, times):
    for _ in range(times):
        pace.step_in(caller)


def test_a_burst_passes_and_the_next_request_is_told_how_long_to_wait():
    clock = Clock()
    pace, caller = Pace(2, 5, clock), uuid4()
    asked(pace, caller, 5)
    with pytest.raises(Refusal) as refused:
        pace.step_in(caller)
    assert (refused.value.code, refused.value.facts) == ("too_many_requests", {"retry_after": 1})
    clock.now += 0.5
    asked(pace, caller, 1)
    with pytest.raises(Refusal):
        pace.step_in(caller)


def test_a_refused_request_costs_nothing():
    clock = Clock()
    pace, caller = Pace(1, 1, clock), uuid4()
    asked(pace, caller, 1)
    for _ in range(50):
        with pytest.raises(Refusal):
            pace.step_in(caller)
    clock.now += 1
    asked(pace, caller, 1)


def test_one_caller_does_not_slow_another_and_the_book_of_callers_is_bounded():
    pace, first = Pace(1, 1, Clock()), uuid4()
    asked(pace, first, 1)
    for _ in range(MOST_CALLERS + 5):
        asked(pace, uuid4(), 1)
    assert len(pace.due) == MOST_CALLERS


def test_a_rate_of_nothing_knows_no_limit():
    pace = Pace(0, 1, Clock())
    asked(pace, uuid4(), 1000)
    assert not pace.due, "and keeps no book"


@pytest.fixture
def slowly(world):
    """A doorman who lets each caller ask twice, and then every ten seconds."""
    world.app.state.doorman = replace(world.house.doorman, pace=Pace(0.1, 2))
    yield
    world.app.state.doorman = world.house.doorman


@pytest.mark.usefixtures("slowly")
async def test_too_fast_is_429_with_retry_after_by_both_doors_and_others_go_on(world):
    assert [(await world.get("officer", "/v1/me")).status_code for _ in range(2)] == [200, 200]
    for method, path, body in (("GET", "/v1/persons", None), ("POST", "/graphql", {"query": "{ me { role } }"})):
        reply = await world.call("officer", method, path, body)
        assert (reply.status_code, reply.json()["code"]) == (429, "too_many_requests"), reply.text
        assert 1 <= int(reply.headers["retry-after"]) <= 10
    assert (await world.get("leader", "/v1/me")).status_code == 200
