"""A case whose notice was taken back before anything was decided: annulled in one act, the cancellation its ground."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.acts import Context, act
from domain.case.keeping import Step, known_case, moved
from domain.case.model import Document, MoveCase, not_later, sensible
from domain.case.noun import CASE
from domain.law.instants import local_date
from domain.law.life_cycles import CASE as CYCLE
from domain.notice.repository import NoticeKnown
from domain.notice.settling import settled
from domain.reading import Scope
from domain.refusals import Refusal, flawed

UNDECIDED = frozenset({"noticed", "proposed"})
"""Nothing was decided yet: afterwards a case falls only by a court or a superior."""


@act(CASE, "write_case", guarded=True)
async def annul_on_cancelled_notice(records: Any, ctx: Context, within: Scope, move: MoveCase) -> UUID:
    """The sender cancelled the notice that opened the case: its record is kept, and the cancellation counts as read.

    Raises `move_needs` once the case is decided.
    """
    assert move.notice_id is not None
    if move.document or move.reason or move.finding_id:
        raise flawed("/notice_id", "ground_is_the_notice")
    case = await known_case(records, ctx, move.id, within)
    CYCLE.move(case.state, "annulled", ("annulment_document",) if case.state in UNDECIDED else ())
    notice: NoticeKnown | None = await records.notices.notice(move.notice_id, within=within)
    if notice is None or notice.state != "cancelled" or notice.case_id != case.id:
        raise flawed("/notice_id", "not_a_cancelled_notice_of_this_case")
    sensible(move)
    document = await _cancellation(records, notice)
    on = move.on or document.dated
    not_later(on, ctx.today, "/on")
    await records.notices.amend(notice.id, {"change_seen_at": ctx.now})
    await settled(records, ctx, notice._replace(change_seen_at=ctx.now))
    changes = {"ended_on": on, "end_document": document.as_data()}
    await moved(records, ctx, case, Step("annulled", on, "notice_cancelled", document), changes)
    return case.id


async def _cancellation(records: Any, notice: NoticeKnown) -> Document:
    """The cancellation as a paper: the notice's own number, the day it was taken back, who sent it."""
    sender = await records.units.seat_at(notice.made_unit_no)
    if notice.changed_at is None:
        raise Refusal("move_needs", missing=["annulment_document"])
    return Document(notice.source_ref, local_date(notice.changed_at), sender.name)
