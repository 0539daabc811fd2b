"""A row about the support and a single write are one: the same stored rows, the same refusals (issue 5 §1)."""

from __future__ import annotations

import csv as csv_file
import io
import os
import random

import pytest

from tests.imports.kinds_by_chance import KINDS, cells, ground
from tests.imports_work import Desk, importer

ROWS = 150 if os.environ.get("DIEMTUA_PROVE") == "1" else 12
OWN = ("id", "recorded_at", "updated_at", "drafted_at", "source_ref", "history", "version")
"""Of a stored row, what no two writes share; how many versions a way takes is the way's own."""
BESIDE = {
    "task": "select x.subject_id, x.kind, x.due_on, x.due_at, x.state, x.rule, x.circle_no from task x where x.noun = '{0}'"
    " order by x.kind",
    "grant": "select x.origin_id, x.grantee, x.classes, x.valid_to = 'infinity', x.told from access_grant x",
    "event": "select x.membership_id, x.from_state, x.to_state, x.happened_on, x.reason, x.circle_no"
    " from membership_event x order by x.recorded_at, x.id",
    "outbox": "select x.subject_id, x.act, x.unit_no from outbox x where x.noun = '{0}' order by x.seq",
}
"""What an act brings beside its row, by the id of the row."""
JOURNAL = "select subject_ids[1], act, count(*) from journal_entry where noun = $1 and outcome = 'done' group by 1, 2"
SPOKEN = {"move_needs": "required"}
BEFORE = {"required", "not_yet"}
"""What a row is told of its moves before the first write is tried."""


@pytest.fixture
async def desk(world, server, clone):
    async with importer(world, server, clone) as hand:
        yield Desk(world, hand)


def table(rows):
    text = io.StringIO()
    writer = csv_file.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


async def stored(world, table):
    """By reference: the row, and what was brought beside it."""
    found = await world.admin.fetch(f"select * from {table}")
    rows = {row["id"]: row for row in found if not row.get("voided_at") and row.get("state") != "withdrawn"}
    beside = {id: {"journal": []} for id in rows}
    for name, sql in BESIDE.items():
        for id, *facts in await world.admin.fetch(sql.format(table)):
            if id in rows:
                beside[id].setdefault(name, []).append(facts)
    told = await world.admin.fetch(JOURNAL, table)
    for id, row in rows.items():
        beside[id]["journal"] = sorted((act, many) for of, act, many in told if of in (id, row.get("person_id")))
    return {row["source_ref"]: ({n: v for n, v in row.items() if n not in OWN}, beside[id]) for id, row in rows.items()}


async def forgotten(world, table):
    async with world.admin.acquire() as connection, connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(f"delete from access_grant where origin_id in (select id from {table})")
        for other in ("task", "outbox", "journal_entry"):
            await connection.execute(f"delete from {other} where noun = '{table}'")
        await connection.execute("delete from membership_event")
        await connection.execute(f"delete from {table}")


async def written(world, path, ref, about, told, moves):
    """The same by single writes; the refusals' codes, if any."""
    body = {name: value for name, value in told.items() if value is not None}
    answer = await world.call("officer", "POST", f"/v1/{path}", body | about | {"source": "parity", "source_ref": ref})
    for to, facts in moves:
        if answer.status_code >= 400:
            break
        row = answer.json()
        target, version = f"/v1/{path}/{row['id']}/transitions", f'"{row["version"]}"'
        given = {name: value for name, value in facts.items() if value is not None}
        answer = await world.call("officer", "POST", target, {"to": to} | given, If_Match=version)
        if answer.status_code >= 400:
            current = {"reason": "không thành"}
            await world.call("officer", "DELETE", f"/v1/{path}/{row['id']}", current, If_Match=version)
    told_back = answer.json()
    return {flaw["code"] for flaw in told_back.get("errors") or [told_back]} if answer.status_code >= 400 else None


@pytest.mark.parametrize("kind", KINDS)
async def test_a_row_and_a_single_write_store_and_refuse_the_same(desk, world, kind):
    path, name, make, _about = KINDS[kind]
    chance = random.Random(f"{kind}-5")
    made = {f"P{n}": make(chance, n) for n in range(ROWS)}
    about = await ground(world, kind, made)
    content = table([{"source_ref": ref} | about[ref][1] | cells(kind, *one) for ref, one in made.items()])
    job = await desk.previewed(content, kind, row_source="parity")
    assert job["state"] == "previewed", job
    flaws = {
        ref: {flaw["code"] for flaw in row["flaws"]} or None
        for ref, row in zip(made, await desk.rows(job), strict=True)
    }
    assert await stored(world, name) == {}, "what is only tried leaves nothing behind"
    await desk.commit(job)
    by_file = await stored(world, name)
    await forgotten(world, name)
    refused = {ref: await written(world, path, ref, about[ref][0], *one) for ref, one in made.items()}
    by_hand = await stored(world, name)
    assert {ref for ref, codes in flaws.items() if codes} == {ref for ref, codes in refused.items() if codes}
    differ = {
        ref: (flaws[ref], codes)
        for ref, codes in refused.items()
        if codes and not {SPOKEN.get(code, code) for code in codes} & (flaws[ref] or set()) and not flaws[ref] & BEFORE
    }
    assert differ == {}
    assert by_file == by_hand
    assert ROWS // 5 < len(by_file) < ROWS, "both kinds of rows are met"
