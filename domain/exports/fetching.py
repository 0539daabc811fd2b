"""The bytes of an export: for who asked for it, under the appointment they asked with. Each fetching is journaled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.access.scope import scope_of
from domain.acts import DENIED, Context, steadily
from domain.exports.noun import EXPORT_JOB
from domain.exports.repository import ExportFile, ExportKnown
from domain.reading import Scope
from domain.refusals import Refusal

NOT_READY = {"awaiting": "approval_required", "expired": "export_expired"}


async def fetched(ctx: Context, id: UUID) -> ExportFile:
    """The file before its bytes.

    Raises `not_found`, `forbidden`, `approval_required`, `export_expired`, `export_not_ready`, `export_streamed`.
    """
    return await steadily(ctx, lambda now: _fetched(now, id))


async def _fetched(ctx: Context, id: UUID) -> ExportFile:
    try:
        within = scope_of(ctx.actor, "run_export", via=ctx.via)
        async with ctx.store.records(ctx, within) as records:
            return await _found(records, ctx, id, within)
    except Refusal as no:
        if no.code in DENIED or no.code == "not_found":
            outcome = "denied" if no.code in DENIED else "absent"
            await ctx.store.note(ctx, "read_export_content", EXPORT_JOB.name, (id,), outcome)
        raise


async def _found(records: Any, ctx: Context, id: UUID, within: Scope) -> ExportFile:
    job: ExportKnown | None = await records.exports.job(id, within=within)
    if job is None:
        raise Refusal("not_found")
    if (job.recorded_by, job.acting_appointment) != (ctx.actor.account_id, ctx.actor.appointment_id):
        raise Refusal("forbidden", permission="run_export")
    if job.streamed:
        raise Refusal("export_streamed")
    if job.state != "done":
        raise Refusal(NOT_READY.get(job.state, "export_not_ready"))
    await records.journal("read_export_content", EXPORT_JOB.name, id, "read")
    found: ExportFile = await records.exports.file(id, within=within)
    return found


async def piece(ctx: Context, id: UUID, no: int) -> bytes | None:
    """One piece in clear; None behind the last, or when the file has expired meanwhile."""

    async def look(now: Context) -> bytes | None:
        within = scope_of(now.actor, "run_export", via=now.via)
        async with now.store.records(now, within) as records:
            found: bytes | None = await records.exports.piece(id, no, within=within)
        return found

    return await steadily(ctx, look)
