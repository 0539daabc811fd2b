"""/v1/notice-attachments and /v1/training-certificates: what a sender puts beside a notice."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.asking import LeanRoute, OneQuery, Page, Signed, answer, written
from api.files import as_file, attached_apart, sent_attachment
from api.schemas.notice_papers import (
    AttachmentQuery,
    NewTrainingCertificate,
    NoticeAttachment,
    NoticeAttachmentQuery,
    TrainingCertificate,
    TrainingCertificateQuery,
)
from api.schemas.persons import VoidBody
from domain.notice.attaching import attach_to_notice, attachments, read_attachment, void_attachment
from domain.notice.certifying import certificates, record_certificate, void_certificate
from domain.notice.noun import ATTACHMENT, CERTIFICATE

router = APIRouter(prefix="/v1", tags=["notices"], route_class=LeanRoute)
One = Annotated[OneQuery, Query()]
BYTES = {"schema": {"type": "string", "format": "binary"}}
MEDIA = ("application/pdf", "image/jpeg", "image/png")
PAPER: dict[str, Any] = {"description": "The bytes", "content": dict.fromkeys(MEDIA, BYTES)}
SCANNED = {"requestBody": {"required": True, "content": dict.fromkeys(MEDIA, BYTES)}}


@router.get("/notice-attachments", response_model=Page[NoticeAttachment])
async def list_attachments(ctx: Signed, query: Annotated[NoticeAttachmentQuery, Query()]) -> Response:
    """Files beside notices, newest first."""
    return answer(await attachments(query.on(ctx), query.page(ctx, ATTACHMENT)))


@router.post("/notice-attachments", response_model=NoticeAttachment, status_code=201, openapi_extra=SCANNED)
async def post_attachment(ctx: Signed, request: Request, query: Annotated[AttachmentQuery, Query()]) -> Response:
    """Attach a file to a notice of one's own: the body is the file itself, at most 10 MB."""
    new = await sent_attachment(request, query)
    done = await attach_to_notice(attached_apart(ctx, new), new, query.one(ATTACHMENT))
    return written(done, 201, "/v1/notice-attachments")


@router.get("/notice-attachments/{id}", response_model=NoticeAttachment)
async def get_attachment(ctx: Signed, id: UUID, query: One) -> Response:
    """What is known of one file."""
    return answer(await attachments(query.on(ctx), query.one(ATTACHMENT, id)))


@router.get("/notice-attachments/{id}/content", response_model=None, responses={200: PAPER})
async def get_attachment_content(ctx: Signed, id: UUID, query: One) -> Response:
    """The bytes, for the sender and for who answers the notice. Every reading is in the journal."""
    return as_file(await read_attachment(query.on(ctx), id))


@router.delete("/notice-attachments/{id}", response_model=NoticeAttachment)
async def delete_attachment(ctx: Signed, id: UUID, body: VoidBody, query: One) -> Response:
    """Take a file attached in error out of everybody's sight, with a reason (needs If-Match)."""
    return written(await void_attachment(ctx, body.command(id=id), query.one(ATTACHMENT)))


@router.get("/training-certificates", response_model=Page[TrainingCertificate])
async def list_certificates(ctx: Signed, query: Annotated[TrainingCertificateQuery, Query()]) -> Response:
    """Certificates of a trade got in treatment, newest first."""
    return answer(await certificates(query.on(ctx), query.page(ctx, CERTIFICATE)))


@router.post("/training-certificates", response_model=TrainingCertificate, status_code=201)
async def post_certificate(ctx: Signed, new: NewTrainingCertificate, query: One) -> Response:
    """Record a certificate for somebody of a notice of one's own; with the same number it is the same certificate."""
    done = await record_certificate(ctx, new.command(), query.one(CERTIFICATE))
    return written(done, 201, "/v1/training-certificates")


@router.get("/training-certificates/{id}", response_model=TrainingCertificate)
async def get_certificate(ctx: Signed, id: UUID, query: One) -> Response:
    """One certificate."""
    return answer(await certificates(query.on(ctx), query.one(CERTIFICATE, id)))


@router.delete("/training-certificates/{id}", response_model=TrainingCertificate)
async def delete_certificate(ctx: Signed, id: UUID, body: VoidBody, query: One) -> Response:
    """Take back a certificate recorded in error, with a reason (needs If-Match)."""
    return written(await void_certificate(ctx, body.command(id=id), query.one(CERTIFICATE)))
