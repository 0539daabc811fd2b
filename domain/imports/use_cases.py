"""What callers do with imports: send a file, look at the preview, decide, commit, undo. The worker does the rest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.access.policy import Sight, sight_of
from domain.access.scope import scope_of
from domain.acts import Context, Read, act
from domain.ids import new_id
from domain.imports.kinds import KINDS
from domain.imports.model import (
    DecideRow,
    MoveImport,
    NewImport,
    NewMapping,
    checked_columns,
    checked_name,
    checked_new,
)
from domain.imports.noun import IMPORT_JOB, IMPORT_LIFE, IMPORT_MAPPING, IMPORT_ROW
from domain.imports.repository import ImportKnown, RowKnown
from domain.person.model import Amend, tidied
from domain.reading import Kind, Road, Scope
from domain.refusals import Refusal, flawed

imports = Read(IMPORT_JOB, "run_import")
import_rows = Read(IMPORT_ROW, "run_import")
import_mappings = Read(IMPORT_MAPPING, "run_import")
MOST_MOVED_TOLD = 200


@act(IMPORT_JOB, "run_import")
async def upload_import(records: Any, ctx: Context, within: Scope, new: NewImport) -> UUID:
    """Keep a file, sealed, and have it read. What the rows would do needs the same rights as a single write."""
    if within.road is not Road.UNIT:
        raise Refusal("forbidden", permission=within.permission)
    facts = checked_new(new)
    for permission in KINDS[new.kind].permissions:
        scope_of(ctx.actor, permission)
    if new.mapping_id is not None:
        saved = await records.imports.mapping(new.mapping_id, within=within)
        if saved is None or saved["kind"] != new.kind:
            raise flawed("/mapping_id", "not_in_scope")
    id = new.id or new_id()
    source = facts["row_source"] or f"import:{ctx.actor.unit_id}"
    await records.imports.add(id, facts | {"row_source": source}, new.file.chunks)
    return id


@act(IMPORT_JOB, "run_import", guarded=True)
async def move_import(records: Any, ctx: Context, within: Scope, move: MoveImport) -> UUID:
    """Commit the preview that was seen, read the file again, undo, or discard.

    Raises `stale_preview` with the rows whose base has moved, `rows_in_error` where all or none was asked.
    """
    job = await _job(records, move.id, within)
    given = {"fingerprint"} if move.fingerprint is not None else set()
    given |= {"rows_waiting"} if job.waiting else set()
    given |= {"rows_done"} if job.done else {"nothing_done"}
    IMPORT_LIFE.move(job.state, move.to, given)
    for permission in KINDS[job.kind].permissions:
        scope_of(ctx.actor, permission)
    if move.to == "loading" and job.state != "loaded":
        await _check_preview(records, job, move, within)
    changes = {"state": move.to, "attempts": 0, "problem": None, "updated_at": ctx.now}
    await records.imports.amend(job.id, changes | _begun(move.to, ctx))
    return job.id


def _begun(to: str, ctx: Context) -> dict[str, Any]:
    """A job that begins again is done by whoever moved it: under their rights, in their name."""
    if to == "discarded":
        return {"finished_at": ctx.now}
    return {
        "rows_done": 0,
        "finished_at": None,
        "acting_appointment": ctx.actor.appointment_id,
        "acting_purpose": ctx.purpose,
    } | ({"fingerprint": None} if to == "uploaded" else {})


async def _check_preview(records: Any, job: ImportKnown, move: MoveImport, within: Scope) -> None:
    if move.fingerprint != job.fingerprint:
        raise Refusal("stale_preview", rows=[])
    if job.mode == "atomic" and (bad := await records.imports.errors(job.id, within=within)):
        raise Refusal("rows_in_error", missing=bad)
    if moved := await records.imports.moved(job.id, within=within):
        raise Refusal("stale_preview", rows=list(moved)[:MOST_MOVED_TOLD])


async def _job(records: Any, id: UUID, within: Scope) -> ImportKnown:
    job: ImportKnown | None = await records.imports.job(id, within=within)
    if job is None:
        raise Refusal("not_found")
    return job


@act(IMPORT_ROW, "run_import", guarded=True)
async def decide_import_row(records: Any, _ctx: Context, within: Scope, decide: DecideRow) -> UUID:
    """Say what a row for review shall do. The preview has another fingerprint from then on."""
    row: RowKnown | None = await records.imports.row(decide.id, within=within)
    if row is None:
        raise Refusal("not_found")
    if row.state != "previewed":
        raise Refusal("wrong_move", allowed=[])
    if row.verdict == "error":
        raise flawed("/decision", "row_in_error")
    if row.verdict != "review" or decide.decision not in KINDS[row.kind].decided:
        raise flawed("/decision", "not_for_this_row")
    named = {UUID(str(one["id"])) for one in row.candidates}
    if decide.decision == "update" and decide.target_id not in named:
        raise flawed("/target_id", "not_a_candidate")
    target = decide.target_id if decide.decision == "update" else None
    changes = {"decision": decide.decision, "decided_target_id": target}
    await records.imports.decide(decide.id, row.import_id, changes)
    return decide.id


@act(IMPORT_MAPPING, "run_import")
async def save_import_mapping(records: Any, _ctx: Context, within: Scope, new: NewMapping) -> UUID:
    """Keep which header of a file is which field, for the next file of the same kind."""
    if within.road is not Road.UNIT:
        raise Refusal("forbidden", permission=within.permission)
    if new.kind not in KINDS:
        raise flawed("/kind", "not_allowed")
    columns = checked_columns(KINDS[new.kind], new.columns)
    facts = tidied({"source": new.source, "source_ref": new.source_ref})
    id = new.id or new_id()
    stored = {"kind": new.kind, "name": checked_name(new.name), "columns": columns}
    await records.imports.add_mapping(id, stored | facts)
    return id


@act(IMPORT_MAPPING, "run_import", guarded=True)
async def amend_import_mapping(records: Any, ctx: Context, within: Scope, amend: Amend) -> UUID:
    """Correct a saved mapping."""
    saved = await records.imports.mapping(amend.id, within=within)
    if saved is None:
        raise Refusal("not_found")
    changes = dict(amend.changes)
    if "name" in changes:
        changes["name"] = checked_name(changes["name"])
    if "columns" in changes:
        changes["columns"] = checked_columns(KINDS[saved["kind"]], changes["columns"] or {})
    await records.imports.amend_mapping(amend.id, changes | {"updated_at": ctx.now})
    return amend.id


def may_see_file(ctx: Context, job: ImportKnown) -> None:
    """A file holds everything its sender wrote: they, and those who see every such field in clear, fetch it again.

    Raises `forbidden`, or `purpose_required` where a purpose would do.
    """
    if job.recorded_by == ctx.actor.account_id:
        return
    kinds = {column.kind for column in KINDS[job.kind].columns}
    sights = {sight_of(ctx.actor.role, kind) for kind in kinds | {Kind.OPEN}}
    if sights & {Sight.ABSENT, Sight.MASKED}:
        raise Refusal("forbidden")
    if Sight.ON_PURPOSE in sights and ctx.purpose is None:
        raise Refusal("purpose_required")
