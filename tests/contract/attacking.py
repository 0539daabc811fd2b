"""Send hostile requests one after the other, and tell every fault: 5xx, echo, wrong media type, something changed."""

from __future__ import annotations

import itertools
import os
import random
import re
from collections import Counter
from typing import Any

from api.errors import MEDIA_TYPE
from api.problems import PROBLEMS
from tests.contract.raw import send

PROVE = os.environ.get("DIEMTUA_PROVE") == "1"
MOST = 10**9 if PROVE else 400
"""Inputs of one family; all of them where the figures are proved (rulings 27)."""
MARKED = re.compile(rb"qzx[a-z]{5}")
WRITTEN_ANYWAY = {"journal_entry", "sign_in_throttle", "alembic_version"}
"""A refusal is journaled, a wrong sign-in counted."""


def some(inputs: Any) -> list[Any]:
    """The same sample every time, in the order in which it was made."""
    made = list(inputs)
    chosen = random.Random(20261102).sample(range(len(made)), min(MOST, len(made)))
    return [made[place] for place in sorted(chosen)]


class Ledger:
    """What is on file, as one word a table."""

    def __init__(self, world):
        self.world = world

    async def read(self):
        tables = [
            row["relname"]
            for row in await self.world.admin.fetch(
                "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
                " and not relispartition order by relname"
            )
            if row["relname"] not in WRITTEN_ANYWAY
        ]
        each = (
            f"select '{name}' as name, (select count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), ''"
            f" order by md5(t::text))), '') from {name} t) as told"
            for name in tables
        )
        return {row["name"]: row["told"] for row in await self.world.admin.fetch(" union all ".join(each))}


async def attack(world, out, inputs, judge=None):
    """Send them all; every fault found, with the request that showed it."""
    ledger, faults, asked = Ledger(world), [], Counter()
    before = await ledger.read()
    for batch in batched(inputs, 25):
        for raw, codes in batch:
            asked[raw.name.partition(":")[0]] += 1
            out.seek(0)
            out.truncate()
            faults += [f"{raw.name}: {fault}" async for fault in judged(world, out, raw, codes, judge or as_problem)]
        after = await ledger.read()
        if after != before:
            changed = [name for name in after if after[name] != before.get(name)]
            faults.append(f"{changed} changed by one of {[raw.name for raw, _ in batch]}")
            before = after
    return faults, asked


def batched(inputs, size):
    waiting = iter(inputs)
    while batch := list(itertools.islice(waiting, size)):
        yield batch


async def judged(world, out, raw, codes, judge):
    try:
        told = await send(world.app, raw)
    except Exception as error:  # noqa: BLE001 - whatever passes through the application is a fault of it
        yield f"raised {type(error).__name__}: {error}"
        return
    if told.status >= 500:
        yield f"{told.status} {out.getvalue()[:600]}"
        return
    for place, text in {
        "body": told.body,
        "headers": repr(told.headers).encode(),
        "log": out.getvalue().encode(),
    }.items():
        if found := MARKED.search(text.lower()):
            yield f"echoed in the {place}: {text[max(0, found.start() - 120) : found.end()]!r}"
    for fault in judge(told, codes):
        yield fault


def as_problem(told: Any, codes: set[str]) -> Any:
    """Nothing but a problem of the registry, with one of the codes."""
    if told.header("content-type") != MEDIA_TYPE:
        yield f"{told.status} as {told.header('content-type')}: {told.body[:200]!r}"
        return
    problem = told.json()
    if not told.status == problem["status"] == PROBLEMS[problem["code"]].status:
        yield f"{problem['code']} with {told.status} is not in the registry"
    if problem["code"] not in codes:
        yield f"{problem['code']} {problem.get('errors')}, expected {sorted(codes)}"
    if problem["request_id"] != told.header("x-request-id"):
        yield "the request id of the body is not that of the header"
