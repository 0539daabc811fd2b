"""Bytes up and down: an exception to GraphQL and to JSON bodies (rulings 19)."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from api.asking import digest_of
from api.schemas.documents import ScanQuery
from api.schemas.notice_papers import AttachmentQuery
from api.schemas.notices import MinutesQuery
from domain.acts import Context
from domain.document.model import NewScan
from domain.document.repository import Content
from domain.notice.attaching import NewAttachment


async def sent_scan(request: Request, query: ScanQuery) -> NewScan:
    """The body as it came; its cap is held before it gets here (api/app.py)."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return query.command(await request.body(), media_type)


async def sent_minutes(request: Request, query: MinutesQuery) -> NewScan:
    """The same, of the minutes that belong to a notice."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    content = await request.body()
    return NewScan(query.notice_id, content, media_type, query.sha256, None, query.source, query.source_ref)


def told_apart(ctx: Context, scan: NewScan) -> Context:
    """With the digest of what was sent, so that a repetition is recognised."""
    sent = [str(scan.decision_id), scan.media_type, scan.sha256, hashlib.sha256(scan.content).hexdigest()]
    digest = digest_of("POST /v1/documents:upload", {}, [*sent, scan.source, scan.source_ref])
    return replace(ctx, conditions=replace(ctx.conditions, digest=digest))


async def sent_attachment(request: Request, query: AttachmentQuery) -> NewAttachment:
    """The same, of a file beside a notice."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return query.command(await request.body(), media_type)


def attached_apart(ctx: Context, new: NewAttachment) -> Context:
    """With the digest of what was sent, so that a repetition is recognised."""
    sent = [str(new.notice_id), new.kind, new.media_type, new.sha256, hashlib.sha256(new.content).hexdigest()]
    digest = digest_of("POST /v1/notice-attachments", {}, [*sent, new.source, new.source_ref])
    return replace(ctx, conditions=replace(ctx.conditions, digest=digest))


def as_file(content: Content) -> Response:
    """To be kept by the caller, never shown inside a page; the name tells nothing of the person."""
    headers = {
        "Content-Disposition": f'attachment; filename="{content.id}.{content.format}"',
        "ETag": f'"{content.sha256}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(content.content, media_type=content.media_type, headers=headers)
