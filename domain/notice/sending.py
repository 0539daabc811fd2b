"""The sender's side: a centre or clinic pushes, amends, sends anew and cancels its own notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from domain.acts import Context, OnFile, Read, act
from domain.course.model import pathway_of
from domain.ids import new_id
from domain.law.life_cycles import DISCHARGE_NOTICE
from domain.law.pathways import Pathway
from domain.notice.clocks import answer_by, lead, sent_late, shown
from domain.notice.model import (
    CONTENT,
    MoveNotice,
    NewNotice,
    canonical,
    checked_content,
    content_of,
    differences,
    doubts_of,
    needed_reason,
)
from domain.notice.noun import AMENDMENT, NOTICE, ROUTING, NoticeState
from domain.notice.repository import NoticeKnown, NoticeOnFile
from domain.notice.settling import settled
from domain.person.model import Amend, tidied
from domain.reading import Scope
from domain.refusals import Refusal, flawed
from domain.units.seat import Seat

notices = Read(NOTICE, "read_notice")
routings = Read(ROUTING, "read_notice")
amendments = Read(AMENDMENT, "read_notice")


@act(NOTICE, "push_notice")
async def push_notice(records: Any, ctx: Context, within: Scope, new: NewNotice) -> UUID | OnFile:
    """Send (or draft) a notice to a commune of today.

    The sender's own number makes it idempotent: the same content again is the same notice, other content is refused
    (`notice_differs`): amend it instead.
    """
    content, seat = checked_content(content_of(new), ctx.today), await receiver(records, ctx, new.unit_id)
    named = named_source(ctx, new)
    said = canonical(content, seat.id)
    found: NoticeOnFile | None = await records.notices.on_file(**named, canonical=said, within=within)
    if found is not None:
        if not found.same:
            raise Refusal("notice_differs")
        return OnFile(found.id) if new.draft else await _kept_back(records, ctx, within, found.id, said)
    id = new.id or new_id()
    await records.notices.add(
        id, seat, content, named | {"state": "draft", "digest": said} | await first_clocks(records, content)
    )
    if not new.draft:
        await _send(records, ctx, within, await known_notice(records, id, within))
    return id


async def _kept_back(records: Any, ctx: Context, within: Scope, id: UUID, said: str) -> UUID | OnFile:
    """Pushed without `draft`, a notice kept back under this number is sent, if it still says the same."""
    known = await known_notice(records, id, within)
    if known.state != NoticeState.DRAFT:
        return OnFile(id)
    if canonical(known.content, known.unit_id) != said:
        raise Refusal("notice_differs")
    await _send(records, ctx, within, known)
    return id


def named_source(ctx: Context, new: NewNotice) -> dict[str, str]:
    """The sender's own number of a notice."""
    return own_number(ctx, new.source, new.source_ref)


def own_number(ctx: Context, source: str | None, source_ref: str) -> dict[str, str]:
    """A sender's own number, with where it counts; left out, that is the sending unit."""
    named = tidied({"source": source or f"unit:{ctx.actor.unit_id}", "source_ref": source_ref})
    return {name: str(value) for name, value in named.items()}


def same(found: Any, said: Mapping[str, Any]) -> UUID:
    """The row on file under this number, if it says the same. Raises `reference_differs`."""
    if found["voided_at"] is not None or any(found[name] != value for name, value in said.items()):
        raise Refusal("reference_differs")
    id: UUID = found["id"]
    return id


async def receiver(records: Any, ctx: Context, unit_id: UUID) -> Seat:
    """A commune of today, anywhere in the country: units are open to everyone signed in."""
    seat: Seat | None = await records.units.seat(unit_id)
    if seat is None or seat.level != "commune" or not seat.stands_on(ctx.today):
        raise flawed("/unit_id", "not_a_commune_of_today")
    return seat


async def first_clocks(records: Any, content: Mapping[str, Any]) -> dict[str, Any]:
    """By when it had to be sent, and what is doubtful in it."""
    law = await records.law.in_force()
    pathway = _pathway(content)
    due = lead(law, pathway, content["completes_on"])
    return {"lead_due_on": due.due_on if due else None, "clocks": shown(due, None), "warnings": doubts_of(content)}


def _pathway(content: Mapping[str, Any]) -> Pathway:
    pathway = pathway_of(content["treatment"], content.get("order_kind"))
    assert pathway is not None, "checked with the content"
    return pathway


async def _send(records: Any, ctx: Context, within: Scope, known: NoticeKnown) -> None:
    """Tell the commune: the instant is kept, lateness is said, its task opens."""
    law = await records.law.in_force()
    told_at = known.told_at or ctx.now
    sent = known._replace(state="sent", told_at=told_at)
    due = lead(law, known.pathway, known.completes_on)
    running = answer_by(law, sent.times, known.clock_started_at or told_at, "answer_notice")
    late = ["sent_late"] if sent_late(due, told_at) else []
    changes = {
        "state": "sent",
        "told_at": told_at,
        "received_at": None,
        "due_at": running.due_at if running else None,
        "clocks": shown(due, running),
        "warnings": [*doubts_of(known.content), *late],
        "reason": None,
    }
    await records.notices.amend(known.id, changes)
    if await records.notices.open_routing(known.id, within=within) is None:
        routing = {"from_at": ctx.now, "name_then": known.content["full_name"]}
        await records.notices.start_routing(new_id(), known.id, routing)
    await settled(records, ctx, sent, gains=[known.unit_id] if known.state == "draft" else [])


async def known_notice(records: Any, id: UUID, within: Scope) -> NoticeKnown:
    known: NoticeKnown | None = await records.notices.notice(id, within=within)
    if known is None:
        raise Refusal("not_found")
    return known


@act(NOTICE, "push_notice", guarded=True)
async def amend_own_notice(records: Any, ctx: Context, within: Scope, amend: Amend) -> UUID:
    """Change a notice with a reason: the change stands beside it, and who holds it is told."""
    return await amended(records, ctx, within, amend)


async def amended(records: Any, ctx: Context, within: Scope, amend: Amend) -> UUID:
    """The rule of an amendment, for whichever side made the notice."""
    known = await known_notice(records, amend.id, within)
    if known.state == "cancelled":
        raise Refusal("wrong_move", allowed=[])
    given = dict(amend.changes)
    reason = needed_reason(given.pop("reason", None))
    if not given:
        raise flawed("", "required")
    content = checked_content(dict(known.content) | given, ctx.today)
    changes = differences(known.content, content)
    if not changes:
        raise flawed("", "nothing_changes")
    await records.notices.add_amendment(known.id, {"changes": changes, "reason": reason, "state_then": known.state})
    told = known.state not in ("draft", "returned", "misrouted")
    facts: dict[str, Any] = {name: content[name] for name in CONTENT} | await _again(records, known, content)
    if told:
        facts["changed_at"] = ctx.now
    await records.notices.amend(known.id, facts | {"amended_at": ctx.now, "digest": canonical(content, known.unit_id)})
    after = known._replace(
        treatment=content["treatment"],
        order_kind=content["order_kind"],
        kind=content["kind"],
        completes_on=content["completes_on"],
        changed_at=ctx.now if told else known.changed_at,
        content=content,
    )
    await settled(records, ctx, after)
    return known.id


async def _again(records: Any, known: NoticeKnown, content: Mapping[str, Any]) -> dict[str, Any]:
    """The clocks under the amended content; when it was told and received stays what it was."""
    law = await records.law.in_force()
    completes_on: date = content["completes_on"]
    due = lead(law, _pathway(content), completes_on)
    times = known.times._replace(pathway=_pathway(content), completes_on=completes_on, kind=content["kind"])
    started = known.clock_started_at or known.told_at
    running = answer_by(law, times, started, "answer_notice") if started else None
    late = ["sent_late"] if known.told_at is not None and sent_late(due, known.told_at) else []
    return {
        "lead_due_on": due.due_on if due else None,
        "due_at": running.due_at if running else None,
        "clocks": shown(due, running),
        "warnings": [*doubts_of(content), *late],
    }


@act(NOTICE, "push_notice", guarded=True)
async def move_own_notice(records: Any, ctx: Context, within: Scope, move: MoveNotice) -> UUID:
    """The sender's moves: send, send anew after an amendment, send to the right commune, cancel with a reason."""
    known = await known_notice(records, move.id, within)
    DISCHARGE_NOTICE.move(known.state, move.to, await _given(records, known, move, within))
    if move.to == "cancelled":
        await cancelled(records, ctx, known, needed_reason(move.reason))
        return known.id
    if move.to != "sent":
        raise Refusal("not_the_receiver")
    await _send_from(records, ctx, within, known, move)
    return known.id


async def _given(records: Any, known: NoticeKnown, move: MoveNotice, within: Scope) -> set[str]:
    given = {"reason"} if move.reason is not None else set()
    if move.unit_id is not None:
        given.add("receiving_unit")
    if known.state == "returned" and await records.notices.amended_since_return(known.id, within=within):
        given.add("amendment")
    return given


async def _send_from(records: Any, ctx: Context, within: Scope, known: NoticeKnown, move: MoveNotice) -> None:
    if move.unit_id is not None and known.state != "misrouted":
        raise flawed("/unit_id", "only_when_misrouted")
    if move.unit_id is not None:
        seat, before = await receiver(records, ctx, move.unit_id), known.unit_id
        known = await _rerouted(records, known, seat, move)
        await _send(records, ctx, within, known)
        sights = (("gains_access", seat.id), ("loses_access", before))
        records.extras["consequences"] += [{"kind": kind, "unit_id": str(unit)} for kind, unit in sights]
        return
    await _send(records, ctx, within, known)


async def _rerouted(records: Any, known: NoticeKnown, seat: Seat, move: MoveNotice) -> NoticeKnown:
    if seat.no == known.unit_no:
        raise flawed("/unit_id", "the_same_unit")
    reason = needed_reason(move.reason) if move.reason is not None else "misrouted"
    await records.notices.send_on(known.id, new_id(), seat, reason, known.content["full_name"])
    return replace_unit(known, seat)


def replace_unit(known: NoticeKnown, seat: Seat) -> NoticeKnown:
    return known._replace(unit_id=seat.id, unit_no=seat.no, received_at=None)


async def cancelled(records: Any, ctx: Context, known: NoticeKnown, reason: str) -> None:
    """Take a notice back: who had accepted it is told, and decides about the case."""
    changes: dict[str, Any] = {"state": "cancelled", "reason": reason}
    after = known._replace(state="cancelled")
    if known.state in ("received", "accepted"):
        changes["changed_at"] = ctx.now
        after = after._replace(changed_at=ctx.now)
    await records.notices.amend(known.id, changes)
    await settled(records, ctx, after)
