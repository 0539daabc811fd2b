"""The demo population into an empty register, marked, in one transaction, with every constraint holding at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from random import Random
from typing import Any, NamedTuple

from persistence.demo_accounts import Hash, SignIn, add_accounts, add_grants
from persistence.demo_plan import (
    AREA_PROVINCE,
    AREAS,
    COMMUNES,
    DEMO,
    DRAWN_ON,
    EVERYWHERE_FROM,
    ORGANISATIONS,
    SEED,
    SIZE,
    WEIGHTS,
)
from persistence.demo_rows import COLUMNS, HomeCommune, OldCommune, Rows
from persistence.sealing import Sealer
from persistence.unit_drawing import add_organisation, redraw

Population = Callable[[int, int, Sequence[Any]], Iterator[Any]]
"""(seed, size, communes) → invented people (cli.population)."""

Progress = Callable[[int, int], None]
"""(done, of how many)."""

DEMO_LOCK = 7_302_002
BATCH = 2_000


class DemoRefusedError(Exception):
    """The register is not the demo's to fill; the message says what to do."""


class DemoLoaded(NamedTuple):
    """`sign_ins` is empty where the demo was there already: passwords are stored as hashes only."""

    persons: int
    already: bool
    sign_ins: list[SignIn]


async def load_demo(
    connection: Any,
    sealer: Sealer,
    hash_password: Hash,
    *,
    population: Population,
    size: int = SIZE,
    seed: int = SEED,
    progress: Progress = lambda _done, _of: None,
) -> DemoLoaded:
    """Fill the register as the owner; where the demo is there already nothing is done. Units are loaded before.

    Raises: DemoRefusedError where anything else is on file.
    """
    # asked again and again, not waited for: a waiting statement is what a redraw itself waits for
    while not await connection.fetchval("select pg_try_advisory_lock($1)", DEMO_LOCK):  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    try:
        found = await demo_size(connection)
        if found:
            return DemoLoaded(found, already=True, sign_ins=[])
        await _refuse_others(connection)
        await _prepare_tree(connection)
        communes = await _communes(connection, everywhere=size >= EVERYWHERE_FROM)
        people = population(seed, size, communes)
        rows = Rows(sealer, Random(f"demo/{seed}"), communes)  # noqa: S311 - invented people, not secrets
        async with connection.transaction():
            sign_ins = await add_accounts(connection, hash_password)
            async with _set_based(connection):
                await _copy(connection, rows, people, size, progress)
            await add_grants(connection)
        await connection.execute(
            f"analyze {', '.join(COLUMNS)}, person_token, access_grant, account, appointment, unit"
        )
    finally:
        await connection.execute("select pg_advisory_unlock($1)", DEMO_LOCK)
    return DemoLoaded(size, already=False, sign_ins=sign_ins)


async def demo_size(connection: Any) -> int:
    """How many persons of the demo are on file; answers at once when there are none."""
    last = await connection.fetchval(
        "select source_ref from person where source = $1 and source_ref ~ '^P[0-9]{7}$'"
        " order by source_ref desc limit 1",
        DEMO,
    )
    return int(last.removeprefix("P")) if last else 0


async def _refuse_others(connection: Any) -> None:
    if await connection.fetchval("select exists (select from person) or exists (select from account)"):
        raise DemoRefusedError(
            "This register holds persons or accounts that are not of a demo. A demo is loaded into an empty register"
            " only: set DIEMTUA_HOME (or DATABASE_URL) to another one."
        )
    hanoi = await connection.fetchval(f"{TODAY} and code = $2", "province", AREA_PROVINCE)
    others = [row["name"] for row in await connection.fetch(AREAS_OF, hanoi) if row["name"] not in AREAS]
    if others:
        raise DemoRefusedError(
            f"Areas are drawn over Hà Nội already ({', '.join(others)}): this is not a demo's register."
        )


async def _prepare_tree(connection: Any) -> None:
    """Areas over some communes of Hà Nội, and organisations; what a start before has made already is left as it is."""
    provinces = {row["code"]: row["id"] for row in await connection.fetch(TODAY, "province")}
    communes = {row["code"]: row["id"] for row in await connection.fetch(TODAY, "commune")}
    if not await connection.fetchval(f"select exists ({AREAS_OF})", provinces[AREA_PROVINCE]):
        areas = {name: [communes[code] for code in codes] for name, codes in AREAS.items()}
        await redraw(connection, provinces[AREA_PROVINCE], areas, on=DRAWN_ON)
    there = {row["id"] for row in await connection.fetch("select id from unit where level = 'organisation'")}
    for one in ORGANISATIONS:
        parent = (provinces if one.parent_level == "province" else communes)[one.parent_code]
        if one.id not in there:
            await add_organisation(connection, one.kind, parent, one.name, valid_from=DRAWN_ON, id=one.id)


AREAS_OF = "select name from unit where level = 'area' and parent_id = $1"
TODAY = "select id, code from unit where level = $1 and valid_to is null"

HOMES = """
select c.id, c.no, p.code as province_code, c.unit_type, c.name, p.name as province_name, c.code, p.id as province_id,
       c.province_no, c.area_no,
       array(select row(o.id, o.no, o.valid_from, o.valid_to) from unit_lineage e join unit o on o.id = e.from_id
             where e.to_id = c.id and e.effective_on = c.valid_from and o.level = 'commune' and o.valid_to is not null
             order by o.valid_from, o.code) as came_from
from unit c join unit p on p.no = c.province_no
where c.level = 'commune' and c.valid_to is null and ($1::text[] is null or c.code = any($1))
order by p.code, c.code
"""

CALLED = {"ward": "Phường", "commune": "Xã", "special_zone": "Đặc khu"}


async def _communes(connection: Any, *, everywhere: bool) -> list[HomeCommune]:
    codes = None if everywhere else [code for codes in COMMUNES.values() for code in codes]
    return [
        HomeCommune(
            *(row["id"], row["no"], row["province_code"], f"{CALLED[row['unit_type']]} {row['name']}"),
            *(row["province_name"], WEIGHTS.get(row["code"], 1.0), row["code"], row["province_id"]),
            *(row["province_no"], row["area_no"], tuple(OldCommune(*old) for old in row["came_from"])),
        )
        for row in await connection.fetch(HOMES, codes)
    ]


SUSPENDED = (
    ("person", "person_tokens_kept"),
    ("person", "person_needs_responsibility"),
    ("responsibility", "responsibility_chain"),
)
"""Triggers of single rows; what they keep is made and checked for all rows at once below."""

TOKENS = """
insert into person_token (person_id, token, unit_no)
select p.id, word, p.unit_no from person p,
       unnest(vn_tokens(p.full_name || ' ' || array_to_string(p.aliases, ' '))) word
"""

BROKEN = """
select count(*) from person p left join lateral (
  select count(*) as links, count(*) filter (where c.to_at is null and c.unit_no = p.unit_no) as open,
         bool_or(c.next_from is distinct from c.to_at) as gap
  from (select to_at, unit_no, lead(from_at) over (order by from_at) as next_from
        from responsibility where person_id = p.id) c
) c on true
where c.links = 0 or c.open <> 1 or c.gap
"""


@asynccontextmanager
async def _set_based(connection: Any) -> AsyncIterator[None]:
    """Words and chains for all rows at once: 60 µs a row less. Nobody else writes meanwhile."""
    await connection.execute("set constraints all immediate")
    for table, trigger in SUSPENDED:
        await connection.execute(f"alter table {table} disable trigger {trigger}")
    yield
    await connection.execute(TOKENS)
    if broken := await connection.fetchval(BROKEN):
        raise AssertionError(f"{broken} persons without exactly one responsible unit at every instant")
    for table, trigger in SUSPENDED:
        await connection.execute(f"alter table {table} enable trigger {trigger}")


async def _copy(connection: Any, rows: Rows, people: Iterator[Any], size: int, progress: Progress) -> None:
    progress(0, size)
    for first in range(0, size, BATCH):
        batch = list(islice(people, BATCH))
        for ordinal, person in enumerate(batch, first + 1):
            rows.add(ordinal, person)
        for table, columns in COLUMNS.items():
            await connection.copy_records_to_table(table, records=rows.of[table], columns=columns)
            rows.of[table].clear()
        progress(first + len(batch), size)
