"""The receiver's side: a commune receives, accepts, returns, sends on; and records what reaches it on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.access.policy import Reach, reach_of
from domain.acts import Act, Context, OnFile, act, choice
from domain.case.model import CaseTrigger, OpenCase
from domain.ids import new_id
from domain.law.instants import local_date
from domain.law.life_cycles import DISCHARGE_NOTICE
from domain.notice.certifying import carry_certificates
from domain.notice.clocks import ANSWER, answer_by, shown
from domain.notice.completing import complete_course
from domain.notice.model import (
    MoveNotice,
    OfNotice,
    RecordedNotice,
    SendOn,
    canonical,
    checked_content,
    content_of,
    needed_reason,
)
from domain.notice.noun import NOTICE, ROUTING, NoticeKind
from domain.notice.placing import Found, case_for, placed
from domain.notice.repository import NoticeKnown, NoticeOnFile
from domain.notice.sending import (
    amend_own_notice,
    amended,
    cancelled,
    first_clocks,
    known_notice,
    move_own_notice,
    named_source,
    receiver,
    replace_unit,
)
from domain.notice.settling import settled
from domain.person.model import Amend
from domain.reading import Road, Scope
from domain.refusals import Refusal, flawed

TRIGGERS = {
    NoticeKind.FORM_51: CaseTrigger.DISCHARGE_NOTICE,
    NoticeKind.SUBSTITUTION_COMPLETION: CaseTrigger.SUBSTITUTION_TREATMENT_COMPLETION,
    NoticeKind.SELF_REPORT: CaseTrigger.SELF_REPORT,
}


@act(NOTICE, "answer_notice")
async def record_notice(records: Any, ctx: Context, within: Scope, new: RecordedNotice) -> UUID | OnFile:
    """Record what reached the commune on paper or by word of mouth (Form 51, a clinic's paper, a self-report).

    It is received as of `received_at`, so its clock runs from then. The paper's number makes it idempotent.
    """
    if within.road is not Road.UNIT:
        raise Refusal("forbidden", permission=within.permission)
    content, seat = checked_content(content_of(new), ctx.today), await receiver(records, ctx, new.unit_id)
    if not within.covers(seat.no):
        raise flawed("/unit_id", "unit_not_in_scope")
    received_at = new.received_at or ctx.now
    if received_at > ctx.now:
        raise flawed("/received_at", "in_the_future")
    named, said = named_source(ctx, new), canonical(content, seat.id)
    found: NoticeOnFile | None = await records.notices.on_file(**named, canonical=said, within=within)
    if found is not None:
        if not found.same:
            raise Refusal("notice_differs")
        return OnFile(found.id)
    id = new.id or new_id()
    more = {"state": "sent", "told_at": received_at, "digest": said}
    await records.notices.add(id, seat, content, named | more | await first_clocks(records, content))
    routing = {"from_at": received_at, "name_then": content["full_name"]}
    await records.notices.start_routing(new_id(), id, routing)
    await _receive(records, ctx, await known_notice(records, id, within), received_at)
    return id


@act(NOTICE, "answer_notice", guarded=True)
async def answer_notice(records: Any, ctx: Context, within: Scope, move: MoveNotice) -> UUID:
    """The receiver's moves: received, accepted (person and case), returned or misrouted with a reason."""
    known = await known_notice(records, move.id, within)
    said = {"reason": move.reason, "receiving_unit": move.unit_id}
    DISCHARGE_NOTICE.move(known.state, move.to, {name for name, value in said.items() if value is not None})
    if move.to == "received":
        await _receive(records, ctx, known, ctx.now)
    elif move.to == "accepted":
        await _accept(records, ctx, within, known, move)
    elif move.to in ("returned", "misrouted"):
        await _put_back(records, ctx, known, move)
    else:
        await _as_sender(records, ctx, within, known, move)
    return known.id


async def _receive(records: Any, ctx: Context, known: NoticeKnown, at: Any) -> None:
    """The clock of D163 134(1) starts with the first receipt; a receiver after it gets the time that is left."""
    law = await records.law.in_force()
    seen = at if known.changed_at is not None else None  # who receives it now reads it as it stands now
    after = known._replace(
        state="received", received_at=at, clock_started_at=known.clock_started_at or at, change_seen_at=seen
    )
    running = answer_by(law, after.times, after.clock_started_at or at, ANSWER)
    own = answer_by(law, after.times, at, ANSWER)
    changes = {
        "state": "received",
        "received_at": at,
        "clock_started_at": after.clock_started_at,
        "change_seen_at": seen,
        "due_at": running.due_at if running else None,
        "answer_clock": shown(None, running),
    }
    await records.notices.amend(known.id, changes)
    await records.notices.amend_routing(known.id, {"received_at": at, "due_at": own.due_at if own else None})
    await settled(records, ctx, after)


async def _accept(records: Any, ctx: Context, within: Scope, known: NoticeKnown, move: MoveNotice) -> None:
    """Link the person of the register (or put them on it) and open the case."""
    found = Found(known.unit_id, known.unit_no, known.content)
    person, how = await placed(records, ctx, within, found, move.person_id)
    case = await case_for(records, ctx, within, _case_of(known, person), move.case_id)
    opened = records.extras.pop("consequences", [])
    await records.notices.amend(known.id, {"state": "accepted", "person_id": person, "case_id": case})
    await settled(records, ctx, known._replace(state="accepted", person_id=person, case_id=case))
    told = {"kind": "person_" + how, "person_id": str(person)}
    records.extras["consequences"] = [told, *records.extras["consequences"], *opened]
    after = known._replace(person_id=person, case_id=case)
    await complete_course(records, ctx, within, after)
    await carry_certificates(records, ctx, after)


def _case_of(known: NoticeKnown, person: UUID) -> OpenCase:
    reported = known.kind == NoticeKind.SELF_REPORT
    started = known.clock_started_at
    return OpenCase(
        person_id=person,
        trigger=TRIGGERS[NoticeKind(known.kind)].value,
        pathway=known.pathway.value,
        completed_on=known.completes_on,
        origin_noun=NOTICE.name,
        origin_id=known.id,
        notice_received_at=None if reported else started,
        self_reported_on=local_date(started) if reported and started else None,
    )


async def _put_back(records: Any, ctx: Context, known: NoticeKnown, move: MoveNotice) -> None:
    """Back to the sender with a reason; the clock stays visible."""
    changes: dict[str, Any] = {"state": move.to, "reason": needed_reason(move.reason)}
    if move.to == "returned":
        changes["returned_at"] = ctx.now
    await records.notices.amend(known.id, changes)
    await settled(records, ctx, known._replace(state=move.to))


async def _as_sender(records: Any, ctx: Context, within: Scope, known: NoticeKnown, move: MoveNotice) -> None:
    """What only the sender does; a commune that recorded the notice itself is its sender."""
    if move.to == "sent":
        raise Refusal("send_on_instead")
    if not within.covers(known.made_unit_no):
        raise Refusal("not_the_sender")
    await cancelled(records, ctx, known, needed_reason(move.reason))


@act(ROUTING, "answer_notice", guarded=True, subject=NOTICE.name)
async def send_notice_on(records: Any, ctx: Context, within: Scope, send: SendOn) -> UUID:
    """Send a notice that is not ours on to the right commune; its clock runs on, our own stretch stays ours to read."""
    known = await known_notice(records, send.id, within)
    reason = needed_reason(send.reason)
    if known.state == "received":
        DISCHARGE_NOTICE.move("received", "misrouted", {"reason"})
        known = known._replace(state="misrouted")
    DISCHARGE_NOTICE.move(known.state, "sent", {"receiving_unit"})
    seat = await receiver(records, ctx, send.unit_id)
    if seat.no == known.unit_no:
        raise flawed("/unit_id", "the_same_unit")
    stretch: UUID | None = await records.notices.open_routing(known.id, within=within)
    assert stretch is not None, "a sent notice lies with somebody"
    await records.notices.amend(known.id, {"state": "sent", "received_at": None, "reason": None})
    await records.notices.send_on(known.id, new_id(), seat, reason, known.content["full_name"])
    after = replace_unit(known._replace(state="sent"), seat)
    await settled(records, ctx, after, gains=[seat.id], loses=[known.unit_id])
    return stretch


@act(NOTICE, "answer_notice", guarded=True)
async def see_notice_change(records: Any, ctx: Context, within: Scope, of: OfNotice) -> UUID:
    """Say that an amendment or cancellation was read: its task is done."""
    known = await known_notice(records, of.id, within)
    if known.changed_at is None:
        raise Refusal("nothing_to_see")
    await records.notices.amend(known.id, {"change_seen_at": ctx.now})
    await settled(records, ctx, known._replace(change_seen_at=ctx.now))
    return known.id


@act(NOTICE, "answer_notice", guarded=True)
async def amend_recorded_notice(records: Any, ctx: Context, within: Scope, amend: Amend) -> UUID:
    """Correct a notice the commune recorded itself; what a centre sent is the centre's to amend."""
    known = await known_notice(records, amend.id, within)
    if not within.covers(known.made_unit_no):
        raise Refusal("not_the_sender")
    return await amended(records, ctx, within, amend)


# -- one door for both sides: which of two acts it is follows from what the role may do


@choice(answer_notice)
def move_notice(ctx: Context, _move: MoveNotice) -> Act[MoveNotice]:
    """Said by the sender or by the receiver of a notice."""
    return move_own_notice if _sends(ctx) else answer_notice


@choice(amend_recorded_notice)
def amend_notice(ctx: Context, _amend: Amend) -> Act[Amend]:
    """The centre amends what it sent, a commune what it recorded itself."""
    return amend_own_notice if _sends(ctx) else amend_recorded_notice


def _sends(ctx: Context) -> bool:
    return reach_of(ctx.actor.role, move_own_notice.permission) is not Reach.NONE
