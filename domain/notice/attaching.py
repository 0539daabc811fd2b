"""Files beside a notice: the sender attaches them, whoever handles the notice reads them, and nobody else.

A centre attaches the treatment decision, the summary of the person's life, the reintegration plan and certificates to
Form 51 (dossier §17). Bytes are sealed like scans; each reading of them is in the journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from domain.access.policy import Reach, reach_of
from domain.access.scope import scope_of
from domain.acts import DENIED, Context, OnFile, Read, act, steadily
from domain.document.model import MEDIA, NewScan
from domain.document.repository import Content
from domain.document.use_cases import judged, may_see_papers
from domain.ids import new_id
from domain.notice.answering import answer_notice
from domain.notice.model import needed_reason
from domain.notice.noun import ATTACHMENT, NoticeState
from domain.notice.sending import known_notice, own_number, push_notice, same
from domain.person.model import Void
from domain.reading import Scope
from domain.refusals import Refusal, flawed

attachments = Read(ATTACHMENT, "read_notice")
READ: Final = "read_notice_attachment"
MOST_ATTACHED: Final = 20
"""Of one notice."""


@dataclass(frozen=True)
class NewAttachment:
    """A file as it was sent, with the checksum its sender computed and the sender's own number of it."""

    notice_id: UUID
    kind: str
    content: bytes
    media_type: str
    sha256: str
    source_ref: str
    source: str | None = None
    id: UUID | None = None


@act(ATTACHMENT, "push_notice")
async def attach_to_notice(records: Any, ctx: Context, within: Scope, new: NewAttachment) -> UUID | OnFile:
    """Keep a file beside a notice of one's own: PDF, JPEG or PNG up to 10 MB. The same again is the same file."""
    format = judged(NewScan(new.notice_id, new.content, new.media_type, new.sha256))
    named = own_number(ctx, new.source, new.source_ref)
    found = await records.papers.on_file(ATTACHMENT.name, **named, within=within)
    if found is not None:
        return OnFile(same(found, {"notice_id": new.notice_id, "kind": new.kind, "sha256": new.sha256}))
    known = await known_notice(records, new.notice_id, within)
    if known.state == NoticeState.CANCELLED:
        raise Refusal("wrong_move", allowed=[])
    if await records.papers.attached(known.id, within=within) >= MOST_ATTACHED:
        raise flawed("/notice_id", "too_many")
    facts = {
        "kind": new.kind,
        "format": format.value,
        "media_type": MEDIA[format],
        "size": len(new.content),
        "sha256": new.sha256,
    }
    id = new.id or new_id()
    await records.papers.attach(id, known, named | facts, new.content)
    return id


@act(ATTACHMENT, "push_notice", guarded=True)
async def void_attachment(records: Any, ctx: Context, within: Scope, void: Void) -> UUID:
    """Take a file attached in error out of everybody's sight, with a reason; nothing is removed."""
    known = await records.papers.known(ATTACHMENT.name, void.id, within=within)
    if known is None:
        raise Refusal("not_found")
    if known["voided_at"] is not None:
        raise Refusal("already_voided")
    await records.papers.void(ATTACHMENT.name, void.id, needed_reason(void.reason), ctx.now)
    return void.id


async def read_attachment(ctx: Context, id: UUID) -> Content:
    """The bytes, for the sender and for who answers the notice. Raises `not_found`, `purpose_required`, `forbidden`."""
    return await steadily(ctx, lambda now: _read(now, id))


async def _read(ctx: Context, id: UUID) -> Content:
    sends = reach_of(ctx.actor.role, push_notice.permission) is not Reach.NONE
    try:
        within = scope_of(ctx.actor, (push_notice if sends else answer_notice).permission, via=ctx.via)
        async with ctx.store.records(ctx, within) as records:
            may_see_papers(ctx)
            found = await _opened(records, id, within, sends=sends)
            await records.journal(READ, ATTACHMENT.name, id, "read")
    except Refusal as no:
        if no.code in DENIED or no.code == "not_found":
            await ctx.store.note(ctx, READ, ATTACHMENT.name, (id,), "denied" if no.code in DENIED else "absent")
        raise
    return found


async def _opened(records: Any, id: UUID, within: Scope, *, sends: bool) -> Content:
    found: Content | None = await records.papers.content(id, sent_only=not sends, within=within)
    if found is None:
        raise Refusal("not_found")
    return found
