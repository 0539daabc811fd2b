"""The house on another day: its clock and everyone's token, put back afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from tests.world import World


@contextmanager
def standing_at(world: World, moment: datetime) -> Iterator[World]:
    """Requests inside are answered as if it were that instant; tokens last from then."""
    doorman, tokens = world.app.state.doorman, {user.name: user.token for user in world.users.values()}
    world.app.state.doorman = replace(doorman, now=lambda: moment)
    for user in world.users.values():
        user.token = world.house.tokens.issue(user.account_id, user.session_id, moment)
    try:
        yield world
    finally:
        world.app.state.doorman = doorman
        for user in world.users.values():
            user.token = tokens[user.name]
