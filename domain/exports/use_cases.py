"""What callers do with exports: ask for one, look at it, decide on a large one as the unit above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.access.scope import narrow, scope_of
from domain.acts import READERS, Context, Read, act
from domain.exports.model import DecideExport, NewExport, refuse_lists_inside
from domain.exports.noun import EXPORT_JOB, EXPORT_LIFE
from domain.exports.repository import ExportKnown
from domain.ids import new_id
from domain.person.model import tidied
from domain.reading import Actor, Scope
from domain.refusals import Refusal

exports = Read(EXPORT_JOB, "run_export")


@act(EXPORT_JOB, "run_export")
async def request_export(records: Any, ctx: Context, _within: Scope, new: NewExport) -> UUID:
    """Have a list taken out: judged now as a read of it, and read by the worker under the same rights.

    Raises `purpose_required`, and what the list itself would refuse.
    """
    return await _asked(records, ctx, new, {})


@act(EXPORT_JOB, "run_export")
async def begin_stream(records: Any, ctx: Context, _within: Scope, new: NewExport) -> UUID:
    """The record of a list that is sent as it is read (domain/exports/streaming.py): who, what and why, beforehand.

    Raises as `request_export`.
    """
    return await _asked(records, ctx, new, {"streamed": True, "state": "running", "started_at": ctx.now})


async def _asked(records: Any, ctx: Context, new: NewExport, more: Mapping[str, Any]) -> UUID:
    if ctx.purpose is None:
        raise Refusal("purpose_required")
    noun = new.asked.selection.noun
    scope_of(ctx.actor, READERS[noun].permission, via=new.via)
    seen = narrow(new.asked.selection, ctx.actor.role, purpose=True)
    refuse_lists_inside(seen, new.fields)
    id = new.id or new_id()
    facts = {name: getattr(new, name) for name in ("collection", "filters", "sort", "via", "format", "personal")}
    named = tidied({"source": new.source, "source_ref": new.source_ref})
    await records.exports.add(id, facts | named | {"noun": noun, "fields": list(new.fields)} | dict(more))
    return id


@act(EXPORT_JOB, "approve_export", guarded=True)
async def decide_export(records: Any, ctx: Context, within: Scope, decide: DecideExport) -> UUID:
    """A list above the cap leaves only if a unit above says so. Raises `wrong_move`, `move_needs`."""
    job: ExportKnown | None = await records.exports.job(decide.id, within=within)
    if job is None:
        raise Refusal("not_found")
    EXPORT_LIFE.move(job.state, decide.to, {"unit_above"} if stands_above(ctx.actor, job) else ())
    granted = {"approved_by": ctx.actor.account_id, "approved_at": ctx.now} if decide.to == "queued" else {}
    ended = {"finished_at": ctx.now, "problem": "not_approved"} if decide.to == "refused" else {}
    changes = {"state": decide.to, "attempts": 0, "updated_at": ctx.now}
    await records.exports.decide(job.id, changes | granted | ended)
    await records.tasks.settle(EXPORT_JOB.name, job.id, person_id=None, unit_no=job.unit_no, due=[], now=ctx.now)
    return job.id


def stands_above(actor: Actor, job: ExportKnown) -> bool:
    """A unit that holds the asking one strictly inside; above the country there is none, so there a second person."""
    if job.unit_no == actor.unit_no:
        return actor.level == "country" and job.recorded_by != actor.account_id
    return actor.unit_no < job.unit_no <= actor.last_no
