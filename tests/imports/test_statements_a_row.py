"""What a row costs is statements: how many, is kept (each is a round trip and most of the time of a row)."""

from __future__ import annotations

import asyncpg
import pytest

from tests.club_work import ago, running_club
from tests.imports_work import Desk, importer

MOST = {"preview": 15, "load": 22}
"""Of a membership that was asked for, agreed, invited and joined; single writes of the same send twice as many."""


@pytest.fixture
def sent(monkeypatch):
    """Every statement that is sent."""
    statements = []

    def counting(name):
        real = getattr(asyncpg.Connection, name)

        async def counted(self, query, *given, **more):
            statements.append(query)
            return await real(self, query, *given, **more)

        return counted

    for name in ("execute", "fetch", "fetchrow", "fetchval"):
        monkeypatch.setattr(asyncpg.Connection, name, counting(name))
    return statements


async def test_a_membership_that_came_to_joined_costs_few_statements_and_its_sight_is_told_once(
    world, server, clone, sent
):
    club, taken = await running_club(world), {}
    for rows in (4, 9):
        refs = [f"R{rows}-{n}" for n in range(rows)]
        for ref in refs:
            await world.person("hoa", source="s", source_ref=ref)
        lines = [f"{ref},{ref},{club.id},{ago(99)},person,{ago(90)},{ago(80)},joined" for ref in refs]
        content = "\n".join(["source_ref,person_ref,club,asked_on,agreed_by,agreed_on,joined_on,state", *lines])
        async with importer(world, server, clone) as hand:
            desk = Desk(world, hand)
            sent.clear()
            job = await desk.previewed(content, "memberships", row_source="s")
            previewed = len(sent)
            done = await desk.commit(job)
            taken[rows] = {"preview": previewed, "load": len(sent) - previewed}
        assert done["outcomes"] == {"done": rows}
    a_row = {step: (taken[9][step] - taken[4][step]) / 5 for step in MOST}
    assert all(a_row[step] <= most for step, most in MOST.items()), a_row
    told = "select noun, count(*) from row_change where grantee = $1 and kind = 'entered_scope' group by noun"
    entered = dict(await world.admin.fetch(told, world.no("hoa_club")))
    assert entered == {"person": 13, "club_membership": 13, "membership_event": 26}, (
        "asked and agreed: later moves are told as moves"
    )
