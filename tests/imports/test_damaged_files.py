"""Files damaged at random (safety page, R10): no fault of ours, no long work, nothing half taken in.

The memory of whoever opens them is bounded by the system itself: `files.child.MEMORY`.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable

import pytest

from tests.imports.corpus import CORPUS
from tests.imports_work import Desk, importer

PROVE = os.environ.get("DIEMTUA_PROVE") == "1"
FILES = 300 if PROVE else 12
LONGEST = 10.0
"""Seconds a file may take, reading and doing together."""
SEED = 20261122


def cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def flipped(content: bytes, chance: random.Random) -> bytes:
    broken = bytearray(content)
    for _ in range(chance.randint(1, 30)):
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    return bytes(broken)


def doubled(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return content[:end] + content[start:]


def crowded(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    signs = (b"\0", b'"', b"\n", b",", b"\xff\xfe", b"{", b"=cmd|' /C calc'!A0", "\u202e".encode(), b"<!DOCTYPE x>")
    return content[:at] + chance.choice(signs) * chance.randint(1, 2_000) + content[at:]


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (cut, flipped, doubled, crowded)


def damaged() -> list[tuple[str, bytes, str, dict[str, str]]]:
    chance = random.Random(SEED)
    small = [nasty for nasty in CORPUS if 0 < len(nasty.content) < 200_000]
    sound = [nasty for nasty in small if nasty.rows]
    files = []
    for n in range(FILES):
        nasty, damage = chance.choice((small, sound)[n % 2]), DAMAGES[n // 2 % len(DAMAGES)]
        content = damage(nasty.content, chance) or b"\0"
        files.append((f"{n} {damage.__name__} {nasty.name}", content, nasty.format, nasty.query))
    return files


@pytest.fixture
async def desk(world, server, clone):
    async with importer(world, server, clone) as hand:
        yield Desk(world, hand)


async def test_a_damaged_file_is_refused_previewed_or_done_and_never_half_done(desk, world):
    ends = set()
    for name, content, format, query in damaged():
        began = time.monotonic()
        ends.add(await taken(desk, content, format, query, name))
        assert time.monotonic() - began < LONGEST, name
        people = await world.admin.fetchval("select count(*) from person")
        assert people == await world.admin.fetchval("select count(*) from import_row where outcome = 'done'"), name
    assert {"loaded", "refused"} <= ends, "the damage leaves some files whole and breaks others"


async def taken(desk, content, format, query, name):
    """How the file ended: at the door, unread, or done as far as it can be."""
    sent = await desk.send(content, "persons", format, **query)
    if sent.status_code == 422:
        return "at the door"
    assert sent.status_code == 202, (name, sent.text)
    await desk.work()
    job = await desk.job(sent.json()["id"])
    assert job["state"] in ("previewed", "refused"), (name, job["problem"])
    if job["state"] == "refused":
        assert job["problem"]["code"], name
        return "refused"
    done = await desk.commit(job)
    assert done["state"] == "loaded", (name, done["problem"])
    assert sum(done["outcomes"].values()) == job["rows_total"], name
    return "loaded"
