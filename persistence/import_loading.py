"""Batches that were made ready, stored set by set: COPY into a scratch table, then one statement a table.

Every statement passes both walls, triggers and checks like that of a single write; journal and outbox are of the moment
in which it is stored, under the rights and in the name of whoever commits.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from domain.imports.kind import Task
from domain.refusals import Refusal
from persistence.copying import whole
from persistence.gathering import place_of, plain_columns
from persistence.import_ready import LINE, MADE, TOLD, Group, Ready, opened, sealed, types_of
from persistence.import_recall import unmoved
from persistence.import_stored import by_hash
from persistence.registry import READS
from persistence.sealing import Sealer

FORM: Final = "1"
"""Goes on whenever a release judges or stores rows otherwise: what was made ready before it is then judged again."""
STAMP: Final = (
    "select concat_ws('|', (select version from law_state), (select count(*) from unit_lineage), count(*),"
    " sum(version), sum(no::bigint), sum(last_no::bigint), count(valid_to), max(valid_from), max(valid_to)) from unit"
)
"""Changes with the law and with the units: a unit redrawn gets numbers never used before."""
KEEP: Final = (
    "insert into import_ready (import_id, last_no, first_no, rows, unit_no, ground, sealed)"
    " values ($1, $2, $3, $4, $5, $6, $7)"
)
NEXT: Final = (
    "select last_no, first_no, ground, sealed from import_ready where import_id = $1 and last_no > $2"
    " order by last_no limit $3"
)
FORGET: Final = "delete from import_ready where import_id = $1 and last_no = any($2::int[])"
INSERT: Final = "insert into {table} ({columns}) select {values} from {stage} s where {which}"
UPDATE: Final = "update {table} t set version = t.version + 1{values} from {stage} s where t.id = {id} and {which}"
JOURNAL: Final = (
    "insert into journal_entry (act, noun, outcome, subject_ids, shown)"
    " select {act}, {noun}, {outcome}, array[{subject}], 1 from {stage} s where {which} order by {line}, {place}"
)
OUTBOX: Final = (
    "insert into outbox (noun, subject_id, act, unit_no) select {noun}, {id}, {act}, {unit_no} from {stage} s"
    " where {which} and {outcome} = 'done' order by {line}, {place}"
)
DONE: Final = (
    "update import_row t set outcome = 'done', made_id = {made_id}, made_version = {version}, trace = {trace},"
    " flaws = '[]', target_noun = {noun}, done_at = now(), version = t.version + 1 from {stage} s{beside}"
    " where t.id = {id} and t.outcome is null and t.decision is null and {which}"
)
SKIPPED: Final = (
    "update import_row set outcome = 'skipped', done_at = now(), version = version + 1 where import_id = $1 and no > $2"
    " and no <= $3 and outcome is null and coalesce(decision, verdict) not in ('create', 'update')"
)


async def stamp_of(connection: Any) -> str:
    """Of the law and the units as they stand."""
    return str(await connection.fetchval(STAMP))


def ground_of(task: Task, stamp: str) -> bytes:
    """A hash of all that verdicts of a batch stand on beside what was found on file."""
    actor = task.ctx.actor
    facts = (
        *(actor.account_id, actor.appointment_id, actor.role, actor.unit_id, actor.unit_no, actor.last_no, actor.level),
        *(actor.current, task.ctx.purpose is None, task.ctx.today, stamp, FORM),
    )
    return sha256("|".join(map(str, facts)).encode()).digest()


async def keep(entered: Any, sealer: Sealer, stamp: str, one: Ready) -> None:
    """A batch as it will be stored, beside its rows and in the same transaction."""
    stored = entered.stored
    blob = sealed(sealer, stored.id, one)
    where = (stored.id, one.last_no, one.first_no, one.size, stored.unit_no)
    await entered.connection.execute(KEEP, *where, ground_of(entered.task, stamp), blob)


async def next_ready(connection: Any, id: UUID, after: int, most: int) -> Sequence[Any]:
    """The batches that come next."""
    rows: Sequence[Any] = await connection.fetch(NEXT, id, after, most)
    return rows


async def forget(connection: Any, id: UUID, rows: Iterable[Any]) -> None:
    await connection.execute(FORGET, id, [row["last_no"] for row in rows])


async def fitting(entered: Any, sealer: Sealer, rows: Sequence[Any]) -> list[Ready]:
    """The batches from the first on for which nothing has moved, and of which none changes what another did."""
    ground = ground_of(entered.task, await stamp_of(entered.connection))
    found: list[Ready] = []
    targets: set[UUID] = set()
    for row in rows:
        one = opened(sealer, entered.stored.id, row["last_no"], row["sealed"]) if row["ground"] == ground else None
        if one is None or targets & one.targets or not await unmoved(entered.task, one.questions):
            break
        found.append(one)
        targets |= one.targets
    return found


async def store(entered: Any, after: int, batches: Sequence[Ready]) -> None:
    """All of them at once, but for rows whose number is held elsewhere: those become requests, row by row.

    Raises what the database refuses; then nothing of them is stored.
    """
    task, connection = entered.task, entered.connection
    held = {blind: line for one in batches for blind, line in one.held.items()}
    outside = await task.records.imports.held_outside(list(held), within=task.within)
    apart = sorted(held[blind] for blind in outside)
    async with task.records.together():
        await _Storing(connection, task.ctx.now, apart).store(batches)
        await connection.execute(SKIPPED, entered.stored.id, after, batches[-1].last_no)


class _Storing:
    """One transaction's statements over scratch tables."""

    def __init__(self, connection: Any, now: Any, apart: Sequence[int]) -> None:
        self.connection = connection
        self.now = now
        self.apart = list(apart)
        self.used: set[str] = set()

    async def store(self, batches: Sequence[Ready]) -> None:
        for groups in _alike(group for one in batches for group in one.groups):
            stage = await self._staged(groups)
            await WAYS[groups[0].what](self, stage, groups)

    async def _staged(self, groups: Sequence[Group]) -> str:
        """The rows of groups that are alike, in a scratch table that ends with the transaction."""
        one = groups[0]
        stage = f"ready_{one.table if one.what in ('insert', 'update') else one.what}"
        if stage in self.used:
            await self.connection.execute(f"truncate {stage}")
        else:
            await self.connection.execute(_scratch(stage, one))
            self.used.add(stage)
        source = _pieces(group.rows for group in groups)
        await self.connection.copy_to_table(stage, source=source, columns=one.columns, format="binary")
        return stage

    async def insert(self, stage: str, groups: Sequence[Group]) -> None:
        one = groups[0]
        values = _Values(one, types_of(one.table), self.now, self.apart)
        names = [name for name in (*one.columns, *one.same, *one.moments) if name != LINE]
        listed = ", ".join(values[name] for name in names)
        sql = INSERT.format(table=one.table, columns=", ".join(names), values=listed, **values.how(stage))
        await self._run(sql, values)

    async def update(self, stage: str, groups: Sequence[Group]) -> None:
        one = groups[0]
        values = _Values(one, types_of(one.table), self.now, self.apart)
        names = [name for name in (*one.columns, *one.same, *one.moments) if name not in (LINE, "id")]
        sets = "".join(f", {name} = {values[name]}" for name in names)
        sql = UPDATE.format(table=one.table, values=sets, id=values["id"], **values.how(stage))
        await self._run(sql, values)

    async def tell(self, stage: str, groups: Sequence[Group]) -> None:
        for statement in (JOURNAL, OUTBOX):
            values = _Values(groups[0], TOLD | {LINE: "INTEGER"}, self.now, self.apart)
            await self._run(values.filled(statement, stage), values)

    async def report(self, stage: str, groups: Sequence[Group]) -> None:
        """What became of the rows. Raises `stale_preview` where one is no more as the preview left it."""
        one = groups[0]
        values = _Values(one, MADE, self.now, self.apart)
        made, beside = "1", ""
        if one.what == "changed":
            made, beside = "x.version", f" join {READS[one.table].table} x on x.id = {values['made_id']}"
        async with by_hash(self.connection):
            done = await self._run(values.filled(DONE, stage, version=made, beside=beside), values)
        lines = sum(group.size for group in groups)
        if not self.apart and done != f"UPDATE {lines}":
            raise Refusal("stale_preview")

    async def _run(self, sql: str, values: _Values) -> str:
        return str(await self.connection.execute(sql, *values.given))


WAYS: Final = {
    "insert": _Storing.insert,
    "update": _Storing.update,
    "told": _Storing.tell,
    "made": _Storing.report,
    "changed": _Storing.report,
}


class _Values(dict[str, str]):
    """Where a statement takes each column from: the scratch table, or an argument that holds for every row."""

    def __init__(self, group: Group, types: Any, now: Any, apart: Sequence[int]) -> None:
        super().__init__({name: f"s.{name}" for name in group.columns})
        self.types = types
        self.given: list[Any] = []
        self.waiting = dict(group.same) | dict.fromkeys(group.moments, now)
        self.apart = apart

    def __missing__(self, name: str) -> str:
        self.given.append(self.waiting[name])
        self[name] = f"${len(self.given)}::{self.types[name]}"
        return self[name]

    def how(self, stage: str) -> dict[str, str]:
        if not self.apart:
            return {"stage": stage, "which": "true"}
        self.given.append(self.apart)
        return {"stage": stage, "which": f"s.line <> all(${len(self.given)}::int[])"}

    def filled(self, statement: str, stage: str, **more: str) -> str:
        return statement.format_map(_Filling(self, self.how(stage) | more))


class _Filling(dict[str, str]):
    """Words of a statement: what is said, else the column of that name."""

    def __init__(self, values: _Values, said: dict[str, str]) -> None:
        super().__init__(said)
        self.values_of = values

    def __missing__(self, name: str) -> str:
        return self.values_of[name]


def _alike(groups: Iterable[Group]) -> list[list[Group]]:
    """Groups that one statement can store together. Changes stay in their order: one may follow another."""
    found: dict[tuple[Any, ...], list[Group]] = {}
    for place, one in enumerate(groups):
        turn = place if one.what == "update" else 0
        order = (ORDER[one.what], place_of(one.table) if one.what == "insert" else turn)
        found.setdefault((order, one.what, one.table, one.columns, repr(one.same), one.moments), []).append(one)
    return [found[key] for key in sorted(found, key=lambda key: key[0])]


ORDER: Final = {"insert": 0, "update": 1, "told": 2, "made": 3, "changed": 3}


def _scratch(stage: str, group: Group) -> str:
    """Columns of the table and none of its rules."""
    if group.what in ("insert", "update"):
        like = f"as select 0 as line, {plain_columns(group.table)} from {group.table} with no data"
        return f"create temp table {stage} on commit drop {like}"
    types = {"told": TOLD, "made": MADE, "changed": MADE}[group.what]
    shape = ", ".join(f"{name} {type_}" for name, type_ in types.items())
    return f"create temp table {stage} (line int, {shape}) on commit drop"


async def _pieces(batches: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in whole(batches):
        yield piece
