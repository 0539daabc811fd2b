"""Every nasty file gets a precise error or loads right; none is half taken in, none takes the worker down."""

from __future__ import annotations

import pytest

from tests.imports.corpus import CORPUS, UNREAD
from tests.imports_work import Desk, importer


@pytest.fixture
async def desk(world, server, clone):
    async with importer(world, server, clone) as hand:
        yield Desk(world, hand)


@pytest.mark.parametrize("nasty", CORPUS, ids=lambda nasty: nasty.name)
async def test_a_nasty_file_loads_right_or_says_precisely_why_not(desk, world, nasty):
    job = await desk.previewed(nasty.content, "persons", nasty.format, **nasty.query)
    if nasty.refused:
        assert (job["state"], job["problem"]["code"]) == ("refused", nasty.refused), job["problem"]
        return
    assert job["state"] == "previewed", job["problem"]
    if nasty.encoding:
        assert job["encoding"] == nasty.encoding
    told = {row["no"]: [flaw["code"] for flaw in row["flaws"]] for row in await desk.rows(job)}
    if nasty.flaws:
        assert told.keys() == nasty.flaws.keys()
        for line, codes in nasty.flaws.items():
            assert told[line] == [] if not codes else set(told[line]) <= set(codes), (line, told[line])
            assert bool(told[line]) == bool(codes)
        return
    await desk.commit(job)
    rows = await world.admin.fetch(
        "select full_name, born_on::text, born_precision from person order by recorded_at, id"
    )
    expected = sorted(nasty.rows)
    came = sorted(tuple(row)[: len(nasty.rows[0])] for row in rows)
    assert came == expected


@pytest.mark.parametrize(("name", "content", "format"), UNREAD, ids=[one[0] for one in UNREAD])
async def test_what_is_no_such_file_is_refused_at_the_door(desk, world, name, content, format):
    sent = await desk.send(content, "persons", format)
    assert sent.status_code == 422, name
    assert await world.admin.fetchval("select count(*) from import_job") == 0
