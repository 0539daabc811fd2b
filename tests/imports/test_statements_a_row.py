"""What a file costs is statements, and rows cost none: they are asked for by set, however many they are."""

from __future__ import annotations

import asyncpg
import pytest

from tests.club_work import ago, running_club
from tests.imports_work import Desk, importer


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


async def test_more_memberships_that_came_to_joined_cost_no_more_statements_and_their_sight_is_told_once(
    world, server, clone, sent
):
    club, taken = await running_club(world), {}
    for rows in (3, 5, 11):  # what is prepared once a connection is asked by the first
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
    assert all(abs(taken[11][step] - taken[5][step]) < 3 for step in taken[5]), "a row more would be one more of each"
    told = "select noun, count(*) from row_change where grantee = $1 and kind = 'entered_scope' group by noun"
    entered = dict(await world.admin.fetch(told, world.no("hoa_club")))
    assert entered == {"person": 19, "club_membership": 19, "membership_event": 38}, (
        "asked and agreed: later moves are told as moves"
    )
