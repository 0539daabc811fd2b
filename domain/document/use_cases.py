"""Printing papers from the register, taking in the signed scan, giving out bytes, confirming forms."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from domain.access.policy import Sight, sight_of
from domain.access.scope import scope_of
from domain.acts import DENIED, Context, Read, act, steadily
from domain.document.forms import key_of, missing
from domain.document.model import (
    MAGIC,
    MEDIA,
    MOST_BYTES,
    ConfirmForm,
    DocumentFormat,
    DocumentKind,
    NewDocument,
    NewScan,
    tidied,
)
from domain.document.noun import DOCUMENT, FORM
from domain.document.repository import Content, Subject
from domain.ids import new_id
from domain.law.documents import FormKey
from domain.law.in_force import Law
from domain.reading import Kind, Scope
from domain.refusals import Flaw, Refusal, flawed

documents = Read(DOCUMENT, "read_document")
forms = Read(FORM, "read_rule")

PRINTED_KINDS = (Kind.IDENTITY, Kind.IDENTIFIER, Kind.ADDRESS, Kind.CASE, Kind.DECISION)
"""Classes of field that stand on a paper: who reads its bytes sees all of them in clear."""
OF_PAPER = ("number", "dated", "signer_name", "signer_title", "new_address")
SHA256 = re.compile(r"[0-9a-f]{64}")


@act(DOCUMENT, "write_document")
async def make_document(records: Any, ctx: Context, within: Scope, new: NewDocument) -> UUID:
    """Print a form from the data alone and keep it, sealed, with its checksum.

    Raises `document_incomplete` with every missing fact; `invalid` for a form or subject that is none.
    """
    may_see_papers(ctx)
    key, subject, flaws = await _prepared(records, within, new)
    if flaws:
        raise Refusal("document_incomplete", flaws=flaws)
    confirmed = await records.documents.confirmed(key, within=within)
    content = await records.documents.printed(key, subject.facts, new.format, confirmed=confirmed)
    facts = tidied({"source": new.source, "source_ref": new.source_ref}) | {
        "kind": DocumentKind.RENDERED.value,
        "form": str(key),
        "confirmed": confirmed,
        "content_hash": subject.content_hash,
    }
    return await _kept(records, new.id, subject, facts, DocumentFormat(new.format), content)


async def check_document(ctx: Context, new: NewDocument) -> dict[str, Any]:
    """What the form still misses, without printing. Raises as `make_document`, but for what it lists."""
    return await steadily(ctx, lambda now: _checked(now, new))


async def _checked(ctx: Context, new: NewDocument) -> dict[str, Any]:
    async with _watched(ctx, "check_document", "read_document", new.subject_id) as (records, within):
        key, subject, flaws = await _prepared(records, within, new)
        confirmed = await records.documents.confirmed(key, within=within)
        await records.journal("check_document", "management_case", subject.case_id, "read")
    return {
        "form": str(key),
        "complete": not flaws,
        "confirmed": confirmed,
        "missing": [{"pointer": flaw.pointer, "code": flaw.code} for flaw in flaws],
    }


async def _prepared(records: Any, within: Scope, new: NewDocument) -> tuple[FormKey, Subject, tuple[Flaw, ...]]:
    key = key_of(new.form)
    if key is None:
        raise flawed("/form", "not_allowed")
    found: Subject | None = await records.documents.facts_of(new.subject_id, within=within)
    if found is None:
        raise flawed("/subject_id", "not_in_scope")
    given = tidied({name: getattr(new, name) for name in OF_PAPER if name != "dated"})
    subject = found._replace(facts=_filled(found.facts, given | {"dated": new.dated and new.dated.isoformat()}))
    law: Law = await records.law.in_force()
    return key, subject, missing(law.book, key, subject.facts)


def _filled(facts: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What is on file wins; what was given fills the papers the register keeps no record of."""
    filled = dict(facts)
    for paper in ("certificate", "transfer"):
        known = dict(facts.get(paper) or {})
        filled[paper] = known | {name: known.get(name) or value for name, value in given.items() if value}
    proposal = dict(facts.get("proposal") or {})
    title = {"signer_title": given.get("signer_title")}
    named = {"proposed_by": proposal.get("proposed_by") or given.get("signer_name")}
    return filled | {"proposal": proposal | title | named}


async def _kept(
    records: Any, id: UUID | None, subject: Subject, facts: dict[str, Any], format: DocumentFormat, content: bytes
) -> UUID:
    made = id or new_id()
    rest = {
        "format": format.value,
        "media_type": MEDIA[format],
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    await records.documents.add(made, subject, facts | rest, content)
    return made


@act(DOCUMENT, "write_document")
async def upload_scan(records: Any, _ctx: Context, within: Scope, new: NewScan) -> UUID:
    """Keep the signed scan of a decision: PDF, JPEG or PNG up to 10 MB, its checksum held against its bytes."""
    format = judged(new)
    subject: Subject | None = await records.documents.facts_of(new.decision_id, within=within)
    if subject is None or subject.decision_id != new.decision_id:
        raise flawed("/decision_id", "not_in_scope")
    if subject.content_hash is None:
        raise Refusal("decision_not_signed")
    facts = {"kind": DocumentKind.SIGNED_SCAN.value, "content_hash": subject.content_hash}
    return await keep(records, new, subject, facts, format)


async def keep(records: Any, new: NewScan, subject: Subject, facts: dict[str, Any], format: DocumentFormat) -> UUID:
    """A judged scan with what is known of it, sealed."""
    named = tidied({"source": new.source, "source_ref": new.source_ref})
    return await _kept(records, new.id, subject, named | facts, format, new.content)


def judged(new: NewScan) -> DocumentFormat:
    """The format of what was sent, by its media type and its first bytes alike."""
    format = next((kind for kind in MAGIC if MEDIA[kind] == new.media_type), None)
    if format is None:
        raise Refusal("unsupported_media_type")
    if len(new.content) > MOST_BYTES:
        raise Refusal("body_too_large")
    if not new.content.startswith(MAGIC[format]):
        raise flawed("", "not_of_this_format")
    if not SHA256.fullmatch(new.sha256):
        raise flawed("/sha256", "not_a_checksum")
    if hashlib.sha256(new.content).hexdigest() != new.sha256:
        raise flawed("/sha256", "checksum_differs")
    return format


async def read_content(ctx: Context, id: UUID) -> Content:
    """The bytes of a document; every reading of them is in the journal. Raises `not_found`, `purpose_required`."""
    return await steadily(ctx, lambda now: _content(now, id))


async def _content(ctx: Context, id: UUID) -> Content:
    async with _watched(ctx, "read_document_content", "read_document", id) as (records, within):
        may_see_papers(ctx)
        found: Content | None = await records.documents.content(id, within=within)
        if found is None:
            raise Refusal("not_found")
        await records.journal("read_document_content", DOCUMENT.name, id, "read")
    return found


@asynccontextmanager
async def _watched(ctx: Context, act: str, permission: str, subject: UUID) -> AsyncIterator[tuple[Any, Scope]]:
    """A transaction under a scope of its own; a refusal leaves its journal row, as in Act."""
    try:
        within = scope_of(ctx.actor, permission, via=ctx.via)
        async with ctx.store.records(ctx, within) as records:
            yield records, within
    except Refusal as no:
        if no.code in DENIED or no.code == "not_found":
            outcome = "denied" if no.code in DENIED else "absent"
            await ctx.store.note(ctx, act, DOCUMENT.name, (subject,), outcome)
        raise


def may_see_papers(ctx: Context) -> None:
    """Raises `forbidden`, or `purpose_required` where a purpose would do."""
    sights = {sight_of(ctx.actor.role, kind) for kind in PRINTED_KINDS}
    if sights & {Sight.ABSENT, Sight.MASKED}:
        raise Refusal("forbidden")
    if Sight.ON_PURPOSE in sights and ctx.purpose is None:
        raise Refusal("purpose_required")


@act(FORM, "change_rule", guarded=True)
async def confirm_form(records: Any, ctx: Context, _within: Scope, confirm: ConfirmForm) -> UUID:
    """Say that a form was compared with the official gazette: papers printed from now on bear no mark."""
    gazette = tidied({"gazette": confirm.gazette})["gazette"]
    changes = {"gazette": gazette, "confirmed_at": ctx.now, "confirmed_by": ctx.actor.account_id}
    await records.documents.confirm(confirm.id, changes)
    return confirm.id
