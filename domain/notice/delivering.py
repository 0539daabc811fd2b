"""What the sender does with the decision it is sent: it reads the signed paper, hands it over, sends the minutes in.

The head of the centre hands the decision over within 24 hours before completion, with minutes (D163 Art 93(4), 94(3),
97(2), 123(2), form 23; who is sent it: Art 134(3)). Only for a notice of one's own that was accepted.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from domain.access.scope import receiving_scope, scope_of
from domain.acts import DENIED, Context, OnFile, act, steadily
from domain.decision.delivering import deliver
from domain.decision.model import NewDelivery, Recipient
from domain.decision.repository import DecisionKnown
from domain.decision.use_cases import in_force, known_decision
from domain.document.model import DocumentKind, NewScan
from domain.document.repository import Content, Subject
from domain.document.use_cases import judged, keep, may_see_papers
from domain.law.subject import D163, form
from domain.notice.noun import NOTICE, NoticeKind
from domain.notice.repository import NoticeKnown
from domain.notice.sending import known_notice, push_notice
from domain.reading import Scope
from domain.refusals import Refusal

MINUTES = str(form(D163, "23"))
READ = "read_notice_decision"


@dataclass(frozen=True)
class HandOver:
    """The decision was given to the person; the minutes say when, to whom and by whom."""

    id: UUID
    received_at: datetime
    minutes_number: str
    minutes_on: date | None = None
    received_by: str | None = None
    handed_by: str | None = None


class SentTo(NamedTuple):
    """The decision as its commune holds it, and that commune's scope."""

    decision: DecisionKnown
    there: Scope


@act(NOTICE, "push_notice", guarded=True)
async def hand_over_decision(records: Any, ctx: Context, within: Scope, given: HandOver) -> UUID | OnFile:
    """Record that the decision was given to the person. The same minutes again are the same hand-over."""
    known = await known_notice(records, given.id, within)
    delivery = NewDelivery(
        Recipient.PERSON_OR_REPRESENTATIVE.value,
        given.received_at,
        received_by=given.received_by,
        handed_by=given.handed_by,
        minutes_number=given.minutes_number,
        minutes_on=given.minutes_on,
    )
    async with _sent_to(records, known) as (decision, there):
        if await records.notices.handed_over(decision.id, given.minutes_number, given.received_at, within=there):
            return OnFile(known.id)
        await deliver(records, ctx, decision, delivery, None, there)
    return known.id


@act(NOTICE, "push_notice")
async def send_minutes(records: Any, _ctx: Context, within: Scope, new: NewScan) -> UUID:
    """Keep the scan of the signed minutes beside the decision; `decision_id` names the notice."""
    format = judged(new)
    known = await known_notice(records, new.decision_id, within)
    async with _sent_to(records, known) as (decision, _there):
        subject = Subject(
            decision.case_id, decision.id, decision.person_id, decision.unit_no, decision.content_hash, {}
        )
        facts = {"kind": DocumentKind.SIGNED_SCAN.value, "form": MINUTES, "content_hash": decision.content_hash}
        await keep(records, new, subject, facts, format)
    return known.id


async def read_decision(ctx: Context, id: UUID) -> Content:
    """The bytes of the signed decision. Raises `not_found`, `no_signed_scan` and as the acts above."""
    return await steadily(ctx, lambda now: _read(now, id))


async def _read(ctx: Context, id: UUID) -> Content:
    try:
        within = scope_of(ctx.actor, push_notice.permission, via=ctx.via)
        async with ctx.store.records(ctx, within) as records:
            may_see_papers(ctx)
            known = await known_notice(records, id, within)
            async with _sent_to(records, known) as (decision, there):
                found = await _signed_paper(records, decision.id, there)
            await records.journal(READ, NOTICE.name, id, "read")
    except Refusal as no:
        if no.code in DENIED or no.code == "not_found":
            await ctx.store.note(ctx, READ, NOTICE.name, (id,), "denied" if no.code in DENIED else "absent")
        raise
    return found


async def _signed_paper(records: Any, decision_id: UUID, there: Scope) -> Content:
    paper: UUID | None = await records.documents.signed_paper(decision_id, within=there)
    if paper is None:
        raise Refusal("no_signed_scan")
    found: Content | None = await records.documents.content(paper, within=there)
    assert found is not None, "a paper of this very decision"
    return found


@asynccontextmanager
async def _sent_to(records: Any, known: NoticeKnown) -> AsyncIterator[SentTo]:
    """The decision in force that was sent to whoever made the notice, in the commune that holds the case today."""
    if known.state != "accepted" or known.case_id is None:
        raise Refusal("notice_not_accepted")
    async with records.notices.beyond(known.case_id) as held:
        if held is None or held.decision_id is None:
            raise Refusal("decision_not_signed")
        there = receiving_scope(held.unit_no)
        decision = await known_decision(records, held.decision_id, there)
        if known.kind != NoticeKind.FORM_51 or not _named(decision):
            raise Refusal("decision_not_for_sender")
        assert in_force(decision), "looked up by its state"
        yield SentTo(decision, there)


def _named(decision: DecisionKnown) -> bool:
    return any(entry["recipient"] == Recipient.REHAB_CENTRE for entry in decision.recipients)
