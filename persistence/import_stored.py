"""Jobs and rows of imports between their batches: read back, noted, staged."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from domain.ids import new_id
from domain.imports.headers import Head
from domain.imports.kind import Options
from domain.imports.made import Made
from domain.imports.model import SHIPPED
from domain.imports.running import Judged, Result, Staged
from domain.imports.values import Cell
from files.cells import packed, unpacked
from persistence.gathering import Gathering
from persistence.registry import READS
from persistence.sealing import Sealer

STORED: Final = (
    "select j.*, m.columns as saved from import_job j left join import_mapping m on m.id = j.mapping_id where j.id = $1"
)


@dataclass(frozen=True)
class StoredJob:
    """A job as a step finds it."""

    id: UUID
    unit_no: int
    kind: str
    format: str
    state: str
    head: Head | None
    mapping: Mapping[str, str] | None
    last_no: int
    rows_total: int
    rows_done: int
    options: Options
    previewed_at: datetime | None


async def job_of(connection: Any, id: UUID) -> StoredJob:
    row = await connection.fetchrow(STORED, id)
    options = Options(
        row["mode"],
        tuple(row["match"]),
        row["blanks_only"],
        row["unknown_columns"],
        row["as_of"],
        row["row_source"],
        row["sheet"],
    )
    return StoredJob(
        id,
        row["unit_no"],
        row["kind"],
        row["format"],
        row["state"],
        _head(row["head"]),
        _mapping(row),
        row["last_no"],
        row["rows_total"],
        row["rows_done"],
        options,
        row["previewed_at"],
    )


def _mapping(row: Any) -> Mapping[str, str] | None:
    """The saved one, else the one that comes with the service."""
    if row["saved"]:
        saved: Mapping[str, str] = json.loads(row["saved"])
        return saved
    return SHIPPED[row["mapping"]][row["kind"]] if row["mapping"] else None


def _head(text: str | None) -> Head | None:
    if text is None:
        return None
    data = json.loads(text)
    return Head(data["first_row"], tuple(data["headers"]), tuple(data["fields"]), ())


def head_data(head: Head) -> dict[str, Any]:
    return {
        "first_row": head.first_row,
        "headers": list(head.headers),
        "fields": list(head.columns),
        "columns": head.as_data(),
    }


# -- rows of a preview

NEXT: Final = (
    "select id, no, case when coalesce(decision, verdict) in ('create', 'update') then cells end, verdict, target_id,"
    " target_version, decision, decided_target_id from import_row where import_id = $1 and no > $2 and no <= $4"
    " and (outcome is null or outcome = 'waiting') order by no limit $3"
)
SHORT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
LAST: Final = 2**31 - 1
KEYS: Final = ("import_id", "key", "no")
COUNTED: Final = "select {column}, count(*) from import_row where import_id = $1 and {column} is not null group by 1"
OUTCOMES: Final = (
    "update import_row t set outcome = s.outcome, made_id = s.made_id, made_version = s.made_version, trace = s.trace,"
    " flaws = case s.outcome when 'skipped' then t.flaws else s.flaws::jsonb end,"
    " target_noun = coalesce(s.noun, t.target_noun), done_at = now(), version = t.version + 1"
    " from stage_outcome s where t.id = s.id"
)
SHAPE: Final = "id uuid, outcome text, flaws text, made_id uuid, made_version int, trace bytea, noun text"


HASHED: Final = "select set_config('enable_nestloop', $1, true)"


@asynccontextmanager
async def by_hash(connection: Any) -> AsyncIterator[None]:
    """Joined by hash: what was just filled has no statistics, and a loop over both sides takes their product."""
    await connection.execute(HASHED, "off")
    yield
    await connection.execute(HASHED, "on")


async def clear(connection: Any, id: UUID) -> None:
    """Before a file is read again: what an earlier reading left."""
    await connection.execute("delete from import_row where import_id = $1", id)
    await connection.execute("delete from import_ready where import_id = $1", id)
    await as_worker(connection, "delete from import_key where import_id = $1", id)


async def as_worker(connection: Any, sql: str, *given: Any) -> None:
    """A statement in the worker's own name, then on the road as before."""
    await connection.execute("select set_config('role', 'none', true)")
    await connection.execute(sql, *given)
    await connection.execute("select set_config('role', 'road_unit', true)")


async def stage(connection: Any, sealer: Sealer, job: StoredJob, noun: str, rows: Sequence[Judged]) -> dict[int, UUID]:
    """Rows with their verdicts, and the hashes by which a repetition is found. Gives the id of each line."""
    gathering = Gathering()
    for row in rows:
        gathering.added.append(("import_row", _staged(sealer, job, noun, row)))
    ids = {row["no"]: row["id"] for _, row in gathering.added}
    await gathering.store(connection, last=True)
    keys = [(job.id, key, row.no) for row in rows for key in row.keys if row.verdict.word != "error"]
    if keys:
        await connection.execute("select set_config('role', 'none', true)")
        await connection.copy_records_to_table("import_key", records=keys, columns=KEYS)
        await connection.execute("select set_config('role', 'road_unit', true)")
    return ids


def _staged(sealer: Sealer, job: StoredJob, noun: str, row: Judged) -> dict[str, Any]:
    id, verdict = new_id(), row.verdict
    return {
        "id": id,
        "import_id": job.id,
        "unit_no": job.unit_no,
        "no": row.no,
        "cells": sealed(sealer, id, "cells", {name: packed(cell) for name, cell in row.cells.items()}),
        "verdict": verdict.word,
        "rule": verdict.rule,
        "score": verdict.score,
        "target_noun": noun if verdict.target else None,
        "target_id": verdict.target,
        "target_version": verdict.version,
        "person_id": verdict.person,
        "flaws": flaws_data(verdict.flaws),
        "diff": _told(verdict.diff),
        "candidates": _told(verdict.candidates),
    }


def _told(parts: Sequence[Any]) -> str:
    return json.dumps([plain(one._asdict()) for one in parts], ensure_ascii=False) if parts else "[]"


def flaws_data(flaws: Sequence[Any]) -> str:
    if not flaws:
        return "[]"
    told = [{"pointer": flaw.pointer, "code": flaw.code} | dict(flaw.facts) for flaw in flaws]
    return json.dumps(told, ensure_ascii=False, default=str)


def plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def sealed(sealer: Sealer, id: UUID, column: str, value: Any) -> bytes:
    text = SHORT.encode(value)
    return sealer.seal_bytes(text.encode("utf-8", "replace"), table="import_row", row=id, column=column)


def opened(sealer: Sealer, id: UUID, column: str, blob: bytes) -> Any:
    return json.loads(sealer.open_bytes(blob, table="import_row", row=id, column=column))


async def staged_rows(
    connection: Any, sealer: Sealer, id: UUID, after: int, most: int, until: int = LAST
) -> list[Staged]:
    """The next rows to be done, in the order of the file; cells only of those that are."""
    rows = await connection.fetch(NEXT, id, after, most, until)
    return [Staged(row[0], row[1], _cells(sealer, row[0], row[2]), *tuple(row)[3:]) for row in rows]


def _cells(sealer: Sealer, id: UUID, blob: bytes | None) -> dict[str, Cell]:
    if blob is None:
        return {}
    return {name: unpacked(value) for name, value in opened(sealer, id, "cells", blob).items()}


async def store_results(connection: Any, sealer: Sealer, results: Sequence[Result]) -> None:
    """What became of a batch, and which version of what it changed undo may take back."""
    await connection.execute(f"create temp table if not exists stage_outcome ({SHAPE}) on commit drop")
    versions = await _versions(connection, [one.made for one in results if one.made and not one.made.created])
    records = [_stored(sealer, one, versions) for one in results]
    columns = ("id", "outcome", "flaws", "made_id", "made_version", "trace", "noun")
    await connection.copy_records_to_table("stage_outcome", records=records, columns=columns)
    async with by_hash(connection):
        await connection.execute(OUTCOMES)
    await connection.execute("truncate stage_outcome")


def _stored(sealer: Sealer, one: Result, versions: Mapping[UUID, int]) -> tuple[Any, ...]:
    """What was made whole needs no trace: its first version is all there was."""
    made = one.made
    if made is None:
        return (one.id, one.outcome, flaws_data(one.flaws), None, None, None, None)
    version = versions.get(made.id, made.version)
    return (one.id, one.outcome, flaws_data(one.flaws), made.id, version, trace_of(sealer, one.id, made), made.noun)


def trace_of(sealer: Sealer, row: UUID, made: Made) -> bytes | None:
    """How it is taken back."""
    return None if made.created else sealed(sealer, row, "trace", _trace(made))


async def _versions(connection: Any, made: Sequence[Made]) -> dict[UUID, int]:
    """Of what was changed, read back."""
    found: dict[UUID, int] = {}
    for noun in {one.noun for one in made}:
        ids = [one.id for one in made if one.noun == noun]
        rows = await connection.fetch(f"select id, version from {READS[noun].table} where id = any($1::uuid[])", ids)
        found |= {row[0]: row[1] for row in rows}
    return found


def _trace(made: Made) -> dict[str, Any]:
    before = {name: packed(plain_text(value)) for name, value in made.before.items()}
    return {"created": made.created, "before": before, "added": [[noun, str(id)] for noun, id in made.added]}


def plain_text(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else list(value) if isinstance(value, tuple) else value


async def counted(connection: Any, id: UUID, column: str) -> dict[str, int]:
    return {row[0]: row[1] for row in await connection.fetch(COUNTED.format(column=column), id)}


async def note(connection: Any, id: UUID, **changes: Any) -> None:
    """How far a job has come. A change of state is a change of the resource: its version goes on."""
    sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(changes, 2))
    version = ", version = version + 1" if "state" in changes else ""
    values = [json.dumps(value) if isinstance(value, dict | list) else value for value in changes.values()]
    await connection.execute(f"update import_job set {sets}{version}, updated_at = now() where id = $1", id, *values)


async def stopped(pool: Any, id: UUID, state: str, code: str, **facts: Any) -> None:
    """A job that cannot go on, and why: by code."""
    await note(pool, id, state=state, problem={"code": code} | facts)
